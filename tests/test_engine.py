"""From a request to pictures on disk, whatever happens on the way to the server and back."""

from __future__ import annotations

import hashlib
import json
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from reapi_nb import pace
from reapi_nb.engine import LAG_S
from reapi_nb.errors import (
    CapReached,
    InvalidRequest,
    LibraryFault,
    NotSent,
    OutcomeUnknown,
    OutOfCredits,
    RateLimited,
    ReapiError,
    ServerFault,
    TaskFailed,
    TaskNotFound,
    Unauthorized,
    Unreachable,
)
from reapi_nb.job import Status
from reapi_nb.wire.reapi import Accepted
from tests.clocks import NOON, VirtualClock
from tests.samples import job, picture
from tests.stage import FOUR, Stage, grid, said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GONE = TaskNotFound("the server does not know this task")


@pytest.fixture(name="stage")
def _stage(home: Path) -> Iterator[Stage]:
    stage = Stage(home, VirtualClock())
    yield stage
    stage.close()


# -- the way of a job


def test_a_job_goes_from_queued_to_completed(stage):
    """One POST, looks until it is done, four pictures on disk, and each state in its order."""
    cat = job()

    end = stage.run(cat)

    way = ["queued", "sending", "processing", "saving", "completed"]
    assert way == stage.statuses(cat)
    assert [{"model": "mj-v7", "prompt": "a cat"}] == stage.server.bodies
    assert ("task_x", 4, None) == (end.task_id, len(end.pictures), end.error)
    assert 0 < end.times.made <= end.times.sent <= end.times.accepted < end.times.completed


def test_everything_is_kept_before_it_is_said(stage):
    """Whoever hears of a state finds it in the library already."""
    stage.run(job())

    assert stage.told == stage.kept


def test_later_news_have_a_higher_revision(stage):
    """Whatever way a job takes, nobody may mistake old news for new."""
    for answers in (
        [Accepted("task_1")],
        [RateLimited("slowly"), NotSent("no network"), Accepted("task_2")],
        [OutcomeUnknown("lost")],
        [InvalidRequest("no")],
    ):
        stage.server.submits = answers
        cat = job()

        stage.run(cat)

        revs = [told.rev for told in stage.told if told.job_id == cat.job_id]
        assert sorted(set(revs)) == revs


def test_a_picture_is_shown_as_soon_as_it_is_there(stage):
    """The other three need not be finished."""
    stage.run(job())

    saving = [told for told in stage.told if told.status is Status.SAVING]
    assert [0, 1, 2, 3, 4] == [sum(bool(one.path) for one in told.pictures) for told in saving]


def test_a_completed_jobs_files_are_whole(stage):
    """Every picture has its file, with the size and hash that the library says."""
    end = stage.run(job())

    for one in end.pictures:
        data = one.path.read_bytes()
        assert picture() == data
        assert (len(data), hashlib.sha256(data).hexdigest()) == (one.size, one.sha256)
        assert stage.reader.files.thumb("reapi", "task_x", one.slot).exists()
    sidecar = json.loads((end.pictures[0].path.parent / "task.json").read_text())
    assert end.request.body() == sidecar["request"]
    assert {one.path.name: one.sha256 for one in end.pictures} == sidecar["sha256"]


def test_a_jobs_defect_is_its_own(stage):
    """What nobody thought of stops one job, resumably, and not the others."""
    good, odd = job("good"), job("odd")
    stage.server.submits = [Accepted("task_1"), Accepted("task_2")]
    stage.server.looks = [ZeroDivisionError("a defect"), grid()]

    stage.run(odd, good)

    ends = {stage.ends[one.job_id].status for one in (odd, good)}
    assert {Status.STALE, Status.COMPLETED} == ends


# -- submitting


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
    """Not by itself, not by a restart, not in a week; and it counts as spent."""
    stage.server.submits = [lost, Accepted("task_x")]

    end = stage.run(job())
    stage.resume(seconds=7 * 24 * 3600)

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
    end = stage.run(job(), job(), cap=100)

    assert 1 == len(stage.server.bodies)
    assert (Status.REJECTED, CapReached) == (end.status, type(end.error))
    assert 88 == stage.reader.spent_today()


