"""
A real JupyterLab with notebooks open in a real browser, and the words to use them.

Whatever Lab, its kernels and we keep lies below one temporary folder; only the installed front-end
extensions come from this Python. Nothing here knows what a board looks like.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import nbformat
import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.async_api import Browser, BrowserContext, Locator, Page

START_S = 60.0
STOP_S = 10.0
PATIENCE_S = 60.0
"""How long a kernel, a cell or a picture may take on a busy machine, in seconds."""

_TOKEN = "t"
_FOLDERS = (
    *("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"),
    *("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR"),
    *("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "REAPI_NB_HOME"),
)
_ARGUMENTS = (
    *("--no-browser", "--allow-root", "--ServerApp.port=0", "--ServerApp.disable_check_xsrf=True"),
    *(f"--IdentityProvider.token={_TOKEN}", "--LabApp.expose_app_in_browser=True"),
)
_SETTINGS: dict[str, dict[str, Any]] = {
    "notification": {"fetchNews": "false", "checkForUpdates": False},
    "sessionDialogs": {"skipKernelRestartDialog": True},
}
"""How this Lab differs from a fresh one: it calls nobody and asks nothing."""

_VIEWPORT = {"width": 1350, "height": 1000}


class Lab:
    """A running server and the folders of what it keeps."""

    def __init__(self, folder: Path) -> None:
        self.notebooks = folder / "notebooks"
        self.home = folder / "reapi_nb_home"
        self.log = folder / "lab.log"
        self.runtime = folder / "jupyter_runtime_dir"
        self.url = ""
        self._contexts: dict[str, BrowserContext] = {}

    def write(self, name: str, *cells: str) -> Path:
        """A notebook of code cells. No cell has an id that another notebook's cell has."""
        made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in cells])
        made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
        path = self.notebooks / f"{name}.ipynb"
        nbformat.write(made, path)
        return path

    async def _context(self, browser: Browser, options: dict[str, Any]) -> BrowserContext:
        """One for all notebooks that look alike: Lab is loaded and compiled once in it."""
        key = json.dumps(options, sort_keys=True)
        if key not in self._contexts:
            made = await browser.new_context(**{"viewport": _VIEWPORT, **options})
            self._contexts[key] = made
        return self._contexts[key]

    async def open(self, browser: Browser, path: Path, **options: Any) -> Notebook:
        """A window of its own with a notebook in it, its kernel ready."""
        page = await (await self._context(browser, options)).new_page()
        page.set_default_timeout(PATIENCE_S * 1000)
        notebook = Notebook(page, path, f"{self.url}lab/tree/{path.name}?token={_TOKEN}&reset")
        await notebook.load()
        return notebook


