"""Soft-edged shapes on a picture: polygons, blobs, tapering lines, glows.

Knows pixels and colours only; what they depict is said elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from reapi_nb.sandbox.artist.colour import SHADOW, Colour

if TYPE_CHECKING:
    from random import Random

Point = tuple[float, float]
Size = tuple[int, int]
Outline = Sequence[Point]


@cache
def path(text: str) -> tuple[Point, ...]:
    """Points written "x,y x,y", in hundredths of the brush's unit; y runs downwards."""
    pairs = (pair.split(",") for pair in text.split())
    return tuple((float(x) / 100, float(y) / 100) for x, y in pairs)


@cache
def both(text: str) -> tuple[Point, ...]:
    """A closed outline, alike left and right, from its right half written from top to bottom."""
    half = path(text)
    return (*half, *((-x, y) for x, y in reversed(half) if x))


def box(left: float, top: float, right: float, bottom: float) -> tuple[Point, ...]:
    """The outline of an upright rectangle."""
    return (left, top), (right, top), (right, bottom), (left, bottom)


_RING = tuple((math.cos(k * math.tau / 48), math.sin(k * math.tau / 48)) for k in range(48))


def oval(x: float, y: float, rx: float, ry: float, turn: float = 0.0) -> list[Point]:
    """The outline of an ellipse, turned by degrees."""
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    return [(x + rx * a * cos - ry * b * sin, y + rx * a * sin + ry * b * cos) for a, b in _RING]


def arc(x: float, y: float, radius: float, start: int, end: int) -> list[Point]:
    """Part of a circle, between two angles in degrees (0 is right, 90 is down)."""
    turns = [math.radians(turn) for turn in range(start, end + 1, 5)]
    return [(x + radius * math.cos(t), y + radius * math.sin(t)) for t in turns]


def smooth(points: Outline, *, closed: bool = True, steps: int = 7) -> list[Point]:
    """A curve through the points (Catmull-Rom)."""
    count = len(points)
    curve: list[Point] = []
    for index in range(count if closed else count - 1):
        four = [index + k for k in (-1, 0, 1, 2)]
        near = [points[i % count if closed else min(max(i, 0), count - 1)] for i in four]
        for step in range(steps):
            x, y = (_between(step / steps, *axis) for axis in zip(*near, strict=True))
            curve.append((x, y))
    return curve if closed else [*curve, points[-1]]


def _between(t: float, a: float, b: float, c: float, d: float) -> float:
    slope, bend, twist = c - a, 2 * a - 5 * b + 4 * c - d, 3 * b - a - 3 * c + d
    return 0.5 * (2 * b + t * (slope + t * (bend + t * twist)))


def thick(points: Outline, widths: Sequence[float]) -> list[Point]:
    """The outline of a line whose width runs through the widths."""
    left, right = [], []
    last = len(points) - 1
    for index, (x, y) in enumerate(points):
        (x0, y0), (x1, y1) = points[max(index - 1, 0)], points[min(index + 1, last)]
        place = index / last * (len(widths) - 1)
        low = min(int(place), len(widths) - 2)
        half = (widths[low] + (widths[low + 1] - widths[low]) * (place - low)) / 2
        length = math.hypot(x1 - x0, y1 - y0) or 1.0
        dx, dy = (y0 - y1) / length * half, (x1 - x0) / length * half
        left.append((x + dx, y + dy))
        right.append((x - dx, y - dy))
    return left + right[::-1]


def ramp(colours: Sequence[Colour], size: Size) -> Image.Image:
    """A picture of the size that runs through the colours from top to bottom."""
    steps = Image.new("RGB", (1, len(colours)))
    for row, value in enumerate(colours):
        steps.putpixel((0, row), value)
    inner = (0, 0.5, 1, max(len(colours) - 0.5, 1))
    column = steps.resize((1, size[1]), Image.Resampling.BILINEAR, box=inner)
    return column.resize(size, Image.Resampling.NEAREST)


def clouds(rng: Random, size: Size, cells: Size, octaves: int = 3) -> Image.Image:
    """Soft grey noise; `cells` is how many blotches fit across and down."""
    noise = None
    for octave in reversed(range(octaves)):
        across, down = (max(2, count << octave) for count in cells)
        dots = Image.frombytes("L", (across, down), rng.randbytes(across * down))
        layer = dots.resize(size, Image.Resampling.BICUBIC)
        noise = Image.blend(noise, layer, 0.6) if noise else layer
    assert noise is not None
    return noise


