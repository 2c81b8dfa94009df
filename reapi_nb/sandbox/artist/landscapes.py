"""Wide country: mountains, forest, desert, meadow, snow."""

from __future__ import annotations

import math

from reapi_nb.sandbox.artist.brush import Brush, Point, oval, smooth
from reapi_nb.sandbox.artist.easel import Easel
from reapi_nb.sandbox.artist.palette import Colour, lighter, mix


def mountains(e: Easel) -> None:
    """Ridge behind ridge in mist, a sun, and firs in front; every other time a lake."""
    p, rng = e.palette, e.rng
    water = e.layout.variant % 2 == 1
    e.sky()
    e.sun(rng.uniform(5, 10))
    for k in range(3 if water else 5):
        share = k / 4
        y = e.horizon + (0.02 + 0.30 * share**1.3) * e.height
        rise = (0.36 - 0.2 * share) * e.height * e.layout.zoom
        line = e.crags(y, rise, 2 + k)
        tone = p.depth(0.12 + share * 0.72)
        misty = mix(tone, p.low, 0.75 - 0.5 * share)
        e.land(line, tone, mix(tone, p.low, 0.55 - 0.3 * share), misty)
        if k < 2:
            _snowcaps(e, line, mix(p.light, tone, 0.15 + 0.2 * k))
        e.veil(y + 0.02 * e.height, 0.09 * e.height, p.low, 0.5 - 0.35 * share)
    if water:
        shore = e.horizon + 0.2 * e.height
        e.land(e.crags(shore + 3, 0.05 * e.height, 9), p.depth(0.6), p.depth(0.7))
        e.lake(shore)
    firs(e)
    e.birds(5, p.depth(0.7))


def _snowcaps(e: Easel, line: list[Point], colour: Colour) -> None:
    """Light on the side of each peak that faces the sun."""
    for before, (x, y), after in zip(line[::32], line[32::32], line[64::32], strict=False):
        drop = min(before[1], after[1]) - y
        if drop <= 0:
            continue
        drop *= e.rng.uniform(0.35, 0.5)
        side = 1 if e.light[0] > x else -1
        edge = [q for q in line if q[1] < y + drop and 0 <= (q[0] - x) * side < 2.5 * drop]
        edge.sort(key=lambda q: (q[0] - x) * side)
        ragged = ((0.55, 0.75), (0.4, 1.1), (0.22, 0.7), (0.06, 1.3), (-0.04, 0.7), (-0.16, 0.9), (-0.1, 0.4))
        inner = [(x + side * drop * dx, y + drop * dy) for dx, dy in ragged]
        e.brush.shape([(x, y), *edge, *inner], colour, opacity=0.85)


def fir(brush: Brush, *colours: Colour) -> None:
    """A fir one unit tall, standing on the brush's zero."""
    edge: list[Point] = [(0, -1)]
    for k in range(1, 7):
        y = -1 + k * 0.15
        edge += [(0.045 + k * 0.038, y + 0.05), (0.02 + k * 0.02, y)]
    edge += [(0.03, -0.06), (0.03, 0.02)]
    brush.shape([*edge, *((-x, y) for x, y in reversed(edge))], *colours)


def firs(e: Easel) -> None:
    """A fringe of firs along the bottom, tallest at the sides."""
    dark = e.palette.near
    open_at = e.rng.uniform(0.35, 0.7)
    for row, tone in ((0, mix(dark, e.palette.far, 0.3)), (1, dark)):
        for _ in range(26):
            x = e.rng.random()
            tall = (0.06 + 0.5 * abs(x - open_at) ** 1.8) * e.rng.uniform(0.6, 1.15)
            fir(e.brush.at(x * e.width, e.height * (0.965 + 0.02 * row), e.height * tall), tone)
    e.land(e.hills(e.height * 0.955, e.height * 0.012, 1.2), dark)


