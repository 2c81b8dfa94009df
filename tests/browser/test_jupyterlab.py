"""The board where people meet it: in a real JupyterLab, with a real kernel and the sandbox."""

from __future__ import annotations

import hashlib
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, expect

from tests.browser.lab import PATIENCE_S, Lab, Notebook, running_lab
from tests.charges import charged

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUICKSTART = Path(__file__).parents[2] / "notebooks" / "01_quickstart.ipynb"
POOR = Path(__file__).with_name("poor_text.js").read_text(encoding="utf-8")
LOAD = "%load_ext reapi_nb\n%reapi use sandbox"
FOX = "a red fox in the snow"
SOON = PATIENCE_S * 1000
"""Milliseconds: the sandbox paints in earnest, and the machine may be busy."""


@pytest.fixture(scope="module", name="lab")
def _lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running_lab(tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest_asyncio.fixture(loop_scope="module", name="notebook")
async def _notebook(
    lab: Lab, browser: Browser, request: pytest.FixtureRequest
) -> AsyncIterator[Notebook]:
    """A notebook whose second cell asks for pictures."""
    ask = f'job = %reapi mj "{FOX} --ar 3:2" --speed draft'
    path = lab.write(request.node.name, LOAD, ask, "last = 1")
    notebook = await lab.open(browser, path)
    yield notebook
    await notebook.close()


@pytest_asyncio.fixture(loop_scope="module", name="board")
async def _board(notebook: Notebook) -> Locator:
    """The board of that cell, filled."""
    await notebook.run(0, 1)
    board = _board_in(notebook, 1)
    await expect(_pictures(board)).to_have_count(4, timeout=SOON)
    return board


def _board_in(notebook: Notebook, cell: int) -> Locator:
    return notebook.cell(cell).get_by_role("region", name=re.compile("^mj task_"))


def _pictures(board: Locator, words: str = FOX) -> Locator:
    return board.get_by_role("img", name=re.compile(f"^{words}"))


def _button(within: Locator, name: str) -> Locator:
    return within.get_by_role("button", name=name, exact=True)


def _upscales(board: Locator) -> Locator:
    """The strips of upscales on a board."""
    return board.get_by_role("group", name=re.compile("^upscale "))


async def _upscaled(board: Locator) -> None:
    await _button(board, "Upscale 2").click()
    await expect(_pictures(_upscales(board))).to_be_visible(timeout=SOON)


async def _task_id(board: Locator) -> str:
    label = await board.get_attribute("aria-label")
    return str(label).removeprefix("mj ")


async def test_the_quickstart_fills_its_board_while_the_kernel_sleeps(lab, browser):
    """Pictures come while a later cell is busy, and a press is served at the latest after it."""
    shown = nbformat.read(QUICKSTART, as_version=4).cells
    load, ask, *_ = (cell.source for cell in shown if cell.cell_type == "code")
    notebook = await lab.open(
        browser, lab.write("quickstart", load, ask, "import time\ntime.sleep(90)")
    )
    board = _board_in(notebook, 1)

    await notebook.run(0, 1)
    await notebook.start(2)

    await expect(_pictures(board, "a serene Japanese garden")).to_have_count(4, timeout=SOON)
    await expect(notebook.prompt(2)).to_have_text("[*]:")
    await _button(board, "Upscale 2").click()
    await notebook.interrupt()
    garden = _pictures(_upscales(board), "a serene Japanese garden")
    await expect(garden).to_be_visible(timeout=SOON)
    await notebook.close()


async def test_a_double_click_buys_one_upscale(lab, board):
    """A nervous finger on a paid button makes one strip and one charge."""
    before = charged(lab.home)

    await _button(board, "Upscale 2").dblclick()

    await expect(_pictures(_upscales(board))).to_be_visible(timeout=SOON)
    await expect(_upscales(board)).to_have_count(1)
    assert len(before) + 1 == len(charged(lab.home))


async def test_a_reloaded_page_has_its_board_back(notebook, board):
    """As long as the kernel lives, a page that is opened again shows a board that still works."""
    await notebook.save()

    await notebook.load()

    await expect(_pictures(board)).to_have_count(4, timeout=SOON)
    await _upscaled(board)


async def test_a_saved_notebook_shows_its_pictures_without_the_kernel(lab, notebook, board):
    """When the kernel is gone, a still picture and the task ids are in the notebook."""
    task_id = await _task_id(board)
    await _upscaled(board)
    await notebook.will_save(1, "([, still]) => still.metadata.reapi.task_ids.length === 2")
    bought = list(charged(lab.home))[-2:]

    await notebook.save()
    await notebook.shut_down()
    await notebook.load()

    await expect(board).to_have_count(0)
    still = notebook.outputs(1).nth(1).locator("img")
    await expect(still).to_be_visible()
    box = await still.bounding_box()
    assert box
    assert box["width"] > 300
    assert box["height"] > 100
    kept = nbformat.read(notebook.path, as_version=4).cells[1].outputs[1]
    assert task_id == bought[0]
    assert bought == kept.metadata.reapi.task_ids
    assert all(bought_id in kept.data["text/plain"] for bought_id in bought)


async def test_a_board_comes_back_in_a_new_kernel_with_nobody_to_ask(lab, notebook, board):
    """Show brings the board and its clicked strip back from disk, with an API that forgot all."""
    task_id = await _task_id(board)
    await _upscaled(board)
    await notebook.restart()
    await notebook.edit(2, f"%reapi show {task_id}")

    with _forgetful_sandbox(lab):
        await notebook.run(0, 2)

        shown = _board_in(notebook, 2)
        await expect(_pictures(shown)).to_have_count(5, timeout=SOON)
        await expect(_pictures(_upscales(shown))).to_be_visible()
        await notebook.shut_down()
        assert {} == charged(lab.home)


@contextmanager
def _forgetful_sandbox(lab: Lab) -> Iterator[None]:
    """For a while the sandbox finds no ledger, so it knows no task and has no pictures."""
    aside = lab.home / "aside"
    aside.mkdir()
    for file in lab.home.glob("sandbox.sqlite3*"):
        file.rename(aside / file.name)
    yield
    for file in lab.home.glob("sandbox.sqlite3*"):
        file.unlink()
    for file in aside.iterdir():
        file.rename(lab.home / file.name)
    aside.rmdir()


async def test_running_all_again_is_free(lab, notebook, board):
    """After a restart the same cells show the same pictures for no new charge, and say so."""
    before, task_id = charged(lab.home), await _task_id(board)
    await notebook.restart()

    await notebook.run_all()

    await expect(board).to_contain_text("from the library", timeout=SOON)
    await expect(_pictures(board)).to_have_count(4)
    assert task_id == await _task_id(board)
    assert before == charged(lab.home)


async def test_only_one_of_board_and_still_is_seen(notebook, board):
    """The still hides below the living board, and clearing the output leaves neither."""
    still = notebook.outputs(1).nth(1)
    await expect(still.locator("img")).to_have_count(1, timeout=SOON)

    await expect(board).to_be_visible()
    await expect(still).to_be_hidden()

    await notebook.select(1)
    await notebook.command("notebook:clear-cell-output")
    await expect(notebook.outputs(1)).to_have_count(0)
    await expect(notebook.page.locator("dialog, .rb-board")).to_have_count(0)


async def test_the_lightbox_keeps_its_keys_from_the_notebook(notebook, board):
    """Arrows walk, Escape closes, and keys that would delete or add a cell do nothing to it."""
    await _pictures(board).nth(1).click()
    box = notebook.page.get_by_role("dialog", name=re.compile("^Picture"))
    await expect(box).to_contain_text("1344 \u00d7 896 px", timeout=SOON)
    before = await notebook.state()

    for key in ("d", "d", "a", "b", "ArrowDown", "ArrowUp", "ArrowRight"):
        await notebook.page.keyboard.press(key)
    await expect(box).to_have_accessible_name("Picture 3 of 4")
    await notebook.page.keyboard.press("ArrowLeft")
    await expect(box).to_have_accessible_name("Picture 2 of 4")
    await notebook.page.keyboard.press("Escape")

    await expect(box).to_be_hidden()
    await expect(_pictures(board).nth(1)).to_be_focused()
    assert before == await notebook.state()


async def test_save_downloads_the_original(lab, notebook, board):
    """What Save hands over is the file of the library, byte for byte."""
    original = lab.home / "tasks" / "sandbox" / await _task_id(board) / "1.png"

    async with notebook.page.expect_download() as downloading:
        await _button(board, "Save 2").click()

    saved = Path(await (await downloading.value).path())
    assert _sha256(original) == _sha256(saved)


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


async def test_every_word_can_be_read(notebook, board):
    """In both themes, wide and narrow, text stands out from what is behind it and stays inside."""
    await _upscaled(board)
    poor = {}

    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        await notebook.command("apputils:change-theme", theme=theme)
        for width in (1350, 700):
            await notebook.page.set_viewport_size({"width": width, "height": 1000})
            await expect(notebook.page.locator("body")).to_have_attribute(
                "data-jp-theme-name", theme
            )
            poor[theme, width] = await board.evaluate(POOR)

    assert [] == [(where, texts) for where, texts in poor.items() if texts]
