"""A queue that stands still: one refused account is one refusal, not one for every job."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from reapi_nb.engine.submitting import STILL_S, TRIES
from reapi_nb.errors import OutOfCredits, Unauthorized
from reapi_nb.job import Status
from reapi_nb.wire.reapi import Accepted
from tests.clocks import VirtualClock
from tests.samples import job
from tests.stage import Stage, grid, said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from reapi_nb.engine import Engine

SLOTS = 10
REFUSALS = pytest.mark.parametrize(
    "no", [Unauthorized("wrong key", code=10003), OutOfCredits("empty")], ids=["401", "402"]
)


@pytest.fixture(name="stage")
def _stage(home: Path) -> Iterator[Stage]:
    stage = Stage(home, VirtualClock())
    stage.server.looks = [grid()]
    yield stage
    stage.close()


def _accepting() -> Callable[[], Accepted]:
    """A server that takes everything, under ids that differ."""
    ids = iter(range(10_000))
    return lambda: Accepted(f"task_{next(ids)}")


def _ends(stage: Stage) -> Counter[str]:
    return Counter(snapshot.status.value for snapshot in stage.ends.values())


@REFUSALS
def test_a_refused_account_is_asked_once_and_not_for_every_job(stage, no):
    """What was under way is refused; the others wait for somebody to press Send, and say why."""
    stage.server.submits = [no]

    stage.run(*[job() for _ in range(200)])

    assert len(stage.server.bodies) <= SLOTS
    assert {"rejected": len(stage.server.bodies), "held": 200 - len(stage.server.bodies)} == _ends(
        stage
    )
    held = [end for end in stage.ends.values() if end.status is Status.HELD]
    assert {no} == {end.error for end in held}
    assert 0 == stage.reader.spent_today()


@REFUSALS
def test_looks_go_on_while_submits_stand_still(stage, no):
    """What is paid for is fetched, whatever the balance is by now."""
    stage.server.submits = [Accepted("task_x"), no]
    stage.server.looks = [said(), said(), grid()]

    async def act(engine: Engine) -> None:
        engine.start(paid)
        await stage.until(lambda: stage.ends[paid.job_id].status is Status.PROCESSING)
        engine.start(job())
        await stage.rest()

    paid = job()
    stage.play(act)

    assert Status.COMPLETED is stage.ends[paid.job_id].status


@REFUSALS
def test_send_lets_one_try_and_the_others_follow(stage, no):
    """While nobody knows whether the account takes anything, one request goes at a time."""
    stage.server.submits = [no]

    async def act(engine: Engine) -> None:
        for one in jobs:
            engine.start(one)
        await stage.rest()
        refused = len(stage.server.bodies)
        for one in [end for end in stage.ends.values() if end.status is Status.HELD]:
            engine.release(one)
        await stage.rest()
        assert refused + 1 == len(stage.server.bodies)

        stage.server.submits = [_accepting()]
        for one in [end for end in stage.ends.values() if end.status is Status.HELD]:
            engine.release(one)
        await stage.rest()
        assert engine.paused is None

    jobs = [job() for _ in range(30)]
    stage.play(act)

    assert _ends(stage)["completed"] >= 30 - SLOTS - 1
    assert 0 == _ends(stage)["held"]


@REFUSALS
def test_a_new_request_tries_again_after_a_moment(stage, no):
    """Who has topped up and runs a cell need not press anything."""
    stage.server.submits = [no, _accepting()]

    async def act(engine: Engine) -> None:
        engine.start(job())
        await stage.rest()
        assert engine.paused is no
        await stage.clock.sleep(STILL_S)
        engine.start(later)
        await stage.rest()
        assert engine.paused is None

    later = job()
    stage.play(act)

    assert Status.COMPLETED is stage.ends[later.job_id].status


@REFUSALS
def test_a_loop_of_requests_is_not_refused_one_by_one(stage, no):
    """Cells of Run All that come after it: a few find out for themselves, the others are held."""
    stage.server.submits = [no]

    async def act(engine: Engine) -> None:
        for _ in range(100):
            engine.start(job())
            await stage.clock.sleep(0.005)
        await stage.rest()

    stage.play(act)

    assert TRIES == len(stage.server.bodies)


def test_one_refused_look_is_one_refusal(stage):
    """A key that was withdrawn stops the looking at all tasks; each can be resumed."""
    jobs = [job() for _ in range(50)]
    stage.server.submits = [_accepting()]
    stage.server.looks = [Unauthorized("wrong key", code=10003)]

    stage.run(*jobs)

    assert len(stage.server.looked) <= SLOTS
    assert {"stale": 50} == _ends(stage)
    assert {Unauthorized} == {type(end.error) for end in stage.ends.values()}


def test_a_task_that_was_refused_a_look_goes_on_when_asked(stage):
    """It is paid for, and looking is free."""
    one = job()
    stage.server.looks = [Unauthorized("wrong key", code=10003), grid()]

    async def act(engine: Engine) -> None:
        engine.start(one)
        await stage.rest()
        engine.look_again(stage.ends[one.job_id])
        await stage.rest()

    stage.play(act)

    assert Status.COMPLETED is stage.ends[one.job_id].status
    assert 1 == len(stage.server.bodies)
