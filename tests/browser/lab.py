"""
A real JupyterLab with notebooks open in a real browser, and the words to use them.

Whatever Lab, its kernels and we keep lies below one temporary folder; only the installed front-end
extensions come from this Python. Nothing here knows what a board looks like.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from urllib.request import urlopen

import nbformat
import psutil
from playwright.async_api import expect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.async_api import Browser, Locator, Page

TOKEN = "t"
START_S = 60.0
CELL_S = 60.0
"""How long a cell, a kernel or a picture may take on a busy machine, in seconds."""

_FOLDERS = (
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
    "JUPYTERLAB_SETTINGS_DIR",
    "JUPYTERLAB_WORKSPACES_DIR",
    "IPYTHONDIR",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_CACHE_HOME",
    "REAPI_NB_HOME",
)
_SETTINGS: dict[str, dict[str, Any]] = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "apputils-extension/sessionDialogs": {"skipKernelRestartDialog": True},
}
"""What a tester's Lab does differently: it calls nobody, and asks nothing."""


class Lab:
    """A running server; `origin` is where it answers."""

    def __init__(self, folder: Path, origin: str) -> None:
        self.notebooks = folder / "notebooks"
        self.home = folder / "reapi_nb_home"
        self.origin = origin

    def write(self, name: str, cells: list[str]) -> Path:
        """A notebook of code cells, in the server's root folder."""
        made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in cells])
        made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
        path = self.notebooks / name
        nbformat.write(made, path)
        return path

    async def open(self, browser: Browser, path: Path, **options: Any) -> Notebook:
        """A page of its own with a notebook in it, its kernel started."""
        context = await browser.new_context(**{"viewport": _VIEWPORT, **options})
        page = await context.new_page()
        page.set_default_timeout(CELL_S * 1000)
        notebook = Notebook(page, path, self.origin)
        await notebook.load()
        return notebook


_VIEWPORT = {"width": 1350, "height": 1000}


class Notebook:
    """A notebook in the browser. Cells are numbered from 0, also those of text."""

    def __init__(self, page: Page, path: Path, origin: str) -> None:
        self.page = page
        self.path = path
        self._url = f"{origin}/lab/tree/{quote(path.name)}?token={TOKEN}&reset"

    async def load(self) -> None:
        """Open it, or open it again."""
        await self.page.goto(self._url)
        await self.page.locator(".jp-Notebook .jp-Cell").first.wait_for()
        await self.ready()

    async def ready(self) -> None:
        """Wait until the kernel has nothing to do."""
        sign = self.page.locator(".jp-NotebookPanel .jp-Notebook-ExecutionIndicator")
        await expect(sign).to_have_attribute("data-status", "idle", timeout=CELL_S * 1000)

    def cell(self, n: int) -> Locator:
        return self.page.locator(".jp-Notebook .jp-Cell").nth(n)

    def output(self, n: int) -> Locator:
        return self.cell(n).locator(".jp-OutputArea-output")

    def prompt(self, n: int) -> Locator:
        """`[*]:` while the cell runs, `[3]:` after it."""
        return self.cell(n).locator(".jp-InputPrompt")

    async def select(self, n: int) -> None:
        """Make a cell the active one, in command mode."""
        await self.prompt(n).click()

    async def start(self, n: int) -> None:
        """Run a cell and do not wait for it."""
        await self.select(n)
        await self.page.keyboard.press("Control+Enter")

    async def run(self, *numbers: int) -> None:
        """Run cells, one after the other."""
        for n in numbers:
            await self.start(n)
            await self.ran(n)

    async def ran(self, n: int) -> None:
        """Wait for the end of a cell."""
        await expect(self.prompt(n)).to_have_text(_NUMBERED, timeout=CELL_S * 1000)

    async def command(self, name: str) -> None:
        """One of Lab's own commands, as its menu would run it."""
        await self.page.evaluate("name => jupyterapp.commands.execute(name)", name)
