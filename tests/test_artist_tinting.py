"""A palette for a picture: its colours, their shares, and that one still sees what it shows."""

from __future__ import annotations

import math
from decimal import Decimal
from functools import cache

import pytest
from PIL import Image, ImageColor, ImageStat

from reapi_nb.sandbox import artist
from tests.paintings import FOX, made, mean_difference, painted

_DUSK = (("#C2D1E6", Decimal("23.51")), ("#636574", Decimal("36.49")), ("#E8A33D", Decimal(40)))
_TEN = tuple((f"#{k * 25:02x}{255 - k * 20:02x}{(k * 70) % 256:02x}", 10.0) for k in range(10))
_UNEVEN = (("#101010", 2.5), ("#F7F3E8", 90), ("#c8102e", 7.5))
_PALETTES = {"dusk": _DUSK, "ten": _TEN, "uneven": _UNEVEN}
_TEXTS = (FOX, "misty mountains", "city street at night", "an abstract pattern")


@cache
def _tinted(text: str, name: str) -> artist.Painting:
    return artist.tinted(painted(text), _PALETTES[name])


def _shares(image: Image.Image, palette) -> list[float]:
    """How much of a picture, in percent, is nearest to each colour."""
    inks = [ImageColor.getrgb(digits) for digits, _ in palette]
    counts = dict.fromkeys(range(len(inks)), 0)
    for count, colour in image.convert("RGB").getcolors(1 << 22):
        nearest = min(range(len(inks)), key=lambda row: math.dist(colour, inks[row]))
        counts[nearest] += count
    return [100 * count / (image.width * image.height) for count in counts.values()]


@pytest.mark.parametrize("name", _PALETTES)
@pytest.mark.parametrize("text", _TEXTS)
def test_each_colour_has_its_share_of_the_pixels(text, name):
    """Within three percentage points, by the nearest colour of every pixel."""
    wanted = [float(share) for _, share in _PALETTES[name]]

    shares = _shares(_tinted(text, name).image, _PALETTES[name])

    assert 3 > max(abs(one - other) for one, other in zip(wanted, shares, strict=True))


@pytest.mark.parametrize("colour", ["white", "black", "#808080"])
def test_even_a_picture_of_one_colour_gets_all_of_them(colour):
    """Where all pixels are equally light, soft patches tell them apart."""
    flat = artist.Painting(
        Image.new("RGB", (700, 500), colour), Image.new("L", (700, 500)), made().scene
    )

    shares = _shares(artist.tinted(flat, _DUSK).image, _DUSK)

    assert 3 > max(abs(float(one) - two) for (_, one), two in zip(_DUSK, shares, strict=True))


@pytest.mark.parametrize("name", _PALETTES)
def test_no_pixel_strays_from_its_colour(name):
    """Light within a colour stays small."""
    inks = [ImageColor.getrgb(digits) for digits, _ in _PALETTES[name]]

    colours = _tinted(FOX, name).image.getcolors(1 << 22)

    assert 30 > max(min(math.dist(colour, one) for one in inks) for _, colour in colours)
    assert len(inks) < len(colours)


def test_what_was_darker_stays_darker():
    """The darkest colour lies on what was darkest, so that one sees what the picture shows."""
    parent, image = painted().image.convert("L"), _tinted(FOX, "uneven").image
    dark, pale = ((0x10, 0x10, 0x10), (0xF7, 0xF3, 0xE8))

    def where(colour) -> Image.Image:
        grey = image.convert("L")
        near = ImageStat.Stat(Image.new("RGB", (1, 1), colour).convert("L")).mean[0]
        return grey.point([255 * (abs(value - near) < 20) for value in range(256)])

    below, above = (ImageStat.Stat(parent, where(colour)).mean[0] for colour in (dark, pale))
    assert below + 60 < above


def test_lightness_alone_decides_and_no_hue():
    """A dark blue goes to the dark and a pale red to the light, and a dark red and a pale blue."""
    grey = painted().image.convert("L")
    for dark, pale in (("#000060", "#ffd0d0"), ("#600000", "#d0d0ff")):
        image = artist.tinted(painted(), [(pale, 50), (dark, 50)]).image.convert("L")

        mask = image.point([255 * (value < 90) for value in range(256)])
        below, above = (
            ImageStat.Stat(grey, one).mean[0]
            for one in (mask, mask.point([255 - value for value in range(256)]))
        )
        assert below + 30 < above


def test_shares_count_against_their_sum():
    """Whether they are percent or not."""
    one = artist.tinted(made(), [("#000000", 1), ("#ffffff", 3)]).image
    other = artist.tinted(
        made(), [("#000000", Decimal("25.00")), ("#ffffff", Decimal("75.00"))]
    ).image

    assert one.tobytes() == other.tobytes()


def test_the_order_of_the_colours_does_not_matter():
    """Lightness decides where they go."""
    one, other = (artist.tinted(made(), palette).image for palette in (_DUSK, _DUSK[::-1]))

    assert one.tobytes() == other.tobytes()


def test_a_colour_without_a_share_is_not_seen():
    """Nor does it get in the way of the others."""
    palette = (("#000000", 50), ("#ff0000", 0), ("#ffffff", 50))

    assert [50, 0, 50] == pytest.approx(
        _shares(artist.tinted(painted(), palette).image, palette), abs=3
    )


def test_transparency_subject_and_size_stay():
    """Only colours change."""
    parent = artist.cut_out(painted())

    done = artist.tinted(parent, _DUSK)

    assert parent.image.getchannel("A").tobytes() == done.image.getchannel("A").tobytes()
    assert parent.subject is done.subject


def test_tinting_is_a_function_of_its_arguments():
    """The same again is the same, and the parent is left alone."""
    before = painted().image.tobytes()

    again = artist.tinted(painted(), _DUSK).image

    assert _tinted(FOX, "dusk").image.tobytes() == again.tobytes()
    assert before == painted().image.tobytes()


def test_what_follows_goes_on_in_the_new_colours():
    """Canvas that is added to a tinted picture is painted in its colours, not in the old ones."""
    red = (("#300000", 30), ("#a01010", 40), ("#ffb0b0", 30))
    parent = artist.tinted(painted("misty mountains"), red)

    wide = artist.pan(parent, direction="right", scale=2, text="", seed=3, slot=0).image

    added = ImageStat.Stat(wide.crop((2000, 0, wide.width, wide.height))).mean
    assert added[0] > added[1] + 30
    assert 20 < mean_difference(parent.image, painted("misty mountains").image)
