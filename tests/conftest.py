"""What every test stands on: no environment of the person who runs them, a home of its own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library, config and data folder that nobody else uses, and no keys."""
    for name in os.environ:
        if name.startswith(("REAPI_", "APIXO_", "JPY_SESSION")):
            monkeypatch.delenv(name)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    library = tmp_path / "home"
    monkeypatch.setenv("REAPI_NB_HOME", str(library))
    return library
