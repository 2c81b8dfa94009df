"""Options with a structure: masks, canvases, placements, numbers; as text and as JSON."""

from __future__ import annotations

import time
from typing import Annotated

import pytest
from pydantic import Field, PlainSerializer, create_model

from reapi_nb.catalog import (
    REQUESTS,
    AnyModel,
    Edit,
    ImageRequest,
    Inpaint,
    InParams,
    Pan,
    UploadPaint,
)
from reapi_nb.catalog._geometry import Boxes, Canvas, Mask, Placement
from reapi_nb.catalog._palette import Palette
from reapi_nb.command import options, spellings
from reapi_nb.command._fields import value_of
from tests.lines import link, prompts, read, refusal

URL = "https://example.com/mask.png"
POINTS = [50, 50, 50, 250, 250, 250, 250, 50]
SPACED = (
    '{ "areas": [ { "width": 200, "height": 200, "points": [50,50, 50,250, 250,250, 250,50] } ] }'
)
SHORT = '{"areas":[{"points":[50,50,50,250,250,250,250,50]}]}'
AREAS = {"areas": [{"width": 200, "height": 200, "points": POINTS}]}


@pytest.mark.parametrize(
    ("typed", "mask"),
    [
        (SPACED, AREAS),
        (SHORT, AREAS),
        (URL, {"url": URL}),
        (f'{{"url": "{URL}"}}', {"url": URL}),
        (
            '{"url": "https://example.com/}--speed{.png"}',
            {"url": "https://example.com/}--speed{.png"},
        ),
        ('{"url": "https://example.com/\\"{\\\\"}', {"url": 'https://example.com/"{\\'}),
        ("https://example.com/{a,b}.png", {"url": "https://example.com/{a,b}.png"}),
        ("https://example.com/}{.png", {"url": "https://example.com/}{.png"}),
    ],
)
@pytest.mark.parametrize(
    "line",
    [
        'inpaint task_x#2 "a {{red, blue}} lantern" --mask {} --speed turbo',
        'inpaint task_x#2 --mask {} "a {{red, blue}} lantern" --speed turbo',
        "inpaint task_x#2 --mask {} a {{red, blue}} lantern --speed turbo",
        "inpaint --mask {} task_x#2 a {{red, blue}} lantern --speed turbo",
        "inpaint task_x#2 a {{red, blue}} lantern --mask {} --speed turbo",
        "inpaint task_x#2 a {{red, blue}} lantern --speed turbo --MASK  {}",
    ],
)
def test_a_mask_is_taken_whole(line, typed, mask):
    """Its braces are JSON's or an address's, and never a group; those of the prompt are."""
    got = read(line.format(typed)).requests

    assert [
        Inpaint(
            task_id="task_x", image_number=1, prompt=f"a {hue} lantern", mask=mask, speed="turbo"
        )
        for hue in ("red", "blue")
    ] == list(got)


def test_a_mask_may_stand_on_the_line_of_a_cell():
    """With the words below it."""
    got = read(f"inpaint task_x#2 --mask {SPACED} --speed turbo", "a {red, blue} lantern\n")

    assert ["a red lantern", "a blue lantern"] == [each.words for each in got.requests]
    assert {"areas"} == {
        name for each in got.requests for name in each.body()["model_params"]["mask"]
    }


def test_a_mask_needs_no_words():
    """Where the class can do without."""
    body = read(f"inpaint task_x#2 --mask {SPACED}").request.body()

    assert "prompt" not in body
    assert AREAS == body["model_params"]["mask"]


@pytest.mark.parametrize(
    ("typed", "canvas", "placed"),
    [
        (
            "--canvas 1024x768 --img-pos 256,0,512x500",
            {"width": 1024, "height": 768},
            {"width": 512, "height": 500, "x": 256, "y": 0},
        ),
        (
            "--img-pos -5, -6, 512 x 500 --canvas 1024 X 768",
            {"width": 1024, "height": 768},
            {"width": 512, "height": 500, "x": -5, "y": -6},
        ),
        (
            '--canvas {"width": 9, "height": 8} --img-pos { "x":1,"y":2,"width":3,"height":4 }',
            {"width": 9, "height": 8},
            {"width": 3, "height": 4, "x": 1, "y": 2},
        ),
    ],
)
def test_a_canvas_and_a_placement_are_short_texts(typed, canvas, placed):
    """Or the JSON of the wire, like every shape."""
    got = read(f'edit task_x#1 "a wide hall" {typed}').request

    assert (
        Edit(task_id="task_x", image_number=0, prompt="a wide hall", canvas=canvas, img_pos=placed)
        == got
    )


