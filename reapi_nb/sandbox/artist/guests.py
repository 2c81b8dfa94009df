"""What other paintings bring into a picture: their subjects, or, where they have none, their view.

Subjects are cut out and stand in a row, on the ground, beside the picture's own subject. A view
comes in softly at its place in that row, behind the picture's own subject.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PIL import Image, ImageChops

from reapi_nb.sandbox.artist.brush import Brush
from reapi_nb.sandbox.artist.colour import SHADOW
from reapi_nb.sandbox.artist.cutting import cut_out, stands_alone
from reapi_nb.sandbox.artist.fitting import Window, fitted
from reapi_nb.sandbox.artist.levels import MOST, levels
from reapi_nb.sandbox.artist.painting import Box, Painting
from reapi_nb.sandbox.artist.sizes import scaled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reapi_nb.sandbox.artist.brush import Size

_LANCZOS = Image.Resampling.LANCZOS
_LARGEST = 1400  # pixels along the longer side of a guest's own picture
_TALLEST = 0.55  # of a guest, in shares of the height of its box
_FLOOR = 0.95  # where guests stand, in shares of that height
_HAZE = levels(lambda value: 255 * min(1.0, value / 150) ** 2)
_SEEN = levels(lambda value: value * 0.8)


def joined_by(picture: Painting, others: Sequence[Painting], box: Box) -> Painting:
    """A painting (RGB) with something of every other painting to be seen in a box on it."""
    places = places_beside(picture, len(others), box)
    seats = [(stands_alone(one), one, place) for one, place in zip(others, places, strict=True)]
    for is_subject, other, place in sorted(seats, key=lambda seat: seat[0]):  # behind them, views
        picture = (_with_subject if is_subject else _with_view)(picture, other, place)
    return picture


def places_beside(picture: Painting, count: int, box: Box) -> list[Box]:
    """That many places side by side in a box, not counting one where the subject stands."""
    host = picture.subject.crop(box.edges).point(MOST).getbbox()
    seats = count + 1 if host else count
    wide = box.width / seats
    lefts = [box.left + wide * k for k in range(seats)]
    if host:
        taken = box.left + (host[0] + host[2]) / 2
        lefts.remove(min(lefts, key=lambda left: abs(left + wide / 2 - taken)))
    return [Box(round(left), box.top, max(1, round(wide)), box.height) for left in lefts]


def _with_subject(picture: Painting, other: Painting, place: Box) -> Painting:
    whole = cut_out(_smaller(other)).image
    edges = whole.getchannel("A").point(MOST).getbbox() or (0, 0, *whole.size)
    cut = edges[3] >= whole.height - 2  # a bust goes on below the edge of its picture
    room = place.width * 0.94, place.height * _TALLEST
    width, height = edges[2] - edges[0], edges[3] - edges[1]
    factor = min(room[0] / width, room[1] / height)
    size = max(1, round(width * factor)), max(1, round(height * factor))
    piece = whole.resize(size, _LANCZOS, edges)
    floor = place.top + round(place.height * (1.0 if cut else _FLOOR))
    corner = place.left + (place.width - size[0]) // 2, floor - size[1]
    image, subject = picture.image.copy(), picture.subject.copy()
    if not cut:
        x, reach = corner[0] + size[0] / 2, size[0] * 0.48
        Brush(image).oval(x, floor, reach, reach * 0.12, SHADOW, opacity=0.35, soft=reach * 0.06)
    image.paste(piece.convert("RGB"), corner, piece.getchannel("A"))
    subject.paste(255, corner, piece.getchannel("A"))
    return replace(picture, image=image, subject=subject)


def _smaller(painting: Painting) -> Painting:
    """The painting at the most that a guest needs: cutting out of a larger one takes its time."""
    width, height = painting.image.size
    factor = min(1.0, _LARGEST / max(width, height))
    return fitted(painting, (scaled(width, factor), scaled(height, factor)))


def _with_view(picture: Painting, other: Painting, place: Box) -> Painting:
    size, horizon = (place.width, picture.image.height), picture.scene.layout.horizon
    reach = round(place.width * 0.3)  # it begins beyond its place, and fades in
    wide = place.width + 2 * reach, place.height
    level = (horizon * size[1] - place.top) / place.height
    view = _levelled(other, level, wide)
    fade = Image.radial_gradient("L").point(levels(lambda value: 255 - value))
    mask = fade.resize(wide, Image.Resampling.BICUBIC).point(_HAZE).point(_SEEN)
    layer, where = picture.image.copy(), Image.new("L", picture.image.size)
    corner = place.left - reach, place.top
    layer.paste(view, corner)
    where.paste(mask, corner)
    if stands_alone(picture):
        where = ImageChops.multiply(where, ImageChops.invert(picture.subject))
    return replace(picture, image=Image.composite(layer, picture.image, where))


def _levelled(other: Painting, level: float, size: Size) -> Image.Image:
    """A painting in a size, its horizon at a share of the height if that can be."""
    image, own = other.opaque, other.scene.layout.horizon
    level = min(max(level, 0.1), 0.9)
    share = min(1.0, own / level, (1 - own) / (1 - level))
    tall = share * image.height
    top = min(max(own * image.height - level * tall, 0.0), image.height - tall)
    strip = Window.covering((image.width, max(1, round(tall))), size)
    wide = Window(strip.left, top, strip.right, top + tall)
    return wide.of(image, size)
