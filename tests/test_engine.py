"""How a job is carried from queued to its end, stopped, held and set aside."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from reapi_nb.errors import (
    InvalidRequest,
    NotSent,
    OutcomeUnknown,
    RateLimited,
)
from reapi_nb.job import Status
from reapi_nb.wire.reapi import Accepted
from tests.clocks import VirtualClock
from tests.samples import job, picture
from tests.stage import Stage, grid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(name="stage")
def _stage(home: Path) -> Iterator[Stage]:
    stage = Stage(home, VirtualClock())
    yield stage
    stage.close()


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
    """Its thumbnail before it is on the disk, and the other three need not be finished."""
    stage.run(job())

    saving = [told for told in stage.told if told.status is Status.SAVING]
    seen = [sum(one.is_seen for one in told.pictures) for told in saving]
    kept = [sum(bool(one.path) for one in told.pictures) for told in saving]
    assert sorted(seen) == seen
    assert sorted(kept) == kept
    assert ({0, 1, 2, 3, 4}, {0, 1, 2, 3, 4}) == (set(seen), set(kept))
    assert 0 == kept[seen.index(1)]


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


def test_a_stop_hears_the_answer_that_is_on_its_way(stage):
    """A restart of the kernel right after a submit does not make its outcome unknown."""
    sent = job("sent")

    async def soon():
        await stage.clock.sleep(0.4)
        return Accepted("task_soon")

    async def act(engine):
        stage.server.submits = [soon]
        engine.start(sent)
        await stage.clock.sleep(0.1)

    stage.play(act)

    kept = stage.reader.job(sent.job_id)
    assert (Status.PROCESSING, "task_soon") == (kept.status, kept.task_id)
    assert 1 == len(stage.server.bodies)


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
