"""Pictures made from a picture: variations and upscales. Every edit is a function of its parent."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Literal

from PIL import Image, ImageChops, ImageEnhance, ImageFilter

from reapi_nb.sandbox.artist.brush import blurred
from reapi_nb.sandbox.artist.chance import dice
from reapi_nb.sandbox.artist.finish import grain

if TYPE_CHECKING:
    from random import Random


def vary(
    parent: Image.Image,
    *,
    strength: Literal["subtle", "strong"],
    text: str,
    seed: int,
    slot: int,
) -> Image.Image:
    """A sibling of a picture, in the same size: hardly changed, or rearranged and recoloured."""
    rng = dice("vary", strength, text, seed, slot)
    image = parent.convert("RGB")
    way = 1 if slot % 2 else -1
    if strength == "subtle":
        image = _bent(image, rng, zoom=1.02, bend=0.006)
        return _recoloured(image, turn=way * rng.uniform(3, 7), light=rng.choice((0.97, 1.03)))
    if way < 0:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    image = _bent(image, rng, zoom=rng.uniform(1.12, 1.4), bend=0.02)
    return _recoloured(image, turn=way * rng.uniform(10, 24), light=rng.choice((0.9, 1.07)))


def _bent(image: Image.Image, rng: Random, *, zoom: float, bend: float) -> Image.Image:
    """The picture a little larger than its frame, seen through uneven glass."""
    width, height = image.size
    cells, reach = 8, bend * min(width, height)
    margin = 0.5 - 0.5 / zoom
    left, top = (rng.uniform(0, 2 * margin) for _ in range(2))
    waves = [rng.uniform(0, math.tau) for _ in range(4)]

    def source(column: int, row: int) -> tuple[float, float]:
        u, v = column / cells, row / cells
        x, y = (left + u / zoom) * width, (top + v / zoom) * height
        x += reach * math.sin(4 * v + waves[0]) * math.sin(5 * u + waves[1])
        y += reach * math.sin(4 * u + waves[2]) * math.sin(5 * v + waves[3])
        return min(max(x, 0), width), min(max(y, 0), height)

    across, down = ([k * side // cells for k in range(cells + 1)] for side in image.size)
    mesh = []
    for column, row in itertools.product(range(cells), repeat=2):
        right, low = column + 1, row + 1
        box = (across[column], down[row], across[right], down[low])
        corners = ((column, row), (column, low), (right, low), (right, row))
        quad = tuple(itertools.chain.from_iterable(source(*corner) for corner in corners))
        mesh.append((box, quad))
    return image.transform(image.size, Image.Transform.MESH, mesh, Image.Resampling.BICUBIC)


def _recoloured(image: Image.Image, *, turn: float, light: float) -> Image.Image:
    """The picture with its hues turned by degrees and its lightness scaled."""
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    even, skew = (1 - cos) / 3, sin / math.sqrt(3)
    one, two, three = cos + even, even - skew, even + skew
    rows = ((one, two, three), (three, one, two), (two, three, one))
    matrix = tuple(value for row in rows for value in (*row, 0.0))
    return ImageEnhance.Brightness(image.convert("RGB", matrix)).enhance(light)


def upscale(parent: Image.Image, *, style: Literal["standard", "creative"]) -> Image.Image:
    """The picture at twice its width and height; "creative" adds fine texture of its own."""
    size = parent.width * 2, parent.height * 2
    crisp = parent.convert("RGB").filter(ImageFilter.UnsharpMask(1.5, 45, 2))
    image = crisp.resize(size, Image.Resampling.LANCZOS)
    if style == "standard":
        return image
    weave = blurred(grain(dice("upscale", *size), size, 28), 0.7)
    textured = ImageChops.soft_light(image, Image.merge("RGB", (weave,) * 3))
    return ImageEnhance.Contrast(textured).enhance(1.04)
