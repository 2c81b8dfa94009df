"""People and their like: head and shoulders around the brush's zero, about one unit tall."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reapi_nb.sandbox.artist.brush import Brush, both, box, path
from reapi_nb.sandbox.artist.colour import Colour, ink, lighter, lit, mix, shadowed

if TYPE_CHECKING:
    from reapi_nb.sandbox.artist.easel import Easel

_DARK, _GLINT = ink("231d2b"), ink("ffffff")
_SKINS = ("f3cfb0", "e3ac84", "c98a5e", "9a6242", "6e4330")
_HAIRS = ("2a2230", "4b2f26", "8a4b2a", "c98f4a", "e8d2a0", "a33a2c", "8d8a94")
_LONG_HAIR = ("0,-62 22,-56 33,-34 34,0 37,24 20,34 0,30", "0,-62 22,-57 31,-36 29,-8 20,6 0,8")


def person(e: Easel, b: Brush, tint: Colour | None) -> None:
    """A calm face with closed eyes."""
    p, kin = e.palette, e.kin
    skin, hair = ink(kin.choice(_SKINS)), ink(kin.choice(_HAIRS))
    back = kin.choice((*_LONG_HAIR, "0,-60 20,-55 29,-36 24,-10 0,-5"))
    b.blob(both(back), lighter(hair, 0.02), shadowed(hair, 0.35))
    b.blob(both("0,-10 9,-10 11,20 0,27"), shadowed(skin, 0.2), shadowed(skin, 0.05))
    _clothes(e, b, tint or p.accent)
    b.blob(both("0,-50 15,-46 21,-30 20,-14 12,0 0,6"), *lit(skin, 0.02, 0), shade=0.25)
    _face(b, skin)
    part = e.rng.uniform(-0.12, 0.12)
    fringe = path(
        "12,-40 20,-22 24.5,-20 25,-42 14,-57 0,-61 -14,-57 -25,-42 -24.5,-20 -20,-24 -13,-38"
    )
    b.blob([(part, -0.5), *fringe], lighter(hair, 0.06), hair)
    for half in b.sides():
        half.oval(0.215, -0.1, 0.02, 0.024, mix(p.second, p.light, 0.4))


def _clothes(e: Easel, b: Brush, cloth: Colour) -> None:
    b.blob(
        both("0,24 10,15 30,24 45,36 52,60 56,110 60,300 0,310"), *lit(cloth, 0, 0.3), shade=0.22
    )
    style = e.kin.choice(("collar", "scarf", "plain"))
    if style == "scarf":
        b.blob(both("0,13 15,9 20,18 13,28 0,31"), *lit(e.palette.second, 0, 0.3), shade=0.3)
    elif style == "collar":
        for half in b.sides():
            half.shape(path("2,34 9,12 20,22 13,40"), lighter(cloth, 0.08), cloth)


def _face(b: Brush, skin: Colour) -> None:
    for half in b.sides():
        half.oval(0.115, -0.1, 0.045, 0.03, mix(skin, ink("e0604f"), 0.3), soft=0.012)
        half.line(path("4,-20 8.5,-18 13.5,-20.5"), [0.006, 0.013, 0.006], _DARK)
        for x in (0.06, 0.1, 0.132):
            half.line([(x, -0.188), (x + 0.014, -0.165)], [0.007, 0.002], _DARK)
        half.line(path("3.5,-26.5 9,-28.5 14,-26.5"), [0.008, 0.016, 0.006], shadowed(skin, 0.7))
    b.line(path(".8,-22 2.6,-12 .2,-10.5"), [0.004, 0.012, 0.006], shadowed(skin, 0.3))
    b.blob(both("0,-4.4 1.8,-5 5.5,-3.6 0,-.8"), mix(skin, ink("b8303a"), 0.65))
    b.line(path("-5,-3.5 0,-3 5,-3.5"), [0.002, 0.006, 0.002], shadowed(skin, 0.6))


def astronaut(e: Easel, b: Brush, tint: Colour | None) -> None:
    """A space suit; the visor mirrors a landscape."""
    p = e.palette
    suit = mix(tint, p.light, 0.2) if tint else ink("eef0f2")
    trim, grey = tint or p.accent, shadowed(suit, 0.28)
    for half in b.sides():
        half.blob(path("30,-2 42,0 44,300 30,300"), shadowed(suit, 0.4), shadowed(suit, 0.6))
    b.blob(both("0,12 16,10 40,20 52,42 56,70 58,115 62,300 0,310"), *lit(suit, 0, 0.2), shade=0.3)
    b.blob(both("0,4 26,6 30,14 22,22 0,25"), grey, shadowed(suit, 0.45), shade=0.3)
    b.oval(0, -0.22, 0.37, 0.38, *lit(suit, 0, 0.12), shade=0.32)
    for half in b.sides():
        half.oval(0.36, -0.2, 0.045, 0.1, *lit(trim, 0, 0.3))
        half.line(path("20,22 27,45 28,120 30,300"), [0.05, 0.05, 0.05], *lit(trim, 0))
    _visor(e, b.at(0, -0.21, 1), grey)
    b.shape(box(-0.13, 0.46, 0.13, 0.66), grey, shadowed(suit, 0.4))
    for x, tone in ((-0.075, trim), (0.0, p.second), (0.075, p.low)):
        b.oval(x, 0.52, 0.024, 0.024, tone)
        b.shape(box(x - 0.024, 0.58, x + 0.024, 0.61), shadowed(suit, 0.1))


def _visor(e: Easel, b: Brush, rim: Colour) -> None:
    p, horizon = e.palette, e.rng.uniform(0.02, 0.09)
    b.oval(0, 0, 0.3, 0.28, rim, shadowed(rim, 0.3))
    b.oval(0, 0, 0.275, 0.255, p.high, p.middle, p.low, p.accent, p.near)
    hills = path("-25.5,0 -10,-6 5,2 16,-5 25.8,0")
    bowl = path("20,17 0,25 -20,17")
    b.blob([*((x, y + horizon) for x, y in hills), *bowl], p.near, shadowed(p.near, 0.3))
    b.oval(e.rng.uniform(-0.08, 0.12), horizon - 0.1, 0.05, 0.05, p.light)
    shine = path("-21.5,3 -20,-10 -10,-20")
    b.line(shine, [0.006, 0.04, 0.006], _GLINT, opacity=0.55, soft=0.004)


def robot(e: Easel, b: Brush, tint: Colour | None) -> None:
    """A friendly machine with glowing eyes; sometimes it winks."""
    p = e.palette
    metal = tint or mix(p.middle, ink("c9d2d8"), 0.55)
    dark, lamp = shadowed(metal, 0.35), p.second
    b.line(path("0,-50 0,-70"), [0.03, 0.02], dark)
    _lamp(b.at(0, -0.72, 0.045), lamp, lamp)
    b.blob(both("0,20 30,20 44,30 48,60 48,110 50,300 0,310"), *lit(metal, 0, 0.3), shade=0.3)
    b.shape(path("-10,-2 10,-2 12,22 -12,22"), dark, shadowed(metal, 0.6))
    for half in b.sides():
        half.blob(path("30,-34 40,-32 40,-14 30,-12"), *lit(p.accent, 0, 0.3))
    b.blob(both("0,-52 24,-51 33,-42 34,-10 27,2 0,4"), *lit(metal, 0.05, 0.12), shade=0.3)
    b.blob(both("0,-40 22,-40 27,-33 27,-16 20,-10 0,-10"), ink("1d2230"), ink("2c3448"))
    wink = e.rng.random() < 0.3
    for x, tall in ((-0.12, 1.0), (0.12, 0.27 if wink else 1.0)):
        _lamp(b.at(x, -0.25, 0.06), mix(lamp, p.light, 0.4), lamp, tall)
    b.line(path("-9,-4.5 0,-2 9,-4.5"), [0.016, 0.02, 0.016], dark)
    b.oval(0, 0.46, 0.1, 0.1, dark)
    _lamp(b.at(0, 0.46, 0.07), mix(p.accent, p.light, 0.3), p.accent)
    for x, y in path("-30,36 30,36 -30,66 30,66"):
        b.oval(x, y, 0.018, 0.018, dark)


def _lamp(b: Brush, top: Colour, bottom: Colour, tall: float = 1.0) -> None:
    b.glow(0, 0, 2.6, bottom, 0.8)
    b.oval(0, 0, 1, tall, top, bottom)
