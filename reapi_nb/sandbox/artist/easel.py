"""What a painter stands before: the picture, its colours, its arrangement and its dice."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PIL import Image

from reapi_nb.sandbox.artist.brush import Brush, Outline, Point, box, path, ramp
from reapi_nb.sandbox.artist.chance import dice
from reapi_nb.sandbox.artist.colour import Colour, lch, mix

if TYPE_CHECKING:
    from random import Random

    from reapi_nb.sandbox.artist.palette import Palette


@dataclass(frozen=True)
class Layout:
    """Where things stand, in shares of the picture's width and height."""

    horizon: float
    light: Point  # sun or moon: share of the width, share of the way down to the horizon
    focus: float  # where the eye should go, from left to right
    zoom: float
    variant: int  # 0-3, a different one for each slot of a grid
    # The picture's own edges: shares beyond 0 and 1 tell how far it has been extended.
    west: float = 0.0
    east: float = 1.0
    zenith: float = 0.0
    floor: float = 1.0


@dataclass(frozen=True)
class Easel:
    """One picture in the making."""

    image: Image.Image
    palette: Palette
    layout: Layout
    rng: Random
    kin: Random  # falls alike in all pictures of one grid: a coat, a face, a kind of bloom
    scale: float = 1.0  # how large its things are, against those of an ordinary picture
    trace: Image.Image | None = None  # a mask that learns where things stand before the ground

    @property
    def brush(self) -> Brush:
        """A brush in pixels."""
        return Brush(self.image)

    @property
    def front(self) -> Brush:
        """A brush for what stands out, and would be left if the background were removed."""
        return Brush(self.image, trace=self.trace)

    @property
    def width(self) -> int:
        """The picture's width in pixels."""
        return self.image.width

    @property
    def height(self) -> int:
        """The picture's height in pixels."""
        return self.image.height

    @property
    def unit(self) -> float:
        """A hundredth of the mean side, in pixels: a length that feels alike in every format."""
        return self.scale * math.sqrt(self.width * self.height) / 100

    @property
    def wide(self) -> float:
        """The picture's width without what has been added on either side, in pixels."""
        return (self.layout.east - self.layout.west) * self.width

    @property
    def tall(self) -> float:
        """The picture's height without what has been added above and below, in pixels."""
        return (self.layout.floor - self.layout.zenith) * self.height

    def column(self, share: float) -> float:
        """The column at a share of that width, in pixels from the left."""
        return self.layout.west * self.width + share * self.wide

    def row(self, share: float) -> float:
        """The row at a share of that height, in pixels from the top."""
        return self.layout.zenith * self.height + share * self.tall

    def depths(self, count: int, span: float) -> list[float]:
        """Shares from 0 to 1 for `count` rows of things, and on for what was added below.

        `span` is how far down the last of them lies, in shares of the height.
        """
        added = max(0.0, self.height - self.row(1)) / self.tall / span * (count - 1)
        return [k / (count - 1) for k in range(count + min(12, math.ceil(added)))]

    @property
    def horizon(self) -> float:
        """The horizon's row, in pixels from the top."""
        return self.layout.horizon * self.height

    @property
    def focus(self) -> float:
        """The column where the eye should go, in pixels."""
        return self.layout.focus * self.width

    @property
    def light(self) -> Point:
        """The sun's, moon's or lamp's place, in pixels."""
        return self.layout.light[0] * self.width, self.layout.light[1] * self.horizon

    @property
    def dark(self) -> bool:
        """Whether the sky is dark enough for stars."""
        return lch(self.palette.high)[0] < 0.34

    def wash(self, *colours: Colour, top: float = 0.0, bottom: float = 1.0) -> None:
        """Colours running down between two heights (shares of the picture), edge to edge."""
        start = top or self.layout.zenith
        end = self.layout.floor if bottom == 1.0 else bottom
        low, high = round(start * self.height), round(end * self.height)
        if not top:
            self.image.paste(colours[0], (0, 0, self.width, max(0, low)))
        if bottom == 1.0:
            self.image.paste(colours[-1], (0, min(high, self.height), self.width, self.height))
        if high > low:
            self.image.paste(ramp(colours, (self.width, high - low)), (0, low))

    def veil(self, y: float, reach: float, colour: Colour, opacity: float) -> None:
        """Mist: a band around a row, fading over `reach` pixels up and down."""
        fade = [round(255 * opacity * math.sin(math.pi * v / 255) ** 2) for v in range(256)]
        mask = Image.linear_gradient("L").point(fade)
        mask = mask.resize((self.width, max(2, round(2 * reach))))
        self.image.paste(colour, (0, round(y - reach)), mask)

    def sky(self, radius: float) -> None:
        """The sky with its sun or moon, `radius` units wide; with stars if it is dark."""
        p, size = self.palette, radius * self.unit
        haze = self.layout.horizon + 0.08 * self.tall / self.height
        self.wash(p.high, p.middle, p.low, bottom=min(1.0, haze))
        if self.dark:
            # Dice of their own: by night the same hills stand under them as by day.
            over = replace(self, rng=dice("stars", self.layout))
            over.stars(160, self.horizon * 0.8)
        x, y = self.light
        self.brush.glow(x, y, self.unit * 60, p.light, 0.25 if self.dark else 0.55)
        self.brush.glow(x, y, size * 3.2, p.light, 0.6)
        self.brush.oval(x, y, size, size, p.light)

    def stars(self, count: int, bottom: float) -> None:
        """Stars of many sizes above a row; a few of them sparkle."""
        p, rng = self.palette, self.rng
        for k in range(count):
            x, y = rng.random() * self.width, rng.random() * bottom
            size = self.unit * (0.06 + 0.2 * rng.random() ** 5)
            tone = mix(p.light, rng.choice((p.second, p.light, p.low)), 0.4)
            self.brush.oval(x, y, size, size, tone, opacity=rng.uniform(0.4, 1))
            if k % 40 == 0:
                spark = self.brush.at(x, y, self.unit * rng.uniform(0.8, 1.8))
                spark.glow(0, 0, 1.6, p.light, 0.7)
                spark.shape(path("0,-100 9,-9 100,0 9,9 0,100 -9,9 -100,0 -9,-9"), p.light)

    def land(
        self,
        line: Outline,
        *colours: Colour,
        front: bool = False,
        soft: float = 0.0,
        opacity: float = 1.0,
    ) -> None:
        """Ground below a line that runs from the left edge to the right."""
        below = [(self.width + 9, self.height + 9), (-9, self.height + 9)]
        brush = self.front if front else self.brush
        brush.shape([*line, *below], *colours, soft=soft, opacity=opacity)

    def hills(self, y: float, swell: float, waves: float) -> list[Point]:
        """A rolling line around a row; `waves` is how many hills fit across."""
        turns = [(self.rng.uniform(0, math.tau), waves * f, swell / f**1.2) for f in (1, 1.9, 3.3)]
        return [
            (x, y + sum(a * math.sin(f * math.tau * x / self.width + s) for s, f, a in turns))
            for x in range(-9, self.width + 16, 8)
        ]

    def crags(self, y: float, rise: float, peaks: int) -> list[Point]:
        """A broken mountain line above a row; every 32nd point is a peak or a valley."""
        rng, step = self.rng, self.width / peaks
        start = rng.uniform(-0.9, -0.1) * step
        line: list[Point] = []
        for k in range(peaks + 3):
            x = start + k * step
            line.append((x + rng.uniform(-0.2, 0.2) * step, y - rise * rng.uniform(0.5, 1)))
            line.append((x + step * rng.uniform(0.4, 0.6), y - rise * rng.uniform(0, 0.25)))
        for level in range(5):
            line = _broken(line, rise * 0.16 * 0.5**level, rng)
        return line

    def lake(self, y: float) -> None:
        """Still water below a row, mirroring what is above it."""
        top = round(y)
        depth = self.height - top
        if depth < 1:
            return  # it begins below what one sees
        above = self.image.crop((0, max(0, top - depth), self.width, top))
        mirror = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        self.image.paste(mirror.resize((self.width, depth)), (0, top))
        p, rng = self.palette, self.rng
        water = box(0, top, self.width, self.height)
        self.brush.shape(water, mix(p.middle, p.low, 0.5), p.high, opacity=0.3)
        for k in range(30):
            row = top + depth * (k / 30) ** 1.3
            long, thin = rng.uniform(0.05, 0.3) * self.width, self.unit * (0.06 + 0.012 * k)
            self.brush.oval(rng.random() * self.width, row, long, thin, p.low, opacity=0.3)
        self.brush.shape(box(0, top - 1, self.width, top + 1.5), p.light, opacity=0.5)

    def birds(self, count: int, colour: Colour) -> None:
        """A small flock in the sky."""
        rng = self.rng
        x0, y0 = rng.uniform(0.2, 0.8) * self.width, rng.uniform(0.2, 0.6) * self.horizon
        for _ in range(count):
            x, y = x0 + rng.gauss(0, 7) * self.unit, y0 + rng.gauss(0, 4) * self.unit
            bird = self.brush.at(x, y, self.unit * rng.uniform(0.8, 1.7), rng.uniform(-14, 14))
            wings = path("-100,-50 -45,-62 0,0 45,-62 100,-50")
            bird.line(wings, [0.02, 0.16, 0.2, 0.16, 0.02], colour)


def _broken(line: list[Point], jolt: float, rng: Random) -> list[Point]:
    out = [line[0]]
    for (x0, y0), (x1, y1) in itertools.pairwise(line):
        x = (x0 + x1) / 2 + rng.uniform(-0.1, 0.1) * (x1 - x0)
        out += [(x, (y0 + y1) / 2 + rng.uniform(-jolt, jolt)), (x1, y1)]
    return out
