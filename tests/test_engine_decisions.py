"""What people decide about jobs: cancel what was not sent, adopt what may have been."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from reapi_nb.errors import NotSent, OutcomeUnknown, RateLimited, TaskNotFound, Unauthorized
from reapi_nb.job import Status
from reapi_nb.wire.reapi import Accepted
from tests.clocks import VirtualClock
from tests.samples import HERE, job
from tests.stage import Stage, grid, said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reapi_nb.engine import Engine


@pytest.fixture(name="stage")
def _stage(home: Path) -> Iterator[Stage]:
    stage = Stage(home, VirtualClock())
    stage.server.looks = [said(), grid()]
    yield stage
    stage.close()


async def _never() -> Accepted:
    await asyncio.sleep(1e6)
    return Accepted("task_x")


# -- cancel


@pytest.mark.parametrize(
    "waits", [NotSent("no network"), RateLimited("slowly", retry_after=60.0)], ids=["net", "429"]
)
def test_a_job_that_waits_to_be_sent_can_be_cancelled(stage, waits):
    """Nothing was created, so nothing is paid, and it is never sent."""
    one = job()
    stage.server.submits = [waits]

    async def act(engine: Engine) -> None:
        engine.start(one)
        await stage.until(lambda: stage.ends[one.job_id].error is waits)
        engine.cancel(stage.ends[one.job_id])
        await stage.rest()
        tries = len(stage.server.bodies)
        await stage.clock.sleep(600.0)
        assert tries == len(stage.server.bodies)

    stage.play(act)

    assert Status.CANCELLED is stage.ends[one.job_id].status
    assert Status.CANCELLED is stage.reader.job(one.job_id).status
    assert 0 == stage.reader.spent_today()


def test_a_job_in_line_behind_others_can_be_cancelled(stage):
    """Ten requests are on the wire; the eleventh waits for a slot."""
    stage.server.submits = [_never]
    jobs = [job() for _ in range(11)]

    async def act(engine: Engine) -> None:
        for one in jobs:
            engine.start(one)
        await stage.until(lambda: len(stage.server.bodies) == 10)
        for one in jobs:
            engine.cancel(stage.ends[one.job_id])
        await stage.until(lambda: stage.ends[jobs[-1].job_id].status is Status.CANCELLED)

    stage.play(act)

    assert 10 == len(stage.server.bodies)
    sent = {stage.ends[one.job_id].status for one in jobs[:-1]}
    assert {Status.SENDING} == sent


def test_what_is_on_the_wire_is_not_cancelled(stage):
    """It may be paid for, so it goes on to its pictures."""
    one = job()

    async def answered() -> Accepted:
        await asyncio.sleep(1.0)
        return Accepted("task_x")

    stage.server.submits = [answered]

    async def act(engine: Engine) -> None:
        engine.start(one)
        await stage.until(lambda: stage.ends[one.job_id].status is Status.SENDING)
        engine.cancel(stage.ends[one.job_id])
        await stage.rest()

    stage.play(act)

    assert Status.COMPLETED is stage.ends[one.job_id].status


def test_what_was_accepted_meanwhile_is_not_cancelled(stage):
    """Who pressed Cancel saw an older moment; the task is paid for and is watched to its end."""
    one = job()

    async def act(engine: Engine) -> None:
        engine.start(one)
        await stage.until(lambda: stage.ends[one.job_id].status is Status.PROCESSING)
        engine.cancel(one)
        await stage.rest()

    stage.play(act)

    assert Status.COMPLETED is stage.ends[one.job_id].status


def test_a_held_job_can_be_cancelled(stage):
    """What a dead kernel left unsent is dropped, once, and then never sent."""
    held = job().but(status=Status.HELD)
    stage.reader.keep(held)

    async def act(engine: Engine) -> None:
        engine.cancel(held)
        engine.release(held)
        await stage.clock.sleep(60.0)

    stage.play(act)

    assert Status.CANCELLED is stage.reader.job(held.job_id).status
    assert [] == stage.server.bodies


# -- adopt


def _unknown(stage: Stage):
    """A job whose submit got no answer."""
    one = job()
    stage.server.submits = [OutcomeUnknown("lost")]
    return stage.run(one)


def test_a_task_that_was_found_is_watched_to_its_pictures(stage):
    """Nothing is sent, and what was in doubt is a charge now."""
    lost = _unknown(stage)

    async def act(engine: Engine) -> None:
        engine.adopt(lost, "task_found")
        await stage.until(lambda: stage.ends[lost.job_id].status is Status.COMPLETED)

    stage.play(act)

    end = stage.reader.job(lost.job_id)
    assert ("task_found", 4) == (end.task_id, len(end.pictures))
    assert 1 == len(stage.server.bodies)
    assert 88 == stage.reader.spent_today()
    [books] = stage.reader.spend("")
    assert (88, 0) == (books.charged, books.unknown)


@pytest.mark.parametrize(
    "no", [TaskNotFound("nobody knows it"), Unauthorized("wrong key", code=10003)]
)
def test_a_task_that_cannot_be_had_leaves_the_doubt(stage, no):
    """It says why, still counts as spent, and another id can be given."""
    lost = _unknown(stage)
    stage.server.looks = [no, said(), grid()]

    async def act(engine: Engine) -> None:
        engine.adopt(lost, "task_wrong")
        await stage.until(lambda: stage.ends[lost.job_id].error is no)
        assert Status.UNKNOWN is stage.ends[lost.job_id].status
        assert stage.ends[lost.job_id].task_id is None
        engine.adopt(stage.ends[lost.job_id], "task_right")
        await stage.until(lambda: stage.ends[lost.job_id].status is Status.COMPLETED)

    stage.play(act)

    assert 1 == len(stage.server.bodies)


def test_a_task_of_another_model_is_not_adopted(stage):
    """Its pictures would be shown as what somebody else asked for."""
    lost = _unknown(stage)
    stage.server.looks = [grid_of("gpt-image-2")]

    async def act(engine: Engine) -> None:
        engine.adopt(lost, "task_wrong")
        await stage.until(lambda: "gpt-image-2" in str(stage.ends[lost.job_id].error))

    stage.play(act)

    assert Status.UNKNOWN is stage.ends[lost.job_id].status


def grid_of(model: str):
    return said("completed", "0.png", model=model)


@pytest.mark.parametrize("status", [Status.FORGOTTEN, Status.COMPLETED, Status.REJECTED])
def test_only_a_doubt_takes_a_task(stage, status):
    """What has ended has ended."""
    ended = job().but(status=status)
    stage.reader.keep(ended)

    async def act(engine: Engine) -> None:
        engine.adopt(ended, "task_found")
        await stage.clock.sleep(60.0)

    stage.play(act)

    assert status is stage.reader.job(ended.job_id).status
    assert [] == stage.server.looked


def test_two_kernels_adopt_once(stage):
    """The second one has old news, and changes nothing."""
    lost = _unknown(stage)
    stage.server.looks = [grid()]

    async def act(engine: Engine) -> None:
        engine.adopt(lost, "task_found")
        engine.adopt(lost, "task_other")
        await stage.until(lambda: stage.ends[lost.job_id].status is Status.COMPLETED)

    stage.play(act)

    assert HERE == stage.reader.job(lost.job_id).account
    assert stage.reader.job(lost.job_id).task_id in ("task_found", "task_other")
