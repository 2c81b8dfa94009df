"""
One daemon thread, one asyncio loop, one way in.

A task on the kernel's own loop freezes while a cell runs; this thread does not. Whoever
stands outside posts work and returns; nobody on the loop ever waits for a thread.
"""

from __future__ import annotations

import asyncio
import atexit
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from reapi_nb.errors import ReapiError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from concurrent.futures import Future

T = TypeVar("T")
STOP_S = 1.0
"""How long a stop may take before the thread is left behind, in seconds."""


class Bridge:
    """A loop on a thread of its own, from now until `stop`."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="reapi-nb", daemon=True)
        self._thread.start()
        atexit.register(self.stop)

    def run(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Start work on the loop. May be called from any thread but the loop's own."""
        if threading.current_thread() is self._thread:
            raise RuntimeError("the engine's thread cannot wait for itself: await instead")
        if self._loop.is_closed():
            work.close()
            raise ReapiError("this session is closed: make a new one")
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def background(self, work: Callable[[], object]) -> None:
        """Do something slow in a worker thread. May be called from any thread."""
        self._loop.call_soon_threadsafe(self._loop.run_in_executor, None, work)

    def stop(self, farewell: Coroutine[Any, Any, object] | None = None) -> None:
        """
        End the loop and its thread.

        Args:
            farewell: What the loop does last; it is given up after a second.
        """
        atexit.unregister(self.stop)
        if self._thread.is_alive():
            if farewell is not None:
                with suppress(Exception):  # a stop must not fail
                    self.run(farewell).result(STOP_S)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(STOP_S)
        elif farewell is not None:
            farewell.close()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            for task in asyncio.all_tasks(self._loop):
                task.cancel()
            self._loop.run_until_complete(asyncio.sleep(0))
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
            self._loop.close()
