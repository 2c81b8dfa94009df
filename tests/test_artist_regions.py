"""Where the painter paints anew: masks, whatever they come from, and what lies inside them."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from PIL import Image, ImageStat

from reapi_nb.sandbox import artist
from tests.paintings import (
    FOX,
    NEW,
    all_differences,
    box_mask,
    made,
    mean_difference,
    painted,
    polygon,
    same_where,
)

_SQUARE = (50, 50, 50, 250, 250, 250, 250, 50)
_HUGE = 10**400


def _share(mask: Image.Image) -> float:
    return ImageStat.Stat(mask).mean[0] / 255


def _area(*points: int, size: tuple[int, int] = (300, 300)) -> Image.Image:
    return artist.Polygons.of([points]).mask(size)


# Masks from polygons.


def test_a_polygon_covers_the_pixels_inside_it():
    """The square from 50 to 250 has 200 x 200 pixels: those from 50 to 249."""
    mask = _area(*_SQUARE)

    assert box_mask((300, 300), (50, 50, 250, 250)).tobytes() == mask.tobytes()


def test_a_polygon_may_be_drawn_in_either_direction_and_from_any_corner():
    """What counts is the outline."""
    corners = [(50, 50), (50, 250), (250, 250), (250, 50)]
    outlines = [corners, corners[::-1], corners[2:] + corners[:2], [*corners, corners[0]]]

    masks = {_area(*itertools.chain.from_iterable(outline)).tobytes() for outline in outlines}

    assert 1 == len(masks)


def test_several_areas_add_up():
    """Areas that overlap are painted as one."""
    boxes = ((10, 10, 60, 60), (40, 40, 90, 90), (200, 5, 210, 6))

    mask = polygon(*boxes).mask((300, 100))

    assert box_mask((300, 100), *boxes).tobytes() == mask.tobytes()


@pytest.mark.parametrize(
    ("points", "seen"),
    [
        ((-100, -100, 400, -100, 400, 400, -100, 400), (0, 0, 300, 300)),
        ((-50, 20, 30, 20, 30, 90, -50, 90), (0, 20, 30, 90)),
        ((250, 250, 10**9, 250, 10**9, 10**9, 250, 10**9), (250, 250, 300, 300)),
        ((-_HUGE, 0, _HUGE, 0, _HUGE, 150, -_HUGE, 150), (0, 0, 300, 150)),
    ],
    ids=["all around", "to the left", "far beyond", "beyond all bounds"],
)
def test_points_may_lie_outside_the_picture(points, seen):
    """What lies outside is cut off, and what is inside stays where it is."""
    assert box_mask((300, 300), seen).tobytes() == _area(*points).tobytes()


def test_an_edge_that_comes_from_far_away_keeps_its_slope():
    """A line through the picture runs where it should, however far away its ends are."""
    far = 10**8

    mask = _area(150 - 7 * far, 150 - 3 * far, 150 + 7 * far, 150 + 3 * far, -far, 7 * far)

    for x in (0, 150, 299):
        y = 150 + (x - 150) * 3 / 7
        assert (0, 255) == (mask.getpixel((x, round(y - 2))), mask.getpixel((x, round(y + 2))))


@pytest.mark.parametrize(
    "points",
    [
        (10, 10, 10, 10, 10, 10),
        (0, 5, 100, 5, 200, 5),
        (400, 400, 500, 400, 500, 500),
        (-9, -9, -5, -9, -5, -5),
        (_HUGE, _HUGE, _HUGE, -_HUGE, _HUGE, 0),
    ],
    ids=["a point", "a line", "beyond it", "before it", "beyond all bounds"],
)
def test_a_polygon_without_pixels_paints_nothing(points):
    """What covers nothing changes nothing."""
    assert _area(*points).getbbox() is None


def test_a_scaled_picture_has_a_scaled_mask():
    """On a picture that was made half as large, a region is half as large."""
    mask = artist.Polygons.of([_SQUARE]).mask((150, 150), 0.5)

    assert box_mask((150, 150), (25, 25, 125, 125)).tobytes() == mask.tobytes()


# Masks from pictures.


def test_the_light_half_of_a_picture_is_a_mask():
    """More than half the light means: paint here."""
    grey = Image.linear_gradient("L").convert("RGB")

    mask = artist.Light(replace(made(), image=grey)).mask((256, 256))

    assert box_mask((256, 256), (0, 128, 256, 256)).tobytes() == mask.tobytes()


def test_a_mask_of_another_size_is_fitted():
    """A small mask image covers a large picture in the same places."""
    small = Image.new("RGB", (30, 30))
    small.paste("white", (0, 0, 15, 30))

    mask = artist.Light(replace(made(), image=small)).mask((300, 100))

    inner = box_mask((300, 100), (10, 0, 140, 100), (160, 0, 290, 100))
    assert same_where(box_mask((300, 100), (0, 0, 150, 100)), mask, inner)
    assert {0, 255} == {value for _, value in mask.getcolors()}


def test_what_is_transparent_in_a_mask_image_stays():
    """A cut-out on nothing repaints at most the subject, never its surroundings."""
    clear = Image.new("RGBA", (40, 40), (255, 255, 255, 0))
    clear.paste((255, 255, 255, 255), (10, 10, 30, 30))

    mask = artist.Light(replace(made(), image=clear)).mask((40, 40))

    assert box_mask((40, 40), (10, 10, 30, 30)).tobytes() == mask.tobytes()


def test_an_address_stands_for_a_soft_patch():
    """A mask that nobody may fetch is a patch somewhere inside, always the same, softly edged."""
    masks = [
        artist.Blob(f"https://example.com/{name}.png").mask((600, 400)) for name in ("a", "a", "b")
    ]

    assert masks[0].tobytes() == masks[1].tobytes() != masks[2].tobytes()
    for mask in masks:
        left, top, right, low = mask.getbbox()
        assert (left > 0, top > 0, right < 600, low < 400) == (True,) * 4
        assert 0.05 < _share(mask) < 0.5
        assert 20 < len(mask.getcolors())


# Inpainting.


_REGIONS = {
    "a square": polygon((20, 15, 80, 70)),
    "a triangle": artist.Polygons.of([(5, 5, 110, 30, 40, 79)]),
    "two areas": polygon((0, 0, 30, 80), (70, 20, 120, 50)),
    "over the edge": polygon((60, -50, 500, 500)),
    "a thin line": polygon((3, 40, 117, 43)),
    "a dot": polygon((60, 40, 61, 41)),
    "a patch": artist.Blob("https://example.com/mask.png"),
    "all of it": polygon((0, 0, 120, 80)),
}


@pytest.mark.parametrize("name", _REGIONS)
@pytest.mark.parametrize("text", ["", "a cat", "a starry night", "lorem ipsum"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_inpainting_changes_nothing_outside_its_region(name, text, mode):
    """Every pixel outside the mask is the parent's own; inside it is painted, and differs."""
    parent, region = made(mode=mode), _REGIONS[name]

    image = artist.inpaint(parent, region=region, text=text, seed=3, slot=0).image

    mask = region.mask((120, 80))
    assert (mode, (120, 80)) == (image.mode, image.size)
    assert same_where(parent.image, image, mask.point([255 * (v == 0) for v in range(256)]))
    assert 20 < mean_difference(parent.image, image, mask)


