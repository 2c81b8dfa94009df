"""Forms that ask before sending: what is typed is never lost, and nothing is sent by accident."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.board_forms import (
    WORDS,
    button_named,
    fields_of,
    grid,
    only_press,
    open_grid,
    prompt_of,
    type_into,
)
from tests.browser.board_stage import Stage, ask, edits, paint, picture, strip, view, waiting

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.asyncio(loop_scope="module")

_NOTE = "made with --oref: Midjourney may refuse it"


@pytest_asyncio.fixture(loop_scope="module")
async def stage(browser: Browser) -> AsyncIterator[Stage]:
    stage = await open_grid(browser)
    yield stage
    await stage.page.context.close()


async def test_a_button_that_asks_sends_nothing_yet(stage: Stage):
    """It opens a form in its strip, the words ready to be replaced, picture and price in sight."""
    await button_named(stage, "Remix 2").click()

    form = stage.page.get_by_role("group", name="mj 3f2a9c").get_by_role("group", name="Remix #2")
    await expect(form).to_be_visible()
    await expect(prompt_of(stage)).to_be_focused()
    assert WORDS == await stage.text("() => getSelection().toString()")
    await expect(button_named(stage, "Send Remix 2")).to_have_text("Remix · ~131 credits")
    shown = "(form) => form.querySelector('img').src === el.querySelectorAll('.rb-image')[1].src"
    assert await form.evaluate(shown)
    await expect(button_named(stage, "Remix 2")).to_have_attribute("aria-expanded", "true")
    await expect(fields_of(stage)).to_have_count(0)
    assert [] == await stage.sent("press")


async def test_words_that_python_leaves_out_are_those_of_the_strip(stage: Stage):
    """A prompt that must change starts from the job's own; one that may be empty starts empty."""
    plain = {"title": "Remix #2", "sketch": None}
    required, optional = ({**plain, "prompt": kind} for kind in ("required", "optional"))
    buttons = edits(2, Remix={"asks": required}, Remix_subtle={"asks": optional})
    await stage.tell(view(strip(prompt="a long story", pictures=[picture(1, buttons)])))

    await button_named(stage, "Remix 2").click()
    await expect(prompt_of(stage)).to_have_value("a long story")
    assert "a long story" == await stage.text("() => getSelection().toString()")
    await button_named(stage, "Remix subtle 2").click()
    await expect(prompt_of(stage)).to_have_value("")


async def test_what_people_wrote_is_sent_with_the_press(stage: Stage):
    """The message names button, job and picture as any press does, and carries the words."""
    await type_into(stage, "a fox on a roof")

    await button_named(stage, "Send Remix 2").click()

    press = await only_press(stage)
    nonce = press.pop("nonce")
    assert {
        "kind": "press", "action": "remix", "job": "j_one", "number": 2,
        "fields": {"prompt": "a fox on a roof"},
    } == press  # fmt: skip
    await expect(prompt_of(stage)).not_to_be_editable()
    await expect(button_named(stage, "Send Remix 2")).to_have_text("sending…")
    await expect(button_named(stage, "Send Remix 2")).to_have_attribute("aria-disabled", "true")
    await expect(button_named(stage, "Remix 2")).to_have_attribute("aria-busy", "true")

    await stage.tell(view(grid(), acks=(nonce,)))

    await expect(prompt_of(stage)).to_have_count(0)
    await expect(button_named(stage, "Remix 2")).to_be_focused()
    await button_named(stage, "Remix 2").click()
    await expect(prompt_of(stage)).to_have_value(WORDS)


@pytest.mark.parametrize("keys", ["Control+Enter", "Meta+Enter"])
async def test_the_form_is_sent_from_the_keyboard_once(stage: Stage, keys: str):
    """The keys that run a cell send the form instead, and the notebook does not see them."""
    await type_into(stage, "a fox")

    await stage.page.keyboard.press(keys)
    await stage.page.keyboard.press(keys)

    assert {"prompt": "a fox"} == (await only_press(stage))["fields"]
    assert [] == [key for key in await stage.text("() => leaks") if key == "Enter"]


