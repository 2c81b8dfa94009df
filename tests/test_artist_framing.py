"""The painter on larger canvases: what is kept is kept to the byte, and the rest goes on."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat

from reapi_nb.sandbox import artist
from reapi_nb.sandbox.artist.cast import GROUNDS
from reapi_nb.sandbox.artist.chance import dice
from reapi_nb.sandbox.artist.composition import composed
from tests.paintings import (
    FOX,
    NEW,
    all_differences,
    box_mask,
    made,
    mean_difference,
    painted,
    same_where,
    spread,
)

_WAYS = ("left", "right", "up", "down")


def _new_part(image: Image.Image, direction: str, parent: Image.Image) -> Image.Image:
    """What a pan has added."""
    (width, height), (wide, tall) = parent.size, image.size
    return image.crop(
        {
            "left": (0, 0, wide - width, tall),
            "right": (width, 0, wide, tall),
            "up": (0, 0, wide, tall - height),
            "down": (0, height, wide, tall),
        }[direction]
    )


# Panning.


@pytest.mark.parametrize("scale", [1.1, 1.37, 2, 3])
@pytest.mark.parametrize(
    ("direction", "corner"),
    [("left", "right"), ("right", "left"), ("up", "bottom"), ("down", "top")],
)
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_pan_grows_one_side_and_keeps_the_picture_at_the_other(direction, corner, scale, mode):
    """One length is multiplied and rounded; the old pixels lie at the opposite end, untouched."""
    parent = made(121, 83, mode)
    level = direction in ("left", "right")
    wide, tall = (round(121 * scale), 83) if level else (121, round(83 * scale))
    left, top = wide - 121 if corner == "right" else 0, tall - 83 if corner == "bottom" else 0

    panned = artist.pan(parent, direction=direction, scale=scale, **NEW).image

    assert (wide, tall) == panned.size
    kept = panned.crop((left, top, left + 121, top + 83))
    assert (mode, parent.image.tobytes()) == (kept.mode, kept.tobytes())


@pytest.mark.parametrize("direction", _WAYS)
@pytest.mark.parametrize("text", [FOX, "a serene Japanese garden", "city at night"])
def test_a_pan_goes_on_with_the_picture(text, direction):
    """The new part is no flat colour and no mirror image, and nothing jumps at the border."""
    parent = painted(text).image

    panned = artist.pan(painted(text), direction=direction, scale=1.5, **NEW).image

    new = _new_part(panned, direction, parent)
    flip = ImageOps.mirror if direction in ("left", "right") else ImageOps.flip
    whole = flip(parent)
    back = {"left": "right", "right": "left", "up": "down", "down": "up"}[direction]
    box = {
        "left": (0, 0, *new.size),
        "right": (parent.width - new.width, 0, *parent.size),
        "up": (0, 0, *new.size),
        "down": (0, parent.height - new.height, *parent.size),
    }[back]
    assert 4 < spread(new)
    assert 4 < mean_difference(new, whole.crop(box))
    assert 9 > _jump(panned, direction, parent)


def _jump(panned: Image.Image, direction: str, parent: Image.Image) -> float:
    """How far the rows or columns on both sides of a border are apart."""
    (width, height), (wide, tall) = parent.size, panned.size
    at = {"left": wide - width, "right": width, "up": tall - height, "down": height}[direction]
    if direction in ("left", "right"):
        return mean_difference(
            panned.crop((at - 1, 0, at, tall)), panned.crop((at, 0, at + 1, tall))
        )
    return mean_difference(panned.crop((0, at - 1, wide, at)), panned.crop((0, at, wide, at + 1)))


def test_only_the_new_part_of_a_pan_differs_between_slots():
    """Four pans are four ways to go on from one picture."""
    parent = painted()
    pans = [
        artist.pan(parent, direction="right", scale=1.5, text="", seed=3, slot=slot).image
        for slot in range(4)
    ]

    old = [image.crop((0, 0, *parent.image.size)).tobytes() for image in pans]
    new = [_new_part(image, "right", parent.image) for image in pans]

    assert {parent.image.tobytes()} == set(old)
    assert 1 < min(all_differences(new))


def test_the_words_of_a_pan_are_seen_in_the_new_part():
    """A cottage that is asked for stands there."""
    parent = painted()
    plain, told, red = (
        _new_part(
            artist.pan(parent, direction="right", scale=1.5, text=text, seed=3, slot=0).image,
            "right",
            parent.image,
        )
        for text in ("", "a wooden cottage", "a red desert")
    )

    assert 4 < min(all_differences([plain, told, red]))


def test_the_subject_of_a_cut_picture_is_painted_to_its_end():
    """Below a fox's head there is the rest of the fox, and nothing of it to the left."""
    parent = next(painted(slot=slot) for slot in range(4) if _touches_bottom(painted(slot=slot)))

    down = artist.pan(parent, direction="down", scale=1.6, **NEW)
    left = artist.pan(parent, direction="left", scale=1.6, **NEW)

    below = down.subject.crop((0, parent.image.height, *down.image.size))
    beside = left.subject.crop((0, 0, left.image.width - parent.image.width, left.image.height))
    assert below.getbbox() is not None
    assert beside.getbbox() is None


def _touches_bottom(painting: artist.Painting) -> bool:
    width, height = painting.image.size
    return painting.subject.crop((0, height - 1, width, height)).getbbox() is not None


