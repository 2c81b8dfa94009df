"""
What a request costs: once at most, never by surprise, and never without a trace.

A real session works against a real server, which counts the tasks that it created. Each of
them is a charge.
"""

from __future__ import annotations

import base64
import json
import logging
import time
import traceback
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from reapi_nb.catalog.midjourney_v7 import Imagine, Upscale
from reapi_nb.errors import (
    CapReached,
    InvalidRequest,
    LibraryFault,
    NotSent,
    OutcomeUnknown,
    OutOfCredits,
    RateLimited,
    Unauthorized,
)
from reapi_nb.job import Snapshot, Status
from reapi_nb.library import Library
from reapi_nb.session import Session
from tests.faults import acts
from tests.faults.acts import HTML, drop, envelope, mangle, refuse, status, truncate
from tests.faults.kernel import KEY, Quick, closed_port, rows, settings, until
from tests.faults.server import RecordingServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reapi_nb.session import Job
    from tests.faults.acts import Act

GARDEN = "a serene Japanese garden with cherry blossoms --ar 16:9 --s 500"
FAST = 88
"""Credits of one request at normal speed."""


@pytest.fixture(name="server")
def _server() -> Iterator[RecordingServer]:
    with RecordingServer() as server:
        yield server


@pytest.fixture(name="session")
def _session(server: RecordingServer, home: Path) -> Iterator[Session]:
    with Session(settings(server.origin, home)) as session:
        yield session


def _sent(session: Session, *words: str) -> list[Job]:
    """Jobs that are sent one after the other, so that each meets the act that was cued for it."""
    jobs = []
    for said in words:
        job = session.submit(Quick(prompt=said))
        until(lambda job=job: job.status not in (Status.QUEUED, Status.SENDING))
        jobs.append(job)
    return jobs


def test_a_request_is_sent_as_documented_and_once(server, session):
    """The body is that of the documents, value for value, and the answer is four pictures."""
    job = session.submit(Imagine(prompt=GARDEN, speed="turbo")).wait(20)

    [sent] = server.submits
    expected = {"model": "mj-v7", "prompt": GARDEN, "model_params": {"speed": "turbo"}}
    assert expected == json.loads(sent.body)
    assert "application/json" == sent.headers["content-type"]
    assert f"Bearer {KEY}" == sent.headers["authorization"]
    assert [job.task_id] == list(server.tasks)
    assert (Status.COMPLETED, 4) == (job.status, len(job.pictures))


def test_the_first_picture_is_number_zero_on_the_wire(server, session):
    """A follow-up always names its picture, also when it is the first one."""
    server.cue("submit", refuse(400, envelope("INVALID_REQUEST")))

    session.submit(Upscale(task_id="task_x", image_number=0, type="creative")).wait(10)

    [sent] = server.submits
    assert {
        "model": "mj-v7-upscale",
        "model_params": {"task_id": "task_x", "image_number": 0, "type": "creative"},
    } == json.loads(sent.body)


def test_an_answer_that_is_lost_is_never_asked_for_with_a_second_post(server, session):
    """What became of these requests nobody can know, so they are shown and left alone."""
    lost: dict[str, Act] = {
        "closed": drop(),
        "reset": drop(reset=True),
        "never taken": drop(accepted=False, reset=True),
        "bad gateway": status(502),
        "unavailable": status(503),
        "cut off": truncate(10),
        "elsewhere": acts.redirect("https://example.com/"),
        "html": mangle(lambda _: HTML),
    }
    server.cue("submit", *lost.values())

    jobs = _sent(session, *lost)
    time.sleep(1.5)

    assert {Status.UNKNOWN} == {job.status for job in jobs}
    assert {OutcomeUnknown} == {type(job.error) for job in jobs}
    assert {"may have been charged"} == {job.error.money for job in jobs}
    assert len(lost) == len(server.submits) == len(server.requests)


def test_an_answer_that_is_cut_off_loses_nothing(server, session):
    """The task id came through before the break, so the pictures arrive."""
    server.cue("submit", truncate(-8), truncate(-30, reset=True))

    jobs = [job.wait(20) for job in _sent(session, "closed", "reset")]

    assert [(Status.COMPLETED, 4)] * 2 == [(job.status, len(job.pictures)) for job in jobs]
    assert [job.task_id for job in jobs] == list(server.tasks)
    assert 2 == len(server.submits)


def test_the_journal_is_written_before_the_request_leaves(home):
    """When the first line of a POST arrives, its row is in the library already."""
    written: list[tuple[Any, ...]] = []

    def read(line: str) -> None:
        if line.startswith("POST"):
            written.extend(rows(home, "SELECT status, task_id, charge FROM jobs"))

    with RecordingServer(on_line=read) as server:
        server.cue("submit", refuse(400, envelope("INVALID_REQUEST")))
        with Session(settings(server.origin, home)) as session:
            session.submit(Quick(prompt="a cat")).wait(10)

    assert [("sending", None, "pending")] == written


