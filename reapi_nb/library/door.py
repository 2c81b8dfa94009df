"""
Who opens a library, one after the other, and whether anybody else has it open.

The lock is that of an empty SQLite file: it works wherever the library works, and it ends with the
process that holds it.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from reapi_nb.library.files import create

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE_S = 60.0
"""How long another kernel may take to open, and perhaps to rebuild, a library."""


class Door:
    """The way into one library. Held open until it is closed."""

    def __init__(self, home: Path) -> None:
        self._file = home / "library.lock"
        self._lock: sqlite3.Connection | None = None

    @contextmanager
    def entered(self) -> Iterator[bool]:
        """
        One at a time, over all processes.

        Returns:
            Whether nobody else has the library open.
        """
        lock = self._lock = self._lock or self._connected()
        if lock.in_transaction:  # our own sign of being here
            lock.execute("COMMIT")
        alone = _is_alone(lock)
        if not alone:
            # A lock that others who are inside allow, and others who come in do not.
            lock.execute("BEGIN IMMEDIATE")
        try:
            yield alone
        finally:
            lock.execute("ROLLBACK")
            self._stay(lock)

    def close(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _connected(self) -> sqlite3.Connection:
        if self._file.is_symlink():
            raise OSError(f"{self._file} is a link: remove it")
        if not self._file.exists():
            with suppress(FileExistsError):
                os.close(create(self._file))
        return sqlite3.connect(
            self._file, timeout=PATIENCE_S, isolation_level=None, check_same_thread=False
        )

    def _stay(self, lock: sqlite3.Connection) -> None:
        """A read that never ends: who looks for exclusive access sees that somebody is here."""
        with suppress(sqlite3.OperationalError):
            lock.execute("BEGIN")
            lock.execute("SELECT count(*) FROM sqlite_master").fetchone()


def _is_alone(lock: sqlite3.Connection) -> bool:
    lock.execute("PRAGMA busy_timeout = 0")
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as no:
        if no.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    finally:
        lock.execute(f"PRAGMA busy_timeout = {int(PATIENCE_S * 1000)}")
    return True
