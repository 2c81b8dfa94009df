"""Pictures of nothing: tiles of geometry, flowing bands, forms in balance, stacked stones."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from reapi_nb.sandbox.artist.brush import Brush, arc, box, oval, path
from reapi_nb.sandbox.artist.colour import Colour, lighter, lit, mix

if TYPE_CHECKING:
    from reapi_nb.sandbox.artist.easel import Easel


def _inks(e: Easel) -> tuple[Colour, ...]:
    p = e.palette
    return p.high, p.middle, p.low, p.far, p.near, p.accent, p.second, p.light


def tiles(e: Easel) -> None:
    """A grid of quarter circles, leaves, rings and halves."""
    rng, side = e.rng, e.unit * (18, 25, 14, 33)[e.layout.variant]
    e.wash(e.palette.low)
    for row in range(math.ceil(e.height / side)):
        for column in range(math.ceil(e.width / side)):
            ground, one, two = rng.sample(_inks(e), 3)
            place = (column + 0.5) * side, (row + 0.5) * side
            b = e.brush.at(*place, side + 3, 90 * rng.randrange(4))  # a hair of overlap
            b.shape(box(-0.5, -0.5, 0.5, 0.5), ground, mix(ground, one, 0.08))
            rng.choice((_quarter, _leaf, _ring, _halves, _corner))(b, one, two)


def _quarter(b: Brush, one: Colour, two: Colour) -> None:
    for r, tone in ((1.0, one), (0.66, two), (0.33, one)):
        b.shape([(-0.5, -0.5), *arc(-0.5, -0.5, r, 0, 90)], tone)


def _leaf(b: Brush, one: Colour, two: Colour) -> None:
    b.shape([*arc(-0.5, 0.5, 1, 270, 360), *arc(0.5, -0.5, 1, 90, 180)], one)
    b.oval(0, 0, 0.14, 0.14, two)


def _ring(b: Brush, one: Colour, two: Colour) -> None:
    b.oval(0, 0, 0.42, 0.42, one)
    b.oval(0, 0, 0.2, 0.2, two)


def _halves(b: Brush, one: Colour, two: Colour) -> None:
    b.shape(arc(0, -0.5, 0.5, 0, 180), one)
    b.shape(arc(0, 0.0, 0.5, 0, 180), two)


def _corner(b: Brush, one: Colour, two: Colour) -> None:
    b.shape(path("-50,-50 50,-50 -50,50"), one)
    b.oval(0.2, 0.2, 0.13, 0.13, two)


def bands(e: Easel) -> None:
    """Ribbons of colour flowing across, each casting a soft shadow on the one behind."""
    inks, rng, p = _inks(e), e.rng, e.palette
    e.wash(p.high, p.middle)
    count = (9, 13, 7, 11)[e.layout.variant]
    swings = [
        (rng.uniform(0.5, 1.6) * math.tau / e.width, rng.uniform(0, math.tau), rng.uniform(5, 12))
        for _ in range(3)
    ]
    for k in range(count):
        tone = mix(inks[k % 7], inks[(k + 1) % 7], rng.uniform(0, 0.4))
        base = e.height * (k + 0.6) / count
        line = [
            (x, base + e.unit * sum(a * math.sin(f * x + s + k * 0.22) for f, s, a in swings))
            for x in range(-12, e.width + 24, 12)
        ]
        lifted = [(x, y - e.unit * 0.9) for x, y in line]
        e.land(lifted, p.near, opacity=0.28, soft=e.unit * 1.2)
        e.land(line, lighter(tone, 0.06), tone, mix(tone, p.near, 0.35))


def forms(e: Easel) -> None:
    """Circles, arcs, bars and triangles in balance, see-through where they cross."""
    rng, p, u = e.rng, e.palette, e.unit
    e.wash(p.low, mix(p.low, p.middle, 0.4))
    x, y = e.focus, e.horizon
    e.brush.oval(x, y, 27 * u, 27 * u, *lit(p.accent, 0.04, 0.08))
    for k in range(15):
        place = x + rng.gauss(0, 24) * u, y + rng.gauss(0, 18) * u
        b = e.front.at(*place, u * rng.uniform(4, 16), rng.choice((0, 30, 45, 60, 90, 135)))
        tone = rng.choice((p.second, p.far, p.high, p.middle, p.light, p.near))
        if k % 5 == 0:
            b.oval(0, 0, 1, 1, *lit(tone, 0.03, 0.05), opacity=0.85)
        elif k % 5 == 1:
            b.shape(arc(0, 0, 1, 0, 180), *lit(tone), opacity=0.9)
        elif k % 5 == 2:
            b.shape(box(-1.9, -0.05, 1.9, 0.05), p.near, opacity=0.9)
        elif k % 5 == 3:
            b.shape([*arc(0, 0, 1.2, 0, 270), *arc(0, 0, 1.08, 0, 270)[::-1]], p.near)
        else:
            b.shape(path("0,-80 80,60 -80,60"), tone, mix(tone, p.light, 0.3), opacity=0.85)


def stones(e: Easel) -> None:
    """Smooth stones balanced one on another before a large sun."""
    rng, p, u = e.rng, e.palette, e.unit
    e.wash(mix(p.middle, p.low, 0.5), p.low, p.light)
    r = 30 * u * e.layout.zoom
    sun = e.focus + rng.uniform(-14, 14) * u
    tones = mix(p.accent, p.light, 0.2), mix(p.second, p.light, 0.4)
    e.brush.oval(sun, e.row(0.42), r, r, *tones)
    y = e.row(0.88)
    e.land(e.hills(y, e.tall * 0.02, 1), mix(p.far, p.low, 0.3), p.far)
    for k in range(5 + e.layout.variant % 2):
        wide = (20 - 2.6 * k) * u * rng.uniform(0.8, 1.15)
        tall = wide * rng.uniform(0.34, 0.48)
        tone = mix(rng.choice((p.far, p.near, p.accent, p.second, p.high)), p.near, 0.15)
        x = e.focus + rng.uniform(-1.5, 1.5) * u
        stone = oval(x, y - tall * 0.92, wide, tall, rng.uniform(-5, 5))
        e.front.shape(stone, *lit(tone, 0.08, 0), shade=0.5)
        y -= tall * 1.84
