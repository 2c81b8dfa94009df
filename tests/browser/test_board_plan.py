"""What people decide on: a plan before it is paid, and what only they can know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from tests.browser.board_stage import Stage, button, open_stage, plan, strip, view

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.asyncio(loop_scope="module")

_QUESTION = {
    "text": "#3 is missing. How are pictures counted?",
    "choices": [
        button("count/slot", "By place", name="By place 3f2a9c", cost="", paid=False),
        button("count/position", "By order", name="By order 3f2a9c", cost="", paid=False),
    ],
}


@pytest_asyncio.fixture(loop_scope="module")
async def stage(browser: Browser) -> AsyncIterator[Stage]:
    stage = await open_stage(browser)
    yield stage
    await stage.page.context.close()


def _card(stage: Stage) -> Locator:
    return stage.board.get_by_role("group", name="3 requests", exact=True)


def _run(stage: Stage) -> Locator:
    return stage.board.get_by_role("button", name="Run 3 requests")


async def test_a_plan_tells_everything_before_it_is_paid(stage: Stage):
    """How many, what they cost, each of them, and that nothing is sent yet; above all strips."""
    await stage.tell(view(strip(), plan=plan()))

    for text in ("3 requests", "nothing is sent yet", "a fox on a roof"):
        await expect(_card(stage).get_by_text(text, exact=True)).to_be_visible()
    facts = "1 from the library · ~176 credits (rates of 2026-07-28)"
    await expect(_card(stage).get_by_text(facts)).to_be_visible()
    lines = _card(stage).get_by_role("list", name="Requests").get_by_role("listitem")
    assert ["a cat on a roof0 credits", "a dog on a roof~88", "a fox on a roof~88"] == (
        await lines.all_text_contents()
    )
    await expect(_run(stage)).to_contain_text("~176 credits")
    card = await _card(stage).bounding_box()
    first = await stage.board.get_by_role("group", name="mj 3f2a9c").bounding_box()
    assert card["y"] + card["height"] <= first["y"]


async def test_a_plan_is_run_once(stage: Stage):
    """Run is a paid press of the board itself: two clicks are one message, and it stays locked."""
    await stage.tell(view(plan=plan()))

    await _run(stage).dblclick()

    [press] = await stage.sent("press")
    nonce = press.pop("nonce")
    assert {"kind": "press", "action": "run", "job": "", "number": None} == press
    await expect(_run(stage)).to_have_attribute("aria-busy", "true")
    await stage.tell(view(plan=plan(), acks=(nonce,)))
    await expect(_run(stage)).not_to_have_attribute("aria-busy", "true")


async def test_a_plan_is_never_run_again_by_time(browser: Browser):
    """A kernel that says nothing may still have sent it all."""
    stage = await open_stage(browser)
    await stage.page.clock.install()
    await stage.tell(view(plan=plan()))
    await _run(stage).click()

    await stage.page.clock.run_for(120_000)
    await _run(stage).click(force=True)

    assert 1 == len(await stage.sent("press"))
    await expect(_run(stage)).to_have_text("waiting for the kernel…")
    await stage.page.context.close()


async def test_a_plan_can_be_dropped(stage: Stage):
    """Drop is a press of its own, and free."""
    await stage.tell(view(plan=plan()))

    await stage.board.get_by_role("button", name="Drop").click()

    [press] = await stage.sent("press")
    assert ("drop", "", None) == (press["action"], press["job"], press["number"])


async def test_a_refused_run_says_why_and_may_be_pressed_again(stage: Stage):
    """The reason stays in the card until the plan is gone."""
    await stage.tell(view(plan=plan()))
    await _run(stage).click()
    [press] = await stage.sent("press")

    nonce = press["nonce"]
    told = view(plan=plan(), acks=(nonce,), refusals={nonce: "the plan is over the cap of today"})
    await stage.tell(told)
    await stage.tell(told)

    await expect(_card(stage).get_by_role("alert")).to_have_text(
        "the plan is over the cap of today"
    )
    await expect(_run(stage)).not_to_have_attribute("aria-disabled", "true")
    await stage.tell(view(plan=plan(state="dropped", state_text="dropped", actions=[])))
    await expect(_card(stage).get_by_role("alert")).to_be_hidden()


@pytest.mark.parametrize("state", ["sent", "dropped"])
async def test_a_plan_that_is_decided_is_one_line(stage: Stage, state: str):
    """Its requests stand below as strips, or are gone; the card only says so."""
    await stage.tell(view(strip(), plan=plan()))

    await stage.tell(view(strip(), plan=plan(state=state, state_text=f"{state} just now")))

    await expect(_card(stage)).to_contain_text(f"{state} just now")
    await expect(_card(stage).get_by_role("button")).to_have_count(0)
    await expect(_card(stage).get_by_text("a fox on a roof")).to_be_hidden()
    assert 50 > (await _card(stage).bounding_box())["height"]


async def test_a_long_plan_scrolls_in_its_card(stage: Stage):
    """Eight requests or so are seen at once; the keyboard reaches the rest."""
    lines = [{"text": f"a cat number {at}", "cost": "~88"} for at in range(60)]
    await stage.tell(view(plan=plan(lines=lines)))
    requests = stage.board.get_by_role("list", name="Requests")

    await requests.focus()
    await stage.page.keyboard.press("End")

    await expect(stage.board.get_by_text("a cat number 59", exact=True)).to_be_in_viewport()
    await expect(requests).to_have_attribute("tabindex", "0")
    assert 8 * 20 < (await requests.bounding_box())["height"] < 10 * 22
    assert [] == await stage.text("() => leaks")


async def test_the_focus_stays_on_the_board_when_its_button_goes(stage: Stage):
    """Running a plan by keyboard leaves nobody outside, and not on a button that costs money."""
    await stage.tell(view(strip(), plan=plan()))
    await _run(stage).focus()
    await stage.page.keyboard.press("Enter")

    await stage.tell(view(strip(), plan=plan(state="sent", state_text="sent", actions=[])))
    await expect(stage.board).to_be_focused()
    await stage.page.keyboard.press("Enter")
    await stage.page.keyboard.press("Tab")

    assert 1 == len(await stage.sent("press"))
    assert await stage.text("() => el.firstChild.contains(document.activeElement)")
    assert not await stage.text("() => el.firstChild.hasAttribute('tabindex')")


async def test_news_of_a_plan_leave_the_rest_alone(stage: Stage):
    """A plan that comes or goes moves no focus of a strip."""
    await stage.tell(view(strip()))
    await stage.board.get_by_role("button", name="Vary subtle 2").focus()

    await stage.tell(view(strip(), plan=plan()))
    await stage.tell(view(strip()))

    await expect(_card(stage)).to_have_count(0)
    await expect(stage.board.get_by_role("button", name="Vary subtle 2")).to_be_focused()


@pytest.mark.parametrize(
    ("name", "action"), [("By place", "count/slot"), ("By order", "count/position")]
)
async def test_a_question_is_answered_by_one_of_its_choices(stage: Stage, name: str, action: str):
    """Each choice is a whole button of its own; the answer is a press of the job."""
    await stage.tell(view(strip(question=_QUESTION)))
    note = stage.board.get_by_role("group", name="mj 3f2a9c").get_by_role("note")
    await expect(note.get_by_text("#3 is missing. How are pictures counted?")).to_be_visible()
    words = note.locator("button span:not(.rb-unseen):visible")
    assert ["By place", "By order"] == await words.all_inner_texts()

    await note.get_by_role("button", name=name).click()

    [press] = await stage.sent("press")
    assert (action, "j_one", None) == (press["action"], press["job"], press["number"])
    await stage.tell(view(strip(question=None), acks=(press["nonce"],)))
    await expect(stage.board.get_by_role("note")).to_have_count(0)


async def test_what_a_plan_or_a_question_says_stays_text(stage: Stage):
    """A prompt that looks like markup is shown letter by letter."""
    bad = '<img src=x onerror="window.owned=1">'
    lines = [{"text": bad, "cost": bad}]
    told = plan(title=bad, facts=[bad], lines=lines, state_text=bad)
    await stage.tell(view(strip(question={"text": bad, "choices": []}), plan=told))

    await expect(stage.board.get_by_text(bad)).to_have_count(6)
    assert await stage.text("() => window.owned === undefined && !el.querySelector('[onerror]')")
