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
from itertools import count
from typing import TYPE_CHECKING

from reapi_nb import pace
from reapi_nb.engine.fetching import Fetcher
from reapi_nb.engine.links import links_of, renewed
from reapi_nb.engine.watching import Watcher
from reapi_nb.errors import (
    BadPicture,
    LibraryFault,
    NotSent,
    OutcomeUnknown,
    PictureLost,
    RateLimited,
    ReapiError,
    TakenOver,
)
from reapi_nb.job import Account, Picture, Snapshot, Status

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from reapi_nb.client import Client
    from reapi_nb.library import Library
    from reapi_nb.limiter import Limiter

RENEW_S = 10.0
_MOMENTS, _MOMENT_S = 14, 0.05
"""A stop takes less than a second, whatever is under way."""

_log = logging.getLogger("reapi_nb")


class Engine:
    """
    Carries jobs from queued to their end.

    Args:
        say: Hears every snapshot, on the engine's thread.
        cap: Credits a day, or None where credits are not money.
        clock, sleep: Seconds since the epoch, and a way to wait.

    All methods run on the engine's loop.
    """

    def __init__(
        self,
        client: Client,
        library: Library,
        limiter: Limiter,
        say: Callable[[Snapshot], object],
        *,
        cap: int | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._cap = cap
        self._client = client
        self._library = library
        self._limiter = limiter
        self._tell = say
        self._clock = clock
        self._sleep = sleep
        self._watcher = Watcher(client, limiter, clock=clock, sleep=sleep)
        self._look = self._watcher.look
        self._fetcher = Fetcher(client, library.files, self._look, clock=clock, sleep=sleep)
        self._tasks: set[asyncio.Task[None]] = set()
        self._sending: set[asyncio.Task[None]] = set()
        self._driving: set[str] = set()
        self._steps = {
            Status.QUEUED: self._submit,
            Status.PROCESSING: self._watch,
            Status.SAVING: self._fetch,
        }

    def start(self, job: Snapshot) -> None:
        """Take a job on from wherever it stands, and return at once."""
        self._spawn(self._run(self._say(job)))

    def watch_over(self, account: Account) -> None:
        """Take up what dead kernels of this account left, now and from time to time."""
        self.take_over(account)
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
        if job.status is Status.HELD and self._claimed(job):
            self.start(job.but(status=Status.QUEUED))

    def forget(self, job: Snapshot) -> None:
        """Set an unknown outcome aside; it still counts as spent."""
        if job.status is Status.UNKNOWN and self._claimed(job):
            self._say(job.but(status=Status.FORGOTTEN))

    def look_again(self, job: Snapshot) -> None:
        """Go on with a task that was given up on, or look for new links: looking is free."""
        if job.status is Status.COMPLETED:
            self._spawn(self._renew_links(job))
        given_up = job.status in (Status.STALE, Status.VANISHED)
        if given_up and job.task_id and self._claimed(job):
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
        try:
            self._library.amend(job)
        except LibraryFault as no:
            job = job.but(error=no)
        self._tell(job)

    async def _renew_links(self, job: Snapshot) -> None:
        self.amend(await renewed(job, self._look, self._clock()))

    def drives(self, job_id: str) -> bool:
        """Whether news of a job comes from here."""
        return job_id in self._driving

    def delete(self, job: Snapshot) -> None:
        self._library.delete(job)

    def set_cap(self, cap: int | None) -> None:
        self._cap = cap

    async def stop(self) -> None:
        """
        Let go of everything; tasks go on at the server.

        A submit that is on the wire gets a moment for its answer: without one, nobody would
        know whether it was charged.
        """
        for task in self._tasks - self._sending:
            task.cancel()
        for _ in range(_MOMENTS):
            if not self._sending:
                break
            await self._sleep(_MOMENT_S)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._client.close()
        self._limiter.close()
        self._library.close()

    async def _look_after(self, account: Account) -> None:
        """A sign of life for others, and a look for kernels that died meanwhile."""
        while True:
            await self._sleep(RENEW_S)
            try:
                self._library.renew()
                self.take_over(account)
            except LibraryFault as no:
                _log.warning("the lease was not renewed: %s", no)

    async def _run(self, job: Snapshot) -> None:
        self._driving.add(job.job_id)
        try:
            await self._carry(job)
        except TakenOver:
            self._follow(job)
        finally:
            self._driving.discard(job.job_id)

    async def _carry(self, job: Snapshot) -> None:
        """Step by step, for as long as there is something to do."""
        try:
            while step := self._steps.get(job.status):
                job = await step(job)
        except TakenOver:
            raise
        except Exception as no:  # noqa: BLE001 - one job's defect must not stop the others
            _log.exception("job %s stopped", job.job_id)
            self._say(job.but(status=Status.STALE, error=ReapiError(f"internal error: {no!r}")))

    async def _submit(self, job: Snapshot) -> Snapshot:
        for attempt in count():
            try:
                async with self._limiter.slot():
                    job = self._journal(job)
                    return await self._send(job)
            except (RateLimited, NotSent) as no:
                job = self._say(job.but(status=Status.QUEUED, error=no))
                # Nothing was created, so it may go again; these two are the only such cases.
                limited = isinstance(no, RateLimited)
                await self._sleep(
                    pace.wait_for(no.retry_after) if limited else pace.back_off(attempt)
                )
            except TakenOver:
                raise
            except OutcomeUnknown as no:
                return self._say(job.but(status=Status.UNKNOWN, error=no))
            except ReapiError as no:
                return self._say(job.but(status=Status.REJECTED, error=no))
        raise AssertionError("a count never ends")

    def _journal(self, job: Snapshot) -> Snapshot:
        """The row that a POST may not go without."""
        sending = job.but(status=Status.SENDING, error=None, times=job.at(sent=self._clock()))
        # Strict, unlike `_say`: what cannot be written down first is not sent.
        self._kept(sending, cap=self._cap)
        self._tell(sending)
        return sending

    async def _send(self, job: Snapshot) -> Snapshot:
        """One POST, after its row in the journal, and the row that follows it."""
        me = asyncio.current_task()
        assert me is not None
        self._sending.add(me)
        try:
            accepted = await self._client.submit(job.request)
        except ReapiError:
            raise
        except Exception as no:  # a defect of ours must not look as if nothing was sent
            raise OutcomeUnknown(f"the submit was interrupted: {no!r}") from no
        finally:
            self._sending.discard(me)
        return self._say(
            job.but(
                status=Status.PROCESSING,
                task_id=accepted.task_id,
                times=job.at(accepted=self._clock()),
            )
        )

    async def _watch(self, job: Snapshot) -> Snapshot:
        """Look until the server is done."""
        return self._say(await self._watcher.watch(job))

    async def _fetch(self, job: Snapshot) -> Snapshot:
        """Every picture onto the disk, all at once, each shown as soon as it is there."""
        saving = {picture.slot: picture for picture in job.pictures}
        errors: list[ReapiError] = []

        async def save(picture: Picture) -> None:
            nonlocal job
            try:
                saving[picture.slot] = await self._fetcher.save(picture)
            except (PictureLost, BadPicture, LibraryFault) as no:
                errors.append(no)
                return
            job = self._say(job.but(pictures=tuple(saving.values())))

        await asyncio.gather(*(save(picture) for picture in job.pictures if not picture.path))
        return await self._finish(job, errors)

    async def _finish(self, job: Snapshot, errors: list[ReapiError]) -> Snapshot:
        faults = [no for no in errors if isinstance(no, LibraryFault)]
        kept = any(picture.path for picture in job.pictures)
        ended = Status.COMPLETED if kept else Status.EXPIRED
        done = job.but(
            status=Status.STALE if faults else ended,  # a full disk is not the end of a picture
            error=next(iter(faults + errors), None),
            times=job.at(completed=self._clock()),
        )
        try:
            await asyncio.to_thread(self._library.files.write_sidecar, done)
        except OSError as no:
            _log.warning("no task.json for %s: %s", job.task_id, no)
        return self._say(done)

    def _claimed(self, job: Snapshot) -> bool:
        if self._library.claim(job):
            return True
        self._follow(job)
        return False

    def _follow(self, job: Snapshot) -> None:
        """Tell what another kernel has made of a job."""
        if kept := self._library.job(job.job_id):
            self._tell(kept)

    def _say(self, job: Snapshot) -> Snapshot:
        """Keep, then tell. A full disk must not hide a task that is paid for."""
        try:
            self._kept(job)
        except LibraryFault as no:
            _log.error("job %s is not in the library: %s", job.job_id, no)
            job = job.but(error=job.error or no)
        self._tell(job)
        return job

    def _kept(self, job: Snapshot, *, cap: int | None = None) -> None:
        if not self._library.keep(job, cap=cap):
            raise TakenOver(f"another kernel looks after job {job.short_id}")

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)  # the loop itself keeps only a weak reference
        task.add_done_callback(self._tasks.discard)
