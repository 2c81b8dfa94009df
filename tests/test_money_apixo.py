"""
What a request to APIXO costs: once at most, never by surprise, and never without a trace.

A real session works against a real server that speaks APIXO's language and counts its tasks.
"""

from __future__ import annotations

import json
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from reapi_nb.catalog import ApixoImagine, ApixoUpscale
from reapi_nb.errors import (
    InvalidRequest,
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
from tests.faults.acts import HTML, apixo_envelope, drop, mangle, refuse, status, truncate
from tests.faults.kernel import KEY, QuickApixo, closed_port, rows, settings, until
from tests.faults.server import APIXO_SUBMIT, APIXO_TASKS, RecordingServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reapi_nb.session import Job
    from reapi_nb.settings import Settings
    from tests.faults.acts import Act


@pytest.fixture(name="server")
def _server() -> Iterator[RecordingServer]:
    with RecordingServer() as server:
        yield server


@pytest.fixture(name="session")
def _session(server: RecordingServer, home: Path) -> Iterator[Session]:
    with Session(_apixo(server.origin, home)) as session:
        yield session


def _apixo(origin: str, home: Path, **more: Any) -> Settings:
    return settings(origin, home, place="apixo", **more)


def _sent(session: Session, *words: str) -> list[Job]:
    """Jobs that are sent one after the other, so that each meets the act that was cued for it."""
    jobs = []
    for said in words:
        job = session.submit(QuickApixo(prompt=said))
        until(lambda job=job: job.status not in (Status.QUEUED, Status.SENDING))
        jobs.append(job)
    return jobs


def test_a_request_is_sent_as_documented_and_once(server, session, home):
    """One POST, a look with the model and the id, four pictures, and all of it in the library."""
    job = session.submit(QuickApixo(prompt="a cat", speed="turbo")).wait(20)

    [sent] = server.submits
    asked = {"mode": "text-to-image", "prompt": "a cat", "speed": "turbo"}
    assert APIXO_SUBMIT == sent.path
    assert {"request_type": "async", "input": asked} == json.loads(sent.body)
    assert f"Bearer {KEY}" == sent.headers["authorization"]
    assert {APIXO_TASKS + job.task_id} == {heard.path for heard in server.of("look")}
    assert (Status.COMPLETED, [1, 2, 3, 4]) == (job.status, [one.number for one in job.pictures])
    assert [("apixo", "apixo", "midjourney", "charged")] == rows(
        home, "SELECT place, provider, model, charge FROM jobs"
    )


def test_a_follow_up_names_its_parents_task(server, session):
    """The id that APIXO gave and the picture's slot, in APIXO's words."""
    parent = session.submit(QuickApixo(prompt="a cat")).wait(20)
    server.cue("submit", refuse(400, apixo_envelope(400)))

    job = session.submit(ApixoUpscale.of(parent[3], type=2)).wait(10)

    asked = {"mode": "upscale", "taskId": parent.task_id, "imageIndex": 2, "type": 2}
    assert asked == json.loads(server.submits[1].body)["input"]
    assert (parent.job_id, 2) == job.snapshot.parent


def test_an_answer_that_is_lost_is_never_asked_for_with_a_second_post(server, session):
    """What became of these requests nobody can know, so they are shown and left alone."""
    lost: dict[str, Act] = {
        "closed": drop(),
        "reset": drop(reset=True),
        "never taken": drop(accepted=False, reset=True),
        "bad gateway": status(502),
        "unavailable": status(503, apixo_envelope(503)),
        "cut off": truncate(10),
        "elsewhere": acts.redirect("https://example.com/"),
        "html": mangle(lambda _: HTML),
        "no id": mangle(lambda _: apixo_envelope(200, "success")),
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
    server.cue("submit", truncate(-2), truncate(-1, reset=True))

    jobs = [job.wait(20) for job in _sent(session, "closed", "reset")]

    assert [(Status.COMPLETED, 4)] * 2 == [(job.status, len(job.pictures)) for job in jobs]
    assert [job.task_id for job in jobs] == list(server.tasks)
    assert 2 == len(server.submits)


def test_the_journal_is_written_before_the_request_leaves(home):
    """When the first line of a POST arrives, its row is in the library already."""
    written: list[tuple[Any, ...]] = []

    def read(line: str) -> None:
        if line.startswith("POST"):
            written.extend(rows(home, "SELECT status, task_id, provider, charge FROM jobs"))

    with RecordingServer(on_line=read) as server:
        server.cue("submit", refuse(400, apixo_envelope(400)))
        with Session(_apixo(server.origin, home)) as session:
            session.submit(QuickApixo(prompt="a cat")).wait(10)

    assert [("sending", None, "apixo", "pending")] == written


def test_what_never_left_is_sent_when_the_server_is_there(home):
    """A closed port proves that nothing was sent: the job waits, and is sent once."""
    port = closed_port()

    with Session(_apixo(f"http://127.0.0.1:{port}", home)) as session:
        job = session.submit(QuickApixo(prompt="a cat"))
        until(lambda: isinstance(job.error, NotSent))
        waiting = job.status
        with RecordingServer(port=port) as server:
            job.wait(20)

            assert Status.QUEUED is waiting
            assert (Status.COMPLETED, None) == (job.status, job.error)
            assert (1, 1) == (len(server.submits), server.charges)


def test_a_refusal_costs_nothing(server, session):
    """What APIXO itself refuses is final, free, and not sent again."""
    server.cue(
        "submit",
        refuse(401, apixo_envelope(401, "Unauthorized")),
        refuse(402, apixo_envelope(402, "INSUFFICIENT_CREDITS")),
        refuse(400, apixo_envelope(400, "Invalid request", "CONTENT_VIOLATION")),
    )

    jobs = _sent(session, "wrong key", "no credits", "no good")
    time.sleep(1.0)

    assert {Status.REJECTED} == {job.status for job in jobs}
    assert [Unauthorized, OutOfCredits, InvalidRequest] == [type(job.error) for job in jobs]
    assert {"not charged"} == {job.error.money for job in jobs}
    assert (3, 0) == (len(server.requests), server.charges)


def test_too_many_requests_wait_and_go_on_with_one_charge(server, session):
    """A 429 proves that nothing was created: the job is sent again after the wished pause."""
    limited = apixo_envelope(429, "Rate limit exceeded")
    server.cue("submit", refuse(429, limited, **{"Retry-After": "1"}), refuse(429, limited))

    job = session.submit(QuickApixo(prompt="a cat"))
    until(lambda: isinstance(job.error, RateLimited))
    job.wait(20)

    first, second, third = (heard.at for heard in server.submits)
    assert second - first >= 1.0
    assert third - second >= 1.0
    assert (Status.COMPLETED, 1) == (job.status, server.charges)


def test_a_look_outlives_every_trouble_and_pays_nothing(server, session):
    """Only GETs are repeated."""
    limited = refuse(429, apixo_envelope(429), **{"Retry-After": "0.2"})
    server.cue("look", drop(), refuse(502, HTML), limited, truncate(20))

    job = session.submit(QuickApixo(prompt="a cat")).wait(30)

    assert (Status.COMPLETED, 4) == (job.status, len(job.pictures))
    assert (1, 1) == (len(server.submits), server.charges)


def test_a_failed_task_is_refunded(server, session, home):
    """It comes with HTTP 200 and code 200, and says why."""
    failed = {"state": "failed", "failCode": "CONTENT_VIOLATION", "failMsg": "not this"}
    server.cue("look", acts.say({"code": 200, "message": "success", "data": failed}))

    job = session.submit(QuickApixo(prompt="a cat")).wait(20)

    assert (Status.FAILED, "credits refunded") == (job.status, job.error.money)
    assert ("CONTENT_VIOLATION", "not this") == (job.error.code, job.error.message)
    assert [("refunded",)] == rows(home, "SELECT charge FROM jobs")


def test_a_price_that_nobody_knows_is_no_price_of_zero(server, session, home):
    """The books say that there was a charge, and do not say how much."""
    job = session.submit(QuickApixo(prompt="a cat")).wait(20)

    assert job.snapshot.estimate is None
    assert [("charged", None)] == rows(home, "SELECT kind, credits FROM spend")


def test_what_was_never_sent_waits_to_be_sent(server, home):
    """A job that a dead kernel left is held, and Send sends it once, in APIXO's language."""
    here = _apixo(server.origin, home)
    with closing(Library(home)) as library:
        asked = QuickApixo(prompt="a cat")
        library.keep(Snapshot(job_id="a", request=asked, account=here.account))

    with Session(here) as session:
        until(session.waiting)
        [held] = session.waiting()
        before = len(server.requests)
        session.send(held)
        session.send(held)
        until(lambda: held.task_id)

        assert (ApixoImagine(prompt="a cat"), 0) == (held.request, before)
    assert (1, 1) == (len(server.submits), server.charges)


def test_a_task_that_is_paid_for_is_taken_up_by_the_next_kernel(home):
    """It is looked at where it was made, until its pictures are there; nothing is sent."""
    with RecordingServer(seconds=1.0) as server:
        here = _apixo(server.origin, home)
        with Session(here) as session:
            left = session.submit(QuickApixo(prompt="a cat"))
            until(lambda: left.task_id)

        with Session(here) as session:
            found = session.find(left.task_id).wait(20)

            assert (Status.COMPLETED, 4) == (found.status, len(found.pictures))
        assert {APIXO_TASKS + left.task_id} == {heard.path for heard in server.of("look")}
        assert (1, 1) == (len(server.submits), server.charges)
