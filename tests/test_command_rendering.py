"""A request as the line or cell that asks for it, and back again."""

from __future__ import annotations

import ast
import re

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

from reapi_nb import catalog, command
from reapi_nb.catalog import REQUESTS, Imagine, Upscale, Variation
from reapi_nb.command import options, parse, render, render_cell
from reapi_nb.errors import InvalidRequest

EM = "\u2014"
URL = "https://example.com/a.png"

QUICK = settings(max_examples=150, deadline=None, database=None)


def read(line, body=None):
    nick, _, rest = line.partition(" ")
    return parse(nick, rest, body)


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


def test_a_prompt_that_no_quotes_can_hold_stands_below_its_line():
    """An option's name in the words is a word, and must not be read as the option."""
    request = Imagine.parse({"prompt": "a cat --fresh"}, unchecked=True)

    assert "%%reapi mj --unchecked\na cat --fresh" == render_cell(request)
    with pytest.raises(InvalidRequest):
        render(request)


# Pieces that have a meaning in the grammar come up more often than in random text.
_PIECES = [
    *(" ", "\n", '"', "'", "\u201c", "\u201d", "\u2018", "\u2019", ";", "\\", "?", "{", "$x"),
    *(EM, "--", "- ", "cat", "it's", URL, " --ar 16:9", " --no red, blue", " --tile", " --foo"),
]
_PIECE = st.sampled_from(_PIECES) | st.text(max_size=5)
PROMPTS = st.lists(_PIECE, min_size=1, max_size=12).map("".join)


def given_request(kind, fields, *, unchecked):
    try:
        return kind.parse(fields, unchecked=unchecked)
    except InvalidRequest:
        reject()


@st.composite
def requests(draw):
    """Any request that its class accepts."""
    kind = draw(st.sampled_from(REQUESTS))
    fields = {
        option.field: draw(st.sampled_from(option.choices))
        for option in options(kind).values()
        if option.field and draw(st.booleans())
    }
    if command.parent_numbers(kind):
        fields["task_id"] = "task_" + draw(st.text("abcXYZ0189_-", min_size=1, max_size=30))
        fields["image_number"] = draw(st.integers(0, 3))
    if command.has_prompt(kind) and ("task_id" not in fields or draw(st.booleans())):
        fields["prompt"] = draw(PROMPTS)
    return given_request(kind, fields, unchecked=draw(st.booleans()))


@given(requests())
@QUICK
def test_a_line_is_read_back_as_the_request_it_was_made_from(request_):
    """What a caption shows and what was sent are the same."""
    assert request_ == read(render(request_)).request


def run(cell):
    """The request of a cell's text, through IPython's own rewriting of cells."""
    call = ast.parse(TransformerManager().transform_cell(cell)).body[0].value
    magic, *texts = (argument.value for argument in call.args)
    assert "reapi" == magic
    assert ("run_cell_magic" if cell.startswith("%%") else "run_line_magic") == call.func.attr
    return read(*texts).request


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
    got = read(kind.example).request

    assert kind is type(got)
    assert got == read(render(got)).request
    assert kind is catalog.find(kind.example.split()[0])
