"""A picture brought to an exact size: what is seen of it in a window, and nothing painted anew.

The window never reaches beyond the picture, so something may be cut off but nothing is made up.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image

from reapi_nb.sandbox.artist.painting import Box, Painting

if TYPE_CHECKING:
    from reapi_nb.sandbox.artist.brush import Size

_LANCZOS, _NEAREST = Image.Resampling.LANCZOS, Image.Resampling.NEAREST


class Window(NamedTuple):
    """Part of a picture, in pixels of it that need not be whole."""

    left: float
    top: float
    right: float
    low: float

    @classmethod
    def covering(cls, old: Size, new: Size) -> Window:
        """The middle of a picture of one size, as much of it as fits the shape of another size."""
        shrink = min(old[0] / new[0], old[1] / new[1])
        sides = [min(was, now * shrink) for was, now in zip(old, new, strict=True)]
        # A whole pixel to start from: what is only cropped keeps its bytes.
        left, top = (float((was - side) // 2) for was, side in zip(old, sides, strict=True))
        return cls(left, top, left + sides[0], top + sides[1])

    @classmethod
    def around(cls, place: tuple[float, float], zoom: float, size: Size) -> Window:
        """A window of a zoom (1 shows all) around a place in shares of the sides, or near it."""
        starts = [min(max(at - 0.5 / zoom, 0.0), 1 - 1 / zoom) for at in place]
        left, top = (side * start for side, start in zip(size, starts, strict=True))
        return cls(left, top, left + size[0] / zoom, top + size[1] / zoom)

    @property
    def size(self) -> tuple[float, float]:
        """Its width and height."""
        return self.right - self.left, self.low - self.top

    def of(self, layer: Image.Image, size: Size, way: Image.Resampling = _LANCZOS) -> Image.Image:
        """What is seen in it of a picture, in a size."""
        if layer.size == size and self == (0, 0, *size):
            return layer
        if size == self.size and self.left.is_integer() and self.top.is_integer():
            return layer.crop(self)
        return layer.resize(size, way, self)


def fitted(painting: Painting, size: Size) -> Painting:
    """A painting in an exact size: scaled until it covers it, then cropped in the middle."""
    if painting.image.size == size:
        return painting
    return seen(painting, Window.covering(painting.image.size, size), size)


def fitted_mask(mask: Image.Image, size: Size) -> Image.Image:
    """A mask of a picture, for that picture brought to an exact size; as hard-edged as it was."""
    if mask.size == size:
        return mask
    return Window.covering(mask.size, size).of(mask, size, _NEAREST)


def seen(painting: Painting, window: Window, size: Size) -> Painting:
    """What is seen of a painting in a window, in a size."""
    finished = painting.finished
    across, down = (now / was for now, was in zip(size, window.size, strict=True))
    left, top = round(-window.left * across), round(-window.top * down)
    width, height = round(painting.image.width * across), round(painting.image.height * down)
    # Rounding must not make it look as if the picture ended within the window.
    box = Box(left, top, max(width, size[0] - left), max(height, size[1] - top))
    return replace(
        painting,
        image=window.of(painting.image, size),
        subject=window.of(painting.subject, size),
        scene=painting.scene.framed(box, size),
        finished=window.of(finished, size) if finished else None,
    )
