"""Boxes and holes: where Wan and GPT Image paint, and that they paint nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import Image, ImageChops

from reapi_nb.sandbox import artist
from tests.paintings import (
    NEW,
    all_differences,
    box_mask,
    made,
    mean_difference,
    painted,
    polygon,
    same_where,
)

_BOXES = {
    "one": [(20, 15, 80, 70)],
    "two": [(0, 0, 30, 80), (70, 20, 120, 50)],
    "overlapping": [(10, 10, 60, 60), (40, 40, 90, 79)],
    "beyond the edges": [(60, -50, 500, 500)],
    "a pixel": [(60, 40, 61, 41)],
    "all": [(0, 0, 120, 80)],
}


def _clear(alpha: Image.Image) -> artist.Painting:
    image = Image.new("RGB", alpha.size, "red")
    image.putalpha(alpha)
    return replace(made(), image=image)


def _inside_out(mask: Image.Image) -> Image.Image:
    return ImageChops.invert(mask)


# Regions.


@pytest.mark.parametrize("name", _BOXES)
def test_rectangles_cover_their_pixels_exactly(name):
    """From x1, y1 up to, and not including, x2, y2; what lies outside the picture is cut off."""
    mask = artist.Rectangles.of(_BOXES[name]).mask((120, 80))

    assert box_mask((120, 80), *_BOXES[name]).tobytes() == mask.tobytes()


@pytest.mark.parametrize("box", [(5, 5, 5, 9), (130, 0, 140, 9), (-9, -9, 0, 0), (9, 9, 5, 5)])
def test_a_box_without_pixels_paints_nothing(box):
    """What covers nothing changes nothing."""
    assert artist.Rectangles.of([box]).mask((120, 80)).getbbox() is None


def test_boxes_scale_with_their_picture():
    """On a picture half as large, a box is half as large."""
    mask = artist.Rectangles.of([(20, 10, 60, 50)]).mask((60, 40), 0.5)

    assert box_mask((60, 40), (10, 5, 30, 25)).tobytes() == mask.tobytes()


def test_a_hole_is_where_the_mask_is_transparent():
    """GPT Image paints where alpha is 0 and keeps what is opaque, the opposite of white paint."""
    hole = box_mask((120, 80), (30, 20, 90, 60))

    mask = artist.Clear(_clear(_inside_out(hole))).mask((120, 80))

    assert hole.tobytes() == mask.tobytes()


def test_a_hole_is_fitted_to_another_size():
    """A small mask covers a large picture in the same places, with hard edges."""
    hole = box_mask((60, 40), (15, 10, 45, 30))

    mask = artist.Clear(_clear(_inside_out(hole))).mask((600, 400))

    assert same_where(
        box_mask((600, 400), (150, 100, 450, 300)),
        mask,
        box_mask((600, 400), (0, 0, 140, 400), (160, 110, 440, 290), (460, 0, 600, 400)),
    )
    assert {0, 255} == {value for _, value in mask.getcolors()}


def test_an_opaque_mask_has_no_hole():
    """Neither has a picture without an alpha channel; both paint nothing."""
    opaque = _clear(Image.new("L", (120, 80), 255))

    for painting in (opaque, made()):
        assert not artist.has_alpha_hole(painting)
        assert artist.Clear(painting).mask((120, 80)).getbbox() is None


@pytest.mark.parametrize(("alpha", "found"), [(0, True), (127, True), (128, False), (254, False)])
def test_one_pixel_half_transparent_is_a_hole(alpha, found):
    """What is more than half opaque is kept, so it is no place to paint."""
    one = Image.new("L", (120, 80), 255)
    one.putpixel((7, 9), alpha)

    assert found == artist.has_alpha_hole(_clear(one))
    assert found == (artist.Clear(_clear(one)).mask((120, 80)).getbbox() is not None)


# Repainting.


@pytest.mark.parametrize("name", _BOXES)
@pytest.mark.parametrize("text", ["", "a cat", "a starry night"])
@pytest.mark.parametrize("size", [None, (300, 100), (77, 131)])
def test_outside_its_boxes_a_picture_is_the_fitted_one(name, text, size):
    """To the byte; also the seam lies inside."""
    region = artist.Rectangles.of(_BOXES[name])
    fitted = artist.fitted(made(), size or (120, 80))
    mask = replace(made(), image=region.mask((120, 80)).convert("RGB"), subject=made().subject)
    inside = artist.fitted(mask, size or (120, 80)).image.convert("L")

    done = artist.repainted_in(made(), region, size=size, text=text, seed=3, slot=0)

    # Along a scaled box's edge a pixel may belong to either side.
    outside = inside.point([255 * (value < 1) for value in range(256)])
    assert fitted.image.size == done.image.size == done.subject.size
    assert same_where(fitted.image, done.image, outside)
    assert name == "a pixel" or 3 < mean_difference(fitted.image, done.image, inside)


def test_without_a_size_it_is_an_inpainting():
    """Boxes of one picture are one region of it."""
    region = artist.Rectangles.of([(20, 15, 80, 70)])

    one = artist.repainted_in(made(), region, text="a cat", seed=3, slot=1)
    other = artist.inpaint(made(), region=polygon((20, 15, 80, 70)), text="a cat", seed=3, slot=1)

    assert one.image.tobytes() == other.image.tobytes()


@pytest.mark.parametrize("text", ["", "a cat", "lorem ipsum"])
def test_both_boxes_of_a_picture_change_clearly_in_every_slot(text):
    """Wan's pictures have up to two; four slots are four choices."""
    parent, boxes = artist.fitted(painted(), (672, 448)), [(30, 150, 210, 380), (450, 40, 650, 210)]
    masks = [box_mask(parent.image.size, box) for box in boxes]
    region = artist.Rectangles.of(boxes)

    images = [
        artist.repainted_in(parent, region, text=text, seed=3, slot=slot).image for slot in range(4)
    ]

    for mask in masks:
        assert 4 < min(mean_difference(parent.image, image, mask) for image in images)
        assert 2 < min(all_differences(images, mask))


