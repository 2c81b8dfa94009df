"""The painter's edits that keep a picture's frame: varied, upscaled, worked out, remixed."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from functools import cache

import pytest
from PIL import Image, ImageFilter, ImageStat

from reapi_nb.sandbox import artist
from reapi_nb.sandbox.artist.levels import MOST
from tests.paintings import FOX, NEW, all_differences, made, mean_difference, painted, polygon

_BEAR = "a brown bear in an autumn forest"


@cache
def _varied(strength: str, slot: int) -> Image.Image:
    return artist.vary(painted(), strength=strength, text=FOX, seed=9, slot=slot).image


@cache
def _enhanced(slot: int) -> Image.Image:
    return artist.enhance(painted(draft=True), seed=9, slot=slot).image


@cache
def _remixed(mode: str, slot: int = 0, text: str = _BEAR, parent: str = FOX) -> Image.Image:
    return artist.remix(painted(parent), mode=mode, text=text, seed=9, slot=slot).image


def _sharpness(image: Image.Image) -> float:
    """How strong a picture's edges are, on average."""
    edges = image.convert("L").filter(ImageFilter.FIND_EDGES)
    return ImageStat.Stat(edges.crop((2, 2, image.width - 2, image.height - 2))).mean[0]


def _layout(image: Image.Image) -> Image.Image:
    """Where light and dark are, and nothing else."""
    return image.convert("L").resize((12, 8), Image.Resampling.BOX)


# Variations.


@pytest.mark.parametrize("slot", range(4))
def test_subtle_changes_little_and_strong_changes_a_lot(slot):
    """Both variations differ from their parent, in its size, the strong one far more."""
    parent = painted().image

    subtle, strong = (_varied(strength, slot) for strength in ("subtle", "strong"))

    assert parent.size == subtle.size == strong.size
    assert 1 < mean_difference(parent, subtle) < mean_difference(parent, strong) / 2


@pytest.mark.parametrize("strength", ["subtle", "strong"])
def test_four_variations_differ_from_each_other(strength):
    """A grid of variations is a choice of four."""
    assert 1 < min(all_differences([_varied(strength, slot) for slot in range(4)]))


def test_a_variation_is_made_from_its_parent():
    """Two parents have two children, though words, seed and slot are the same."""
    children = [
        artist.vary(painted(text), strength="strong", **NEW).image for text in (FOX, "a garden")
    ]

    assert 15 < mean_difference(*children)


def test_a_tiny_picture_can_be_varied():
    """A picture smaller than the painter's own glass is no reason to give up."""
    tiny = made(3, 1)

    assert (3, 1) == artist.vary(tiny, strength="strong", **NEW).image.size


# Upscales.


def test_an_upscale_is_its_parent_at_twice_the_size():
    """A standard upscale, made small again, is its parent."""
    parent = painted().image

    large = artist.upscale(painted(), style="standard").image

    assert (2688, 1792) == large.size
    assert 2 > mean_difference(parent, large.resize(parent.size, Image.Resampling.BOX))


def test_a_creative_upscale_adds_texture():
    """A creative upscale is the same picture with detail that the standard one has not."""
    standard, creative = (
        artist.upscale(painted(), style=kind).image for kind in ("standard", "creative")
    )

    assert standard.size == creative.size
    assert 1 < mean_difference(standard, creative) < 8


@pytest.mark.parametrize(
    ("size", "large"),
    [((4096, 4096), (4096, 4096)), ((4096, 2048), (5793, 2896)), ((8000, 20), (8192, 20))],
)
def test_upscales_stay_within_sixteen_megapixels(size, large):
    """However often a picture is enlarged, it stays within 16 megapixels and 8,192 a side."""
    wide = artist.Painting(Image.new("RGB", size), Image.new("L", size), painted().scene)

    assert large == artist.upscale(wide, style="standard").image.size


# Drafts.


def test_a_draft_is_a_rough_sketch_of_the_finished_picture():
    """It has the size and the composition of the picture, and softer edges."""
    draft, whole = painted(draft=True).image, painted().image

    assert whole.size == draft.size
    assert 2 < mean_difference(draft, whole) < 20
    assert 12 > mean_difference(_layout(draft), _layout(whole))
    assert _sharpness(draft) < 0.6 * _sharpness(whole)


@pytest.mark.parametrize("slot", range(4))
def test_enhance_works_a_draft_out(slot):
    """An enhanced draft is sharper than the draft, and close to what it was a sketch of."""
    draft, whole = painted(draft=True).image, painted().image

    enhanced = _enhanced(slot)

    assert draft.size == enhanced.size
    assert _sharpness(draft) * 1.2 < _sharpness(enhanced)
    assert mean_difference(enhanced, whole) < 0.7 * mean_difference(draft, whole)


def test_four_enhanced_pictures_differ():
    """Working a draft out leaves a choice of four."""
    assert 1 < min(all_differences([_enhanced(slot) for slot in range(4)]))


def test_enhance_sharpens_what_is_no_draft():
    """Where no finished picture is known, the parent itself is sharpened."""
    soft = artist.vary(painted(draft=True), strength="subtle", **NEW)

    enhanced = artist.enhance(soft, seed=1, slot=0)

    assert _sharpness(soft.image) < _sharpness(enhanced.image)


# Remixes.


@pytest.mark.parametrize("slot", range(2))
def test_a_remix_shows_the_new_words_in_the_old_frame(slot):
    """It has its parent's size and shows something else."""
    parent = painted().image

    remixes = [_remixed(mode, slot) for mode in ("subtle", "strong")]

    assert {parent.size} == {image.size for image in remixes}
    assert 12 < min(mean_difference(parent, image) for image in remixes)


