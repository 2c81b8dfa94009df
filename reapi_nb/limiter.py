"""Cool-down slots shared by every kernel on this machine.

An API allows an account so many requests in any window of time, submits and looks together: reAPI
ten a second. This room decides when a request may leave. It refuses to know what is sent, where to,
and whether to try again.

Source: reAPI docs, "overview"; APIXO docs, "midjourney" (rate limits).
"""

from __future__ import annotations

import asyncio
import math
import os
import socket
import sqlite3
import time
from contextlib import asynccontextmanager, suppress
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Final

import psutil

from reapi_nb.errors import LibraryFault

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

LEASE_S: Final = 200.0
"""How long a slot stays taken by a holder that nobody can ask about, in seconds. A request's total
deadline must be shorter, or its slot may be used a second time while it is still under way."""

_BUSY_S: Final = 5.0
_FLOOR_S: Final = 0.005
"""The shortest sleep in seconds, so that kernels that wait for one slot do not hammer the file."""
_OPENINGS: Final = 20
_SAME_START_S: Final = 5.0
"""A process's start time in seconds is computed from the clock, so it wavers by this much."""

_STEP: Final = 1.5
_MOST_STRAIN: Final = 8.0
_RECOVERY_S: Final = 60.0
"""How much longer slots cool down after a 429, at most, and for how many seconds."""

_MOST_SLOTS: Final = 50
_MARGIN: Final = 2
"""An allowance of thousands is not used up: nobody notices the rest, and others may need it."""

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS slots (
    account TEXT NOT NULL, n INTEGER NOT NULL, free_at REAL NOT NULL, ticket INTEGER NOT NULL,
    host TEXT, pid INTEGER, started REAL, PRIMARY KEY (account, n)
) WITHOUT ROWID
"""
_ADD: Final = "INSERT OR IGNORE INTO slots (account, n, free_at, ticket) VALUES (?, ?, -1, 0)"
# "<", not "<=": what is lost when clock readings are rounded must not make a second shorter.
_FREE: Final = """
SELECT n, ticket FROM slots WHERE account = ? AND n < ? AND free_at < ? ORDER BY free_at LIMIT 1
"""
_TAKE: Final = """
UPDATE slots SET free_at = ?, ticket = ?, host = ?, pid = ?, started = ? WHERE account = ? AND n = ?
"""
_RELEASE: Final = """
UPDATE slots SET free_at = ?, host = NULL, pid = NULL, started = NULL
WHERE account = ? AND n = ? AND ticket = ?
"""
_HOLDERS: Final = """
SELECT DISTINCT host, pid, started FROM slots WHERE account = ? AND pid IS NOT NULL
"""
_BURY: Final = """
UPDATE slots SET free_at = ?, host = NULL, pid = NULL, started = NULL
WHERE account = ? AND host = ? AND pid = ? AND started = ?
"""
_CLAMP: Final = """
UPDATE slots SET free_at = ? WHERE account = ? AND (pid IS NULL) = ? AND free_at > ?
"""
# A slot that is in use now and is given back at once would be free one cool-down from now.
_NEXT: Final = """
SELECT min(CASE WHEN pid IS NULL THEN free_at ELSE min(free_at, ?) END)
FROM slots WHERE account = ? AND n < ?
"""


class Limiter:
    """Lets at most `slots` requests of one account reach the server in any `cool_down_s` seconds.

    The server handles a request somewhere between its departure and the arrival of its answer. A
    slot sends its next request only when more than `cool_down_s` seconds have passed since the
    answer to its last one arrived, so at the server, too, two requests of one slot lie more than
    that apart. However a window of that length is placed, each slot has at most one request in
    it. Network delays, bursts and the way in which the server counts do not matter.

    The proof needs clocks that run evenly. A clock set forward ends the cool-downs early, once;
    a clock set back costs one more cool-down.

    Args:
        file: The SQLite file that all kernels share; it is created for its owner only, in a
            folder that exists.
        account: Whose budget it is: the place, the API's origin and the account's tag.
        slots: How many requests a window allows.
        cool_down_s: The window's length in seconds.
        clock: Seconds, the same for all kernels of the machine.
        sleep: How to wait for some seconds.

    Everything here happens on one thread, that of the loop.
    """

    def __init__(
        self,
        file: Path,
        account: str,
        *,
        slots: int = 10,
        cool_down_s: float = 1.0,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._file = file
        self._account = account
        self._slots = slots
        self._cool_down_s = cool_down_s
        self._clock = clock
        self._sleep = sleep
        self._me = _Holder.this_process()
        self._line = asyncio.Lock()  # first come, first served
        self._mended_at = -math.inf
        self._strain = 1.0
        self._strained_at = -math.inf
        self._db: sqlite3.Connection | None = None

    def slow_down(self) -> None:
        """Let slots cool down longer for a minute: others use the account, unseen from here.

        Each further call within it slows down more, but no two calls in one window do.
        """
        now = self._clock()
        if abs(now - self._strained_at) >= self._cool_down_s:
            self._strain = min(_STEP * self._strain_at(now), _MOST_STRAIN)
            self._strained_at = now

    def _strain_at(self, now: float) -> float:
        """By how much longer slots cool down: from the last strain back to 1 within a minute."""
        left = 1.0 - abs(now - self._strained_at) / _RECOVERY_S
        return 1.0 + (self._strain - 1.0) * max(0.0, left)

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Wait for a free slot and hold it for the block, in which exactly one request is sent.

        The block ends when the answer has arrived, or when it is certain that none will.

        Raises:
            LibraryFault: The file cannot be used. The block was not entered: nothing was sent.
        """
        taken = await self._take()
        try:
            yield
        finally:
            self._release(taken)

    def close(self) -> None:
        """Close the file. A slot that is still held is freed by its lease."""
        if self._db is not None:
            self._db.close()
            self._db = None

    async def _take(self) -> _Taken:
        async with self._line:
            try:
                db = self._db = self._db or await self._open()
                while (taken := self._try_take(db)) is None:
                    await self._sleep(self._pause(db))
            except (OSError, sqlite3.Error) as error:
                raise LibraryFault(
                    f"Nothing was sent: {self._file} cannot be used ({error})"
                ) from error
            return taken

    async def _open(self) -> sqlite3.Connection:
        """Open the file, patiently.

        When several kernels create it together, SQLite says "locked" at once, whatever its timeout
        is; a moment later the work is done.
        """
        for _ in range(_OPENINGS):
            with suppress(sqlite3.OperationalError):
                return _connect(self._file, self._account, self._slots)
            await self._sleep(_FLOOR_S)
        return _connect(self._file, self._account, self._slots)

    def _try_take(self, db: sqlite3.Connection) -> _Taken | None:
        with db:
            db.execute("BEGIN IMMEDIATE")
            # Read behind the lock: a time from before a long wait for it would be older than
            # what other kernels have written meanwhile, and `_mend` would shorten their cool-downs.
            now = self._clock()
            row = db.execute(_FREE, (self._account, self._slots, now)).fetchone()
            if row is None:
                self._mend(db, now)
                return None
            taken = _Taken(n=row[0], ticket=row[1] + 1)
            holder = astuple(self._me)
            db.execute(_TAKE, (now + LEASE_S, taken.ticket, *holder, self._account, taken.n))
            return taken

    def _release(self, taken: _Taken) -> None:
        """Let a slot cool down, if it is still ours."""
        if self._db is None:
            return
        now = self._clock()
        free_at = now + self._cool_down_s * self._strain_at(now)
        # Never raises: an answer that was paid for is in the caller's hands. The lease frees it.
        with suppress(sqlite3.Error):
            self._db.execute(_RELEASE, (free_at, self._account, taken.n, taken.ticket))

    def _pause(self, db: sqlite3.Connection) -> float:
        """Seconds until a slot may be free."""
        now = self._clock()
        wanted = (now + self._cool_down_s, self._account, self._slots)
        next_at: float = db.execute(_NEXT, wanted).fetchone()[0]
        return max(_FLOOR_S, next_at - now)

    def _mend(self, db: sqlite3.Connection, now: float) -> None:
        """Free what nobody else will: slots of dead processes, and times no clock will reach.

        Done when nothing is free, and then once in a cool-down.
        """
        if abs(now - self._mended_at) < self._cool_down_s:
            return
        self._mended_at = now
        cooling_s = self._cool_down_s * self._strain_at(now)
        for is_cooling, longest_s in ((True, cooling_s), (False, LEASE_S)):
            latest = now + longest_s
            db.execute(_CLAMP, (latest, self._account, is_cooling, latest))
        for row in db.execute(_HOLDERS, (self._account,)).fetchall():
            if _Holder(*row).is_dead():
                db.execute(_BURY, (now + self._cool_down_s, self._account, *row))


