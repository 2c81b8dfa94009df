"""
What a kernel does right after it has loaded the extension: it looks for jobs of dead kernels.

Nobody waits for that, and where there are none no engine is started.
"""

from __future__ import annotations

import logging
import os
from contextlib import closing
from typing import TYPE_CHECKING

from reapi_nb.bridge import aside
from reapi_nb.errors import LibraryFault, ReapiError

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from pathlib import Path

    from reapi_nb.settings import Settings

AFTER_S = 0.05
"""How long the cell that loads the extension is left alone, in seconds."""

_log = logging.getLogger("reapi_nb")


def take_up_early(settings: Settings, take_up: Callable[[], object]) -> Future[None]:
    """
    Take up what dead kernels left, a moment later and on a thread of its own.

    Args:
        take_up: Is called there, if there is anything under way in the library.

    Raises:
        LibraryFault: There cannot be a library.
    """
    _check(settings.home)

    def look() -> None:
        from reapi_nb.library import Library  # noqa: PLC0415 - loaded on that thread

        try:
            if not (settings.home / Library.FILE).exists():
                return
            with closing(Library(settings.home)) as library:
                left = library.unfinished()
            if left:
                take_up()
        except ReapiError as no:  # the first line says it to people
            _log.info("nothing was taken up: %s", no)

    return aside(look, after_s=AFTER_S)


def _check(home: Path) -> None:
    """A library that cannot be is said while somebody reads it."""
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    if not (there.is_dir() and os.access(there, os.W_OK)):
        raise LibraryFault(
            f"the library {home} cannot be used ({there} is no folder that can be written): "
            "set REAPI_NB_HOME to another one"
        )
