"""Trees close together: a misty forest, firs in the snow."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from reapi_nb.sandbox.artist.brush import Brush, Point, path
from reapi_nb.sandbox.artist.colour import Colour, mix

if TYPE_CHECKING:
    from reapi_nb.sandbox.artist.easel import Easel


def fir(b: Brush, *colours: Colour) -> None:
    """A fir one unit tall, standing on the brush's zero."""
    edge: list[Point] = [(0, -1)]
    for k in range(1, 7):
        y = -1 + k * 0.15
        edge += [(0.045 + k * 0.038, y + 0.05), (0.02 + k * 0.02, y)]
    edge += [(0.03, -0.06), (0.03, 0.02)]
    b.shape([*edge, *((-x, y) for x, y in reversed(edge))], *colours)


def firs(e: Easel) -> None:
    """A fringe of firs along the bottom, tallest at the sides."""
    dark, rng = e.palette.near, e.rng
    opening = rng.uniform(0.35, 0.7)
    for row, tone in enumerate((mix(dark, e.palette.far, 0.3), dark)):
        for _ in range(26):
            x = rng.random()
            tall = (0.06 + 0.5 * abs(x - opening) ** 1.8) * rng.uniform(0.6, 1.15)
            fir(e.brush.at(x * e.width, e.height * (0.965 + 0.02 * row), e.tall * tall), tone)
    e.land(e.hills(e.height * 0.955, e.height * 0.012, 1.2), dark)


def forest(e: Easel) -> None:
    """Trunks in mist, row before row, with light falling in from above."""
    p, rng = e.palette, e.rng
    e.wash(mix(p.far, p.high, 0.4), p.middle, p.low, p.middle, p.far)
    e.brush.glow(e.light[0], e.height * 0.45, e.unit * 60, p.light, 0.9)
    for k in range(5):
        share = k / 4
        tone = mix(mix(p.far, p.low, 0.5 - 0.5 * share), p.near, max(0.0, share * 1.1 - 0.12))
        ground = e.horizon + 0.05 * e.tall + (e.row(0.89) - e.horizon) * share**1.4
        for _ in range(round(15 - 11 * share)):
            x = rng.uniform(-0.05, 1.05)
            if k < 3 or abs(x - e.layout.focus) > 0.2:  # leaves room for a subject
                _trunk(e, x * e.width, ground, (0.9 + 4.6 * share**2) * e.unit, tone)
        floor = e.hills(ground, e.tall * 0.018, 1.5 + share)
        e.land(floor, tone, mix(tone, p.depth(share), 0.4))
        e.veil(ground + 0.02 * e.tall, 0.12 * e.tall, p.low, 0.5 * (1 - share))
        _canopy(e, 0.19 - 0.03 * k, 9 - k, tone)
        if k == 3:
            _beams(e)
    _undergrowth(e)


def _trunk(e: Easel, x: float, ground: float, width: float, tone: Colour) -> None:
    rng, b = e.rng, e.brush
    lean = rng.gauss(0, 0.03) * e.height
    stem = [(x, ground + 0.04 * e.tall), (x + lean * 0.2, ground - width), (x + lean, -20)]
    b.line(stem, [width * 1.9, width, width * 0.72], tone)
    for _ in range(3):
        y = rng.uniform(0.02, 0.5) * ground
        long = rng.choice((-1, 1)) * rng.uniform(0.05, 0.14) * e.height
        start, rise = x + lean * (1 - y / ground), abs(long)
        twig = [(start, y), (start + long * 0.6, y - rise * 0.35), (start + long, y - rise)]
        b.line(twig, [width * 0.4, width * 0.2, 1], tone)


def _canopy(e: Easel, low: float, clumps: int, tone: Colour) -> None:
    """Leaves along the top, as one ragged shape."""
    rng = e.rng
    edge: list[Point] = [(-20, -20)]
    for k in range(clumps * 4 + 1):
        sag = low * (0.45 + 0.55 * abs(math.sin(k * math.pi / 4))) * rng.uniform(0.6, 1.15)
        edge.append((e.width * k / clumps / 4, sag * e.height))
    e.brush.blob([*edge, (e.width + 20, -20)], tone)
    for _ in range(clumps * 6):
        x, y = rng.choice(edge[1:])
        size = e.unit * rng.uniform(0.7, 2.2)
        place = x + rng.gauss(0, 2) * e.unit, y + rng.uniform(-1, 1.5) * e.unit
        e.brush.oval(*place, size, size * 0.55, tone, turn=rng.uniform(-40, 40))


def _beams(e: Easel) -> None:
    x, rng = e.light[0], e.rng
    for k in range(6):
        foot = x + (k - 2.5) * 0.22 * e.width + rng.gauss(0, 0.04) * e.width
        top, wide = x + (k - 2.5) * 0.05 * e.width, rng.uniform(0.03, 0.09) * e.width
        low = e.height * 0.95
        beam = [(top, -30), (top + wide * 0.4, -30), (foot + wide, low), (foot, low)]
        e.brush.shape(beam, e.palette.light, opacity=0.2, soft=e.unit * 0.9)


def _undergrowth(e: Easel) -> None:
    """Grass in front, and fireflies."""
    p, rng = e.palette, e.rng
    for _ in range(40):
        b = e.brush.at(rng.random() * e.width, e.height, e.unit * rng.uniform(3, 9))
        lean = rng.uniform(-0.8, 0.8)
        tone = mix(p.near, p.far, rng.uniform(0, 0.35))
        b.line([(0, 0.1), (lean * 0.3, -0.7), (lean, -1)], [0.09, 0.18, 0.04], tone)
    for _ in range(24):
        x, y = rng.random() * e.width, rng.uniform(0.45, 0.95) * e.height
        e.brush.glow(x, y, e.unit * rng.uniform(0.6, 1.6), p.second, 0.7)


def snowfield(e: Easel) -> None:
    """White slopes with blue shadows and firs under snow."""
    p, rng = e.palette, e.rng
    e.sky(rng.uniform(4, 7))
    far = e.crags(e.horizon, 0.22 * e.tall, 3)
    e.land(far, mix(p.far, p.low, 0.35), mix(p.far, p.low, 0.85))
    e.veil(e.horizon, 0.1 * e.tall, p.low, 0.8)
    white = mix(p.light, p.low, 0.35)
    for k, depth in enumerate(e.depths(4, 0.3)):
        share = min(depth, 1.0)
        y = e.horizon + (0.03 + 0.30 * depth) * e.tall
        line = e.hills(y, 0.03 * e.tall, 0.8 + 0.3 * k)
        for _ in range(max(3, 10 - 2 * k)):
            x, foot = rng.choice(line)
            tall = e.unit * (7 + 19 * share) * rng.uniform(0.6, 1.1)
            b = e.front.at(x, foot + tall * 0.05, tall)
            _snowy_fir(b, mix(p.far, p.near, 0.25 + 0.55 * share), white)
        e.land(line, white, mix(white, p.far, 0.3), mix(white, p.far, 0.55))


def _snowy_fir(b: Brush, dark: Colour, white: Colour) -> None:
    fir(b, mix(dark, white, 0.35), dark)
    for k in range(1, 6):
        branch = b.at(0, -1 + k * 0.15, 0.04 + k * 0.036)
        outline = path("-100,50 0,-110 50,-20 20,20 -30,0")
        load = [(px, py * 12 / (4 + k * 3.6)) for px, py in outline]
        branch.shape(load, white, opacity=0.9)
