"""The catalog, held against bodies copied by hand from the documents."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reapi_nb import catalog
from reapi_nb.errors import InvalidRequest

_DATA = json.loads((Path(__file__).parent / "data" / "midjourney_v7.json").read_text("utf-8"))
_EXAMPLES = _DATA["examples"]
_CODE = _DATA["invalid_code"]
_LONGEST = _DATA["longest_prompt"]


def _prompts(kind: str) -> list[str]:
    return [
        f"a cat {name} {value}".strip()
        for row in _DATA["flags"]
        for name in row["names"]
        for value in row[kind]
    ]


@pytest.mark.parametrize("body", _EXAMPLES.values(), ids=_EXAMPLES)
def test_the_examples_of_the_page_are_read_as_they_are(body):
    """Each example of the documents is a request, and its body is what the page shows."""
    request = catalog.read(body)

    assert body == request.body()


@pytest.mark.parametrize("row", _DATA["valid"], ids=lambda row: row["why"])
def test_a_documented_body_goes_over_the_wire_unchanged(row):
    """Nothing is added to a documented body and nothing is left out."""
    request = catalog.read(row["body"])

    assert row["body"] == request.body()


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


def test_a_model_that_nobody_knows_is_refused():
    """An unknown model id is a value that is not allowed."""
    with pytest.raises(InvalidRequest) as no:
        catalog.read({"model": "mj-v99", "prompt": "a cat"})

    assert 20003 == no.value.code


def test_unchecked_lets_unknown_flags_through_and_nothing_else():
    """A flag that is newer than we are can be sent on demand; a broken one cannot."""
    newer = {"model": "mj-v7", "prompt": "a cat --brandnew 3"}

    with pytest.raises(InvalidRequest):
        catalog.read(newer)
    request = catalog.read(newer, unchecked=True)
    with pytest.raises(InvalidRequest):
        catalog.read({"model": "mj-v7", "prompt": "a cat --s 1001 --brandnew 3"}, unchecked=True)

    assert newer == request.body()


@pytest.mark.parametrize("model", ["mj-v7-variation", "mj-v7-upscale"])
def test_image_number_is_sent_even_when_nobody_chose_it(model):
    """The page says that image_number defaults to 0, so it is said instead of hoped for."""
    request = catalog.read({"model": model, "model_params": {"task_id": "task_xxx"}})

    assert {"task_id": "task_xxx", "image_number": 0} == request.body()["model_params"]


@pytest.mark.parametrize("kind", catalog.REQUESTS, ids=lambda kind: kind.__name__)
def test_every_request_class_answers_to_its_nick_and_its_models(kind):
    """A class is found by what one types and by each model id that it speaks for."""
    by_nick = catalog.find(kind.nick)

    assert kind is by_nick
    assert catalog.models_of(kind)