def blurred(image: Image.Image, radius: float) -> Image.Image:
    """The picture out of focus; a wide blur is made on a small copy, where it costs little."""
    shrink = max(1, int(radius // 2))
    if shrink == 1 or min(image.size) < 4 * shrink:
        return image.filter(ImageFilter.GaussianBlur(radius))
    small = image.resize((image.width // shrink, image.height // shrink), Image.Resampling.BOX)
    small = small.filter(ImageFilter.GaussianBlur(radius / shrink))
    return small.resize(image.size, Image.Resampling.BICUBIC)


@cache
def _shares(percent: int) -> list[int]:
    return [value * percent // 100 for value in range(256)]


def _faded(mask: Image.Image, share: float) -> Image.Image:
    """A mask at a share of its strength."""
    return mask.point(_shares(round(share * 100)))


@dataclass(frozen=True)
class Brush:
    """Paints in coordinates of its own; one colour is flat, several run from top to bottom."""

    image: Image.Image
    origin: Point = (0.0, 0.0)
    scale: float = 1.0
    tilt: float = 0.0  # degrees
    side: int = 1  # -1 mirrors
    trace: Image.Image | None = None  # a mask that learns what has been covered

    def at(self, x: float, y: float, scale: float, tilt: float = 0.0, side: int = 1) -> Brush:
        """A brush with another zero, unit and upright on the same picture."""
        return replace(
            self,
            origin=self._placed([(x, y)])[0],
            scale=self.scale * scale,
            tilt=self.tilt + tilt * self.side,
            side=self.side * side,
        )

    def sides(self, x: float = 0.0, y: float = 0.0) -> tuple[Brush, Brush]:
        """This brush and its mirror image, for what comes in pairs."""
        return self.at(x, y, 1), self.at(-x, y, 1, side=-1)

    def shape(
        self,
        points: Outline,
        *colours: Colour,
        opacity: float = 1.0,
        soft: float = 0.0,
        shade: float = 0.0,
    ) -> None:
        """A polygon; `soft` blurs its edge by so many units, `shade` (0-1) rounds it off."""
        cut = _cut(self.image.size, self._placed(points), soft * self.scale)
        if cut is None:
            return
        mask, corner = cut
        body = ramp(colours, mask.size)
        if shade:
            body.paste(SHADOW, None, _faded(_underside(mask, self.side), shade))
        self._cover(body, corner, _faded(mask, opacity) if opacity < 1 else mask)

    def blob(self, points: Outline, *colours: Colour, **how: float) -> None:
        """A rounded shape through the points."""
        self.shape(smooth(points), *colours, **how)

    def oval(
        self,
        x: float,
        y: float,
        rx: float,
        ry: float,
        *colours: Colour,
        turn: float = 0.0,
        **how: float,
    ) -> None:
        """An ellipse."""
        self.shape(oval(x, y, rx, ry, turn), *colours, **how)

    def line(
        self, points: Outline, widths: Sequence[float], *colours: Colour, **how: float
    ) -> None:
        """A curved line through the points, as wide as the widths say along its way."""
        self.shape(thick(smooth(points, closed=False), widths), *colours, **how)

    def glow(self, x: float, y: float, radius: float, colour: Colour, opacity: float = 1.0) -> None:
        """Light that fades from a centre."""
        (cx, cy), size = self._placed([(x, y)])[0], max(2, round(2 * radius * self.scale))
        fade = [round(opacity * 255 * max(0.0, 1 - value / 181) ** 2.2) for value in range(256)]
        mask = Image.radial_gradient("L").point(fade)
        mask = mask.resize((size, size), Image.Resampling.BICUBIC)
        self._cover(colour, (round(cx - size / 2), round(cy - size / 2)), mask)

    def _cover(
        self, paint: Image.Image | Colour, corner: tuple[int, int], mask: Image.Image
    ) -> None:
        self.image.paste(paint, corner, mask)
        if self.trace:
            self.trace.paste(255, corner, mask)

    def _placed(self, points: Outline) -> list[Point]:
        """The points in pixels."""
        (left, top), turn = self.origin, math.radians(self.tilt)
        cos, sin = self.scale * math.cos(turn), self.scale * math.sin(turn)
        across, down = self.side * cos, self.side * sin
        return [(left + x * across - y * sin, top + x * down + y * cos) for x, y in points]


def _cut(size: Size, points: Outline, soft: float) -> tuple[Image.Image, tuple[int, int]] | None:
    """A mask of the polygon, just large enough, and its corner; None outside the picture."""
    margin = 2 + math.ceil(2 * soft)
    xs, ys = zip(*points, strict=True)
    left, top = (max(0, math.floor(min(axis)) - margin) for axis in (xs, ys))
    width = min(size[0], math.ceil(max(xs)) + margin) - left
    height = min(size[1], math.ceil(max(ys)) + margin) - top
    if width <= 0 or height <= 0:
        return None
    # Small shapes show their steps most and cost least.
    fine = 4 if width * height < 40_000 else 2
    mask = Image.new("L", (width * fine, height * fine))
    scaled = [((x - left) * fine, (y - top) * fine) for x, y in points]
    ImageDraw.Draw(mask).polygon(scaled, fill=255)
    mask = mask.reduce(fine)
    return (blurred(mask, soft) if soft >= 0.3 else mask), (left, top)


def _underside(mask: Image.Image, side: int) -> Image.Image:
    """The part of a mask that light from above, and from one side, does not reach."""
    reach = max(2, round(min(mask.size) * 0.16))
    lit = Image.new("L", mask.size)
    lit.paste(mask, (-side * reach * 2 // 3, -reach))
    return ImageChops.subtract(mask, blurred(lit, reach * 0.7))
