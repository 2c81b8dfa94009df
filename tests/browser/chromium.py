"""The browser that tests drive: whatever Chromium this machine has.

Only Playwright's async interface is used; the sync one leaves a running loop behind
and every async test after it fails.
"""

from __future__ import annotations

import os
import shutil
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import Browser, async_playwright

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = ["--no-sandbox", "--disable-background-networking"]


def find_chromium() -> str | None:
    """The path of an installed Chromium, if there is one."""
    places = ("/usr/bin/chromium", *map(shutil.which, _NAMES))
    return next((place for place in places if place and Path(place).exists()), None)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A headless browser; the test is skipped where there is none, except in CI."""
    path = find_chromium()
    if path is None:
        missing = f"no browser found (looked for {', '.join(_NAMES)})"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=_ARGUMENTS, headless=True
        )
        try:
            yield browser
        finally:
            await browser.close()
