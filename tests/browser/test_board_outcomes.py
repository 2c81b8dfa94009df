"""What people decide about a submit: adopt its task, send it or cancel it; on the board."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from reapi_nb.errors import OutcomeUnknown, ReapiError, Unauthorized
from reapi_nb.job import Status
from reapi_nb.notebook import drawing
from reapi_nb.session import Job
from tests.browser.board_stage import Stage, open_stage, view, waiting
from tests.samples import job as sample

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.asyncio(loop_scope="module")

ADOPT = "Adopt a task id 3f2a9c"


@pytest_asyncio.fixture(loop_scope="module")
async def stage(browser: Browser) -> AsyncIterator[Stage]:
    stage = await open_stage(browser)
    yield stage
    await stage.page.context.close()


def _standing(status: Status, error: ReapiError | None = None) -> dict[str, Any]:
    """A strip with the buttons that Python gives to a job in this state."""
    made = Job(sample(job_id="3f2a9c77", status=status, error=error))
    return waiting(
        status=status.value,
        status_text=status.facts.says,
        tone="warn",
        busy=status.facts.moving,
        error=drawing._error(error) if error else None,
        actions=drawing._actions(made, "~88 credits"),
        task_id=None,
    )


def _unknown() -> dict[str, Any]:
    return _standing(Status.UNKNOWN, OutcomeUnknown("the connection was lost"))


def _button(stage: Stage, name: str) -> Locator:
    return stage.board.get_by_role("button", name=name, exact=True)


def _field(stage: Stage) -> Locator:
    return stage.board.get_by_role("textbox", name="Task id", exact=True)


async def test_an_unknown_outcome_can_be_adopted(stage: Stage):
    """A small field takes the task id, Enter sends it, and it costs nothing."""
    await stage.tell(view(_unknown()))
    for name in ("Send again (new charge) 3f2a9c", "Forget 3f2a9c"):
        await expect(_button(stage, name)).to_be_visible()

    await _button(stage, ADOPT).focus()
    await stage.page.keyboard.press("Enter")
    await expect(_field(stage)).to_be_focused()
    await stage.page.keyboard.type(" task_ab12 ")
    await stage.page.keyboard.press("Enter")

    [press] = await stage.sent("press")
    nonce = press.pop("nonce")
    asked = {"action": "adopt", "job": "j_one", "number": None, "fields": {"task_id": "task_ab12"}}
    assert {"kind": "press", **asked} == press
    assert not {"Enter", "t", "a"} & set(await stage.text("() => leaks"))
    await stage.tell(view(_unknown(), acks=(nonce,)))
    await expect(_field(stage)).to_have_count(0)


async def test_a_task_id_that_is_refused_can_be_mended(stage: Stage):
    """The reason is one line under the field, and what was typed stays."""
    await stage.tell(view(_unknown()))
    await _button(stage, ADOPT).click()
    await _field(stage).fill("task_b")
    await stage.page.keyboard.press("Enter")
    [press] = await stage.sent("press")

    refusals = {press["nonce"]: "'task_b' is no task id"}
    await stage.tell(view(_unknown(), acks=(press["nonce"],), refusals=refusals))

    alert = stage.board.get_by_role("alert").filter(visible=True)
    await expect(alert).to_have_text("'task_b' is no task id")
    field, told = await _field(stage).bounding_box(), await alert.bounding_box()
    assert field
    assert told
    assert field["y"] + field["height"] <= told["y"]
    assert told["height"] < 30
    await expect(_field(stage)).to_have_value("task_b")
    await expect(_field(stage)).to_be_focused()
    await stage.page.keyboard.press("End")
    await stage.page.keyboard.type("2")
    await stage.page.keyboard.press("Enter")
    assert "task_b2" == (await stage.sent("press"))[-1]["fields"]["task_id"]


async def test_escape_leaves_the_field_and_keeps_what_was_typed(stage: Stage):
    """The focus goes back to the button; nothing is sent, also not an empty field."""
    await stage.tell(view(_unknown()))
    await _button(stage, ADOPT).click()
    await stage.page.keyboard.press("Enter")
    await stage.page.keyboard.type("task_c")
    await stage.page.keyboard.press("Escape")

    await expect(_field(stage)).to_have_count(0)
    await expect(_button(stage, ADOPT)).to_be_focused()
    assert [] == await stage.sent("press")
    await _button(stage, ADOPT).click()
    await expect(_field(stage)).to_have_value("task_c")


async def test_what_was_not_sent_can_be_sent_or_cancelled(stage: Stage):
    """Cancel stands beside Send; a queue that stands still says why."""
    await stage.tell(view(_standing(Status.HELD, Unauthorized("bad key", code=20001))))

    await expect(_button(stage, "Send 3f2a9c")).to_be_visible()
    await expect(stage.board.get_by_text("bad key")).to_be_visible()
    await _button(stage, "Cancel 3f2a9c").click()

    [press] = await stage.sent("press")
    assert ("cancel", None) == (press["action"], press["number"])


async def test_a_job_in_line_offers_cancel_after_a_moment(stage: Stage):
    """What is sent in the next moment does not flash a button first."""
    await stage.tell(view(_standing(Status.QUEUED)))
    cancel = _button(stage, "Cancel 3f2a9c")

    assert "rb-late" == await stage.text(
        "() => getComputedStyle(el.querySelector('.rb-foot .rb-actions')).animationName"
    )
    await expect(cancel).to_be_visible()
