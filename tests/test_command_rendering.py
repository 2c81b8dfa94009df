"""A request as the line or cell that asks for it, and back again."""

from __future__ import annotations

import ast
import json
import re

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

from reapi_nb import catalog
from reapi_nb.catalog import (
    REQUESTS,
    Edit,
    Imagine,
    Inpaint,
    Outpaint,
    Pan,
    RemoveBackground,
    Retexture,
    UploadPaint,
    Upscale,
    Variation,
)
from reapi_nb.command import options, render, render_cell
from reapi_nb.errors import InvalidRequest
from tests.lines import link, read

EM = "\u2014"
URL = "https://example.com/a.png"
AREAS = {"areas": [{"width": 200, "height": 200, "points": [50, 50, 50, 250, 250, 250, 250, 50]}]}

QUICK = settings(max_examples=300, deadline=None, database=None)


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        (
            Imagine(prompt="a cat --ar 16:9", speed="turbo"),
            'mj "a cat --ar 16:9" --speed turbo',
        ),
        (Imagine(prompt="a cat"), 'mj "a cat"'),
        (Imagine(prompt="a cat", speed="fast"), 'mj "a cat" --speed fast'),
        (Imagine(prompt='a sign "OPEN"'), 'mj "a sign "OPEN""'),
        (Imagine(prompt='a" --no "b'), "mj 'a\" --no \"b'"),
        (Upscale(task_id="task_x", type="creative"), "upscale task_x#1 --type creative"),
        (Variation(task_id="task_x", image_number=3), "vary task_x#4"),
        (
            Variation(task_id="task_x", image_number=1, prompt="rain", type="strong"),
            'vary task_x#2 "rain" --type strong',
        ),
        (
            Imagine.parse({"prompt": "a cat --foobar"}, unchecked=True),
            'mj "a cat --foobar" --unchecked',
        ),
        (Imagine(prompt="a {red, blue} cat"), 'mj "a \\{red, blue\\} cat"'),
        (Imagine(prompt="a \\{red\\, blue\\\\}"), 'mj "a \\\\{red\\, blue\\\\\\}"'),
        (Imagine(prompt="a \\, cat\\\\"), 'mj "a \\, cat\\\\"'),
        (Pan(task_id="task_x", scale=2.0), "pan task_x#1 --scale 2"),
        (
            Outpaint(task_id="task_x", scale=1.5, speed="fast"),
            "outpaint task_x#1 --scale 1.5 --speed fast",
        ),
        (
            Inpaint(task_id="task_x", mask={"url": URL}),
            f"inpaint task_x#1 --mask {URL}",
        ),
        (
            Edit(
                task_id="task_x",
                prompt="a hall",
                canvas={"width": 9, "height": 8},
                img_pos={"width": 4, "height": 3, "x": -1, "y": 0},
            ),
            'edit task_x#1 "a hall" --canvas 9x8 --img-pos -1,0,4x3',
        ),
        (RemoveBackground(image_urls=(URL,)), f"remove-bg {URL}"),
        (RemoveBackground(image_urls=(f"{URL}?",)), f"remove-bg {URL}?;"),
        (RemoveBackground(image_urls=(f"{URL};",)), f"remove-bg {URL};;"),
        (
            Retexture(image_urls=(URL,), prompt=f"{URL} felt", speed="turbo"),
            f'retexture {URL} "{URL} felt" --speed turbo',
        ),
    ],
)
def test_a_request_is_one_line(request_, line):
    """Only what was set is in it."""
    assert line == render(request_)


@pytest.mark.parametrize(
    ("prompt", "cell"),
    [
        ("a cat", '%reapi mj "a cat" --speed turbo'),
        ("who?", '%reapi mj "who?" --speed turbo'),
        ("a\nb", "%%reapi mj --speed turbo\na\nb"),
        ("a\n", "%%reapi mj --speed turbo\na\n\n"),
        ("a\u2028b", "%%reapi mj --speed turbo\na\u2028b"),
        ("a\tb", '%reapi mj "a\tb" --speed turbo'),
    ],
)
def test_a_prompt_that_would_break_a_line_stands_below_it(prompt, cell):
    """A click's cell can be pasted and run as it is."""
    assert cell == render_cell(Imagine(prompt=prompt, speed="turbo"))


def test_a_region_is_written_as_json():
    """Without a space in it, so that it is one word."""
    line = render(Inpaint(task_id="task_x", prompt="rain", mask=AREAS))

    before, _, mask = line.partition(" --mask ")
    assert 'inpaint task_x#1 "rain"' == before
    assert AREAS == json.loads(mask)
    assert " " not in mask


@pytest.mark.parametrize("source", ["task_x#2", "job#2", "_#2"])
@pytest.mark.parametrize("kind", [RemoveBackground, Retexture, UploadPaint])
def test_a_source_may_go_by_its_name(kind, source):
    """`task_x#2` is written in place of the long address that it stands for."""
    given = FULLEST | {"image_urls": (link("task_x", 1),)}
    request = kind(**{name: given[name] for name in given if name in kind.model_fields})

    line = render(request, source)

    assert line.startswith(f"{kind.nick} {source}")
    assert link("task_x", 1) not in line
    assert f"%reapi {line}" == render_cell(request, source)
    known = dict.fromkeys(["job", "_"], "task_x")
    assert (request,) == read(line, resolve=known.get, link=link).requests


def test_a_source_is_for_addresses_only():
    """A class that names its parent says so itself."""
    assert "upscale task_x#1" == render(Upscale(task_id="task_x"), source="task_y#2")


