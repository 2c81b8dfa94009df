"""A submit costs money: when it goes again, when it does not, and when it does not go at all."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

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
from reapi_nb.job import Status
from reapi_nb.prices import Caps
from reapi_nb.wire.reapi import Accepted
from tests.clocks import VirtualClock
from tests.samples import job
from tests.stage import NO_CAPS, Stage, grid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(name="stage")
def _stage(home: Path) -> Iterator[Stage]:
    stage = Stage(home, VirtualClock())
    yield stage
    stage.close()


def test_a_rate_limited_submit_goes_again_when_it_may(stage):
    """Nothing was created, so it waits as long as the server asks for, and is sent then."""
    stage.server.submits = [RateLimited("slowly", retry_after=5.0), Accepted("task_x")]
    cat = job()

    end = stage.run(cat)

    first, second = stage.server.times
    assert 5.0 <= second - first < 10.0
    assert ["queued", "sending", "queued", "sending"] == stage.statuses(cat)[:4]
    assert [RateLimited] == [type(told.error) for told in stage.told if told.error]
    assert (Status.COMPLETED, None) == (end.status, end.error)


def test_a_submit_that_never_left_backs_off(stage):
    """Without a network it is tried again, twice as long apart each time, and charged once."""
    stage.server.submits = [*(NotSent("no connection"),) * 8, Accepted("task_x")]

    end = stage.run(job())

    waits = [later - earlier for earlier, later in pairwise(stage.server.times)]
    assert [0.5, 1, 2, 4, 8, 16, 30, 30] == pytest.approx(waits, abs=1.1)
    assert Status.COMPLETED is end.status
    assert 88 == stage.reader.spent_today()


@pytest.mark.parametrize("lost", [OutcomeUnknown("no answer"), ValueError("a defect of ours")])
def test_a_submit_of_unknown_outcome_is_never_sent_again(stage, lost):
    """Not by itself, not by a restart, not in a day; and it counts as spent."""
    stage.server.submits = [lost, Accepted("task_x")]

    end = stage.run(job())
    stage.resume(seconds=20 * 3600)

    assert 1 == len(stage.server.bodies)
    assert (Status.UNKNOWN, "may have been charged") == (end.status, end.error.money)
    assert Status.UNKNOWN is stage.reader.job(end.job_id).status


@pytest.mark.parametrize(
    "refusal",
    [
        InvalidRequest("--relax is no speed of reAPI", code="INVALID_REQUEST", request_id="req_1"),
        Unauthorized("API key is invalid", code=10003),
        OutOfCredits("not enough", code="INSUFFICIENT_CREDITS"),
    ],
    ids=lambda refusal: type(refusal).__name__,
)
def test_a_refused_submit_is_over(stage, refusal):
    """It is not sent again, costs nothing, and keeps the server's words."""
    stage.server.submits = [refusal, Accepted("task_x")]
    cat = job()

    end = stage.run(cat)

    assert ["queued", "sending", "rejected"] == stage.statuses(cat)
    assert (refusal, "not charged") == (end.error, end.error.money)
    assert 1 == len(stage.server.bodies)
    assert 0 == stage.reader.spent_today()


def test_what_would_pass_the_cap_is_not_sent(stage):
    """The daily cap is asked before the server is."""
    end = stage.run(job(), job(), caps=Caps(100))

    assert 1 == len(stage.server.bodies)
    assert (Status.REJECTED, CapReached) == (end.status, type(end.error))
    assert 88 == stage.reader.spent_today()


def test_a_cap_can_be_raised_while_the_engine_runs(stage):
    """The next job goes by the new one."""

    async def act(engine):
        engine.set_caps(NO_CAPS)
        engine.start(job())
        await stage.rest()

    stage.play(act, caps=Caps(0))

    assert 1 == len(stage.server.bodies)


def test_what_cannot_be_written_down_is_not_sent(stage):
    """With the library locked at `sending` there is no POST, and the job says why."""
    cat = job()

    async def act(engine):
        with stage.locked():
            engine.start(cat)
            await stage.rest()

    stage.play(act)

    end = stage.ends[cat.job_id]
    assert [] == stage.server.bodies
    assert (Status.REJECTED, LibraryFault) == (end.status, type(end.error))


def test_nothing_is_sent_when_the_disk_is_full(stage):
    """A POST without its row in the journal would be a charge without a trace."""
    cat = job("a cat " * 1000)

    async def act(engine):
        [pages] = stage.library._db.execute("PRAGMA page_count").fetchone()
        stage.library._db.execute(f"PRAGMA max_page_count = {pages}")
        engine.start(cat)
        await stage.rest()

    stage.play(act)

    end = stage.ends[cat.job_id]
    assert [] == stage.server.bodies
    assert (Status.REJECTED, LibraryFault) == (end.status, type(end.error))


def test_nothing_is_sent_without_the_limiters_file(stage):
    """Whoever cannot count requests sends none."""
    end = stage.run(job(), limiter=stage.home / "missing" / "limiter.sqlite3")

    assert [] == stage.server.bodies
    assert (Status.REJECTED, LibraryFault) == (end.status, type(end.error))


def test_a_task_that_is_paid_for_is_shown_although_it_cannot_be_kept(stage):
    """When the library fails right after the answer, the task id is on the board all the same."""
    cat = job()

    async def act(engine):
        lock = stage.locked()

        def accept():
            lock.__enter__()
            return Accepted("task_paid")

        def look():
            lock.__exit__(None, None, None)
            return grid()

        stage.server.submits, stage.server.looks = [accept], [look]
        engine.start(cat)
        await stage.rest()

    stage.play(act)

    accepted = next(told for told in stage.told if told.status is Status.PROCESSING)
    assert ("task_paid", LibraryFault) == (accepted.task_id, type(accepted.error))
    end = stage.reader.job(cat.job_id)
    assert (Status.COMPLETED, "task_paid", 4) == (end.status, end.task_id, len(end.pictures))
