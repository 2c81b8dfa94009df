"""
Turns: which request goes when a slot is free.

Submits go first, because a submit that waits delays everything behind it. Then the look that is
likeliest to bring news. This room sends nothing: whoever has a turn does.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reapi_nb import pace
from reapi_nb.errors import LibraryFault

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from reapi_nb.errors import ReapiError
    from reapi_nb.limiter import Limiter

_IN_A_ROW = 4
"""How many submits go before a look that surely brings news, so that it does not wait for all."""

_GLANCE_S = 0.25
"""How often it is asked whether a look is worth its request by now, in seconds."""


def _promise() -> asyncio.Future[AsyncExitStack]:
    return asyncio.get_running_loop().create_future()


class Refused(Exception):
    """There is no use in a request any more; nothing was sent."""

    def __init__(self, reason: ReapiError) -> None:
        super().__init__(reason.message)
        self.reason = reason


@dataclass(eq=False)
class _Waiter:
    """A request that waits for its turn."""

    granted: asyncio.Future[AsyncExitStack] = field(default_factory=_promise)
    hope: Callable[[float], float] | None = None
    """What a look is worth at a time; None for a submit."""

    ready_at: float = 0.0


class Turns:
    """
    Gives out the slots of a limiter.

    Args:
        ticks: Seconds that only go forward, whatever happens to the date.
    """

    def __init__(self, limiter: Limiter, *, ticks: Callable[[], float] = time.monotonic) -> None:
        self._limiter = limiter
        self._ticks = ticks
        self._submits: list[_Waiter] = []
        self._looks: list[_Waiter] = []
        self._news = asyncio.Event()
        self._serving: asyncio.Task[None] | None = None
        self._in_a_row = 0
        self._held_until = 0.0

    @asynccontextmanager
    async def submit(self) -> AsyncIterator[None]:
        """
        A slot for one submit, for as long as the block lasts.

        Raises:
            LibraryFault: There are no slots; nothing was sent.
            Refused: There is no use in it any more; nothing was sent.
        """
        async with await self._turn(_Waiter(), self._submits):
            yield

    @asynccontextmanager
    async def look(
        self, hope: Callable[[float], float] | None = None, ready_at: float = 0.0
    ) -> AsyncIterator[None]:
        """
        A slot for one look, for as long as the block lasts.

        Args:
            hope: How likely it brings news at a time, from 0 to 1; asked again and again. None
                where somebody waits for it.
            ready_at: Before this time, on `ticks`, it is not wanted.

        Raises:
            LibraryFault: There are no slots.
            Refused: There is no use in it any more.
        """
        async with await self._turn(_Waiter(hope=hope or _surely, ready_at=ready_at), self._looks):
            yield

    def hold(self, seconds: float) -> None:
        """The server asked for fewer requests: all wait, and then go more slowly for a while."""
        self._held_until = max(self._held_until, self._ticks() + seconds)
        self._limiter.slow_down()

    def refuse_submits(self, reason: ReapiError) -> None:
        """Tell everybody who waits to submit that there is no use in it."""
        _refuse(self._submits, reason)

    def refuse_looks(self, reason: ReapiError) -> None:
        """Tell everybody who waits for a look that there is no use in it."""
        _refuse(self._looks, reason)

    def hurry(self) -> None:
        """Let everything be looked at as soon as there are slots: much may have happened."""
        for waiter in self._looks:
            waiter.hope, waiter.ready_at = _surely, 0.0
        self._news.set()

    def close(self) -> None:
        if self._serving is not None:
            self._serving.cancel()

    async def _turn(self, waiter: _Waiter, line: list[_Waiter]) -> AsyncExitStack:
        line.append(waiter)
        self._news.set()
        if self._serving is None or self._serving.done():
            self._serving = asyncio.ensure_future(self._serve())
        try:
            return await waiter.granted
        except asyncio.CancelledError:
            if waiter.granted.done() and not waiter.granted.cancelled():
                await waiter.granted.result().aclose()  # granted, and not wanted any more
            raise
        finally:
            line.remove(waiter)

    async def _serve(self) -> None:
        try:
            await self._give()
        except Exception as no:  # noqa: BLE001 - a defect here must not leave anybody waiting
            for waiter in [*_open(self._submits), *_open(self._looks)]:
                waiter.granted.set_exception(no)

    async def _give(self) -> None:
        while self._submits or self._looks:
            while (pause := self._pause()) > 0:
                await self._nap(pause)
            slot = AsyncExitStack()
            try:
                await slot.enter_async_context(self._limiter.slot())
            except LibraryFault as no:
                if waiter := self._next():
                    waiter.granted.set_exception(no)
            else:
                await self._grant(slot)
            await asyncio.sleep(0)  # so that who was served leaves the line

    async def _grant(self, slot: AsyncExitStack) -> None:
        """Give a slot to whoever should have it now; nobody may want it any more."""
        waiter = self._next()
        if waiter is None:
            await slot.aclose()
            return
        self._in_a_row = self._in_a_row + 1 if waiter.hope is None else 0
        waiter.granted.set_result(slot)

    async def _nap(self, seconds: float) -> None:
        """Sleep until something may have changed."""
        self._news.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            pass

    def _pause(self) -> float:
        """Seconds until somebody may want a slot; 0 if somebody does."""
        now = self._ticks()
        if self._held_until > now:
            return self._held_until - now
        if self._next() is not None or not (self._submits or self._looks):
            return 0.0
        rests = (waiter.ready_at - now for waiter in _open(self._looks))
        waits = (rest if rest > 0 else _GLANCE_S for rest in rests)
        return min(waits, default=_GLANCE_S)

    def _next(self) -> _Waiter | None:
        """Whose turn it is; nobody's while all are held."""
        now = self._ticks()
        if now < self._held_until:
            return None
        ready = (one for one in _open(self._looks) if one.ready_at <= now)
        looks = ((one.hope(now), one) for one in ready if one.hope)
        worth, look = max(looks, key=lambda found: found[0], default=(0.0, None))
        submit = next(_open(self._submits), None)
        if submit and not (self._in_a_row >= _IN_A_ROW and worth > pace.SURE):
            return submit
        return look if worth >= pace.WORTH else None


def _open(line: list[_Waiter]) -> Iterator[_Waiter]:
    """Those who have no turn yet."""
    return (waiter for waiter in line if not waiter.granted.done())


def _surely(_now: float) -> float:
    return 1.0


def _refuse(line: list[_Waiter], reason: ReapiError) -> None:
    for waiter in _open(line):
        waiter.granted.set_exception(Refused(reason))