def spread(most: int, window_s: float) -> tuple[int, float]:
    """The slots and their cool-down in seconds that keep `most` requests in any `window_s` seconds.

    A small allowance is used to its last request, one slot for each. Of a large one there are as
    many slots as may wait for answers at the same time, and half of it is left alone.
    """
    if most <= _MOST_SLOTS:
        return most, window_s
    return _MOST_SLOTS, _MARGIN * window_s * _MOST_SLOTS / most


@dataclass(frozen=True)
class _Taken:
    """One taking of a slot; the ticket tells it from later ones of the same slot."""

    n: int
    ticket: int


@dataclass(frozen=True)
class _Holder:
    """The process that holds a slot. `started` is in seconds since the epoch."""

    host: str
    pid: int
    started: float

    @classmethod
    def this_process(cls) -> _Holder:
        return cls(socket.gethostname(), os.getpid(), psutil.Process().create_time())

    def is_dead(self) -> bool:
        """Say whether it certainly runs no more; when in doubt it lives, until its lease ends."""
        if self.host != socket.gethostname():  # a container beside us: its pids are not ours
            return False
        try:
            process = psutil.Process(self.pid)
            is_successor: bool = process.create_time() > self.started + _SAME_START_S
            is_zombie: bool = process.status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True
        except psutil.AccessDenied:
            return False
        return is_successor or is_zombie


def _connect(file: Path, account: str, slots: int) -> sqlite3.Connection:
    """Open the file and see to it that the account has its slots."""
    # Created here because SQLite would use the umask; its side files copy this file's mode. A file
    # that exists is left alone: closing a second descriptor of it would drop SQLite's locks.
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    db = sqlite3.connect(file, timeout=_BUSY_S, isolation_level=None)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")  # a power cut must not damage the file
        with db:
            db.execute("BEGIN IMMEDIATE")
            db.execute(_TABLE)
            db.executemany(_ADD, [(account, n) for n in range(slots)])
    except BaseException:
        db.close()
        raise
    return db
