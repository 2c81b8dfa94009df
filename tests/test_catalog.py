"""The catalog, held against bodies copied by hand from the documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import pytest

from reapi_nb import catalog
from reapi_nb.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

_DATA = json.loads((Path(__file__).parent / "data" / "midjourney_v7.json").read_text("utf-8"))
_EXAMPLES = _DATA["examples"]
_VALID = [row["body"] for row in _DATA["valid"]]
_CODE = _DATA["invalid_code"]
_LONGEST = _DATA["longest_prompt"]

_FAMILY = [kind for kind in catalog.REQUESTS if kind.family == "mj-v7"]
_EVERY_MODEL = pytest.mark.parametrize("model", _DATA["models"])


def _class(model: str) -> type[catalog.ImageRequest]:
    return next(kind for kind in _FAMILY if model in catalog.models_of(kind))


def _prompts(kind: str) -> list[str]:
    return [
        f"a cat {name} {value}".strip()
        for row in _DATA["flags"]
        for name in row["names"]
        for value in row[kind]
    ]


def _text(body: dict[str, Any]) -> str:
    """The JSON text of a body: 2 is not 2.0 here, and 1 is not true."""
    return json.dumps(body, sort_keys=True)


@pytest.mark.parametrize("body", _EXAMPLES.values(), ids=_EXAMPLES)
def test_the_examples_of_the_page_are_read_as_they_are(body):
    """Each example of the documents is a request, and its body is what the page shows."""
    request = catalog.read(body)

    assert _text(body) == _text(request.body())


@pytest.mark.parametrize("row", _DATA["valid"], ids=lambda row: row["why"])
def test_a_documented_body_goes_over_the_wire_unchanged(row):
    """Nothing is added to a documented body and nothing is left out."""
    request = catalog.read(row["body"])

    assert _text(row["body"]) == _text(request.body())


@pytest.mark.parametrize("row", _DATA["invalid"], ids=lambda row: row["why"])
def test_a_broken_body_is_refused_with_the_documented_code(row):
    """What the documents forbid is refused before anything is sent, in the API's own code."""
    with pytest.raises(InvalidRequest) as no:
        catalog.read(row["body"])

    assert _CODE == no.value.code


@pytest.mark.parametrize("prompt", _prompts("good"))
def test_every_flag_takes_both_ends_of_its_range(prompt):
    """The bounds of a documented range belong to it, and the prompt is sent as typed."""
    request = catalog.read({"model": "mj-v7", "prompt": prompt})

    assert {"model": "mj-v7", "prompt": prompt} == request.body()


@pytest.mark.parametrize("prompt", _prompts("bad"))
def test_every_flag_refuses_what_lies_beyond_its_range(prompt):
    """A value outside the documented range is refused, in the API's own code."""
    with pytest.raises(InvalidRequest) as no:
        catalog.read({"model": "mj-v7", "prompt": prompt})

    assert _CODE == no.value.code


def test_the_longest_prompt_is_taken_and_one_character_more_is_not():
    """A prompt has at most 8192 characters."""
    longest = {"model": "mj-v7", "prompt": "x" * _LONGEST}

    request = catalog.read(longest)
    with pytest.raises(InvalidRequest) as no:
        catalog.read({"model": "mj-v7", "prompt": "x" * (_LONGEST + 1)})

    assert longest == request.body()
    assert _CODE == no.value.code


def test_a_body_without_a_model_is_refused_as_the_overview_shows():
    """No model is the documented 20002, whatever else the body says."""
    with pytest.raises(InvalidRequest) as no:
        catalog.read({"prompt": "a cat"})

    assert 20002 == no.value.code


@pytest.mark.parametrize(
    ("model", "code", "hint"),
    [
        ("mj-v99", 20003, ": did you mean 'mj-v7'?"),
        ("zz", 20003, ""),
        ("mj-v7-upscaling", _CODE, ": did you mean 'mj-v7-upscale'?"),
    ],
)
def test_a_model_that_nobody_knows_is_refused_in_the_code_of_its_family(model, code, hint):
    """An unknown id is a value that is not allowed; the nearest known one is named."""
    with pytest.raises(InvalidRequest) as no:
        catalog.read({"model": model, "prompt": "a cat"})

    assert (code, f"unknown model {model!r}{hint}") == (no.value.code, no.value.message)


