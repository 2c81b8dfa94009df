"""People and their like, head and shoulders, about one unit tall around the brush's zero."""

from __future__ import annotations

from random import Random

from reapi_nb.sandbox.artist.brush import Brush, Point, shadowed
from reapi_nb.sandbox.artist.palette import Colour, Palette, colour, lighter, mix

_DARK = colour("231d2b")
_SKINS = ("f3cfb0", "e3ac84", "c98a5e", "9a6242", "6e4330")
_HAIRS = ("2a2230", "4b2f26", "8a4b2a", "c98f4a", "e8d2a0", "a33a2c", "8d8a94")


def mirrored(half: list[Point]) -> list[Point]:
    """A closed outline from its right half, given from top to bottom."""
    return [*half, *((-x, y) for x, y in reversed(half) if x)]


def person(b: Brush, coat: Colour | None, palette: Palette, rng: Random) -> None:
    """A calm face with closed eyes, hair and a plain coat."""
    skin, hair = colour(rng.choice(_SKINS)), colour(rng.choice(_HAIRS))
    cloth = coat or palette.accent
    long_hair = rng.random() < 0.6
    if long_hair:
        wave = rng.uniform(0.3, 0.4)
        b.blob(mirrored([(0, -0.62), (0.22, -0.56), (0.33, -0.34), (wave, 0.0), (wave + 0.02, 0.24), (0.2, 0.34), (0, 0.3)]), lighter(hair, 0.02), shadowed(hair, 0.35))
    else:
        b.blob(half("0,-60 20,-55 29,-36 24,-10 0,-5"), hair)
    b.blob(path("-9,-10 9,-10 11,20 0,27 -11,20"), shadowed(skin, 0.2), shadowed(skin, 0.05))
    _coat(b, cloth, palette, rng)
    b.blob(half("0,-50 15,-46 21,-30 20,-14 12,0 0,6"), lighter(skin, 0.02), skin, shade=0.25)
    _features(b, skin)
    part = rng.uniform(-0.12, 0.12)
    fringe = [(part, -0.5), (0.12, -0.4), (0.2, -0.22), (0.245, -0.2), (0.25, -0.42), (0.14, -0.57), (0, -0.61), (-0.14, -0.57), (-0.25, -0.42), (-0.245, -0.2), (-0.2, -0.24), (-0.13, -0.38)]
    b.blob(fringe, lighter(hair, 0.06), hair)
    for side in (-1, 1):
        b.oval(0.215 * side, -0.1, 0.02, 0.024, mix(palette.second, palette.light, 0.4))


def _coat(b: Brush, cloth: Colour, palette: Palette, rng: Random) -> None:
    b.blob(half("0,24 10,15 30,24 45,36 52,60 56,110"), cloth, shadowed(cloth, 0.3), shade=0.22)
    style = rng.choice(("collar", "scarf", "plain"))
    if style == "scarf":
        b.blob(half("0,13 15,9 20,18 13,28 0,31"), palette.second, shadowed(palette.second, 0.3), shade=0.3)
    elif style == "collar":
        for side in (-1, 1):
            b.at(0, 0, 1, 0, side).shape(path("2,34 9,12 20,22 13,40"), lighter(cloth, 0.08), cloth)


def _features(b: Brush, skin: Colour) -> None:
    blush = mix(skin, colour("e0604f"), 0.45)
    for side in (-1, 1):
        half = b.at(0, 0, 1, 0, side)
        half.oval(0.115, -0.1, 0.045, 0.03, blush, opacity=0.55, soft=0.012)
        half.line(path("4,-20 8.5,-18 13.5,-20.5"), [0.006, 0.013, 0.006], _DARK)
        for x in (0.06, 0.1, 0.132):
            half.line([(x, -0.188), (x + 0.014, -0.165)], [0.007, 0.002], _DARK)
        half.line(path("3.5,-26.5 9,-28.5 14,-26.5"), [0.008, 0.016, 0.006], shadowed(skin, 0.7))
    b.line(path("0.8,-22 2.6,-12 0.2,-10.5"), [0.004, 0.012, 0.006], shadowed(skin, 0.3))
    b.blob(path("-5.5,-3.6 -1.8,-5 0,-4.4 1.8,-5 5.5,-3.6 0,-0.8"), mix(skin, colour("b8303a"), 0.65))
    b.line(path("-5,-3.5 0,-3 5,-3.5"), [0.002, 0.006, 0.002], shadowed(skin, 0.6))


