"""Config files to read, and what is said of those that cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reapi_nb.errors import BadSettings
from reapi_nb.settings import Settings, config_folder

if TYPE_CHECKING:
    from pathlib import Path


def write_config(text: str | bytes) -> Path:
    """The config file, with this in it."""
    file = config_folder() / "config.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def refused(**given) -> str:
    """The one line that says what is wrong."""
    with pytest.raises(BadSettings) as refused:
        Settings.read(**given)
    assert "\n" not in refused.value.message
    return refused.value.message