def desert(e: Easel) -> None:
    """Dunes with one bright and one shaded side, under a low sun."""
    p, rng = e.palette, e.rng
    e.sky()
    e.sun(rng.uniform(6, 11))
    e.land(e.crags(e.horizon, 0.10 * e.height, 5), mix(p.far, p.low, 0.55), mix(p.far, p.low, 0.8))
    for k in range(5):
        share = k / 4
        y = e.horizon + (0.03 + 0.36 * share) * e.height
        _dune(e, y, (0.05 + 0.11 * share) * e.height, share)
    if e.layout.variant % 2 == 0:
        _cactus(e.brush.at(e.width * (0.12 + 0.1 * rng.random()), e.height * 0.97, e.height * 0.30), p.near)


def _dune(e: Easel, y: float, rise: float, share: float) -> None:
    p, rng = e.palette, e.rng
    sunny = mix(mix(p.far, p.light, 0.35 - 0.25 * share), p.accent, 0.12 * share)
    shade = mix(p.far, p.near, 0.25 + 0.55 * share)
    top = rng.uniform(0.15, 0.85) * e.width
    crest = [(-0.1 * e.width, y + rise * rng.uniform(0.2, 0.8))]
    crest += [(top - 0.3 * e.width, y - rise * 0.35), (top, y - rise), (top + 0.3 * e.width, y - rise * 0.2)]
    crest += [(1.15 * e.width, y + rise * rng.uniform(0.2, 0.8))]
    line = smooth(sorted(crest), closed=False, steps=16)
    e.land(line, lighter(sunny, 0.04), sunny, mix(sunny, p.near, 0.25))
    right = [q for q in line if q[0] >= top]
    spine = smooth(
        [(top, y - rise), (top - 0.05 * e.width, y - 0.2 * rise), (top + 0.06 * e.width, y + 0.7 * rise),
         (top - 0.02 * e.width, y + 1.6 * rise), (top + 0.1 * e.width, y + 3 * rise)],
        closed=False,
    )  # fmt: skip
    e.brush.shape([*spine[::-1], *right, (1.2 * e.width, y + 3 * rise)], shade, mix(shade, sunny, 0.85), opacity=0.85, soft=1)


def _cactus(b: Brush, colour: Colour) -> None:
    b.line([(0, 0.05), (0, -0.5), (0, -1)], [0.13, 0.14, 0.13], colour)
    b.oval(0, -1, 0.065, 0.065, colour)
    for side, y, tall in ((1, -0.45, 0.38), (-1, -0.35, 0.3)):
        arm = b.at(0, y, 1, 0, side)
        arm.line([(0, 0), (0.16, 0.02), (0.22, -0.08), (0.22, -tall)], [0.09, 0.09, 0.09, 0.08], colour)
        arm.oval(0.22, -tall, 0.042, 0.042, colour)


def forest(e: Easel) -> None:
    """Trunks in mist, row before row, with light falling in from one side."""
    p, rng = e.palette, e.rng
    e.wash(mix(p.far, p.high, 0.4), p.middle, p.low, p.middle, p.far)
    e.brush.glow(e.light[0], e.height * 0.45, e.unit * 60, p.light, 0.9)
    for k in range(5):
        share = k / 4
        tone = mix(mix(p.far, p.low, 0.5 - 0.5 * share), p.near, max(0.0, share * 1.1 - 0.12))
        ground = e.height * (e.layout.horizon + 0.05 + (0.89 - e.layout.horizon) * share**1.4)
        for _ in range(round(15 - 11 * share)):
            x = rng.uniform(-0.05, 1.05)
            if k < 4 or abs(x - e.layout.focus) > 0.2:
                _trunk(e, x * e.width, ground, (0.9 + 4.6 * share**2) * e.unit, tone)
        e.land(e.hills(ground, e.height * 0.018, 1.5 + share), tone, mix(tone, p.depth(k / 4), 0.4))
        e.veil(ground + 0.02 * e.height, 0.12 * e.height, p.low, 0.5 * (1 - share))
        _canopy(e, 0.19 - 0.03 * k, 9 - k, tone)
        if k == 3:
            _beams(e)
    _ferns(e)


