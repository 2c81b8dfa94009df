"""Chains of edits where people make them: by clicks in JupyterLab, and by the lines they copy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.browser.lab import PATIENCE_S, Lab, running_lab
from tests.charges import charged

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.asyncio(loop_scope="module")

LOAD = "%load_ext reapi_nb\n%reapi use sandbox"
BOAT = "a wooden boat on a lake"
SOON = PATIENCE_S * 1000
CHAIN = (
    ("vary", "Vary strong 2", 4, ""),
    ("remix", "Remix 1", 4, f'{BOAT} at night, 30% fog & it\'s "quiet"'),
    ("pan", "Pan left 3", 4, ""),
    ("outpaint", "Zoom out 1", 4, ""),
    ("inpaint", "Vary region 2", 4, "a full moon"),
    ("edit", "Edit canvas 1", 4, "a wide lake"),
    ("upscale", "Upscale 4", 1, ""),
)
"""Seven edits: the nick, the button, how many pictures come, and the words to fill in."""


@pytest.fixture(scope="module", name="lab")
def _lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running_lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


def _button(within: Locator, name: str) -> Locator:
    return within.get_by_role("button", name=name, exact=True)


def _strip(board: Locator, nick: str) -> Locator:
    return board.get_by_role("group", name=re.compile(f"^{nick} [0-9a-f]"))


async def _follow(board: Locator, parent: Locator, button: str, words: str) -> None:
    """Press a button under a picture, and fill in what it asks for."""
    await _button(parent, button).click()
    if words:
        await board.get_by_label("Prompt", exact=True).fill(words)
        await _button(board, f"Send {button}").click()


@pytest.mark.timeout(600)
async def test_a_chain_of_seven_edits_is_paid_once(lab, browser: Browser):
    """Clicked from end to end, and then typed again from the lines that the board gives away."""
    notebook = await lab.open(
        browser,
        lab.write("chain", LOAD, f'%reapi mj "{BOAT} --ar 3:2" --speed draft', "", "last = 1"),
        permissions=["clipboard-read", "clipboard-write"],
    )
    await notebook.run(0, 1)
    board = notebook.cell(1).get_by_role("region", name=re.compile("^mj "))
    strip = _strip(board, "mj")
    await expect(strip.get_by_role("img", name=re.compile(BOAT))).to_have_count(4, timeout=SOON)

    lines = []
    for nick, button, count, words in CHAIN:
        await _follow(board, strip, button, words)
        strip = _strip(board, nick)
        await expect(strip.locator("img.rb-image:visible")).to_have_count(count, timeout=SOON)
        await _button(strip, "Copy magic").click()
        lines.append(await notebook.page.evaluate("() => navigator.clipboard.readText()"))
    paid = charged(lab.home)
    await notebook.edit(2, "\n".join(lines))
    await notebook.run(2, 3)

    assert [nick for nick, *_ in CHAIN] == [line.split()[1] for line in lines]
    assert 1 + len(CHAIN) == len(paid)
    assert paid == charged(lab.home)
    again = notebook.cell(2).get_by_role("region")
    await expect(again.get_by_text("from the library").first).to_be_visible(timeout=SOON)
    await notebook.close()