# Zooming out.


@pytest.mark.parametrize("scale", [1.1, 1.5, 2])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_zooming_out_keeps_the_picture_in_the_middle(scale, mode):
    """Both lengths are multiplied; the old pixels lie in the middle, untouched."""
    parent = made(121, 83, mode)

    image = artist.outpaint(parent, scale=scale, **NEW).image

    wide, tall = round(121 * scale), round(83 * scale)
    left, top = (wide - 121) // 2, (tall - 83) // 2
    kept = image.crop((left, top, left + 121, top + 83))
    assert (wide, tall) == image.size
    assert (mode, parent.image.tobytes()) == (kept.mode, kept.tobytes())


def test_only_the_margins_of_a_zoomed_out_picture_differ_between_slots():
    """Four pictures zoomed out of one have one middle."""
    parent = painted()
    images = [
        artist.outpaint(parent, scale=1.5, text="", seed=3, slot=slot).image for slot in range(4)
    ]
    (wide, tall), (width, height) = images[0].size, parent.image.size
    left, top = (wide - width) // 2, (tall - height) // 2
    middle = box_mask((wide, tall), (left, top, left + width, top + height))

    margins = ImageChops.invert(middle)

    assert all(same_where(images[0], image, middle) for image in images)
    assert 1 < min(all_differences(images, margins))


@pytest.mark.parametrize("scale", [1.5, 2])
def test_the_words_of_a_zoomed_out_picture_are_seen_in_its_margins(scale):
    """A cottage that is asked for stands beside the picture, not behind it."""
    told, plain = (
        artist.outpaint(painted(), scale=scale, text=text, seed=3, slot=0)
        for text in ("a wooden cottage", "")
    )

    fresh = ImageChops.subtract(told.subject, plain.subject)

    assert 0.004 < ImageStat.Stat(fresh).mean[0] / 255


@pytest.mark.parametrize("ground", GROUNDS)
def test_every_ground_can_be_extended(ground):
    """Whatever a picture shows, there is more of it on all sides, and below and above."""
    text = GROUNDS[ground].words.split()[0]
    parent = artist.imagine(text, ratio=(1, 1), seed=7, slot=0)
    small = replace(
        parent, image=parent.image.resize((96, 96)), subject=parent.subject.resize((96, 96))
    )
    below = artist.pan(small, direction="down", scale=3, **NEW)

    image = artist.outpaint(below, scale=2, **NEW).image

    assert (192, 576) == image.size
    assert 0 < spread(image.crop((0, 0, 192, 100)))
    assert 0 < spread(image.crop((0, 480, 192, 576)))


@pytest.mark.parametrize("text", ["the sea", "a snowfield in winter", "desert dunes"])
def test_the_ground_goes_on_below(text):
    """Below the last wave there are more waves, below the last slope more slopes."""
    parent = painted(text, 0)

    image = artist.pan(parent, direction="down", scale=2, **NEW).image

    assert (1344, 1792) == image.size
    assert 20 < spread(image.crop((0, 1400, 1344, 1700)).convert("L"))


def test_new_colours_are_drawn_towards_the_old_ones():
    """Beside a white picture the new part is lighter than beside a black one."""
    size = painted().image.size
    light = {}
    for colour in ("white", "black"):
        parent = replace(painted(), image=Image.new("RGB", size, colour))
        new = {"text": "dunes in a desert", "seed": 3, "slot": 0}
        image = artist.pan(parent, direction="right", scale=1.5, **new).image.convert("L")
        strips = (image.crop((x, 0, x + 20, 896)) for x in (1430, 1900))
        light[colour] = [ImageStat.Stat(strip).mean[0] for strip in strips]

    near, far = (one - other for one, other in zip(light["white"], light["black"], strict=True))

    assert 20 < near
    assert far < near / 2


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("variant", range(4))
def test_every_ground_bears_any_frame(ground, variant):
    """Whatever part of a picture a canvas shows, or how little, there is something to paint."""
    text = GROUNDS[ground].words.split()[0]
    scene = artist.imagine(text, ratio=(1, 1), seed=7, slot=0).scene
    scene = replace(scene, layout=replace(scene.layout, variant=variant))
    boxes = [(-900, -900, 2000, 2000), (50, -2000, 40, 2100), (99, 3, 1, 1), (-500, 90, 700, 9)]
    sizes = itertools.cycle([(100, 100), (64, 16), (16, 200)])

    for box, size in zip(boxes, sizes, strict=False):
        again = scene.framed(artist.Box(*box), size).framed(artist.Box(*box), size)

        assert size == composed(again, size, dice("any")).image.size


def test_a_long_chain_stays_within_sixteen_megapixels():
    """However often a picture is extended, it never has more than 16 megapixels or 8,192 a side."""
    painting = made(300, 200)
    sizes = []

    for direction in ("left", "down", "right", "right", "up", "right"):
        painting = artist.pan(painting, direction=direction, scale=3, **NEW)
        sizes.append(painting.image.size)

    assert [(900, 200), (900, 600), (2700, 600), (8100, 600), (8100, 1800)] == sizes[:5]
    wide, tall = sizes[5]
    assert (8192, round(1800 * 8192 / 24_300)) == (wide, tall)
