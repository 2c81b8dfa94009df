"""Hands on the board: presses that cost money, copies, keys; in a real browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.board_stage import (
    Stage,
    button,
    edits,
    open_stage,
    paint,
    picture,
    strip,
    view,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.asyncio(loop_scope="module")

_THUMBS = {slot: paint(seed=slot) for slot in range(4)}


@pytest_asyncio.fixture(loop_scope="module")
async def stage(browser: Browser) -> AsyncIterator[Stage]:
    stage = await open_stage(browser, permissions=["clipboard-read", "clipboard-write"])
    yield stage
    await stage.page.context.close()


async def test_a_double_click_is_one_message(stage: Stage):
    """Two clicks on a paid button are one charge; the next charge needs Python's answer first."""
    await stage.tell(view(strip()))
    upscale = stage.board.get_by_role("button", name="Upscale 2", exact=True)

    await upscale.dblclick()
    await upscale.click(force=True)

    [press] = await stage.sent("press")
    nonce = press.pop("nonce")
    assert {"kind": "press", "action": "upscale.standard", "job": "j_one", "number": 2} == press
    assert re.fullmatch(r"[0-9a-f]{32}", nonce)
    await expect(upscale).to_have_attribute("aria-disabled", "true")
    await expect(upscale).to_have_text("sending…")

    await stage.tell(view(strip(), acks=(nonce,)))
    await upscale.click()

    assert 2 == len({press["nonce"] for press in await stage.sent("press")})


async def test_a_strip_button_has_no_picture_number(stage: Stage):
    """Reroll belongs to the job, not to one of its pictures."""
    await stage.tell(view(strip()))

    await stage.board.get_by_role("button", name="Reroll 3f2a9c").click()

    [press] = await stage.sent("press")
    assert ("reroll", None) == (press["action"], press["number"])


async def test_only_a_free_button_is_unlocked_by_time(browser: Browser):
    """A lost answer may free "Forget", never a button that could charge twice."""
    stage = await open_stage(browser)
    await stage.page.clock.install()
    free = button("forget", "Forget", paid=False)
    await stage.tell(view(strip(actions=[button("resend", "Send again"), free])))
    again = stage.board.get_by_role("button", name="Send again 3f2a9c")
    forget = stage.board.get_by_role("button", name="Forget 3f2a9c")
    await again.click()
    await forget.click()

    await stage.page.clock.run_for(31_000)
    await again.click(force=True)

    await expect(again).to_have_text("waiting for the kernel…")
    await expect(forget).not_to_have_attribute("aria-disabled", "true")
    assert ["resend", "forget"] == [press["action"] for press in await stage.sent("press")]
    await stage.page.context.close()


async def test_a_grey_button_says_why_and_sends_nothing(stage: Stage):
    """What cannot be done stays in reach of the keyboard and tells its reason."""
    await stage.tell(view(strip()))
    enhance = stage.board.get_by_role("button", name="Enhance 3")

    await enhance.focus()
    await stage.page.keyboard.press("Enter")
    await enhance.click(force=True)

    assert [] == await stage.sent("press")
    await expect(enhance).to_have_attribute("aria-disabled", "true")
    await expect(enhance).to_have_attribute("title", "only drafts can be enhanced")
    await expect(stage.board.get_by_text("only drafts can be enhanced")).to_be_visible()


async def test_the_price_is_told_without_a_mouse(stage: Stage):
    """A button that is reached by keyboard shows what it costs."""
    await stage.tell(view(strip()))
    await stage.pixels(0, _THUMBS)

    await stage.board.get_by_role("img").first.focus()
    await stage.page.keyboard.press("Tab")
    await stage.page.keyboard.press("Tab")

    await expect(stage.board.locator(".rb-hint")).to_have_text("~131 credits")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Copy magic", '%reapi mj "a cat"'),
        ("Copy Python", "mj('a cat')"),
        ("Copy curl", "curl -d cat"),
        ("Copy task id task_ab12", "task_ab12"),
    ],
)
async def test_a_job_can_be_copied_as_code(stage: Stage, name: str, text: str):
    """What was clicked can be pasted as a line of code."""
    await stage.tell(view(strip()))

    await stage.board.get_by_role("button", name=name).click()

    await expect(stage.board.get_by_text("copied")).to_be_visible()
    assert text == await stage.text("() => navigator.clipboard.readText()")


