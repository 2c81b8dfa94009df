"""
How the library's database is opened, and what happens when it is damaged.

A damaged database is set aside under another name, with everything that belongs to it, and a new
one is built from the words beside the pictures. Nothing is deleted. One that is merely locked, or
of a newer version, is never set aside.
"""

from __future__ import annotations

import errno
import logging
import os
import sqlite3
import stat
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from reapi_nb.library import database
from reapi_nb.library.files import SIDECAR, Files, create
from reapi_nb.library.schema import is_newer, migrate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from reapi_nb.library.door import Door

COMPANIONS = ("", "-wal", "-shm", "-journal")
"""What belongs to a database, by the end of the name."""

SMALL = 4 << 20
"""A database of up to so many bytes is checked whenever nobody else has it open: it takes some
thousandths of a second."""

_OPENINGS = 50
_PAUSE_S = 0.02
"""How often, and after how many seconds each time, a file that others create is tried again."""

_log = logging.getLogger("reapi_nb")


class Opening:
    """
    Opens one database, as often as it takes.

    Args:
        clock: Seconds since the epoch.
        shared: Whether the disk is another machine's.
    """

    def __init__(
        self, home: Path, file: Path, door: Door, *, clock: Callable[[], float], shared: bool
    ) -> None:
        self._files = Files(home)
        self._file = file
        self._door = door
        self._clock = clock
        self._shared = shared
        self.rescued = ""
        """What had to be done to open it, in one line; "" for nothing."""

    def connect(self) -> sqlite3.Connection:
        """
        A sound database, whatever lay there before.

        Raises:
            OSError, sqlite3.Error: It cannot be used, and nothing was done to it.
        """
        with self._door.entered() as alone:
            db, damage = None, self._emptied()
            if not damage:
                db, damage = self._tried(check=self._is_to_be_checked(alone=alone))
            if db is not None and not damage:
                return db
            self._rescue(damage, db)
            return connect(self._file, shared=self._shared)

    def _is_to_be_checked(self, *, alone: bool) -> bool:
        """Whether every page is looked at: after an unclean end, a complaint, or if it is quick."""
        if database.is_suspected(self._file):
            return True
        # A log that nobody uses was left by somebody who died.
        return alone and (_size(_beside(self._file, "-wal")) > 0 or _size(self._file) <= SMALL)

    def _emptied(self) -> str:
        """What is wrong when nothing is there although there was something."""
        left = _size(_beside(self._file, "-wal")) or any(map(_has_words, self._files.folders()))
        if _size(self._file) or not left:
            return ""
        return "it was empty" if self._file.exists() else "it was gone"

    def _tried(self, *, check: bool) -> tuple[sqlite3.Connection, str]:
        """The database, and what is wrong with it."""
        db = _begun(self._file)
        try:
            _prepare(db, shared=self._shared)
            damage = complaint(db) if check else ""
        except BaseException as no:
            if not database.is_damage(no):
                db.close()
                raise
            return db, str(no)
        if check and not damage:
            database.clear(self._file)
        return db, damage

    def _rescue(self, damage: str, db: sqlite3.Connection | None) -> None:
        from reapi_nb.library import rebuilding  # noqa: PLC0415 - models are loaded when needed

        left = rebuilding.salvaged(db) if db is not None else []
        aside = self._set_aside()
        if db is not None:  # only now, because closing it would merge its log and remove that
            db.close()
        done, lost = rebuilding.rebuild(self._file, self._files, left)
        database.clear(self._file)
        self.rescued = (
            f"the library's database was damaged ({damage}): "
            + (f"it is kept as {aside.name}, and " if aside else "")
            + f"a new one was built with {done} jobs from the files beside their pictures"
            + (f"; {lost} could not be read" if lost else "")
            + "; type reapi-nb doctor to see what is missing"
        )
        _log.warning("%s", self.rescued)

    def _set_aside(self) -> Path | None:
        """Rename the database and what belongs to it; its new name, if there was one."""
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(self._clock()))
        aside, number = _named(self._file, stamp), 1
        while any(_beside(aside, end).exists() for end in COMPANIONS):
            number += 1
            aside = _named(self._file, f"{stamp}-{number}")
        kept = False
        for end in COMPANIONS:
            with suppress(FileNotFoundError):
                _beside(self._file, end).rename(_beside(aside, end))
                kept = True
        return aside if kept else None


def connect(file: Path, *, shared: bool = False) -> sqlite3.Connection:
    """
    A database that is brought up to date and ready for several kernels.

    Args:
        shared: The disk is another machine's.

    Raises:
        OSError, sqlite3.Error: It cannot be used.
    """
    db = _begun(file)
    try:
        _prepare(db, shared=shared)
    except BaseException:
        db.close()
        raise
    return db


def _begun(file: Path) -> sqlite3.Connection:
    """A connection that has not looked at its file yet."""
    for end in COMPANIONS:
        if (one := _beside(file, end)).is_symlink():
            raise OSError(
                errno.ELOOP, "a link is in the place of the database: remove it", str(one)
            )
    if not file.exists():
        # Created closed to others before SQLite would create it open.
        with suppress(FileExistsError):
            os.close(create(file))
    return sqlite3.connect(file, timeout=5.0, isolation_level=None, check_same_thread=False)


def _prepare(db: sqlite3.Connection, *, shared: bool) -> None:
    db.row_factory = sqlite3.Row
    _share(db, "DELETE" if shared else "WAL")
    db.execute("PRAGMA foreign_keys = ON")
    migrate(db)
    if not is_newer(db):
        _touch(db)


def _share(db: sqlite3.Connection, mode: str) -> None:
    """
    Let several kernels use the database at once.

    When they create it together, SQLite says "locked" at once, whatever its timeout is; a
    moment later the work is done.
    """
    for _ in range(_OPENINGS):
        try:
            db.execute(f"PRAGMA journal_mode = {mode}")
        except sqlite3.OperationalError:
            time.sleep(_PAUSE_S)
        else:
            return
    db.execute(f"PRAGMA journal_mode = {mode}")


def _touch(db: sqlite3.Connection) -> None:
    """Look at the first page of every table: a file that was cut short is noticed here."""
    for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        db.execute(f'SELECT 1 FROM "{table}" LIMIT 1').fetchone()


def complaint(db: sqlite3.Connection) -> str:
    """What SQLite's own check says is wrong; "" for nothing."""
    if is_newer(db):  # whose rules are not known here
        return ""
    [said] = db.execute("PRAGMA quick_check(1)").fetchone()
    return "" if said == "ok" else str(said).splitlines()[-1]


def _named(file: Path, stamp: str) -> Path:
    return file.with_name(f"{file.name}.corrupt-{stamp}")


def _beside(file: Path, end: str) -> Path:
    return file.with_name(file.name + end)


def _size(file: Path) -> int:
    try:
        found = file.lstat()
    except OSError:
        return 0
    return found.st_size if stat.S_ISREG(found.st_mode) else 0


def _has_words(folder: Path) -> bool:
    return (folder / SIDECAR).exists()
