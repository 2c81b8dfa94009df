"""
What a kernel does right after it has loaded the extension: it looks for jobs of dead kernels.

Nobody waits for that, and where there are none no engine is started: its thread waits idle for the
first session.
"""

from __future__ import annotations

import logging
import os
from concurrent.futures import Future
from contextlib import closing
from typing import TYPE_CHECKING

from reapi_nb.bridge import Bridge
from reapi_nb.errors import LibraryFault, ReapiError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from reapi_nb.settings import Settings

AFTER_S = 0.05
"""How long the cell that loads the extension is left alone, in seconds."""

_log = logging.getLogger("reapi_nb")


class Early:
    """
    The engine's thread before there is an engine.

    Args:
        take_up: Is called on a worker thread, if there is anything under way in the library.

    Raises:
        LibraryFault: There cannot be a library.
    """

    def __init__(self, settings: Settings, take_up: Callable[[], object]) -> None:
        _check(settings.home)
        self._take_up = take_up
        self._home = settings.home
        self._looked: Future[None] = Future()
        self._bridge: Bridge | None = Bridge()
        bridge = self._bridge
        bridge.later(AFTER_S, lambda: bridge.background(self._look))

    def wait(self) -> None:
        """Return when everything is taken up."""
        self._looked.result()

    def bridge(self) -> Bridge:
        """The thread for the first session that asks for it; later ones have their own."""
        spare, self._bridge = self._bridge, None
        return spare or Bridge()

    def close(self) -> None:
        """End the thread, if nobody has it."""
        if self._bridge is not None:
            self._bridge.stop()
            self._bridge = None

    def _look(self) -> None:
        from reapi_nb.library import Library  # noqa: PLC0415 - loaded on that thread

        try:
            if (self._home / Library.FILE).exists():
                with closing(Library(self._home)) as library:
                    left = library.unfinished()
                if left:
                    self._take_up()
        except ReapiError as no:  # the first line says it to people
            _log.info("nothing was taken up: %s", no)
        finally:
            self._looked.set_result(None)


def _check(home: Path) -> None:
    """A library that cannot be is said while somebody reads it."""
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    if not (there.is_dir() and os.access(there, os.W_OK)):
        raise LibraryFault(
            f"the library {home} cannot be used ({there} is no folder that can be written): "
            "set REAPI_NB_HOME to another one"
        )
