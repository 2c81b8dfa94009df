"""Connected series: one place, one subject, one family of colours, and time goes on."""

from __future__ import annotations

import itertools
from functools import cache

import pytest
from PIL import Image

from reapi_nb.sandbox import artist
from tests.paintings import FOX, alike, all_differences, mean_difference

_TEXTS = (FOX, "misty mountains", "a robot in a city at night")


@cache
def _series(text: str, count: int = 12, seed: int = 7) -> list[artist.Painting]:
    return [
        artist.series_of(text, size=(480, 320), seed=seed, slot=slot, count=count)
        for slot in range(count)
    ]


def _small(painting: artist.Painting) -> Image.Image:
    return painting.image.resize((96, 64), Image.Resampling.BOX)


def _colours(painting: artist.Painting) -> Image.Image:
    """Its mean colour."""
    return painting.image.resize((1, 1), Image.Resampling.BOX)


@pytest.mark.parametrize("size", [(2048, 2048), (1248, 832), (768, 1360), (1001, 777)])
def test_a_picture_of_a_series_has_exactly_its_size(size):
    """To the pixel."""
    painting = artist.series_of(FOX, size=size, seed=7, slot=2, count=4)

    assert size == painting.image.size == painting.subject.size


@pytest.mark.parametrize("text", _TEXTS)
def test_twelve_pictures_are_all_different(text):
    """Also far apart in the series, and seen from afar."""
    assert 2 < min(all_differences([_small(one) for one in _series(text)]))


@pytest.mark.parametrize("text", _TEXTS)
def test_a_series_belongs_together(text):
    """Its pictures are nearer to each other in colour than to those of other words."""
    own = all_differences([_colours(one) for one in _series(text)])
    others = [_colours(one) for other in _TEXTS if other != text for one in _series(other)]

    foreign = [
        mean_difference(_colours(one), other)
        for one, other in itertools.product(_series(text), others)
    ]

    assert sum(own) / len(own) < 0.6 * sum(foreign) / len(foreign)


@pytest.mark.parametrize("text", _TEXTS)
def test_subject_coat_and_place_are_the_same_in_all(text):
    """Nobody changes clothes between two pictures."""
    scenes = [one.scene for one in _series(text)]

    assert 1 == len({scene.kin for scene in scenes})
    assert 1 == len({scene.reading.ground for scene in scenes})
    assert 1 == len({tuple(figure.name for figure in scene.figures) for scene in scenes})
    assert 1 == len({(scene.palette.accent, scene.palette.second) for scene in scenes})


@pytest.mark.parametrize("text", _TEXTS)
def test_hills_and_houses_stay_where_they_are(text):
    """Of two pictures from afar, six apart, the lines agree; those of another seed's do not."""
    first, later = (_series(text)[slot].image for slot in (0, 6))
    other = artist.series_of(text, size=(480, 320), seed=8, slot=6, count=12).image

    assert alike(first, other) + 0.2 < alike(first, later)


def test_time_goes_on():
    """The sun wanders from left to right, and the colours move one way."""
    scenes = [one.scene for one in _series("misty mountains")][::3]  # those seen from afar

    suns = [scene.layout.light[0] for scene in scenes]
    skies = [scene.palette.high for scene in scenes]
    steps = [sum(abs(a - b) for a, b in zip(skies[0], sky, strict=True)) for sky in skies]
    assert sorted(suns) == suns
    assert sorted(set(steps)) == steps


def test_the_camera_comes_nearer():
    """Of three pictures in a row, each shows the subject larger than the one before."""
    areas = [sum(one.subject.histogram()[128:]) for one in _series(FOX)[:3]]

    assert areas[0] * 1.2 < areas[1] < areas[2]


def test_a_series_of_one_is_a_picture():
    """There is no division by what is not there."""
    one = artist.series_of("a cat", size=(320, 200), seed=1, slot=0, count=1)

    assert (320, 200) == one.image.size


def test_seed_and_words_choose_the_series():
    """Another seed is another series; the same again is the same."""
    first = _series(FOX)[0].image
    again, other = (
        artist.series_of(FOX, size=(480, 320), seed=seed, slot=0, count=12).image for seed in (7, 8)
    )

    assert first.tobytes() == again.tobytes()
    assert 4 < mean_difference(first, other)
