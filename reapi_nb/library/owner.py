"""Who looks after a job: a living engine of this machine, of another one, or nobody."""

from __future__ import annotations

import os
import socket
from functools import cache
from itertools import count
from typing import NamedTuple

import psutil

LEASE_S = 30.0
"""How long another machine's claim is believed without a sign of life, in seconds."""

_WAVER = 500
"""A start time is computed from the clock, so two readings of it differ by this much, in hundredths
of a second."""

_numbers = count()
_alive: set[int] = set()
"""The libraries that are open in this process, by number."""


class Owner(NamedTuple):
    """One open library of one process; never mistaken for another when a pid is reused."""

    host: str
    boot: int
    pid: int
    started: int
    number: int

    def __str__(self) -> str:
        return "|".join(map(str, self))

    @classmethod
    def read(cls, text: str) -> Owner:
        host, *numbers = text.rsplit("|", 4)
        return cls(host, *map(int, numbers))

    @classmethod
    def claim(cls) -> Owner:
        """A new owner, alive until it is released."""
        number = next(_numbers)
        _alive.add(number)
        return cls(*_process(os.getpid()), number)

    @property
    def kernel(self) -> str:
        """Its process, whichever of its libraries it is."""
        return str(self).rpartition("|")[0]

    def release(self) -> None:
        _alive.discard(self.number)

    def is_gone(self, mine: Owner, lease_until: float, now: float) -> bool:
        """Whether its jobs may be taken over by `mine`."""
        if self.host != mine.host:
            return lease_until < now
        # Boot times are computed from clocks and may differ by a second or two.
        if abs(self.boot - mine.boot) > 5:
            return True
        if self.pid == mine.pid and self._started_at(mine.started):
            return self.number not in _alive
        return not self._started_at(_started(self.pid))

    def _started_at(self, started: int | None) -> bool:
        return started is not None and abs(started - self.started) <= _WAVER


@cache
def _process(pid: int) -> tuple[str, int, int, int]:
    """Host, boot, pid and start of this process: read once, because they waver with the clock."""
    return socket.gethostname(), int(psutil.boot_time()), pid, _started(pid) or 0


def _started(pid: int) -> int | None:
    """When a process started, in hundredths of a second; None if there is none."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return int(process.create_time() * 100)
    except psutil.Error:
        return None
