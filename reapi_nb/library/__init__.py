"""
What the house remembers: every job, picture and charge, in SQLite and plain folders.

What is on a screen is already in here. The engine owns one `Library` and is the only
writer; front ends read through another one. Nothing here touches the network, so all of
it works offline.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import time
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from reapi_nb import prices
from reapi_nb.errors import LibraryFault
from reapi_nb.job import Account, Snapshot, Status
from reapi_nb.library import rows
from reapi_nb.library.files import Files, create, make_folder
from reapi_nb.library.owner import LEASE_S, Owner
from reapi_nb.library.schema import migrate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["Library"]

_DURABLE = (Status.SENDING, Status.PROCESSING, Status.UNKNOWN)
_OPENINGS = 50
_PAUSE_S = 0.02
"""How often, and after how many seconds each time, a file that others create is tried again."""

_log = logging.getLogger("reapi_nb")
_MOVING = [status.value for status in Status if status.facts.moving]


class Library:
    """
    Jobs, pictures, boards and spend below one folder.

    Args:
        home: The folder; made with mode 0700 when it is missing.
        clock: Seconds since the epoch.

    Raises:
        LibraryFault: The folder or its database cannot be used.

    One instance writes from one thread. Another may be read from several threads: each
    reading method is a single statement outside any transaction.
    """

    def __init__(self, home: Path, *, clock: Callable[[], float] = time.time) -> None:
        self.files = Files(home)
        self._clock = clock
        self._file = home / "library.sqlite3"
        self._me = Owner.claim()
        try:
            make_folder(home)
            self._db = self._open()
        except (OSError, sqlite3.Error) as no:
            self._me.release()
            raise LibraryFault(
                f"the library {home} cannot be used ({no}): "
                "set REAPI_NB_HOME to a folder that can be written"
            ) from None

    def close(self) -> None:
        self._db.close()
        self._me.release()

    # -- writing: the engine's thread only

    def keep(self, snapshot: Snapshot, *, cap: int | None = None) -> bool:
        """
        Write a job as it is now, and book what its state means for the money.

        Args:
            cap: Refuse to pass this many credits a day; checked in the same transaction
                that books the charge, so that two kernels cannot pass it together.

        Returns:
            Whether it was written. An end that was reached before is never overwritten, nor
            a job that is under way in another engine.

        Raises:
            CapReached, LibraryFault: Nothing was written.
        """
        with self._transaction(durable=snapshot.status in _DURABLE):
            before = self._before(snapshot.job_id)
            if before and not self._may_write(before):
                return False
            if cap is not None:
                prices.check_cap(self.spent_today(), snapshot.estimate or 0, cap)
            charge = rows.CHARGES.get(snapshot.status) or (before["charge"] if before else "none")
            self._upsert("jobs", "job_id", rows.job_row(snapshot, charge) | self._claim())
            if before is None or before["charge"] != charge:
                self._book(snapshot)
            if before is None:
                self._join_board(snapshot)
            for picture in snapshot.pictures:
                self._upsert("pictures", "job_id, slot", rows.picture_row(picture))
            return True

    def delete(self, snapshot: Snapshot) -> None:
        """Remove a job and its files; what was spent on it stays in the books."""
        with self._transaction():
            self._db.execute("DELETE FROM jobs WHERE job_id = ?", (snapshot.job_id,))
        self.files.forget(snapshot)

    def take_over(self, account: Account) -> list[Snapshot]:
        """The unfinished jobs of kernels that are gone; from now on they are ours."""
        now = self._clock()
        taken = []
        with self._transaction():
            marks = ",".join("?" * len(_MOVING))
            found = self._db.execute(
                f"SELECT job_id, owner, lease_until FROM jobs WHERE status IN ({marks})"
                " AND place = ? AND origin = ? AND account = ?",
                (*_MOVING, *account),
            ).fetchall()
            for row in found:
                if Owner.read(row["owner"]).is_gone(self._me, row["lease_until"], now):
                    claim = {"job_id": row["job_id"], **self._claim()}
                    self._db.execute(
                        "UPDATE jobs SET owner = :owner, lease_until = :lease_until"
                        " WHERE job_id = :job_id",
                        claim,
                    )
                    taken.append(row["job_id"])
        return [job for job_id in taken if (job := self.job(job_id))]

    def claim(self, snapshot: Snapshot) -> bool:
        """Look after a job from now on, unless it has changed since this snapshot."""
        with self._transaction():
            changed = self._db.execute(
                "UPDATE jobs SET owner = :owner, lease_until = :lease_until"
                " WHERE job_id = :job_id AND rev = :rev",
                {"job_id": snapshot.job_id, "rev": snapshot.rev, **self._claim()},
            )
            return changed.rowcount == 1

    def amend(self, snapshot: Snapshot) -> None:
        """Write what may change about a finished job: its links, and how it is counted."""
        with self._transaction():
            # An answer of people's stays, whatever news was on its way when they gave it.
            self._db.execute(
                "UPDATE jobs SET rev = :rev, counting = coalesce(nullif(:counting, ''), counting)"
                " WHERE job_id = :job_id",
                rows.job_row(snapshot, ""),
            )
            for picture in snapshot.pictures:
                self._upsert("pictures", "job_id, slot", rows.picture_row(picture))

    def renew(self) -> None:
        """A sign of life for the jobs of this process."""
        with self._transaction():
            self._db.execute(
                "UPDATE jobs SET lease_until = :lease_until WHERE owner = :owner", self._claim()
            )

    def keep_upload(self, sha256: str, uploader: str, url: str, expires_at: float) -> None:
        """
        Remember where a local picture was put, so that it is not uploaded twice.

        One statement, so any instance may do it on any thread.

        Args:
            sha256: Of the picture's bytes, in hex.
            uploader: Who put it there; the same bytes elsewhere have another address.
            expires_at: Seconds since the epoch after which the address is dead.
        """
        row = {"sha256": sha256, "uploader": uploader, "url": url, "expires_at": expires_at}
        try:
            self._upsert("uploads", "sha256, uploader", row)
        except sqlite3.Error as no:
            raise LibraryFault(f"the library cannot be written: {no}") from None

    # -- reading: any thread, on an instance that writes nothing

    def uploaded(self, sha256: str, uploader: str) -> tuple[str, float] | None:
        """Where an uploader put a picture, and until when it is there; dead addresses as well."""
        found = self._read(
            "SELECT url, expires_at FROM uploads WHERE sha256 = ? AND uploader = ?",
            sha256,
            uploader,
        )
        return (found[0]["url"], found[0]["expires_at"]) if found else None

    def job(self, job_id: str) -> Snapshot | None:
        return self._one("job_id = ?", job_id)

    def short(self, short_id: str) -> Snapshot | None:
        """The newest job whose id begins like this."""
        return self._one("substr(job_id, 1, ?) = ?", len(short_id), short_id)

    def task(self, task_id: str) -> Snapshot | None:
        """The newest job with this task id, wherever it was made."""
        return self._one("task_id = ?", task_id)

    def again(self, account: Account, cell: str, body_hash: str, ordinal: int) -> Snapshot | None:
        """The job that a re-run of a cell means, unless the server surely made nothing of it."""
        resend = [status.value for status in Status if status.facts.resend]
        return self._one(
            "cell = ? AND body_hash = ? AND ordinal = ? AND place = ? AND origin = ?"
            f" AND account = ? AND status NOT IN ({','.join('?' * len(resend))})",
            cell,
            body_hash,
            ordinal,
            *account,
            *resend,
        )

    def opened_by(self, account: Account, body_hash: str) -> list[Snapshot]:
        """The jobs that a follow-up with this body opens, oldest first."""
        opens = [status.value for status in Status if status.facts.opens]
        return self._many(
            "body_hash = ? AND place = ? AND origin = ? AND account = ?"
            f" AND status IN ({','.join('?' * len(opens))})",
            "made_at",
            -1,
            body_hash,
            *account,
            *opens,
        )

    def with_link(self, url: str) -> Snapshot | None:
        """The newest job that has a picture under this link."""
        return self._one("job_id IN (SELECT job_id FROM pictures WHERE url = ?)", url)

    def history(self, most: int) -> list[Snapshot]:
        """The newest jobs first."""
        return self._many("TRUE", "made_at DESC", most)

    def on_board(self, board_id: str) -> list[Snapshot]:
        """The jobs of one board, oldest first."""
        return self._many("board_id = ?", "made_at", -1, board_id)

    def waiting(self, account: Account) -> list[Snapshot]:
        """Jobs that need somebody: not sent, or with an unknown outcome."""
        return self._many(
            "status IN ('held', 'unknown') AND place = ? AND origin = ? AND account = ?",
            "made_at",
            -1,
            *account,
        )

    def unfinished(self) -> set[Account]:
        """The accounts that have jobs under way."""
        marks = ",".join("?" * len(_MOVING))
        found = self._read(
            f"SELECT DISTINCT place, origin, account FROM jobs WHERE status IN ({marks})", *_MOVING
        )
        return {Account(*row) for row in found}

    def spent_today(self) -> int:
        """Credits of today on real accounts: charged, being sent, or of unknown outcome."""
        now = datetime.fromtimestamp(self._clock()).astimezone()
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
        [row] = self._read(
            "SELECT coalesce(sum(credits), 0) AS spent FROM spend AS s"
            " WHERE at >= ? AND place <> 'sandbox' AND kind <> 'refunded' AND NOT EXISTS"
            " (SELECT 1 FROM spend WHERE job_id = s.job_id AND kind = 'refunded')",
            midnight,
        )
        return int(row["spent"])

    # -- inside

    def _open(self) -> sqlite3.Connection:
        if not self._file.exists():
            # Created closed to others before SQLite would create it open.
            with suppress(FileExistsError):
                os.close(create(self._file))
        db = sqlite3.connect(self._file, timeout=5.0, isolation_level=None, check_same_thread=False)
        db.row_factory = sqlite3.Row
        try:
            _share(db)
            db.execute("PRAGMA foreign_keys = ON")
            migrate(db)
        except BaseException:
            db.close()
            raise
        return db

    @contextmanager
    def _transaction(self, *, durable: bool = False) -> Iterator[None]:
        try:
            # What money hangs on survives a power cut; the rest survives a crash.
            self._db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            # IMMEDIATE, because a read that turns into a write meets "database is locked".
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # a full disk may have ended it already
                    self._db.execute("ROLLBACK")
                raise
        except sqlite3.Error as no:
            raise LibraryFault(f"the library cannot be written: {no}") from None

    def _before(self, job_id: str) -> sqlite3.Row | None:
        found = self._read("SELECT status, charge, owner FROM jobs WHERE job_id = ?", job_id)
        return found[0] if found else None

    def _may_write(self, before: sqlite3.Row) -> bool:
        facts = Status(before["status"]).facts
        return not facts.final and (not facts.moving or before["owner"] == str(self._me))

    def _upsert(self, table: str, key: str, row: dict[str, Any]) -> None:
        names = ", ".join(row)
        marks = ", ".join(f":{name}" for name in row)
        sets = ", ".join(f"{name} = excluded.{name}" for name in row)
        self._db.execute(
            f"INSERT INTO {table} ({names}) VALUES ({marks})"
            f" ON CONFLICT ({key}) DO UPDATE SET {sets}",
            row,
        )

    def _book(self, snapshot: Snapshot) -> None:
        """Every charge, refund and unknown, once each; what was not sent leaves no trace."""
        kind = rows.CHARGES.get(snapshot.status)
        if kind is None:
            return
        if kind != "refunded":
            self._db.execute("DELETE FROM spend WHERE job_id = ?", (snapshot.job_id,))
        if kind != "none":
            self._upsert("spend", "job_id, kind", rows.spend_row(snapshot, kind, self._clock()))

    def _join_board(self, snapshot: Snapshot) -> None:
        """A job that was not made from another one of its board is a root of it."""
        board_id, (parent, _slot) = snapshot.board_id, snapshot.parent or ("", 0)
        if self._read("SELECT 1 FROM jobs WHERE job_id = ? AND board_id = ?", parent, board_id):
            return
        kept = self._read("SELECT roots FROM boards WHERE board_id = ?", board_id)
        roots = [*(json.loads(kept[0]["roots"]) if kept else ()), snapshot.job_id]
        notebook = snapshot.cell.notebook if snapshot.cell else ""
        row = {"board_id": board_id, "notebook": notebook, "roots": json.dumps(roots)}
        self._upsert("boards", "board_id", row)

    def _claim(self) -> dict[str, Any]:
        return {"owner": str(self._me), "lease_until": self._clock() + LEASE_S}

    def _one(self, where: str, *values: object) -> Snapshot | None:
        return next(iter(self._many(where, "made_at DESC", 1, *values)), None)

    def _many(self, where: str, order: str, most: int, *values: object) -> list[Snapshot]:
        found = self._read(
            f"SELECT * FROM jobs WHERE {where} ORDER BY {order} LIMIT {most}", *values
        )
        return [snapshot for row in found if (snapshot := self._snapshot(row))]

    def _snapshot(self, row: sqlite3.Row) -> Snapshot | None:
        pictures = self._read(
            "SELECT * FROM pictures WHERE job_id = ? ORDER BY slot", row["job_id"]
        )
        folder = self.files.folder(row["place"], row["task_id"] or "-")
        try:
            return rows.snapshot_of(row, pictures, folder)
        except ValueError as no:
            # Of a newer version, perhaps: one such job must not hide all the others.
            _log.warning("job %s cannot be read: %s", row["job_id"], no)
            return None

    def _read(self, sql: str, *values: object) -> list[sqlite3.Row]:
        try:
            return self._db.execute(sql, values).fetchall()
        except sqlite3.Error as no:
            raise LibraryFault(f"the library cannot be read: {no}") from None


def _share(db: sqlite3.Connection) -> None:
    """
    Let several kernels use the database at once.

    When they create it together, SQLite says "locked" at once, whatever its timeout is; a
    moment later the work is done.
    """
    for _ in range(_OPENINGS):
        with suppress(sqlite3.OperationalError):
            db.execute("PRAGMA journal_mode = WAL")
            return
        time.sleep(_PAUSE_S)
    db.execute("PRAGMA journal_mode = WAL")
