"""Built places: a street of lit windows and signs on wet ground, and a skyline by the water."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from reapi_nb.sandbox.artist.brush import Brush, Outline, Point, both, box, path
from reapi_nb.sandbox.artist.colour import Colour, mix

if TYPE_CHECKING:
    from reapi_nb.sandbox.artist.easel import Easel


def street(e: Easel) -> None:
    """A street between towers, with people under umbrellas."""
    p = e.palette
    e.wash(p.high, p.middle, p.low, bottom=e.row(0.8) / e.height)
    ground = e.horizon + 0.16 * e.tall
    e.brush.glow(e.focus, ground, e.unit * 65, p.second, 0.75)
    e.brush.glow(e.focus, ground - e.unit * 6, e.unit * 24, p.light, 0.9)
    _distance(e, ground)
    for edge in (0.0, float(e.width)):
        for k in range(5):
            _front(e, edge, k, ground)
    _wet(e, ground)
    _walkers(e, ground)


def _distance(e: Easel, ground: float) -> None:
    p, rng = e.palette, e.rng
    for k in range(22):
        x = e.width * k / 21 + rng.gauss(0, 12)
        wide, tall = e.unit * rng.uniform(3, 7), e.tall * rng.uniform(0.1, 0.42)
        tone = mix(p.far, p.low, rng.uniform(0.15, 0.6))
        tower = box(x, ground - tall, x + wide, ground)
        e.brush.shape(tower, tone, mix(tone, p.second, 0.45))


@dataclass(frozen=True)
class _Front:
    """The face of one building along the street, drawn towards the vanishing point."""

    vanish: Point
    edge: float
    tall: float
    fall: float  # how far the near end of its foot lies below the vanishing point

    def at(self, share: float, up: float) -> Point:
        """The point a share of the way from the vanishing point, so high up the wall."""
        x, y = self.vanish
        drop = self.fall * (1 - up)
        return x + (self.edge - x) * share, y + (drop - up * self.tall) * share

    def pane(self, left: float, right: float, low: float, high: float) -> Outline:
        """A rectangle on the wall."""
        return tuple(self.at(x, y) for x, y in box(left, low, right, high))


def _front(e: Easel, edge: float, k: int, ground: float) -> None:
    p, rng = e.palette, e.rng
    ends = (0.1, 0.22, 0.38, 0.56, 0.8, 1.25)
    inner, outer = ends[k], ends[k + 1]
    tall = e.tall * rng.uniform(0.42, 0.95)
    front = _Front((e.focus, ground), edge, tall, (e.row(1) - ground) * 0.9)
    tone = mix(mix(p.far, p.low, 0.35), p.near, 0.2 + 0.17 * k)
    whole = front.pane(inner, outer, 0, 1)
    e.brush.shape(whole, mix(tone, p.near, 0.35), tone, mix(tone, p.second, 0.28))
    columns, rows = 3 + k // 2, 9
    for column in range(columns):
        left, right = (inner + (outer - inner) * (column + c) / columns for c in (0.25, 0.7))
        for row in range(1, rows):
            if rng.random() < 0.55:
                lamp = rng.choice((p.light, p.second, p.accent, p.light))
                window = front.pane(left, right, (row + 0.2) / rows, (row + 0.72) / rows)
                e.brush.shape(window, mix(lamp, tone, rng.uniform(0.1, 0.75)))
    x, y = front.at(outer * 0.97, rng.uniform(0.25, 0.55))
    inward = 1 if edge == 0 else -1
    _sign(e, e.brush.at(x + inward * e.unit * 4.4 * outer, y, e.unit * 5.5 * outer))


def _sign(e: Easel, b: Brush) -> None:
    """A glowing board of strokes that look like writing."""
    p, rng = e.palette, e.rng
    lamp, letters = rng.choice((p.accent, p.second)), rng.randrange(2, 5)
    tall = letters * 0.45
    b.glow(0, 0, tall * 2.6, lamp, 0.75)
    b.shape(box(-0.46, -tall, 0.46, tall), lamp)
    b.shape(box(-0.38, -tall + 0.08, 0.38, tall - 0.08), mix(p.near, lamp, 0.15))
    strokes = ("-20,0 20,0", "0,-20 0,20", "-20,-20 20,-20", "-20,20 20,20", "-20,20 20,-20")
    for k in range(letters):
        letter = b.at(0, 0.84 * (k + 0.5 - letters / 2), 1)
        for stroke in rng.sample(strokes, 3):
            letter.line(path(stroke), [0.08, 0.08], mix(lamp, p.light, 0.6))


def _wet(e: Easel, ground: float) -> None:
    """The ground as a blurred, rippled mirror."""
    p, rng, top = e.palette, e.rng, round(ground)
    depth = e.height - top
    if depth < 1:
        return  # it begins below what one sees
    above = e.image.crop((0, max(0, top - depth), e.width, top))
    smeared = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((e.width, depth // 28 + 2))
    mirror = smeared.resize((e.width, depth), Image.Resampling.BICUBIC)
    e.image.paste(mirror, (0, top))
    for y in range(0, depth, 4):
        strip = mirror.crop((0, y, e.width, y + 4))
        e.image.paste(strip, (round(rng.gauss(0, 1 + 9 * y / depth)), top + y))
    e.brush.shape(box(0, top, e.width, e.height), p.near, opacity=0.35)
    e.veil(ground, e.unit * 5, p.second, 0.4)
    for _ in range(26):
        share = rng.random() ** 0.7
        x, y = rng.random() * e.width, top + share * depth
        tone = rng.choice((p.accent, p.second, p.light))
        long, thin = e.unit * (1 + 5 * share), e.unit * (0.1 + 0.22 * share)
        e.brush.oval(x, y, long, thin, tone, opacity=0.4, soft=1)


def _walkers(e: Easel, ground: float) -> None:
    near = e.rng.choice((-1, 1)) * 17
    for size, x in ((3.5, -9.0), (4.5, 8.0), (13 * e.layout.zoom, near)):
        foot = ground + size * e.unit * 0.72
        _walker(e, e.front.at(e.focus + x * e.unit, foot, size * e.unit))


def _walker(e: Easel, b: Brush) -> None:
    """Somebody under an umbrella, seen from behind."""
    p = e.palette
    dark, hood = mix(p.near, p.far, 0.15), e.rng.choice((p.accent, p.second))
    for half in b.sides():
        half.line(path("10,-80 11,0"), [0.16, 0.1], dark)
    b.blob(path("-20,-145 20,-145 30,-65 -30,-65"), mix(dark, p.second, 0.2), dark)
    b.oval(0, -1.62, 0.13, 0.16, dark)
    dome = both("0,-222 25,-220 62,-195 75,-162 38,-170 0,-162")
    b.blob(dome, hood, mix(hood, p.near, 0.55))
    b.shape(box(-0.012, -2.3, 0.012, -1.2), dark)


def skyline(e: Easel) -> None:
    """Towers in three layers along a river."""
    p, rng = e.palette, e.rng
    e.sky(rng.uniform(7, 12))
    shore = e.horizon + 0.2 * e.tall
    haze = (e.horizon + 0.07 * e.tall) / e.height
    e.wash(p.low, top=haze, bottom=min(1.0, shore / e.height))
    for k in range(3):
        tone = mix(mix(p.far, p.low, 0.45 - 0.25 * k), p.near, 0.38 * k)
        x = -rng.uniform(0, 5) * e.unit
        while x < e.width:
            wide = e.unit * rng.uniform(4, 9)
            hill = max(0.35, 1.15 - abs(x - e.focus) / e.wide * 1.2)
            tall = e.tall * rng.uniform(0.2, 0.5) * hill * (1 - 0.22 * k) * e.layout.zoom
            _tower(e, (x, shore - tall, x + wide, shore + 3), tone, k)
            x += wide * rng.uniform(0.9, 1.25)
        e.veil(shore, 0.12 * e.tall, p.low, 0.45 - 0.15 * k)
    e.lake(shore)


def _tower(e: Easel, edges: tuple[float, float, float, float], tone: Colour, layer: int) -> None:
    p, u, b = e.palette, e.unit, e.front
    left, top, right, bottom = edges
    wide, middle, crown = right - left, (left + right) / 2, e.rng.random()
    hazy = mix(tone, p.low, 0.3)
    if crown < 0.25:
        b.shape([(left, top + 1), (middle, top - wide * 0.7), (right, top + 1)], tone)
    elif crown < 0.5:
        b.shape(box(left + wide * 0.2, top - u * 2, right - wide * 0.2, top + 1), tone)
        b.shape(box(middle - 1.5, top - u * 7, middle + 1.5, top), tone)
    b.shape(box(*edges), tone, hazy)
    b.shape(box(left, top, left + wide * 0.3, bottom), p.light, hazy, opacity=0.16)
    if layer:
        _windows(e, edges, tone)


def _windows(e: Easel, edges: tuple[float, float, float, float], tone: Colour) -> None:
    left, top, right, bottom = edges
    p, step = e.palette, e.unit * 1.7
    lamp = mix(p.light, p.second, 0.5)
    for row in range(1, round((bottom - top) / step / 1.3)):
        for column in range(1, round((right - left) / step)):
            if e.rng.random() < 0.4:
                x, y = left + column * step, top + row * step * 1.3
                window = box(x - step * 0.22, y - step * 0.3, x + step * 0.22, y + step * 0.3)
                e.brush.shape(window, mix(tone, lamp, e.rng.uniform(0.2, 0.95)))
