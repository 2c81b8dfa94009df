"""The sandbox served by another process, and kernels that take it for the real API."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from tests.kernels import Kernel, kernel

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def sandbox(home: str, latency_s: float) -> Iterator[str]:
    """The served sandbox, whose tasks take so many seconds; its origin."""
    words = ["sandbox", "--port", "0", "--key", "bench", "--latency", f"{latency_s:g}"]
    command = [sys.executable, "-c", "from reapi_nb.cli import main; main()", *words]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        env={"REAPI_NB_HOME": f"{home}/sandbox", "PYTHONUNBUFFERED": "1"},
    ) as server:
        assert server.stdout is not None
        try:
            found = re.search(r"http://[\w.]+:\d+", server.stdout.readline())
            assert found, "the sandbox did not say where it is"
            yield found[0]
        finally:
            server.terminate()


@contextmanager
def shell(home: str, origin: str) -> Iterator[Kernel]:
    """A kernel whose account is at this origin; the extension is not loaded."""
    with kernel(
        REAPI_NB_HOME=f"{home}/library",
        REAPI_BASE_URL=origin,
        REAPI_API_KEY="bench",
        XDG_CONFIG_HOME=home,
        IPYTHONDIR=f"{home}/ipython",
        # As on anybody's machine, modules are compiled once, whatever this environment says.
        PYTHONDONTWRITEBYTECODE="",
        PYTHONPYCACHEPREFIX=_bytecode(),
    ) as it:
        yield it


@contextmanager
def warm(home: str, origin: str) -> Iterator[Kernel]:
    """The same, after it has shown a widget, as a kernel with any widget in it has."""
    with shell(home, origin) as it:
        it.run("import ipywidgets, asyncio; ipywidgets.Button()")
        it.run("pass")
        yield it


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Removed when the benchmarks end."""
    return tempfile.TemporaryDirectory(prefix="reapi-nb-bytecode-")


def _bytecode() -> str:
    return _folder().name
