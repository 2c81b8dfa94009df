"""The sandbox's painter: same words, same pixels; other words, a picture one can tell apart."""

from __future__ import annotations

import hashlib
import io
import itertools
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from random import Random

import pytest
from PIL import Image, ImageChops, ImageStat, PngImagePlugin

from reapi_nb.sandbox import artist
from reapi_nb.sandbox.artist import reading
from reapi_nb.sandbox.artist.cast import GROUNDS, SUBJECTS
from reapi_nb.sandbox.artist.easel import Easel, Layout
from reapi_nb.sandbox.artist.palette import MOODS

_FOX = "a red fox in snow"
_BARE = (255, 0, 255)


@cache
def _painted(text: str, slot: int = 0, ratio: tuple[int, int] = (1, 1), chaos: int = 0):
    return artist.imagine(text, ratio=ratio, seed=7, slot=slot, chaos=chaos).image


def _mean(image: Image.Image) -> list[float]:
    return ImageStat.Stat(image).mean


def _difference(one: Image.Image, other: Image.Image) -> float:
    """The mean absolute difference of two pictures, in levels of 0-255."""
    return sum(_mean(ImageChops.difference(one, other))) / 3


def _all_differences(images: list[Image.Image]) -> list[float]:
    return [_difference(*pair) for pair in itertools.combinations(images, 2)]


# Sizes.


@pytest.mark.parametrize(
    ("ratio", "size"),
    [
        ((1, 1), (1024, 1024)),
        ((3, 2), (1344, 896)),
        ((2, 3), (896, 1344)),
        ((16, 9), (1456, 816)),
        ((9, 16), (816, 1456)),
        ((32, 18), (1456, 816)),
    ],
)
def test_common_ratios_have_midjourneys_sizes(ratio, size):
    """A ratio has the pixels that Midjourney gives it, standing or lying."""
    assert size == artist.size_for(ratio)


@pytest.mark.parametrize("ratio", [(4, 3), (4, 5), (21, 9), (2, 1), (7, 5), (1, 3), (10, 1)])
def test_any_ratio_has_about_a_million_pixels(ratio):
    """Other ratios follow a rule: multiples of 16, about 1 MP, the shape that was asked for."""
    width, height = artist.size_for(ratio)

    assert (0, 0) == (width % 16, height % 16)
    assert 1.0e6 <= width * height <= 1.25e6
    assert ratio[0] / ratio[1] == pytest.approx(width / height, rel=0.04)


@pytest.mark.parametrize("ratio", [(100, 1), (17, 1), (10_000, 1)])
def test_absurd_ratios_are_painted_as_sixteen_to_one(ratio):
    """Nobody is sent a picture one hundred times as wide as high."""
    limit = artist.size_for((16, 1))

    assert limit == artist.size_for(ratio)
    assert limit[::-1] == artist.size_for(ratio[::-1])


def test_a_picture_has_the_size_of_its_ratio():
    """What is painted is as large as was promised."""
    assert artist.size_for((9, 16)) == _painted("a forest", ratio=(9, 16)).size


# The same again.


def test_the_same_arguments_give_the_same_pixels():
    """Painting twice gives one picture."""
    first = _painted(_FOX)

    again = artist.imagine(_FOX, ratio=(1, 1), seed=7, slot=0).image

    assert first.tobytes() == again.tobytes()


def test_another_process_gives_the_same_pixels():
    """A picture survives a restart: nothing depends on the process that paints."""
    code = (
        "import hashlib; from reapi_nb.sandbox import artist;"
        f"image = artist.imagine({_FOX!r}, ratio=(1, 1), seed=7, slot=0);"
        "print(hashlib.sha256(image.image.tobytes()).hexdigest())"
    )
    here = _painted(_FOX)

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert hashlib.sha256(here.tobytes()).hexdigest() == ran.stdout.strip()


def test_painters_do_not_disturb_each_other():
    """Pictures painted at the same time on several threads are those painted one by one."""
    texts = [_FOX, "a garden", "a neon street"]
    alone = [_painted(text).tobytes() for text in texts]

    with ThreadPoolExecutor(3) as pool:
        paint = lambda text: artist.imagine(text, ratio=(1, 1), seed=7, slot=0)  # noqa: E731
        together = [painting.image.tobytes() for painting in pool.map(paint, texts)]

    assert alone == together


# Words.


@pytest.mark.parametrize("thing", ["{} mountains", "a {} cat", "a {} bicycle", "a {} house"])
def test_a_colour_word_can_be_seen(thing):
    """A red picture is redder than a blue one, and the blue one bluer."""
    red, blue = (_mean(_painted(thing.format(word))) for word in ("red", "blue"))

    assert red[0] - red[2] > blue[0] - blue[2] + 8


def test_black_and_white_has_no_colour():
    """Treatment words hold for the whole picture."""
    red, green, blue = _painted("a garden with a red bridge, black and white").split()

    assert 4 > max(_mean(ImageChops.difference(one, green))[0] for one in (red, blue))


