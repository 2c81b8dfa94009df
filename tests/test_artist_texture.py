"""The painter's other surfaces: the shapes stay, colours and material change."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from PIL import Image, ImageFilter, ImageStat

from reapi_nb.sandbox import artist
from reapi_nb.sandbox.artist import texture
from reapi_nb.sandbox.artist.stuffs import STUFFS
from tests.paintings import FOX, all_differences, made, mean_difference, painted

_GARDEN = "a serene Japanese garden"


@cache
def _retextured(text: str, slot: int = 0, parent: str = FOX) -> Image.Image:
    return artist.retexture(painted(parent), text=text, seed=4, slot=slot).image


def _likeness(one: Image.Image, other: Image.Image) -> float:
    """How well two grey pictures agree, from -1 to 1 (Pearson's correlation)."""
    first, second = (list(image.tobytes()) for image in (one, other))
    means = sum(first) / len(first), sum(second) / len(second)
    pairs = [(a - means[0], b - means[1]) for a, b in zip(first, second, strict=True)]
    top = sum(a * b for a, b in pairs)
    return top / (sum(a * a for a, _ in pairs) * sum(b * b for _, b in pairs)) ** 0.5


def _light(image: Image.Image) -> Image.Image:
    return image.convert("L").resize((48, 32), Image.Resampling.BOX)


def _edges(image: Image.Image) -> Image.Image:
    grey = image.convert("L").resize((168, 112), Image.Resampling.BOX)
    return grey.filter(ImageFilter.FIND_EDGES).crop((2, 2, 166, 110)).filter(ImageFilter.BoxBlur(1))


@pytest.mark.parametrize("stuff", STUFFS)
@pytest.mark.parametrize("parent", [FOX, _GARDEN])
def test_light_dark_and_edges_stay(stuff, parent):
    """In any material one recognises the picture: its light, its dark and its outlines."""
    was, other = painted(parent).image, painted(_GARDEN if parent == FOX else FOX).image

    image = _retextured(STUFFS[stuff].words.split()[0], 0, parent)

    assert was.size == image.size
    assert 0.9 < _likeness(_light(was), _light(image))
    assert 0.6 < _likeness(_edges(was), _edges(image))
    assert _likeness(_edges(other), _edges(image)) < 0.4


@pytest.mark.parametrize("text", ["carved from wood", "made of steel", "a blue watercolour"])
def test_the_colours_are_new(text):
    """Colours come from the words, not from the picture."""
    was, image = painted().image, _retextured(text)

    hues = [image.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0)) for image in (was, image)]

    assert 10 < mean_difference(was, image)
    assert 8 < max(abs(a - b) for a, b in zip(*hues, strict=True))


def test_materials_can_be_told_apart():
    """Every material has a surface of its own."""
    grey = painted().image.convert("L")
    flat = artist.Painting(
        Image.new("RGB", grey.size, (128, 128, 128)), Image.new("L", grey.size), painted().scene
    )
    sheets = [
        artist.retexture(flat, text=stuff.words.split()[0], seed=4, slot=0).image.convert("L")
        for stuff in STUFFS.values()
    ]

    assert 1 < min(ImageStat.Stat(sheet).stddev[0] for sheet in sheets)
    assert 1 < min(all_differences(sheets))


@pytest.mark.parametrize(
    ("text", "stuff"),
    [("a gold mosaic", "mosaic"), ("a mosaic of gold", "gold"), ("knitted, in Oak Green", "wood")],
)
def test_the_last_material_counts(text, stuff):
    """A gold mosaic is a mosaic."""
    assert STUFFS[stuff] is texture._stuff(text)


def test_colour_words_decide():
    """Blue wood is bluer than red wood."""
    red, blue = (ImageStat.Stat(_retextured(f"{word} wood")).mean for word in ("red", "blue"))

    assert red[0] - red[2] > blue[0] - blue[2] + 20


def test_four_surfaces_differ():
    """A grid of retextures is a choice of four, for words that name a material and for others."""
    for text in ("cut from coloured paper", "in the manner of a dream"):
        assert 2 < min(all_differences([_retextured(text, slot) for slot in range(4)]))


def test_what_is_transparent_stays_transparent():
    """A cut-out in another material has the same outline."""
    cut = artist.cut_out(painted())

    image = artist.retexture(cut, text="gold", seed=4, slot=0).image

    assert cut.image.getchannel("A").tobytes() == image.getchannel("A").tobytes()


@pytest.mark.parametrize("size", [(1, 1), (5, 300), (300, 5), (17, 16)])
@pytest.mark.parametrize("stuff", STUFFS)
def test_any_size_has_a_surface(stuff, size):
    """No picture is too small or too narrow for a material."""
    image = Image.new("RGB", size, "teal")
    parent = replace(made(), image=image, subject=Image.new("L", size))

    done = artist.retexture(parent, text=STUFFS[stuff].words.split()[0], seed=4, slot=0)

    assert size == done.image.size


def test_no_word_calls_for_two_materials():
    """Each word stands once among the materials."""
    words = [word for stuff in STUFFS.values() for word in stuff.words.split()]

    assert sorted(set(words)) == sorted(words)
