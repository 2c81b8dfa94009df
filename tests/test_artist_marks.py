"""The mark that says a picture was generated: small, legible, and in one corner only."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import Image, ImageChops

from reapi_nb.sandbox import artist
from tests.paintings import box_mask, made, painted, same_where

_SIZES = [(1024, 1024), (2720, 1536), (768, 1360), (480, 320)]


def _flat(size: tuple[int, int], colour: str, mode: str = "RGB") -> artist.Painting:
    return replace(made(), image=Image.new(mode, size, colour), subject=Image.new("L", size))


def _changed(one: artist.Painting, other: artist.Painting) -> tuple[int, int, int, int]:
    return ImageChops.difference(one.image.convert("RGB"), other.image.convert("RGB")).getbbox()


@pytest.mark.parametrize("size", _SIZES)
def test_the_mark_lies_in_the_lower_right_corner_only(size):
    """It takes less than a third of the width and a twelfth of the height; the rest stays."""
    parent = artist.fitted(painted(), size)

    done = artist.watermarked(parent)

    corner = (size[0] * 2 // 3, size[1] * 11 // 12, *size)
    assert size == done.image.size
    assert same_where(parent.image, done.image, ImageChops.invert(box_mask(size, corner)))
    assert parent.image.tobytes() != done.image.tobytes()


@pytest.mark.parametrize("colour", ["white", "black", "#808080", "#ffff00", "#14101e"])
def test_the_mark_stands_out_on_any_ground(colour):
    """Light letters with a dark rim: somewhere in it there is a strong contrast to the ground."""
    parent = _flat((1024, 1024), colour)

    done = artist.watermarked(parent)

    ground = parent.image.convert("L").getpixel((0, 0))
    left, top, right, low = _changed(parent, done)
    grey = done.image.convert("L").crop((left, top, right, low)).histogram()
    assert 0.05 * (right - left) * (low - top) < sum(
        count for value, count in enumerate(grey) if abs(value - ground) > 100
    )
    assert 15 < low - top


def test_the_mark_reads_the_same_everywhere():
    """On white and on black ground the letters are in the same place, and equally white."""
    masks = [
        artist.watermarked(_flat((1024, 1024), colour)).image.convert("L")
        for colour in ("#010101", "#808080")
    ]

    letters = [mask.point([255 * (value > 250) for value in range(256)]) for mask in masks]

    assert letters[0].getbbox()
    assert letters[0].tobytes() == letters[1].tobytes()


def test_the_mark_can_be_seen_where_a_picture_is_transparent():
    """Its letters are opaque; the rest is as transparent as it was."""
    parent = _flat((600, 400), "#00000000", "RGBA")

    done = artist.watermarked(parent)

    alpha = done.image.getchannel("A")
    assert (0, 255) == alpha.getextrema()
    assert (400, 340) < alpha.getbbox()[:2]


@pytest.mark.parametrize("size", [(64, 64), (64, 4096), (20, 20), (1, 1)])
def test_a_tiny_picture_has_a_tiny_mark(size):
    """There is always room for something."""
    assert size == artist.watermarked(_flat(size, "white")).image.size


def test_marking_leaves_its_parent_alone_and_is_always_the_same():
    """A function of its argument."""
    before = made().image.tobytes()

    first, again = (artist.watermarked(made()).image for _ in range(2))

    assert first.tobytes() == again.tobytes()
    assert before == made().image.tobytes() != first.tobytes()
