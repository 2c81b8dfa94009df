"""Pictures of nothing: tiles of geometry, flowing bands, floating forms, stacked stones."""

from __future__ import annotations

import math

from reapi_nb.sandbox.artist.brush import Brush, Point, oval
from reapi_nb.sandbox.artist.easel import Easel
from reapi_nb.sandbox.artist.palette import Colour, lighter, mix


def _inks(e: Easel) -> tuple[Colour, ...]:
    p = e.palette
    return p.high, p.middle, p.low, p.far, p.near, p.accent, p.second, p.light


def tiles(e: Easel) -> None:
    """A grid of quarter circles, leaves, rings and halves."""
    inks, rng = _inks(e), e.rng
    side = e.unit * (18, 25, 14, 33)[e.layout.variant]
    e.wash(e.palette.low)
    for row in range(math.ceil(e.height / side)):
        for column in range(math.ceil(e.width / side)):
            back, front, extra = rng.sample(inks, 3)
            b = e.brush.at((column + 0.5) * side, (row + 0.5) * side, side, 90 * rng.randrange(4))
            b.shape(path("-50.3,-50.3 50.3,-50.3 50.3,50.3 -50.3,50.3"), back, mix(back, front, 0.08))
            rng.choice((_quarter, _leaf, _ring, _half, _dot))(b, front, extra)


def _arc(x: float, y: float, r: float, start: int, end: int) -> list[Point]:
    return [(x + r * math.cos(math.radians(t)), y + r * math.sin(math.radians(t))) for t in range(start, end + 1, 5)]


def _quarter(b: Brush, one: Colour, two: Colour) -> None:
    for r, tone in ((1.0, one), (0.66, two), (0.33, one)):
        b.shape([(-0.5, -0.5), *_arc(-0.5, -0.5, r, 0, 90)], tone)


def _leaf(b: Brush, one: Colour, two: Colour) -> None:
    b.shape([*_arc(-0.5, 0.5, 1, 270, 360), *_arc(0.5, -0.5, 1, 90, 180)], one)
    b.oval(0, 0, 0.14, 0.14, two)


def _ring(b: Brush, one: Colour, two: Colour) -> None:
    b.oval(0, 0, 0.42, 0.42, one)
    b.oval(0, 0, 0.2, 0.2, two)


def _half(b: Brush, one: Colour, two: Colour) -> None:
    b.shape(_arc(0, -0.5, 0.5, 0, 180), one)
    b.shape(_arc(0, 0.0, 0.5, 0, 180), two)


def _dot(b: Brush, one: Colour, two: Colour) -> None:
    b.shape(path("-50,-50 50,-50 -50,50"), one)
    b.oval(0.2, 0.2, 0.13, 0.13, two)


def bands(e: Easel) -> None:
    """Ribbons of colour flowing across, each casting a soft shadow on the next."""
    inks, rng, p = _inks(e), e.rng, e.palette
    e.wash(p.high, p.middle)
    count = (9, 13, 7, 11)[e.layout.variant]
    turns = [(rng.uniform(0.5, 1.6), rng.uniform(0, math.tau), rng.uniform(0.05, 0.13)) for _ in range(3)]
    order = [mix(inks[k % 7], inks[(k + 1) % 7], rng.uniform(0, 0.4)) for k in range(count)]
    for k, tone in enumerate(order):
        base = e.height * ((k + 0.6) / count)
        line = [
            (x, base + e.height * sum(a * math.sin(f * math.tau * x / e.width + s + k * 0.22) for f, s, a in turns))
            for x in range(-12, e.width + 24, 12)
        ]
        e.land([(x, y - e.unit * 0.9) for x, y in line], p.near, opacity=0.28, soft=e.unit * 1.2)
        e.land(line, lighter(tone, 0.06), tone, mix(tone, p.near, 0.35))
    e.sun(rng.uniform(4, 7))


def forms(e: Easel) -> None:
    """Circles, arcs and bars in balance, see-through where they cross."""
    inks, rng, p = _inks(e), e.rng, e.palette
    e.wash(p.low, mix(p.low, p.middle, 0.4))
    x, y = e.layout.focus * e.width, e.layout.horizon * e.height
    e.brush.oval(x, y, 27 * e.unit, 27 * e.unit, p.accent, mix(p.accent, p.second, 0.6), opacity=0.95)
    for k in range(15):
        cx, cy = x + rng.gauss(0, 27) * e.unit, y + rng.gauss(0, 20) * e.unit
        b = e.brush.at(cx, cy, e.unit * rng.uniform(4, 20), rng.choice((0, 30, 45, 60, 90, 135)))
        tone = rng.choice(inks)
        kind = k % 5
        if kind == 0:
            b.oval(0, 0, 1, 1, tone, opacity=0.8)
        elif kind == 1:
            b.shape(_arc(0, 0, 1, 0, 180), lighter(tone, 0.05), tone, opacity=0.9)
        elif kind == 2:
            b.shape(path("-190,-5 190,-5 190,5 -190,5"), p.near, opacity=0.9)
        elif kind == 3:
            b.shape([*_arc(0, 0, 1.2, 0, 270), *_arc(0, 0, 1.05, 0, 270)[::-1]], p.near, opacity=0.85)
        else:
            b.shape(path("0,-80 80,60 -80,60"), tone, mix(tone, p.light, 0.3), opacity=0.85)


def stones(e: Easel) -> None:
    """Smooth stones balanced one on another before a large sun."""
    rng, p = e.rng, e.palette
    e.wash(mix(p.middle, p.low, 0.5), p.low, p.light)
    x = e.layout.focus * e.width
    r = 30 * e.unit * e.layout.zoom
    e.brush.oval(x + rng.uniform(-14, 14) * e.unit, e.height * 0.42, r, r, mix(p.accent, p.light, 0.2), mix(p.second, p.light, 0.4))
    y = e.height * 0.88
    e.land(e.hills(y, e.height * 0.02, 1), mix(p.far, p.low, 0.3), p.far)
    for k in range(5 + e.layout.variant % 2):
        wide = (20 - 2.6 * k) * e.unit * rng.uniform(0.8, 1.15)
        tall = wide * rng.uniform(0.34, 0.48)
        y -= tall * 0.92
        tone = mix(rng.choice((p.far, p.near, p.accent, p.second, p.high)), p.near, 0.15)
        shape = oval(x + rng.uniform(-1.5, 1.5) * e.unit, y, wide, tall, rng.uniform(-5, 5))
        e.brush.shape(shape, lighter(tone, 0.08), tone, shade=0.5)
        y -= tall * 0.92
