"""Wan 2.7, client and sandbox, held against bodies copied by hand from its page."""

from __future__ import annotations

from contextlib import closing
from itertools import product

import pytest

from reapi_nb import catalog
from reapi_nb.sandbox.ledger import FILE, Ledger
from tests.sandboxes import Sandbox
from tests.witness import judged, left_out, long_prompt, page, refusal, sent, spoken, text, why

_WAN = page("wan_2_7")
_MODELS = list(_WAN["models"])
_EVERY_MODEL = pytest.mark.parametrize("model", _MODELS)
_EVERY_VALID = pytest.mark.parametrize(
    "body",
    [*_WAN["examples"].values(), *(row["body"] for row in _WAN["valid"])],
    ids=[*_WAN["examples"], *map(why, _WAN["valid"])],
)
_EVERY_INVALID = pytest.mark.parametrize("row", _WAN["invalid"], ids=why)
_EVERY_LENGTH = pytest.mark.parametrize("row", _WAN["prompts"], ids=why)

_SHAPES = {
    "text": {"prompt": "a cat"},
    "edit": {"prompt": "a hat", "image_urls": ["https://example.com/cat.png"]},
    "group": {"prompt": "a cat", "enable_sequential": True},
}
"""What makes a request one of a mode: there is no mode field."""

_EVERY_GEAR = pytest.mark.parametrize(
    ("model", "mode", "field", "gear"),
    [
        *product(_MODELS, _SHAPES, ["resolution"], ["1K", "1k", "2K", "2k", "4K", "4k"]),
        *product(_MODELS, _SHAPES, ["size"], ["1K", "2K", "4K"]),
    ],
)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    with closing(Ledger(tmp_path_factory.mktemp("wan") / FILE)) as ledger:
        yield Sandbox(ledger)


@_EVERY_VALID
def test_a_documented_body_goes_over_the_wire_unchanged(body):
    """Nothing is added to a body of the page and nothing is left out."""
    request = catalog.read(body)

    assert text(body) == text(request.body())


@_EVERY_INVALID
def test_a_broken_body_is_refused_with_the_apis_code(row):
    """Missing is 20002, too long 20007, everything else 20003, before anything is sent."""
    assert row["code"] == refusal(row["body"])


@_EVERY_VALID
async def test_the_sandbox_keeps_a_documented_body_as_it_came(sandbox, body):
    """Every body of the page becomes a task whose row has the same body."""
    task_id = await sandbox.submit(body)

    assert text(body) == text(sandbox.ledger.entry(task_id).body)


@_EVERY_INVALID
async def test_the_sandbox_refuses_a_broken_body_and_charges_nothing(sandbox, row):
    """What the page forbids is a 400 with the same code, and no row in the ledger."""
    before = sandbox.ledger.entries()

    refusal = await sandbox.refused(row["body"])

    assert (400, row["code"]) == refusal
    assert before == sandbox.ledger.entries()


@_EVERY_LENGTH
@pytest.mark.parametrize("shape", ["text", "edit", "group"])
async def test_a_prompt_is_as_long_as_the_page_allows(sandbox, row, shape):
    """5000 UTF-16 units and no more, in every mode; only an edit can do without words."""
    body = {"model": "wan2.7-image", **_SHAPES[shape], "prompt": long_prompt(row)}
    code = None if "edit" == shape and 20002 == row["code"] else row["code"]

    assert {code} == await judged(sandbox, body)


@_EVERY_GEAR
async def test_a_tier_has_the_gears_of_its_row_and_no_others(sandbox, model, mode, field, gear):
    """4K is for the pro tier, from text and alone, wherever the gear is written."""
    body = {"model": model, **_SHAPES[mode], field: gear}

    code = None if gear.upper() in _WAN["tiers"][model][mode] else 20003

    assert {code} == await judged(sandbox, body)


@pytest.mark.parametrize("body", _WAN["examples"].values(), ids=_WAN["examples"])
async def test_an_example_completes_with_as_many_pictures_as_it_asks_for(sandbox, body):
    """`n` pictures, and one where nothing is said."""
    task = await sandbox.look(await sandbox.completed(body))

    assert "completed" == task["status"]
    assert body.get("n", 1) == len(task["output"]["image_urls"])


@pytest.mark.parametrize(("n", "grouped"), [(1, False), (4, False), (5, True), (12, True)])
async def test_n_is_how_many_pictures_there_are(sandbox, n, grouped):
    """Both ends of both ranges: the request expects them, and the sandbox makes them."""
    body = {"model": "wan2.7-image", "prompt": "a cat", "n": n, "enable_sequential": grouped}

    task = await sandbox.look(await sandbox.completed(body))

    assert n == catalog.read(body).makes() == len(task["output"]["image_urls"])


# The table of the page, and that the bodies leave nothing of it out.


def _class(model):
    return next(kind for kind in catalog.REQUESTS if model in catalog.models_of(kind))


def test_the_family_is_the_one_of_the_page():
    """Two model ids, and one class that speaks for both."""
    kinds = {_class(model) for model in _MODELS}

    assert 1 == len(kinds)
    assert sorted(_MODELS) == sorted(catalog.models_of(kinds.pop()))


@_EVERY_MODEL
def test_a_class_has_the_fields_of_the_page_and_no_others(model):
    """Fields, what is required, and the defaults that the page names."""
    row, kind = _WAN["models"][model], _class(model)
    fields = {name: kind.model_fields[name] for name in kind.wire_names() if "model" != name}

    required = [name for name, info in fields.items() if info.is_required()]
    defaults = {name: info.default for name, info in fields.items() if name in row["defaults"]}

    assert sorted(row["fields"]) == sorted(fields)
    assert row["required"] == required
    assert row["defaults"] == defaults


@_EVERY_MODEL
def test_the_bodies_have_every_field(model):
    """No field of the page is without a body that goes over the wire."""
    seen = {name for row in _WAN["valid"] for name in row["body"] if model == row["body"]["model"]}

    assert set() == {*_WAN["models"][_MODELS[0]]["fields"]} - seen


def test_the_bodies_have_every_word():
    """Every documented word, both ends of every range, and every word that the class knows."""
    seen = {pair for row in _WAN["valid"] for pair in sent(row["body"])}

    assert [] == left_out(_WAN["valid"], _WAN["words"])
    assert set() == set(spoken(_class(_MODELS[0]))) - seen


@_EVERY_MODEL
def test_the_broken_bodies_miss_the_required_prompt_and_nothing_else(model):
    """Without images a prompt is required: a body lacks only that."""
    lacking = [row for row in _WAN["invalid"] if {"model": model} == row["body"]]

    assert [20002] == [row["code"] for row in lacking]


@pytest.mark.parametrize("error", _WAN["errors"], ids=lambda error: error["trigger"])
def test_every_error_that_the_page_names_has_its_broken_body(error):
    """The page's list of invalid inputs is held by at least one row each."""
    known = {row["why"]: row["code"] for row in _WAN["invalid"]}

    assert {20003} == {known[name] for name in error["rows"]}