def test_what_never_left_is_sent_when_the_server_is_there(home):
    """A closed port proves that nothing was sent: the job waits, and is sent once."""
    port = closed_port()

    with Session(settings(f"http://127.0.0.1:{port}", home)) as session:
        job = session.submit(Quick(prompt="a cat"))
        until(lambda: isinstance(job.error, NotSent))
        waiting, spent = job.status, session.spent_today()
        with RecordingServer(port=port) as server:
            job.wait(20)

            assert (Status.QUEUED, 0) == (waiting, spent)
            assert (Status.COMPLETED, None) == (job.status, job.error)
            assert (1, 1) == (len(server.submits), server.charges)


def test_a_refusal_costs_nothing(server, session):
    """401, 402 and 400 with the API's envelope are final, free, and not sent again."""
    server.cue(
        "submit",
        refuse(401, envelope(10003)),
        refuse(402, envelope("INSUFFICIENT_CREDITS")),
        refuse(400, envelope("CONTENT_POLICY_VIOLATION")),
    )

    jobs = _sent(session, "wrong key", "no credits", "no good")
    time.sleep(1.0)

    assert {Status.REJECTED} == {job.status for job in jobs}
    assert [Unauthorized, OutOfCredits, InvalidRequest] == [type(job.error) for job in jobs]
    assert {"not charged"} == {job.error.money for job in jobs}
    assert 0 == session.spent_today()
    assert (3, 0) == (len(server.requests), server.charges)


def test_too_many_requests_wait_and_go_on_with_one_charge(server, session):
    """A 429 proves that nothing was created: the job is sent again after the wished pause."""
    server.cue("submit", acts.limit("1"), acts.limit())

    job = session.submit(Quick(prompt="a cat"))
    until(lambda: isinstance(job.error, RateLimited))
    job.wait(20)

    first, second, third = (heard.at for heard in server.submits)
    assert second - first >= 1.0
    assert third - second >= 1.0
    assert Status.COMPLETED is job.status
    assert 1 == server.charges
    assert job.snapshot.estimate == session.spent_today()


def test_an_unknown_outcome_counts_as_spent_until_and_after_it_is_set_aside(server, home):
    """Forgetting ends the question, not the possible charge, and it is not asked again."""
    server.cue("submit", drop())
    with Session(settings(server.origin, home)) as session:
        [job] = _sent(session, "a cat")
        spent = session.spent_today()
        waiting = [left.job_id for left in session.waiting()]

        session.forget(job)
        until(lambda: job.status is Status.FORGOTTEN)

        assert [job.job_id] == waiting
        assert [] == session.waiting()
        assert spent == session.spent_today() == job.snapshot.estimate
    with Session(settings(server.origin, home)) as session:
        time.sleep(1.0)

        assert [Status.FORGOTTEN] == [kept.status for kept in session.history()]
    assert 1 == len(server.submits)


def test_the_daily_cap_is_not_passed(server, home):
    """What would pass it is refused before it is sent; an unknown outcome counts, too."""
    server.cue("submit", drop())
    with Session(settings(server.origin, home, daily_cap=100)) as session:
        first = session.submit(Quick(prompt="a cat"))
        until(lambda: first.status is Status.UNKNOWN)
        second = session.submit(Quick(prompt="a dog")).wait(10)

        assert FAST == session.spent_today()
    assert (Status.REJECTED, CapReached) == (second.status, type(second.error))
    assert 1 == len(server.submits)


def test_a_refunded_failure_does_not_count(server, home):
    """A task that failed gave its credits back, so the next one is within the cap."""
    server.cue("look", acts.say({"id": "task_x", "status": "failed", "error": {"code": 80003}}))
    with Session(settings(server.origin, home, daily_cap=100)) as session:
        first = session.submit(Quick(prompt="a cat"))
        until(lambda: first.status is Status.PROCESSING)
        refused = session.submit(Quick(prompt="a dog")).wait(10)
        first.wait(20)
        spent = session.spent_today()
        third = session.submit(Quick(prompt="a dog"))
        until(lambda: third.status is Status.PROCESSING)

        assert (Status.FAILED, "credits refunded") == (first.status, first.error.money)
        assert 0 == spent
        assert CapReached is type(refused.error)
        assert FAST == session.spent_today()
    assert (2, 2) == (len(server.submits), server.charges)


def test_a_charge_counts_on_the_day_on_which_it_was_made(server, home):
    """Taking up yesterday's task today does not spend today's credits."""
    job = _job(server, home, Status.PROCESSING)
    with closing(Library(home, clock=lambda: time.time() - 24 * 3600)) as yesterday:
        yesterday.keep(job)
        spent = yesterday.spent_today()

    with closing(Library(home)) as today:
        [taken] = today.take_over(job.account)
        today.keep(taken)

        assert (FAST, 0) == (spent, today.spent_today())


