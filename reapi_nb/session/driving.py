"""
The way to the engine's thread: start jobs, post what is to be done, follow other kernels.

Nothing here waits, but for `ready` and the end.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from reapi_nb.bridge import Bridge
from reapi_nb.errors import LibraryFault, ReapiError
from reapi_nb.job import Status
from reapi_nb.session.building import build

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from reapi_nb.engine import Engine
    from reapi_nb.library import Library
    from reapi_nb.prices import Caps
    from reapi_nb.session.handles import Handles, Job
    from reapi_nb.settings import Settings

REFRESH_S = 2.0
_log = logging.getLogger("reapi_nb")


class Driver:
    """
    One engine on its own thread.

    Args:
        library: Is only read.
        handles: Hear every snapshot.
        caps: The most credits, where credits are money.
    """

    def __init__(self, settings: Settings, library: Library, handles: Handles, caps: Caps) -> None:
        self._library = library
        self._handles = handles
        self.bridge = Bridge()
        self.engine: Future[Engine] = self.bridge.run(build(settings, handles.entered, caps))
        self.bridge.run(self._refresh())

    def check(self) -> None:
        """An engine that could not start says why."""
        if self.engine.done():
            self.engine.result()

    @property
    def paused(self) -> ReapiError | None:
        """Why nothing is sent at the moment, as far as there is an engine."""
        runs = self.engine.done() and not self.engine.exception()
        return self.engine.result().paused if runs else None

    def ready(self) -> None:
        """Wait until the engine runs."""
        self.engine.result()

    def start(self, job: Job) -> None:
        """Let the engine carry a new job; where there is none, the job says why."""

        async def starting() -> None:
            try:
                (await asyncio.wrap_future(self.engine)).start(job.snapshot)
            except Exception as no:  # noqa: BLE001 - whatever it was, nothing was sent
                _log.error("job %s was not sent: %s", job.job_id, no)
                error = no if isinstance(no, ReapiError) else ReapiError(f"no engine: {no!r}")
                self._handles.entered(job.snapshot.but(status=Status.REJECTED, error=error))

        self.bridge.run(starting())

    def post(self, act: Callable[[Engine], object]) -> Future[None]:
        """Do something on the engine's thread, in the order of posting."""

        async def acting() -> None:
            try:
                act(await asyncio.wrap_future(self.engine))
            except ReapiError as no:
                _log.error("%s", no)
            except Exception:  # noqa: BLE001 - logged, and the engine goes on
                _log.exception("the engine could not do what was asked")

        return self.bridge.run(acting())

    def stop(self) -> None:
        """Stop the engine and its thread; tasks go on at the server."""
        self.bridge.stop(self._stop())

    async def _stop(self) -> None:
        await (await asyncio.wrap_future(self.engine)).stop()

    async def _refresh(self) -> None:
        """Follow the jobs that another kernel looks after, through the library."""
        engine = await asyncio.wrap_future(self.engine)
        while True:
            await asyncio.sleep(REFRESH_S)
            with suppress(LibraryFault):  # next time, then
                for job in self._handles.all():
                    follows = job.status.facts.moving and not engine.drives(job.job_id)
                    if kept := self._library.job(job.job_id) if follows else None:
                        self._handles.entered(kept)