class Notebook:
    """A notebook in the browser. Its cells are numbered from 0, those of text too."""

    def __init__(self, page: Page, path: Path, url: str) -> None:
        self.page = page
        self.path = path
        self._url = url

    async def load(self) -> None:
        """Open it, or open it again."""
        await self.page.goto(self._url)
        await self.page.locator(".jp-Notebook .jp-Cell").first.wait_for()
        await self.page.evaluate(_READY)

    def cell(self, n: int) -> Locator:
        return self.page.locator(".jp-Notebook .jp-Cell").nth(n)

    def outputs(self, n: int) -> Locator:
        """What a cell has displayed, one by one."""
        return self.cell(n).locator(".jp-OutputArea-child")

    def prompt(self, n: int) -> Locator:
        """`[*]:` while the cell runs, `[3]:` after it."""
        return self.cell(n).locator(".jp-InputPrompt")

    async def select(self, n: int) -> None:
        """Make a cell the active one."""
        await self.page.evaluate(f"n => void ({_NOTEBOOK}.activeCellIndex = n)", n)

    async def edit(self, n: int, code: str) -> None:
        """Replace what a cell says."""
        await self.page.evaluate(
            f"([n, code]) => {_NOTEBOOK}.widgets[n].model.sharedModel.setSource(code)", [n, code]
        )

    async def will_save(self, n: int, test: str) -> None:
        """Wait until a JavaScript function says yes to the outputs of a cell as they are saved."""
        outputs = f"{_NOTEBOOK}.widgets[{n}].model.outputs.toJSON()"
        await self.page.wait_for_function(f"() => ({test})({outputs})")

    async def state(self) -> dict[str, Any]:
        """What stray keys would change: how many cells, which one is active, and its mode."""
        return await self.page.evaluate(
            f"() => {{ const {{ widgets, activeCellIndex, mode }} = {_NOTEBOOK};"
            " return { cells: widgets.length, activeCellIndex, mode }; }"
        )

    async def start(self, n: int) -> None:
        """Run a cell and do not wait for it."""
        await self.select(n)
        await self.page.evaluate("() => void jupyterapp.commands.execute('notebook:run-cell')")

    async def run(self, *numbers: int) -> None:
        """Run cells, each to its end."""
        for n in numbers:
            await self.select(n)
            await self.command("notebook:run-cell")

    async def run_all(self) -> None:
        await self.command("notebook:run-all-cells")

    async def save(self) -> None:
        await self.command("docmanager:save")

    async def interrupt(self) -> None:
        await self.command("notebook:interrupt-kernel")

    async def restart(self) -> None:
        await self.command("notebook:restart-kernel")
        await self.page.evaluate(_READY)

    async def shut_down(self) -> None:
        await self.command("notebook:shutdown-kernel")

    async def close(self) -> None:
        """End the kernel and close the window."""
        await self.shut_down()
        await self.page.close()

    async def command(self, name: str, **arguments: Any) -> None:
        """One of Lab's own commands, as its menu runs it."""
        await self.page.evaluate(
            "async ([name, its]) => { await jupyterapp.commands.execute(name, its); }",
            [name, arguments],
        )


_NOTEBOOK = "jupyterapp.shell.currentWidget.content"
_READY = """async () => {
  const context = jupyterapp.shell.currentWidget.sessionContext;
  await context.ready;
  await context.session?.kernel?.info;
}"""


@contextmanager
def running_lab(folder: Path) -> Iterator[Lab]:
    """JupyterLab below a folder, for as long as the block lasts. No kernel outlives it."""
    lab = Lab(folder)
    lab.notebooks.mkdir()
    settings = folder / "jupyterlab_settings_dir" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    for name, values in _SETTINGS.items():
        (settings / f"{name}.jupyterlab-settings").write_text(json.dumps(values))
    own = {name: str(folder / name.lower()) for name in _FOLDERS}
    others = {name: it for name, it in os.environ.items() if not name.startswith("JUPYTER")}
    with lab.log.open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyter", "lab", *_ARGUMENTS],
            cwd=lab.notebooks,
            env={**others, **own},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            lab.url = _url_of(lab, server)
            yield lab
        finally:
            _end(server)


def _url_of(lab: Lab, server: subprocess.Popen[bytes]) -> str:
    """Where the server answers, once it does: its file is written when it listens."""
    until = time.monotonic() + START_S
    file = lab.runtime / f"jpserver-{server.pid}.json"
    while True:
        try:
            return f"http://127.0.0.1:{json.loads(file.read_text())['port']}/"
        except (OSError, ValueError):
            assert server.poll() is None, lab.log.read_text()
            assert time.monotonic() < until, lab.log.read_text()
            time.sleep(0.05)


def _end(server: subprocess.Popen[bytes]) -> None:
    """Stop the server and every kernel of it; these are process groups of their own."""
    if server.poll() is not None:
        return
    itself = psutil.Process(server.pid)
    processes = [itself, *itself.children(recursive=True)]
    server.terminate()
    _gone, left = psutil.wait_procs(processes, timeout=STOP_S)
    for process in left:
        process.kill()
    server.wait()
