"""Soft-edged shapes on a picture: polygons, blobs, tapering lines, glows, washes.

Knows pixels and colours only; what they depict is said elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from reapi_nb.sandbox.artist.palette import Colour, mix

Point = tuple[float, float]
Size = tuple[int, int]

_INK: Colour = (24, 16, 40)  # shadows are a deep violet, never grey


def ramp(colours: Sequence[Colour], size: Size) -> Image.Image:
    """A picture of the size that runs through the colours from top to bottom."""
    if len(colours) == 1:
        return Image.new("RGB", size, colours[0])
    steps = Image.new("RGB", (1, len(colours)))
    for row, value in enumerate(colours):
        steps.putpixel((0, row), value)
    half = 0.5 if len(colours) > 1 else 0
    column = steps.resize(
        (1, size[1]), Image.Resampling.BILINEAR, box=(0, half, 1, len(colours) - half)
    )
    return column.resize(size, Image.Resampling.NEAREST)


def clouds(rng: Random, size: Size, cells: tuple[int, int], octaves: int = 3) -> Image.Image:
    """Soft noise, in grey; `cells` is how many blotches fit across and down."""
    layers = []
    for octave in range(octaves):
        across, down = (max(2, count << octave) for count in cells)
        dots = Image.frombytes("L", (across, down), rng.randbytes(across * down))
        layers.append(dots.resize(size, Image.Resampling.BICUBIC))
    noise = layers.pop()
    while layers:
        noise = Image.blend(noise, layers.pop(), 0.6)
    return noise


def smooth(points: Sequence[Point], *, closed: bool = True, steps: int = 7) -> list[Point]:
    """A curve through the points (Catmull-Rom)."""
    count = len(points)
    at = (lambda i: points[i % count]) if closed else (lambda i: points[min(max(i, 0), count - 1)])
    curve: list[Point] = []
    for index in range(count if closed else count - 1):
        a, b, c, d = (at(index + k) for k in (-1, 0, 1, 2))
        for step in range(steps):
            t = step / steps
            x, y = (
                0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t**2
                       + (3 * q - p - 3 * r + s) * t**3)
                for p, q, r, s in zip(a, b, c, d, strict=True)
            )  # fmt: skip
            curve.append((x, y))
    return curve if closed else [*curve, points[-1]]


def thick(points: Sequence[Point], widths: Sequence[float]) -> list[Point]:
    """The outline of a line whose width runs through the widths."""
    left, right = [], []
    last = len(points) - 1
    for index, (x, y) in enumerate(points):
        (x0, y0), (x1, y1) = points[max(index - 1, 0)], points[min(index + 1, last)]
        length = math.hypot(x1 - x0, y1 - y0) or 1.0
        place = index / max(last, 1) * (len(widths) - 1)
        low = min(int(place), max(len(widths) - 2, 0))
        high = min(low + 1, len(widths) - 1)
        half = (widths[low] + (widths[high] - widths[low]) * (place - low)) / 2
        dx, dy = -(y1 - y0) / length * half, (x1 - x0) / length * half
        left.append((x + dx, y + dy))
        right.append((x - dx, y - dy))
    return left + right[::-1]


def oval(x: float, y: float, rx: float, ry: float, turn: float = 0.0) -> list[Point]:
    """The outline of an ellipse, turned by degrees."""
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    ring = [(rx * math.cos(k * math.tau / 48), ry * math.sin(k * math.tau / 48)) for k in range(48)]
    return [(x + a * cos - b * sin, y + a * sin + b * cos) for a, b in ring]


@dataclass(frozen=True)
class Brush:
    """Paints on a picture in coordinates of its own; one colour is flat, more run downwards."""

    image: Image.Image
    origin: Point = (0.0, 0.0)
    scale: float = 1.0
    tilt: float = 0.0  # degrees
    side: int = 1  # -1 mirrors

    def at(self, x: float, y: float, scale: float, tilt: float = 0.0, side: int = 1) -> Brush:
        """A brush whose zero, unit and upright are elsewhere on the same picture."""
        return replace(
            self,
            origin=self._placed((x, y)),
            scale=self.scale * scale,
            tilt=self.tilt + tilt * self.side,
            side=self.side * side,
        )

    def shape(
        self,
        points: Sequence[Point],
        *colours: Colour,
        opacity: float = 1.0,
        soft: float = 0.0,
        shade: float = 0.0,
    ) -> None:
        """A polygon with soft edges (`soft` in the brush's units), shaded towards its lower side."""
        cut = self._cut([self._placed(point) for point in points], soft * self.scale)
        if cut is None:
            return
        mask, corner = cut
        body = ramp(colours, mask.size)
        if shade:
            body.paste(_INK, None, _underside(mask, shade, self.side))
        if opacity < 1:
            mask = mask.point([round(v * opacity) for v in range(256)])
        self.image.paste(body, corner, mask)

    def blob(self, points: Sequence[Point], *colours: Colour, **how: float) -> None:
        """A rounded shape through the points."""
        self.shape(smooth(points), *colours, **how)

    def oval(
        self, x: float, y: float, rx: float, ry: float, *colours: Colour, turn: float = 0.0, **how: float
    ) -> None:
        """An ellipse."""
        self.shape(oval(x, y, rx, ry, turn), *colours, **how)

    def line(
        self, points: Sequence[Point], widths: Sequence[float], *colours: Colour, **how: float
    ) -> None:
        """A curved line through the points, its width running through the widths."""
        self.shape(thick(smooth(points, closed=False), widths), *colours, **how)

    def glow(self, x: float, y: float, radius: float, colour: Colour, opacity: float = 1.0) -> None:
        """Light that fades from a centre."""
        (cx, cy), size = self._placed((x, y)), max(2, round(2 * radius * self.scale))
        fade = Image.radial_gradient("L").point(
            [round(opacity * 255 * max(0.0, 1 - v / 181) ** 2.2) for v in range(256)]
        )
        mask = fade.resize((size, size), Image.Resampling.BICUBIC)
        self.image.paste(colour, (round(cx - size / 2), round(cy - size / 2)), mask)

    def _placed(self, point: Point) -> Point:
        x, y = point[0] * self.side * self.scale, point[1] * self.scale
        cos, sin = math.cos(math.radians(self.tilt)), math.sin(math.radians(self.tilt))
        return self.origin[0] + x * cos - y * sin, self.origin[1] + x * sin + y * cos

    def _cut(self, points: Sequence[Point], soft: float) -> tuple[Image.Image, tuple[int, int]] | None:
        margin = 2 + math.ceil(2 * soft)
        xs, ys = zip(*points, strict=True)
        left = max(0, math.floor(min(xs)) - margin)
        top = max(0, math.floor(min(ys)) - margin)
        width = min(self.image.width, math.ceil(max(xs)) + margin) - left
        height = min(self.image.height, math.ceil(max(ys)) + margin) - top
        if width <= 0 or height <= 0:
            return None
        fine = 4 if width * height < 40_000 else 2
        mask = Image.new("L", (width * fine, height * fine))
        ImageDraw.Draw(mask).polygon(
            [((x - left) * fine, (y - top) * fine) for x, y in points], fill=255
        )
        mask = mask.reduce(fine)
        if soft >= 0.3:
            mask = blurred(mask, soft)
        return mask, (left, top)


def blurred(image: Image.Image, radius: float) -> Image.Image:
    """The picture out of focus; a wide blur is done on a smaller copy, where it costs little."""
    shrink = max(1, int(radius // 2))
    if shrink == 1 or min(image.size) < 4 * shrink:
        return image.filter(ImageFilter.GaussianBlur(radius))
    small = image.resize((max(1, image.width // shrink), max(1, image.height // shrink)), Image.Resampling.BOX)
    return small.filter(ImageFilter.GaussianBlur(radius / shrink)).resize(
        image.size, Image.Resampling.BICUBIC
    )


def _underside(mask: Image.Image, strength: float, side: int) -> Image.Image:
    width, height = mask.size
    reach = max(2, round(min(width, height) * 0.16))
    lit = Image.new("L", mask.size)
    lit.paste(mask, (-side * reach * 2 // 3, -reach))
    dark = ImageChops.subtract(mask, blurred(lit, reach * 0.7))
    return dark.point([round(v * strength) for v in range(256)])


def shadowed(colour: Colour, share: float) -> Colour:
    """The colour in shadow."""
    return mix(colour, _INK, share)
