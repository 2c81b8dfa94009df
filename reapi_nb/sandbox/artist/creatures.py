"""Owl, songbird and whale, about one unit in size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reapi_nb.sandbox.artist.animals import DARK, WHITE
from reapi_nb.sandbox.artist.brush import Brush, both, path
from reapi_nb.sandbox.artist.colour import Colour, ink, lit, mix, shadowed

if TYPE_CHECKING:
    from reapi_nb.sandbox.artist.easel import Easel


def owl(e: Easel, b: Brush, tint: Colour | None) -> None:
    """An owl with great round eyes, standing on the brush's zero."""
    coat = tint or ink(e.kin.choice(("8a6a4f", "a98d6b", "6d7482")))
    pale = mix(coat, WHITE, 0.7)
    for half in b.sides():
        half.shape(path("10,-90 30,-106 30,-75"), shadowed(coat, 0.15))
    b.blob(both("0,-97 27,-93 35,-68 34,-35 22,-6 0,0"), *lit(coat, 0), shade=0.35)
    b.blob(both("0,-60 20,-52 22,-25 0,-5"), pale, mix(pale, coat, 0.4))
    for row in range(4):
        for k in range(4 - row % 2):
            feather = b.at((k - (3 - row % 2) / 2) * 0.095, -0.45 + row * 0.09, 1)
            feather.blob(path("-3,0 0,4 3,0"), mix(coat, pale, 0.15))
    for half in b.sides():
        wing = path("30,-62 40,-40 33,-14 22,-10 24,-40")
        half.blob(wing, shadowed(coat, 0.25), shadowed(coat, 0.4))
        half.oval(0.145, -0.72, 0.155, 0.155, pale)
        half.oval(0.14, -0.72, 0.1, 0.1, ink("f3b63f"), ink("e08a2c"))
        half.oval(0.135, -0.72, 0.058, 0.062, DARK)
        for toe in (0.07, 0.11, 0.15):
            half.oval(toe, 0.0, 0.022, 0.035, ink("d99a3e"))
    for x in (-0.157, 0.113):
        b.oval(x, -0.745, 0.018, 0.018, WHITE)
    b.blob(both("0,-70 3.5,-68 0,-57"), ink("e5a23a"), ink("b9752a"))


def bird(e: Easel, b: Brush, tint: Colour | None) -> None:
    """A songbird in profile; its twig lies on the brush's zero."""
    coat = tint or ink(e.kin.choice(("3f7fae", "d9573f", "e0a33a", "4c8f6b")))
    wing, pale = shadowed(coat, 0.3), mix(coat, WHITE, 0.75)
    b.line(path("-80,6 -20,2 40,5 95,-5"), [0.05, 0.045, 0.035, 0.01], ink("4a3a38"))
    for x, y, turn in ((0.55, -0.02, 30), (0.75, -0.05, -40), (-0.55, 0.06, 150)):
        leaf = b.at(x, y, 0.2, turn)
        leaf.blob(path("0,0 35,-22 95,0 35,22"), ink("7fa06a"), ink("55804f"))
    b.blob(path("-20,-20 -55,8 -62,20 -50,20 -12,-5"), wing)
    body = path("33,-62 18,-70 3,-62 -12,-42 -26,-18 -10,-2 12,0 29,-14 34,-40")
    b.blob(body, coat, mix(coat, wing, 0.5), shade=0.25)
    b.blob(path("33,-46 20,-42 8,-20 4,-2 18,-4 30,-18"), pale, mix(pale, coat, 0.3))
    b.blob(path("4,-42 -14,-32 -42,6 -18,-2 6,-16"), *lit(wing, 0, 0.3))
    b.shape(path("33,-58 50,-53 33,-48"), ink("f0b13e"), ink("c77f28"))
    b.oval(0.24, -0.56, 0.035, 0.038, DARK)
    b.oval(0.23, -0.575, 0.011, 0.011, WHITE)
    for leg in ("5,-2 5,4", "13,-2 13,4"):
        b.line(path(leg), [0.02, 0.02], ink("6b4a34"))


def whale(e: Easel, b: Brush, tint: Colour | None) -> None:
    """A whale arching through the water, its belly on the brush's zero."""
    back = tint or ink(e.kin.choice(("3d6f8e", "2f5675")))
    pale = mix(back, WHITE, 0.65)
    body = path(
        "55,-10 48,-32 20,-44 -15,-36 -42,-20 -55,-30 -72,-44 -66,-26 -78,-14 -58,-12 -40,-2 "
        "-10,6 30,6"
    )
    b.blob(body, *lit(back, 0.06, 0.2), shade=0.3)
    b.blob(path("54,-11 35,-12 10,-5 -20,0 -10,6 30,6"), *lit(pale, 0, 0.1))
    b.blob(path("12,-6 6,6 -6,16 0,2 2,-8"), shadowed(back, 0.2))
    b.oval(0.36, -0.17, 0.018, 0.02, DARK)
    for spout in b.at(0.26, -0.45, 1).sides():
        spout.line(path("0,0 2,-12 10,-20 17,-14"), [0.012, 0.03, 0.03, 0.006], WHITE)
