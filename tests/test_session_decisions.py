"""What people decide about jobs, through the session and a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reapi_nb.catalog import Imagine
from reapi_nb.errors import InvalidRequest, OutOfCredits
from reapi_nb.job import Status
from reapi_nb.session import Session
from tests.faults import acts
from tests.faults.acts import envelope, refuse
from tests.faults.kernel import Quick, settings, until
from tests.faults.server import RecordingServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(name="server")
def _server() -> Iterator[RecordingServer]:
    with RecordingServer() as server:
        yield server


@pytest.fixture(name="session")
def _session(server: RecordingServer, home: Path) -> Iterator[Session]:
    with Session(settings(server.origin, home)) as session:
        yield session


def _lost(session: Session, server: RecordingServer):
    """A job whose answer was lost although the server has made a task of it."""
    server.cue("submit", acts.drop())
    job = session.submit(Quick(prompt="a lost cat"))
    until(lambda: job.status is Status.UNKNOWN)
    return job


def test_a_lost_task_is_found_again_by_its_id(session, server):
    """Its pictures come, the charge is booked once, and nothing is sent again."""
    job = _lost(session, server)
    [task_id] = server.tasks

    session.adopt(job, task_id)
    until(lambda: job.status is Status.COMPLETED)

    assert (task_id, 4) == (job.task_id, len(job.pictures))
    [books] = session.spend()
    assert (1, 0, job.snapshot.estimate) == (books.requests, books.unknown, books.charged)
    assert (1, 1) == (len(server.submits), server.charges)


@pytest.mark.parametrize("typed", ["", "../x", "task x", "task_x/../../y", "x" * 81, "task_x\n"])
def test_what_is_no_task_id_is_not_asked_for(session, server, typed):
    """It is refused in one line, before any look."""
    job = _lost(session, server)

    with pytest.raises(InvalidRequest, match="is no task id"):
        session.adopt(job, typed)

    assert [] == server.of("look")


def test_another_jobs_task_is_not_adopted(session, server):
    """One task is one job: its pictures would be shown as somebody else's."""
    other = session.submit(Quick(prompt="another cat")).wait(20)
    job = _lost(session, server)

    with pytest.raises(InvalidRequest, match=f"%reapi show {other.task_id}"):
        session.adopt(job, other.task_id)


def test_only_what_is_in_doubt_takes_a_task_id(session):
    """A job that has ended has its own."""
    job = session.submit(Quick(prompt="a cat")).wait(20)

    with pytest.raises(InvalidRequest, match="only a job with an unknown outcome"):
        session.adopt(job, "task_other")


def test_what_is_sent_is_not_cancelled(home):
    """It says that it is paid for."""
    with RecordingServer(seconds=60) as server, Session(settings(server.origin, home)) as session:
        job = session.submit(Quick(prompt="a cat"))
        until(lambda: job.task_id)

        with pytest.raises(InvalidRequest, match="sent and paid for: it goes on"):
            session.cancel(job)


def test_a_paused_queue_is_held_cancelled_and_sent(session, server):
    """After a 402 the jobs in line wait: some are dropped, one is sent when there is money."""
    server.cue("submit", *[refuse(402, envelope("INSUFFICIENT_CREDITS"))] * 10)
    jobs = [session.submit(Imagine(prompt=f"cat {n}")) for n in range(14)]
    until(lambda: not any(job.status.facts.moving for job in jobs))
    held = [job for job in jobs if job.status is Status.HELD]

    assert held == sorted(session.held(), key=jobs.index)
    assert isinstance(session.paused, OutOfCredits)
    assert {OutOfCredits} == {type(job.error) for job in held}

    first, *others = held
    for job in others:
        session.cancel(job)
    until(lambda: {Status.CANCELLED} == {job.status for job in others})
    server._cues["submit"].clear()
    session.send(first)
    until(lambda: first.status is Status.PROCESSING or first.status is Status.COMPLETED)

    assert session.paused is None
    assert 1 == server.charges


def test_a_damaged_library_is_rebuilt_and_says_so(server, home):
    """What is paid for is there again, and who asks how things stand hears what happened."""
    with Session(settings(server.origin, home)) as session:
        job = session.submit(Quick(prompt="a cat")).wait(20)
        assert "" == session.rescued
    (home / "library.sqlite3").write_bytes(b"no database at all" * 500)

    with Session(settings(server.origin, home)) as session:
        [again] = session.history()

        assert "damaged" in session.rescued
        assert (job.task_id, 4) == (again.task_id, len(again.pictures))
        assert job.snapshot.estimate == session.spent_today()
    assert 1 == server.charges
