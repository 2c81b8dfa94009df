"""Arithmetic on colours: mixing, lightening, shading.

Lightness and hue are those of OKLCH, where a step in lightness looks equally large in every hue.
"""

from __future__ import annotations

import math

Colour = tuple[int, int, int]


def ink(hexadecimal: str) -> Colour:
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
    return round(
        255 * (share * 12.92 if share <= 0.0031308 else 1.055 * share ** (1 / 2.4) - 0.055)
    )


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


SHADOW = ink("181028")  # shadows are a deep violet, never grey


def shadowed(value: Colour, share: float) -> Colour:
    """The colour in shadow."""
    return mix(value, SHADOW, share)


def lit(value: Colour, rise: float = 0.05, fall: float = 0.15) -> tuple[Colour, Colour]:
    """The colour as light from above shows it: a little lighter on top, in shadow below."""
    return lighter(value, rise), shadowed(value, fall)
