"""A finished picture, and what its painter still knows about it.

Edits need more than pixels: to widen a picture one must know what it shows and where its horizon
lies, to cut something out of it one must know where its subject is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image

from reapi_nb.sandbox.artist.colour import ink

if TYPE_CHECKING:
    from reapi_nb.sandbox.artist.brush import Size
    from reapi_nb.sandbox.artist.easel import Layout
    from reapi_nb.sandbox.artist.palette import Palette
    from reapi_nb.sandbox.artist.reading import Reading

_PAPER = ink("fbf8f2")


class Box(NamedTuple):
    """A place on a canvas, in pixels; it may begin or end outside."""

    left: int
    top: int
    width: int
    height: int

    @classmethod
    def between(cls, edges: tuple[int, int, int, int]) -> Box:
        """The box with these edges: left, top, right and bottom."""
        left, top, right, low = edges
        return cls(left, top, right - left, low - top)

    @property
    def corner(self) -> tuple[int, int]:
        """Its upper left corner."""
        return self.left, self.top

    @property
    def edges(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom."""
        return self.left, self.top, self.left + self.width, self.top + self.height


@dataclass(frozen=True)
class Figure:
    """A subject and where it stands: its zero in shares of the sides, its unit in heights."""

    name: str  # a row of `cast.SUBJECTS`
    x: float
    y: float
    size: float
    close: bool = False  # seen from close by

    @property
    def whole(self) -> Figure:
        """All of an animal whose head alone is seen here, sitting where its head is."""
        if not self.close:
            return self
        y, size = self.y + 0.687 * self.size, self.size * 5 / 3
        return replace(self, y=y, size=size, close=False)


@dataclass(frozen=True)
class Scene:
    """How a picture was composed: enough to paint it on, beyond its edges."""

    reading: Reading
    palette: Palette
    layout: Layout
    kin: int  # whose coats and faces its grid shares
    figures: tuple[Figure, ...] = ()
    stylize: int = 100
    scale: float = 1.0  # the size of its things, against those of a fresh picture of its size
    mirrored: bool = False  # painted facing the other way, then turned around

    @property
    def turned(self) -> Scene:
        """The scene of the picture's mirror image."""
        return replace(self, mirrored=not self.mirrored)

    def framed(self, box: Box, size: Size) -> Scene:
        """The scene of a canvas of some size, on which this picture lies in a box.

        Things keep their places and sizes, within reason: a box that is tiny or enormous is taken
        for one that is a quarter of the canvas, or four times as large. A close-up stays one where
        the picture covers the whole canvas.
        """
        left = size[0] - box.left - box.width if self.mirrored else box.left
        x0, wide = _sane(left / size[0], box.width / size[0])
        y0, tall = _sane(box.top / size[1], box.height / size[1])
        own = self.layout
        horizon = _within(0.15, y0 + own.horizon * tall, 0.75)
        west, across = _sane(x0 + own.west * wide, (own.east - own.west) * wide)
        zenith, down = _sane(y0 + own.zenith * tall, (own.floor - own.zenith) * tall)
        layout = replace(
            own,
            horizon=horizon,
            light=(x0 + own.light[0] * wide, (y0 + own.light[1] * own.horizon * tall) / horizon),
            focus=x0 + own.focus * wide,
            west=west,
            east=west + across,
            zenith=zenith,
            floor=zenith + down,
        )
        wider = max(box.corner) > 0 or box.edges[2] < size[0] or box.edges[3] < size[1]
        figures = tuple(
            replace(one, x=x0 + one.x * wide, y=y0 + one.y * tall, size=one.size * tall)
            for one in (figure.whole if wider else figure for figure in self.figures)
        )
        scale = _within(0.25, self.scale * math.sqrt(wide * tall), 1.5)
        return replace(self, layout=layout, figures=figures, scale=scale)

    def joined_by(self, figure: Figure) -> Scene:
        """The scene with one more figure, placed as it is seen."""
        seen = replace(figure, x=1 - figure.x) if self.mirrored else figure
        return replace(self, figures=(*self.figures, seen))


def _within(low: float, value: float, high: float) -> float:
    return min(max(value, low), high)


def _sane(start: float, length: float) -> tuple[float, float]:
    """A stretch of a side, in shares of it, made neither tiny nor enormous, nor far away."""
    middle, wanted = _within(-1, start + length / 2, 2), _within(0.25, length, 4)
    return middle - wanted / 2, wanted


@dataclass(frozen=True)
class Painting:
    """Pixels, subject and scene."""

    image: Image.Image
    """RGB, or RGBA once its background has been removed."""

    subject: Image.Image
    """Where its subject covers the ground: L, of the same size; black where there is none."""

    scene: Scene

    finished: Image.Image | None = None
    """What a draft would look like if it were worked out."""

    @property
    def opaque(self) -> Image.Image:
        """The picture in RGB."""
        return on_paper(self.image)


def on_paper(image: Image.Image) -> Image.Image:
    """A picture in RGB; where it is transparent, one sees the paper under it."""
    if image.mode == "RGB":
        return image
    sheet = Image.new("RGB", image.size, _PAPER)
    sheet.paste(image, (0, 0), image)
    return sheet
