"""What every test stands on: no environment of the person who runs them, a home of its own."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

_FOLDERS = ("REAPI_NB_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "IPYTHONDIR")
_OURS = ("REAPI_", "APIXO_", "JPY_SESSION_NAME")


def pytest_configure(config: pytest.Config) -> None:
    """Notebooks run without fixtures, so their kernels inherit this. Once, whoever asks for it."""
    if _FOLDER in config.stash:
        return
    for name in [name for name in os.environ if name.startswith(_OURS)]:
        del os.environ[name]
    folder = config.stash[_FOLDER] = Path(tempfile.mkdtemp(prefix="reapi-nb-tests-"))
    for name in _FOLDERS:
        os.environ[name] = str(folder / name.lower())


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(config.stash[_FOLDER], ignore_errors=True)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library, config and data folder that no other test uses."""
    for name in _FOLDERS:
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    return tmp_path / "reapi_nb_home"


_FOLDER: pytest.StashKey[Path] = pytest.StashKey()
