"""A Japanese garden: pond, red bridge, pagoda, cherry blossom."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from reapi_nb.sandbox.artist.brush import Brush, Outline, Point, box, oval, smooth
from reapi_nb.sandbox.artist.colour import Colour, lighter, lit, mix

if TYPE_CHECKING:
    from reapi_nb.sandbox.artist.easel import Easel


def garden(e: Easel) -> None:
    """A pond that mirrors a bridge and a pagoda, seen from under a cherry tree."""
    p, shore = e.palette, e.horizon + 0.12 * e.tall
    e.sky(e.rng.uniform(6, 10))
    hills = e.crags(e.horizon, 0.2 * e.tall, 2)
    e.land(hills, mix(p.far, p.low, 0.35), mix(p.far, p.low, 0.8))
    e.veil(e.horizon - 0.02 * e.tall, 0.1 * e.tall, p.low, 0.7)
    x = e.column(0.72 if e.layout.variant % 2 else 0.58)
    tower = e.front.at(x, e.horizon + 0.06 * e.tall, e.tall * 0.3 * e.layout.zoom)
    _pagoda(tower, mix(p.near, p.far, 0.35), p.accent)
    _shrubs(e, e.horizon + 0.07 * e.tall, 12, p.depth(0.3))
    _shrubs(e, shore, 9, p.depth(0.55))
    wide = e.wide * 0.21 * e.layout.zoom
    _bridge(e.front.at(e.focus + 0.04 * e.wide, shore + 0.02 * e.tall, wide), p.accent)
    e.lake(shore + 0.025 * e.tall)
    _lilies(e, shore)
    _bank(e)
    _cherry(e)
    _petals(e)


def _pagoda(b: Brush, wall: Colour, roof: Colour) -> None:
    dark = mix(wall, roof, 0.3)
    for y, wide in ((0.0, 0.26), (-0.3, 0.205), (-0.56, 0.15)):
        b.shape(box(-wide * 0.62, y - 0.2, wide * 0.62, y), *lit(wall, 0.12, 0))
        eaves = b.at(0, y - 0.17, wide)
        edge = ((0, 0.04), (0.8, 0.03), (1.3, -0.03), (0.6, -0.06), (0.3, -0.12))
        half = [(x, up / wide) for x, up in edge]
        eaves.blob([*half, *((-x, up) for x, up in reversed(half) if x)], dark, wall)
    b.line([(0, -0.8), (0, -1.0)], [0.03, 0.006], dark)


def _shrubs(e: Easel, y: float, count: int, tone: Colour) -> None:
    rng = e.rng
    for _ in range(count):
        b = e.brush.at(rng.random() * e.width, y, e.unit * rng.uniform(3, 7))
        colour = mix(tone, e.palette.second, 0.75) if rng.random() < 0.35 else tone
        for x, up, r in ((-0.7, 0, 0.7), (0.7, 0, 0.7), (0, -0.35, 0.9)):
            b.oval(x, up, r, r * 0.8, *lit(colour, 0.05, 0))
    e.land(e.hills(y, e.unit * 0.5, 2), tone, mix(tone, e.palette.near, 0.3))


def _bridge(b: Brush, red: Colour) -> None:
    turns = [k * math.pi / 24 for k in range(-11, 12)]
    deck = [(math.sin(t) * 1.05, -0.34 * math.cos(t) + 0.03) for t in turns]
    dark = lighter(red, -0.16)
    b.shape(_band(deck, 0.0, 0.07), red, dark)
    b.shape(_band(deck, 0.05, 0.03), dark)
    for x, y in deck[1:-1:3]:
        b.shape(box(x - 0.014, y - 0.2, x + 0.014, y), red, dark)
    b.shape(_band(deck[1:-1], -0.17, 0.026), lighter(red, 0.05))
    b.shape(_band(deck[1:-1], -0.09, 0.014), red)
    for x in (-0.6, 0.6):
        b.shape(box(x - 0.02, -0.2, x + 0.02, 0.12), dark)


def _band(line: Outline, drop: float, width: float) -> list[Point]:
    upper = [(x, y + drop - width / 2) for x, y in line]
    return upper + [(x, y + width) for x, y in reversed(upper)]


def _lilies(e: Easel, shore: float) -> None:
    p, rng = e.palette, e.rng
    for _ in range(16):
        share = rng.uniform(0.15, 0.75)
        x, y = rng.random() * e.width, shore + share * (e.height - shore)
        b = e.brush.at(x, y, e.unit * (0.8 + 2.6 * share))
        b.shape([(0, 0), *oval(0, 0, 1, 0.36)[3:]], *lit(p.depth(rng.uniform(0.35, 0.65))))
        if rng.random() < 0.4:
            for turn in (-50, -20, 20, 50):
                b.at(0, -0.1, 0.5, turn).oval(0, -0.5, 0.24, 0.55, p.light, p.second)


def _bank(e: Easel) -> None:
    p, rng = e.palette, e.rng
    edge = e.hills(e.height * 0.965, e.height * 0.01, 1.5)
    line = [(x, y - max(0.0, 0.3 - x / e.width) * 0.5 * e.height) for x, y in edge]
    for _ in range(5):
        x, y = rng.choice(line)
        r = rng.uniform(2, 5) * e.unit
        e.brush.oval(x, y, r * 1.4, r, p.depth(0.5), p.near, shade=0.5)
    e.land(line, mix(p.near, p.far, 0.25), p.near)


def _cherry(e: Easel) -> None:
    """A dark trunk at the left edge, its branches, and clouds of blossom on them."""
    p, rng, w, h, u = e.palette, e.rng, e.width, e.height, e.unit
    bark = mix(p.near, p.accent, 0.15)
    bends = ((0.02, 1.02), (0.07, 0.7), (0.05, 0.42), (0.12, 0.18), (0.1, -0.05))
    trunk = [(x * w, y * h) for x, y in bends]
    e.brush.line(trunk, [u * 11, u * 6, u * 5, u * 4, u * 3], bark)
    tips: list[Point] = [(w * 0.1, h * 0.02)]
    for start, rise, long in ((0.42, -0.26, 0.34), (0.3, -0.12, 0.48), (0.22, -0.16, 0.3)):
        x, y = w * 0.057, h * start
        dx, dy = w * long * rng.uniform(0.85, 1.15), h * (rise + rng.uniform(-0.05, 0.05))
        limb = [(x, y), (x + dx * 0.4, y + dy * 0.75), (x + dx * 0.75, y + dy), (x + dx, y + dy)]
        e.brush.line(limb, [u * 3, u * 1.6, u, 0.5], bark)
        tips += smooth(limb, closed=False, steps=5)[4:]
    _blossom(e, tips)


def _blossom(e: Easel, tips: list[Point]) -> None:
    p, rng = e.palette, e.rng
    pale = mix(p.second, p.light, 0.5)
    layers = ((mix(p.second, p.near, 0.28), 7, 2.8), (p.second, 7, 2.2), (pale, 5, 1.5))
    for lift, (tone, count, size) in enumerate((*layers, (p.light, 2, 0.7))):
        for x, y in tips * count:
            r = e.unit * rng.uniform(0.7 * min(1, size), size)
            cx, cy = x + rng.gauss(0, 3.2) * e.unit, y + rng.gauss(-0.4 * lift, 2.3) * e.unit
            e.brush.oval(cx, cy, r, r * 0.85, tone)


def _petals(e: Easel) -> None:
    p, rng = e.palette, e.rng
    for _ in range(60):
        x, y = rng.random() * e.width, rng.uniform(0.1, 1) * e.height
        r, tone = e.unit * rng.uniform(0.25, 0.65), mix(p.second, p.light, rng.random() * 0.6)
        e.brush.oval(x, y, r, r * 0.5, tone, turn=rng.uniform(0, 180), opacity=0.9)
