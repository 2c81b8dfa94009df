"""Whole pictures edited by words and by other pictures: Wan's edits, GPT Image's references."""

from __future__ import annotations

import itertools
from functools import cache

import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat

from reapi_nb.sandbox import artist
from reapi_nb.sandbox.artist.levels import MOST
from tests.paintings import FOX, alike, all_differences, made, mean_difference, painted

_SIZE = (1344, 896)
_LAND = "misty mountains"


@cache
def _edited(text: str, parent: str = FOX, slot: int = 0, *others: str) -> artist.Painting:
    parents = [painted(parent), *map(painted, others)]
    return artist.edited(parents, size=_SIZE, text=text, seed=9, slot=slot)


@cache
def _little(text: str) -> artist.Painting:
    return artist.imagine(text, size=(336, 224), seed=7, slot=1)


def _light(image: Image.Image) -> float:
    return ImageStat.Stat(image.convert("L")).mean[0]


def _warmth(image: Image.Image) -> float:
    red, _, blue = ImageStat.Stat(image.convert("RGB")).mean
    return red - blue


def _box(painting: artist.Painting) -> tuple[int, int, int, int]:
    return painting.subject.point(MOST).getbbox()


# Sizes.


@pytest.mark.parametrize("size", [(1024, 1024), (2688, 1152), (1001, 777), (64, 640)])
def test_an_edit_has_exactly_the_size_that_was_asked_for(size):
    """Whatever the shape of its parents."""
    done = artist.edited([painted(), made()], size=size, text="at night", seed=9, slot=0)

    assert size == done.image.size == done.subject.size


def test_a_transparent_parent_becomes_opaque():
    """An edit is a picture, without holes."""
    parent = artist.cut_out(painted())

    assert "RGB" == artist.edited([parent], size=_SIZE, text="", seed=9, slot=0).image.mode


# What stays.


@pytest.mark.parametrize("parent", [FOX, _LAND])
@pytest.mark.parametrize("text", ["", "make it night", "let it snow", "in autumn", "lorem ipsum"])
def test_the_first_picture_can_be_recognised(text, parent):
    """Its lines stay where they are; those of another picture are elsewhere."""
    done = _edited(text, parent).image

    assert 0.5 < alike(painted(parent).image, done)
    assert 0.4 > alike(painted("city street").image, done)


@pytest.mark.parametrize(
    "text", ["make it night", "in the desert", "with rain", "make the fox blue"]
)
def test_the_subject_stays_in_its_place(text):
    """Whatever changes around it, or about it."""
    was, now = _box(painted()), _box(_edited(text))

    assert 24 > max(abs(a - b) for a, b in zip(was, now, strict=True))


def test_an_edit_without_words_changes_little():
    """Less than a word for another hour does."""
    parent = painted().image

    plain, night = (mean_difference(parent, _edited(text).image) for text in ("", "make it night"))

    assert 1 < plain < night / 2


# What changes.


@pytest.mark.parametrize("parent", ["a fox in a forest, day", "a meadow at noon", "day, mountains"])
def test_night_falls_where_the_words_say_so(parent):
    """It gets darker, clearly."""
    assert _light(_edited("make it night", parent).image) + 30 < _light(painted(parent).image)


def test_colours_take_effect():
    """A blue edit is bluer than a red one."""
    red, blue = (_warmth(_edited(f"everything in {word}", _LAND).image) for word in ("red", "blue"))

    assert blue + 60 < red


def test_a_colour_said_of_the_subject_is_worn_by_it_alone():
    """A blue fox in the snow it sat in; whichever side of it the word stands."""
    for text in ("make the fox blue", "a blue fox"):
        done = _edited(text)

        left, _, right, _ = _box(done)
        around = Image.new("L", _SIZE)
        around.paste(255, (0, 0, left - 60, 896))
        around.paste(255, (right + 60, 0, 1344, 896))
        inside = ImageStat.Stat(done.image, done.subject.point(MOST)).mean
        before = ImageStat.Stat(painted().image, painted().subject.point(MOST)).mean
        assert inside[2] - inside[0] > before[2] - before[0] + 60
        assert 15 > mean_difference(painted().image, done.image, around)


def _specks(image: Image.Image) -> float:
    """How much of a picture is smaller than a few pixels."""
    middle = image.crop((400, 448, 900, 748))
    return mean_difference(middle, middle.filter(ImageFilter.MedianFilter(9)))


@pytest.mark.parametrize("text", ["heavy rain", "snow is falling"])
def test_rain_and_snow_fall_before_the_picture(text):
    """One sees drops and flakes that were not there."""
    parent = "mountains at dusk"

    assert _specks(_edited("", parent).image) * 1.2 < _specks(_edited(text, parent).image)


def test_fog_hides_what_is_behind_it():
    """Fewer details are left in the lower half of a foggy picture."""
    clear, foggy = (_specks(_edited(text, "mountains at dusk").image) for text in ("", "thick fog"))

    assert foggy < 0.85 * clear


@pytest.mark.parametrize("text", ["black and white", "sepia"])
def test_a_treatment_takes_the_colours_away(text):
    """Black and white has none, and sepia has one: its hues all agree."""
    image = _edited(text).image.convert("HSV").resize((48, 32))
    hues = [hue for hue, rich, _ in zip(*[iter(image.tobytes())] * 3, strict=True) if rich > 60]

    assert "sepia" == text or not hues
    assert not hues or 25 > max(hues) - min(hues)


