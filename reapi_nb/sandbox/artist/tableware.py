"""A cup and a bowl of fruit, standing on the brush's zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reapi_nb.sandbox.artist.brush import Brush, both, path
from reapi_nb.sandbox.artist.colour import Colour, ink, lit, mix, shadowed

if TYPE_CHECKING:
    from reapi_nb.sandbox.artist.easel import Easel

_LEAF, _WOOD = ink("4f8a5b"), ink("6b4a3a")


def cup(e: Easel, b: Brush, tint: Colour | None) -> None:
    """A steaming cup on a saucer."""
    p, rng, glaze = e.palette, e.rng, tint or ink("e8e2d6")
    b.oval(0, -0.01, 0.62, 0.075, p.near, opacity=0.3, soft=0.03)
    b.oval(0, -0.05, 0.55, 0.085, *lit(glaze, 0.05, 0.3))
    b.oval(0, -0.06, 0.36, 0.05, shadowed(glaze, 0.2))
    b.line(path("30,-46 50,-48 52,-30 26,-20"), [0.085, 0.085, 0.085, 0.06], *lit(glaze, 0))
    b.blob(both("0,-56 36,-56 35.5,-40 28,-16 16,-5 0,-4.5"), *lit(glaze, 0.06), shade=0.35)
    b.oval(0, -0.555, 0.36, 0.075, *lit(glaze, 0.1, 0))
    b.oval(0, -0.547, 0.325, 0.06, ink("4a2a1c"), ink("8a5632"))
    for _ in range(3):
        x, bend = rng.uniform(-0.16, 0.16), rng.choice((-0.08, 0.08))
        wisp = [(x, -0.6), (x + bend, -0.75), (x - bend, -0.9), (x + bend * 0.6, -1.05)]
        b.line(wisp, [0.01, 0.04, 0.035, 0.005], p.light, opacity=0.5, soft=0.015)


def fruit(e: Easel, b: Brush, tint: Colour | None) -> None:
    """A bowl of round fruit."""
    p, rng, skin = e.palette, e.rng, tint or ink("d9473f")
    bowl = mix(p.far, p.light, 0.3)
    b.oval(0, 0.0, 0.5, 0.045, p.near, opacity=0.3, soft=0.03)
    tones = (skin, skin, mix(skin, ink("f2b632"), 0.55), ink("8fa84a"))
    for x, y in path("-30,-45 30,-45 0,-48 -16,-63 17,-62 0,-78"):
        _round(b.at(x, y, rng.uniform(0.155, 0.185), rng.uniform(-15, 15)), rng.choice(tones))
    b.blob(both("0,-40 56,-42 50,-20 26,-3 18,0 0,0"), *lit(bowl, 0.05, 0.25), shade=0.35)


def _round(b: Brush, skin: Colour) -> None:
    b.oval(0, 0, 1, 0.95, *lit(skin, 0.06, 0.12), shade=0.4)
    b.oval(-0.35, -0.4, 0.2, 0.14, ink("ffffff"), opacity=0.45, turn=-35, soft=0.06)
    b.line(path("0,-80 12,-120"), [0.09, 0.06], _WOOD)
    b.at(0.12, -1.12, 0.65, 60).blob(path("0,0 28,-50 0,-100 -28,-50"), *lit(_LEAF))
