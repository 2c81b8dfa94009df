"""Text that means harm, in every field that a board is told: it is shown, and does nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from tests.browser.board_forms import grid
from tests.browser.board_stage import (
    Stage,
    button,
    error,
    open_stage,
    paint,
    picture,
    plan,
    strip,
    view,
    waiting,
)
from tests.markup import ACTING, PAYLOADS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser

pytestmark = pytest.mark.asyncio(loop_scope="module")

_OURS = {"job", "board", "status", "tone", "state", "action", "group", "how"}
"""What a board is told that is no text: names by which its parts are found."""

_PARTS = """
() => {
  const nodes = [...el.querySelectorAll("*")];
  const ours = ["data-tone", "data-depth", "data-columns", "data-lm-suppress-shortcuts"];
  const acts = (name) => /^(on|data-)/.test(name) && !ours.includes(name);
  return {
    shape: nodes.map((one) => one.tagName).join(" "),
    names: nodes.flatMap((one) => one.getAttributeNames())
      .filter((name) => acts(name) || ["id", "name", "href", "srcdoc", "action"].includes(name)),
    sources: nodes.flatMap((one) => one.getAttribute("src") || [])
      .filter((src) => !/^(blob:|data:image\\/)/.test(src)),
    said: nodes.filter((one) => one.tagName !== "TEXTAREA").flatMap((one) => [
      one.textContent, ...one.getAttributeNames().map((name) => one.getAttribute(name)),
    ]).join("\\n"),
    owned: window.owned, title: document.title, frames: window.length,
  };
}
"""
"""What a page has become."""


def _told(words: str, *, names_too: bool = False) -> dict[str, Any]:
    """A board of everything, with these words in the place of every text."""
    buttons = [
        button("upscale.standard", "Upscale", 1),
        button("vary.subtle", "Vary", 1, reason="not now"),
    ]
    question = {"text": "which?", "choices": [button("count/slot", "Its own")]}
    copies = {"magic": "%reapi", "python": "python", "curl": "curl"}
    board = view(
        strip(
            pictures=[picture(slot, buttons, sends="sent as image_number 1") for slot in range(4)],
            notices=["a notice"],
            source="from the library",
            question=question,
            copies=copies,
        ),
        waiting("j_two", notices=["another"], parent={"job": "j_one", "number": 1, "label": "x"}),
        strip("j_three", pictures=[], error=error(), parent={"job": "", "number": 2, "label": "x"}),
        {**grid(), "job": "j_four"},
        plan=plan(),
        place="reapi",
    )
    return _replaced(board, words, () if names_too else _OURS)


def _replaced(told: Any, words: str, but: Any, key: str = "") -> Any:
    if isinstance(told, dict):
        return {name: _replaced(value, words, but, name) for name, value in told.items()}
    if isinstance(told, (list, tuple)):
        return [_replaced(value, words, but, key) for value in told]
    return words if isinstance(told, str) and key not in {"job", *but} else told


@pytest_asyncio.fixture(scope="module", loop_scope="module", name="page")
async def _page(browser: Browser) -> AsyncIterator[tuple[Stage, str]]:
    """A board that was told of good words, and its shape."""
    stage = await open_stage(browser)
    await stage.tell(_told("good words"))
    await stage.pixels(0, {slot: paint(seed=slot) for slot in range(4)})
    yield stage, (await stage.text(_PARTS))["shape"]
    await stage.page.context.close()


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
async def test_text_makes_no_element_whatever_field_it_is_in(page, payload: str):
    """The page has the elements that it has for good words, and shows the payload as text."""
    stage, shape = page

    await stage.tell(_told(payload))
    parts = await stage.text(_PARTS)

    assert shape == parts["shape"]
    assert ([], [], None, 0) == tuple(parts[x] for x in ("names", "sources", "owned", "frames"))
    assert "board" == parts["title"]
    assert not ACTING.search(parts["said"])
    shown = ACTING.sub(lambda found: f"\\u{ord(found[0]):04x}", payload)
    assert shown in parts["said"]


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
async def test_not_even_names_of_ours_make_an_element(page, payload: str):
    """A status, an action or a group that was tampered with creates nothing that acts."""
    stage, _ = page

    await stage.tell(_told(payload, names_too=True))
    parts = await stage.text(_PARTS)

    assert set(parts["shape"].split()) <= _TAGS
    assert ([], [], None, 0) == tuple(parts[x] for x in ("names", "sources", "owned", "frames"))


_TAGS = {
    *("DIV", "SPAN", "P", "STRONG", "CODE", "UL", "OL", "LI", "IMG", "BUTTON", "PROGRESS"),
    *("TEXTAREA", "LABEL", "DIALOG", "svg", "path"),
}


async def test_a_copy_is_what_was_typed(browser: Browser):
    """Escapes are for eyes: what is copied has every character of the prompt."""
    [prompt] = [payload for payload in PAYLOADS if "\u202e" in payload]
    stage = await open_stage(browser, permissions=["clipboard-read", "clipboard-write"])

    await stage.tell(view(strip(prompt=prompt, copies={"magic": f"%reapi mj {prompt}"})))
    await stage.board.get_by_role("button", name="Copy magic").click()
    copied = await stage.text("() => navigator.clipboard.readText()")
    shown = await stage.board.locator(".rb-prompt").inner_text()
    await stage.page.context.close()

    assert f"%reapi mj {prompt}" == copied
    assert "\\u202e" in shown
    assert "\u202e" not in shown