def test_unchecked_lets_unknown_flags_through_and_nothing_else():
    """A flag that is newer than we are can be sent on demand; a broken one cannot."""
    newer = {"model": "mj-v7", "prompt": "a cat --brandnew 3"}

    with pytest.raises(InvalidRequest):
        catalog.read(newer)
    request = catalog.read(newer, unchecked=True)
    with pytest.raises(InvalidRequest):
        catalog.read({"model": "mj-v7", "prompt": "a cat --s 1001 --brandnew 3"}, unchecked=True)

    assert newer == request.body()


# The table of the page, and that the bodies leave nothing of it out.


def test_the_family_is_the_one_of_the_page():
    """Twelve model ids, each spoken for by one class."""
    known = [model for kind in _FAMILY for model in catalog.models_of(kind)]

    assert sorted(_DATA["models"]) == sorted(known)


@_EVERY_MODEL
def test_a_class_has_the_fields_of_its_row_and_no_others(model):
    """Required fields, defaults and whether there is a prompt are as the page's tables say."""
    row, fields = _DATA["models"][model], dict(_class(model).model_fields)
    del fields["model"]
    prompt = fields.pop("prompt", None)

    required = [name for name, info in fields.items() if info.is_required()]
    defaults = {name: info.default for name, info in fields.items() if not info.is_required()}

    assert row["prompt"] == _need(prompt)
    assert sorted(row["required"]) == sorted(required)
    assert row["defaults"] == defaults


def _need(prompt: FieldInfo | None) -> str:
    if prompt is None:
        return "none"
    return "required" if prompt.is_required() else "optional"


@_EVERY_MODEL
def test_the_bodies_have_every_field_and_every_word_that_it_takes(model):
    """No row of the page is without a body that goes over the wire."""
    kind = _class(model)
    wanted = {(name, word) for name in kind.model_fields for word in _words(kind, name)}

    sent = {pair for body in _VALID if model == body["model"] for pair in _pairs(body)}

    assert set() == wanted - sent


def _words(kind: type[catalog.ImageRequest], name: str) -> tuple[str | None, ...]:
    """What a field may be, or None for a field of many values."""
    annotation = kind.model_fields[name].annotation
    return get_args(annotation) if Literal is get_origin(annotation) else (None,)


def _pairs(body: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Each field of a body, with its value and without."""
    params = body.get("model_params")
    for name, value in (body | (params if isinstance(params, dict) else {})).items():
        yield name, None
        if isinstance(value, str):
            yield name, value


@_EVERY_MODEL
def test_the_broken_bodies_miss_every_required_field_once(model):
    """Each required field has a body that lacks nothing else."""
    row = _DATA["models"][model]
    needed = {*row["required"], *(["prompt"] if row["prompt"] == "required" else [])}

    lacking = [
        needed - {name for name, _ in _pairs(broken["body"])}
        for broken in _DATA["invalid"]
        if model == broken["body"]["model"]
    ]

    assert [] == [name for name in needed if {name} not in lacking]


@pytest.mark.parametrize("kind", catalog.REQUESTS, ids=lambda kind: kind.__name__)
def test_every_request_class_answers_to_its_nick_and_its_models(kind):
    """A class is found by what one types and by each model id that it speaks for."""
    by_nick = catalog.find(kind.nick, kind.provider)

    assert kind is by_nick
    assert catalog.models_of(kind)


@pytest.mark.parametrize(
    "body",
    [
        {"model": "wan2.7-image", "prompt": "a cat", "size": "\ud800"},
        {"model": "wan2.7-image", "prompt": "a cat", "resolution": "\udfff"},
        {"model": "gpt-image-2-official", "prompt": "a cat", "size": "16:9\ud800"},
        {"model": "mj-v7", "prompt": "a cat --ar \ud800"},
        {"model": "mj-v7", "prompt": "a cat --nothing\ud800"},
    ],
    ids=ascii,
)
def test_half_of_a_character_is_refused_in_words_that_can_be_shown(body):
    """JSON may hold one; a complaint about it can be written anywhere."""
    with pytest.raises(InvalidRequest) as no:
        catalog.read(body)

    assert no.value.message.encode("utf-8")
    assert no.value.code in (20003, _CODE)
