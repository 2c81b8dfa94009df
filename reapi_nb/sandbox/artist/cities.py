"""Built places: a neon street in the rain, a skyline, a village of little houses."""

from __future__ import annotations

from reapi_nb.sandbox.artist.brush import Point, blurred
from reapi_nb.sandbox.artist.easel import Easel
from reapi_nb.sandbox.artist.palette import Colour, lighter, mix


def street(e: Easel) -> None:
    """A street between towers at night: windows, signs, and their light on wet ground."""
    p = e.palette
    e.wash(p.high, p.middle, p.low, bottom=0.75)
    ground = e.height * (e.layout.horizon + 0.16)
    vanish = e.width * e.layout.focus
    e.brush.glow(vanish, ground, e.unit * 65, p.second, 0.75)
    e.brush.glow(vanish, ground - e.unit * 6, e.unit * 24, p.light, 0.9)
    _distant(e, ground)
    for side in (-1, 1):
        for k in range(5):
            _facade(e, side, k, vanish, ground)
    _wet(e, ground)
    _walkers(e, vanish, ground)
    rain(e, 130)


def _distant(e: Easel, ground: float) -> None:
    p = e.palette
    for k in range(22):
        x = e.width * k / 21 + e.rng.gauss(0, 12)
        wide, tall = e.unit * e.rng.uniform(3, 7), e.height * e.rng.uniform(0.1, 0.42)
        tone = mix(p.far, p.low, e.rng.uniform(0.15, 0.6))
        e.brush.shape(_box(x, ground - tall, x + wide, ground), tone, mix(tone, p.second, 0.45))


def _box(left: float, top: float, right: float, bottom: float) -> list[Point]:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def _facade(e: Easel, side: int, k: int, vanish: float, ground: float) -> None:
    """One building of a street front, drawn towards the vanishing point."""
    p, rng = e.palette, e.rng
    edge = 0.0 if side < 0 else float(e.width)
    near = (0.22, 0.38, 0.56, 0.8, 1.25)
    inner = 0.10 if k == 0 else near[k - 1]
    tall = e.height * rng.uniform(0.42, 0.95)

    def at(share: float, up: float) -> Point:
        return vanish + (edge - vanish) * share, ground - (up - (e.height - ground) * 0.9 * (1 - up / tall)) * share

    tone = mix(mix(p.far, p.low, 0.35), p.near, 0.2 + 0.17 * k)
    e.brush.shape([at(inner, 0), at(inner, tall), at(near[k], tall), at(near[k], 0)], mix(tone, p.near, 0.35), tone, mix(tone, p.second, 0.28))
    columns, rows = 3 + k // 2, 9
    for column in range(columns):
        for row in range(1, rows):
            if rng.random() < 0.45:
                continue
            a = inner + (near[k] - inner) * (column + 0.25) / columns
            b = inner + (near[k] - inner) * (column + 0.7) / columns
            low, high = tall * (row + 0.2) / rows, tall * (row + 0.72) / rows
            lamp = rng.choice((p.light, p.second, p.accent, p.light))
            e.brush.shape([at(a, low), at(a, high), at(b, high), at(b, low)], mix(lamp, tone, rng.uniform(0.1, 0.75)))
    _sign(e, at(near[k] * 0.97, tall * rng.uniform(0.25, 0.55)), side, near[k])


def _sign(e: Easel, corner: Point, side: int, size: float) -> None:
    """A glowing board of strokes that look like writing."""
    p, rng = e.palette, e.rng
    glow = rng.choice((p.accent, p.second))
    wide, tall = e.unit * 5.5 * size, e.unit * rng.uniform(10, 19) * size
    x, y = corner[0] - side * wide * 0.8, corner[1]
    e.brush.glow(x, y, tall * 1.3, glow, 0.75)
    e.brush.shape(_box(x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2), mix(p.near, glow, 0.12))
    for inset, tone in ((0.0, glow), (0.16, mix(p.near, glow, 0.15))):
        e.brush.shape(_box(x - wide * (0.46 - inset / 2), y - tall * 0.47 + inset * wide / 2, x + wide * (0.46 - inset / 2), y + tall * 0.47 - inset * wide / 2), tone)
    count = max(2, round(tall / wide / 0.9))
    for k in range(count):
        cy = y + tall * 0.82 * ((k + 0.5) / count - 0.5)
        for _ in range(3):
            r = wide * 0.2
            a, b = rng.choice((((-r, 0), (r, 0)), ((0, -r), (0, r)), ((-r, -r), (r, -r)), ((-r, r), (r, r)), ((-r, r), (r, -r))))
            e.brush.shape(_stroke((x + a[0], cy + a[1]), (x + b[0], cy + b[1]), max(1.2, wide * 0.07)), mix(glow, p.light, 0.6))


def _stroke(a: Point, b: Point, width: float) -> list[Point]:
    dx, dy = (width / 2, 0.0) if abs(b[1] - a[1]) > abs(b[0] - a[0]) else (0.0, width / 2)
    return [(a[0] - dx, a[1] - dy), (b[0] - dx, b[1] - dy), (b[0] + dx, b[1] + dy), (a[0] + dx, a[1] + dy)]


