"""The open sea and the beach beside it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from reapi_nb.sandbox.artist.brush import Brush, Point, box, path, smooth
from reapi_nb.sandbox.artist.colour import Colour, lighter, lit, mix

if TYPE_CHECKING:
    from reapi_nb.sandbox.artist.easel import Easel


def sea(e: Easel) -> None:
    """Waves rolling in under a sun that glitters on the water."""
    p, rng, top = e.palette, e.rng, e.layout.horizon
    e.sky(rng.uniform(6, 10))
    _streaks(e)
    e.wash(mix(p.far, p.low, 0.4), p.far, p.near, top=top)
    _glitter(e)
    if e.layout.variant % 2:
        _sail(e)
    else:
        e.birds(6, p.depth(0.8))
    for depth in e.depths(7, 1 - e.layout.horizon):
        share = min(depth, 1.0)
        y = e.horizon + 0.05 * e.tall + 0.9 * depth**1.5 * (e.row(1) - e.horizon)
        _wave(e, y, (0.7 + 5.5 * share) * e.unit * e.layout.zoom, share)


def _streaks(e: Easel) -> None:
    rng = e.rng
    for _ in range(7):
        x, y = rng.random() * e.width, rng.uniform(0.2, 0.95) * e.horizon
        long, thin = rng.uniform(0.1, 0.3) * e.width, e.unit * rng.uniform(0.25, 0.7)
        tone = mix(e.palette.light, e.palette.middle, 0.5 if e.dark else 0)
        e.brush.oval(x, y, long, thin, tone, opacity=0.4, soft=e.unit * 0.15)


def _glitter(e: Easel) -> None:
    rng = e.rng
    for _ in range(60):
        share = rng.random()
        x = e.light[0] + rng.gauss(0, 1.4 + 5.4 * share) * e.unit
        y = e.horizon + share**1.4 * (e.height - e.horizon)
        long = e.unit * (0.8 + 2.4 * share) * rng.uniform(0.5, 1.5)
        e.brush.oval(x, y, long, e.unit * (0.1 + 0.2 * share), e.palette.light, opacity=0.65)


def _wave(e: Easel, y: float, tall: float, share: float) -> None:
    """A row of curling crests with foam along the edge."""
    p, rng = e.palette, e.rng
    tone = mix(p.far, p.near, 0.15 + 0.75 * share)
    pitch = tall * rng.uniform(7, 9)
    start = rng.uniform(-1, 0) * pitch
    line: list[Point] = []
    for k in range(math.ceil(e.width / pitch) + 2):
        up = tall * rng.uniform(0.6, 1.15)
        crest = path("0,0 35,-35 58,-100 72,-82 78,-30")
        line += [(start + (k + dx) * pitch, y + dy * up) for dx, dy in crest]
    curve = smooth(line, closed=False, steps=6)
    e.land(curve, lighter(tone, 0.06), tone, mix(tone, p.near, 0.5))
    under = [(x, v + tall * (0.1 + 0.1 * math.sin(x / pitch * 19))) for x, v in reversed(curve)]
    e.brush.shape([*curve, *under], mix(p.light, tone, 0.4 - 0.2 * share), opacity=0.85)


def _sail(e: Easel) -> None:
    """A boat far out."""
    p = e.palette
    x = e.rng.uniform(0.2, 0.8) * e.width
    b = e.front.at(x, e.horizon + e.unit * 2, e.unit * 7)
    b.blob(path("-55,-12 60,-12 42,14 -40,14"), *lit(p.accent))
    b.shape(path("2,-135 2,-20 58,-20"), p.light, mix(p.light, p.accent, 0.3))
    b.shape(path("-4,-120 -4,-20 -46,-20"), p.light, mix(p.light, p.accent, 0.5))
    b.shape(box(-0.02, -1.4, 0.02, -0.1), p.near)


def beach(e: Easel) -> None:
    """Sea, wet sand with lines of foam, and palms leaning in."""
    p, rng = e.palette, e.rng
    e.sky(rng.uniform(5, 9))
    _streaks(e)
    e.wash(p.far, mix(p.far, p.high, 0.5), mix(p.far, p.low, 0.5), top=e.layout.horizon)
    _glitter(e)
    if e.layout.variant % 2 == 0:
        _sail(e)
    _shore(e)
    for x, tall in ((0.08, 0.8), (0.0, 0.6)):
        palm = e.front.at(e.width * x, e.height * 1.02, e.tall * tall * e.layout.zoom)
        _palm(palm, p.near, rng.uniform(0.1, 0.28))


def _shore(e: Easel) -> None:
    p = e.palette
    sand = mix(p.second, p.light, 0.6)
    slope = e.rng.uniform(0.05, 0.12) * e.tall
    tones = (p.light, mix(p.far, sand, 0.45), p.light, mix(sand, p.far, 0.25), sand)
    for k, tone in enumerate(tones):
        edge = e.hills(e.row(0.76 + 0.045 * k), e.tall * 0.014, 1.6)
        line = [(x, y - (x / e.width - 0.5) * slope) for x, y in edge]
        e.land(line, tone, mix(tone, p.accent, 0.12) if tone == sand else tone, soft=0.5)


def _palm(b: Brush, colour: Colour, lean: float) -> None:
    b.line([(0, 0), (lean * 0.25, -0.4), (lean, -0.9)], [0.05, 0.034, 0.026], colour)
    for turn in (-170, -140, -100, -60, -20, 15, 160):
        droop = 0.42 if abs(turn) < 90 else -0.42
        spine = smooth([(0, 0), (0.5, -droop * 0.25), (1, droop)], closed=False)
        b.at(lean, -0.9, 0.36, turn).shape(_fringed(spine, 0.11), colour)


def _fringed(spine: list[Point], reach: float) -> list[Point]:
    """A leaf with a toothed edge around a spine."""
    upper, lower = [], []
    for k, (x, y) in enumerate(spine):
        half = reach * math.sin(math.pi * (k + 0.6) / (len(spine) + 0.6))
        half *= 1 if k % 2 else 0.55
        upper.append((x, y - half * 0.6))
        lower.append((x, y + half))
    return upper + lower[::-1]
