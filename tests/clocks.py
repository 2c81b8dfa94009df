"""Virtual time: an engine runs for an hour in milliseconds, and real threads may take part."""

from __future__ import annotations

import asyncio
import selectors
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")

NOON = 1_700_000_000.0
"""What a virtual clock shows at first, in seconds since the epoch."""

_PATIENCE_S = 10.0
"""How long a real thread may work, in real seconds, before a test is given up."""


class VirtualClock:
    """
    A clock that stands still while anybody works, and jumps when everybody sleeps.

    It jumps to the next moment at which somebody wakes, so sleepers wake in the order of their
    times. While a worker thread is busy it stands still. It goes on where it was when a second
    story is run, as it does for a kernel that is started again.
    """

    def __init__(self) -> None:
        self.elapsed = 0.0

    def now(self) -> float:
        """Seconds since the epoch."""
        return NOON + self.elapsed

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def run(self, story: Coroutine[Any, Any, T], *, within_s: float = 86_400.0) -> T:
        """Run a story to its end, which comes within so many virtual seconds."""

        async def bounded() -> T:
            async with asyncio.timeout(within_s):
                return await story

        with asyncio.Runner(loop_factory=lambda: _Loop(self)) as runner:
            return runner.run(bounded())


class _Loop(asyncio.SelectorEventLoop):
    """A loop whose time is that of a virtual clock."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.at_work = 0
        super().__init__(_Jumping(self))

    def time(self) -> float:
        return self.clock.elapsed

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> asyncio.Future[Any]:
        future = super().run_in_executor(executor, func, *args)
        self.at_work += 1
        future.add_done_callback(self._back)
        return future

    async def shutdown_default_executor(self, *args: Any) -> None:
        self.at_work += 1
        await super().shutdown_default_executor(*args)

    def _back(self, _: asyncio.Future[Any]) -> None:
        self.at_work -= 1


class _Jumping(selectors.DefaultSelector):
    """Where a loop would sleep, this one jumps, unless a thread is about to wake it."""

    def __init__(self, loop: _Loop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None or (timeout > 0 and self._loop.at_work):
            found = super().select(_PATIENCE_S)
            assert found, "everybody waits, and nobody will wake them"
            return found
        self._loop.clock.elapsed += max(0.0, timeout)
        return super().select(0)
