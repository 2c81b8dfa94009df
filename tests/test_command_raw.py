"""Models without a class: the model's id, and its JSON as it is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from reapi_nb.catalog import REQUESTS, AnyModel
from reapi_nb.command import Command, render
from reapi_nb.errors import InvalidRequest
from tests.lines import read, refusal
from tests.requests import requests_of

CAT = AnyModel(model="flux-2", prompt="a {red, blue} cat", aspect_ratio="16:9")
JSON = '{"prompt": "a {red, blue} cat", "aspect_ratio": "16:9"}'


@pytest.mark.parametrize(
    ("line", "body"),
    [
        (f"raw flux-2 {JSON}", None),
        (f"raw   flux-2   {JSON}  ;", None),
        ("raw flux-2", f"{JSON}\n"),
        ("raw flux-2;", f"\n  {json.dumps(json.loads(JSON), indent=2)}\n\n"),
    ],
)
def test_the_json_is_sent_as_it_is(line, body):
    """On the line or below it; nothing in it is expanded."""
    assert Command((CAT,)) == read(line, body)


@pytest.mark.parametrize(
    "line",
    [
        "raw --fresh --repeat 2 --yes --dry-run flux-2 {}",
        "raw flux-2 {} --fresh --repeat 2 --yes --dry-run",
        "raw flux-2 --fresh --yes {} --r 2 --dry-run;",
    ],
)
def test_options_stand_around_the_json(line):
    """On the line of a cell as well."""
    asked = Command((CAT, CAT), fresh=True, yes=True, dry_run=True)

    assert asked == read(line.format(JSON))
    assert asked == read(line.format(""), JSON)


@pytest.mark.parametrize("text", ["--fresh", " --repeat 2 ", "{{x}}", '\\"', "#2 a.png", "; ?"])
def test_nothing_in_the_json_is_an_option(text):
    """Whatever its texts hold."""
    fields = {"prompt": text, text: [text, {"deep": text}]}

    assert (AnyModel(model="z-image", **fields),) == read(
        f"raw z-image {json.dumps(fields)}"
    ).requests


@pytest.mark.parametrize(
    ("line", "body", "says"),
    [
        ("raw", None, "say which model: raw flux-2 {"),
        ('raw {"prompt": "a"}', None, "say which model: raw flux-2 {"),
        ('raw flux-2{"prompt": "a"}', None, "say which model: raw flux-2 {"),
        ("raw", JSON, "say which model: raw flux-2 {"),
        ("raw flux-2", None, 'flux-2 needs JSON: raw flux-2 {"prompt": "a cat"}'),
        ("raw flux-2 a cat", None, 'flux-2 needs JSON: raw flux-2 {"prompt": "a cat"}'),
        (f'raw "flux-2" {JSON}', None, "the model stands without quotes: raw flux-2 {"),
        (f"raw \u201cflux-2\u201d {JSON}", None, "the model stands without quotes: raw flux-2 {"),
        ('raw flux-2 ["a"]', None, "flux-2 needs JSON"),
        ("raw flux-2", "a cat\n", "flux-2 needs JSON"),
        ("raw flux-2", "", "flux-2 needs JSON"),
        (
            'raw flux-2 {"prompt": "a",}',
            None,
            (
                "this JSON cannot be read (Expecting property name enclosed in double quotes) "
                "at character 16"
            ),
        ),
        (
            "raw flux-2",
            '{\n  "prompt": a\n}',
            "this JSON cannot be read (Expecting value) at line 2, column 13",
        ),
        ('raw flux-2 {"prompt": "a"', None, "this JSON cannot be read (Expecting ',' delimiter)"),
        (f"raw flux-2 {JSON} {JSON}", None, '"{"prompt": "a {red, blue} cat", "aspect_ratio": "16'),
        (f"raw flux-2 {JSON} in the rain", None, '"in the rain" is neither JSON nor an option'),
        ("raw flux-2", f"{JSON} --fresh", '"--fresh" stands behind the JSON: leave it out'),
        (f"raw flux-2 {JSON}", JSON, "the JSON goes below %%reapi raw, not on its line"),
        ("raw flux-2 a cat", JSON, '"a cat" is neither JSON nor an option'),
        (
            'raw flux-2 {"model": "flux-2"}',
            None,
            "leave model out of the JSON: flux-2 stands in front of it",
        ),
        ('raw flux-2 {"n": 1, "n": 2}', None, '"n" is in the JSON twice: keep one of them'),
        ('raw flux-2 {"n": NaN}', None, "NaN is no JSON: give a number, or leave it out"),
        ('raw flux-2 {"n": 1e999}', None, "the fields of a raw request should be plain JSON"),
        (f'raw flux-2 {{"n": {"9" * 5000}}}', None, "this JSON cannot be read: "),
        ("raw flux-2 " + '{"a":' * 100_000, None, "this JSON cannot be read"),
        (
            'raw flux-2 {"image": "data:image/png;base64,AAAA"}',
            None,
            "data: and base64 images are not accepted",
        ),
        (f"raw flux-2 {JSON} --speed turbo", None, "raw has no --speed: it takes --fresh, --rep"),
        (f"raw --unchecked flux-2 {JSON}", None, "raw has no --unchecked: it takes --fresh"),
        (f"raw flux-2 {JSON} --repeat 41", None, "--repeat takes a whole number from 1 to 40"),
    ],
)
def test_what_cannot_be_read_is_refused(line, body, says):
    """One line; broken JSON is told with its place."""
    assert refusal(line, body).startswith(says)


@pytest.mark.parametrize(
    "fields",
    [
        {"image": " data:image/png,AAAA"},
        {"image": "DATA:text/html,<b>"},
        {"image": "data:,a"},
        {"image": "data:AAAA\n"},
        {"deep": [{"images": ["a cat", "\ndata:text/plain,a cat"]}]},
    ],
    ids=str,
)
def test_a_picture_itself_is_refused_however_deep(fields):
    """Also with a space before it, and whatever it says it is."""
    with pytest.raises(InvalidRequest, match="data: and base64 images are not accepted") as no:
        AnyModel(model="flux-2", **fields)

    assert 20003 == no.value.code


def test_words_may_begin_with_data():
    """An address has no space in it."""
    request = AnyModel(model="flux-2", prompt="Data: the sad android, in oil")

    assert "Data: the sad android, in oil" == request.words


@pytest.mark.parametrize(
    "kind",
    [kind for kind in REQUESTS if kind.provider == "reapi" and kind is not AnyModel],
    ids=lambda kind: kind.nick,
)
def test_a_model_with_a_class_goes_by_its_nick(kind):
    """There its fields are known and checked."""
    for model in kind.models():
        assert f"{model} is %reapi {kind.nick}" == refusal(f"raw {model} {JSON}")


def test_a_model_of_another_provider_is_none_of_ours():
    """reAPI has a model that is called like APIXO's."""
    assert "midjourney" == read(f"raw midjourney {JSON}").request.model


def test_a_model_that_nobody_knows_is_sent_with_a_word():
    """It may be new; where it looks like a slip, that is said."""
    assert () == read(f"raw quite-new {JSON}").notices
    assert ("flx-2 is sent as typed: did you mean flux-2?",) == read(f"raw flx-2 {JSON}").notices


@settings(max_examples=300, deadline=None, database=None)
@given(requests_of(AnyModel))
def test_any_json_comes_back_from_its_line(request_):
    """On one line, whatever its texts hold."""
    line = render(request_)

    assert 1 == len(line.splitlines())
    assert (request_,) == read(line).requests