def test_all_of_them_may_stand_in_front_of_the_prompt():
    """Each takes one word there, or its JSON whole."""
    line = (
        f"upload-paint --canvas 9x8 --mask {SPACED} task_x#1 "
        '--img-pos {"x": 1, "y": 2, "width": 3, "height": 4} a boat --speed turbo'
    )

    assert (
        UploadPaint(
            image_urls=(link("task_x", 0),),
            prompt="a boat",
            mask=AREAS,
            canvas={"width": 9, "height": 8},
            img_pos={"x": 1, "y": 2, "width": 3, "height": 4},
            speed="turbo",
        )
        == read(line, link=link).request
    )


def test_json_between_words_is_a_group():
    """Only the value of an option is JSON."""
    assert ["a 1 cat", "a 2 cat"] == prompts("mj a {1, 2} cat")
    assert ['a "b": 1 cat', "a c cat"] == prompts('mj a {"b": 1, c} cat')


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            "edit task_x#1 a --canvas 1024",
            "--canvas: it takes WxH in pixels, like 1024x1024, not '1024'",
        ),
        ("edit task_x#1 --canvas wide a", "--canvas: it takes WxH in pixels"),
        ("edit task_x#1 a --Canvas 1x2 hall", "--Canvas: it takes WxH in pixels"),
        ("edit task_x#1 a --img-pos 1,2", "--img-pos: it takes x,y,WxH in pixels"),
        ("edit task_x#1 --img-pos 1, 2, 3x4 a", "--img-pos: it takes x,y,WxH in pixels"),
        ("inpaint task_x#1 --mask a lantern", "--mask: it takes JSON like "),
        ("inpaint task_x#1 --mask {areas: []} a", "--mask: this JSON cannot be read ("),
        ('inpaint task_x#1 --mask {"areas": [} a', "--mask: this JSON cannot be read ("),
        ('inpaint task_x#1 a --mask {"areas": []', "--mask: this JSON cannot be read ("),
        (
            f"inpaint task_x#1 --mask {SHORT}a lantern",
            "--mask: this JSON cannot be read (Extra data",
        ),
        (
            f"inpaint task_x#1 a --mask {SHORT} lantern",
            "--mask: this JSON cannot be read (Extra data",
        ),
        (
            'inpaint task_x#1 a --mask {"url": "https://example.com/a --speed turbo"} --fresh',
            "'https://example.com/a --speed turbo' is no public http(s) URL",
        ),
        ("inpaint task_x#1 a --mask", "--mask needs a value: JSON like "),
        ("inpaint task_x#1 --mask --speed turbo", "--mask needs a value: JSON like "),
        (f"inpaint task_x#1 --mask {URL} a --mask {URL}", "--mask is given twice"),
        (f'inpaint task_x#1 "a --mask {URL}"', "put --mask outside the quotes"),
        (f"inpaint task_x#1 a {{b --mask {SHORT}, c}}", "mask is required"),
        (f"inpaint task_x#1 --mask {URL} a {{b --mask {URL}, c}}", "prompt 1 of 2"),
        (f"inpaint task_x#1 a --mask {URL} --mask {SHORT}", "--mask is given twice"),
        ("mj a cat --mask {a, b}", "prompt 1 of 2"),
        # What the class says of the object.
        ("inpaint task_x#1 a", "mask is required"),
        ('inpaint task_x#1 a --mask {"areas": []}', "mask.areas should have at least 1 item"),
        ("inpaint task_x#1 a --mask {}", "mask must set exactly one of areas or url"),
        ("edit task_x#1 a --canvas 0x5 --img-pos 0,0,1x1", "canvas.width should be greater than 0"),
        ("edit task_x#1 a --canvas 5x5", "img_pos is required"),
    ],
)
def test_a_shape_that_cannot_be_read_is_refused(line, says):
    """By the option as it was typed, or by the class."""
    assert refusal(line).startswith(says)


@pytest.mark.parametrize("piece", ['"\\', '\\"', '{"', "{", '"} ', "--mask { "])
def test_a_mask_that_never_ends_is_refused_at_once(piece):
    """In a line that can be read, and without a long wait."""
    began = time.perf_counter()

    says = refusal(f"inpaint task_x#1 a --mask {{{piece * 8000}")

    assert says.startswith("--mask: this JSON cannot be read (")
    assert len(says) < 250
    assert time.perf_counter() - began < 2


