"""The engine's time: the date, ticks that only go forward, and a way to wait. Tests turn it."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class Clockwork(NamedTuple):
    """Three ways to know the time."""

    now: Callable[[], float] = time.time
    """Seconds since the epoch, for what is written down."""

    ticks: Callable[[], float] = time.monotonic
    """Seconds that only go forward, for everything that is waited for."""

    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def drift(self) -> float:
        """By how much the date differs from the ticks: it jumps with the date, and in a sleep."""
        return self.now() - self.ticks()