async def test_a_key_that_is_held_neither_sends_twice_nor_wipes_the_words(stage: Stage):
    """The Enter that opened the form replaces nothing; the one that sent it does not send again."""
    await button_named(stage, "Remix 2").focus()
    await stage.page.keyboard.down("Enter")
    await stage.page.keyboard.down("Enter")
    await expect(prompt_of(stage)).to_have_value(WORDS)
    await stage.page.keyboard.up("Enter")
    await stage.page.keyboard.down("Control")

    for answer in ("refused", "refused", ""):
        await stage.page.keyboard.down("Enter")
        nonces = [press["nonce"] for press in await stage.sent("press")]
        refusals = dict.fromkeys(nonces, answer)
        await stage.tell(view(grid(), acks=tuple(nonces), refusals=refusals))

    assert 1 == len(await stage.sent("press"))


async def test_the_second_click_of_a_double_click_does_not_send_the_form(stage: Stage):
    """A form may open right under the pointer; its button wants a click of its own."""
    await button_named(stage, "Vary region 2").click()

    await button_named(stage, "Send Vary region 2").hover()
    await stage.page.mouse.down(click_count=2)
    await stage.page.mouse.up(click_count=2)

    assert [] == await stage.sent("press")
    await button_named(stage, "Send Vary region 2").click()
    assert 1 == len(await stage.sent("press"))


async def test_enter_and_shift_enter_begin_a_line(stage: Stage):
    """Neither runs the cell nor sends the form."""
    await type_into(stage, "a fox")
    await stage.page.keyboard.press("Enter")
    await stage.page.keyboard.press("Shift+Enter")
    await stage.page.keyboard.type("d")

    await expect(prompt_of(stage)).to_have_value("a fox\n\nd")
    assert [] == await stage.text("() => leaks")
    assert [] == await stage.sent("press")


async def test_escape_leaves_the_form_and_keeps_what_was_typed(stage: Stage):
    """The focus returns to the button; pressing it again brings the words back."""
    await type_into(stage, "a fox")

    await stage.page.keyboard.press("Escape")

    await expect(prompt_of(stage)).to_have_count(0)
    await expect(button_named(stage, "Remix 2")).to_be_focused()
    assert await button_named(stage, "Remix 2").get_attribute("aria-expanded") is None
    assert [] == await stage.text("() => leaks")
    await stage.page.keyboard.press("Enter")
    await expect(prompt_of(stage)).to_have_value("a fox")
    await expect(prompt_of(stage)).to_be_focused()


async def test_escape_belongs_to_a_word_that_is_being_composed(stage: Stage):
    """Who writes with an input method leaves the composition by it, not the form."""
    await button_named(stage, "Remix 2").click()

    for key in ("Escape", "Enter"):
        pressed = {"key": key, "ctrlKey": True, "isComposing": True, "bubbles": True}
        await prompt_of(stage).dispatch_event("keydown", pressed)

    await expect(prompt_of(stage)).to_be_visible()
    assert [] == await stage.sent("press")


async def test_cancel_forgets_what_was_typed(stage: Stage):
    """The next form starts from the picture's own words."""
    await type_into(stage, "a fox")

    await button_named(stage, "Cancel").click()

    await expect(prompt_of(stage)).to_have_count(0)
    await expect(button_named(stage, "Remix 2")).to_be_focused()
    await button_named(stage, "Remix 2").click()
    await expect(prompt_of(stage)).to_have_value(WORDS)
    assert [] == await stage.sent("press")


async def test_news_leave_the_form_alone(stage: Stage):
    """Text, caret and focus survive every update, and so does the node itself."""
    await type_into(stage, "a fox on a roof")
    await prompt_of(stage).evaluate(
        "(area) => { window.area = area; area.setSelectionRange(2, 5) }"
    )
    price = "~140 credits"

    for told in (waiting("j_two", name="vary 1"), strip("j_two", name="vary 1")):
        await stage.tell(view(grid(cost=price), told))
        await stage.pixels(1, {0: paint()})

    await expect(prompt_of(stage)).to_be_focused()
    seen = "() => [area.isConnected, area.value, area.selectionStart, area.selectionEnd]"
    assert [True, "a fox on a roof", 2, 5] == await stage.text(seen)
    await expect(button_named(stage, "Send Remix 2")).to_have_text("Remix · ~140 credits")


