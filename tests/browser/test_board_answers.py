"""Forms that were sent: refused, late, unanswered, or ended with the board."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.board_forms import (
    button_named,
    fields_of,
    grid,
    only_press,
    open_grid,
    prompt_of,
    type_into,
)
from tests.browser.board_stage import Stage, ask, open_stage, view

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def stage(browser: Browser) -> AsyncIterator[Stage]:
    stage = await open_grid(browser)
    yield stage
    await stage.page.context.close()


async def test_a_refusal_keeps_the_words(stage: Stage):
    """Refused is not lost: the reason is said aloud, the text can be mended and sent again."""
    await type_into(stage, "a bad fox")
    await stage.page.keyboard.press("Control+Enter")
    nonce = (await only_press(stage))["nonce"]

    told = view(grid(), acks=(nonce,), refusals={nonce: "bad is a banned word"})
    await stage.tell(told)
    await stage.tell(told)

    await expect(stage.board.get_by_role("alert")).to_have_text("bad is a banned word")
    await expect(prompt_of(stage)).to_have_value("a bad fox")
    await expect(prompt_of(stage)).to_be_focused()
    await stage.page.keyboard.press("Home")
    await stage.page.keyboard.type("not ")
    await stage.page.keyboard.press("Control+Enter")
    await expect(stage.board.get_by_role("alert")).to_be_hidden()
    presses = await stage.sent("press")
    assert ["a bad fox", "not a bad fox"] == [press["fields"]["prompt"] for press in presses]
    assert 2 == len({press["nonce"] for press in presses})


async def test_a_refusal_that_comes_late_brings_the_words_back(stage: Stage):
    """An answer in two parts, first "got it" and then "no", loses nothing either."""
    await type_into(stage, "a bad fox")
    await stage.page.keyboard.press("Control+Enter")
    nonce = (await only_press(stage))["nonce"]
    await stage.tell(view(grid(), acks=(nonce,)))
    await expect(prompt_of(stage)).to_have_count(0)

    await stage.tell(view(grid(), acks=(nonce,), refusals={nonce: "bad is a banned word"}))

    await expect(prompt_of(stage)).to_have_value("a bad fox")
    await expect(stage.board.get_by_role("alert")).to_have_text("bad is a banned word")


async def test_a_form_on_its_way_can_be_hidden_and_comes_back_when_refused(stage: Stage):
    """What is sent cannot be cancelled, so the button does not promise it."""
    await type_into(stage, "a bad fox")
    await stage.page.keyboard.press("Control+Enter")
    nonce = (await only_press(stage))["nonce"]

    await expect(button_named(stage, "Cancel")).to_have_count(0)
    await button_named(stage, "Hide").click()
    await expect(prompt_of(stage)).to_have_count(0)
    await stage.tell(view(grid(), acks=(nonce,), refusals={nonce: "bad is a banned word"}))

    await expect(prompt_of(stage)).to_have_value("a bad fox")
    await expect(prompt_of(stage)).to_be_editable()
    assert 1 == len(await stage.sent("press"))


async def test_a_refusal_does_not_push_another_form_away(stage: Stage):
    """Who already types somewhere else hears of it, and finds the words on the next press."""
    await type_into(stage, "a bad fox")
    await stage.page.keyboard.press("Control+Enter")
    nonce = (await only_press(stage))["nonce"]
    await type_into(stage, "a dog", "Remix subtle 4")

    await stage.tell(view(grid(), acks=(nonce,), refusals={nonce: "bad is a banned word"}))

    await expect(prompt_of(stage)).to_have_value("a dog")
    await expect(stage.board.get_by_text("bad is a banned word")).to_be_visible()
    await button_named(stage, "Remix 2").click()
    await expect(prompt_of(stage)).to_have_value("a bad fox")
    await expect(stage.board.get_by_role("alert")).to_have_text("bad is a banned word")


async def test_a_form_that_pays_is_never_unlocked_by_time(browser: Browser):
    """Without an answer it stays as it was sent: a second message could be a second charge."""
    stage = await open_stage(browser)
    await stage.page.clock.install()
    await stage.tell(view(grid()))
    await type_into(stage, "a fox")
    await stage.page.keyboard.press("Control+Enter")

    await stage.page.clock.run_for(120_000)
    await button_named(stage, "Send Remix 2").click(force=True)
    await prompt_of(stage).press("Control+Enter")

    assert 1 == len(await stage.sent("press"))
    await expect(button_named(stage, "Send Remix 2")).to_have_text("waiting for the kernel…")
    await expect(prompt_of(stage)).not_to_be_editable()
    await stage.page.context.close()


async def test_a_form_without_its_kernel_says_so_and_keeps_the_words(stage: Stage):
    """The text can still be copied when nobody is there to take it."""
    await type_into(stage, "a fox")
    await stage.lose_kernel()

    await stage.page.keyboard.press("Control+Enter")

    await expect(button_named(stage, "Send Remix 2")).to_have_text(
        "kernel is gone: run the cell again"
    )
    await expect(prompt_of(stage)).to_have_value("a fox")
    await button_named(stage, "Hide").click()
    await button_named(stage, "Remix 2").click(force=True)
    await expect(prompt_of(stage)).to_have_value("a fox")


async def test_what_a_form_says_stays_text(stage: Stage):
    """A prompt that looks like markup is a value in a field, and nothing else."""
    bad = '<img src=x onerror="window.owned=1">'
    asks = ask(title=bad, words=bad, prompt="optional", sketch={"mask": bad})
    await stage.tell(view(grid(asks=asks, notices=[bad], cost=bad)))

    await button_named(stage, "Remix 2").click()

    await expect(prompt_of(stage)).to_have_value(bad)
    await expect(stage.page.get_by_role("dialog", name=bad).get_by_text(bad)).to_have_count(3)
    assert {"mask": bad} == json.loads(await fields_of(stage).input_value())
    assert await stage.text("() => window.owned === undefined && !el.querySelector('[onerror]')")


@pytest.mark.parametrize("name", ["Remix 2", "Vary region 2"])
async def test_an_open_form_leaves_nothing_behind(stage: Stage, name: str):
    """A board that is closed with a form that waits for its answer keeps no timer and no ear."""
    await type_into(stage, "a fox", name)
    await stage.page.keyboard.press("Control+Enter")
    before = await stage.living()

    await stage.end()

    assert (4, 2) == (before["urls"], before["timers"])
    assert {"urls": 0, "timers": 0, "listeners": 0, "nodes": 0} == await stage.living()
    await expect(stage.page.get_by_role("dialog")).to_have_count(0)


async def test_forms_that_come_and_go_do_not_pile_up(stage: Stage):
    """Opening and leaving many forms grows neither page nor memory."""
    before = await stage.text("() => el.querySelectorAll('*').length")

    for name in ("Remix 1", "Vary region 1", "Remix 2", "Vary region 2"):
        await button_named(stage, name).click()
        await stage.page.keyboard.press("Escape")

    assert before == await stage.text("() => el.querySelectorAll('*').length")
    assert 4 == (await stage.living())["urls"]
