"""
News of jobs: kept first, then told.

What is on a screen is in the library already. What is paid for is told even where it cannot be
kept, because a full disk must not hide it.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from reapi_nb.errors import LibraryFault, TakenOver
from reapi_nb.prices import Caps

if TYPE_CHECKING:
    from collections.abc import Callable

    from reapi_nb.job import Snapshot
    from reapi_nb.library import Library

_log = logging.getLogger("reapi_nb")


class News:
    """
    Where every snapshot of an engine goes.

    Args:
        tell: Hears every snapshot, on the engine's thread.
    """

    def __init__(self, library: Library, tell: Callable[[Snapshot], object]) -> None:
        self._library = library
        self._tell = tell

    def say(self, job: Snapshot) -> Snapshot:
        """
        Keep, then tell, even where it cannot be kept.

        Raises:
            TakenOver: Another kernel looks after the job now.
        """
        try:
            self._keep(job, Caps())
        except LibraryFault as no:
            _log.error("job %s is not in the library: %s", job.job_id, no)
            job = job.but(error=job.error or no)
        self._tell(job)
        return job

    def journal(self, job: Snapshot, caps: Caps) -> Snapshot:
        """
        The same for a row that a POST may not go without.

        Raises:
            LibraryFault, CapReached: It is not written, so nothing may be sent.
            TakenOver: Another kernel looks after the job now.
        """
        self._keep(job, caps)
        self._tell(job)
        return job

    def amend(self, job: Snapshot) -> None:
        """Keep and tell what may change about a job that has ended."""
        try:
            self._library.amend(job)
        except LibraryFault as no:
            job = job.but(error=no)
        self._tell(job)

    def claimed(self, job: Snapshot) -> bool:
        """Whether a job is ours from now on; if not, what became of it is told."""
        if self._library.claim(job):
            return True
        self.follow(job)
        return False

    def follow(self, job: Snapshot) -> None:
        """Tell what another kernel has made of a job."""
        if kept := self._library.job(job.job_id):
            self._tell(kept)

    def _keep(self, job: Snapshot, caps: Caps) -> None:
        if not self._library.keep(job, cap=caps.day, kernel_cap=caps.kernel):
            raise TakenOver(f"another kernel looks after job {job.short_id}")