def test_a_source_that_names_nothing_is_never_written():
    """What could not be read back leaves the address in its place."""
    request = RemoveBackground(image_urls=(URL,))

    for source in ("the cat", "task_x", "task_x#", "#2", "a task_x#2"):
        assert f"remove-bg {URL}" == render(request, source)
        assert f"%reapi remove-bg {URL}" == render_cell(request, source)


def test_a_prompt_that_no_quotes_can_hold_stands_below_its_line():
    """An option's name in the words is a word, and must not be read as the option."""
    request = Imagine.parse({"prompt": "a cat --fresh"}, unchecked=True)

    assert "%%reapi mj --unchecked\na cat --fresh" == render_cell(request)
    with pytest.raises(InvalidRequest):
        render(request)


# Pieces that have a meaning in the grammar come up more often than in random text.
_PIECES = [
    *(" ", "\n", '"', "'", "\u201c", "\u201d", "\u2018", "\u2019", ";", "\\", "?", "{", "}", "$x"),
    *("{red, blue}", "{{x}}", "\\{", "\\,", ", "),
    *(EM, "--", "- ", "cat", "it's", URL, " --ar 16:9", " --no red, blue", " --tile", " --foo"),
]
_PIECE = st.sampled_from(_PIECES) | st.text(max_size=5)
PROMPTS = st.lists(_PIECE, min_size=1, max_size=12).map("".join)


# What an address may hold, and the grammar of a line knows as well.
URLS = st.text("ab/?&=#;,.{}\"'()[]\\:@!$-\u201d", max_size=12).map("https://example.com/".__add__)
_LENGTHS = st.integers(1, 9999)
_AREAS = st.fixed_dictionaries(
    {"points": st.lists(st.integers(-50, 50), min_size=6, max_size=8)},
    optional={"width": _LENGTHS, "height": _LENGTHS},
)
_MASKS = st.fixed_dictionaries({"url": URLS}) | st.fixed_dictionaries(
    {"areas": st.lists(_AREAS, min_size=1, max_size=2)}
)
_SIZES = {"width": _LENGTHS, "height": _LENGTHS}
FIELDS = {
    "prompt": PROMPTS,
    "task_id": st.text("abcXYZ0189_-", min_size=1, max_size=30).map("task_".__add__),
    "image_number": st.integers(0, 3),
    "image_urls": st.tuples(URLS),
    "mask": _MASKS,
    "canvas": st.fixed_dictionaries(_SIZES),
    "img_pos": st.fixed_dictionaries(
        {**_SIZES, "x": st.integers(-9999, 9999), "y": st.integers(-9999, 9999)}
    ),
    "scale": st.floats(1.1, 3) | st.integers(2, 3),
}
FULLEST = {
    "prompt": "a cat --ar 2:1",
    "task_id": "task_x",
    "image_number": 3,
    "image_urls": (URL,),
    "mask": AREAS,
    "canvas": {"width": 30, "height": 20},
    "img_pos": {"width": 10, "height": 10, "x": -5, "y": 5},
    "scale": 1.75,
}


def given_request(kind, fields, *, unchecked):
    try:
        return kind.parse(fields, unchecked=unchecked)
    except InvalidRequest:
        reject()


@st.composite
def requests(draw):
    """Any request that its class accepts."""
    kind = draw(st.sampled_from(REQUESTS))
    choices = {option.field: option.choices for option in options(kind).values()}
    fields = {
        name: draw(FIELDS[name] if name in FIELDS else st.sampled_from(choices[name]))
        for name, info in kind.model_fields.items()
        if name != "model" and (info.is_required() or draw(st.booleans()))
    }
    return given_request(kind, fields, unchecked=draw(st.booleans()))


@pytest.mark.parametrize("kind", REQUESTS, ids=lambda kind: kind.nick)
def test_every_field_of_every_class_is_on_the_line(kind):
    """With all of them set, nothing is lost on the way there and back."""
    choices = {option.field: option.choices for option in options(kind).values()}
    names = [name for name in kind.model_fields if name != "model"]
    last = {name: choices[name][-1] for name in names if choices.get(name)}

    request = kind(**{name: last.get(name, FULLEST.get(name)) for name in names})

    assert (request,) == read(render(request)).requests
    assert request == run(render_cell(request))


@given(requests())
@QUICK
def test_a_line_is_read_back_as_the_request_it_was_made_from(request_):
    """What a caption shows and what was sent are the same."""
    assert (request_,) == read(render(request_)).requests


def run(cell):
    """The request of a cell's text, through IPython's own rewriting of cells."""
    call = ast.parse(TransformerManager().transform_cell(cell)).body[0].value
    magic, *texts = (argument.value for argument in call.args)
    assert "reapi" == magic
    assert ("run_cell_magic" if cell.startswith("%%") else "run_line_magic") == call.func.attr
    (request,) = read(*texts).requests
    return request


def ipython_keeps(prompt):
    """IPython empties lines of mere space and strips pasted Python prompts, in any cell."""
    lines = prompt.split("\n")
    return not any(re.match(r"[ \t]+\Z|\s*>>>|\s*In ?\[|\s*\.\.\.", line) for line in lines)


@given(requests())
@QUICK
def test_a_rendered_cell_runs_as_the_request_it_was_made_from(request_):
    """IPython hands the magic the same request, whatever the prompt holds."""
    assume(ipython_keeps(request_.words))

    assert request_ == run(render_cell(request_))


# Every class of the catalog.


@pytest.mark.parametrize("kind", REQUESTS, ids=lambda kind: kind.nick)
def test_every_example_works(kind):
    """The line in a class's help can be typed, and is read back as it was rendered."""
    got = read(kind.example, link=link).request

    assert kind is type(got)
    assert (got,) == read(render(got)).requests
    assert kind is catalog.find(kind.example.split()[0])
