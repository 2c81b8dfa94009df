"""Wide country: mountains, desert, meadow."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from reapi_nb.sandbox.artist.brush import Brush, Point, oval, path, smooth
from reapi_nb.sandbox.artist.colour import Colour, lighter, lit, mix
from reapi_nb.sandbox.artist.woods import firs

if TYPE_CHECKING:
    from reapi_nb.sandbox.artist.easel import Easel


def mountains(e: Easel) -> None:
    """Ridge behind ridge in mist and firs in front; every other time a lake."""
    p, rng = e.palette, e.rng
    water = e.layout.variant % 2 == 1
    e.sky(rng.uniform(5, 10))
    for k, depth in enumerate((0.0, 0.25, 0.5) if water else e.depths(5, 0.3)):
        share = min(depth, 1.0)
        y = e.horizon + (0.02 + 0.30 * depth**1.3) * e.tall
        line = e.crags(y, (0.36 - 0.2 * share) * e.tall * e.layout.zoom, 2 + k)
        tone = p.depth(0.12 + share * 0.72)
        hazy = [mix(tone, p.low, more) for more in (0.55 - 0.3 * share, 0.75 - 0.5 * share)]
        e.land(line, tone, *hazy, front=True)
        if k < 2:
            _snowcaps(e, line, mix(p.light, tone, 0.15 + 0.2 * k))
        e.veil(y + 0.02 * e.tall, 0.09 * e.tall, p.low, 0.5 - 0.35 * share)
    if water:
        shore = e.horizon + 0.2 * e.tall
        e.land(e.crags(shore + 3, 0.05 * e.tall, 9), p.depth(0.6), p.depth(0.7))
        e.lake(shore)
    firs(e)
    e.birds(5, p.depth(0.7))


def _snowcaps(e: Easel, line: list[Point], colour: Colour) -> None:
    """Light on the side of each peak that faces the sun, with a ragged inner edge."""
    for before, (x, y), after in zip(line[::32], line[32::32], line[64::32], strict=False):
        drop = (min(before[1], after[1]) - y) * e.rng.uniform(0.35, 0.5)
        if drop <= 0:
            continue
        side = 1 if e.light[0] > x else -1
        edge = [q for q in line if q[1] < y + drop and 0 <= (q[0] - x) * side < 2.5 * drop]
        edge.sort(key=lambda q: (q[0] - x) * side)
        ragged = path("55,75 40,110 22,70 6,130 -4,70 -16,90 -10,40")
        inner = [(x + side * drop * dx, y + drop * dy) for dx, dy in ragged]
        e.brush.shape([(x, y), *edge, *inner], colour, opacity=0.85)


def desert(e: Easel) -> None:
    """Dunes with one bright and one shaded side; every other time a cactus."""
    p, rng = e.palette, e.rng
    e.sky(rng.uniform(6, 11))
    e.land(e.crags(e.horizon, 0.1 * e.tall, 5), mix(p.far, p.low, 0.55), mix(p.far, p.low, 0.8))
    for share in e.depths(5, 0.36):
        _dune(e, e.horizon + (0.03 + 0.36 * share) * e.tall, min(share, 1.0))
    if e.layout.variant % 2 == 0:
        x = e.width * (0.12 + 0.1 * rng.random())
        _cactus(e.front.at(x, e.height * 0.97, e.tall * 0.3), p.near)


def _dune(e: Easel, y: float, share: float) -> None:
    p, rng, w = e.palette, e.rng, e.width
    rise = (0.05 + 0.11 * share) * e.tall
    sunny = mix(mix(p.far, p.light, 0.35 - 0.25 * share), p.accent, 0.12 * share)
    shade = mix(p.far, p.near, 0.25 + 0.55 * share)
    top = rng.uniform(0.15, 0.85) * w
    feet = [(x * w, y + rise * rng.uniform(0.2, 0.8)) for x in (-0.3, 1.3)]
    slopes = [(top - 0.3 * w, y - rise * 0.35), (top, y - rise), (top + 0.3 * w, y - rise * 0.2)]
    line = smooth(sorted([*feet, *slopes]), closed=False, steps=16)
    e.land(line, lighter(sunny, 0.04), sunny, mix(sunny, p.near, 0.25))
    crest = path("0,-100 -5,-20 6,70 -2,160 10,300")
    spine = smooth([(top + dx * w, y + dy * rise) for dx, dy in crest], closed=False)
    shaded = [*spine[::-1], *(q for q in line if q[0] >= top), (1.3 * w, y + 3 * rise)]
    e.brush.shape(shaded, shade, mix(shade, sunny, 0.85), opacity=0.85, soft=1)


def _cactus(b: Brush, colour: Colour) -> None:
    b.line(path("0,5 0,-50 0,-100"), [0.13, 0.14, 0.13], colour)
    b.oval(0, -1, 0.065, 0.065, colour)
    for arm, tall in zip(b.sides(0, -0.4), (0.38, 0.3), strict=True):
        elbow = [(0, 0), (0.16, 0.02), (0.22, -0.08), (0.22, -tall)]
        arm.line(elbow, [0.09, 0.09, 0.09, 0.08], colour)
        arm.oval(0.22, -tall, 0.042, 0.042, colour)


def meadow(e: Easel) -> None:
    """Rolling fields with round trees and flowers in the grass."""
    p, rng = e.palette, e.rng
    e.sky(rng.uniform(5, 8))
    for _ in range(3):
        place = rng.random() * e.width, rng.uniform(0.15, 0.7) * e.horizon
        _cloud(e, e.brush.at(*place, e.unit * rng.uniform(3, 6)))
    e.land(e.hills(e.horizon, 0.05 * e.tall, 0.8), mix(p.far, p.low, 0.5), mix(p.far, p.low, 0.8))
    for k, depth in enumerate(e.depths(4, 0.34)):
        share = min(depth, 1.0)
        y = e.horizon + (0.04 + 0.34 * depth) * e.tall
        tone = mix(mix(p.far, p.second, 0.25), p.near, 0.1 + share * 0.6)
        line = e.hills(y, (0.05 - 0.03 * share) * e.tall, 0.7 + 0.2 * k)
        for _ in range(max(1, 4 - k)):
            x, foot = rng.choice(line)
            tall = e.unit * (4 + 9 * share) * rng.uniform(0.7, 1.2)
            _tree(e.front.at(x, foot + 3, tall), mix(tone, p.near, 0.45))
        e.land(line, lighter(tone, 0.06), tone, mix(tone, p.near, 0.3))
    _flowers(e)


def _cloud(e: Easel, b: Brush) -> None:
    tone = mix(e.palette.light, e.palette.middle, 0.5 if e.dark else 0.08)
    for k in range(6):
        r = 0.4 + 0.7 * math.sin(math.pi * (k + 0.5) / 6) * e.rng.uniform(0.7, 1.1)
        puff = oval((k - 2.5) * 0.8, -r * 0.35, r, r * 0.8)
        b.shape([(x, min(y, 0.0)) for x, y in puff], tone)


def _tree(b: Brush, colour: Colour) -> None:
    b.line(path("0,0 0,-60"), [0.16, 0.1], lighter(colour, -0.08))
    for x, y, r in ((-0.3, -0.75, 0.34), (0.3, -0.78, 0.33), (0, -1.1, 0.45), (0, -0.75, 0.4)):
        b.oval(x, y, r, r * 0.9, *lit(colour, 0.07, 0))


def _flowers(e: Easel) -> None:
    p, rng = e.palette, e.rng
    for _ in range(120):
        near = 1 - rng.random() ** 2
        size = e.unit * (0.2 + 0.45 * near) * rng.uniform(0.6, 1.2)
        x, y = rng.random() * e.width, e.height * (0.74 + 0.26 * near)
        e.brush.oval(x, y, size, size * 0.8, rng.choice((p.accent, p.second, p.light)))