def test_a_cap_can_be_raised_while_the_engine_runs(stage):
    """The next job goes by the new one."""

    async def act(engine):
        engine.set_cap(None)
        engine.start(job())
        await stage.rest()

    stage.play(act, cap=0)

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


# -- looking


@pytest.mark.parametrize(
    "status", ["pending", "queued", "Completed", "success", "???", "", 7, None]
)
def test_a_status_nobody_knows_means_still_running(stage, status):
    """A new word of the server's is never an end."""
    stage.server.looks = [said(status), said(status), said(status), grid()]

    end = stage.run(job())

    assert 4 == len(stage.server.looked)
    assert Status.COMPLETED is end.status


def test_looking_outlives_a_bad_network(stage):
    """No answer, a stumbling server and a rate limit are asked again; the task is as it was."""
    stage.server.looks = [
        *(Unreachable("no answer"), ServerFault("HTTP 502")) * 3,
        RateLimited("slowly", retry_after=30.0),
        said(),
        grid(),
    ]
    cat = job()

    end = stage.run(cat)

    assert ["queued", "sending", "processing", "saving", "completed"] == stage.statuses(cat)
    assert Status.COMPLETED is end.status
    assert any(later - earlier >= 30.0 for earlier, later in pairwise(stage.server.looked))


def test_a_failed_task_is_refunded(stage):
    """The server's code and words are kept, and the charge is undone."""
    error = {"code": 80003, "message": "provider_failed"}
    stage.server.looks = [said(), said("failed", error=error)]

    end = stage.run(job())

    assert (Status.FAILED, TaskFailed) == (end.status, type(end.error))
    assert (80003, "provider_failed") == (end.error.code, end.error.message)
    assert 0 == stage.reader.spent_today()
    assert end.times.completed > 0


def test_an_unknown_task_is_given_a_minute(stage):
    """The server's other half may not have heard of it yet."""
    stage.server.looks = [GONE, GONE, GONE, grid()]

    end = stage.run(job())

    assert stage.server.looked[2] < end.times.accepted + LAG_S
    assert Status.COMPLETED is end.status


def test_a_task_that_stays_unknown_has_vanished(stage):
    """After the minute it is asked three more times, ten seconds apart, and stays charged."""
    stage.server.looks = [GONE]

    end = stage.run(job())

    late = [at for at in stage.server.looked if at > end.times.accepted + LAG_S]
    assert 3 == len(late)
    assert all(later - earlier >= 10.0 for earlier, later in pairwise(late))
    assert (Status.VANISHED, "may have been charged") == (end.status, end.error.money)
    assert 88 == stage.reader.spent_today()


def test_a_task_that_is_known_again_has_not_vanished(stage):
    """Only answers in a row confirm each other."""
    running = [said()] * 25  # more than a minute
    stage.server.looks = [*running, *(GONE, GONE, said()) * 4, grid()]

    end = stage.run(job())

    assert Status.COMPLETED is end.status


def test_a_task_without_an_end_is_stale_after_an_hour_and_ten_minutes(stage):
    """It is looked at ever less often, then no more, and it is not called failed."""
    stage.server.looks = [said()]

    end = stage.run(job())

    age = stage.clock.now() - end.times.accepted
    assert pace.GIVE_UP_S < age < pace.GIVE_UP_S + 60
    assert Status.STALE is end.status
    assert not end.status.facts.final
    assert len(stage.server.looked) < 300


def test_a_key_that_is_not_accepted_any_more_stops_the_looking(stage):
    """One look says it; asking on would only lock the account."""
    stage.server.looks = [Unauthorized("API key is invalid", code=10003)]

    end = stage.run(job())

    assert 1 == len(stage.server.looked)
    assert (Status.STALE, Unauthorized) == (end.status, type(end.error))


def test_a_finished_task_without_pictures_is_believed_the_third_time(stage):
    """It is charged and it is empty; nobody calls it failed."""
    stage.server.looks = [said("completed")]

    end = stage.run(job())

    assert 3 == len(stage.server.looked)
    assert (Status.EMPTY, ()) == (end.status, end.pictures)
    assert 88 == stage.reader.spent_today()


