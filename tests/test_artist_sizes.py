"""The painter's exact sizes: pictures to the pixel, areas, and pictures brought to a size."""

from __future__ import annotations

import itertools
import math
import time
from dataclasses import replace

import pytest
from PIL import Image, ImageStat

from reapi_nb.sandbox import artist
from reapi_nb.sandbox.artist.levels import MOST
from tests.paintings import FOX, made, mean_difference, painted, spread

_RATIOS = [(1, 1), (16, 9), (9, 16), (4, 3), (3, 4), (3, 2), (2, 3)]


def _shape(image: Image.Image, size: tuple[int, int] = (48, 32)) -> Image.Image:
    return image.convert("RGB").resize(size, Image.Resampling.BOX)


# Painting in a size.


@pytest.mark.parametrize(
    "size",
    [(64, 64), (64, 4096), (4096, 64), (1001, 777), (1536, 864), (2048, 1360), (3840, 1648)],
)
def test_a_picture_has_exactly_the_size_that_was_asked_for(size):
    """To the pixel, from 64 to 4096 a side, and there is something to be seen in it."""
    painting = artist.imagine(FOX, size=size, seed=7, slot=1)

    assert size == painting.image.size == painting.subject.size
    assert 10 < spread(painting.image)


def test_the_largest_picture_is_painted_quickly():
    """4096 x 4096 pixels take a few seconds at most, on a busy machine too."""
    start = time.process_time()

    painting = artist.imagine(FOX, size=(4096, 4096), seed=7, slot=1)

    assert (4096, 4096) == painting.image.size
    assert 5 > time.process_time() - start


def test_a_size_shows_what_its_ratio_shows():
    """Larger is the same picture, only larger: the subject stands where it stood."""
    small = artist.imagine(FOX, ratio=(3, 2), seed=7, slot=1)

    large = artist.imagine(FOX, size=(2688, 1792), seed=7, slot=1)

    was, now = (one.subject.point(MOST).getbbox() for one in (small, large))
    assert 24 > max(abs(a - b / 2) for a, b in zip(was, now, strict=True))


def test_a_size_comes_before_a_ratio_and_a_square_before_nothing():
    """Who names a size gets it, whatever the shape; who names neither gets a square."""
    assert (320, 200) == artist.imagine(
        "a cat", ratio=(1, 2), size=(320, 200), seed=1, slot=0
    ).image.size
    assert (1024, 1024) == artist.imagine("a cat", seed=1, slot=0).image.size


def test_a_draft_in_a_size_knows_its_finished_picture():
    """Both have the size."""
    draft = artist.imagine(FOX, size=(500, 300), seed=7, slot=1, draft=True)

    assert (500, 300) == draft.image.size == draft.finished.size
    assert draft.image.tobytes() != draft.finished.tobytes()


# Areas.


@pytest.mark.parametrize("side", [1024, 2048, 4096])
@pytest.mark.parametrize("ratio", _RATIOS)
def test_an_area_has_the_pixels_of_its_square(ratio, side):
    """Multiples of 16, the ratio within 1 %, the area within 2 % and never above."""
    width, height = artist.area_size(ratio, side)

    assert (0, 0) == (width % 16, height % 16)
    assert 0.98 * side * side < width * height <= side * side
    assert ratio[0] / ratio[1] == pytest.approx(width / height, rel=0.01)


@pytest.mark.parametrize("side", [64, 1024, 2048, 4096])
def test_a_square_area_is_the_square(side):
    """1:1 at 2048 is 2048 x 2048."""
    assert (side, side) == artist.area_size((1, 1), side)


def test_a_lying_area_is_the_standing_one_turned():
    """No ratio is treated differently from its reverse."""
    for ratio, side in itertools.product([*_RATIOS, (21, 9), (7, 5)], (1024, 2048, 4096)):
        assert artist.area_size(ratio, side) == artist.area_size(ratio[::-1], side)[::-1]


def test_absurd_areas_are_those_of_sixteen_to_one():
    """As absurd ratios are."""
    assert artist.area_size((16, 1), 1024) == artist.area_size((10**6, 1), 1024)


# Bringing to a size.


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("size", [(120, 80), (300, 300), (41, 200), (1, 1), (500, 64)])
def test_a_fitted_painting_has_the_size_in_all_its_layers(size, mode):
    """Image, subject and what a draft would become; the mode stays."""
    parent = replace(made(mode=mode), finished=made().image)

    painting = artist.fitted(parent, size)

    assert size == painting.image.size == painting.subject.size == painting.finished.size
    assert mode == painting.image.mode


def test_what_fits_already_stays_as_it_is():
    """Not a byte changes."""
    assert made() is artist.fitted(made(), (120, 80))


@pytest.mark.parametrize("size", [(100, 80), (101, 80), (120, 60), (120, 51)])
def test_what_is_only_cropped_keeps_its_bytes(size):
    """The middle of a picture, to the pixel."""
    left, top = (120 - size[0]) // 2, (80 - size[1]) // 2
    middle = made().image.crop((left, top, left + size[0], top + size[1]))

    assert middle.tobytes() == artist.fitted(made(), size).image.tobytes()


def test_what_is_scaled_and_cropped_shows_the_middle():
    """A wide picture in a square loses its sides and nothing else."""
    parent = painted().image

    square = artist.fitted(painted(), (600, 600)).image

    middle = parent.crop((224, 0, 1120, 896))
    assert 1 > mean_difference(_shape(middle), _shape(square))


def test_a_fitted_painting_knows_where_its_subject_is():
    """Edits of a cropped picture find the subject: a remix puts the new one in its place."""
    parent = artist.fitted(painted(slot=0), (700, 900))

    remix = artist.remix(parent, mode="subtle", text="a grey wolf in snow", seed=9, slot=0)

    was, now = (one.subject.point(MOST).getbbox() for one in (parent, remix))
    assert 60 > max(abs(a - b) for a, b in zip(was, now, strict=True))
    assert 0 < ImageStat.Stat(parent.subject).mean[0]


def test_a_cropped_close_up_stays_a_close_up():
    """No body is made up for a head where nothing but less of it is to be seen."""
    slots = (artist.imagine(FOX, size=(600, 400), seed=7, slot=slot) for slot in range(4))
    close = next(one for one in slots if one.scene.figures[0].close)

    cropped, wider = (
        artist.fitted(close, (350, 400)),
        artist.outpaint(close, scale=1.5, text="", seed=1, slot=0),
    )

    assert (True, False) == (cropped.scene.figures[0].close, wider.scene.figures[0].close)
    assert math.isclose(cropped.scene.figures[0].size, close.scene.figures[0].size, rel_tol=0.01)
