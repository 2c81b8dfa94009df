"""A finished picture, and what its painter still knows about it.

Edits need more than pixels: to widen a picture one must know what it shows and where its horizon
lies, to cut it out one must know where its subject is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

    from reapi_nb.sandbox.artist.brush import Size
    from reapi_nb.sandbox.artist.easel import Layout
    from reapi_nb.sandbox.artist.palette import Palette

Box = tuple[int, int, int, int]
"""Left, top, width and height, in pixels; left and top may be negative."""


@dataclass(frozen=True)
class Scene:
    """How a picture was composed: enough to paint it on, beyond its edges."""

    text: str
    palette: Palette
    layout: Layout
    kin: int  # whose coats and faces its grid shares
    stylize: int = 100
    scale: float = 1.0  # the size of its things, against those of a fresh picture of its size
    mirrored: bool = False  # painted facing the other way, then turned around

    def framed(self, box: Box, size: Size) -> Scene:
        """The scene of a larger (or smaller) picture, in which this one lies in a box."""
        (left, top, width, height), (across, down) = box, size
        if self.mirrored:
            left = across - left - width
        own = self.layout
        horizon = _within(0.2, (top + own.horizon * height) / down, 0.85)
        light = (top + own.light[1] * own.horizon * height) / (horizon * down)
        layout = replace(
            own,
            horizon=horizon,
            light=((left + own.light[0] * width) / across, light),
            focus=(left + own.focus * width) / across,
        )
        scale = self.scale * math.sqrt(width * height / (across * down))
        return replace(self, layout=layout, scale=_within(0.25, scale, 4.0))


def _within(low: float, value: float, high: float) -> float:
    return min(max(value, low), high)


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
