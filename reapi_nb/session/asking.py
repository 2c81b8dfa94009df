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

from reapi_nb import command, prices
from reapi_nb.errors import InvalidRequest
from reapi_nb.job import Snapshot, Times
from reapi_nb.session.handles import Job
from reapi_nb.session.parents import Parent, Parents
from reapi_nb.session.plan import Item
from reapi_nb.session.runs import Run, Runs
from reapi_nb.settings import REAL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reapi_nb.catalog import ImageRequest
    from reapi_nb.job import Cell
    from reapi_nb.library import Library
    from reapi_nb.session.handles import Handles
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

    def items(
        self,
        requests: Sequence[ImageRequest],
        here: Cell | None,
        *,
        fresh: bool,
        clicked: bool = False,
        parent: Parent | None = None,
    ) -> list[Item]:
        """
        Each request with the job that it has already, if any.

        Args:
            here: The cell that asks; None for a click and for a script, which has no cells.
            fresh: Pay again although there is a job.
            clicked: A button asks, and the same edit opens what is paid for.
            parent: What they are made from, where the library would say otherwise.

        Raises:
            InvalidRequest: One of them cannot work, so none of them counts.
        """
        for request in requests:
            self.check_sendable(request)
        hashes = [request.body_hash() for request in requests]
        runs = self._runs.next(here, hashes) if here else [None] * len(hashes)
        return [
            self._item(request, run, parent, fresh=fresh, clicked=clicked)
            for request, run in zip(requests, runs, strict=True)
        ]

    def check_sendable(self, request: ImageRequest) -> None:
        """
        Refuse a request that must not leave from here, whatever it says.

        Raises:
            InvalidRequest: It is another provider's, or nobody can read it any more, or there is
                a key in it.
        """
        from reapi_nb.library.asked import Unreadable  # noqa: PLC0415 - models are loaded by now

        if not self._settings.can_serve(request.provider):
            title, place = REAL[request.provider].title, self._settings.place
            raise InvalidRequest(
                f"{request.title} is a request to {title}, and this is {place}: "
                f"type %reapi use {request.provider}"
            )
        if isinstance(request, Unreadable):
            raise InvalidRequest(
                "this version cannot read that request any more: type it anew, %reapi lists the "
                "models"
            )
        command.refuse_keys(request.body(), key=self._settings.key)

    def parent_of(self, request: ImageRequest) -> Parent | None:
        """What a request is made from, where the library knows it."""
        return self._parents.of(request)

    def _item(
        self,
        request: ImageRequest,
        run: Run | None,
        parent: Parent | None,
        *,
        fresh: bool,
        clicked: bool,
    ) -> Item:
        known = self._known(run, request) if (run or clicked) and not fresh else None
        parent = parent or self._parents.of(request)
        if known is None:
            self._parents.check(request, parent)
        estimate = prices.estimate(request, self._settings.rates)
        notices = (*request.notices(), *self._parents.concerns(request, parent))
        return Item(
            request,
            estimate,
            known=known,
            run=run,
            fresh=fresh,
            parent=_lineage(parent),
            notices=notices,
        )

    def take(self, items: Sequence[Item]) -> None:
        """Count them as asked for by the execution that is going on."""
        for run in filter(None, (item.run for item in items)):
            self._runs.take(run)

    def answer(self, item: Item, board_id: str) -> Job:
        """The job that a request has already, or a new one, on its way."""
        if item.known is not None:
            item.known.hear(replace(item.known.snapshot, from_library=True))
            if item.run and self._recent.get(item.run.key) is item.known:
                self._start(item.known)  # its cell may have been stopped before it was on its way
            return item.known
        here, ordinal = (item.run.here, item.run.ordinal) if item.run else (None, 0)
        job = Job(
            Snapshot(
                job_id=uuid4().hex,
                request=item.request,
                account=self._settings.account,
                times=Times(made=time.time()),
                estimate=item.estimate.credits,
                expected_s=_expected_s(self._settings, item.request),
                board_id=board_id,
                parent=item.parent,
                cell=here,
                ordinal=ordinal,
            )
        )
        if item.run:
            self._recent[item.run.key] = job
        self._start(job)
        return job

    def answer_later(self, item: Item, board_id: str) -> Job:
        """The same after a while, in which somebody may have asked for it elsewhere."""
        if item.known is None and item.run and not item.fresh:
            item = replace(item, known=self._known(item.run, item.request))
        return self.answer(item, board_id)

    def _known(self, run: Run | None, request: ImageRequest) -> Job | None:
        """The job that a request has already: by its cell, or as an edit that is paid for."""
        known = self._again(run) if run else None
        if known is None and request.is_follow_up:
            known = self._opened(request.body_hash(), run)
        assert known is None or known.request.body() == request.body()
        return known

    def _again(self, run: Run) -> Job | None:
        """The job that was made for this asking, unless the server made nothing of it."""
        # A job of a moment ago may not be in the library yet.
        job = self._recent.get(run.key)
        if job is None or job.status.facts.resend:
            found = self._library.again(self._settings.account, *run.key)
            job = self._handles.entered(found) if found else None
        return None if job is None or job.status.facts.resend else job

    def _opened(self, body_hash: str, run: Run | None) -> Job | None:
        """The same edit of the same picture, clicked or typed elsewhere: it is paid for."""
        account = self._settings.account
        for found in self._library.opened_by(account, body_hash):
            self._handles.entered(found)
        # All handles, because what was clicked a moment ago may not be in the library yet.
        opening = (
            job
            for job in self._handles.all()
            if job.snapshot.account == account
            and job.status.facts.opens
            and job.request.body_hash() == body_hash
        )
        jobs = sorted(opening, key=lambda job: job.snapshot.times.made)
        if run is None:  # a click means the newest
            return jobs[-1] if jobs else None
        # What this cell itself made answers to its own ordinal; the others fill the gaps.
        own = {job.snapshot.ordinal: job for job in jobs if _is_of(job, run.here)}
        others = [job for job in jobs if job not in own.values()]
        gap = run.ordinal - sum(ordinal < run.ordinal for ordinal in own)
        return others[gap] if gap < len(others) else None


def _expected_s(settings: Settings, request: ImageRequest) -> float:
    return request.latency().middle_s if settings.real else settings.sandbox_latency_s


def _is_of(job: Job, here: Cell) -> bool:
    """Whether a cell made a job, in whatever run of it."""
    return job.snapshot.cell is not None and job.snapshot.cell.cell == here.cell


def _lineage(parent: Parent | None) -> tuple[str, int] | None:
    return (parent.job.job_id, parent.picture.slot) if parent and parent.picture else None