@pytest.mark.parametrize(
    ("text", "ground", "subject"),
    [
        ("a serene Japanese garden with cherry blossoms", "garden", None),
        ("neon city street at night, rain", "street", None),
        ("desert dunes at golden hour", "desert", None),
        ("portrait of an astronaut", "space", "astronaut"),
        ("a portrait", "wall", "person"),
        ("bouquet of yellow tulips in a blue vase", "table", "tulip"),
        ("wild flowers in a meadow", "meadow", None),
        ("two foxes", "forest", "fox"),
        ("a house by the sea", "beach", "house"),
        ("night", "stars", None),
        ("https://example.test/cat.png a dog", "meadow", "dog"),
        ("a dog --no cats, sea", "meadow", "dog"),
    ],
)
def test_a_picture_shows_what_its_words_say(text, ground, subject):
    """Ground and subject come from the words; addresses and flags say nothing."""
    read = reading.read(text)

    assert (ground, subject) == (read.ground, read.subject)


def test_colours_go_with_the_thing_they_stand_before():
    """Yellow tulips in a blue vase are not blue tulips."""
    worn = reading.read("bouquet of yellow tulips in a blue vase").worn

    assert reading.read("yellow sky, blue mood").colours == (worn["tulip"], worn["vase"])


def test_no_word_calls_for_two_things():
    """Each word stands once among the grounds and once among the subjects."""
    for table in (GROUNDS, SUBJECTS):
        words = [word for row in table.values() for word in row.words.split()]

        assert sorted(set(words)) == sorted(words)


def test_different_prompts_give_different_pictures():
    """Prompts can be told apart at a glance, also those without a known word."""
    texts = [_FOX, "a garden", "a neon street", "red mountains", "lorem ipsum", "ein See", ""]

    assert 15 < min(_all_differences([_painted(text) for text in texts]))


# Grids.


@pytest.mark.parametrize("text", [_FOX, "misty mountains"])
def test_siblings_differ(text):
    """The four pictures of a grid are arranged differently."""
    grid = [_painted(text, slot) for slot in range(4)]

    assert 6 < min(_all_differences(grid))


def test_chaos_drives_siblings_apart():
    """With chaos the colours of a grid spread; without it they stay in one family."""

    def spread(chaos: int) -> float:
        means = [_mean(_painted("a garden", slot, chaos=chaos)) for slot in range(4)]
        warmth = [red - blue for red, _, blue in means]
        return max(warmth) - min(warmth)

    assert spread(0) < spread(100) / 2


def test_another_seed_gives_another_picture():
    """A seed is a choice."""
    other = artist.imagine(_FOX, ratio=(1, 1), seed=8, slot=0).image

    assert 6 < _difference(_painted(_FOX), other)


def test_more_slots_than_four_are_all_different():
    """Grids of twelve hold twelve pictures."""
    small = [_painted("a cat", slot).resize((64, 64)).tobytes() for slot in (0, 4, 8)]

    assert 3 == len(set(small))


# Painters, on small canvases.


def _easel(size: tuple[int, int], variant: int) -> Easel:
    return Easel(
        image=Image.new("RGB", size, _BARE),
        palette=MOODS["day"],
        layout=Layout(horizon=0.5, light=(0.3, 0.5), focus=0.5, zoom=1.0, variant=variant),
        rng=Random(1),
        kin=Random(2),
    )


@pytest.mark.parametrize("name", GROUNDS)
def test_a_ground_covers_the_whole_picture(name):
    """No pixel stays bare, standing or lying, in any arrangement; and its palettes exist."""
    for size, variant in itertools.product([(160, 96), (96, 160)], range(4)):
        easel = _easel(size, variant)

        GROUNDS[name].paint(easel)

        assert _BARE not in {colour for _, colour in easel.image.getcolors(1 << 16)}
    assert MOODS.keys() >= set(GROUNDS[name].moods.split())


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_subject_can_be_seen(name):
    """Each subject paints something of some size, in its own or in a given colour."""
    subject = SUBJECTS[name]
    for paint, tint in itertools.product(
        filter(None, (subject.paint, subject.close)), (None, _BARE[::-1])
    ):
        easel = _easel((200, 200), variant=0)
        bare = easel.image.copy()

        paint(easel, easel.brush.at(100, 150, 100), tint)

        assert 3 < _difference(bare, easel.image)
    assert subject.ground in GROUNDS


# Files.


def test_a_file_is_a_png_of_the_same_pixels():
    """The file begins as PNG files do and holds the picture without loss."""
    image = _painted(_FOX)

    file = artist.png(image)

    assert b"\x89PNG\r\n\x1a\n" == file[:8]
    assert image.tobytes() == Image.open(io.BytesIO(file)).convert("RGB").tobytes()


def test_a_file_tells_nothing_but_pixels():
    """No dates, profiles or texts travel in a picture."""
    image = Image.new("RGB", (8, 8))
    image.info.update(dpi=(72, 72), icc_profile=b"profile", Comment="text", gamma=0.5)

    opened = PngImagePlugin.PngImageFile(io.BytesIO(artist.png(image)))
    opened.load()

    assert {} == opened.info
    assert {"dpi", "icc_profile", "Comment", "gamma"} == image.info.keys()
