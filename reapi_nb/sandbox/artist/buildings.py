"""Cottage, castle and lighthouse, one unit tall, standing on the brush's zero."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from reapi_nb.sandbox.artist.brush import Brush, Point, both, box, path
from reapi_nb.sandbox.artist.colour import Colour, ink, lit, mix, shadowed

if TYPE_CHECKING:
    from reapi_nb.sandbox.artist.easel import Easel


def cottage(e: Easel, b: Brush, tint: Colour | None) -> None:
    """A house with lit windows and smoke above the chimney."""
    p, wall = e.palette, tint or mix(ink("e8d8bd"), e.palette.far, 0.25)
    roof, frame = shadowed(p.accent, 0.08), shadowed(wall, 0.5)
    lamp = mix(p.light, p.second, 0.4)
    for k in range(5):
        puff = 0.035 + 0.016 * k
        x, y = 0.26 + 0.05 * k + 0.02 * math.sin(k * 2), -1.02 - 0.085 * k
        b.oval(x, y, puff, puff * 0.85, p.light, opacity=0.5 - 0.07 * k, soft=0.012)
    b.shape(box(0.2, -0.98, 0.3, -0.6), shadowed(roof, 0.25))
    b.shape(box(-0.42, -0.52, 0.42, 0.0), *lit(wall))
    b.shape(path("-54,-48 -32,-88 32,-88 54,-48"), *lit(roof, 0, 0.2))
    b.shape(path("-30,-46 -8,-84 14,-46"), *lit(wall, 0.08, 0))
    gable = path("-36,-43 -8,-92 20,-43 13,-43 -8,-80 -29,-43")
    b.shape(gable, shadowed(roof, 0.2))
    for x, y in path("-27,-28 27,-28 -8,-55"):
        b.glow(x, y, 0.24, lamp, 0.65)
        b.shape(box(x - 0.065, y - 0.075, x + 0.065, y + 0.075), lamp, mix(lamp, p.accent, 0.25))
        b.shape(box(x - 0.006, y - 0.075, x + 0.006, y + 0.075), frame)
        b.shape(box(x - 0.065, y - 0.006, x + 0.065, y + 0.006), frame)
    b.blob(path("-7,0 -7.5,-26 0,-33 7.5,-26 7,0"), shadowed(roof, 0.35), shadowed(roof, 0.5))
    b.oval(0.04, -0.13, 0.011, 0.011, lamp)
    for _ in range(7):
        x = e.rng.choice((-1, 1)) * e.rng.uniform(0.2, 0.46)
        b.oval(x, -0.02, 0.1, 0.065, p.depth(0.6), p.near)


_TOWERS = ((-30, 7.5, 62), (27, 8.5, 70), (-10, 9, 82), (10, 7, 60), (-46, 8.5, 48), (46, 8.5, 50))


def castle(e: Easel, b: Brush, tint: Colour | None) -> None:
    """Towers with pointed roofs and banners."""
    wall = tint or mix(ink("b9b0b8"), e.palette.far, 0.3)
    b.shape(_battlements(-0.45, 0.45, -0.36), *lit(wall, 0.02, 0.25))
    for x, wide, tall in _TOWERS:
        high = tall * e.rng.uniform(0.92, 1.05)
        _tower(e, b.at(x / 100, 0, wide / 100), high / wide, wall)
    gate = path("-8,1 -8,-14 0,-21 8,-14 8,1")
    b.blob(gate, shadowed(wall, 0.6), shadowed(wall, 0.75))


def _tower(e: Easel, b: Brush, high: float, wall: Colour) -> None:
    p = e.palette
    b.shape(box(-1, -high, 1, 0), *lit(wall, 0.07, 0.22))
    b.shape(box(0.25, -high, 1, 0), shadowed(wall, 0.35), opacity=0.35)
    top = b.at(0, -high, 1)
    top.line(path("0,-290 0,-410"), [0.12, 0.1], shadowed(wall, 0.5))
    top.blob(path("0,-410 80,-390 150,-375 70,-360 0,-345"), p.second)
    top.shape(path("-130,12 0,-310 130,12"), *lit(p.accent, 0.03, 0.25))
    for share in (0.8, 0.55):
        b.oval(-0.1, -high * share, 0.17, 0.34, mix(p.light, p.second, 0.4))


def _battlements(left: float, right: float, top: float) -> list[Point]:
    line: list[Point] = []
    step = (right - left) / 15
    for k in range(15):
        y = top - (0.035 if k % 2 == 0 else 0)
        line += [(left + k * step, y), (left + (k + 1) * step, y)]
    return [*line, (right, 0), (left, 0)]


def lighthouse(e: Easel, b: Brush, tint: Colour | None) -> None:
    """A striped tower on a rock, its beam reaching far."""
    p, stripe = e.palette, tint or ink("d43c38")
    dark, white = shadowed(stripe, 0.5), mix(p.light, p.low, 0.15)
    beam = b.at(0, 0, 1, side=e.rng.choice((-1, 1)))
    beam.shape(path("0,-91 240,-132 240,-60 0,-85"), p.light, opacity=0.35, soft=0.03)
    rock = path("-50,6 -36,-6 -15,-13 16,-12 34,-4 55,6 30,12 -30,12")
    b.blob(rock, p.depth(0.7), p.near, shade=0.3)
    for k in range(6):
        low, high = -0.1 - 0.115 * k, -0.215 - 0.115 * k
        wide, narrow = 0.135 - 0.009 * k, 0.126 - 0.009 * k
        tone = stripe if k % 2 else white
        b.shape([(-wide, low), (-narrow, high), (narrow, high), (wide, low)], tone)
        side = [(wide / 4, low), (narrow / 4, high), (narrow, high), (wide, low)]
        b.shape(side, shadowed(tone, 0.45), opacity=0.4)
    b.shape(box(-0.125, -0.82, 0.125, -0.785), dark)
    b.shape(box(-0.065, -0.95, 0.065, -0.82), p.light, mix(p.light, p.second, 0.6))
    b.glow(0, -0.885, 0.45, p.light, 0.95)
    for x in (-0.065, 0.0, 0.065):
        b.shape(box(x - 0.006, -0.95, x + 0.006, -0.82), dark)
    b.blob(both("0,-105 5,-100 9.5,-94.5"), *lit(stripe, 0, 0.3))
