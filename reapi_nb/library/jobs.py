"""
The jobs of a library, found and read: by an id, a link, a board, a cell or a state.

Nothing here writes. Any thread may read, on an instance that writes nothing.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from reapi_nb.job import Account, Snapshot, Status
from reapi_nb.library import rows

if TYPE_CHECKING:
    import sqlite3

    from reapi_nb.library.database import Database
    from reapi_nb.library.files import Files

MOVING = [status.value for status in Status if status.facts.moving]

_log = logging.getLogger("reapi_nb")


class Jobs:
    """What can be asked about jobs. Each method is a single statement outside any transaction."""

    files: Files
    _db: Database

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
        marks = ",".join("?" * len(MOVING))
        found = self._db.read(
            f"SELECT DISTINCT place, origin, account FROM jobs WHERE status IN ({marks})", *MOVING
        )
        return {Account(*row) for row in found}

    # -- inside

    def _one(self, where: str, *values: object) -> Snapshot | None:
        return next(iter(self._many(where, "made_at DESC", 1, *values)), None)

    def _many(self, where: str, order: str, most: int, *values: object) -> list[Snapshot]:
        found = self._db.read(
            f"SELECT * FROM jobs WHERE {where} ORDER BY {order} LIMIT {most}", *values
        )
        return [snapshot for row in found if (snapshot := self._snapshot(row))]

    def _snapshot(self, row: sqlite3.Row) -> Snapshot | None:
        pictures = self._db.read(
            "SELECT * FROM pictures WHERE job_id = ? ORDER BY slot", row["job_id"]
        )
        folder = self.files.folder(row["place"], row["task_id"] or "-")
        try:
            return rows.snapshot_of(row, pictures, folder)
        except ValueError as no:
            # Of a newer version, perhaps: one such job must not hide all the others.
            _log.warning("job %s cannot be read: %s", row["job_id"], no)
            return None
