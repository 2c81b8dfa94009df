"""What the sandbox's edits build on, and what it charges for them."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from reapi_nb.sandbox.ledger import FILE, Ledger
from tests.sandboxes import CAT, Sandbox

_MJ = json.loads((Path(__file__).parent / "data" / "midjourney_v7.json").read_text("utf-8"))
_FIRST = {row["body"]["model"]: row["body"] for row in reversed(_MJ["valid"])}
"""The first body of the page for each model."""

DRAFT = {**CAT, "model_params": {"speed": "draft"}}
FROM_PICTURE = [model for model, row in _MJ["models"].items() if "task_id" in row["required"]]
REFUSED = (400, "INVALID_REQUEST")

# At normal speed.
BILLS = {
    "mj-v7": 88,
    "mj-v7-pan": 88,
    "mj-v7-outpaint": 88,
    "mj-v7-enhance": 88,
    "mj-v7-remove-bg": 88,
    "mj-v7-upscale": 131,
    "mj-v7-variation": 131,
    "mj-v7-remix": 131,
    "mj-v7-inpaint": 131,
    "mj-v7-edit": 131,
    "mj-v7-retexture": 131,
    "mj-v7-upload-paint": 131,
}


@pytest.fixture
def sandbox(home):
    with closing(Ledger(home / FILE)) as ledger:
        yield Sandbox(ledger)


def built_on(model, task_id, **params):
    """The page's body of a model, with another parent."""
    body = _FIRST[model]
    if "task_id" not in body.get("model_params", {}):
        return body
    return {**body, "model_params": {**body["model_params"], "task_id": task_id, **params}}


async def parent_of(sandbox, model):
    """A finished task that the model may build on."""
    return await sandbox.completed(DRAFT if model == "mj-v7-enhance" else CAT)


@pytest.mark.parametrize("model", FROM_PICTURE)
async def test_every_edit_of_a_task_needs_a_completed_task_of_the_same_key(sandbox, model):
    """Unknown, unfinished, failed and foreign parents are refused, and cost nothing."""
    failed = await sandbox.submit({"model": "mj-v7", "prompt": "a cat (sandbox: fail)"})
    foreign = await parent_of(Sandbox(sandbox.ledger, sandbox.clock, key="other-key"), model)
    young = await sandbox.submit(DRAFT)
    before = sandbox.ledger.entries()

    refusals = [
        await sandbox.refused(built_on(model, task_id))
        for task_id in ("task_1", failed, foreign, young)
    ]

    assert [REFUSED] * 4 == refusals
    assert before == sandbox.ledger.entries()


@pytest.mark.parametrize("model", FROM_PICTURE)
async def test_every_edit_of_a_task_may_leave_image_number_out(sandbox, model):
    """Its documented default is 0, and nothing is filled in."""
    body = built_on(model, await parent_of(sandbox, model))
    del body["model_params"]["image_number"]

    task_id = await sandbox.submit(body)

    assert body == sandbox.ledger.entry(task_id).body


@pytest.mark.parametrize("speed", ["fast", "turbo"])
async def test_enhance_takes_drafts_only(sandbox, speed):
    """A parent made at another speed is refused, and costs nothing; a draft is enhanced."""
    finished = await sandbox.completed({**CAT, "model_params": {"speed": speed}})
    draft = await sandbox.completed(DRAFT)
    before = sandbox.ledger.entries()

    refusal = await sandbox.refused(built_on("mj-v7-enhance", finished))
    after = sandbox.ledger.entries()
    enhanced = await sandbox.submit(built_on("mj-v7-enhance", draft))

    assert (REFUSED, before) == (refusal, after)
    assert "mj-v7-enhance" == sandbox.ledger.entry(enhanced).model


async def test_an_edit_of_an_edit_is_no_draft(sandbox):
    """What a draft was made into is a draft no more."""
    varied = await sandbox.completed(built_on("mj-v7-variation", await sandbox.completed(DRAFT)))

    assert REFUSED == await sandbox.refused(built_on("mj-v7-enhance", varied))


async def test_an_area_may_leave_its_size_out(sandbox):
    """It has the size of its bounding box; the body is kept as it came."""
    mask = {"areas": [{"points": [50, 50, 50, 250, 250, 250, 250, 50]}]}
    body = built_on("mj-v7-inpaint", await sandbox.completed(), mask=mask)

    task_id = await sandbox.submit(body)

    assert body == sandbox.ledger.entry(task_id).body


@pytest.mark.parametrize("model", _MJ["models"])
async def test_every_model_is_charged_by_its_row_of_the_rate_card(sandbox, model):
    """A charge once, when it is accepted, and none of 0."""
    task_id = await sandbox.submit(built_on(model, await parent_of(sandbox, model)))

    assert BILLS[model] == sandbox.ledger.entry(task_id).credits
