"""
The way to the engine's thread: start jobs, post what is to be done, follow other kernels.

Nothing here waits, but for `ready` and the end.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING
from weakref import WeakSet

from reapi_nb.bridge import Bridge, before_exit
from reapi_nb.errors import LibraryFault, ReapiError
from reapi_nb.job import Status
from reapi_nb.session.building import build

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Future

    from reapi_nb.engine import Engine
    from reapi_nb.library import Library
    from reapi_nb.prices import Caps
    from reapi_nb.session.handles import Handles, Job
    from reapi_nb.settings import Settings

REFRESH_S = 2.0
_log = logging.getLogger("reapi_nb")

_LEFT = (
    (
        {Status.PROCESSING, Status.SAVING},
        "{} task goes on at the server: the next kernel with this library takes it up",
        "{} tasks go on at the server: the next kernel with this library takes them up",
    ),
    (
        {Status.QUEUED},
        "{} job was not sent: it waits in the library to be sent or cancelled",
        "{} jobs were not sent: they wait in the library to be sent or cancelled",
    ),
    (
        {Status.SENDING},
        "{} request got no answer in time: it may have been charged",
        "{} requests got no answer in time: they may have been charged",
    ),
)
"""What is said of one job, and of several, that an interpreter leaves when it ends."""

_at_work: WeakSet[Driver] = WeakSet()
"""Those that may have something to say at the end."""


class Driver:
    """
    One engine on its own thread.

    Args:
        library: Is only read.
        handles: Hear every snapshot.
        caps: The most credits, where credits are money.
        bridge: A thread that waits for an engine; None for a new one.
    """

    def __init__(
        self,
        settings: Settings,
        library: Library,
        handles: Handles,
        caps: Caps,
        bridge: Bridge | None = None,
    ) -> None:
        self._library = library
        self._handles = handles
        self._started: set[str] = set()
        self._parting: Future[None] | None = None
        self._left: list[Job] = []
        self.bridge = bridge or Bridge()
        self.bridge.lost = self._lose
        self.engine: Future[Engine] = self.bridge.run(build(settings, handles.entered, caps))
        self.bridge.run(self._refresh())
        _at_work.add(self)

    @property
    def is_parting(self) -> bool:
        """Whether somebody has stopped it."""
        return self._parting is not None

    @property
    def left(self) -> list[Status]:
        """Where the jobs stand that it did not bring to their end."""
        return [job.status for job in self._left if job.status.facts.moving]

    def check(self) -> None:
        """An engine that could not start, or is not in this process, says why."""
        self.bridge.check()
        if self.engine.done():
            self.engine.result()

    @property
    def paused(self) -> ReapiError | None:
        """Why nothing is sent at the moment, as far as there is an engine."""
        runs = self.engine.done() and not self.engine.exception()
        return self.engine.result().paused if runs else None

    def ready(self) -> None:
        """Wait until the engine runs."""
        self.bridge.check()
        self.engine.result()

    def start(self, job: Job) -> None:
        """
        Let the engine carry a new job, once; where there is none, the job says why.

        A cell may be interrupted anywhere in here, and be run again.
        """

        async def starting() -> None:
            if job.job_id in self._started:
                return
            self._started.add(job.job_id)
            self._handles.enter(job)
            try:
                (await asyncio.wrap_future(self.engine)).start(job.snapshot)
            except Exception as no:  # noqa: BLE001 - whatever it was, nothing was sent
                _log.error("job %s was not sent: %s", job.job_id, no)
                error = no if isinstance(no, ReapiError) else ReapiError(f"no engine: {no!r}")
                self._handles.entered(job.snapshot.but(status=Status.REJECTED, error=error))

        self.bridge.run(starting())
        self._handles.enter(job)  # now, because this cell may ask what is under way

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

    def stop(self) -> bool:
        """
        Stop the engine and its thread; tasks go on at the server.

        Returns:
            False in a forked process: there everything is the parent's, and stays as it is.
        """
        self.bridge.stop(self.part())
        return not self.bridge.is_forked

    def part(self) -> Future[None] | None:
        """Begin to stop, and return at once; None where that is over."""
        if self._parting is None:
            with suppress(ReapiError):  # there is nothing to stop
                self._parting = self.bridge.run(self._stop())
        return self._parting

    async def _stop(self) -> None:
        engine = await asyncio.wrap_future(self.engine)
        self._left = [job for job in self._handles.all() if engine.drives(job.job_id)]
        await engine.stop()

    def _lose(self) -> None:
        """No news will come to a forked process, and nothing of the parent ends with it."""
        for job in self._handles.all():
            job.leave()

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


def _leave(at_work: WeakSet[Driver]) -> None:
    """The interpreter ends: a submit on the wire has its moment, and what goes on is said."""
    drivers = [driver for driver in at_work if not driver.is_parting]
    for driver in drivers:
        driver.part()  # all at once, so that many take no longer than one
    for driver in drivers:
        driver.stop()
    if said := _farewell([status for driver in drivers for status in driver.left]):
        _log.warning("%s", said)


def _farewell(left: Sequence[Status]) -> str:
    """One line about what goes on, or does not; "" where nothing is left."""
    counts = [(sum(one in those for one in left), one, many) for those, one, many in _LEFT]
    return "; ".join((one if n == 1 else many).format(n) for n, one, many in counts if n)


# With its own set, because a module that is loaded again makes another.
before_exit(partial(_leave, _at_work))