def astronaut(b: Brush, coat: Colour | None, palette: Palette, rng: Random) -> None:
    """A space suit; the visor mirrors a sunset."""
    suit = mix(coat, palette.light, 0.2) if coat else colour("eef0f2")
    trim = coat or palette.accent
    grey = shadowed(suit, 0.28)
    for side in (-1, 1):
        b.at(0, 0, 1, 0, side).blob(path("30,-2 42,0 44,80 30,80"), shadowed(suit, 0.4), shadowed(suit, 0.6))
    b.blob(half("0,12 16,10 40,20 52,42 56,70 58,115"), suit, shadowed(suit, 0.2), shade=0.3)
    b.blob(half("0,4 26,6 30,14 22,22 0,25"), grey, shadowed(suit, 0.45), shade=0.3)
    b.oval(0, -0.22, 0.37, 0.38, suit, shadowed(suit, 0.12), shade=0.32)
    for side in (-1, 1):
        b.oval(0.36 * side, -0.2, 0.045, 0.1, trim, shadowed(trim, 0.3))
    b.oval(0, -0.21, 0.3, 0.28, grey, shadowed(suit, 0.5))
    glass = b.at(0, -0.21, 1)
    glass.oval(0, 0, 0.275, 0.255, palette.high, palette.middle, palette.low, palette.accent, palette.near)
    horizon = rng.uniform(0.02, 0.09)
    glass.blob([(-0.255, horizon), (-0.1, horizon - 0.06), (0.05, horizon + 0.02), (0.16, horizon - 0.05), (0.258, horizon), (0.2, 0.17), (0, 0.25), (-0.2, 0.17)], palette.near, shadowed(palette.near, 0.3))
    glass.oval(rng.uniform(-0.08, 0.12), horizon - 0.1, 0.05, 0.05, palette.light)
    glass.line(path("-21.5,3 -20,-10 -10,-20"), [0.006, 0.04, 0.006], colour("ffffff"), opacity=0.55, soft=0.004)
    glass.oval(-0.05, -0.212, 0.016, 0.011, colour("ffffff"), opacity=0.7, turn=-20)
    b.shape(path("-13,46 13,46 13,66 -13,66"), grey, shadowed(suit, 0.4))
    for x, tone in ((-0.075, trim), (0.0, palette.second), (0.075, palette.low)):
        b.oval(x, 0.52, 0.024, 0.024, tone)
        b.shape([(x - 0.024, 0.58), (x + 0.024, 0.58), (x + 0.024, 0.61), (x - 0.024, 0.61)], shadowed(suit, 0.1))
    for side in (-1, 1):
        b.at(0, 0, 1, 0, side).line(path("20,22 27,45 28,90"), [0.05, 0.05, 0.05], trim, shadowed(trim, 0.2))


def robot(b: Brush, coat: Colour | None, palette: Palette, rng: Random) -> None:
    """A friendly machine with glowing eyes."""
    metal = coat or mix(palette.middle, colour("c9d2d8"), 0.55)
    dark, lamp = shadowed(metal, 0.35), palette.second
    b.line([(0, -0.5), (0, -0.7)], [0.03, 0.02], dark)
    b.glow(0, -0.72, 0.16, lamp, 0.9)
    b.oval(0, -0.72, 0.045, 0.045, lamp)
    b.blob(half("0,20 30,20 44,30 48,60 48,110"), metal, shadowed(metal, 0.3), shade=0.3)
    b.shape(path("-10,-2 10,-2 12,22 -12,22"), dark, shadowed(metal, 0.6))
    for side in (-1, 1):
        b.at(0, 0, 1, 0, side).blob(path("30,-34 40,-32 40,-14 30,-12"), palette.accent, shadowed(palette.accent, 0.3))
    b.blob(half("0,-52 24,-51 33,-42 34,-10 27,2 0,4"), lighter(metal, 0.05), shadowed(metal, 0.12), shade=0.3)
    b.blob(half("0,-40 22,-40 27,-33 27,-16 20,-10 0,-10"), colour("1d2230"), colour("2c3448"))
    wink = rng.random() < 0.3
    for side in (-1, 1):
        b.glow(0.12 * side, -0.25, 0.14, lamp, 0.8)
        b.oval(0.12 * side, -0.25, 0.055, 0.016 if wink and side > 0 else 0.06, mix(lamp, palette.light, 0.4), lamp)
    b.line(path("-9,-4.5 0,-2 9,-4.5"), [0.016, 0.02, 0.016], dark)
    b.oval(0, 0.46, 0.1, 0.1, dark)
    b.glow(0, 0.46, 0.2, palette.accent, 0.7)
    b.oval(0, 0.46, 0.07, 0.07, mix(palette.accent, palette.light, 0.3), palette.accent)
    for x in (-0.3, 0.3):
        for y in (0.36, 0.66):
            b.oval(x, y, 0.018, 0.018, dark)
