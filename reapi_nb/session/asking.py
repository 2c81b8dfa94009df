"""
How a request becomes a job: it is answered from the library, or refused, or made and sent.

A batch is checked whole before its first request counts, so a mistake in the last line of
it costs nothing.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

from reapi_nb import prices
from reapi_nb.job import Snapshot, Times
from reapi_nb.session.parents import Parent, Parents
from reapi_nb.session.plan import Item
from reapi_nb.session.runs import Run, Runs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reapi_nb.catalog import ImageRequest
    from reapi_nb.job import Cell
    from reapi_nb.library import Library
    from reapi_nb.prices import Estimate
    from reapi_nb.session.handles import Handles, Job
    from reapi_nb.settings import Settings


class Asking:
    """
    Answers requests for one account.

    Args:
        library: Is only read.
        start: Sends a job that was made.
    """

    def __init__(
        self, settings: Settings, library: Library, handles: Handles, start: Callable[[Job], None]
    ) -> None:
        self._settings = settings
        self._library = library
        self._handles = handles
        self._start = start
        self._parents = Parents(library, settings)
        self._runs = Runs()
        self._recent: dict[tuple[str, str, int], Job] = {}

    def forget(self, job: Job) -> None:
        """A deleted job answers nothing any more."""
        self._recent = {run: kept for run, kept in self._recent.items() if kept is not job}

    def estimate(self, request: ImageRequest) -> Estimate:
        """The likely bill, by the user's own rates where there are some."""
        return prices.estimate(request, self._settings.rates)

    def items(
        self,
        requests: Sequence[ImageRequest],
        here: Cell | None,
        *,
        fresh: bool,
        board_id: str,
        parent: Parent | None = None,
    ) -> list[Item]:
        """Each request with its job if there is one; all are good before the first counts."""
        hashes = [request.body_hash() for request in requests]
        runs = self._runs.next(here, hashes) if here else [None] * len(hashes)
        items = [
            self._item(request, run, fresh=fresh, board_id=board_id, parent=parent)
            for request, run in zip(requests, runs, strict=True)
        ]
        for run in filter(None, runs):
            self._runs.take(run)
        return items

    def _item(
        self,
        request: ImageRequest,
        run: Run | None,
        *,
        fresh: bool,
        board_id: str,
        parent: Parent | None,
    ) -> Item:
        known = self._again(run, request) if run and not fresh else None
        parent = parent or self._parents.of(request)
        if known is None:
            self._parents.check(request, parent)
        estimate = self.estimate(request)

        def enter() -> Job:
            job = self._handles.entered(
                Snapshot(
                    job_id=uuid4().hex,
                    request=request,
                    account=self._settings.account,
                    times=Times(made=time.time()),
                    estimate=estimate.credits,
                    expected_s=_expected_s(self._settings, request),
                    board_id=board_id or uuid4().hex,
                    parent=_lineage(parent),
                    cell=run.here if run else None,
                    ordinal=run.ordinal if run else 0,
                )
            )
            if run:
                self._recent[run.key] = job
            self._start(job)
            return job

        return Item(request, estimate, known, enter)

    def _again(self, run: Run, request: ImageRequest) -> Job | None:
        """The job that was made for this asking, or for the same edit anywhere."""
        # A job of a moment ago may not be in the library yet.
        job = self._recent.get(run.key)
        if job is None or job.status.facts.resend:
            found = self._library.again(self._settings.account, *run.key)
            job = self._handles.entered(found) if found else None
        if job is None or job.status.facts.resend:
            job = self._opened(run) if request.is_follow_up else None
        if job is None:
            return None
        assert job.request == request
        job.hear(replace(job.snapshot, from_library=True))
        return job

    def _opened(self, run: Run) -> Job | None:
        """The same edit of the same picture, clicked or typed elsewhere: it is paid for."""
        account = self._settings.account
        kept = [
            self._handles.entered(found)
            for found in self._library.opened_by(account, run.body_hash)
        ]
        # What was clicked a moment ago may not be in the library yet.
        fresh = [
            job
            for job in self._handles.all()
            if job.snapshot.account == account
            and job.status.facts.opens
            and job.request.body_hash() == run.body_hash
        ]
        found = {job.job_id: job for job in (*kept, *fresh) if job.status.facts.opens}
        jobs = sorted(found.values(), key=lambda job: job.snapshot.times.made)
        return jobs[run.ordinal] if run.ordinal < len(jobs) else None


def _expected_s(settings: Settings, request: ImageRequest) -> float:
    return request.latency().middle_s if settings.real else settings.sandbox_latency_s


def _lineage(parent: Parent | None) -> tuple[str, int] | None:
    return (parent.job.job_id, parent.picture.slot) if parent and parent.picture else None
