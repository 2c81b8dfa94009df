"""How large pictures are, and how large they may become."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reapi_nb.sandbox.artist.brush import Size

MOST_PIXELS = 1 << 24
MOST_SIDE = 8192
LONGEST = 16.0
"""Twice as wide as high is 2; more stretched than this would leave nothing to see."""

_AREA = 1024 * 1024


def size_for(ratio: tuple[float, float]) -> Size:
    """Width and height in pixels for an aspect ratio, in multiples of 16.

    About 1 MP when square and 1.19 MP from 3:2 on, which gives Midjourney's own sizes: 1024x1024,
    1344x896, 1456x816. Ratios beyond 16:1 are painted as 16:1.
    """
    stretch = _stretch(ratio)
    growth = 0.136 * min(1.0, abs(math.log(stretch)) / math.log(1.5))
    width = math.sqrt(_AREA * (1 + growth) * stretch)
    return _sixteenths(width), _sixteenths(width / stretch)


def area_size(ratio: tuple[float, float], side: int) -> Size:
    """Width and height for an aspect ratio, in multiples of 16, with the area of a square.

    As near to side * side pixels and to the ratio as multiples of 16 allow, and never more pixels
    than that: 1:1 gives side x side when the side is such a multiple itself. Ratios beyond 16:1
    count as 16:1.
    """
    stretch = _stretch(ratio)
    wide, tall = (_nearby(side * math.sqrt(way)) for way in (stretch, 1 / stretch))
    sizes = [size for size in itertools.product(wide, tall) if size[0] * size[1] <= side * side]
    # A sixteenth of the area is worth as little as the same error in shape.
    return min(
        sizes or [(wide[0], tall[0])],
        key=lambda size: (
            abs(math.log(size[0] / size[1] / stretch)) + math.log(side * side / size[0] / size[1])
        ),
    )


def _stretch(ratio: tuple[float, float]) -> float:
    return min(max(ratio[0] / ratio[1], 1 / LONGEST), LONGEST)


def _nearby(length: float) -> tuple[int, int]:
    """The multiples of 16 on either side of a length."""
    low = max(64, math.floor(length / 16 + 1e-9) * 16)
    return low, low + 16


def _sixteenths(length: float) -> int:
    return max(64, round(length / 16) * 16)


def shrinkage(width: int, height: int) -> float:
    """The factor that brings a picture down to 16 megapixels and 8,192 pixels a side.

    1 for what is small enough. What is not is scaled down as a whole, so that neither a long chain
    of edits nor an absurd canvas can fill the memory.
    """
    return min(1.0, MOST_SIDE / max(width, height), math.sqrt(MOST_PIXELS / (width * height)))


def scaled(length: int, factor: float) -> int:
    """A length in whole pixels after scaling; nothing vanishes."""
    return max(1, round(length * factor))