def test_a_hole_is_painted_at_the_size_of_the_request():
    """GPT Image's mask belongs to the picture; the result may be larger, its outside the same."""
    hole = box_mask((1344, 896), (700, 100, 1200, 700))
    mask = replace(painted(), image=_clear(_inside_out(hole)).image)

    done = artist.repainted_in(
        painted(), artist.Clear(mask), size=(2048, 1152), text="a cottage", seed=3, slot=0
    )

    fitted = artist.fitted(painted(), (2048, 1152)).image
    factor = 2048 / 1344
    left, right = round(700 * factor), round(1200 * factor)
    outside = box_mask((2048, 1152), (0, 0, left - 1, 1152), (right + 1, 0, 2048, 1152))
    inside = box_mask((2048, 1152), (left + 40, 200, right - 40, 900))
    assert same_where(fitted, done.image, outside)
    assert 8 < mean_difference(fitted, done.image, inside)


def test_a_guest_comes_into_the_box():
    """A subject of another picture is put where the box is: another guest, another picture."""
    parent = artist.imagine("an empty room", size=(900, 600), seed=7, slot=0)
    region, mask = (
        artist.Rectangles.of([(500, 60, 860, 580)]),
        box_mask((900, 600), (540, 300, 820, 560)),
    )
    guests = [artist.imagine(text, seed=7, slot=0) for text in ("yellow tulips", "an astronaut")]

    done = [
        artist.repainted_in(parent, region, text="", seed=3, slot=0, guests=[guest]).image
        for guest in guests
    ]

    assert 15 < min(all_differences([parent.image, *done], mask))
    assert same_where(parent.image, done[0], box_mask((900, 600), (0, 0, 500, 600)))


def test_the_same_repainting_has_the_same_pixels_and_spares_its_parent():
    """It is a function of its arguments."""
    parent, guest = made(), painted()
    before = parent.image.tobytes(), guest.image.tobytes()
    region = artist.Rectangles.of(_BOXES["two"])

    first, again = (
        artist.repainted_in(parent, region, size=(200, 90), guests=[guest], **NEW) for _ in range(2)
    )

    assert first.image.tobytes() == again.image.tobytes()
    assert before == (parent.image.tobytes(), guest.image.tobytes())
