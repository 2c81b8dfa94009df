"""What every test stands on: no environment of the person who runs them, a home of its own."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reapi_nb.library import Library
from tests.clocks import VirtualClock
from tests.faults.server import RecordingServer
from tests.notebooks import Notebook

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOLDERS = ("REAPI_NB_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "IPYTHONDIR")
_OURS = ("REAPI_", "APIXO_", "JPY_SESSION_NAME")


_SLOW = ("browser/test_jupyterlab", "browser/", "kernel/", ".ipynb", "test_storm", "test_kill_e")
"""Parts of the names of the files that take longest, the longest first."""


def pytest_configure(config: pytest.Config) -> None:
    """Notebooks run without fixtures, so their kernels inherit this. Once, whoever asks for it."""
    if _FOLDER in config.stash:
        return
    for name in [name for name in os.environ if name.startswith(_OURS)]:
        del os.environ[name]
    folder = config.stash[_FOLDER] = Path(tempfile.mkdtemp(prefix="reapi-nb-tests-"))
    for name in _FOLDERS:
        os.environ[name] = str(folder / name.lower())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first, so that no process waits for another one's at the end."""
    items.sort(key=lambda item: next((n for n, part in enumerate(_SLOW) if part in item.nodeid), 9))


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(config.stash[_FOLDER], ignore_errors=True)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library, config and data folder that no other test uses."""
    for name in _FOLDERS:
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    return tmp_path / "reapi_nb_home"


@pytest.fixture(name="environ")
def _environ(monkeypatch: pytest.MonkeyPatch):
    """Sets variables as keyword arguments."""

    def put(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return put


@pytest.fixture(name="clock")
def _clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture(name="library")
def _library(home: Path, clock: VirtualClock) -> Iterator[Library]:
    with closing(Library(home, clock=clock.now)) as library:
        yield library


_FOLDER: pytest.StashKey[Path] = pytest.StashKey()


@pytest.fixture(name="notebook")
def _notebook(monkeypatch: pytest.MonkeyPatch) -> Notebook:
    """What says which cell runs, where there is no kernel."""
    notebook = Notebook()
    monkeypatch.setitem(sys.modules, "IPython", notebook)
    return notebook


@pytest.fixture(name="endless")
def _endless() -> Iterator[RecordingServer]:
    """A server whose tasks never end."""
    with RecordingServer(seconds=1e9) as server:
        yield server
