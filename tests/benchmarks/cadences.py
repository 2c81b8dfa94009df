"""
Clients of a few lines, as documents and tutorials write them, and the round robin that lags are
held against.

They know two calls, so that the same lines run over HTTP in real time and on a stage in virtual
time.

Source: reAPI docs, "overview" (poll every 1-2 s), "gpt-image-2-official" (polling pattern).
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Protocol, TypeVar

from tests.benchmarks.profiles import RATE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

T = TypeVar("T")

_PAUSE_S = 2.0
_AGAIN_S = 1.0
"""What `Retry-After` says."""


class Limited(Exception):
    """HTTP 429: nothing was done."""


class Api(Protocol):
    """A server as these clients see it. Both calls raise `Limited`."""

    async def submit(self, n: int) -> str:
        """The task id of the n-th request."""

    async def look(self, task: str) -> bool:
        """Whether a task is done."""


async def snippet(api: Api, many: int) -> int:
    """The documents' example, one request after the other, with a look every two seconds."""
    for n in range(many):
        await _one(api, n, first_s=_PAUSE_S, pauses=lambda _: _PAUSE_S)
    return many


async def gather(api: Api, many: int) -> int:
    """The same for all requests at once, which is what `asyncio.gather` makes of it."""
    return await _all(api, many, first_s=_PAUSE_S, pauses=lambda _: _PAUSE_S)


async def cadence(api: Api, many: int) -> int:
    """The documented polling pattern as coroutines: 30 s, then every 4 s, then every 10 s."""
    return await _all(api, many, first_s=30.0, pauses=lambda age: 4.0 if age < 180 else 10.0)


async def _all(api: Api, many: int, **how: object) -> int:
    async with asyncio.TaskGroup() as group:
        for n in range(many):
            group.create_task(_one(api, n, **how))  # type: ignore[arg-type]
    return many


async def _one(api: Api, n: int, *, first_s: float, pauses: Callable[[float], float]) -> None:
    """Submit and look until it is done; whoever is told to wait waits a second."""
    clock = asyncio.get_running_loop().time
    task = await _insist(lambda: api.submit(n))
    made = clock()
    await asyncio.sleep(first_s)
    while not await _insist(lambda: api.look(task)):  # noqa: ASYNC110 - polling is the point
        await asyncio.sleep(pauses(clock() - made))


async def _insist(act: Callable[[], Awaitable[T]]) -> T:
    while True:
        try:
            return await act()
        except Limited:
            await asyncio.sleep(_AGAIN_S)


@dataclass
class RoundRobin:
    """
    Submits first, then asks for every open task in turn, at the allowed rate.

    Args:
        first_s: No task is looked at before this age in seconds.
        step_s: Nor twice within so many seconds.
    """

    api: Api
    many: int
    first_s: float = 0.0
    step_s: float = _PAUSE_S
    done: int = 0
    _open: list[tuple[float, str]] = field(default_factory=list)
    """When it may be looked at again, and which task; whoever waits longest comes first."""

    async def run(self) -> int:
        slots = asyncio.Semaphore(int(RATE))
        async with asyncio.TaskGroup() as group:
            for n in range(self.many):
                await slots.acquire()
                group.create_task(self._submit(n, slots))
            while self.done < self.many:
                await slots.acquire()
                if (task := self._next()) is None:
                    slots.release()
                    await asyncio.sleep(0.01)
                else:
                    group.create_task(self._look(task, slots))
        return self.many

    def _next(self) -> str | None:
        """The task whose turn it is, if one may be looked at."""
        if self._open and self._open[0][0] <= self._now():
            return heappop(self._open)[1]
        return None

    async def _submit(self, n: int, slots: asyncio.Semaphore) -> None:
        async with _slot(slots):
            task = await self.api.submit(n)
            heappush(self._open, (self._now() + self.first_s, task))

    async def _look(self, task: str, slots: asyncio.Semaphore) -> None:
        async with _slot(slots):
            if await self.api.look(task):
                self.done += 1
            else:
                heappush(self._open, (self._now() + self.step_s, task))

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


@asynccontextmanager
async def _slot(slots: asyncio.Semaphore) -> AsyncIterator[None]:
    """One request in a slot that was acquired; it cools down for a second after the answer."""
    try:
        yield
    finally:
        # A little more than a second, because timers may ring early.
        asyncio.get_running_loop().call_later(1.005, slots.release)