@pytest.mark.parametrize("output", [None, {}, {"image_urls": None}, {"image_urls": [7]}, "x"])
def test_pictures_that_come_a_moment_later_are_not_missed(stage, output):
    """The first answers after the end may lack their pictures, in whatever way."""
    stage.server.looks = [said("completed", output=output)] * 2 + [grid()]

    end = stage.run(job())

    assert (Status.COMPLETED, 4) == (end.status, len(end.pictures))


@pytest.mark.parametrize(
    ("names", "slots"),
    [
        (["2.png"], [2]),
        (["0.png", "1.png", "3.png"], [0, 1, 3]),
        (["a.png", "b.png", "c.png"], [0, 1, 2]),
        (["1.png", "1.png"], [0, 1]),
        (["3.png", "0.png"], [3, 0]),
    ],
)
def test_fewer_pictures_are_a_success_and_keep_their_numbers(stage, names, slots):
    """What review took out leaves a gap; the number in the file name counts where there is one."""
    stage.server.looks = [grid(*names)]

    end = stage.run(job())

    assert (Status.COMPLETED, None) == (end.status, end.error)
    assert slots == [one.slot for one in end.pictures]
    assert list(range(len(names))) == [one.position for one in end.pictures]
    assert [f"{slot}.png" for slot in slots] == [one.path.name for one in end.pictures]


# -- stopping, holding, setting aside


def test_stopping_is_quick_and_loses_nothing(stage):
    """Whatever jobs are at, a stop takes no time; what was being sent is of unknown outcome."""
    sending, waiting = job("sending"), job("waiting")

    async def for_ever():
        await stage.clock.sleep(1e6)

    async def act(engine):
        stage.server.submits = [NotSent("no network"), for_ever]
        engine.start(waiting)
        engine.start(sending)
        await stage.clock.sleep(0.2)
        engine.watch_over(waiting.account)

    stage.play(act)
    elapsed = stage.clock.elapsed
    stage.server.submits = [Accepted("task_x")]
    stage.resume()

    assert elapsed < 1.0
    assert stage.server.is_closed
    assert {Status.HELD, Status.UNKNOWN} == {end.status for end in stage.ends.values()}
    assert 2 == len(stage.server.bodies)


def test_a_held_job_is_sent_once(stage):
    """However often Send is pressed."""
    held = job(status=Status.HELD)
    stage.reader.keep(held)

    async def act(engine):
        for _ in range(3):
            engine.release(stage.ends.get(held.job_id, held))
        await stage.rest()

    stage.play(act)

    assert 1 == len(stage.server.bodies)
    assert Status.COMPLETED is stage.ends[held.job_id].status


def test_a_held_job_that_another_kernel_sent_is_not_sent_again(stage):
    """Two notebooks show the same Send button; the second press shows what became of the first."""
    held = job(status=Status.HELD)
    stage.reader.keep(held)
    stage.reader.keep(sent := held.but(status=Status.PROCESSING, task_id="task_x"))

    async def act(engine):
        engine.release(held)

    stage.play(act)

    assert [] == stage.server.bodies
    assert [sent] == stage.told


def test_an_unknown_outcome_can_be_set_aside(stage):
    """It is out of the way and still counts as spent."""
    lost = job(status=Status.UNKNOWN)
    stage.reader.keep(lost)

    async def act(engine):
        engine.forget(lost)

    stage.play(act)

    assert Status.FORGOTTEN is stage.reader.job(lost.job_id).status
    assert 88 == stage.reader.spent_today()


def test_only_what_is_held_is_sent_and_only_what_is_unknown_is_set_aside(stage):
    """A button that came too late does nothing."""
    jobs = [job(status=status) for status in Status]
    for one in jobs:
        stage.reader.keep(one)

    async def act(engine):
        for one in jobs:
            if one.status is not Status.HELD:
                engine.release(one)
            if one.status is not Status.UNKNOWN:
                engine.forget(one)

    stage.play(act)

    assert [] == stage.told
    assert [] == stage.server.bodies


@pytest.mark.parametrize("error", [ReapiError("x"), None])
def test_the_clock_is_virtual(stage, error):
    """A guard for this file: an hour of looking costs no real hour."""
    stage.server.looks = [said()] * 100 + [grid()]

    stage.run(job(error=error))

    assert stage.clock.now() > NOON + 100
    assert FOUR == tuple(one.path.name for one in stage.told[-1].pictures)
