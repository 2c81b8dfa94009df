"""
How long tasks take here: learned from every task, kept in the library, shared by all kernels.

The sandbox is not learned from: its users say how long it takes.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from reapi_nb.errors import LibraryFault
from reapi_nb.pace import Pattern

if TYPE_CHECKING:
    from reapi_nb.job import Snapshot
    from reapi_nb.library import Library

Key = tuple[str, str, str, str]
_log = logging.getLogger("reapi_nb")


class Habits:
    """Patterns of tasks by place, model, speed or quality, and resolution."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._patterns: dict[Key, Pattern] = {}

    def of(self, job: Snapshot) -> Pattern:
        """How long a job's task is going to take."""
        latency = job.request.latency()
        scale = job.expected_s / latency.middle_s if job.expected_s else 1.0
        low_s, high_s = latency.low_s * scale, latency.high_s * scale
        if not _learns(job):
            return Pattern(low_s, high_s)
        key = _key(job)
        if key not in self._patterns:
            self._patterns[key] = Pattern(low_s, high_s, self._kept(key))
        return self._patterns[key]

    def learn(self, job: Snapshot, last_s: float, age_s: float) -> None:
        """A job's task ended between these ages."""
        if not _learns(job):
            return
        news = self.of(job).learn(last_s, age_s)
        try:
            self._library.learn(_key(job), news)
        except LibraryFault as no:
            _log.warning("what was learned of %s is not kept: %s", job.request.model, no)

    def _kept(self, key: Key) -> dict[int, float]:
        try:
            return self._library.latencies(key)
        except LibraryFault as no:
            _log.warning("the history of %s cannot be read: %s", key[1], no)
            return {}


def _learns(job: Snapshot) -> bool:
    return job.account.place != "sandbox"


def _key(job: Snapshot) -> Key:
    return (job.account.place, *job.request.kind_of_task())
