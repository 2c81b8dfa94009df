"""What surfaces are made of: paper, wood, wool and others, each with the words that call for it.

A surface is a sheet of mode L, middle grey where it changes nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from reapi_nb.sandbox.artist.brush import blurred, clouds
from reapi_nb.sandbox.artist.finish import grain
from reapi_nb.sandbox.artist.levels import MOST, levels

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from reapi_nb.sandbox.artist.brush import Size


def _paper(rng: Random, size: Size) -> Image.Image:
    """Fibres, pressed by hand."""
    return Image.blend(blurred(grain(rng, size, 90), 1), clouds(rng, size, (6, 60), 2), 0.3)


def _wood(rng: Random, size: Size) -> Image.Image:
    """Rings and pores, running along."""
    rings = levels(lambda value: 128 + 70 * math.sin(value * math.tau / 22))
    sheet = blurred(clouds(rng, size, (2, 16), 2).point(rings), 1)
    return Image.blend(sheet, clouds(rng, size, (10, 220), 2), 0.45)


def _metal(rng: Random, size: Size) -> Image.Image:
    """Fine scratches, running along, and a sheen."""
    return Image.blend(clouds(rng, size, (3, 300), 2), clouds(rng, size, (3, 2), 1), 0.5)


def _water(rng: Random, size: Size) -> Image.Image:
    """Pools of pigment on rough paper."""
    pools = levels(lambda value: 108 + 0.86 * abs(value - 128))
    sheet = clouds(rng, size, (7, 7), 4).point(pools)
    return Image.blend(sheet, blurred(grain(rng, size, 110), 1.4), 0.4)


def _wool(rng: Random, size: Size) -> Image.Image:
    """Rows of stitches."""
    stitch = Image.new("L", (56, 48), 60)
    draw = ImageDraw.Draw(stitch)
    for y in (-48, 0, 48):
        for x in (0, 56):
            draw.line([(x, y), (28, y + 31)], fill=150, width=20)
            draw.line([(x, y - 4), (28, y + 27)], fill=205, width=7)
    rows = _tiled(stitch.resize((14, 12), Image.Resampling.BOX), size)
    return Image.blend(rows, blurred(grain(rng, size, 120), 0.8), 0.25)


def _cloth(rng: Random, size: Size) -> Image.Image:
    """Warp and weft."""
    thread = Image.new("L", (6, 6), 96)
    for x, y in ((0, 0), (3, 3)):
        thread.paste(170, (x, y, x + 3, y + 2))
        thread.paste(140, (x, 3 - y, x + 2, 6 - y))
    return Image.blend(_tiled(thread, size), clouds(rng, size, (200, 9), 2), 0.3)


def _stone(rng: Random, size: Size) -> Image.Image:
    """Veins and crystals."""
    veins = levels(lambda value: 150 - 110 * max(0.0, 1 - abs(value - 128) / 9))
    sheet = blurred(clouds(rng, size, (4, 3), 5).point(veins), 0.8)
    return Image.blend(sheet, blurred(grain(rng, size, 110), 0.9), 0.35)


def _glass(rng: Random, size: Size) -> Image.Image:
    """Slanting reflections."""
    wide = clouds(rng, (size[0] * 2, size[1]), (16, 2), 2)
    lean = (1.0, size[0] / size[1] * 0.5, 0.0, 0.0, 1.0, 0.0)
    sheet = wide.transform(size, Image.Transform.AFFINE, lean)
    return blurred(sheet.point(levels(lambda value: 116 + 90 * (value > 150))), 1)


def _clay(rng: Random, size: Size) -> Image.Image:
    """Dents of fingers."""
    return blurred(clouds(rng, size, (26, 18), 3), 1.5)


def _mosaic(rng: Random, size: Size) -> Image.Image:
    """Small stones with joints between them."""
    stone = Image.new("L", (16, 16), 40)
    stone.paste(140, (1, 1, 16, 16))
    stone.paste(175, (1, 1, 15, 4))
    return Image.blend(_tiled(stone, size), grain(rng, size, 60), 0.2)


def _strokes(rng: Random, size: Size) -> Image.Image:
    """Ridges of a broad brush, now leaning this way, now that."""
    along, down = clouds(rng, size, (30, 260), 2), clouds(rng, size, (200, 24), 2)
    return Image.composite(along, down, clouds(rng, size, (7, 5), 2).point(MOST))


def _tiled(tile: Image.Image, size: Size) -> Image.Image:
    sheet = Image.new("L", size)
    for y in range(0, size[1], tile.height):
        for x in range(0, size[0], tile.width):
            sheet.paste(tile, (x, y))
    return sheet


@dataclass(frozen=True)
class Stuff:
    """One kind of surface."""

    sheet: Callable[[Random, Size], Image.Image]
    words: str
    tones: str = ""  # its own colours, where it has any; the most common first
    weight: float = 0.7  # how much of the sheet one sees
    relief: float = 0.3  # how far edges stand out
    cell: int = 1  # it has no detail smaller than so many pixels


STUFFS = {
    "paper": Stuff(
        _paper,
        "paper origami cardboard papercut collage",
        relief=0.9,
        cell=3,
    ),
    "wood": Stuff(
        _wood,
        "wood wooden oak walnut carved bamboo timber",
        "e2b877 b07a42 7a4a26 d49a5a 5a3520",
        relief=0.7,
    ),
    "metal": Stuff(
        _metal,
        "metal metallic steel chrome iron silver aluminium robotic",
        "c9d2da 9aa6b2 6c7a89 b8c4c9 8b8fa8",
        relief=1.0,
    ),
    "gold": Stuff(
        _metal,
        "gold golden brass bronze copper gilded",
        "f6dc8c d9a63c b07a2a e8c25c 8a5a22",
        relief=1.0,
    ),
    "water": Stuff(
        _water,
        "watercolor watercolour aquarelle gouache ink wash",
        weight=0.8,
        relief=0.2,
        cell=2,
    ),
    "wool": Stuff(
        _wool,
        "wool woollen knit knitted yarn crochet felt felted plush",
        weight=0.9,
        cell=4,
    ),
    "cloth": Stuff(
        _cloth,
        "fabric cloth linen embroidery embroidered tapestry textile silk velvet denim quilt",
        weight=0.8,
        cell=2,
    ),
    "stone": Stuff(
        _stone,
        "stone marble granite rock concrete fossil sandstone",
        "e6e1d8 b7b2ab 8a8783 cfc4b4 9aa3a6",
        weight=0.8,
        relief=0.9,
    ),
    "glass": Stuff(
        _glass,
        "glass crystal ice icy frozen porcelain ceramic diamond",
        "d6eef7 a9d6e8 6fb0cf bfe3ee 8fa8d8",
        relief=0.8,
    ),
    "clay": Stuff(
        _clay,
        "clay plasticine claymation terracotta dough mud",
        relief=0.9,
        cell=4,
    ),
    "mosaic": Stuff(
        _mosaic,
        "mosaic tile tiles pixel pixels voxel lego brick bricks stained",
        weight=0.8,
        relief=0.2,
        cell=16,
    ),
    "strokes": Stuff(
        _strokes,
        "oil paint painting painted acrylic brush impressionist gogh canvas",
        weight=0.8,
        relief=0.5,
        cell=3,
    ),
}

PLAIN = ("paper", "water", "cloth", "clay", "strokes")
"""What is taken where no words ask for anything."""
