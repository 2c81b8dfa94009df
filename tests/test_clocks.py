"""The virtual clock that other tests trust."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.clocks import NOON, VirtualClock


def test_sleepers_wake_in_the_order_of_their_times():
    """However many sleep, each wakes at its own moment, and none is overtaken."""
    clock = VirtualClock()
    woken: list[tuple[str, float]] = []

    async def sleeper(name: str, steps_s: float) -> None:
        for _ in range(3):
            await clock.sleep(steps_s)
            woken.append((name, clock.now() - NOON))

    async def story() -> None:
        await asyncio.gather(sleeper("quick", 2.0), sleeper("slow", 5.0))

    clock.run(story())

    assert [
        ("quick", 2.0),
        ("quick", 4.0),
        ("slow", 5.0),
        ("quick", 6.0),
        ("slow", 10.0),
        ("slow", 15.0),
    ] == woken


def test_an_hour_takes_no_time():
    """Sleeping costs virtual seconds only."""
    clock = VirtualClock()
    began = time.monotonic()

    clock.run(clock.sleep(3600.0))

    assert 3600.0 == clock.elapsed
    assert time.monotonic() - began < 1.0


def test_time_stands_still_while_a_thread_works():
    """A sleeper does not wake before a worker thread that takes no virtual time is done."""
    clock = VirtualClock()
    order: list[str] = []

    async def worker() -> None:
        await asyncio.to_thread(time.sleep, 0.05)
        order.append(f"worker at {clock.elapsed}")

    async def sleeper() -> None:
        await clock.sleep(1.0)
        order.append(f"sleeper at {clock.elapsed}")

    async def story() -> None:
        await asyncio.gather(sleeper(), worker())

    clock.run(story())

    assert ["worker at 0.0", "sleeper at 1.0"] == order


def test_a_second_story_goes_on_where_the_first_ended():
    """A kernel that is started again does not travel back in time."""
    clock = VirtualClock()
    clock.run(clock.sleep(5.0))

    clock.run(clock.sleep(7.0))

    assert NOON + 12.0 == clock.now()


def test_a_story_that_does_not_end_is_given_up():
    """A test that waits for ever fails instead of hanging."""
    clock = VirtualClock()

    async def story() -> None:
        while True:
            await clock.sleep(10.0)

    with pytest.raises(TimeoutError):
        clock.run(story(), within_s=3600.0)
