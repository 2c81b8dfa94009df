"""What the painter cuts out: the subject stays, the background goes."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache

import pytest
from PIL import Image, ImageChops, ImageStat

from reapi_nb.sandbox import artist
from reapi_nb.sandbox.artist.cast import SUBJECTS
from reapi_nb.sandbox.artist.chance import dice
from reapi_nb.sandbox.artist.composition import composed
from tests.paintings import FOX, NEW, made, mean_difference, painted, polygon, same_where

_SIZE = (400, 400)


@cache
def _with_and_without(name: str) -> tuple[artist.Painting, Image.Image]:
    """A small picture of a subject, and the same picture before the subject came."""
    word = SUBJECTS[name].words.split()[0]
    scene = artist.imagine(word, ratio=(1, 1), seed=7, slot=0).scene
    empty = replace(scene, figures=())
    bare = composed(empty, _SIZE, dice("same"), corners=False).image
    return composed(scene, _SIZE, dice("same"), corners=False), bare


def _share(mask: Image.Image) -> float:
    return ImageStat.Stat(mask).mean[0] / 255


def _at_least(mask: Image.Image, level: int) -> Image.Image:
    return mask.point([255 * (value >= level) for value in range(256)])


@pytest.mark.parametrize("name", SUBJECTS)
def test_the_subject_is_opaque_and_the_background_transparent(name):
    """Of every animal, person, object and building, what it covers stays, and little else."""
    painting, bare = _with_and_without(name)

    cut = artist.cut_out(painting).image

    alpha = cut.getchannel("A")
    red, green, blue = ImageChops.difference(painting.image, bare).split()
    gap = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    changed, same = _at_least(gap, 60), ImageChops.invert(_at_least(gap, 3))
    assert ("RGBA", _SIZE) == (cut.mode, cut.size)
    assert {0} == {alpha.getpixel(corner) for corner in ((0, 0), (399, 0))}
    assert 0.01 < _share(_at_least(alpha, 255)) < 0.75
    assert 0.75 < _share(ImageChops.darker(alpha, changed)) / _share(changed)
    assert 0.05 > _share(ImageChops.darker(alpha, same)) / _share(alpha)


@pytest.mark.parametrize("name", SUBJECTS)
def test_the_subjects_own_pixels_are_kept(name):
    """Where the subject is solid, its colours are those of the picture."""
    painting, _ = _with_and_without(name)

    cut = artist.cut_out(painting).image

    solid = _at_least(cut.getchannel("A"), 255)
    assert same_where(painting.image, cut.convert("RGB"), solid)


def test_no_rim_of_the_background_is_left():
    """At a soft edge one sees the subject's own colour, not what was behind it."""
    disc = Image.radial_gradient("L").point([min(255, max(0, (120 - v) * 8)) for v in range(256)])
    image = Image.new("RGB", disc.size, "blue")
    image.paste("red", (0, 0), disc)
    painting = replace(made(), image=image, subject=disc)

    cut = artist.cut_out(painting).image

    alpha = cut.getchannel("A")
    rim = ImageChops.darker(_at_least(alpha, 30), ImageChops.invert(_at_least(alpha, 230)))
    assert 100 < rim.histogram()[255]
    assert 20 > ImageStat.Stat(cut, rim).mean[2]


def test_nothing_dark_hides_under_what_is_transparent():
    """A viewer that knows no transparency shows a white ground, not a black one."""
    cut = artist.cut_out(painted()).image

    gone = cut.getchannel("A").point([255 * (value == 0) for value in range(256)])

    assert same_where(Image.new("RGB", cut.size, "white"), cut.convert("RGB"), gone)


_CHAIN = {
    "varied": lambda p: artist.vary(p, strength="strong", **NEW),
    "upscaled": lambda p: artist.upscale(p, style="standard"),
    "remixed": lambda p: artist.remix(
        p, mode="strong", text="a grey wolf in a meadow", seed=1, slot=0
    ),
    "retextured": lambda p: artist.retexture(p, text="wood", seed=1, slot=0),
    "panned": lambda p: artist.pan(p, direction="up", scale=1.5, **NEW),
    "zoomed out": lambda p: artist.outpaint(p, scale=1.5, **NEW),
    "inpainted": lambda p: artist.inpaint(p, region=polygon((0, 0, 90, 90)), **NEW),
    "of a draft": lambda _: painted(draft=True),
    "cut out already": artist.cut_out,
}


@pytest.mark.parametrize("name", _CHAIN)
def test_the_subject_is_still_known_after_an_edit(name):
    """Where the fox has gone, the painter knows: most of the cut-out is not background."""
    edited = _CHAIN[name](painted(slot=0))

    cut = artist.cut_out(edited).image

    alpha = cut.getchannel("A")
    rest = ImageChops.invert(alpha)
    assert edited.image.size == cut.size
    assert 0.03 < _share(alpha) < 0.6
    means = [ImageStat.Stat(edited.opaque, mask).mean for mask in (alpha, rest)]
    assert 20 < sum(abs(one - other) for one, other in zip(*means, strict=True)) / 3


def test_the_colours_stand_out_where_no_subject_is_known():
    """In a picture by somebody else, what differs from the margins and lies inside is kept."""
    size = (480, 320)
    ground = Image.linear_gradient("L").resize(size).point([80 + v // 4 for v in range(256)])
    shape = (
        Image.radial_gradient("L").resize((160, 160)).point([255 * (v < 120) for v in range(256)])
    )
    image = Image.merge("RGB", (ground,) * 3)
    image.paste("orange", (200, 90), shape)
    disc = Image.new("L", size)
    disc.paste(255, (200, 90), shape)
    foreign = replace(made(*size), image=image)

    alpha = artist.cut_out(foreign).image.getchannel("A")

    assert 0.9 < _share(ImageChops.darker(alpha, disc)) / _share(disc)
    assert 0.02 > _share(ImageChops.darker(alpha, ImageChops.invert(disc)))


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (200, 3), (64, 64)])
def test_a_picture_of_nothing_has_some_middle(size):
    """Even a flat picture of any shape gives a cut-out that is neither empty nor full."""
    flat = replace(made(), image=Image.new("RGB", size, "teal"), subject=Image.new("L", size))

    alpha = artist.cut_out(flat).image.getchannel("A")

    assert size == alpha.size
    assert size == (1, 1) or 0 < _share(alpha) < 1


@pytest.mark.parametrize(
    "text", ["a serene Japanese garden", "city at night", "red mountains", "planets in space"]
)
def test_a_landscape_keeps_what_stands_in_it(text):
    """Bridges, towers and mountains are kept; the sky above them goes."""
    painting = painted(text, 0)

    alpha = artist.cut_out(painting).image.getchannel("A")

    assert 0.01 < _share(alpha) < 0.9
    assert 0.1 > _share(alpha.crop((0, 0, alpha.width, 60)))


def test_a_cut_out_is_a_png_with_transparency():
    """The file carries the alpha channel, to the byte."""
    cut = artist.cut_out(painted(FOX)).image

    file = artist.png(cut)

    with Image.open(io.BytesIO(file)) as image:
        assert ("PNG", "RGBA") == (image.format, image.mode)
        assert cut.tobytes() == image.tobytes()
    assert 1 < mean_difference(cut, painted(FOX).image)
