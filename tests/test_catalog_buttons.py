"""The buttons under a picture: their order, what they send, and what people may start from."""

from __future__ import annotations

import time

import pytest

from reapi_nb import catalog
from reapi_nb.catalog import REQUESTS, Edit, Imagine, Inpaint, Upscale, follow_ups
from tests.samples import job, kept

GRID = Imagine(prompt="a cat")
DRAFT = Imagine(prompt="a cat", speed="draft")
LINK = "https://cdn.example/media/tasks/x/2.png"


def picture(made_by=GRID, **fields):
    """The third picture of a finished task, with a link that lives."""
    given = {"url": LINK, "expires_at": time.time() + 60, "width": 1024, "height": 1024}
    return kept(job(request=made_by, task_id="task_x"), 2, **(given | fields))


def shown(of):
    """The buttons of this family, as they stand under a picture."""
    return [one for one in follow_ups(of) if one.kind.family == "mj-v7"]


def usable(of):
    """Those that are not refused, by label."""
    return {one.button.label: one for one in shown(of) if one.refusal is None}


BUTTONS = (
    ("More", "Image prompt", ("prompt",)),
    ("Upscale", "Upscale", ()),
    ("Upscale", "Upscale creative", ()),
    ("Vary", "Vary subtle", ()),
    ("Vary", "Vary strong", ()),
    ("Remix", "Remix", ("prompt",)),
    ("Remix", "Remix subtle", ("prompt",)),
    ("Pan", "Pan left", ()),
    ("Pan", "Pan right", ()),
    ("Pan", "Pan up", ()),
    ("Pan", "Pan down", ()),
    ("Zoom out", "Zoom out", ()),
    ("Zoom out", "Zoom 2x", ()),
    ("Region", "Vary region", ("mask",)),
    ("Region", "Edit canvas", ("prompt", "canvas", "img_pos")),
    ("More", "Enhance", ()),
    ("More", "Remove background", ()),
    ("More", "Retexture", ("prompt",)),
    ("More", "Upload paint", ("prompt", "mask", "canvas", "img_pos")),
)

SENDS = {
    "Upscale": {"image_number": 2},
    "Upscale creative": {"type": "creative"},
    "Vary subtle": {"image_number": 2},
    "Vary strong": {"type": "strong"},
    "Remix subtle": {"mode": "subtle"},
    "Pan left": {"direction": "left"},
    "Pan right": {"direction": "right"},
    "Pan up": {"direction": "up"},
    "Pan down": {"direction": "down"},
    "Zoom 2x": {"scale": 2},
}


def test_the_buttons_stand_in_the_order_that_midjourney_has_them():
    """Each group together, and each button with what people must supply."""
    buttons = [(one.kind.group, one.button.label, one.missing) for one in shown(picture(DRAFT))]

    assert list(BUTTONS) == buttons


@pytest.mark.parametrize("made_by", [GRID, DRAFT, None, Upscale(task_id="task_w")], ids=repr)
def test_every_button_stands_there_even_where_it_is_refused(made_by):
    """Buttons do not jump about: a refused one says why and supplies nothing."""
    buttons = shown(picture(made_by, url=""))

    assert [label for _, label, _ in BUTTONS] == [one.button.label for one in buttons]
    for one in buttons:
        assert (one.refusal is None) == bool(one.fields)
        assert one.refusal is None or one.refusal.reason


def test_every_button_has_a_name_of_its_own():
    """A press is told from every other by its action."""
    actions = [one.action for one in follow_ups(picture())]

    assert len(set(actions)) == len(actions) >= len(BUTTONS)


@pytest.mark.parametrize(("label", "sent"), SENDS.items())
def test_a_button_sends_what_its_label_says(label, sent):
    """A button is a class and some of its fields."""
    pressed = usable(picture())[label]

    body = pressed.request(**({"prompt": "a dog"} if pressed.missing else {})).body()

    assert sent.items() <= body["model_params"].items()


def test_a_scale_of_a_button_is_written_as_people_write_it():
    """A whole number on the wire, as in the page's own ranges."""
    body = usable(picture())["Zoom 2x"].request().body()

    assert "2" == str(body["model_params"]["scale"])


# What people may start from.

SIZES = [
    (1024, 1024),
    (1456, 816),
    (816, 1456),
    (2048, 2048),
    (4096, 1),
    (1, 4096),
    *((width, height) for width in range(1, 9) for height in range(1, 9)),
]


@pytest.mark.parametrize("size", SIZES, ids="{0[0]}x{0[1]}".format)
def test_a_sketch_makes_a_good_request_of_a_picture_of_any_size(size):
    """Words are all that is left to supply."""
    width, height = size
    of = picture(width=width, height=height)

    for one in usable(of).values():
        sketch = one.kind.sketch(of)
        words = {"prompt": "a dog"} if "prompt" in one.missing else {}
        given = {name: sketch[name] for name in one.missing if name != "prompt"}
        body = one.request(**given, **words).body()

        assert set(one.missing) - {"prompt"} == set(sketch)
        assert body == catalog.read(body).body()


def test_a_sketch_follows_the_picture():
    """Its middle half, and a canvas half as large again around it."""
    of = picture(width=1456, height=816)
    canvas = {"width": 2184, "height": 1224}
    placed = {"width": 1456, "height": 816, "x": 364, "y": 204}

    region = Inpaint.sketch(of)["mask"]["areas"]

    assert [{"points": [364, 204, 1092, 204, 1092, 612, 364, 612]}] == region
    assert {"canvas": canvas, "img_pos": placed} == Edit.sketch(of)


@pytest.mark.parametrize("kind", REQUESTS, ids=lambda kind: kind.nick)
def test_nothing_is_sketched_for_a_picture_whose_size_is_not_known(kind):
    """A shape that was guessed would be paid for."""
    assert {} == kind.sketch(picture(width=0, height=0))


@pytest.mark.parametrize("size", [(1024, 768), (0, 0)], ids=["known", "unknown"])
def test_every_button_can_be_tried_for_its_price(size):
    """Something stands in every gap, whether the picture's size is known or not."""
    of = picture(DRAFT, width=size[0], height=size[1])

    tried = [one.trial(of, "") for one in shown(of)]

    assert [one.kind for one in shown(of)] == [type(request) for request in tried]
