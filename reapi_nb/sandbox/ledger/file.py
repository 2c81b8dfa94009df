"""
The ledger's file: opened, shared between kernels, and brought up to date.

Nothing here knows what is written into it.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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
    "ALTER TABLE tasks ADD COLUMN provider TEXT NOT NULL DEFAULT 'reapi'",
    "ALTER TABLE tasks ADD COLUMN slots TEXT",
    "ALTER TABLE tasks ADD COLUMN failure TEXT",
    # What may still have to be refunded: failures, and rows from before failures were kept.
    """
    CREATE INDEX unsettled ON tasks (account)
    WHERE refunded = 0 AND (failure IS NOT NULL OR slots IS NULL)
    """,
    "CREATE INDEX tasks_of ON tasks (account, made_at)",
    """
    CREATE TABLE keys (
        account TEXT PRIMARY KEY,
        hash BLOB NOT NULL UNIQUE,
        state TEXT NOT NULL,
        balance INTEGER
    )
    """,
    "CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    """
    CREATE TABLE faults (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        place TEXT NOT NULL,
        stage TEXT NOT NULL,
        fault TEXT NOT NULL,
        times INTEGER NOT NULL
    )
    """,
    "CREATE TABLE log (number INTEGER PRIMARY KEY AUTOINCREMENT, line TEXT NOT NULL)",
    """
    CREATE TABLE uploads (
        name TEXT PRIMARY KEY,
        mime TEXT NOT NULL,
        data BLOB NOT NULL,
        dies_at REAL NOT NULL
    )
    """,
)
"""Never edited, only added to: a file's `user_version` counts the ones it has seen."""


def opened(path: Path) -> sqlite3.Connection:
    """
    The file, made where it is missing and brought up to date.

    Raises:
        OSError, sqlite3.Error: It cannot be.
    """
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


@contextmanager
def writing(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """One transaction that nobody else writes in."""
    with db:
        db.execute("BEGIN IMMEDIATE")
        yield db


def _share(db: sqlite3.Connection) -> None:
    """Let several kernels write. While one makes the file, SQLite says "locked" at once."""
    for _ in range(_OPENINGS):
        with suppress(sqlite3.OperationalError):
            db.execute("PRAGMA journal_mode = WAL")
            return
        time.sleep(_PAUSE_S)
    db.execute("PRAGMA journal_mode = WAL")


def _migrate(db: sqlite3.Connection) -> None:
    with writing(db):  # two kernels may open a new file at once
        (seen,) = db.execute("PRAGMA user_version").fetchone()
        for number, step in enumerate(_MIGRATIONS[seen:], start=seen + 1):
            db.execute(step)
            db.execute(f"PRAGMA user_version = {number}")