@pytest.mark.parametrize("text", [FOX, "a serene Japanese garden", "portrait of a woman"])
@pytest.mark.parametrize("box", [(150, 80, 700, 700), (900, 60, 1300, 500), (500, 300, 530, 330)])
def test_a_repainted_region_is_clearly_different(text, box):
    """Also without words, one sees what was repainted; four slots are four choices."""
    parent, region = painted(text), polygon(box)
    images = [
        artist.inpaint(parent, region=region, text="", seed=3, slot=slot).image for slot in range(4)
    ]

    mask = region.mask(parent.image.size)

    assert 5 < min(mean_difference(parent.image, image, mask) for image in images)
    assert 2 < min(all_differences(images, mask))


def test_the_words_of_a_region_are_seen_in_it():
    """A region shows what was asked for."""
    parent, region = painted(), polygon((900, 100, 1300, 800))
    mask = region.mask(parent.image.size)

    images = [
        artist.inpaint(parent, region=region, text=text, seed=3, slot=0).image
        for text in ("", "a cottage", "a boat", "a starry night")
    ]

    assert 5 < min(all_differences(images, mask))


def test_new_paint_fades_into_the_old_inside_the_region():
    """At its edge a region looks like its surroundings, in its middle like what was asked for."""
    white = replace(painted(), image=Image.new("RGB", painted().image.size, "white"))
    box = (300, 200, 900, 700)

    image = artist.inpaint(white, region=polygon(box), text="a starry night", seed=3, slot=0).image

    edge = [image.getpixel((300, y))[0] for y in range(250, 650)]
    middle = image.crop((500, 350, 700, 550)).convert("L")
    assert 215 < sum(edge) / len(edge)
    assert 140 > ImageStat.Stat(middle).mean[0]


def test_a_region_without_pixels_leaves_the_picture_as_it_is():
    """Nothing to paint, nothing painted."""
    parent = made()

    image = artist.inpaint(parent, region=polygon((900, 900, 950, 950)), **NEW).image

    assert parent.image.tobytes() == image.tobytes()


def test_a_transparent_picture_is_painted_opaque_inside_the_region_only():
    """What was cut out stays cut out; what is painted anew can be seen."""
    clear = Image.new("RGBA", (120, 80), (0, 0, 0, 0))
    parent = replace(made(), image=clear)
    region = polygon((20, 15, 80, 70))

    image = artist.inpaint(parent, region=region, text="a cat", seed=3, slot=0).image

    assert region.mask((120, 80)).tobytes() == image.getchannel("A").tobytes()
