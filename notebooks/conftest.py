"""The notebooks stand on what the tests stand on, also when they are run without the tests."""

# ruff: noqa: INP001 - a folder of notebooks is no package

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))
from tests.conftest import pytest_configure, pytest_unconfigure

__all__ = ["pytest_configure", "pytest_unconfigure"]
