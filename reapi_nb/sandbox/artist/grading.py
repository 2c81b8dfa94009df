"""Other colours for pixels that are already there: from one palette to another, or to a mood.

Every colour moves as the palette's nearest colours move, so that shapes and light stay readable.
"""

from __future__ import annotations

import math
from dataclasses import astuple
from typing import TYPE_CHECKING

from PIL import Image, ImageFilter

from reapi_nb.sandbox.artist.colour import from_lch, lch

if TYPE_CHECKING:
    from reapi_nb.sandbox.artist.colour import Colour
    from reapi_nb.sandbox.artist.palette import Palette

_GRID = 13  # points a side of the table that turns old colours into new ones
_NEAR = 0.004  # nearer than the root of this, colours count as one
_Lab = tuple[float, float, float]


def graded(image: Image.Image, old: Palette, new: Palette, share: float = 1.0) -> Image.Image:
    """A picture in the colours of one palette, in those of another; or part of the way there."""
    if old == new:
        return image
    return image.filter(_table(old, new, share))


def _table(old: Palette, new: Palette, share: float) -> ImageFilter.Color3DLUT:
    starts = [_lab(colour) for colour in astuple(old)]
    steps = [
        tuple(share * (b - a) for a, b in zip(start, _lab(colour), strict=True))
        for start, colour in zip(starts, astuple(new), strict=True)
    ]

    def moved(red: float, green: float, blue: float) -> tuple[float, float, float]:
        here = _lab((round(red * 255), round(green * 255), round(blue * 255)))
        weights = [1 / (_apart(here, start) + _NEAR) ** 2 for start in starts]
        whole = sum(weights)
        light, a, b = (
            at + sum(w * step[k] for w, step in zip(weights, steps, strict=True)) / whole
            for k, at in enumerate(here)
        )
        hue = math.degrees(math.atan2(b, a))
        r, g, b = from_lch(min(max(light, 0.0), 1.0), math.hypot(a, b), hue)
        return r / 255, g / 255, b / 255

    return ImageFilter.Color3DLUT.generate(_GRID, moved)


def _lab(colour: Colour) -> _Lab:
    light, chroma, hue = lch(colour)
    turn = math.radians(hue)
    return light, chroma * math.cos(turn), chroma * math.sin(turn)


def _apart(one: _Lab, other: _Lab) -> float:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))
