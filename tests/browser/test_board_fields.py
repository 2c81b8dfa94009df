"""Forms for what words cannot say: a modal dialog with fields as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.board_forms import (
    MASK,
    button_named,
    fields_of,
    grid,
    only_press,
    open_grid,
    prompt_of,
    type_into,
)
from tests.browser.board_stage import Stage, view, waiting

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def stage(browser: Browser) -> AsyncIterator[Stage]:
    stage = await open_grid(browser)
    yield stage
    await stage.page.context.close()


async def test_fields_that_words_cannot_say_are_asked_for_as_json(stage: Stage):
    """A modal form with a sketch to start from; a prompt that is not needed stays away."""
    await button_named(stage, "Vary region 2").click()

    dialog = stage.page.get_by_role("dialog", name="Region")
    await expect(dialog).to_be_visible()
    assert await dialog.evaluate("(dialog) => dialog.matches(':modal')")
    assert MASK == json.loads(await fields_of(stage).input_value())
    await expect(fields_of(stage)).to_have_attribute("spellcheck", "false")
    await expect(prompt_of(stage)).to_be_focused()
    await stage.page.keyboard.press("Escape")
    await button_named(stage, "More 2").click()
    await button_named(stage, "Upload paint 2").click()
    await expect(fields_of(stage)).to_be_focused()
    await expect(prompt_of(stage)).to_have_count(0)


async def test_json_and_words_are_sent_together(stage: Stage):
    """The fields stand beside the prompt, as the request has them."""
    await type_into(stage, "a lantern", "Vary region 2")
    await fields_of(stage).fill('{"mask": {"url": "https://example.com/m.png"}, "speed": "turbo"}')

    await stage.page.keyboard.press("Control+Enter")

    mask = {"url": "https://example.com/m.png"}
    assert {"prompt": "a lantern", "mask": mask, "speed": "turbo"} == (await only_press(stage))[
        "fields"
    ]


@pytest.mark.parametrize("name", ["Vary region 2", "Upload paint 2"])
async def test_an_optional_prompt_that_is_empty_is_left_out(stage: Stage, name: str):
    """Nothing is not a prompt."""
    await button_named(stage, "More 2").click()
    await button_named(stage, name).click()
    if await prompt_of(stage).count():
        await prompt_of(stage).fill(" ")

    await button_named(stage, f"Send {name}").click()

    assert MASK == (await only_press(stage))["fields"]


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ('{"mask": ', "not JSON: "),
        ("", "not JSON: "),
        ("[1, 2]", "not a JSON object"),
        ("null", "not a JSON object"),
        ('"words"', "not a JSON object"),
    ],
)
async def test_what_is_no_json_object_cannot_be_sent(stage: Stage, text: str, trouble: str):
    """It is said while one types, not after paying; mending it frees the button."""
    await button_named(stage, "Vary region 2").click()
    send = button_named(stage, "Send Vary region 2")

    await fields_of(stage).fill(text)
    await stage.page.keyboard.press("Control+Enter")
    await send.click(force=True)

    await expect(stage.page.get_by_role("dialog").get_by_text(trouble)).to_be_visible()
    await expect(send).to_have_attribute("aria-disabled", "true")
    await expect(fields_of(stage)).to_have_attribute("aria-invalid", "true")
    assert [] == await stage.sent("press")
    await fields_of(stage).fill("{}")
    await expect(send).not_to_have_attribute("aria-disabled", "true")
    await expect(stage.page.get_by_role("dialog").get_by_text(trouble)).to_be_hidden()


async def test_the_modal_form_keeps_its_keys_and_survives_news(stage: Stage):
    """No key reaches the notebook, updates change no letter, Escape leads back to the button."""
    await type_into(stage, "a lantern", "Vary region 2")

    for key in ("Tab", "Shift+Tab", "ArrowDown", "Shift+Enter", "Control+s"):
        await stage.page.keyboard.press(key)
        await stage.tell(view(grid(), waiting("j_two", name="vary 1")))
    await expect(prompt_of(stage)).to_be_focused()
    await expect(prompt_of(stage)).to_have_value("a lantern\n")
    await stage.page.keyboard.press("Escape")

    await expect(stage.page.get_by_role("dialog")).to_have_count(0)
    await expect(button_named(stage, "Vary region 2")).to_be_focused()
    assert [] == await stage.text("() => leaks")
    await button_named(stage, "Vary region 2").click()
    await expect(prompt_of(stage)).to_have_value("a lantern\n")


async def test_a_refused_modal_form_stays_open(stage: Stage):
    """What the fields got wrong is said in the form that they were typed in."""
    await type_into(stage, "a lantern", "Vary region 2")
    await fields_of(stage).fill('{"mask": {}}')
    await stage.page.keyboard.press("Control+Enter")
    nonce = (await only_press(stage))["nonce"]

    await stage.tell(view(grid(), acks=(nonce,), refusals={nonce: "mask needs url or areas"}))

    dialog = stage.page.get_by_role("dialog")
    await expect(dialog.get_by_role("alert")).to_have_text("mask needs url or areas")
    await expect(fields_of(stage)).to_have_value('{"mask": {}}')
    await expect(fields_of(stage)).to_be_editable()
    await stage.page.keyboard.press("Control+Enter")
    second = (await stage.sent("press"))[1]["nonce"]
    await stage.tell(view(grid(), acks=(nonce, second)))
    await expect(dialog).to_have_count(0)
    await expect(button_named(stage, "Vary region 2")).to_be_focused()