def _trunk(e: Easel, x: float, ground: float, width: float, tone: Colour) -> None:
    lean = e.rng.gauss(0, 0.03) * e.height
    b = e.brush
    foot = (x, ground + 0.04 * e.height)
    b.line([foot, (x + lean * 0.2, ground - width), (x + lean, -20)], [width * 1.9, width, width * 0.72], tone)
    for _ in range(3):
        y = e.rng.uniform(0.02, 0.5) * ground
        long = e.rng.choice((-1, 1)) * e.rng.uniform(0.05, 0.14) * e.height
        start = x + lean * (1 - y / ground)
        twig = [(start, y), (start + long * 0.6, y - abs(long) * 0.35), (start + long, y - abs(long))]
        b.line(twig, [width * 0.4, width * 0.2, 1], tone)


def _canopy(e: Easel, low: float, clumps: int, tone: Colour) -> None:
    """Leaves along the top, as one ragged shape."""
    edge: list[Point] = [(-20, -20)]
    for k in range(clumps * 4 + 1):
        sag = low * (0.45 + 0.55 * abs(math.sin(k * math.pi / 4))) * e.rng.uniform(0.6, 1.15)
        edge.append((e.width * k / clumps / 4, sag * e.height))
    edge.append((e.width + 20, -20))
    e.brush.blob(edge, tone)
    for _ in range(clumps * 6):
        x, y = e.rng.choice(edge[1:-1])
        size = e.unit * e.rng.uniform(0.7, 2.2)
        x += e.rng.gauss(0, 2) * e.unit
        e.brush.oval(x, y + e.rng.uniform(-1, 1.5) * e.unit, size, size * 0.55, tone, turn=e.rng.uniform(-40, 40))


def _beams(e: Easel) -> None:
    x = e.light[0]
    for k in range(6):
        foot = x + (k - 2.5) * 0.22 * e.width + e.rng.gauss(0, 0.04) * e.width
        wide = e.rng.uniform(0.03, 0.09) * e.width
        top = x + (k - 2.5) * 0.05 * e.width
        beam = [(top, -30), (top + wide * 0.4, -30), (foot + wide, e.height * 0.95), (foot, e.height * 0.95)]
        e.brush.shape(beam, e.palette.light, opacity=0.2, soft=e.unit * 0.9)


def _ferns(e: Easel) -> None:
    p = e.palette
    for _ in range(40):
        x = e.rng.random() * e.width
        tall = e.unit * e.rng.uniform(3, 9)
        lean = e.rng.uniform(-0.8, 0.8) * tall
        tone = mix(p.near, p.far, e.rng.uniform(0, 0.35))
        blade = [(x, e.height + 4), (x + lean * 0.3, e.height - tall * 0.7), (x + lean, e.height - tall)]
        e.brush.line(blade, [e.unit * 0.5, e.unit * 1.1, 0.4], tone)
    for _ in range(24):
        size = e.unit * e.rng.uniform(0.15, 0.4)
        x, y = e.rng.random() * e.width, e.rng.uniform(0.45, 0.95) * e.height
        e.brush.glow(x, y, size * 4, p.second, 0.7)


