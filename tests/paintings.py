"""Paintings for the tests of edits: painted ones, hand-made ones, and how to compare them."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import cache
from random import Random

from PIL import Image, ImageChops, ImageFilter, ImageStat

from reapi_nb.sandbox import artist

FOX = "a red fox in snow"
NEW = {"text": "", "seed": 3, "slot": 0}
"""What decides the new parts of an edit, when a test does not care."""

Edges = tuple[int, int, int, int]


@cache
def painted(text: str = FOX, slot: int = 1, *, draft: bool = False) -> artist.Painting:
    """A picture of 1344x896 pixels."""
    return artist.imagine(text, ratio=(3, 2), seed=7, slot=slot, draft=draft)


@cache
def made(width: int = 120, height: int = 80, mode: str = "RGB") -> artist.Painting:
    """Noise, in which every pixel can be told from its neighbours; no subject is known in it."""
    bands = len(mode)
    noise = Image.frombytes(mode, (width, height), Random(5).randbytes(width * height * bands))
    scene = replace(painted().scene, figures=())
    return artist.Painting(noise, Image.new("L", noise.size), scene)


def box_mask(size: tuple[int, int], *boxes: Edges) -> Image.Image:
    """A mask that is white inside boxes: left, top, right, bottom."""
    mask = Image.new("L", size)
    for box in boxes:
        mask.paste(255, box)
    return mask


def polygon(*boxes: Edges) -> artist.Polygons:
    """A region of upright rectangles."""
    return artist.Polygons.of(
        [(left, top, right, top, right, low, left, low) for left, top, right, low in boxes]
    )


def same_where(one: Image.Image, other: Image.Image, mask: Image.Image) -> bool:
    """Whether two pictures are the same, to the byte, wherever a mask is white."""
    assert one.mode == other.mode
    gaps = ImageChops.difference(one, other).split()
    return not any(ImageChops.darker(gap, mask).getbbox() for gap in gaps)


def mean_difference(one: Image.Image, other: Image.Image, mask: Image.Image | None = None) -> float:
    """How far two pictures are apart, in levels of 0-255, on average, where a mask is white."""
    gap = ImageChops.difference(one.convert("RGB"), other.convert("RGB"))
    return sum(ImageStat.Stat(gap, mask).mean) / 3


def all_differences(images: list[Image.Image], mask: Image.Image | None = None) -> list[float]:
    """That, for every pair."""
    pairs = itertools.combinations(images, 2)
    return [mean_difference(one, other, mask) for one, other in pairs]


def spread(image: Image.Image) -> float:
    """How much is to be seen in a picture: 0 for a flat colour."""
    return max(ImageStat.Stat(image.convert("RGB")).stddev)


def alike(one: Image.Image, other: Image.Image) -> float:
    """How well the lines of two pictures agree: 1 for the same ones, about 0 for unrelated ones."""
    first, second = (_lines(image) for image in (one, other))
    joint, *own = (
        sum(a * b for a, b in zip(*pair, strict=True))
        for pair in ((first, second), (first, first), (second, second))
    )
    return joint / (own[0] * own[1]) ** 0.5


def _lines(image: Image.Image) -> list[float]:
    """Where a picture's edges are, whatever its colours: more or less than the mean, in cells."""
    edges = image.convert("L").filter(ImageFilter.FIND_EDGES)
    inner = edges.crop((4, 4, image.width - 4, image.height - 4))
    cells = inner.resize((48, 32), Image.Resampling.BOX).point(
        [min(255, v * 4) for v in range(256)]
    )
    mean = ImageStat.Stat(cells).mean[0]
    return [value - mean for value in cells.tobytes()]
