"""
Looking at tasks until the server is done with them.

Looking is free, so it goes on through bad networks and slow servers. It ends with pictures, with
a failure, with a task that nobody knows, or when even the longest task must be over.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from reapi_nb import pace
from reapi_nb.errors import (
    LibraryFault,
    RateLimited,
    ServerFault,
    TaskNotFound,
    Unauthorized,
    Unreachable,
)
from reapi_nb.job import Picture, Status
from reapi_nb.wire import wire_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from reapi_nb.client import Client
    from reapi_nb.job import Snapshot
    from reapi_nb.limiter import Limiter
    from reapi_nb.wire.answers import Task

LAG_S = 60.0
"""How long a new task may be unknown to the server's other half, in seconds."""

AGAIN_S = 10.0
"""How long an unknown task is left alone, in seconds."""

_CONFIRMED = 3
"""How often a surprising answer must be heard before it is believed."""


class Watcher:
    """
    Looks at tasks.

    Args:
        clock, sleep: Seconds since the epoch, and a way to wait.
    """

    def __init__(
        self,
        client: Client,
        limiter: Limiter,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._client = client
        self._limiter = limiter
        self._clock = clock
        self._sleep = sleep
        self._watching = 0

    async def look(self, task_id: str, provider: str, model: str) -> Task:
        """
        The task, asked for until an answer comes.

        Raises:
            TaskNotFound, Unauthorized: As the server said.
        """
        for attempt in count():
            try:
                async with self._limiter.slot():
                    return await self._client.task(task_id, provider, model)
            except RateLimited as no:
                await self._sleep(pace.wait_for(no.retry_after))
            # LibraryFault is the limiter's file: what is paid for outlives a full disk.
            except (Unreachable, ServerFault, LibraryFault):
                await self._sleep(pace.back_off(attempt))
        raise AssertionError("a count never ends")

    async def watch(self, job: Snapshot) -> Snapshot:
        """The job as it is when its server is done with it, or when it is given up."""
        self._watching += 1
        try:
            return await self._watch(job)
        finally:
            self._watching -= 1

    async def _watch(self, job: Snapshot) -> Snapshot:
        asked = job.request
        missing = empty = 0
        for pause in self._pauses(job):
            await self._sleep(pause)
            age = self._age(job)
            try:
                task = await self.look(job.task_id or "", asked.provider, asked.model)
            except TaskNotFound as no:
                missing += age > LAG_S
                if missing >= _CONFIRMED:
                    return job.but(status=Status.VANISHED, error=no)
                await self._sleep(AGAIN_S)
                continue
            except Unauthorized as no:
                return job.but(status=Status.STALE, error=no)
            missing = 0
            if task.status == "failed":
                return self._ended(job, Status.FAILED, task)
            if task.urls:
                return self._made(job, task)
            empty = empty + 1 if task.status == "completed" else 0
            if empty >= _CONFIRMED:
                return self._ended(job, Status.EMPTY, task)
            if not empty and age > pace.GIVE_UP_S:
                return job.but(status=Status.STALE, raw=task.raw)
        raise AssertionError("a pace never ends")

    def _pauses(self, job: Snapshot) -> Iterator[float]:
        wire = wire_of(job.request.provider)
        return pace.pauses(
            job.expected_s,
            open_tasks=lambda: self._watching,
            age_s=self._age(job),
            first_s=wire.FIRST_LOOK_S,
            pause_s=wire.PAUSE_S,
            most_per_s=self._limiter.most_per_s,
        )

    def _age(self, job: Snapshot) -> float:
        return self._clock() - job.times.accepted

    def _made(self, job: Snapshot, task: Task) -> Snapshot:
        """The server has pictures: note where they are before they are fetched."""
        wire = wire_of(job.request.provider)
        expires_at = self._clock() + wire.URL_LIFETIME_S
        kept = {picture.slot: picture for picture in job.pictures if picture.path}
        found = tuple(
            kept.get(slot)
            or Picture(
                job_id=job.job_id,
                task_id=job.task_id or "",
                slot=slot,
                account=job.account,
                made_by=job.request,
                position=position,
                url=url,
                expires_at=expires_at,
            )
            for position, (slot, url) in enumerate(
                zip(wire.slots(task.urls), task.urls, strict=True)
            )
        )
        return job.but(status=Status.SAVING, pictures=found, raw=task.raw, error=None)

    def _ended(self, job: Snapshot, status: Status, task: Task) -> Snapshot:
        times = job.at(completed=self._clock())
        return job.but(status=status, error=task.error, raw=task.raw, times=times)
