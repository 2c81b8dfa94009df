"""A board whose buttons ask before they send, and the words to fill their forms in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.browser.board_stage import Stage, ask, edits, open_stage, paint, picture, strip, view

if TYPE_CHECKING:
    from playwright.async_api import Browser, Locator

WORDS = "a cat on a roof"
MASK = {"mask": {"areas": [{"points": [16, 9, 48, 9, 48, 27, 16, 27]}]}}


def grid(**remix: Any) -> dict[str, Any]:
    """A job with all buttons; some of them ask. The changes are those of "Remix"."""
    pictures = [
        picture(
            number - 1,
            edits(
                number,
                Remix={"asks": ask(title=f"Remix #{number}"), "cost": "~131 credits", **remix},
                Remix_subtle={"asks": ask(title=f"Remix subtle #{number}")},
                Retexture={"asks": ask(title=f"Retexture #{number}")},
                Vary_region={"asks": ask(title="Region", prompt="optional", sketch=MASK)},
                Upload_paint={"asks": ask(title="Fields only", prompt="", sketch=MASK)},
            ),
        )
        for number in range(1, 5)
    ]
    return strip(pictures=pictures)


async def open_grid(browser: Browser) -> Stage:
    stage = await open_stage(browser)
    await stage.tell(view(grid()))
    await stage.pixels(0, {slot: paint(seed=slot) for slot in range(4)})
    return stage


def button_named(stage: Stage, name: str) -> Locator:
    return stage.board.get_by_role("button", name=name, exact=True)


def prompt_of(stage: Stage) -> Locator:
    return stage.board.get_by_role("textbox", name="Prompt", exact=True)


def fields_of(stage: Stage) -> Locator:
    return stage.board.get_by_role("textbox", name="Fields as JSON", exact=True)


async def type_into(stage: Stage, words: str, name: str = "Remix 2") -> None:
    """Opens a form and writes another prompt over the selected one."""
    await button_named(stage, name).click()
    await stage.page.keyboard.type(words)


async def only_press(stage: Stage) -> dict[str, Any]:
    """The message of the only press so far."""
    [press] = await stage.sent("press")
    return press
