"""Where to paint: masks from polygons, from a picture, or from an address that nobody may fetch.

A mask is a picture of mode L: what is white in it is painted anew, what is black stays.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PIL import Image, ImageChops, ImageDraw

from reapi_nb.sandbox.artist.brush import blurred, smooth
from reapi_nb.sandbox.artist.chance import dice
from reapi_nb.sandbox.artist.levels import MOST

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reapi_nb.sandbox.artist.brush import Outline, Point, Size
    from reapi_nb.sandbox.artist.painting import Painting

_FARTHEST = 10**9  # further away than this, points are as good as there
_MARGIN = 8
_FINE = 2  # so that a pixel belongs to a polygon when most of it lies inside


class Region(Protocol):
    """Some part of a picture."""

    def mask(self, size: Size, factor: float = 1.0) -> Image.Image:
        """Its mask on a picture of a size, which may have been scaled by a factor."""
        ...


@dataclass(frozen=True)
class Polygons:
    """Everything inside closed polygons, wherever their points lie and whichever way they turn."""

    outlines: tuple[tuple[Point, ...], ...]

    @classmethod
    def of(cls, areas: Iterable[Sequence[int]]) -> Polygons:
        """From lists x1, y1, x2, y2, ... in pixels of the picture."""
        near = [[min(max(at, -_FARTHEST), _FARTHEST) for at in area] for area in areas]
        return cls(tuple(tuple(zip(at[::2], at[1::2], strict=True)) for at in near))

    def mask(self, size: Size, factor: float = 1.0) -> Image.Image:
        out = Image.new("L", size)
        for outline in self.outlines:
            _draw(out, _clipped([(x * factor, y * factor) for x, y in outline], size))
        return out


def _draw(mask: Image.Image, outline: Outline) -> None:
    if len(outline) < 3:
        return
    xs, ys = zip(*outline, strict=True)
    left, top = max(0, math.floor(min(xs))), max(0, math.floor(min(ys)))
    right, low = min(mask.width, math.ceil(max(xs))), min(mask.height, math.ceil(max(ys)))
    if right <= left or low <= top:
        return
    sheet = Image.new("L", ((right - left) * _FINE, (low - top) * _FINE))
    fine = [((x - left) * _FINE, (y - top) * _FINE) for x, y in outline]
    ImageDraw.Draw(sheet).polygon(fine, fill=255)
    mask.paste(255, (left, top), sheet.reduce(_FINE).point([255 * (v > 128) for v in range(256)]))


def _clipped(outline: Outline, size: Size) -> Outline:
    """The outline without what lies far outside the picture (Sutherland and Hodgman's way)."""
    for axis in (0, 1):
        outline = _cut(outline, axis, -_MARGIN, 1)
        outline = _cut(outline, axis, size[axis] + _MARGIN, -1)
    return outline


def _cut(outline: Outline, axis: int, limit: float, side: int) -> list[Point]:
    """The part of an outline on one side of a line: of x = limit (axis 0) or y = limit (1)."""
    kept: list[Point] = []
    for start, end in zip(outline, [*outline[1:], *outline[:1]], strict=True):
        before, after = side * (start[axis] - limit), side * (end[axis] - limit)
        if before >= 0:
            kept.append(start)
        if (before < 0) != (after < 0):
            share = before / (before - after)
            x, y = (a + (b - a) * share for a, b in zip(start, end, strict=True))
            kept.append((x, y))
    return kept


@dataclass(frozen=True)
class Rectangles:
    """Everything inside upright boxes, to the pixel, wherever they lie."""

    boxes: tuple[tuple[int, int, int, int], ...]

    @classmethod
    def of(cls, boxes: Iterable[Sequence[int]]) -> Rectangles:
        """From x1, y1, x2, y2 in pixels of the picture; x2 and y2 are the first ones outside."""
        near = [[min(max(at, -_FARTHEST), _FARTHEST) for at in box] for box in boxes]
        return cls(tuple((left, top, right, low) for left, top, right, low in near))

    @property
    def parts(self) -> tuple[Rectangles, ...]:
        """Each of its boxes alone."""
        return tuple(Rectangles((box,)) for box in self.boxes)

    def mask(self, size: Size, factor: float = 1.0) -> Image.Image:
        out = Image.new("L", size)
        for box in self.boxes:
            left, top, right, low = (round(at * factor) for at in box)
            edges = max(0, left), max(0, top), min(size[0], right), min(size[1], low)
            if edges[0] < edges[2] and edges[1] < edges[3]:
                out.paste(255, edges)
        return out


@dataclass(frozen=True)
class Clear:
    """The transparent part of a picture; where it is more than half opaque, it stays."""

    painting: Painting

    def mask(self, size: Size, factor: float = 1.0) -> Image.Image:  # noqa: ARG002 - it is fitted
        hole = ImageChops.invert(_opacity(self.painting))
        return hole.resize(size, Image.Resampling.BICUBIC).point(MOST)


def has_alpha_hole(painting: Painting) -> bool:
    """Whether any pixel of a painting is at least half transparent."""
    return _opacity(painting).getextrema()[0] < 128  # type: ignore[operator]  # one band


def _opacity(painting: Painting) -> Image.Image:
    image = painting.image
    return image.getchannel("A") if image.mode == "RGBA" else Image.new("L", image.size, 255)


@dataclass(frozen=True)
class Light:
    """The light half of a picture; what is transparent counts as dark."""

    painting: Painting

    def mask(self, size: Size, factor: float = 1.0) -> Image.Image:  # noqa: ARG002 - it is fitted
        image = self.painting.image
        night = Image.new("RGB", image.size)
        night.paste(image, (0, 0), image if image.mode == "RGBA" else None)
        return night.convert("L").resize(size, Image.Resampling.BICUBIC).point(MOST)


@dataclass(frozen=True)
class Blob:
    """A soft-edged patch, its place and shape decided by an address."""

    address: str

    def mask(self, size: Size, factor: float = 1.0) -> Image.Image:  # noqa: ARG002 - it is fitted
        rng = dice("blob", self.address)
        x, y = (side * rng.uniform(0.38, 0.62) for side in size)
        rim: list[Point] = []
        for k in range(9):
            turn, far = k * math.tau / 9, rng.uniform(0.2, 0.32)
            rim.append((x + far * size[0] * math.cos(turn), y + far * size[1] * math.sin(turn)))
        out = Image.new("L", size)
        ImageDraw.Draw(out).polygon(smooth(rim), fill=255)
        return blurred(out, min(size) * 0.02)
