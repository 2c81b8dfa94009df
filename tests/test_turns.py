"""Whose turn it is when a slot is free."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from reapi_nb.engine.turns import Refused, Turns
from reapi_nb.errors import LibraryFault, OutOfCredits, Unauthorized
from reapi_nb.pace import WORTH
from tests.clocks import VirtualClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

EVERY_S = 0.1


class Slots:
    """A limiter with one slot each tenth of a second."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._free_at = clock.now()
        self.held = 0
        self.slowed = 0
        self.broken: LibraryFault | None = None

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        if self.broken:
            raise self.broken
        await asyncio.sleep(max(0.0, self._free_at - self._clock.now()))
        self._free_at = self._clock.now() + EVERY_S
        self.held += 1
        try:
            yield
        finally:
            self.held -= 1

    def slow_down(self) -> None:
        self.slowed += 1


class Line:
    """Requests that take turns, and the order in which they went."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.slots = Slots(clock)
        self.turns = Turns(self.slots, ticks=clock.now)  # type: ignore[arg-type] - plays one
        self.went: list[str] = []
        self.times: dict[str, float] = {}

    async def submit(self, name: str) -> None:
        async with self.turns.submit():
            self._note(name)

    async def look(self, name: str, hope: float = 1.0, ready_in: float = 0.0) -> None:
        ready_at = self.clock.now() + ready_in
        async with self.turns.look(lambda _now: hope, ready_at):
            self._note(name)

    def _note(self, name: str) -> None:
        self.went.append(name)
        self.times[name] = self.clock.elapsed

    def play(self, act: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self.clock.run(act())


@pytest.fixture(name="line")
def _line() -> Line:
    return Line(VirtualClock())


def test_submits_go_first(line):
    """A submit that waits delays everything behind it; a look that waits only itself."""

    async def act() -> None:
        looks = [line.look(f"look {n}", 0.3) for n in range(3)]
        await asyncio.gather(*looks, *(line.submit(f"submit {n}") for n in range(3)))

    line.play(act)

    assert ["submit 0", "submit 1", "submit 2", "look 0", "look 1", "look 2"] == line.went


def test_a_look_that_surely_brings_news_does_not_wait_for_all_submits(line):
    """It gets one slot in five."""

    async def act() -> None:
        submits = (line.submit(f"submit {n}") for n in range(8))
        await asyncio.gather(line.look("look", 0.9), *submits)

    line.play(act)

    assert 4 == line.went.index("look")


def test_the_likeliest_look_goes_first(line):
    """Whatever the order in which they came."""

    async def act() -> None:
        hopes = {"rather not": 0.1, "likely": 0.8, "perhaps": 0.4}
        await asyncio.gather(*(line.look(name, hope) for name, hope in hopes.items()))

    line.play(act)

    assert ["likely", "perhaps", "rather not"] == line.went


def test_a_look_that_is_worth_nothing_uses_no_slot(line):
    """It waits until it is, and then goes within a moment."""

    async def act() -> None:
        later = line.clock.now() + 20.0

        def hope(now: float) -> float:
            return 1.0 if now >= later else WORTH / 2

        async with line.turns.look(hope):
            line._note("look")

    line.play(act)

    assert 20.0 <= line.times["look"] <= 20.5


def test_a_look_is_left_alone_until_it_is_ready(line):
    """Even where there is nothing else to do."""
    line.play(lambda: line.look("look", ready_in=7.0))

    assert 7.0 == pytest.approx(line.times["look"], abs=0.05)


def test_a_submit_wakes_a_line_that_rests(line):
    """It does not wait for the look that is being waited for."""

    async def act() -> None:
        look = asyncio.ensure_future(line.look("look", ready_in=60.0))
        await asyncio.sleep(5.0)
        await line.submit("submit")
        await look

    line.play(act)

    assert ["submit", "look"] == line.went
    assert 5.0 == pytest.approx(line.times["submit"], abs=0.05)


def test_all_wait_when_the_server_asks_for_it(line):
    """And the limiter goes more slowly afterwards."""

    async def act() -> None:
        line.turns.hold(3.0)
        await asyncio.gather(line.submit("submit"), line.look("look"))

    line.play(act)

    assert min(line.times.values()) >= 3.0
    assert 1 == line.slots.slowed


@pytest.mark.parametrize("kind", ["submits", "looks"])
def test_who_waits_in_vain_is_told_so_at_once(line, kind):
    """One refused key is one refusal: nobody else uses a slot to hear it."""
    reason = OutOfCredits("empty") if kind == "submits" else Unauthorized("wrong key")

    async def act() -> None:
        line.turns.hold(60.0)
        ask = line.submit if kind == "submits" else line.look
        waiting = [asyncio.ensure_future(ask(f"{n}")) for n in range(20)]
        await asyncio.sleep(0.1)
        refuse = line.turns.refuse_submits if kind == "submits" else line.turns.refuse_looks
        refuse(reason)
        ends = await asyncio.gather(*waiting, return_exceptions=True)
        assert all(isinstance(end, Refused) and end.reason is reason for end in ends)

    line.play(act)

    assert [] == line.went
    assert line.clock.elapsed < 1.0


def test_after_a_sleep_everything_is_looked_at(line):
    """However little each look was worth a moment ago."""

    async def act() -> None:
        looks = [
            asyncio.ensure_future(line.look(f"{n}", hope=0.0, ready_in=600.0)) for n in range(5)
        ]
        await asyncio.sleep(1.0)
        line.turns.hurry()
        await asyncio.gather(*looks)

    line.play(act)

    assert line.clock.elapsed < 2.0


@pytest.mark.parametrize("moment", [0.05, 0.1, 0.15])
def test_who_leaves_the_line_takes_no_slot_along(line, moment):
    """Cancelled while it waits, or in the very moment of its turn."""

    async def act() -> None:
        leaving = [asyncio.ensure_future(line.submit(f"gone {n}")) for n in range(3)]
        await asyncio.sleep(moment)
        for one in leaving:
            one.cancel()
        await line.submit("stays")

    line.play(act)

    assert "stays" == line.went[-1]
    assert 0 == line.slots.held


def test_a_slot_that_was_granted_and_is_not_wanted_is_given_back(line):
    """A cancel may come between the grant and the moment in which it is heard."""

    async def act() -> None:
        leaving = asyncio.ensure_future(line.submit("gone"))
        while not line.slots.held:  # noqa: ASYNC110 - the moment lies between two steps of the loop
            await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.sleep(1.0)

    line.play(act)

    assert (0, []) == (line.slots.held, line.went)


def test_without_slots_nothing_goes_and_everybody_hears_why(line):
    """A limiter whose file cannot be used refuses each request, and leaves nobody waiting."""
    line.slots.broken = LibraryFault("disk full")

    async def act() -> None:
        asked = (line.submit("submit"), line.look("look"))
        ends = await asyncio.gather(*asked, return_exceptions=True)
        assert [line.slots.broken] * 2 == ends

    line.play(act)

    assert [] == line.went


def test_a_defect_leaves_nobody_waiting(line):
    """Who asks for a turn hears of it, and the next one is served."""

    def broken(_now: float) -> float:
        raise ZeroDivisionError

    async def act() -> None:
        with pytest.raises(ZeroDivisionError):
            async with line.turns.look(broken):
                pass
        await line.submit("submit")

    line.play(act)

    assert ["submit"] == line.went
