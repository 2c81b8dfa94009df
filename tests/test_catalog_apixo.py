"""Midjourney at APIXO, client and sandbox, held against bodies copied by hand from its page."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from itertools import product

import pytest

from reapi_nb import catalog
from reapi_nb.sandbox.ledger import FILE, Ledger
from tests.sandboxes import Sandbox
from tests.witness import left_out, long_prompt, page, refusal, sent, spoken, text, why

_APIXO, _ANSWERS = page("apixo_midjourney"), page("apixo_answers")
_CODE = _APIXO["invalid_code"]
_VALID, _DEFAULTED, _INVALID = _APIXO["valid"], _APIXO["defaulted"], _APIXO["invalid"]
_EVERY_MODE = pytest.mark.parametrize("mode", _APIXO["modes"])
_EVERY_VALID = pytest.mark.parametrize("row", _VALID, ids=why)
_EVERY_DEFAULTED = pytest.mark.parametrize("row", _DEFAULTED, ids=why)
_EVERY_INVALID = pytest.mark.parametrize("row", _INVALID, ids=why)
_KINDS = [kind for kind in catalog.REQUESTS if "apixo" == kind.provider]
_ENVELOPE = {"request_type", "callback_url", "provider", "mode"}
"""What every mode has, beside its own fields."""


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    with closing(Ledger(tmp_path_factory.mktemp("apixo") / FILE)) as ledger:
        yield Sandbox(ledger)


async def _post(sandbox, body):
    """Status and answer of a submit."""
    answer = await sandbox.ask("POST", _APIXO["path"], json=body)
    return answer.status_code, answer.json()


async def _look(sandbox, task_id):
    answer = await sandbox.ask("GET", _APIXO["status_path"], params={"taskId": task_id})
    return answer.status_code, answer.json()


async def _taken(sandbox, body):
    """The task id of a body that is surely accepted."""
    status, answer = await _post(sandbox, body)
    assert 200 == status, answer
    return answer["data"]["taskId"]


async def _with_the_pages_parent(sandbox):
    """Vary and upscale build on a finished task called task_xxx."""
    for task_id, body in _APIXO["parents"].items():
        if sandbox.ledger.entry(task_id) is None:
            made = sandbox.ledger.entry(await _taken(sandbox, body))
            sandbox.clock.now += 3600
            sandbox.ledger.charge(replace(made, task_id=task_id))


def _in_mode(mode, prompt):
    """A body of a mode with these words, from the rows."""
    body = next(row["body"] for row in _VALID if mode == row["body"]["input"]["mode"])
    return {**body, "input": {**body["input"], "prompt": prompt}}


@_EVERY_VALID
def test_a_documented_body_goes_over_the_wire_unchanged(row):
    """Nothing is added to a body of the page and nothing is left out."""
    request = catalog.read(row["body"], "apixo")

    assert text(row["body"]) == text(request.body())


@_EVERY_DEFAULTED
def test_what_is_left_out_is_sent_all_the_same(row):
    """The kind of request and the number of a picture are never left to the server."""
    request = catalog.read(row["body"], "apixo")

    assert text(row["sent"]) == text(request.body())


@_EVERY_INVALID
def test_a_broken_body_is_refused_with_the_documented_code(row):
    """What the page forbids is refused before anything is sent, as 400."""
    assert _CODE == refusal(row["body"], "apixo")


@pytest.mark.parametrize("row", [*_VALID, *_DEFAULTED], ids=why)
async def test_the_sandbox_keeps_a_documented_body_as_it_came(sandbox, row):
    """Every body of the page becomes a task whose row has the same body, defaults left out."""
    await _with_the_pages_parent(sandbox)

    task_id = await _taken(sandbox, row["body"])

    assert text(row["body"]) == text(sandbox.ledger.entry(task_id).body)


@_EVERY_INVALID
async def test_the_sandbox_refuses_a_broken_body_and_charges_nothing(sandbox, row):
    """What the page forbids is 400 by status and by code, and no row in the ledger."""
    await _with_the_pages_parent(sandbox)
    before = sandbox.ledger.entries()

    status, answer = await _post(sandbox, row["body"])

    assert (400, _CODE) == (status, answer["code"])
    assert list(_ANSWERS["error"]["body"]) == list(answer)
    assert before == sandbox.ledger.entries()


@pytest.mark.parametrize("mode", ["text-to-image", "image-to-image", "upload-paint", "vary"])
@pytest.mark.parametrize("row", _APIXO["prompts"], ids=why)
async def test_a_prompt_is_as_long_as_elsewhere(sandbox, mode, row):
    """8192 UTF-16 units and no more, in every mode that has words."""
    await _with_the_pages_parent(sandbox)
    body = _in_mode(mode, long_prompt(row))

    status, answer = await _post(sandbox, body)

    assert (None if row["fits"] else _CODE) == refusal(body, "apixo")
    assert (200 if row["fits"] else 400, 200 if row["fits"] else _CODE) == (status, answer["code"])


@pytest.mark.parametrize("parent", ["task_nobody", "task_xxx "])
@pytest.mark.parametrize("mode", ["vary", "upscale"])
async def test_a_parent_that_is_not_there_is_refused(sandbox, mode, parent):
    """An edit of a task that the sandbox does not know costs nothing."""
    before = sandbox.ledger.entries()

    status, answer = await _post(
        sandbox,
        {"request_type": "async", "input": {"mode": mode, "taskId": parent, "imageIndex": 0}},
    )

    assert (400, _CODE) == (status, answer["code"])
    assert before == sandbox.ledger.entries()


@pytest.mark.parametrize(("mode", "pictures"), [("text-to-image", 4), ("vary", 4), ("upscale", 1)])
async def test_a_task_completes_with_its_pictures_in_a_string(sandbox, mode, pictures):
    """Submit and look have the documented fields; `resultJson` is JSON inside a string."""
    await _with_the_pages_parent(sandbox)
    submitted, done = (_ANSWERS[name]["body"] for name in ("submit", "success"))
    body = next(row["body"] for row in _VALID if mode == row["body"]["input"]["mode"])

    _, made = await _post(sandbox, body)
    sandbox.clock.now += 3600
    status, answer = await _look(sandbox, made["data"]["taskId"])

    assert list(submitted) == list(made)
    assert list(submitted["data"]) == list(made["data"])
    assert (200, 200, "success") == (status, answer["code"], answer["data"]["state"])
    assert set(done["data"]) == set(answer["data"])
    assert pictures == len(json.loads(answer["data"]["resultJson"])["resultUrls"])
    took = answer["data"]["completeTime"] - answer["data"]["createTime"]
    assert took == answer["data"]["costTime"]


async def test_a_failed_task_comes_with_status_and_code_200(sandbox):
    """Its failure is in the data: a state, a documented code and a message."""
    task_id = await _taken(sandbox, _in_mode("text-to-image", "a cat (sandbox: policy)"))
    sandbox.clock.now += 3600

    status, answer = await _look(sandbox, task_id)

    assert (200, 200, "failed") == (status, answer["code"], answer["data"]["state"])
    assert set(_ANSWERS["failed"]["body"]["data"]) <= set(answer["data"])
    assert answer["data"]["failCode"] in [row["code"] for row in _ANSWERS["fail_codes"]]


@pytest.mark.parametrize("speed", _APIXO["latency"])
def test_a_request_takes_as_long_as_the_page_says(speed):
    """Fast and turbo, in seconds."""
    body = _in_mode("text-to-image", "a cat")
    body["input"]["speed"] = speed

    request = catalog.read(body, "apixo")

    assert _APIXO["latency"][speed] == list(request.latency())


# The lists of the page, and that the bodies leave nothing of them out.


def _class(mode):
    body = next(row["body"] for row in _VALID if mode == row["body"]["input"]["mode"])
    return type(catalog.read(body, "apixo"))


def _of_mode(mode):
    return [row for row in _VALID if mode == row["body"]["input"]["mode"]]


def test_the_classes_speak_for_the_modes_of_the_page():
    """Five modes, each spoken for by one class, and no class without one."""
    assert set(_KINDS) == set(map(_class, _APIXO["modes"]))
    assert sorted(_APIXO["modes"]) == sorted(mode for kind in _KINDS for mode in _modes(kind))


def _modes(kind):
    return [json.loads(word) for name, word in spoken(kind) if "mode" == name]


@pytest.mark.parametrize("kind", _KINDS, ids=lambda kind: kind.__name__)
def test_a_class_has_the_fields_of_its_modes_and_no_others(kind):
    """Fields, what its modes have in common as required, and the defaults of the page."""
    rows = [_APIXO["modes"][mode] for mode in _modes(kind)]
    fields = {wire: kind.model_fields[name] for name, wire in kind.wire_names().items()}

    required = {name for name, info in fields.items() if info.is_required()}
    defaults = {name: fields[name].default for name in _APIXO["defaults"] if name in fields}

    assert _ENVELOPE | {name for row in rows for name in row["fields"]} == set(fields)
    assert set.intersection(*(set(row["required"]) for row in rows)) == required
    assert {name: _APIXO["defaults"][name] for name in defaults} == defaults


@_EVERY_MODE
def test_the_bodies_have_every_field_and_every_word(mode):
    """No field of a mode, no documented word and no end of a range is without a body."""
    row = _APIXO["modes"][mode]
    words = {name: of for name, of in _APIXO["words"].items() if name in row["fields"]}
    if "image-to-image" == mode:  # its own list leaves them out: one body has them all
        words = {name: words[name] for name in ("version", "speed")}

    seen = {name for of in _of_mode(mode) for name, _ in sent(of["body"], "input")}

    assert set() == {*_ENVELOPE, *row["fields"]} - seen
    assert [] == left_out(_of_mode(mode), words, "input")
    assert [] == left_out(_of_mode(mode), {"type": _APIXO["types"].get(mode, [])}, "input")
    assert [] == left_out(_of_mode(mode), _APIXO["top"])


@pytest.mark.parametrize("kind", _KINDS, ids=lambda kind: kind.__name__)
def test_the_bodies_have_every_word_that_a_class_knows(kind):
    """A word that nobody sent over the wire is a word that nobody vouches for."""
    bodies = [of["body"] for mode in _modes(kind) for of in _of_mode(mode)]

    seen = {pair for body in bodies for pair in sent(body, "input")}

    assert set() == set(spoken(kind)) - seen


@pytest.mark.parametrize(
    ("mode", "name"),
    [pair for mode, row in _APIXO["modes"].items() for pair in product([mode], row["required"])],
)
def test_the_broken_bodies_miss_every_required_field_once(mode, name):
    """Each required field has a body that lacks nothing else."""
    whole = [text(_without(row["body"], name)) for row in _of_mode(mode)]

    assert [] != [row for row in _INVALID if text(row["body"]) in whole]


def _without(body, name):
    inside = {key: value for key, value in body["input"].items() if name != key}
    return {**body, "input": inside}
