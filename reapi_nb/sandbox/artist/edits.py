"""The same picture otherwise: varied, upscaled, worked out, remixed.

Every edit is a function of its parent; none of them touches it.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from PIL import Image, ImageChops, ImageEnhance, ImageFilter

from reapi_nb.sandbox.artist.arrangement import figures_for, loosened
from reapi_nb.sandbox.artist.brush import blurred, clouds
from reapi_nb.sandbox.artist.cast import SUBJECTS
from reapi_nb.sandbox.artist.chance import dice, number
from reapi_nb.sandbox.artist.composition import painted, palette_for
from reapi_nb.sandbox.artist.finish import grain
from reapi_nb.sandbox.artist.joining import moved
from reapi_nb.sandbox.artist.levels import faint
from reapi_nb.sandbox.artist.painting import Painting
from reapi_nb.sandbox.artist.palette import blended
from reapi_nb.sandbox.artist.reading import read
from reapi_nb.sandbox.artist.sizes import scaled, shrinkage

if TYPE_CHECKING:
    from random import Random

    from reapi_nb.sandbox.artist.brush import Size
    from reapi_nb.sandbox.artist.easel import Layout
    from reapi_nb.sandbox.artist.painting import Figure, Scene

Strength = Literal["subtle", "strong"]
_Mesh = list[tuple[tuple[int, int, int, int], tuple[float, ...]]]

_FLIP = Image.Transpose.FLIP_LEFT_RIGHT
_LANCZOS = Image.Resampling.LANCZOS


def vary(parent: Painting, *, strength: Strength, text: str, seed: int, slot: int) -> Painting:
    """A sibling of a picture, in the same size: hardly changed, or rearranged and recoloured."""
    rng = dice("vary", strength, text, seed, slot)
    image, subject, scene = parent.opaque, parent.subject, parent.scene
    way = 1 if slot % 2 else -1
    if strength == "subtle":
        mesh = _glass(image.size, rng, zoom=1.02, bend=0.006)
        turn, light = way * rng.uniform(3, 7), rng.choice((0.97, 1.03))
    else:
        if way < 0:
            image, subject, scene = image.transpose(_FLIP), subject.transpose(_FLIP), scene.turned
        mesh = _glass(image.size, rng, zoom=rng.uniform(1.12, 1.4), bend=0.02)
        turn, light = way * rng.uniform(10, 24), rng.choice((0.9, 1.07))
    image, subject = (_through(mesh, layer) for layer in (image, subject))
    return Painting(recoloured(image, turn=turn, light=light), subject, scene)


def _glass(size: Size, rng: Random, *, zoom: float, bend: float) -> _Mesh:
    """Uneven glass, through which one sees things a little larger than they are."""
    width, height = size
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

    across, down = ([k * side // cells for k in range(cells + 1)] for side in size)
    mesh: _Mesh = []
    for column, row in itertools.product(range(cells), repeat=2):
        right, low = column + 1, row + 1
        box = (across[column], down[row], across[right], down[low])
        corners = ((column, row), (column, low), (right, low), (right, row))
        quad = tuple(itertools.chain.from_iterable(source(*corner) for corner in corners))
        if box[0] < box[2] and box[1] < box[3]:  # a tiny picture has fewer cells
            mesh.append((box, quad))
    return mesh


def _through(mesh: _Mesh, layer: Image.Image) -> Image.Image:
    return layer.transform(layer.size, Image.Transform.MESH, mesh, Image.Resampling.BICUBIC)


def recoloured(image: Image.Image, *, turn: float, light: float) -> Image.Image:
    """The picture with its hues turned by degrees and its lightness scaled."""
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    even, skew = (1 - cos) / 3, sin / math.sqrt(3)
    one, two, three = cos + even, even - skew, even + skew
    rows = ((one, two, three), (three, one, two), (two, three, one))
    matrix = tuple(value for row in rows for value in (*row, 0.0))
    return ImageEnhance.Brightness(image.convert("RGB", matrix)).enhance(light)


def upscale(parent: Painting, *, style: Literal["standard", "creative"]) -> Painting:
    """The picture at twice its width and height; "creative" adds fine texture of its own.

    What would have more than 16 megapixels, or more than 8,192 pixels a side, grows by less.
    """
    width, height = parent.image.size
    factor = 2 * shrinkage(2 * width, 2 * height)
    size = scaled(width, factor), scaled(height, factor)
    crisp = parent.image.filter(ImageFilter.UnsharpMask(1.5, 45, 2))
    image, subject = (layer.resize(size, _LANCZOS) for layer in (crisp, parent.subject))
    if style == "creative":
        weave = blurred(grain(dice("upscale", *size), size, 28), 0.7)
        image = _kept_clear(image, ImageEnhance.Contrast(_woven(image, weave)).enhance(1.04))
    return Painting(image, subject, parent.scene)


def _woven(image: Image.Image, weave: Image.Image) -> Image.Image:
    plain = image.convert("RGB")
    return ImageChops.soft_light(plain, Image.merge("RGB", (weave,) * 3))


def _kept_clear(image: Image.Image, changed: Image.Image) -> Image.Image:
    """The changed picture, as transparent as the picture was."""
    if image.mode == "RGBA":
        changed.putalpha(image.getchannel("A"))
    return changed


def enhance(parent: Painting, *, seed: int, slot: int) -> Painting:
    """A draft worked out: its lines sharp, its details painted; each time with other light."""
    rng = dice("enhance", seed, slot)
    image = parent.finished or parent.opaque
    image = image.filter(ImageFilter.UnsharpMask(2, 50 + 15 * (slot % 4), 2))
    glow = clouds(rng, image.size, (3, 3), 1).point(faint(0.2))
    weave = ImageChops.add(glow, grain(rng, image.size, 7), offset=-128)
    image = ImageEnhance.Color(_woven(image, weave)).enhance(rng.uniform(1.0, 1.12))
    return Painting(image, parent.subject, parent.scene)


def remix(parent: Painting, *, mode: Strength, text: str, seed: int, slot: int) -> Painting:
    """Other words in the composition of a picture: its size, horizon, light and arrangement.

    "strong" takes the colours of the new words and some freedom; "subtle" meets the old colours
    half-way and stays close to where light and dark were.
    """
    rng, size, old = dice("remix", mode, text, seed, slot), parent.image.size, parent.scene
    reading = read(text)
    palette = palette_for(reading, text, rng, 0)
    layout = loosened(old.layout, rng, 1.6 if mode == "strong" else 0.3)
    if mode == "subtle":
        palette = blended(palette, old.palette, 0.6)
    scene = replace(
        old,
        reading=reading,
        palette=palette,
        layout=layout,
        kin=number("kin", text, seed),
        figures=standing_for(old, reading.subject, layout, size),
    )
    fresh = painted(scene, size, rng, corners=True)
    if mode == "strong":
        return fresh
    radius = min(size) / 14
    was, now = blurred(parent.opaque, radius), blurred(fresh.image, radius)
    step = ImageChops.subtract(was, now, 5, 128)  # moves by twice a fifth of what is between them
    return replace(fresh, image=moved(fresh.image, step))


def standing_for(old: Scene, name: str | None, layout: Layout, size: Size) -> tuple[Figure, ...]:
    """A subject where another one stood, if both stand in the same way."""
    fresh = figures_for(name, layout, size)
    if not fresh or not old.figures:
        return fresh
    was = old.figures[0]
    one, other = SUBJECTS[fresh[0].name], SUBJECTS[was.name]
    if one.stance != other.stance:
        return fresh
    place = replace(was if one.close else was.whole, name=fresh[0].name)
    return (replace(place, x=place.x + layout.focus - old.layout.focus),)