def meadow(e: Easel) -> None:
    """Rolling fields with round trees and flowers in the grass."""
    p, rng = e.palette, e.rng
    e.sky()
    e.sun(rng.uniform(5, 8))
    _cumulus(e)
    e.land(e.hills(e.horizon, 0.05 * e.height, 0.8), mix(p.far, p.low, 0.5), mix(p.far, p.low, 0.75))
    for k in range(4):
        share = k / 3
        y = e.horizon + (0.04 + 0.34 * share) * e.height
        tone = mix(mix(p.far, p.second, 0.25), p.near, 0.1 + share * 0.6)
        line = e.hills(y, (0.05 - 0.01 * k) * e.height, 0.7 + 0.2 * k)
        for _ in range(4 - k):
            x, foot = rng.choice(line)
            _tree(e.brush.at(x, foot + 3, e.unit * (4 + 9 * share) * rng.uniform(0.7, 1.2)), mix(tone, p.near, 0.45))
        e.land(line, lighter(tone, 0.06), tone, mix(tone, p.near, 0.3))
    for _ in range(120):
        y = 1 - rng.random() ** 2 * 0.26
        size = e.unit * (0.25 + 2.6 * (y - 0.74) ** 1.2) * rng.uniform(0.6, 1.2)
        tone = rng.choice((p.accent, p.second, p.light))
        e.brush.oval(rng.random() * e.width, y * e.height, size, size * 0.8, tone)


def _tree(b: Brush, colour: Colour) -> None:
    b.line([(0, 0), (0, -0.6)], [0.16, 0.1], lighter(colour, -0.08))
    for x, y, r in ((-0.3, -0.75, 0.34), (0.3, -0.78, 0.33), (0, -1.1, 0.45), (0, -0.75, 0.4)):
        b.oval(x, y, r, r * 0.9, lighter(colour, 0.07), colour)


def _cumulus(e: Easel) -> None:
    for _ in range(3):
        x, y = e.rng.random() * e.width, e.rng.uniform(0.15, 0.7) * e.horizon
        b = e.brush.at(x, y, e.unit * e.rng.uniform(3, 6))
        tone = mix(e.palette.light, e.palette.middle, 0.08)
        for k in range(6):
            r = 0.4 + 0.7 * math.sin(math.pi * (k + 0.5) / 6) * e.rng.uniform(0.7, 1.1)
            puff = oval((k - 2.5) * 0.8, -r * 0.35, r, r * 0.8)
            b.shape([(x, min(y, 0.0)) for x, y in puff], tone)


def snowfield(e: Easel) -> None:
    """White slopes with blue shadows and snow-laden firs."""
    p, rng = e.palette, e.rng
    e.sky()
    e.sun(rng.uniform(4, 7))
    e.land(e.crags(e.horizon, 0.22 * e.height, 3), mix(p.far, p.low, 0.35), mix(p.far, p.low, 0.85))
    e.veil(e.horizon, 0.1 * e.height, p.low, 0.8)
    white = mix(p.light, p.low, 0.35)
    for k in range(4):
        share = k / 3
        y = e.horizon + (0.03 + 0.30 * share) * e.height
        line = e.hills(y, 0.03 * e.height, 0.8 + 0.3 * k)
        for _ in range(10 - 2 * k):
            x, foot = rng.choice(line)
            tall = e.unit * (7 + 19 * share) * rng.uniform(0.6, 1.1)
            _snowy(e.brush.at(x, foot + tall * 0.05, tall), mix(p.far, p.near, 0.25 + 0.55 * share), white)
        e.land(line, white, mix(white, p.far, 0.3), mix(white, p.far, 0.55))
    flakes(e, 150)


def _snowy(b: Brush, dark: Colour, white: Colour) -> None:
    fir(b, mix(dark, white, 0.35), dark)
    for k in range(1, 6):
        y, half = -1 + k * 0.15, 0.04 + k * 0.036
        b.shape([(-half, y + 0.05), (0, y - 0.11), (half * 0.5, y - 0.02), (half * 0.2, y + 0.02), (-half * 0.3, y)], white, opacity=0.9)


def flakes(e: Easel, count: int) -> None:
    """Falling snow, near flakes large and soft."""
    for _ in range(count):
        size = e.unit * (0.12 + 0.75 * e.rng.random() ** 4)
        x, y = e.rng.random() * e.width, e.rng.random() * e.height
        e.brush.oval(x, y, size, size, e.palette.light, opacity=e.rng.uniform(0.45, 0.95), soft=size * 0.25)
