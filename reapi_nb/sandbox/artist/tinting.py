"""A picture in given colours, each of them on a given share of it.

Pixels are ranked by lightness: the darkest become the darkest colour, and so on up. So a picture
stays readable whatever its colours are.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import TYPE_CHECKING

from PIL import Image, ImageChops

from reapi_nb.sandbox.artist.brush import blurred, clouds
from reapi_nb.sandbox.artist.chance import dice
from reapi_nb.sandbox.artist.colour import Colour, ink, lch
from reapi_nb.sandbox.artist.guessing import palette_of
from reapi_nb.sandbox.artist.levels import levels
from reapi_nb.sandbox.artist.sizes import scaled

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from reapi_nb.sandbox.artist.painting import Painting

_SWING = 16  # levels that light may add to a colour or take from it
_FINE = 1_000_000  # pixels of the patches at most; larger ones are got by enlarging


def tinted(painting: Painting, swatches: Sequence[tuple[str, Decimal | float]]) -> Painting:
    """A painting in colours ("#C2D1E6", its share): shares count against their sum.

    Every pixel is nearer to the colour it was given than to any other of them, and keeps some of
    its own light. What is transparent stays so.
    """
    plain = painting.opaque
    rows = sorted(((ink(digits.lstrip("#")), float(share)) for digits, share in swatches), key=_by)
    colours, shares = [colour for colour, _ in rows], [share for _, share in rows]
    ranks = _ranks(plain)
    chosen = _chosen(ranks.histogram(), shares)
    bands = zip(*(colours[index] for index in chosen), strict=True)
    image = Image.merge("RGB", [ranks.point(list(band)) for band in bands])
    swings = [_swing(colour, colours) for colour in colours]
    image = _lit(image, _light(plain), ranks.point([swings[index] for index in chosen]))
    if painting.image.mode == "RGBA":
        image.putalpha(painting.image.getchannel("A"))
    palette = palette_of(image.convert("RGB"), painting.scene.layout.horizon)
    return replace(painting, image=image, scene=replace(painting.scene, palette=palette))


def _by(row: tuple[Colour, float]) -> tuple[float, float, float]:
    return lch(row[0])


def _ranks(image: Image.Image) -> Image.Image:
    """How light every pixel is among all: about as many of each level, from dark to light.

    Pixels that are equally light are told apart by soft patches, so that even a white picture has
    room for every colour.
    """
    grey = blurred(image.convert("L"), max(1.0, min(image.size) / 500))
    starts = _starts(grey)
    widths = [after - before for before, after in itertools.pairwise(starts)]
    spread = ImageChops.multiply(grey.point([round(width) for width in widths]), _patches(image))
    return ImageChops.add(grey.point([math.floor(start) for start in starts[:256]]), spread)


def _starts(image: Image.Image) -> list[float]:
    """How many pixels (of 255) are darker than each level."""
    counts = image.histogram()
    whole = sum(counts)
    return [255 * below / whole for below in itertools.accumulate(counts, initial=0)]


def _patches(image: Image.Image) -> Image.Image:
    """Soft patches of all levels, each of them on the same share of a picture of that size."""
    shrunk = min(1.0, math.sqrt(_FINE / (image.width * image.height)))
    small = scaled(image.width, shrunk), scaled(image.height, shrunk)
    sheet = clouds(dice("patches", small), small, (7, 7), 5)
    sheet = sheet.point([math.floor(start) for start in _starts(sheet)[1:]])
    return sheet.resize(image.size, Image.Resampling.BICUBIC)


def _chosen(counts: Sequence[int], shares: Sequence[float]) -> list[int]:
    """For each level of a picture the row of the colour it gets, so that shares come true."""
    whole, total = sum(counts), sum(shares)
    ends = [whole * end / total for end in itertools.accumulate(shares)]
    rows, below = [], 0.0
    for count in counts:
        middle = below + count / 2
        rows.append(next((row for row, end in enumerate(ends) if middle < end), len(ends) - 1))
        below += count
    return rows


def _swing(colour: Colour, colours: Sequence[Colour]) -> int:
    """How far a colour may move towards light or dark and still be nearest to itself."""
    gaps = [math.dist(colour, other) for other in colours if other != colour]
    return min(_SWING, max(0, math.floor((min(gaps, default=255.0) / 2 - 1) / math.sqrt(3))))


def _light(image: Image.Image) -> Image.Image:
    """How much lighter (over 128) or darker than its surroundings every part of a picture is."""
    grey = image.convert("L")
    around = blurred(grey, max(2.0, min(image.size) / 20))
    return ImageChops.subtract(grey, around, 1, 128)


def _lit(image: Image.Image, light: Image.Image, swing: Image.Image) -> Image.Image:
    """The picture with light, where each pixel moves by at most its own swing (in levels)."""
    up = ImageChops.multiply(light.point(levels(lambda value: (value - 128) * 4)), swing)
    down = ImageChops.multiply(light.point(levels(lambda value: (128 - value) * 4)), swing)
    image = ImageChops.add(image, Image.merge("RGB", (up,) * 3))
    return ImageChops.subtract(image, Image.merge("RGB", (down,) * 3))
