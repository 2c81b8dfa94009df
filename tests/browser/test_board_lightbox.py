"""Full pictures: the lightbox over the page, chunks, and files on the user's disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from tests.browser.board_stage import Stage, open_stage, paint, picture, strip, view

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = pytest.mark.asyncio(loop_scope="module")

_SIZE = (320, 180)


@pytest_asyncio.fixture(loop_scope="module")
async def stage(browser: Browser) -> AsyncIterator[Stage]:
    """A board with a grid of four and, below it, one upscale of the second."""
    stage = await open_stage(browser)
    parent = {"job": "j_one", "number": 2, "label": "from mj 3f2a9c #2"}
    child = strip("j_two", name="upscale b81c20", task_id="task_cd34", parent=parent, slots=1)
    await stage.tell(view(strip(), {**child, "pictures": [picture(0, alt="a cat, larger")]}))
    await stage.pixels(0, {slot: paint(seed=slot) for slot in range(4)})
    await stage.pixels(1, {0: paint(seed=7)})
    yield stage
    await stage.page.context.close()


def _dialog(stage: Stage) -> Locator:
    return stage.page.get_by_role("dialog")


async def _shown_width(stage: Stage, width: int) -> None:
    """Waits until the lightbox shows a picture of this many pixels."""
    script = "width => document.querySelector('dialog img').naturalWidth === width"
    await stage.page.wait_for_function(script, arg=width)


async def test_enter_opens_a_picture_and_escape_returns_to_it(stage: Stage):
    """The keyboard goes into the lightbox and comes back to the same picture."""
    second = stage.board.get_by_role("img", name="a cat on a roof #2")
    await second.focus()

    await stage.page.keyboard.press("Enter")
    await expect(_dialog(stage)).to_be_visible()
    await expect(_dialog(stage)).to_contain_text("task_ab12#2")
    await expect(_dialog(stage)).to_contain_text("1456 \u00d7 816 px")
    await expect(_dialog(stage)).to_contain_text("a cat on a roof")
    await stage.page.keyboard.press("Escape")

    await expect(_dialog(stage)).to_be_hidden()
    await expect(second).to_be_focused()


async def test_arrows_walk_through_all_pictures_of_the_board(stage: Stage):
    """Next and previous cross from strip to strip and stop at the ends."""
    await stage.board.get_by_role("img", name="a cat on a roof #3").click()
    seen = []

    for key in ("ArrowLeft", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight"):
        await stage.page.keyboard.press(key)
        seen.append(await stage.page.locator(".rb-address").inner_text())

    last = ["task_ab12#2", "task_ab12#3", "task_ab12#4", "task_cd34#1", "task_cd34#1"]
    assert last == seen
    await expect(stage.page.get_by_role("button", name="Next")).to_have_attribute(
        "aria-disabled", "true"
    )
    await stage.page.get_by_role("button", name="Previous").click()
    await expect(_dialog(stage)).to_contain_text("task_ab12#4")


async def test_keys_stay_in_the_lightbox(stage: Stage):
    """While it is open, no key reaches the notebook and Tab goes round in it."""
    await stage.board.get_by_role("img").first.click()

    for key in (
        "Tab",
        "Tab",
        "Tab",
        "Tab",
        "Tab",
        "Tab",
        "Shift+Tab",
        "ArrowRight",
        "a",
        "Control+s",
    ):
        await stage.page.keyboard.press(key)
        inside = "() => document.querySelector('dialog').contains(document.activeElement)"
        assert await stage.text(inside)
    await stage.page.keyboard.press("Escape")

    assert [] == await stage.text("() => leaks")


async def test_a_full_picture_comes_in_chunks(stage: Stage):
    """The thumbnail is there at once, the full picture follows, every chunk is acknowledged."""
    full = paint(_SIZE, kind="PNG")
    third = len(full) // 3 + 1
    await stage.board.get_by_role("img", name="a cat on a roof #2").click()
    await _shown_width(stage, 64)
    assert [{"kind": "full", "key": "j_one/1"}] == await stage.sent("full")

    for seq in range(3):
        await stage.chunk("j_one/1", seq, 3, full[seq * third : (seq + 1) * third])

    await _shown_width(stage, 320)
    acks = [(ack["key"], ack["seq"]) for ack in await stage.sent("ack")]
    assert [("j_one/1", 0), ("j_one/1", 1), ("j_one/1", 2)] == acks


async def test_a_full_picture_is_asked_for_once(stage: Stage):
    """Looking again at a picture that is still in memory sends nothing."""
    second = stage.board.get_by_role("img", name="a cat on a roof #2")
    await second.click()
    await stage.chunk("j_one/1", 0, 1, paint(_SIZE, kind="PNG"))
    await stage.page.keyboard.press("Escape")

    await second.click()

    await _shown_width(stage, 320)
    assert 1 == len(await stage.sent("full"))


async def test_only_a_few_full_pictures_are_kept(stage: Stage):
    """Memory holds six full pictures, however many are looked at."""
    many = strip("j_many", slots=9, pictures=[picture(slot, []) for slot in range(9)])
    await stage.tell(view(many))
    await stage.pixels(0, {slot: paint(seed=slot) for slot in range(9)})
    await stage.pixels(1, {})
    await stage.board.get_by_role("img").first.click()

    for slot in range(9):
        await stage.chunk(f"j_many/{slot}", 0, 1, paint(_SIZE, slot, "PNG"))
        await _shown_width(stage, 320)
        await stage.page.keyboard.press("ArrowRight")

    assert 9 + 6 == (await stage.living())["urls"]


async def test_chunks_nobody_asked_for_are_left_alone(stage: Stage):
    """Two views of one board do not acknowledge each other's pictures."""
    await stage.chunk("j_one/0", 0, 1, paint(_SIZE, kind="PNG"))

    assert [] == await stage.sent("ack")
    assert 5 == (await stage.living())["urls"]


