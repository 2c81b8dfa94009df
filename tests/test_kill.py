"""
A kernel that dies without a word, at the moments at which money is on its way.

Each test runs a kernel in a process of its own, kills it with SIGKILL, and opens the same
library in this process, as the next kernel would.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from reapi_nb.errors import OutcomeUnknown
from reapi_nb.job import Status
from reapi_nb.session import Session
from tests.faults import acts, kernel
from tests.faults.kernel import rows, settings, until
from tests.faults.server import RecordingServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from reapi_nb.session import Job


@pytest.fixture(name="server")
def _server() -> Iterator[RecordingServer]:
    with RecordingServer() as server:
        yield server


def _kill(server: RecordingServer, home: Path, count: int, when: Callable[[], object]) -> None:
    """Start a kernel that submits so many jobs, and kill it when something has happened."""
    with kernel.start(server.origin, home, count) as process:
        try:
            until(when)
        finally:
            process.kill()


@contextmanager
def _next_kernel(server: RecordingServer, home: Path) -> Iterator[list[Job]]:
    """The jobs that the next kernel finds, once it has taken them up."""
    with Session(settings(server.origin, home)) as session:
        yield session.history()


def test_a_request_whose_answer_never_came_is_unknown(server, home):
    """Killed while the POST waits for its answer: shown as unknown, never sent again."""
    server.cue("submit", acts.stall)
    _kill(server, home, 1, lambda: server.submits)

    with _next_kernel(server, home) as [job]:
        until(lambda: job.status is Status.UNKNOWN)
        time.sleep(1.0)

        assert OutcomeUnknown is type(job.error)
        assert Status.UNKNOWN is job.status
    assert (1, 1) == (len(server.submits), len(server.requests))


def test_a_task_that_was_accepted_is_looked_at_to_its_end(home):
    """Killed while the server works: the next kernel gets the pictures, and nothing is paid."""
    with RecordingServer(looks=2) as server:
        _kill(server, home, 1, lambda: server.of("look"))

        with _next_kernel(server, home) as [job]:
            until(lambda: job.status is Status.COMPLETED)

            assert [1, 2, 3, 4] == [picture.number for picture in job.pictures]
        assert (1, 1) == (len(server.submits), server.charges)


def test_pictures_that_were_saved_are_kept_and_the_others_are_fetched(server, home):
    """Killed between two pictures: the next kernel fetches the missing ones only."""
    server.cue("picture", acts.answer, acts.answer, acts.stall, acts.stall)
    _kill(server, home, 1, lambda: 2 == _saved(home))
    fetched = len(server.of("picture"))

    with _next_kernel(server, home) as [job]:
        until(lambda: job.status is Status.COMPLETED)

        assert [1, 2, 3, 4] == [picture.number for picture in job.pictures]
        assert [(24, 16)] * 4 == [picture.image().size for picture in job.pictures]
    assert (4, 6) == (fetched, len(server.of("picture")))
    assert (1, 1) == (len(server.submits), server.charges)


def test_what_was_never_sent_waits_to_be_sent(server, home):
    """Killed with jobs in the queue: loading sends none of them, and Send sends each once."""
    slots, queued = 10, 2
    server.cue("submit", *[acts.stall] * slots)
    _kill(
        server,
        home,
        slots + queued,
        lambda: len(server.submits) == slots and _count(home, "queued") == queued,
    )

    with Session(settings(server.origin, home)) as session:
        until(lambda: len(session.waiting()) == slots + queued)
        held = [job for job in session.waiting() if job.status is Status.HELD]
        time.sleep(2.0)

        assert queued == len(held)
        assert slots == len(server.submits)

        for job in held:
            session.send(job)
            session.send(job)
        until(lambda: {job.status for job in held} == {Status.COMPLETED})

    assert slots + queued == len(server.submits) == server.charges


def _saved(home: Path) -> int:
    return _number(home, "SELECT count(*) FROM pictures WHERE file IS NOT NULL")


def _count(home: Path, status: str) -> int:
    return _number(home, f"SELECT count(*) FROM jobs WHERE status = '{status}'")


def _number(home: Path, query: str) -> int:
    return int(next(iter(rows(home, query)), [0])[0])
