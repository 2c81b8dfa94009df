"""
The sandbox's own book: every task, its body, its seed, its times and its charge.

One SQLite file in the library's folder. It survives kernels, and several kernels may write
it at once. It holds the tag of a key, never the key, and no pictures: those are painted again.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from contextlib import suppress
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from reapi_nb.errors import LibraryFault

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE = "sandbox.sqlite3"

_BUSY_S = 5.0
_OPENINGS = 50
_PAUSE_S = 0.02
_MIGRATIONS = (
    """
    CREATE TABLE tasks (
        task_id TEXT PRIMARY KEY,
        account TEXT NOT NULL,
        model TEXT NOT NULL,
        body TEXT NOT NULL,
        seed INTEGER NOT NULL,
        latency_s REAL NOT NULL,
        made_at REAL NOT NULL,
        credits INTEGER NOT NULL,
        refunded INTEGER NOT NULL DEFAULT 0
    )
    """,
)
"""Never edited, only added to: a file's `user_version` counts the ones it has seen."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One task as it was accepted. A task is never changed, only refunded."""

    task_id: str
    account: str
    """The tag of the key that paid."""

    model: str
    body: Mapping[str, Any]
    """The JSON object as it was posted."""

    seed: int
    latency_s: float
    """Seconds from submit to the end."""

    made_at: float
    """Seconds since the epoch."""

    credits: int
    refunded: bool = False


_COLUMNS = tuple(field.name for field in fields(Entry))
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM tasks"  # noqa: S608 - names of our own
_INSERT = f"INSERT INTO tasks ({', '.join(_COLUMNS)}) VALUES (:{', :'.join(_COLUMNS)})"  # noqa: S608 - names of our own


class Ledger:
    """
    The tasks of a sandbox, in one file.

    May be made on one thread and used on another, but only by one at a time.

    Raises:
        LibraryFault: The file cannot be made or is not a ledger.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._db = _open(path)
        except (OSError, sqlite3.Error) as no:
            raise LibraryFault(f"the sandbox cannot keep its ledger in {path}: {no}") from None

    def charge(self, entry: Entry) -> None:
        """Write a new task down, and with it its charge."""
        row = vars(entry) | {"body": json.dumps(entry.body)}
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute(_INSERT, row)

    def refund(self, task_id: str) -> None:
        """Give a task's credits back; a second time changes nothing."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute("UPDATE tasks SET refunded = 1 WHERE task_id = ?", (task_id,))

    def entry(self, task_id: str) -> Entry | None:
        """The task with that id, if there is one."""
        row = self._db.execute(f"{_SELECT} WHERE task_id = ?", (task_id,)).fetchone()
        return _entry(row) if row else None

    def entries(self) -> tuple[Entry, ...]:
        """Every task, the oldest first."""
        return tuple(map(_entry, self._db.execute(f"{_SELECT} ORDER BY rowid")))

    def close(self) -> None:
        """Let go of the file; a second time changes nothing."""
        self._db.close()


def _open(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    db = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        _share(db)
        db.execute("PRAGMA synchronous = NORMAL")
        _migrate(db)
    except sqlite3.Error:
        db.close()
        raise
    return db


def _share(db: sqlite3.Connection) -> None:
    """Let several kernels write. While one makes the file, SQLite says "locked" at once."""
    for _ in range(_OPENINGS):
        with suppress(sqlite3.OperationalError):
            db.execute("PRAGMA journal_mode = WAL")
            return
        time.sleep(_PAUSE_S)
    db.execute("PRAGMA journal_mode = WAL")


def _migrate(db: sqlite3.Connection) -> None:
    with db:
        db.execute("BEGIN IMMEDIATE")  # two kernels may open a new file at once
        (seen,) = db.execute("PRAGMA user_version").fetchone()
        for number, step in enumerate(_MIGRATIONS[seen:], start=seen + 1):
            db.execute(step)
            db.execute(f"PRAGMA user_version = {number}")


def _entry(row: tuple[Any, ...]) -> Entry:
    told = dict(zip(_COLUMNS, row, strict=True))
    told |= {"body": json.loads(told["body"]), "refunded": bool(told["refunded"])}
    return Entry(**told)