@pytest.mark.parametrize("parent", [FOX, "a serene Japanese garden", "city at night"])
def test_a_strong_remix_goes_further_than_a_subtle_one(parent):
    """Subtle stays closer to the colours and to the light and dark of the parent."""
    was = painted(parent).image

    subtle, strong = (
        sum(mean_difference(was, _remixed(mode, slot, _BEAR, parent)) for slot in range(4))
        for mode in ("subtle", "strong")
    )

    assert subtle * 1.15 < strong


def test_a_remix_keeps_the_composition():
    """The new subject stands where the old one stood: left stays left."""
    places = {}
    for slot in range(4):
        parent = painted(FOX, slot)
        remix = artist.remix(parent, mode="subtle", text=_BEAR, seed=9, slot=0)
        places[slot] = [_middle(one.subject) for one in (parent, remix)]

    assert all(abs(was - now) < 100 for was, now in places.values())
    assert 300 < max(was for was, _ in places.values()) - min(was for was, _ in places.values())


@pytest.mark.parametrize("direction", ["left", "up"])
def test_a_remix_of_an_extended_picture_keeps_the_place_of_its_subject(direction):
    """On a larger canvas, too, the new subject stands where the old one stands, as large."""
    parent = artist.pan(painted(slot=0), direction=direction, scale=2, **NEW)

    remix = artist.remix(parent, mode="subtle", text="a grey wolf in a meadow", seed=9, slot=0)

    was, now = (one.subject.point(MOST).getbbox() for one in (parent, remix))
    assert parent.image.size == remix.image.size
    assert 60 > max(abs(one - other) for one, other in zip(was, now, strict=True))


def _middle(mask: Image.Image) -> float:
    left, _, right, _ = mask.point(MOST).getbbox()
    return (left + right) / 2


def test_four_remixes_differ():
    """A grid of remixes is a choice of four, in either mode."""
    for mode in ("subtle", "strong"):
        assert 2 < min(all_differences([_remixed(mode, slot) for slot in range(4)]))


def test_other_words_give_another_remix():
    """The words decide."""
    assert 15 < mean_difference(_remixed("strong"), _remixed("strong", text="a starry night"))


# All of them.


_EDITS = {
    "vary subtle": lambda p, **new: artist.vary(p, strength="subtle", **new),
    "vary strong": lambda p, **new: artist.vary(p, strength="strong", **new),
    "remix": lambda p, **new: artist.remix(p, mode="strong", **new),
    "enhance": lambda p, text, **new: artist.enhance(p, **new),
    "pan": lambda p, **new: artist.pan(p, direction="up", scale=1.5, **new),
    "outpaint": lambda p, **new: artist.outpaint(p, scale=1.5, **new),
    "inpaint": lambda p, **new: artist.inpaint(p, region=polygon((20, 10, 90, 70)), **new),
    "place": lambda p, **new: artist.place(
        p, canvas=(200, 200), box=artist.Box(-9, 30, 120, 80), **new
    ),
    "retexture": artist.retexture,
    "upscale": lambda p, **new: artist.upscale(p, style="creative"),
    "remove background": lambda p, **new: artist.cut_out(p),
}
_SINGLE = ("upscale", "remove background")


@pytest.mark.parametrize("name", _EDITS)
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_the_same_edit_gives_the_same_pixels_and_leaves_its_parent_alone(name, mode):
    """An edit is a function of its arguments, and a parent may be edited again and again."""
    parent = made(mode=mode)
    before = parent.image.tobytes(), parent.subject.tobytes()

    first, again = (_EDITS[name](parent, text="a cat", seed=1, slot=2) for _ in range(2))

    assert first.image.tobytes() == again.image.tobytes()
    assert first.image.size == first.subject.size
    assert before == (parent.image.tobytes(), parent.subject.tobytes())


@pytest.mark.parametrize("name", [name for name in _EDITS if name not in _SINGLE])
def test_seed_and_slot_are_choices(name):
    """Another seed, and another slot, is another picture."""
    chances = ((1, 0), (1, 1), (1, 2), (1, 3), (2, 0))

    pictures = [_EDITS[name](made(), text="", seed=seed, slot=slot) for seed, slot in chances]

    assert 5 == len({picture.image.tobytes() for picture in pictures})


def test_another_process_gives_the_same_edits():
    """Edits survive a restart: nothing depends on the process that paints."""
    code = (
        "import hashlib; from reapi_nb.sandbox import artist;"
        f"p = artist.imagine({FOX!r}, ratio=(3, 2), seed=7, slot=1);"
        "p = artist.vary(p, strength='strong', text='', seed=3, slot=0);"
        "p = artist.pan(p, direction='left', scale=1.2, text='a house', seed=3, slot=0);"
        "r = artist.Blob('https://example.com/m.png');"
        "p = artist.inpaint(p, region=r, text='', seed=3, slot=0);"
        "p = artist.retexture(p, text='wool', seed=3, slot=0);"
        "print(hashlib.sha256(p.image.tobytes()).hexdigest())"
    )
    here = artist.vary(painted(), strength="strong", **NEW)
    here = artist.pan(here, direction="left", scale=1.2, text="a house", seed=3, slot=0)
    here = artist.inpaint(here, region=artist.Blob("https://example.com/m.png"), **NEW)
    here = artist.retexture(here, text="wool", seed=3, slot=0)

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert hashlib.sha256(here.image.tobytes()).hexdigest() == ran.stdout.strip()


def test_a_stand_in_is_a_square_picture_of_its_address():
    """What nobody may fetch is painted: 1024x1024, another one for every address."""
    cat, dog, again = (
        artist.stand_in(f"https://example.com/{name}").image for name in ("cat", "dog", "cat")
    )

    assert {(1024, 1024)} == {cat.size, dog.size}
    assert cat.tobytes() == again.tobytes()
    assert 6 < mean_difference(cat, dog)