async def test_copying_works_on_plain_http(browser: Browser):
    """A hub without https has no clipboard object, and copying works all the same."""
    stage = await open_stage(browser, origin="http://board.test")
    await stage.tell(view(strip()))
    hear = "() => window.copied = document.activeElement.value"
    await stage.text(f"() => document.addEventListener('copy', {hear})")

    await stage.board.get_by_role("button", name="Copy magic").click()

    await expect(stage.board.get_by_text("copied")).to_be_visible()
    assert '%reapi mj "a cat"' == await stage.text("() => window.copied")
    await stage.page.context.close()


async def test_keys_on_the_board_do_not_reach_the_notebook(stage: Stage):
    """Pressing a button never deletes, moves or leaves a cell; real shortcuts still work."""
    await stage.tell(view(strip()))
    await stage.board.get_by_role("button", name="Copy magic").focus()

    for key in ("Enter", "Space", "ArrowDown", "d", "Control+s", "Escape"):
        await stage.page.keyboard.press(key)

    assert ["Control", "s", "Escape"] == await stage.text("() => leaks")


async def test_a_board_without_its_kernel_says_so(stage: Stage):
    """After a restart a press buys nothing, and the button says what to do."""
    await stage.tell(view(strip()))
    upscale = stage.board.get_by_role("button", name="Upscale 2", exact=True)
    await stage.lose_kernel()

    await upscale.click()

    await expect(upscale).to_have_text("kernel is gone: run the cell again")
    await expect(upscale).to_have_attribute("aria-disabled", "true")


async def test_a_double_click_that_is_answered_in_between_is_one_press(stage: Stage):
    """A kernel may be faster than a finger; the next charge needs a click of its own."""
    await stage.tell(view(strip()))
    upscale = stage.board.get_by_role("button", name="Upscale 2", exact=True)
    await upscale.hover()
    for count in (1, 2):
        await stage.page.mouse.down(click_count=count)
        await stage.page.mouse.up(click_count=count)
        nonces = tuple(press["nonce"] for press in await stage.sent("press"))
        await stage.tell(view(strip(), acks=nonces))

    assert 1 == len(await stage.sent("press"))
    await upscale.click()
    assert 2 == len(await stage.sent("press"))


async def test_a_double_click_hits_nothing_that_moved_under_it(stage: Stage):
    """When the first click changes the board, the second is not the user's choice."""
    free = [button("look", "Look", paid=False), button("resend", "Send again")]
    await stage.tell(view(strip(actions=free)))
    await stage.board.get_by_role("button", name="Look 3f2a9c").hover()
    await stage.page.mouse.down()
    await stage.page.mouse.up()

    await stage.tell(view(strip(actions=free[1:])))
    await stage.page.mouse.down(click_count=2)
    await stage.page.mouse.up(click_count=2)

    assert ["look"] == [press["action"] for press in await stage.sent("press")]


async def test_a_key_that_is_held_presses_once(stage: Stage):
    """Enter that repeats does not buy again with every answer."""
    await stage.tell(view(strip()))
    await stage.board.get_by_role("button", name="Upscale 2", exact=True).focus()

    for _ in range(3):
        await stage.page.keyboard.down("Enter")
        nonces = tuple(press["nonce"] for press in await stage.sent("press"))
        await stage.tell(view(strip(), acks=nonces))

    assert 1 == len(await stage.sent("press"))


async def test_nothing_moves_while_a_press_is_sent(stage: Stage):
    """ "sending…" takes the room of the words that it replaces."""
    await stage.page.set_viewport_size({"width": 640, "height": 800})
    pictures = [picture(slot, edits(slot + 1)) for slot in range(4)]
    await stage.tell(view(strip(pictures=pictures)))
    places = "() => [...el.querySelectorAll('button')].map((one) => one.getBoundingClientRect().x)"
    before = await stage.text(places)

    for name in ("Upscale 1", "Vary strong 1", "Pan up 1", "Zoom 2x 1", "Edit canvas 1"):
        await stage.board.get_by_role("button", name=name, exact=True).click()
        await stage.board.get_by_role("button", name="Reroll 3f2a9c").click(force=True)

    assert [pytest.approx(x, abs=1) for x in before] == await stage.text(places)
    assert 6 == len(await stage.sent("press"))
