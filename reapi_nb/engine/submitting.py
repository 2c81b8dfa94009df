"""
Submitting: a row in the journal, then one POST, then what its answer proves.

Only what certainly created nothing is sent again. Where the account takes nothing any more, the
queue stands still at once, so that one refused key is one refusal and not one for every job.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from itertools import count
from typing import TYPE_CHECKING

from reapi_nb import pace
from reapi_nb.engine.turns import Refused
from reapi_nb.errors import (
    NotSent,
    OutcomeUnknown,
    OutOfCredits,
    RateLimited,
    ReapiError,
    TakenOver,
    Unauthorized,
)
from reapi_nb.job import Snapshot, Status
from reapi_nb.prices import Caps

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from reapi_nb.client import Client
    from reapi_nb.engine.clockwork import Clockwork
    from reapi_nb.engine.news import News
    from reapi_nb.engine.turns import Turns

TRIES = 3
STILL_S = 1.0
"""How many new jobs in a row may find out that the account is still refused, and how long after
that no new job tries, in seconds: a loop of requests must not hear it from each of them."""


class Submitter:
    """
    Sends jobs.

    Args:
        turns: When a submit may go.
        news: Where every snapshot goes, before anything is sent.
    """

    def __init__(self, client: Client, turns: Turns, news: News, time: Clockwork) -> None:
        self.caps = Caps()
        self.sending: set[asyncio.Task[object]] = set()
        """Those whose POST is on the wire."""

        self.paused: ReapiError | None = None
        """Why nothing is sent at the moment."""

        self._client = client
        self._turns = turns
        self._news = news
        self._time = time
        self._paused_at = -STILL_S
        self._refusals = 0
        self._is_trying = False
        self._trying = asyncio.Lock()
        self._waiting: set[str] = set()
        self._withdrawn: set[str] = set()

    async def submit(self, job: Snapshot) -> Snapshot:
        """The job as it is once its POST was answered, or once it is certain that none goes."""
        still_s = STILL_S if self._refusals >= TRIES else 0.0
        if self._time.ticks() - self._paused_at >= still_s:
            self.go_on()
        self._waiting.add(job.job_id)
        try:
            for attempt in count():
                job = await self._try(job)
                if job.status is not Status.QUEUED:
                    return job
                if isinstance(job.error, NotSent):
                    await self._time.sleep(pace.back_off(attempt))
        except asyncio.CancelledError:
            if job.job_id not in self._withdrawn:
                raise
            return self._news.say(job.but(status=Status.CANCELLED, error=None))
        finally:
            self._waiting.discard(job.job_id)
        raise AssertionError("a count never ends")

    def withdraw(self, job_id: str, run: asyncio.Task[object]) -> None:
        """Cancel a job that is not on the wire yet; what is on the wire is paid for and goes on."""
        if job_id in self._waiting and run not in self.sending:
            self._withdrawn.add(job_id)
            run.cancel()

    def go_on(self) -> None:
        """Somebody says that the account takes requests again: let one try."""
        if self.paused:
            self.paused, self._is_trying = None, True

    async def _try(self, job: Snapshot) -> Snapshot:
        """One try to send it; the job is queued again only where nothing can have been created."""
        try:
            if self.paused:
                raise Refused(self.paused)
            async with self._one_tries(), self._turns.submit():
                job = self._journal(job)
                return await self._send(job)
        except Refused as no:
            return self._news.say(job.but(status=Status.HELD, error=no.reason))
        except TakenOver:
            raise
        except ReapiError as no:
            if isinstance(no, RateLimited):
                self._turns.hold(pace.wait_for(no.retry_after))
            elif isinstance(no, (Unauthorized, OutOfCredits)):
                self._pause(no)
            return self._news.say(job.but(status=_after(no), error=no))

    def _journal(self, job: Snapshot) -> Snapshot:
        """The row that a POST may not go without: what cannot be written down is not sent."""
        sending = job.but(status=Status.SENDING, error=None, times=job.at(sent=self._time.now()))
        return self._news.journal(sending, self.caps)

    async def _send(self, job: Snapshot) -> Snapshot:
        """One POST, after its row in the journal, and the row that follows it."""
        me = asyncio.current_task()
        assert me is not None
        self.sending.add(me)
        try:
            accepted = await self._client.submit(job.request)
        except ReapiError:
            raise
        except Exception as no:  # noqa: BLE001 - a defect must not look as if nothing was sent
            # What the transport was at work on has the key in it, and shows it in tracebacks.
            raise OutcomeUnknown(f"the submit was interrupted: {no!r}") from None
        finally:
            self.sending.discard(me)
        self.paused, self._is_trying, self._refusals = None, False, 0
        return self._news.say(
            job.but(
                status=Status.PROCESSING,
                task_id=accepted.task_id,
                times=job.at(accepted=self._time.now()),
            )
        )

    def _pause(self, no: ReapiError) -> None:
        self._refusals += self.paused is None
        self.paused, self._paused_at = no, self._time.ticks()
        self._turns.refuse_submits(no)

    @asynccontextmanager
    async def _one_tries(self) -> AsyncIterator[None]:
        """One at a time, while nobody knows whether the account takes anything again."""
        if self._is_trying:
            async with self._trying:
                if self.paused:
                    raise Refused(self.paused)
                if self._is_trying:
                    yield
                    return
        yield


def _after(no: ReapiError) -> Status:
    """Where a refused submit stands. These two alone prove that nothing was created and may go."""
    if isinstance(no, (RateLimited, NotSent)):
        return Status.QUEUED
    return Status.UNKNOWN if isinstance(no, OutcomeUnknown) else Status.REJECTED