async def test_pressing_the_button_again_keeps_the_words(stage: Stage):
    """A second press only leads back into the form."""
    await type_into(stage, "a fox")

    await button_named(stage, "Remix 2").click()

    await expect(prompt_of(stage)).to_have_value("a fox")
    await expect(prompt_of(stage)).to_be_focused()


async def test_a_board_has_one_form_and_each_keeps_its_words(stage: Stage):
    """Another button's form takes the place; coming back, nothing is lost."""
    await type_into(stage, "a fox", "Remix 2")
    await type_into(stage, "a dog", "Remix subtle 4")
    await expect(prompt_of(stage)).to_have_count(1)
    await expect(stage.board.get_by_role("group", name="Remix subtle #4")).to_be_visible()

    await button_named(stage, "Remix 2").click()

    await expect(prompt_of(stage)).to_have_value("a fox")
    await button_named(stage, "Remix subtle 4").click()
    await expect(prompt_of(stage)).to_have_value("a dog")


async def test_a_strip_that_goes_takes_no_words_with_it(stage: Stage):
    """A view that for a moment does not tell of the job does not end the form."""
    await type_into(stage, "a fox")

    await stage.tell(view())
    await stage.tell(view(grid()))

    await expect(prompt_of(stage)).to_have_value("a fox")
    group = stage.page.get_by_role("group", name="mj 3f2a9c")
    await expect(group.get_by_role("group", name="Remix #2")).to_be_visible()


async def test_notices_are_said_before_paying(stage: Stage):
    """What may go wrong stands above the button that pays."""
    await stage.tell(view(grid(notices=[_NOTE])))

    await button_named(stage, "Remix 2").click()

    await expect(
        stage.board.get_by_role("group", name="Remix #2").get_by_text(_NOTE)
    ).to_be_visible()


async def test_a_prompt_that_is_required_cannot_be_empty(stage: Stage):
    """Neither button nor keyboard sends a remix without words."""
    await button_named(stage, "Remix 2").click()
    await prompt_of(stage).fill("  ")

    await stage.page.keyboard.press("Control+Enter")
    await button_named(stage, "Send Remix 2").click(force=True)

    await expect(button_named(stage, "Send Remix 2")).to_have_attribute("aria-disabled", "true")
    await expect(stage.board.get_by_text("a prompt is needed")).to_be_visible()
    assert [] == await stage.sent("press")


async def test_a_button_that_is_refused_meanwhile_sends_nothing(stage: Stage):
    """The form stays with its words and says why."""
    await type_into(stage, "a fox")

    await stage.tell(view(grid(reason="the picture's link has expired")))
    await stage.page.keyboard.press("Control+Enter")

    form = stage.board.get_by_role("group", name="Remix #2")
    await expect(form.get_by_text("the picture's link has expired")).to_be_visible()
    assert [] == await stage.sent("press")


async def test_a_form_behind_more_gives_the_focus_to_its_picture(stage: Stage):
    """A button that was folded away meanwhile cannot take the focus back."""
    await button_named(stage, "More 2").click()
    await type_into(stage, "paper", "Retexture 2")
    await button_named(stage, "More 2").click()
    await prompt_of(stage).focus()

    await stage.page.keyboard.press("Escape")

    await expect(stage.board.get_by_role("img", name="#2")).to_be_focused()


async def test_an_action_of_the_whole_job_can_ask_too(stage: Stage):
    """A strip's own button opens the same form, without a picture."""
    reroll = {**strip()["actions"][0], "asks": ask(title="Reroll with other words")}
    await stage.tell(view(strip(actions=[reroll])))

    await type_into(stage, "a fox", "Reroll 3f2a9c")
    await stage.page.keyboard.press("Control+Enter")

    press = await only_press(stage)
    assert ("reroll", None, {"prompt": "a fox"}) == (
        press["action"], press["number"], press["fields"],
    )  # fmt: skip
