"""
Looking at tasks until the server is done with them.

Looking is free, so it goes on through bad networks and slow servers. It ends with pictures, with
a failure, with a task that nobody knows, or when even the longest task must be over.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from reapi_nb import pace
from reapi_nb.engine.gaze import Gaze
from reapi_nb.engine.turns import Refused
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
    from reapi_nb.client import Client
    from reapi_nb.engine.clockwork import Clockwork
    from reapi_nb.engine.habits import Habits
    from reapi_nb.engine.turns import Turns
    from reapi_nb.job import Snapshot
    from reapi_nb.wire.answers import Task

LAG_S = 60.0
"""How long a new task may be unknown to the server's other half, in seconds."""

AGAIN_S = 10.0
"""How long a surprising answer is left alone before it is asked for again, in seconds."""

_CONFIRMED = 3
"""How often a surprising answer must be heard before it is believed."""


class Watcher:
    """
    Looks at tasks.

    Args:
        turns: When a look may go.
        habits: How long tasks take.
    """

    def __init__(self, client: Client, turns: Turns, habits: Habits, time: Clockwork) -> None:
        self._client = client
        self._turns = turns
        self._habits = habits
        self._time = time

    async def look(self, task_id: str, provider: str, model: str, gaze: Gaze | None = None) -> Task:
        """
        The task, asked for until an answer comes.

        Args:
            gaze: When it is worth a look; None where somebody waits for it.

        Raises:
            TaskNotFound, Unauthorized: As the server said, perhaps to somebody else's look.
        """
        hope, ready_at = (gaze.hope, gaze.ready_at) if gaze else (None, 0.0)
        for attempt in count():
            try:
                async with self._turns.look(hope, ready_at):
                    return await self._client.task(task_id, provider, model)
            except Refused as no:
                raise no.reason from None
            except RateLimited as no:
                self._turns.hold(pace.wait_for(no.retry_after))
            # LibraryFault is the limiter's file: what is paid for outlives a full disk.
            except (Unreachable, ServerFault, LibraryFault):
                await self._time.sleep(pace.back_off(attempt))
        raise AssertionError("a count never ends")

    async def watch(self, job: Snapshot, gaze: Gaze) -> Snapshot:
        """The job as it is when its server is done with it, or when it is given up."""
        asked = job.request
        missing = empty = 0
        while True:
            try:
                task = await self.look(job.task_id or "", asked.provider, asked.model, gaze)
            except TaskNotFound as no:
                missing += gaze.age > LAG_S
                if missing >= _CONFIRMED:
                    return job.but(status=Status.VANISHED, error=no)
                await self._time.sleep(AGAIN_S)
                continue
            except Unauthorized as no:
                self._turns.refuse_looks(no)  # one refused key is one refusal
                return job.but(status=Status.STALE, error=no)
            missing, empty = 0, empty + 1 if task.is_empty else 0
            if ended := self._end(job, task, gaze, empty):
                return ended
            gaze.looked()

    def _end(self, job: Snapshot, task: Task, gaze: Gaze, empty: int) -> Snapshot | None:
        """What a look ends a job with; None while it goes on."""
        if task.status == "failed":
            return self._ended(job, Status.FAILED, task)
        if task.urls:
            self._habits.learn(job, *gaze.interval)
            return self._made(job, task)
        if empty >= _CONFIRMED:
            return self._ended(job, Status.EMPTY, task)
        if not empty and gaze.age > pace.GIVE_UP_S:
            return job.but(status=Status.STALE, raw=task.raw)
        return None

    def gaze(self, job: Snapshot) -> Gaze:
        """How a job is looked at from now on; its age is that of this moment."""
        wire = wire_of(job.request.provider)
        # A quick task is looked at as soon as any, whatever its provider advises for the others.
        is_slow = wire.FIRST_LOOK_S is not None and job.expected_s >= wire.FIRST_LOOK_S
        return Gaze(
            self._habits.of(job),
            self._time.ticks,
            age_s=max(0.0, self._time.now() - job.times.accepted),
            first_s=(wire.FIRST_LOOK_S or 0.0) if is_slow else 0.0,
            least_s=wire.PAUSE_S if is_slow or wire.FIRST_LOOK_S is None else 1.0,
        )

    def _made(self, job: Snapshot, task: Task) -> Snapshot:
        """The server has pictures: note where they are before they are fetched."""
        wire = wire_of(job.request.provider)
        expires_at = self._time.now() + wire.URL_LIFETIME_S
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
        times = job.at(completed=self._time.now())
        return job.but(status=status, error=task.error, raw=task.raw, times=times)