def test_a_job_that_two_kernels_may_send_is_sent_once(server, home):
    """Send pressed on two boards is one request: the second only hears what became of it."""
    _held(server, home)
    with (
        Session(settings(server.origin, home)) as one,
        Session(settings(server.origin, home)) as other,
    ):
        until(lambda: one.waiting() and other.waiting())
        [mine], [yours] = one.waiting(), other.waiting()

        one.send(mine)
        until(lambda: mine.status is Status.COMPLETED)
        other.send(yours)
        until(lambda: yours.status is Status.COMPLETED)

        assert mine.task_id == yours.task_id
    assert (1, 1) == (len(server.submits), server.charges)


def test_a_job_that_two_kernels_send_at_once_is_sent_once(server, home):
    """Whoever writes its row first sends it."""
    _held(server, home)
    with (
        Session(settings(server.origin, home)) as one,
        Session(settings(server.origin, home)) as other,
    ):
        until(lambda: one.waiting() and other.waiting())
        [mine], [yours] = one.waiting(), other.waiting()

        one.send(mine)
        other.send(yours)
        until(lambda: {mine.status, yours.status} == {Status.COMPLETED})

        assert mine.task_id == yours.task_id
    assert (1, 1) == (len(server.submits), server.charges)


def test_a_final_state_never_changes(server, home):
    """Whatever the server says later, and whatever is pressed, an end is an end."""
    with Session(settings(server.origin, home)) as session:
        job = session.submit(Quick(prompt="a cat")).wait(20)
        session.send(job)
        session.forget(job)
    asked = len(server.requests)
    server.tasks.clear()

    with Session(settings(server.origin, home)) as session:
        kept = session.find(job.task_id)
        session.send(kept)
        session.forget(kept)
        time.sleep(1.0)

        assert (Status.COMPLETED, 4) == (kept.status, len(kept.pictures))
    assert [("completed", job.snapshot.rev)] == rows(home, "SELECT status, rev FROM jobs")
    assert asked == len(server.requests)


def test_a_bad_picture_is_fetched_again_and_not_paid_again(server, session):
    """HTML, an error, a cut and a dead host delay a picture; none of them is kept."""
    server.cue("picture", mangle(lambda _: HTML), refuse(500, HTML), truncate(30), drop())

    job = session.submit(Quick(prompt="a cat")).wait(20)

    assert (Status.COMPLETED, 4) == (job.status, len(job.pictures))
    assert [(24, 16)] * 4 == [picture.image().size for picture in job.pictures]
    assert (8, 1) == (len(server.of("picture")), len(server.submits))


def test_without_the_limiters_file_nothing_is_sent(server, home):
    """Ten requests a second are a promise: when they cannot be counted, none is made."""
    (home / "limiter.sqlite3").mkdir(parents=True)

    with Session(settings(server.origin, home)) as session:
        job = session.submit(Quick(prompt="a cat")).wait(10)

    assert (Status.REJECTED, LibraryFault) == (job.status, type(job.error))
    assert [] == server.requests


def test_the_key_is_written_nowhere(server, home, caplog):
    """No file, log record, repr or traceback has it, in plain or in base64; no picture's host."""
    caplog.set_level(logging.DEBUG)
    server.cue("submit", refuse(401, envelope(10003)), drop(reset=True), truncate(-8))
    server.cue("look", refuse(500, HTML))
    server.cue("picture", acts.drop())
    here = settings(server.origin, home)

    with Session(here) as session:
        jobs = [job.wait(20) for job in _sent(session, "refused", "lost", "cut off", "well")]
        shown = [repr(thing) for thing in (here, vars(here), session, vars(session), *jobs)]
        shown += [repr(vars(job)) for job in jobs]
        shown += [_told(job.error) for job in jobs if job.error]
    with Session(settings(f"http://127.0.0.1:{closed_port()}", home)) as alone:
        waiting = alone.submit(Quick(prompt="not sent"))
        until(lambda: isinstance(waiting.error, NotSent))
        shown.append(_told(waiting.error))
        files = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}

    ends = [Status.REJECTED, Status.UNKNOWN, Status.COMPLETED, Status.COMPLETED]
    assert ends == [job.status for job in jobs]
    shown += [str(vars(record)) + record.getMessage() for record in caplog.records]
    assert any(record.name.startswith("httpcore") for record in caplog.records)
    assert home / "library.sqlite3" in files
    for trace in (KEY.encode(), base64.b64encode(KEY.encode()).rstrip(b"=")):
        assert [] == [path for path in files if trace in files[path]]
        assert [] == [text for text in shown if trace in text.encode()]
    fetches = server.of("picture")
    assert fetches
    assert all("authorization" not in fetch.headers for fetch in fetches)


def _held(server: RecordingServer, home: Path) -> None:
    """Leave a job behind that was queued and never sent."""
    with closing(Library(home)) as library:
        library.keep(_job(server, home, Status.QUEUED))


def _job(server: RecordingServer, home: Path, at: Status) -> Snapshot:
    account = settings(server.origin, home).account
    return Snapshot(
        job_id="a", request=Quick(prompt="a cat"), account=account, status=at, estimate=FAST
    )


def _told(error: BaseException) -> str:
    """A traceback as the most talkative front end shows it, with all local variables."""
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(told.format())
