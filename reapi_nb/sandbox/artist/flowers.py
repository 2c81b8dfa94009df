"""Flowers in a vase, one unit tall, standing on the brush's zero."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from reapi_nb.sandbox.artist.brush import Brush, both, path
from reapi_nb.sandbox.artist.colour import Colour, ink, lighter, lit, mix, shadowed

if TYPE_CHECKING:
    from reapi_nb.sandbox.artist.easel import Easel

_GREEN, _WHITE = ink("4f8a5b"), ink("fff6e6")


def bouquet(kind: str, e: Easel, b: Brush, tint: Colour | None) -> None:
    """Flowers of one kind; the vase takes the palette's second colour."""
    p, rng = e.palette, e.rng
    paint, natural = _BLOOMS[kind]
    petal = tint or ink(e.kin.choice(natural.split()))
    green = mix(_GREEN, p.near, 0.25)
    b.oval(0, 0.0, 0.3, 0.03, p.near, opacity=0.35, soft=0.02)
    heads = []
    for k in range(9):
        lean = (k - 4) / 4 + rng.uniform(-0.1, 0.1)
        x, y = lean * 0.36, -0.8 - 0.16 * math.cos(lean * 1.4) + rng.uniform(-0.06, 0.07)
        stem = [(lean * 0.04, -0.36), (x * 0.5, (y - 0.4) / 2), (x, y)]
        b.line(stem, [0.016, 0.014, 0.011], *lit(green, 0.05, 0))
        heads.append(b.at(x, y, rng.uniform(0.16, 0.21), lean * 24))
    for _ in range(12):
        lean = rng.uniform(-1, 1)
        leaf = b.at(lean * 0.05, -0.4, rng.uniform(0.26, 0.46), lean * 55)
        tone = mix(green, p.low, rng.uniform(0, 0.3))
        leaf.blob(path("0,0 12,-45 2,-100 -12,-50"), tone, green)
    rng.shuffle(heads)
    for head in heads:
        paint(head, mix(petal, p.light, rng.uniform(0, 0.25)))
    _vase(b, p.second)


def _vase(b: Brush, glaze: Colour) -> None:
    b.blob(both("0,-43 10,-43 8.5,-37 19,-20 16,-6 10,0 0,0"), *lit(glaze, 0.06), shade=0.4)
    b.oval(0, -0.43, 0.1, 0.018, shadowed(glaze, 0.4), shadowed(glaze, 0.2))
    for y in (-0.28, -0.25):
        ring = [(-0.165, y), (0, y + 0.018), (0.165, y)]
        b.line(ring, [0.004, 0.009, 0.004], mix(glaze, _WHITE, 0.6), opacity=0.8)
    shine = path("-11.5,-28 -14,-18 -11.5,-8")
    b.line(shine, [0.005, 0.028, 0.005], _WHITE, opacity=0.45, soft=0.006)


def _tulip(b: Brush, tone: Colour) -> None:
    for side, dark in zip(b.sides(), (0.12, 0.06), strict=True):
        side.blob(path("-12,10 -46,-20 -42,-85 -10,-40 5,0"), shadowed(tone, dark))
    b.blob(both("0,12 30,-15 20,-60 0,-90"), *lit(tone, 0.05, 0.12))


def _rose(b: Brush, tone: Colour) -> None:
    deep = mix(lighter(tone, -0.13), ink("c2556a"), 0.12)
    for count, size, dark in ((5, 1.0, 0.45), (5, 0.76, 0.2), (3, 0.52, 0.55)):
        for k in range(count):
            petal = b.at(0, -0.3, size * 0.62, k * 360 / count + size * 50)
            edge = mix(tone, deep, dark)
            petal.blob(path("-35,10 -62,-45 -30,-98 30,-98 62,-45 35,10"), edge, shade=0.16)
            petal.line(
                path("-52,-62 -28,-94 28,-94 52,-62"), [0.01, 0.07, 0.01], lighter(edge, 0.06)
            )
    curl = path("14,-36 2,-46 -13,-34 -4,-20 14,-22 20,-34")
    b.blob(path("-20,-30 0,-50 20,-30 0,-12"), mix(tone, deep, 0.3))
    b.line(curl, [0.02, 0.06, 0.06, 0.05, 0.02], deep)


def _daisy(b: Brush, tone: Colour) -> None:
    for k in range(11):
        petal = b.at(0, -0.2, 0.62, k * 360 / 11)
        petal.blob(path("0,0 17,-60 0,-100 -17,-60"), *lit(tone, 0.04, 0.08))
    b.oval(0, -0.2, 0.2, 0.2, ink("f2b632"), ink("c97a22"))


def _sunflower(b: Brush, tone: Colour) -> None:
    for turn, size in ((0.0, 0.86), (11.0, 0.72)):
        for k in range(16):
            petal = b.at(0, -0.2, size, k * 22.5 + turn)
            petal.blob(path("0,0 13,-60 0,-100 -13,-60"), *lit(tone, 0.03, 0.12))
    b.oval(0, -0.2, 0.36, 0.36, ink("5b3a26"), ink("3a241c"))
    for k in range(34):
        r, turn = 0.058 * math.sqrt(k), k * 2.4  # the golden angle, as in the real flower
        seed = r * math.cos(turn), -0.2 + r * math.sin(turn)
        b.oval(*seed, 0.026, 0.026, lighter(ink("8a5c30"), 0.05))


_BLOOMS = {
    "tulip": (_tulip, "f2c230 e0483e ef8fb0 8a4fa8"),
    "rose": (_rose, "c8243a ef8fa4 f3ddc6"),
    "daisy": (_daisy, "f4f1ea f3c94a e58fb0"),
    "sunflower": (_sunflower, "f2b632"),
}
