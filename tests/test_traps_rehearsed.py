"""Traps of the contract that the sandbox lets one walk into; `test_traps` has the table."""

from __future__ import annotations

from contextlib import closing

import httpx
import pytest

from reapi_nb.sandbox.door import HungUpError
from reapi_nb.sandbox.ledger import FILE, Ledger
from tests.sandboxes import CAT, SUBMIT, Sandbox
from tests.witness import refusal

_A_WEEK_S = 7 * 24 * 3600


@pytest.fixture
def sandbox(home):
    with closing(Ledger(home / FILE)) as ledger:
        yield Sandbox(ledger)


@pytest.mark.parametrize("review", ["three", "packed"])
async def test_trap_7_three_pictures_cost_as_much_as_four(sandbox, review):
    """What review takes out is not refunded."""
    whole = await sandbox.completed(CAT)
    part = await sandbox.completed({**CAT, "prompt": f"a cat (sandbox: {review})"})

    urls = [(await sandbox.look(task))["output"]["image_urls"] for task in (whole, part)]
    bills = [sandbox.ledger.entry(task) for task in (whole, part)]

    assert [4, 3] == list(map(len, urls))
    assert 88 == bills[0].credits == bills[1].credits
    assert not bills[1].refunded


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (CAT | {"speed": "turbo"}, CAT),
        (CAT | {"task_id": "task_x"}, CAT),
        (
            {"model": "wan2.7-image", "prompt": "a cat", "model_params": {"n": 2}},
            {"model": "wan2.7-image", "prompt": "a cat"},
        ),
    ],
    ids=["speed at the top", "a parent at the top", "nested where nothing is"],
)
async def test_trap_18_keys_in_the_wrong_place_are_refused_or_ignored(sandbox, body, kept):
    """Nobody says which: the client refuses, and the sandbox does either."""
    refused = await sandbox.refused(body)
    await sandbox.control("settings", {"unknown_keys": "ignore"})
    task_id = await sandbox.submit(body)

    assert (400, refusal(body)) == refused
    assert refusal(body) is not None
    assert [(task_id, kept)] == [(of.task_id, of.body) for of in sandbox.ledger.entries()]


@pytest.mark.parametrize(
    ("fault", "status", "tasks", "header"),
    [
        ({"kind": "rate_limit", "retry_after": 7}, 429, 0, ("retry-after", "7")),
        ({"kind": "no_credits"}, 402, 0, ("content-type", "application/json")),
        ({"kind": "error_before"}, 500, 0, ("content-type", "application/json")),
        ({"kind": "error_after"}, 500, 1, ("content-type", "application/json")),
        ({"kind": "html"}, 502, 0, ("content-type", "text/html; charset=utf-8")),
        ({"kind": "html", "after": True}, 502, 1, ("content-type", "text/html; charset=utf-8")),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else None,
)
async def test_trap_52_every_refusal_of_a_submit_can_be_rehearsed(
    sandbox, fault, status, tasks, header
):
    """Which of them come after the charge is what matters most."""
    await sandbox.fault("submit", **fault)

    answer = await sandbox.ask("POST", SUBMIT, json=CAT)

    assert status == answer.status_code
    assert header in answer.headers.items()
    assert tasks == len(sandbox.ledger.entries())


async def test_trap_52_a_connection_may_break_after_the_charge(sandbox):
    """No answer comes, and the task is there."""
    await sandbox.fault("submit", "drop")

    with pytest.raises((httpx.TransportError, HungUpError)):
        await sandbox.ask("POST", SUBMIT, json=CAT)

    assert 1 == len(sandbox.ledger.entries())


async def test_trap_52_the_id_may_stand_where_v8_puts_it(sandbox):
    """Another envelope around the same task."""
    await sandbox.fault("submit", "v8_envelope")

    answer = await sandbox.ask("POST", SUBMIT, json=CAT)

    [entry] = sandbox.ledger.entries()
    assert entry.task_id == answer.json()["data"][0]["task_id"]


@pytest.mark.parametrize(
    ("names", "said"), [(None, 20002), (False, "20002"), (True, "MISSING_PARAMETER")]
)
async def test_trap_52_codes_may_be_numbers_or_text(sandbox, names, said):
    """The same refusal in every spelling that the pages have."""
    if names is not None:
        await sandbox.fault("submit", "string_codes", names=names)

    status, code = await sandbox.refused({"model": "wan2.7-image"})

    assert (400, said) == (status, code)


async def test_trap_52_every_end_of_a_task_can_be_rehearsed(sandbox):
    """Failed and refunded, slow, partly filtered in both layouts, expired, unknown."""
    failed, slow, gaps, packed = [
        await sandbox.submit({**CAT, "prompt": f"a cat (sandbox: {fate})"})
        for fate in ("fail", "slow", "three", "packed")
    ]
    sandbox.clock.now += 10

    looks = {task: await sandbox.look(task) for task in (failed, slow, gaps, packed)}
    names = {
        task: [url.rpartition("/")[2] for url in looks[task]["output"]["image_urls"]]
        for task in (gaps, packed)
    }
    await sandbox.control("clock", {"advance": _A_WEEK_S})
    expired = await sandbox.ask("GET", looks[gaps]["output"]["image_urls"][0])
    unknown = await sandbox.ask("GET", "/api/v1/tasks/task_nobody")

    assert ("failed", "processing") == (looks[failed]["status"], looks[slow]["status"])
    assert sandbox.ledger.entry(failed).refunded
    assert ["0.png", "1.png", "3.png"] == names[gaps]
    assert ["0.png", "1.png", "2.png"] == names[packed]
    assert (404, 404) == (expired.status_code, unknown.status_code)
