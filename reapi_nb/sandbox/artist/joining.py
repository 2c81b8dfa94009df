"""New paint beside old paint: how a fresh scene goes on from what is already there.

Far from the old paint lies the fresh scene itself; nearer to it the same scene, its colours drawn
towards those across the border; along the border a strip that continues the old paint.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageFilter

from reapi_nb.sandbox.artist.brush import blurred, clouds
from reapi_nb.sandbox.artist.levels import ALL, ANY, faint, levels

if TYPE_CHECKING:
    from random import Random

    from reapi_nb.sandbox.artist.brush import Size

_CELL = 24  # pixels a side, when colours are compared across a border
_PULL = 13  # the furthest that a colour is drawn, in half levels
_NEARER = levels(lambda value: min(max(value, 128 - _PULL), 128 + _PULL))
_PARTLY = levels(lambda value: 255 * (value < 255))
_STRIP = levels(lambda value: value * 2.4 - 24)
_STRONGER = levels(lambda value: value * 4)


def joined(
    old: Image.Image,
    todo: Image.Image,
    fresh: Image.Image,
    strip: Image.Image,
    rng: Random,
    *,
    reach: float,
) -> Image.Image:
    """The fresh picture where the mask `todo` is white, the old one where it is black.

    Args:
        old: RGB; its pixels are kept as they are.
        todo: L, of the same size.
        fresh: RGB, of the same size.
        strip: RGB, of the same size: what the new paint looks like right at the border.
        rng: Frays the strip.
        reach: How wide the strip is, in pixels; narrower where there is no room for it.
    """
    keep = ImageChops.invert(todo)
    edge = blurred(keep, reach)
    while reach > 1 and _lowest(edge, todo) > 40:
        reach /= 2
        edge = blurred(keep, reach)
    frayed = clouds(rng, old.size, (24, 24), 2).point(faint(0.6))
    edge = ImageChops.overlay(edge.point(_STRIP), frayed)
    return Image.composite(Image.composite(strip, fresh, edge), old, todo)


def _lowest(values: Image.Image, where: Image.Image) -> int:
    low, _ = ImageChops.lighter(values, ImageChops.invert(where.point(ANY))).getextrema()
    assert isinstance(low, int), "a single band has one lowest value"
    return low


def drawn_towards(
    old: Image.Image, todo: Image.Image, fresh: Image.Image, reach: float
) -> Image.Image:
    """The fresh picture with its colours drawn towards the old one's, within `reach` pixels."""
    small = max(1, old.width // _CELL), max(1, old.height // _CELL)
    keep = ImageChops.invert(todo).resize(small, Image.Resampling.BOX)
    beside = keep.filter(ImageFilter.BoxBlur(2)).point(_PARTLY)
    ring = ImageChops.darker(keep.point(ALL), beside)
    if ring.getbbox() is None:
        return fresh  # nothing to draw it towards
    one, other = (image.resize(small, Image.Resampling.BOX) for image in (old, fresh))
    gap = ImageChops.subtract(one, other, 2, 128).point(_NEARER * 3)
    gap = filled(gap, ring).filter(ImageFilter.GaussianBlur(1.5))
    fade = keep.filter(ImageFilter.GaussianBlur(max(1.0, reach / _CELL)))
    fade = fade.point(levels(lambda value: value * 2))
    gap = Image.composite(gap, Image.new("RGB", small, (128, 128, 128)), fade)
    return moved(fresh, gap.resize(old.size, Image.Resampling.BICUBIC))


def moved(image: Image.Image, half_steps: Image.Image) -> Image.Image:
    """The picture with every level moved by twice its distance from 128 in another picture."""
    for _ in range(2):
        image = ImageChops.add(image, half_steps, offset=-128)
    return image


def filled(image: Image.Image, known: Image.Image) -> Image.Image:
    """The picture with the unknown filled in from what is known (white in a mask).

    The further from anything known, the smoother.
    """
    level = image.convert("RGB")
    level.putalpha(known)
    pyramid = [level]
    while max(level.size) > 1 and level.getchannel("A").getextrema()[0] != 255:
        half = (level.width + 1) // 2, (level.height + 1) // 2
        level = level.resize(half, Image.Resampling.BOX)
        level.putalpha(level.getchannel("A").point(_STRONGER))
        pyramid.append(level)
    full = level.convert("RGB")
    for level in reversed(pyramid[:-1]):
        full = full.resize(level.size, Image.Resampling.BILINEAR)
        full.paste(level.convert("RGB"), (0, 0), level.getchannel("A"))
    return full


def mirrored(picture: Image.Image, size: Size, corner: tuple[int, int]) -> Image.Image:
    """A picture at its place on a canvas, with its mirror images on all sides."""
    (x, y), (width, height) = corner, picture.size
    out = Image.new("RGB", size)
    turned = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    for across in (-1, 0, 1):
        column = turned if across else picture
        over = column.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        for down in (-1, 0, 1):
            out.paste(over if down else column, (x + across * width, y + down * height))
    return out
