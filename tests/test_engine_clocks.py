"""Dates that jump and machines that sleep: what is waited for goes by ticks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reapi_nb.engine import RENEW_S
from reapi_nb.job import Status
from reapi_nb.limiter import Limiter
from reapi_nb.wire.reapi import Accepted
from tests.clocks import VirtualClock
from tests.samples import HERE, job
from tests.stage import Stage, grid, said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reapi_nb.engine import Engine

DAY_S = 86_400.0
JUMPS = pytest.mark.parametrize("jump", [DAY_S, 3_600.0, -3_600.0, -DAY_S])


@pytest.fixture(name="stage")
def _stage(home: Path) -> Iterator[Stage]:
    stage = Stage(home, VirtualClock())
    yield stage
    stage.close()


@JUMPS
def test_a_task_does_not_age_when_somebody_sets_the_date(stage, jump):
    """It is neither given up nor left alone for a day; summer time is no reason either."""
    one = job()
    stage.server.looks = [*[said()] * 8, grid()]

    async def act(engine: Engine) -> None:
        engine.start(one)
        await stage.clock.sleep(5.0)
        stage.skew = jump
        await stage.rest()

    stage.play(act)

    assert Status.COMPLETED is stage.ends[one.job_id].status
    assert stage.clock.elapsed < 60.0


@JUMPS
def test_slots_are_free_again_whatever_the_date_says(stage, jump):
    """A cool-down that ends tomorrow by the new date would stop all requests until then."""
    ids = iter(range(100))
    stage.server.submits = [lambda: Accepted(f"task_{next(ids)}")]
    stage.server.looks = [grid()]

    async def act(engine: Engine) -> None:
        for _ in range(15):
            engine.start(job())
        await stage.until(lambda: len(stage.server.bodies) >= 10)
        stage.skew = jump
        await stage.rest()

    stage.play(act)

    assert {Status.COMPLETED} == {end.status for end in stage.ends.values()}
    assert stage.clock.elapsed < 60.0


def test_after_a_night_asleep_everything_is_looked_at_soon(stage):
    """Ticks stand still while a machine sleeps; its tasks do not."""
    ids = iter(range(100))
    stage.server.submits = [lambda: Accepted(f"task_{next(ids)}")]
    stage.server.looks = [said()]
    jobs = [job(expected_s=1500.0) for _ in range(20)]

    async def act(engine: Engine) -> None:
        engine.watch_over(HERE)
        for one in jobs:
            engine.start(one)
        await stage.clock.sleep(100.0)
        stage.server.looks = [grid()]
        stage.skew = 8 * 3_600.0
        woke = stage.clock.elapsed
        await stage.rest()
        assert stage.clock.elapsed < woke + RENEW_S + 10.0

    stage.play(act)

    assert {Status.COMPLETED} == {end.status for end in stage.ends.values()}
    assert 1 == stage.server.refreshed


def test_a_limiter_slows_down_for_others_and_recovers(home):
    """Half as slow again after a 429, and as quick as ever a minute later."""
    clock = VirtualClock()
    limiter = Limiter(home / "limiter.sqlite3", "any", slots=1, clock=clock.now, sleep=clock.sleep)
    pauses = []

    async def one() -> None:
        began = clock.elapsed
        async with limiter.slot():
            pauses.append(clock.elapsed - began)

    async def story() -> None:
        await one()
        await one()
        limiter.slow_down()
        limiter.slow_down()  # in the same moment: the same 429s
        await one()
        await one()
        await clock.sleep(60.0)
        await one()
        await one()

    home.mkdir(exist_ok=True)
    clock.run(story())
    limiter.close()

    assert [0.0, 1.0, 1.0, 1.5, 0.0, 1.0] == [pytest.approx(pause, abs=0.05) for pause in pauses]
