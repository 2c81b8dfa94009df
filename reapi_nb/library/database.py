"""
One SQLite file: transactions, reads, and the words for what goes wrong with it.

It knows no table. Whoever has it reads from any thread and writes from one; what is raised is a
`LibraryFault` with one line for people, never an error of SQLite's.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

from reapi_nb.errors import LibraryFault
from reapi_nb.library.files import create

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

T = TypeVar("T")

_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_SUSPECT = ".suspect"
_SHORT_LOG = 50
"""Pages after which the log is merged on a full disk; usually it is SQLite's own thousand."""


class Database:
    """
    A database that is open.

    Args:
        connect: Opens it; called again when the file is no longer the one that was opened.
    """

    def __init__(self, file: Path, connect: Callable[[], sqlite3.Connection]) -> None:
        self._file = file
        self._connect = connect
        self._left: list[sqlite3.Connection] = []
        self._is_full = False
        self._db = connect()
        self._identity = _identity(file)

    def close(self) -> None:
        for db in (*self._left, self._db):
            db.close()

    def execute(self, sql: str, values: Any = ()) -> sqlite3.Cursor:
        """One statement of a transaction, with SQLite's own errors."""
        return self._db.execute(sql, values)

    def read(self, sql: str, *values: object) -> list[sqlite3.Row]:
        try:
            return self._current().execute(sql, values).fetchall()
        except (OSError, sqlite3.Error) as no:
            raise self._fault("read", no) from None

    @contextmanager
    def transaction(self, *, durable: bool = False) -> Iterator[None]:
        """All of the block is written, or nothing of it."""
        self._is_full = False
        try:
            # What money hangs on survives a power cut; the rest survives a crash.
            db = self._current()
            db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            # IMMEDIATE, because a read that turns into a write meets "database is locked".
            db.execute("BEGIN IMMEDIATE")
            try:
                yield
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:  # a full disk may have ended it already
                    db.execute("ROLLBACK")
                raise
        except (OSError, sqlite3.Error) as no:
            raise self._fault("written", no) from None

    def write(
        self,
        work: Callable[[], T],
        *,
        durable: bool = False,
        make_room: Callable[[], bool] | None = None,
    ) -> T:
        """
        A transaction that is tried once more when the disk was full and room could be made.

        Args:
            make_room: Whether there is more room now.
        """
        try:
            with self.transaction(durable=durable):
                return work()
        except LibraryFault:
            if not (self._is_full and make_room and make_room()):
                raise
        self._save_room()
        with self.transaction(durable=durable):
            return work()

    def upsert(self, table: str, key: str, row: dict[str, Any]) -> None:
        """Write a row over the one with the same key; its errors are SQLite's own."""
        names = ", ".join(row)
        marks = ", ".join(f":{name}" for name in row)
        sets = ", ".join(f"{name} = excluded.{name}" for name in row)
        self._db.execute(
            f"INSERT INTO {table} ({names}) VALUES ({marks})"
            f" ON CONFLICT ({key}) DO UPDATE SET {sets}",
            row,
        )

    def put(self, table: str, key: str, row: dict[str, Any]) -> None:
        """Write one row in one statement; on any thread."""
        try:
            self._current()
            self.upsert(table, key, row)
        except (OSError, sqlite3.Error) as no:
            raise self._fault("written", no) from None

    def complaint(self) -> str:
        """What SQLite's own check says is wrong; "" for nothing."""
        [row] = self.read("PRAGMA quick_check(1)")
        return "" if row[0] == "ok" else str(row[0]).splitlines()[-1]

    def _current(self) -> sqlite3.Connection:
        """
        The connection to the file that is there now.

        Another kernel may have set a damaged database aside and built a new one; what is written
        into the old one from then on would be seen by nobody.
        """
        if not self._db.in_transaction and _identity(self._file) != self._identity:
            fresh = self._connect()
            # Not closed yet: another thread may be reading from it.
            self._left.append(self._db)
            self._db, self._identity = fresh, _identity(self._file)
        return self._db

    def _save_room(self) -> None:
        """Use the log's own room again and again from now on, so that it does not grow."""
        with suppress(sqlite3.Error):
            self._db.execute(f"PRAGMA wal_autocheckpoint = {_SHORT_LOG}")
            self._db.execute("PRAGMA wal_checkpoint").fetchall()

    def _fault(self, verb: str, no: Exception) -> LibraryFault:
        self._is_full = is_full(no)
        if is_damage(no):
            suspect(self._file)
        return LibraryFault(f"the library cannot be {verb}: {no}")


def is_damage(no: BaseException) -> bool:
    """Whether an error says that the file is broken, and not just locked, full or out of reach."""
    code = getattr(no, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _DAMAGE


def is_full(no: BaseException) -> bool:
    """Whether an error says that there is no room left."""
    return getattr(no, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL


def suspect(file: Path) -> None:
    """Have a database checked when it is opened next."""
    with suppress(OSError):
        os.close(create(_mark(file)))


def is_suspected(file: Path) -> bool:
    return _mark(file).exists()


def clear(file: Path) -> None:
    """Forget a suspicion that was looked into."""
    with suppress(OSError):
        _mark(file).unlink(missing_ok=True)


def _mark(file: Path) -> Path:
    return file.with_name(file.name + _SUSPECT)


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
