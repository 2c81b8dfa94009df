"""
One daemon thread, one asyncio loop, one way in.

A task on the kernel's own loop freezes while a cell runs; this thread does not. Whoever
stands outside posts work and returns; nobody on the loop ever waits for a thread.

A forked process has the memory of its parent and none of its threads: there a bridge leads
nowhere, and says so. It closes nothing, because all of it is still the parent's. And the thread
stands still while its process is forked, because what is half done would stay so in the child.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
import time

# Loaded before anybody asks for `before_exit`: the later it is asked for, the sooner it is done,
# and what is done at the end needs worker threads.
from concurrent.futures import thread as _workers  # noqa: F401
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakMethod

from reapi_nb.errors import ReapiError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from concurrent.futures import Future

T = TypeVar("T")
STOP_S = 1.0
"""How long a stop may take before the thread is left behind, in seconds."""

_LEAST_S = 0.1
"""What is left of that for the thread's own end, however long the farewell took."""


_STILL_S = 0.5
"""How long a fork waits for the thread, and the thread for a fork, in seconds."""


def before_exit(act: Callable[[], object]) -> None:
    """Do something when the interpreter ends, while there are still worker threads."""
    # `atexit` comes too late: by then a look-up of the server's address, or of a file, fails.
    getattr(threading, "_register_atexit", atexit.register)(act)


class Bridge:
    """A loop on a thread of its own, from now until `stop`."""

    def __init__(self) -> None:
        self.lost: Callable[[], object] = _nothing
        """Is called in a forked process, where no news will ever come."""

        self.is_forked = False
        """Whether this process was forked from the one that the loop is in."""

        self._forking: dict[int, threading.Event] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="reapi-nb", daemon=True)
        if hasattr(os, "register_at_fork"):  # Windows does not fork
            os.register_at_fork(
                before=partial(_call, WeakMethod(self._before_fork)),
                after_in_parent=partial(_call, WeakMethod(self._after_fork)),
                after_in_child=partial(_call, WeakMethod(self._forked)),
            )
        self._thread.start()

    def check(self) -> None:
        """
        Make sure that the bridge leads somewhere.

        Raises:
            ReapiError: It was stopped, or this process was forked from the one that made it.
        """
        if self.is_forked:
            raise ReapiError(
                "this process was forked from the one that has the session: make a new Session here"
            )
        if self._loop.is_closed():
            raise ReapiError("this session is closed: make a new one")

    def run(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """
        Start work on the loop. May be called from any thread but the loop's own.

        Raises:
            ReapiError: As `check` does.
        """
        if threading.current_thread() is self._thread:
            raise RuntimeError("the engine's thread cannot wait for itself: await instead")
        try:
            self.check()
        except ReapiError:
            work.close()
            raise
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def background(self, work: Callable[[], object]) -> None:
        """Do something slow in a worker thread. May be called from any thread."""
        if not self.is_forked:
            self._loop.call_soon_threadsafe(self._loop.run_in_executor, None, work)

    def later(self, seconds: float, work: Callable[[], object]) -> None:
        """Do something quick on the loop, after some seconds. May be called from any thread."""
        if not (self.is_forked or self._loop.is_closed()):
            self._loop.call_soon_threadsafe(self._loop.call_later, seconds, work)

    def stop(self, farewell: Future[Any] | None = None) -> None:
        """
        End the loop and its thread.

        Args:
            farewell: What the loop does last, as `run` has started it; it is given up after a
                second.
        """
        if not self._thread.is_alive():  # nor is it in a forked process
            return
        until = time.monotonic() + STOP_S
        if farewell is not None:
            with suppress(Exception):  # a stop must not fail
                farewell.result(STOP_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(max(_LEAST_S, until - time.monotonic()))

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

    def _before_fork(self) -> None:
        """Wait until the loop stands still, between two steps of whatever it does."""
        if threading.current_thread() is self._thread or not self._thread.is_alive():
            return
        stands = threading.Event()
        over = self._forking[threading.get_ident()] = threading.Event()

        def stand_still() -> None:
            stands.set()
            over.wait(_STILL_S)

        with suppress(RuntimeError):  # it was closed meanwhile
            self._loop.call_soon_threadsafe(stand_still)
            stands.wait(_STILL_S)

    def _after_fork(self) -> None:
        """The child has what it has: go on."""
        if over := self._forking.pop(threading.get_ident(), None):
            over.set()

    def _forked(self) -> None:
        """This process is the child. Runs in it, before anything else does."""
        self.is_forked = True
        self.lost()


def _call(method: WeakMethod[Callable[[], object]]) -> None:
    """Call a method of something that may be gone."""
    if alive := method():
        alive()


def _nothing() -> None:
    pass