def test_another_ground_is_painted_behind_the_subject():
    """The fox stays and the desert comes."""
    done, parent = _edited("replace the background with a desert"), painted()
    behind = done.subject.point([255 * (value == 0) for value in range(256)])

    assert "desert" == done.scene.reading.ground
    assert 15 < mean_difference(parent.image, done.image, behind)
    assert 15 > mean_difference(parent.image, done.image, done.subject.point(MOST))


def test_another_subject_stands_in_the_same_place():
    """Turned into an owl, the fox sits where it sat."""
    done = _edited("turn it into a brown owl")

    assert ["owl"] == [figure.name for figure in done.scene.figures]
    was, now = ((box[0] + box[2]) / 2 for box in (_box(painted()), _box(done)))
    assert 120 > abs(was - now)
    assert 10 < mean_difference(_edited("").image, done.image, done.subject.point(MOST))
    assert _reds(done.image) < 0.01 * _reds(painted().image)  # no fox behind the owl


def _reds(image: Image.Image) -> int:
    """How many pixels are as red as the fox."""
    colours = image.getcolors(1 << 22)
    return sum(count for count, (red, *others) in colours if red > 160 and max(others) < 90)


def test_a_subject_that_is_added_stands_beside_the_other():
    """Both are there."""
    done = _edited("with a cat beside it")

    assert ["fox", "cat"] == [figure.name for figure in done.scene.figures]
    assert sum(painted().subject.histogram()[128:]) * 1.05 < sum(done.subject.histogram()[128:])


def test_a_subject_can_be_removed():
    """Nothing stands out any more, and where it stood there is ground."""
    done = _edited("remove the fox")

    assert () == done.scene.figures
    assert done.subject.point(MOST).getbbox() is None
    assert 30 < mean_difference(painted().image, done.image, painted().subject.point(MOST))


@pytest.mark.parametrize("text", ["", "make it night", "a cat", "in the desert"])
def test_slots_are_choices(text):
    """Four slots, four pictures."""
    parent = _little(FOX)
    done = [
        artist.edited([parent], size=(336, 224), text=text, seed=9, slot=slot).image
        for slot in range(4)
    ]

    assert 1 < min(all_differences(done))


# Several parents.


_GUESTS = ("yellow tulips in a vase", "an astronaut", "sand dunes", "city skyline at dusk")


@pytest.mark.parametrize("parent", [FOX, _LAND])
def test_something_of_another_parent_is_seen(parent):
    """A subject or a view joins in; another parent, another picture."""
    done = [_edited("", parent, 0, guest).image for guest in _GUESTS]

    assert 2 < min(mean_difference(_edited("", parent).image, image) for image in done)
    assert 2 < min(all_differences(done))
    assert 0.4 < min(alike(painted(parent).image, image) for image in done)


def test_the_subject_of_another_parent_joins_the_scene():
    """As it looks there: yellow tulips stay yellow."""
    alone, done = _edited("", _LAND), _edited("", _LAND, 0, _GUESTS[0])

    gap = Image.composite(done.image, Image.new("RGB", _SIZE), done.subject.point(MOST))
    yellow = sum(
        count
        for count, (red, green, blue) in gap.getcolors(1 << 22)
        if red > 170 and green > 130 and blue < 100
    )
    assert 3000 < yellow
    assert sum(alone.subject.histogram()[128:]) < sum(done.subject.histogram()[128:])


@pytest.mark.parametrize("count", [2, 8, 15])
def test_every_one_of_many_parents_is_seen(count):
    """Up to sixteen of them: exchanging any one of them changes the picture where it is."""
    words = ("a cat", "a rocket", "sand dunes", "a lighthouse", "city skyline", "red roses")
    parents = [_little(text) for text in itertools.islice(itertools.cycle(words), count)]
    whole = artist.edited([_little(_LAND), *parents], size=(672, 448), text="", seed=9, slot=0)

    for index in {0, count // 2, count - 1}:
        others = [*parents]
        others[index] = _little("a green robot")
        other = artist.edited([_little(_LAND), *others], size=(672, 448), text="", seed=9, slot=0)

        left, _, right, _ = _changed(whole.image, other.image)
        assert right - left < 3 * 672 / count
        assert 20 < right - left


def _changed(one: Image.Image, other: Image.Image) -> tuple[int, int, int, int]:
    gap = ImageChops.difference(one, other).convert("L").point([255 * (v > 12) for v in range(256)])
    return gap.getbbox()


def test_the_order_of_parents_matters():
    """The first one decides."""
    one = artist.edited([painted(), painted(_LAND)], size=_SIZE, text="", seed=9, slot=0).image
    other = artist.edited([painted(_LAND), painted()], size=_SIZE, text="", seed=9, slot=0).image

    assert alike(painted().image, one) > alike(painted().image, other) + 0.2


# All of it.


@pytest.mark.parametrize(
    "text", ["", "make it night, rain", "a cat", "in the desert", "remove the fox"]
)
def test_the_same_edit_has_the_same_pixels_and_spares_its_parents(text):
    """A function of its arguments."""
    parents = [painted(), made(mode="RGBA"), painted(_LAND)]
    before = [parent.image.tobytes() for parent in parents]

    first, again, other = (
        artist.edited(parents, size=(300, 200), text=text, seed=seed, slot=0).image
        for seed in (1, 1, 2)
    )

    assert first.tobytes() == again.tobytes() != other.tobytes()
    assert before == [parent.image.tobytes() for parent in parents]


def test_an_edit_can_be_edited():
    """A chain of edits goes on from what is there: the night stays when the cat comes."""
    night = _edited("make it night", "a meadow at noon")

    cat = artist.edited([night], size=_SIZE, text="add a cat", seed=2, slot=0)

    assert ["cat"] == [figure.name for figure in cat.scene.figures]
    assert 14 > abs(_light(night.image) - _light(cat.image))
