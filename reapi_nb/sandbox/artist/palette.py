"""The colours of one picture: ready-made moods, and how a colour word bends them.

Arithmetic is done in OKLCH, where a step in lightness looks equally large in every hue.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass

Colour = tuple[int, int, int]
Shift = Callable[[float, float, float], tuple[float, float, float]]


def colour(hexadecimal: str) -> Colour:
    """The colour written as six hexadecimal digits."""
    red, green, blue = bytes.fromhex(hexadecimal)
    return red, green, blue


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """A colour on the way from one (0) to the other (1)."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _linear(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def _encoded(value: float) -> int:
    share = min(max(value, 0.0), 1.0)
    return round(255 * (share * 12.92 if share <= 0.0031308 else 1.055 * share ** (1 / 2.4) - 0.055))


def lch(value: Colour) -> tuple[float, float, float]:
    """Lightness (0-1), chroma (0-0.4) and hue (degrees) of a colour."""
    r, g, b = map(_linear, value)
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    medium = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    light = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return light, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def from_lch(light: float, chroma: float, hue: float) -> Colour:
    """The displayable colour nearest to a lightness, chroma and hue."""
    a = chroma * math.cos(math.radians(hue))
    b = chroma * math.sin(math.radians(hue))
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _encoded(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _encoded(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _encoded(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )


def lighter(value: Colour, step: float) -> Colour:
    """The colour moved in lightness; a negative step darkens."""
    light, chroma, hue = lch(value)
    return from_lch(min(max(light + step, 0.0), 1.0), chroma, hue)


@dataclass(frozen=True)
class Palette:
    """Eight colours by the part they play."""

    high: Colour  # top of the sky or wall
    middle: Colour
    low: Colour  # haze at the horizon
    light: Colour  # sun, moon, lamps, highlights
    far: Colour  # distant shapes
    near: Colour  # foreground shapes, the darkest
    accent: Colour  # what the eye should find
    second: Colour  # its companion

    def depth(self, share: float) -> Colour:
        """The colour of a shape between far (0) and near (1)."""
        return mix(self.far, self.near, share)

    def each(self, shift: Shift) -> Palette:
        """The palette with lightness, chroma and hue of every colour passed through a function."""
        return Palette(*(from_lch(*shift(*lch(value))) for value in astuple(self)))


def _mood(digits: str) -> Palette:
    return Palette(*map(colour, digits.split()))


#      high   middle low    light  far    near   accent second
MOODS = {
    "meadow": _mood("55a3cf a7d5e0 f3f5e2 fffbe6 a9cda4 1e5a3e e8604c f7c948"),
    "dawn": _mood("7c9cc4 eeb6a8 fde4c4 fff4d8 b3a0bd 33365c e2574c f4a259"),
    "day": _mood("3c8fc6 8dc8e2 eaf4ea fffae4 8fb5c0 1f4a55 e4673f f4b942"),
    "dusk": _mood("2b2f63 b0507c f7a65f ffe6b0 95527f 1c1738 ff6f5c ffd07a"),
    "golden": _mood("df9650 f5bf68 fdebbd fffae0 d9924f 54261d b83a28 2f6f6a"),
    "night": _mood("0a0f2e 1c2c60 51659f f8efcc 2e4176 070b1f f2c14e 6fb7d6"),
    "neon": _mood("0c0620 35115a b12a78 ffa8de 41206b 0a0518 1fe0f5 ff3a8c"),
    "mist": _mood("93b3ac cbdac6 f4f0da fffbe8 a3bcae 26443f c96a45 e3b35a"),
    "leaf": _mood("8cc0a0 cfe2b4 f8f3cb fffbdc 8fb886 143a31 dd7a3b f0cd6a"),
    "snow": _mood("86a9cd c4d7e9 f4f2f2 ffffff a6bcd4 2c4464 d1495b edae49"),
    "blossom": _mood("8fbfd0 cfe0dc fcebe4 fffaf2 a9c3b0 2b4a4a d8433c f3a6bd"),
    "ocean": _mood("2f7fb8 7ec4d4 f2efd6 fff7da 5aa3b8 0e3a5a ef6f53 f6c667"),
    "sand": _mood("5aa0b8 e7c9a0 fbe9c8 fff9e0 e3ab6e 7a3b2a c8452f 2b7f7b"),
    "storm": _mood("39465c 6d7f93 b9c4c6 f0efe0 64768a 18202e e0a13a 8fb8c4"),
    "cosmos": _mood("080a22 231a4f 5b3b86 ffeec8 3f2f74 05060f f08a5d 59c1d6"),
    "clay": _mood("e7cdb4 eedcc6 f6ebda fffaf0 cf9f80 4b2f33 cc5a3c 2f6b69"),
    "sage": _mood("c3cfbb d9e0cd eef0e2 fffdf4 93a98e 263b3a d9784c e5b64f"),
    "plum": _mood("5a3d6b a36a8a eec1b0 fff0dc 8a5c86 24162f f0a050 62b6a8"),
    "lagoon": _mood("1d6a78 4fa8a4 dcead0 fffbe2 4b9a9a 0c2f3c f07d5a f6cf72"),
}


def tinted(palette: Palette, field: Sequence[Colour], strength: float = 1.0) -> Palette:
    """The palette moved towards one colour, with accents of a second one if it is named."""
    light, chroma, hue = lch(field[0])
    tone = min(chroma * 1.05, 0.2)
    pull = (0.40 if chroma > 0.04 else 0.30) * strength

    def towards(own_light: float, own_chroma: float, own_hue: float) -> tuple[float, float, float]:
        turn = (own_hue - hue + 180) % 360 - 180
        swing = max(-16.0, min(16.0, turn * 0.12))
        spread = max(0.25, 1 - abs(own_light - 0.62) * 1.1)
        return (
            own_light + (light - own_light) * pull * spread,
            own_chroma + (tone * spread - own_chroma) * strength,
            hue + swing + (turn - swing) * (1 - strength) if chroma > 0.04 else own_hue,
        )

    moved = palette.each(towards)
    accents = tuple(field[1:3]) or (lighter(field[0], 0.10 if light < 0.6 else -0.12),)
    return Palette(*astuple(moved)[:6], accents[0], accents[1] if len(accents) > 1 else moved.light)
