"""
The engine: journal, submit, look, fetch, on one asyncio loop.

It knows no thread, no widget and no clock but the one it is given. It never raises at its
callers: a failed job is a snapshot with `error` set, so whoever draws jobs draws failures.
Every snapshot is in the library before anybody hears of it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from reapi_nb.engine.clockwork import Clockwork
from reapi_nb.engine.fetching import Fetcher
from reapi_nb.engine.habits import Habits
from reapi_nb.engine.links import links_of, renewed
from reapi_nb.engine.news import News
from reapi_nb.engine.submitting import Submitter
from reapi_nb.engine.turns import Turns
from reapi_nb.engine.watching import Watcher
from reapi_nb.errors import (
    InvalidRequest,
    LibraryFault,
    OutcomeUnknown,
    ReapiError,
    TakenOver,
    TaskNotFound,
    Unauthorized,
)
from reapi_nb.job import Account, Snapshot, Status
from reapi_nb.prices import Caps

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from typing import Any

    from reapi_nb.client import Client
    from reapi_nb.library import Library
    from reapi_nb.limiter import Limiter

RENEW_S = 10.0
SLEPT_S = 5.0
"""By how much the date may run away from the ticks before the machine must have slept."""

_MOMENTS, _MOMENT_S = 14, 0.05
"""A stop takes less than a second, whatever is under way."""

_log = logging.getLogger("reapi_nb")


class Engine:
    """
    Carries jobs from queued to their end.

    Args:
        say: Hears every snapshot, on the engine's thread.
        caps: The most credits, where credits are money.
        clock: Seconds since the epoch, for what is written down.
        ticks: Seconds that only go forward, for everything that is waited for.
        sleep: How to wait for some seconds.

    All methods run on the engine's loop.
    """

    def __init__(
        self,
        client: Client,
        library: Library,
        limiter: Limiter,
        say: Callable[[Snapshot], object],
        *,
        caps: Caps = Caps(),  # noqa: B008 - immutable
        clock: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._library = library
        self._limiter = limiter
        self._time = Clockwork(clock, ticks, sleep)
        self._news = News(library, say)
        self._say = self._news.say
        self._turns = Turns(limiter, ticks=ticks)
        self._submitter = Submitter(client, self._turns, self._news, self._time)
        self._submitter.caps = caps
        self._watcher = Watcher(client, self._turns, Habits(library), self._time)
        self._look = self._watcher.look
        self._fetcher = Fetcher(client, library.files, self._look, self._time)
        self._tasks: set[asyncio.Task[None]] = set()
        self._runs: dict[str, asyncio.Task[None]] = {}
        self._drift = self._time.drift()
        self._steps = {
            Status.QUEUED: self._submitter.submit,
            Status.PROCESSING: self._watch,
            Status.SAVING: self._fetch,
        }

    @property
    def paused(self) -> ReapiError | None:
        """Why nothing is sent at the moment, where the account takes nothing."""
        return self._submitter.paused

    def start(self, job: Snapshot) -> None:
        """Take a job on from wherever it stands, and return at once."""
        job = self._say(job)
        run = self._runs[job.job_id] = self._spawn(self._carry(job))
        run.add_done_callback(lambda _: self._runs.pop(job.job_id, None))

    def watch_over(self, account: Account) -> None:
        """Take up what dead kernels of this account left, now and from time to time."""
        self.take_over(account)
        self._spawn(self._sweep())
        self._spawn(self._look_after(account))

    def take_over(self, account: Account) -> None:
        """
        Take up what a dead kernel left.

        A task is looked at again, and what was being sent has an unknown outcome. What was only
        queued waits for the user: loading a notebook never spends.
        """
        for job in self._library.take_over(account):
            match job.status:
                case Status.QUEUED:
                    self._say(job.but(status=Status.HELD, error=None))
                case Status.SENDING:
                    lost = OutcomeUnknown("the kernel ended while the request was being sent")
                    self._say(job.but(status=Status.UNKNOWN, error=lost))
                case _:
                    self.start(job)

    def release(self, job: Snapshot) -> None:
        """Send a job that was held, once, although two kernels may be asked to."""
        if job.status is Status.HELD and self._news.claimed(job):
            self._submitter.go_on()
            self.start(job.but(status=Status.QUEUED, error=None))

    def cancel(self, job: Snapshot) -> None:
        """Never send a job that was not sent yet. What is sent is paid for, and goes on."""
        if run := self._runs.get(job.job_id):
            self._submitter.withdraw(job.job_id, run)
        elif job.status is Status.HELD and self._news.claimed(job):
            self._say(job.but(status=Status.CANCELLED, error=None))

    def adopt(self, job: Snapshot, task_id: str) -> None:
        """Take a task for what became of a submit with an unknown outcome, if there is one."""
        if job.status is Status.UNKNOWN and self._news.claimed(job):
            self._spawn(self._adopt(job, task_id))

    async def _adopt(self, job: Snapshot, task_id: str) -> None:
        asked = job.request
        try:
            task = await self._look(task_id, asked.provider, asked.model)
            made_by = (task.raw or {}).get("model", asked.model)
            if made_by != asked.model:
                raise InvalidRequest(f"{task_id} was made by {made_by}, not by {asked.model}")
        except (TaskNotFound, Unauthorized, InvalidRequest) as no:
            self._say(job.but(error=no))
        else:
            times = job.at(accepted=job.times.sent or self._time.now())
            self.start(job.but(status=Status.PROCESSING, task_id=task_id, error=None, times=times))

    def forget(self, job: Snapshot) -> None:
        """Set an unknown outcome aside; it still counts as spent."""
        if job.status is Status.UNKNOWN and self._news.claimed(job):
            self._say(job.but(status=Status.FORGOTTEN))

    def look_again(self, job: Snapshot) -> None:
        """Go on with a task that was given up on, or look for new links: looking is free."""
        if job.status is Status.COMPLETED:
            self._spawn(self._renew_links(job))
        given_up = job.status in (Status.STALE, Status.VANISHED)
        if given_up and job.task_id and self._news.claimed(job):
            self.start(job.but(status=Status.PROCESSING, error=None))

    async def links(self, task_id: str, provider: str, model: str) -> dict[int, str]:
        """
        The links of a task's pictures by wire slot: looking is free.

        Args:
            provider, model: Who made the task, and of which model it is.

        Raises:
            TaskNotFound, Unauthorized: As the server said.
        """
        return await links_of(task_id, provider, model, self._look)

    def amend(self, job: Snapshot) -> None:
        """Keep and tell what may change about a job that has ended."""
        self._news.amend(job)
        if job.task_id:
            self._spawn(self._put_beside(job))

    async def _renew_links(self, job: Snapshot) -> None:
        """New links, and by them what is missing on the disk."""
        fresh = await renewed(job, self._look, self._time.now())
        gaps = _with_gaps(fresh)
        kept, errors = await self._fetcher.save_all(gaps, lambda job: job)
        no = fresh.error if gaps == fresh else next(iter(errors), None)
        self.amend(replace(kept, error=no))

    def drives(self, job_id: str) -> bool:
        """Whether news of a job comes from here."""
        return job_id in self._runs

    def delete(self, job: Snapshot) -> None:
        self._library.delete(job)

    def set_caps(self, caps: Caps) -> None:
        self._submitter.caps = caps

    async def stop(self) -> None:
        """
        Let go of everything; tasks go on at the server.

        A submit that is on the wire gets a moment for its answer: without one, nobody would
        know whether it was charged.
        """
        for task in self._tasks - self._submitter.sending:
            task.cancel()
        for _ in range(_MOMENTS):
            if not self._submitter.sending:
                break
            await self._time.sleep(_MOMENT_S)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._turns.close()
        await self._client.close()
        self._limiter.close()
        self._library.close()

    async def _look_after(self, account: Account) -> None:
        """A sign of life for others, and a look for kernels that died meanwhile."""
        while True:
            await self._time.sleep(RENEW_S)
            await self._notice_sleep()
            try:
                self._library.renew()
                self.take_over(account)
            except LibraryFault as no:
                _log.warning("the lease was not renewed: %s", no)

    async def _sweep(self) -> None:
        """Remove what dead kernels left half written."""
        try:
            await asyncio.to_thread(self._library.sweep)
        except OSError as no:
            _log.warning("half written files are left alone: %s", no)

    async def _notice_sleep(self) -> None:
        """After a sleep of the machine everything may be done, and no connection lives."""
        before, self._drift = self._drift, self._time.drift()
        if abs(self._drift - before) > SLEPT_S:
            await self._client.refresh()
            self._turns.hurry()

    async def _carry(self, job: Snapshot) -> None:
        """Step by step, for as long as there is something to do."""
        try:
            while step := self._steps.get(job.status):
                job = await step(job)
        except TakenOver:
            self._news.follow(job)
        except Exception as no:  # noqa: BLE001 - one job's defect must not stop the others
            _log.exception("job %s stopped", job.job_id)
            self._say(job.but(status=Status.STALE, error=ReapiError(f"internal error: {no!r}")))

    async def _watch(self, job: Snapshot) -> Snapshot:
        """Look until the server is done."""
        gaze = self._watcher.gaze(job)  # before anything is waited for: the date may jump meanwhile
        await self._put_beside(job)
        seen = await self._watcher.watch(job, gaze)
        if seen.status is not Status.SAVING:
            await self._put_beside(seen)
        return self._say(seen)

    async def _fetch(self, job: Snapshot) -> Snapshot:
        """Every picture onto the disk, all at once, each shown as soon as it is there."""
        return await self._finish(*await self._fetcher.save_all(job, self._say))

    async def _finish(self, job: Snapshot, errors: list[ReapiError]) -> Snapshot:
        faults = [no for no in errors if isinstance(no, LibraryFault)]
        kept = any(picture.path for picture in job.pictures)
        ended = Status.COMPLETED if kept else Status.EXPIRED
        done = job.but(
            status=Status.STALE if faults else ended,  # a full disk is not the end of a picture
            error=next(iter(faults + errors), None),
            times=job.at(completed=self._time.now()),
        )
        await self._put_beside(done)
        return self._say(done)

    async def _put_beside(self, job: Snapshot) -> None:
        """`task.json` beside the pictures, so that a lost database loses no task."""
        try:
            await asyncio.to_thread(self._library.files.write_sidecar, job)
        except OSError as no:
            _log.warning("no task.json for %s: %s", job.task_id, no)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)  # the loop itself keeps only a weak reference
        task.add_done_callback(self._tasks.discard)
        return task


def _with_gaps(job: Snapshot) -> Snapshot:
    """The job without the files that somebody has removed."""
    pictures = (
        picture if picture.path and picture.path.exists() else replace(picture, path=None)
        for picture in job.pictures
    )
    return replace(job, pictures=tuple(pictures))
