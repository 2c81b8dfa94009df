"""What a painter stands before: the picture, its colours, its arrangement and its dice."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from PIL import Image

from reapi_nb.sandbox.artist.brush import Brush, Point, ramp
from reapi_nb.sandbox.artist.palette import Colour, Palette, mix


@dataclass(frozen=True)
class Layout:
    """Where things stand, in shares of the picture's width and height."""

    horizon: float
    light: Point
    focus: float
    zoom: float
    variant: int  # 0-3, a different one for each slot of a grid


@dataclass(frozen=True)
class Easel:
    """One picture in the making."""

    image: Image.Image
    palette: Palette
    layout: Layout
    rng: Random

    @property
    def brush(self) -> Brush:
        """A brush in pixels."""
        return Brush(self.image)

    @property
    def width(self) -> int:
        return self.image.width

    @property
    def height(self) -> int:
        return self.image.height

    @property
    def unit(self) -> float:
        """A length that feels the same in every format: a hundredth of the mean side, in pixels."""
        return math.sqrt(self.width * self.height) / 100

    @property
    def horizon(self) -> float:
        """The horizon's row, in pixels from the top."""
        return self.layout.horizon * self.height

    @property
    def light(self) -> Point:
        """The sun's, moon's or lamp's place, in pixels."""
        return self.layout.light[0] * self.width, self.layout.light[1] * self.horizon

    def wash(self, *colours: Colour, top: float = 0.0, bottom: float = 1.0) -> None:
        """Colours running down between two heights (shares of the picture), edge to edge."""
        low, high = round(top * self.height), round(bottom * self.height)
        if high > low:
            self.image.paste(ramp(colours, (self.width, high - low)), (0, low))

    def veil(self, y: float, reach: float, colour: Colour, opacity: float) -> None:
        """Mist: a band around a row, fading up and down over `reach` pixels."""
        top, height = round(y - reach), max(2, round(2 * reach))
        fade = Image.linear_gradient("L").point(
            [round(255 * opacity * math.sin(math.pi * v / 255) ** 2) for v in range(256)]
        )
        self.image.paste(colour, (0, top), fade.resize((self.width, height)))

    def sky(self) -> None:
        """The sky, brightest around its sun."""
        p = self.palette
        self.wash(p.high, p.middle, p.low, top=0, bottom=min(1.0, self.layout.horizon + 0.08))
        x, y = self.light
        self.brush.glow(x, y, self.unit * 60, p.light, 0.55)

    def sun(self, radius: float) -> None:
        """The sun or moon, `radius` units wide, with its halo."""
        x, y = self.light
        size = radius * self.unit
        self.brush.glow(x, y, size * 3.2, self.palette.light, 0.6)
        self.brush.oval(x, y, size, size, self.palette.light)

    def land(self, line: list[Point], *colours: Colour, **how: float) -> None:
        """Ground below a line that runs from the left edge to the right."""
        self.brush.shape([*line, (self.width + 9, self.height + 9), (-9, self.height + 9)], *colours, **how)

    def hills(self, y: float, swell: float, waves: float) -> list[Point]:
        """A rolling line around a row; `waves` is how many hills fit across."""
        turns = [(self.rng.uniform(0, math.tau), waves * f, swell / f**1.2) for f in (1, 1.9, 3.3)]
        return [
            (x, y + sum(a * math.sin(f * math.tau * x / self.width + s) for s, f, a in turns))
            for x in range(-9, self.width + 16, 8)
        ]

    def crags(self, y: float, rise: float, peaks: int) -> list[Point]:
        """A broken mountain line above a row."""
        step = self.width / peaks
        start = self.rng.uniform(-0.9, -0.1) * step
        line: list[Point] = []
        for k in range(peaks + 3):
            x = start + k * step
            line.append((x + self.rng.uniform(-0.2, 0.2) * step, y - rise * self.rng.uniform(0.5, 1)))
            line.append((x + step * self.rng.uniform(0.4, 0.6), y - rise * self.rng.uniform(0, 0.25)))
        for level in range(5):
            line = _broken(line, rise * 0.16 * 0.5**level, self.rng)
        return line

    def lake(self, y: float) -> None:
        """Still water below a row, mirroring what is above it."""
        top = round(y)
        depth = self.height - top
        above = self.image.crop((0, top - depth, self.width, top))
        self.image.paste(above.transpose(Image.Transpose.FLIP_TOP_BOTTOM), (0, top))
        p, rng = self.palette, self.rng
        self.brush.shape(self._across(top, self.height), mix(p.middle, p.low, 0.5), p.high, opacity=0.3)
        for k in range(30):
            row = top + depth * (k / 30) ** 1.3
            long = rng.uniform(0.05, 0.3) * self.width
            thin = self.unit * (0.06 + 0.012 * k)
            self.brush.oval(rng.uniform(0, 1) * self.width, row, long, thin, p.low, opacity=0.3)
        self.brush.shape(self._across(top - 1, top + 1.5), p.light, opacity=0.5)

    def _across(self, top: float, bottom: float) -> list[Point]:
        return [(0, top), (self.width, top), (self.width, bottom), (0, bottom)]

    def birds(self, count: int, colour: Colour) -> None:
        """A small flock in the sky."""
        x0 = self.rng.uniform(0.2, 0.8) * self.width
        y0 = self.rng.uniform(0.2, 0.6) * self.horizon
        for _ in range(count):
            x, y = x0 + self.rng.gauss(0, 7) * self.unit, y0 + self.rng.gauss(0, 4) * self.unit
            wing = self.rng.uniform(0.8, 1.7)
            bird = self.brush.at(x, y, self.unit * wing, self.rng.uniform(-14, 14))
            bird.line([(-1, -0.5), (-0.45, -0.62), (0, 0), (0.45, -0.62), (1, -0.5)], [0.02, 0.16, 0.2, 0.16, 0.02], colour)


def _broken(line: list[Point], jolt: float, rng: Random) -> list[Point]:
    out = [line[0]]
    for (x0, y0), (x1, y1) in zip(line, line[1:], strict=False):
        middle = (x0 + x1) / 2 + rng.uniform(-0.1, 0.1) * (x1 - x0), (y0 + y1) / 2 + rng.uniform(-jolt, jolt)
        out += [middle, (x1, y1)]
    return out
