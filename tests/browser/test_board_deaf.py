"""A browser that is too busy to load a board in time, in a real JupyterLab."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import Browser, expect

from tests.browser.lab import PATIENCE_S, running_lab
from tests.faults.kernel import KEY
from tests.faults.server import RecordingServer

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.asyncio(loop_scope="module")

LOAD = "%load_ext reapi_nb"
ASK = '%reapi mj "a red fox in the snow" --speed draft'
SOON = PATIENCE_S * 1000

_TOO_LATE = """() => {
  // The two seconds that anywidget gives a module are over at once, as if the page had been busy.
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (ms) => timeout(ms === 2000 ? 0 : ms);
}"""


async def test_a_board_that_came_too_late_hears_all_the_same(
    tmp_path: Path, browser: Browser, environ
):
    """Its widget refuses all messages; the board takes them, asks for what it missed, and works."""
    with RecordingServer() as server:
        environ(REAPI_API_KEY=KEY, REAPI_BASE_URL=server.origin)
        with running_lab(tmp_path) as lab:
            notebook = await lab.open(browser, lab.write("busy", LOAD, ASK))
            refused: list[str] = []
            notebook.page.on("pageerror", lambda error: refused.append(str(error)))
            await notebook.run(0)
            await notebook.page.evaluate(_TOO_LATE)

            await notebook.run(1)

            board = notebook.cell(1).get_by_role("region", name=re.compile("^mj task_"))
            pictures = board.get_by_role("img", name=re.compile("^a red fox"))
            await expect(pictures).to_have_count(4, timeout=SOON)
            await board.get_by_role("button", name="Upscale 2", exact=True).click()
            await expect(pictures).to_have_count(8, timeout=SOON)
            assert any("Failed to initialize model" in error for error in refused), refused
            await notebook.close()
