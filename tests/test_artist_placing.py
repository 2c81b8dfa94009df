"""The painter's canvases: where a picture is laid, and what is painted around and over it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import Image, ImageChops

from reapi_nb.sandbox import artist
from tests.paintings import (
    NEW,
    box_mask,
    made,
    mean_difference,
    polygon,
    same_where,
    spread,
)

_FAR = 10**6
_HUGE = 10**400


@pytest.mark.parametrize(
    ("box", "kept"),
    [
        ((40, 30, 120, 80), (40, 30, 160, 110)),
        ((-50, 20, 120, 80), (0, 20, 70, 100)),
        ((150, -70, 120, 80), (150, 0, 200, 10)),
        ((0, 0, 120, 80), (0, 0, 120, 80)),
        ((-119, -79, 120, 80), (0, 0, 1, 1)),
    ],
    ids=["inside", "left of it", "above it", "in a corner", "one pixel"],
)
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_picture_placed_in_its_own_size_is_not_resampled(box, kept, mode):
    """The result is as large as the canvas, and what lies on it of the picture is untouched."""
    parent = made(120, 80, mode)

    image = artist.place(parent, canvas=(200, 150), box=artist.Box(*box), **NEW).image

    wanted = Image.new(mode, (200, 150))
    wanted.paste(parent.image, box[:2])
    assert (200, 150) == image.size
    assert same_where(wanted, image, box_mask((200, 150), kept))


@pytest.mark.parametrize("size", [(60, 40), (240, 190), (33, 120)])
def test_a_picture_placed_in_another_size_is_resized_once(size):
    """In its box lies the resized picture, and nothing is painted over it."""
    parent = made()
    box = artist.Box(-7, 11, *size)

    image = artist.place(parent, canvas=(200, 150), box=box, **NEW).image

    wanted = Image.new("RGB", (200, 150))
    wanted.paste(parent.image.resize(size, Image.Resampling.LANCZOS), (-7, 11))
    edges = (0, 11, min(200, size[0] - 7), min(150, size[1] + 11))
    assert same_where(wanted, image, box_mask((200, 150), edges))


def test_inside_the_placement_only_the_region_is_painted():
    """A region in pixels of the canvas is painted anew; the rest of the placement is kept."""
    parent, box = made(), (40, 30, 160, 110)
    region = (100, 60, 190, 140)

    images = [
        artist.place(
            parent,
            canvas=(200, 150),
            box=artist.Box(40, 30, 120, 80),
            region=polygon(region),
            text="a cat",
            seed=3,
            slot=slot,
        ).image
        for slot in range(2)
    ]

    wanted = Image.new("RGB", (200, 150))
    wanted.paste(parent.image, (40, 30))
    hole = box_mask((200, 150), region)
    kept = ImageChops.darker(box_mask((200, 150), box), ImageChops.invert(hole))
    both = box_mask((200, 150), (100, 60, 160, 110))
    assert all(same_where(wanted, image, kept) for image in images)
    assert all(30 < mean_difference(wanted, image, both) for image in images)
    assert 1 < mean_difference(*images, both)


def test_a_picture_that_covers_the_canvas_is_only_cropped():
    """Where nothing is left to paint, nothing is painted."""
    parent = made()

    placed = artist.place(parent, canvas=(50, 40), box=artist.Box(-30, -20, 120, 80), **NEW)

    assert parent.image.crop((30, 20, 80, 60)).tobytes() == placed.image.tobytes()


def test_a_picture_outside_the_canvas_leaves_it_to_the_words():
    """A placement that misses the canvas is allowed; then all of it is painted."""
    parent = made()
    box = artist.Box(5_000, 0, 120, 80)

    image = artist.place(parent, canvas=(300, 200), box=box, text="a garden", seed=1, slot=0).image

    assert (300, 200) == image.size
    assert 10 < spread(image)


@pytest.mark.parametrize(
    ("canvas", "size"),
    [
        ((_FAR, _FAR), (4096, 4096)),
        ((_FAR, 1), (8192, 1)),
        ((1, _FAR), (1, 8192)),
        ((8192, 4096), (5793, 2896)),
        ((_HUGE, _HUGE), (4096, 4096)),
        ((4096, 4096), (4096, 4096)),
        ((1, 1), (1, 1)),
    ],
    ids=["vast", "wide", "high", "twice", "beyond all bounds", "the largest", "a dot"],
)
def test_absurd_canvases_are_painted_smaller(canvas, size):
    """A canvas of any size has at most 16 megapixels, and 8,192 pixels a side; nothing warns."""
    placed = artist.place(made(), canvas=canvas, box=artist.Box(0, 0, 60, 40), **NEW)

    assert size == placed.image.size == placed.subject.size


@pytest.mark.parametrize(
    "box",
    [
        (0, 0, _FAR, _FAR),
        (-_FAR // 2, -_FAR // 2, _FAR, _FAR),
        (-_HUGE, _HUGE, _HUGE, _HUGE),
        (_HUGE, 0, 1, 1),
        (0, 0, 1, _HUGE),
        (100, 100, 1, 1),
    ],
    ids=["vast", "vast around it", "beyond all bounds", "far away", "a line", "a dot"],
)
def test_absurd_placements_are_followed_without_their_memory(box):
    """A placement may be of any size and anywhere: only what of it can be seen is made."""
    placed = artist.place(made(), canvas=(200, 150), box=artist.Box(*box), **NEW)

    assert (200, 150) == placed.image.size


def test_a_vast_placement_shows_its_middle():
    """Enlarged ten thousand times, a picture's middle fills the canvas with one colour."""
    half = Image.new("RGB", (100, 100), "red")
    half.paste("blue", (50, 0, 100, 100))
    parent = replace(made(100, 100), image=half)
    boxes = [artist.Box(-x, -500_000, _FAR, _FAR) for x in (250_000, 750_000)]

    red, blue = (
        artist.place(parent, canvas=(64, 64), box=box, **NEW).image.getpixel((32, 32))
        for box in boxes
    )

    assert ((255, 0, 0), (0, 0, 255)) == (red, blue)


def test_what_is_scaled_down_keeps_its_place():
    """On a canvas that is too large, picture and region are scaled with the whole."""
    red = replace(made(100, 100), image=Image.new("RGB", (100, 100), (250, 0, 0)))
    box = artist.Box(10_000, 0, 10_000, 10_000)
    region = polygon((12_000, 2_000, 14_000, 4_000))

    image = artist.place(red, canvas=(20_000, 10_000), box=box, region=region, **NEW).image

    assert (5793, 2896) == image.size
    share = 5793 / 20_000
    for x, y, is_red in [(11_000, 1_000, True), (19_900, 9_900, True), (13_000, 3_000, False)]:
        seen = image.getpixel((round(x * share), round(y * share)))
        assert is_red == (seen == (250, 0, 0)), (x, y, seen)