def _wet(e: Easel, ground: float) -> None:
    """The ground as a rippled, blurred mirror."""
    top = round(ground)
    depth = e.height - top
    p = e.palette
    e.wash(p.near, p.near, top=top / e.height)
    above = e.image.crop((0, max(0, top - depth), e.width, top)).resize((e.width, depth))
    from PIL import Image

    streaked = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((e.width, max(2, depth // 28))).resize((e.width, depth), Image.Resampling.BICUBIC)
    for y in range(0, depth, 4):
        strip = streaked.crop((0, y, e.width, min(depth, y + 4)))
        e.image.paste(strip, (round(e.rng.gauss(0, 1 + 9 * y / depth)), top + y))
    e.brush.shape(_box(0, top, e.width, e.height), p.near, opacity=0.35)
    e.veil(ground, e.unit * 5, p.second, 0.4)
    for _ in range(26):
        share = e.rng.random() ** 0.7
        x, y = e.rng.random() * e.width, top + share * depth
        tone = e.rng.choice((p.accent, p.second, p.light))
        e.brush.oval(x, y, e.unit * (1 + 5 * share), e.unit * (0.1 + 0.22 * share), tone, opacity=0.4, soft=1)


def _walkers(e: Easel, vanish: float, ground: float) -> None:
    """People under umbrellas, seen from behind."""
    p, rng = e.palette, e.rng
    for size, x in ((3.5, vanish - 9 * e.unit), (4.5, vanish + 8 * e.unit), (13 * e.layout.zoom, vanish + rng.choice((-1, 1)) * 17 * e.unit)):
        foot = ground + size * e.unit * 0.72
        b = e.brush.at(x, foot, size * e.unit)
        dark = mix(p.near, p.far, 0.15)
        for leg in (-0.1, 0.1):
            b.line([(leg, -0.8), (leg * 1.1, 0)], [0.16, 0.1], dark)
        b.blob([(-0.2, -1.45), (0.2, -1.45), (0.3, -0.65), (-0.3, -0.65)], mix(dark, p.second, 0.2), dark)
        b.oval(0, -1.62, 0.13, 0.16, dark)
        hood = rng.choice((p.accent, p.second))
        dome = [(-0.75, -1.62), (-0.62, -1.95), (-0.25, -2.2), (0.25, -2.2), (0.62, -1.95), (0.75, -1.62), (0.38, -1.7), (0, -1.62), (-0.38, -1.7)]
        b.blob(dome, hood, mix(hood, p.near, 0.55))
        b.shape([(-0.012, -2.3), (0.012, -2.3), (0.012, -1.2), (-0.012, -1.2)], dark)


def rain(e: Easel, count: int) -> None:
    """Slanting rain."""
    for _ in range(count):
        x, y = e.rng.uniform(-0.05, 1.05) * e.width, e.rng.random() * e.height
        long = e.unit * e.rng.uniform(2, 6)
        thin = e.rng.uniform(0.7, 1.6)
        drop = [(x, y), (x + thin, y), (x + thin - long * 0.16, y + long), (x - long * 0.16, y + long)]
        e.brush.shape(drop, e.palette.light, opacity=e.rng.uniform(0.15, 0.4))


def skyline(e: Easel) -> None:
    """Towers in three layers along a river."""
    p, rng = e.palette, e.rng
    e.sky()
    e.sun(rng.uniform(7, 12))
    shore = e.horizon + 0.2 * e.height
    for k in range(3):
        tone = mix(mix(p.far, p.low, 0.45 - 0.25 * k), p.near, 0.38 * k)
        x = -rng.uniform(0, 5) * e.unit
        while x < e.width:
            wide = e.unit * rng.uniform(4, 9)
            hill = 1.15 - abs(x / e.width - e.layout.focus) * 1.2
            tall = e.height * rng.uniform(0.2, 0.55) * hill * (1 - 0.22 * k) * e.layout.zoom
            _tower(e, _box(x, shore - tall, x + wide, shore + 3), tone, k)
            x += wide * rng.uniform(0.9, 1.25)
        e.veil(shore, 0.12 * e.height, p.low, 0.45 - 0.15 * k)
    e.lake(shore)


def _tower(e: Easel, box: list[Point], tone: Colour, layer: int) -> None:
    p, rng = e.palette, e.rng
    (left, top), (right, bottom) = box[0], box[2]
    middle, cap = (left + right) / 2, rng.random()
    if cap < 0.25:
        e.brush.shape([(left, top + 1), (middle, top - (right - left) * 0.7), (right, top + 1)], tone)
    elif cap < 0.5:
        e.brush.shape(_box(left + (right - left) * 0.2, top - e.unit * 2, right - (right - left) * 0.2, top + 1), tone)
        e.brush.shape(_box(middle - 1.5, top - e.unit * 7, middle + 1.5, top), tone)
    e.brush.shape(box, tone, mix(tone, p.low, 0.3))
    e.brush.shape(_box(left, top, left + (right - left) * 0.3, bottom), p.light, mix(tone, p.low, 0.3), opacity=0.16)
    if layer == 0:
        return
    step = e.unit * (1.3 + 0.4 * layer)
    lamp = mix(p.light, p.second, 0.5)
    for row in range(1, round((bottom - top) / step / 1.3)):
        for column in range(1, round((right - left) / step)):
            if rng.random() < 0.4:
                x, y = left + column * step, top + row * step * 1.3
                e.brush.shape(_box(x - step * 0.22, y - step * 0.3, x + step * 0.22, y + step * 0.3), mix(tone, lamp, rng.uniform(0.2, 0.95)))


__all__ = ["blurred", "rain", "skyline", "street"]