def test_an_option_below_the_line_is_not_json():
    """There it is refused like every other."""
    says = refusal("inpaint task_x#1", f"a lantern --mask {SHORT}\n")

    assert "put --mask on the %%reapi line, not below it" == says


# Numbers.


@pytest.mark.parametrize(
    ("typed", "sent"),
    [("2", 2), ("2.0", 2), ("1.5", 1.5), ("+1.5", 1.5), ("1.50", 1.5), ("2.", 2), ("1.1", 1.1)],
)
def test_a_factor_is_a_number_on_the_wire(typed, sent):
    """As short as JSON can say it."""
    got = read(f"pan task_x#1 --scale {typed}").request

    scale = got.body()["model_params"]["scale"]
    assert (sent, type(sent)) == (scale, type(scale))
    assert Pan(task_id="task_x", image_number=0, scale=sent) == got


@pytest.mark.parametrize("typed", ["1_5", "\u0662", "two", "1e0", "nan", "inf", "0x2", "1,5"])
def test_what_is_no_number_is_left_to_the_class(typed):
    """Python reads more as a number than people type."""
    assert f"scale should be a valid number, not '{typed}'" == refusal(
        f"pan task_x#1 --scale {typed}"
    )


@pytest.mark.parametrize(("nick", "most"), [("pan", 3), ("outpaint", 2)])
def test_a_number_outside_its_range_is_refused(nick, most):
    """Each class has its own."""
    assert f"less than or equal to {most}" in refusal(f"{nick} task_x#1 --scale {most}.01")
    assert "greater than or equal to 1.1" in refusal(f"{nick} task_x#1 --scale 1")


# What help says.

_Factor = Annotated[float, PlainSerializer(int)]
_Nested = create_model(
    "_Nested",
    __base__=ImageRequest,
    deep=(Annotated[_Factor, InParams, Field(ge=1.1, le=3)], 1.5),
    maybe=(Annotated[_Factor, Field(ge=0, le=5)] | None, None),
    whole=(Annotated[Annotated[int, Field(ge=1)], Field(le=9)], 1),
    mask=(Annotated[Mask | None, InParams], None),
    hole=(Annotated[Mask, InParams] | None, None),
    canvas=(Annotated[Canvas, InParams], ...),
    img_pos=(Placement, ...),
)


@pytest.mark.parametrize(
    ("name", "takes", "text", "value"),
    [
        ("deep", "a number from 1.1 to 3", "2", 2.0),
        ("maybe", "a number from 0 to 5", "2", 2.0),
        ("whole", "a whole number from 1 to 9", "2", 2),
        ("mask", Mask.takes, URL, {"url": URL}),
        ("hole", Mask.takes, URL, {"url": URL}),
        ("canvas", Canvas.takes, "3x4", {"width": 3, "height": 4}),
        ("img-pos", Placement.takes, "1,2,3x4", {"x": 1, "y": 2, "width": 3, "height": 4}),
    ],
)
def test_a_type_is_found_however_deep_it_stands(name, takes, text, value):
    """Behind `| None` and rules around rules; what it takes is said in its own words."""
    option = options(_Nested)[name]
    got = value_of(_Nested.model_fields[option.field], text)

    assert takes == option.takes
    assert (value, type(value)) == (got, type(got))


@pytest.mark.parametrize("kind", REQUESTS, ids=lambda kind: kind.__name__)
def test_every_field_has_an_option_with_help(kind):
    """One line each, with what it takes, and it is offered by completion."""
    known = options(kind)
    fields = [option.field for option in known.values() if option.field]
    typed_elsewhere = {"prompt", "task_id", "image_number"} | kind.implied
    one_model = {"model"} if len(kind.models()) == 1 or kind is AnyModel else set()

    assert set(kind.model_fields) - typed_elsewhere - one_model == set(fields)
    for name, option in known.items():
        assert name == option.name
        assert option.meaning
        assert option.takes not in {"", "text"}
        assert f"--{name}" in spellings(kind)
    own = ["fresh", "repeat", "yes", "dry-run", *(["unchecked"] if kind is not AnyModel else [])]
    assert own == list(known)[-len(own) :]


def test_shapes_say_what_they_take():
    """In the words of the shape, which its refusals repeat."""
    takes = {option.takes for kind in REQUESTS for option in options(kind).values()}

    assert {shape.takes for shape in (Mask, Canvas, Placement, Boxes, Palette)} <= takes