async def test_a_lost_full_picture_is_said(browser: Browser):
    """When the kernel does not answer, the small version stays and says so."""
    stage = await open_stage(browser)
    await stage.page.clock.install()
    await stage.tell(view(strip()))
    await stage.pixels(0, {0: paint()})
    await stage.board.get_by_role("img").first.click()

    await stage.page.clock.run_for(31_000)

    await expect(_dialog(stage)).to_contain_text("the full one did not arrive")
    await stage.page.context.close()


async def test_the_actual_size_can_be_looked_at(stage: Stage):
    """1:1 shows pixel for pixel, and the next picture starts fitted again."""
    await stage.page.set_viewport_size({"width": 500, "height": 400})
    await stage.board.get_by_role("img").first.click()
    await stage.chunk("j_one/0", 0, 1, paint((1200, 900), kind="PNG"))
    await _shown_width(stage, 1200)
    fitted = await stage.page.locator("dialog img").bounding_box()

    await stage.page.get_by_role("button", name="Actual size").click()

    assert fitted["width"] < 500
    assert 1200 == (await stage.page.locator("dialog img").bounding_box())["width"]
    await stage.page.keyboard.press("ArrowRight")
    await expect(stage.page.get_by_role("button", name="Actual size")).to_have_attribute(
        "aria-pressed", "false"
    )


async def test_save_writes_the_original(stage: Stage, tmp_path: Path):
    """ "Save 3" writes the bytes of the original, named by task and picture."""
    original = paint(_SIZE, 3, "PNG")
    async with stage.page.expect_download() as coming:
        await (
            stage.page.get_by_role("group", name="mj 3f2a9c")
            .get_by_role("button", name="Save 3")
            .click()
        )
        await stage.chunk("j_one/2", 0, 1, original)

    download = await coming.value
    await download.save_as(tmp_path / "saved")
    assert "task_ab12_3.png" == download.suggested_filename
    assert original == (tmp_path / "saved").read_bytes()


async def test_what_is_no_picture_is_saved_without_a_pictures_name(stage: Stage):
    """A file of an unknown kind is never handed over as something a browser would run."""
    async with stage.page.expect_download() as coming:
        await stage.page.get_by_role("button", name="Save 4").click()
        await stage.chunk("j_one/3", 0, 1, b"<html>", "text/html")

    assert "task_ab12_4.bin" == (await coming.value).suggested_filename
    assert "application/octet-stream" == await stage.text("() => living.kinds.pop()")


async def test_a_chunk_left_by_a_closed_page_is_cleared_away(browser: Browser):
    """A page that was closed in the middle of a picture does not block the next one."""
    stage = await open_stage(browser)
    await stage.page.clock.install()
    await stage.tell(view(strip()))
    await stage.pixels(0, {0: paint()})
    await stage.chunk("j_one/3", 1, 3, b"half")
    await stage.board.get_by_role("img").first.click()

    await stage.page.clock.run_for(6_000)

    assert [{"kind": "ack", "key": "j_one/3", "seq": 1}] == await stage.sent("ack")
    await stage.page.context.close()
