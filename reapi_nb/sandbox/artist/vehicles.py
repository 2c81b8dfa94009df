"""Balloon, rocket, car and boat, about one unit tall, standing on the brush's zero."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

from reapi_nb.sandbox.artist.brush import Brush, both, box, path, smooth
from reapi_nb.sandbox.artist.colour import Colour, ink, lighter, lit, mix, shadowed

if TYPE_CHECKING:
    from reapi_nb.sandbox.artist.easel import Easel

_WOOD, _DARK = ink("6b4a3a"), ink("231d2b")


def balloon(e: Easel, b: Brush, tint: Colour | None) -> None:
    """A hot-air balloon in gores of two colours."""
    cloth, other = tint or e.palette.accent, e.rng.choice((e.palette.light, e.palette.second))
    seam = smooth(path("2,-100 24,-95 37,-76 35,-58 22,-40 10,-25"), closed=False)
    bends = [math.sin(math.pi * (k / 7 - 0.5)) for k in range(8)]
    for k, (left, right) in enumerate(itertools.pairwise(bends)):
        tone = shadowed(other if k % 2 else cloth, 0.036 * max(0, k - 2))
        gore = [(x * left, y) for x, y in seam] + [(x * right, y) for x, y in seam[::-1]]
        b.shape(gore, *lit(tone, 0.05, 0.12))
    for x in (-0.09, -0.03, 0.03, 0.09):
        b.line([(x, -0.26), (x * 0.6, -0.1)], [0.006, 0.006], _WOOD)
    b.blob(path("-6.5,-12 6.5,-12 5,0 -5,0"), lighter(_WOOD, 0.12), _WOOD)


def rocket(e: Easel, b: Brush, tint: Colour | None) -> None:
    """A rocket climbing on its flame."""
    p, paint, shell = e.palette, tint or e.palette.accent, mix(e.palette.light, ink("dfe3ea"), 0.5)
    b.glow(0, 0.0, 0.5, p.second, 0.8)
    for k in range(9):
        r = e.rng.uniform(0.06, 0.12)
        x = e.rng.uniform(-0.16, 0.16)
        b.oval(x, 0.1 + 0.05 * k, r, r, p.light, opacity=0.35, soft=0.02)
    b.blob(both("0,-16 9,-16 11,0 0,34"), ink("ffd36b"), ink("f0683a"))
    b.blob(both("0,-16 4.5,-16 0,16"), ink("fff4cf"))
    for half in b.sides():
        half.blob(path("10,-46 24,-26 25,-6 12,-18"), *lit(paint, 0, 0.3))
    b.blob(both("0,-102 10,-86 16,-60 14,-30 9,-14 0,-13"), *lit(shell, 0), shade=0.35)
    b.blob(both("0,-103 9,-88 11.8,-78 0,-76"), *lit(paint, 0))
    b.oval(0, -0.58, 0.075, 0.075, *lit(paint, 0, 0.3))
    b.oval(0, -0.58, 0.053, 0.053, p.middle, p.high)
    b.blob(path("-3.5,-34 3.5,-34 3,-6 -3,-6"), *lit(paint, 0, 0.3))


def car(e: Easel, b: Brush, tint: Colour | None) -> None:
    """A small rounded car in profile, about two units long."""
    p, paint = e.palette, tint or e.palette.accent
    chrome = mix(p.light, ink("c9d0d6"), 0.5)
    b.oval(0, 0.0, 1.05, 0.06, p.near, opacity=0.45, soft=0.03)
    body = path(
        "-98,-20 -96,-42 -72,-52 -55,-55 -34,-86 22,-88 48,-58 86,-50 100,-36 98,-16 30,-12 -50,-12"
    )
    b.blob(body, *lit(paint, 0.06), shade=0.3)
    for window in ("-44,-56 -29,-79 -8,-81 -8,-56", "0,-56 0,-81 19,-80 37,-56"):
        b.shape(path(window), p.high, p.low)
    b.shape(path("-36,-56 -24,-77 -17,-78 -29,-56"), p.light, opacity=0.4)
    b.shape(box(-0.93, -0.335, 0.97, -0.31), mix(paint, p.light, 0.55))
    b.line(path("-4,-54 -4,-16"), [0.01, 0.01], shadowed(paint, 0.4))
    b.shape(box(0.03, -0.47, 0.12, -0.445), chrome)
    b.glow(0.97, -0.4, 0.3, p.light, 0.7)
    b.oval(0.94, -0.4, 0.055, 0.07, p.light, chrome)
    b.oval(-0.96, -0.38, 0.025, 0.05, ink("d8433c"))
    for wheel in (b.at(-0.58, -0.16, 1), b.at(0.6, -0.16, 1)):
        wheel.oval(0, -0.01, 0.24, 0.23, shadowed(paint, 0.7))
        wheel.oval(0, 0, 0.19, 0.19, _DARK)
        wheel.oval(0, 0, 0.11, 0.11, *lit(chrome, 0, 0.35))
        wheel.oval(0, 0, 0.04, 0.04, paint)
    if e.rng.random() < 0.5:  # off on a journey
        for x, tone in ((-0.22, p.second), (0.06, p.far)):
            b.shape(box(x - 0.13, -1.02, x + 0.13, -0.9), *lit(tone, 0, 0.25))


def boat(e: Easel, b: Brush, tint: Colour | None) -> None:
    """A sailing boat."""
    p, hull = e.palette, tint or ink("8c3b32")
    sail, lean = mix(p.light, p.low, 0.2), e.rng.uniform(-0.05, 0.05)
    for k in range(7):
        x, long = e.rng.uniform(-0.2, 0.2), e.rng.uniform(0.1, 0.32)
        b.oval(x, 0.03 + 0.04 * k, long, 0.012, mix(hull, p.far, 0.4), opacity=0.5)
    b.line([(0, -0.1), (lean, -1.02)], [0.024, 0.014], shadowed(_WOOD, 0.2))
    main = [(x - lean * y, y) for x, y in path("3,-18 3,-60 2,-98 30,-55 44,-20")]
    jib = [(x - lean * y, y) for x, y in path("-3,-20 -2,-82 -20,-50 -34,-22")]
    b.blob(main, sail, mix(sail, p.second, 0.3), shade=0.2)
    b.blob(jib, mix(sail, p.accent, 0.5), mix(sail, p.accent, 0.75), shade=0.2)
    shell = path("-46,-15 -10,-12 30,-13 56,-17 42,0 20,4 -30,4 -40,-2")
    b.blob(shell, *lit(hull, 0.05, 0.3), shade=0.2)
    b.line(path("-42,-10 0,-7.5 50,-12"), [0.012, 0.016, 0.01], p.light, opacity=0.7)
