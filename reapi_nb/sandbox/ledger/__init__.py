"""
The sandbox's own book: every task, its body, its seed, its times, its charge and its fate.

One SQLite file in the library's folder. It survives kernels, and several kernels may write
it at once. It holds the tag and the salted hash of a key, never the key, and no paintings: those
are painted again. Beside the tasks it keeps the other things that kernels share: `keys`,
`notes` (clock and settings), `faults`, `log` and `uploads`.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from reapi_nb.errors import LibraryFault, OutOfCredits
from reapi_nb.sandbox.ledger.faults import Faults
from reapi_nb.sandbox.ledger.file import opened, writing
from reapi_nb.sandbox.ledger.keys import Keys
from reapi_nb.sandbox.ledger.log import Log
from reapi_nb.sandbox.ledger.notes import Notes
from reapi_nb.sandbox.ledger.uploads import Uploads

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["FILE", "Entry", "Ledger"]

FILE = "sandbox.sqlite3"


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
    provider: str = "reapi"
    """Whose body it is: `reapi` or `apixo`."""

    slots: tuple[int, ...] | None = None
    """The wire slots of its pictures; None in rows from before they were written down."""

    failure: Mapping[str, Any] | None = None
    """The code and message that it ends in, if it fails."""


_COLUMNS = tuple(field.name for field in fields(Entry))
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM tasks"  # noqa: S608 - names of our own
_INSERT = f"INSERT INTO tasks ({', '.join(_COLUMNS)}) VALUES (:{', :'.join(_COLUMNS)})"  # noqa: S608 - names of our own
_JSON = ("body", "slots", "failure")


class Ledger:
    """
    The tasks of a sandbox, in one file.

    May be made on one thread and used on another, but only by one at a time.

    Raises:
        LibraryFault: The file cannot be made or is not a ledger.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._db = db = opened(path)
            self.keys = Keys(db)
        except (OSError, sqlite3.Error) as no:
            raise LibraryFault(f"the sandbox cannot keep its ledger in {path}: {no}") from None
        self.notes = Notes(db)
        self.faults = Faults(db)
        self.log = Log(db)
        self.uploads = Uploads(db)

    def charge(self, entry: Entry) -> None:
        """
        Write a new task down, and with it its charge.

        Raises:
            OutOfCredits: The account has less than that; nothing was written. It has no code.
        """
        with writing(self._db) as db:
            if not self.keys.pay(entry.account, entry.credits):
                raise OutOfCredits("the balance is too low for this request")
            db.execute(_INSERT, _row(entry))

    def refund(self, task_id: str) -> None:
        """Give a task's credits back; a second time changes nothing."""
        with writing(self._db) as db:
            paid = db.execute(
                "UPDATE tasks SET refunded = 1 WHERE task_id = ? AND refunded = 0 "
                "RETURNING account, credits",
                (task_id,),
            ).fetchall()
            for account, credits_ in paid:
                self.keys.pay(account, -credits_)

    def write_fate(
        self, task_id: str, slots: tuple[int, ...], failure: Mapping[str, Any] | None
    ) -> None:
        """Complete a row from before fates were written down; any other stays as it is."""
        fate = [None if told is None else json.dumps(told) for told in (slots, failure)]
        with writing(self._db) as db:
            db.execute(
                "UPDATE tasks SET slots = ?, failure = ? WHERE task_id = ? AND slots IS NULL",
                (*fate, task_id),
            )

    def entry(self, task_id: str) -> Entry | None:
        """The task with that id, if there is one."""
        try:
            row = self._db.execute(f"{_SELECT} WHERE task_id = ?", (task_id,)).fetchone()
        except UnicodeEncodeError:
            return None  # half of a surrogate pair is no id
        return _entry(row) if row else None

    def entries(self) -> tuple[Entry, ...]:
        """Every task, the oldest first."""
        return tuple(map(_entry, self._db.execute(f"{_SELECT} ORDER BY rowid")))

    def unsettled(self, now: float) -> tuple[Entry, ...]:
        """The tasks that are over and may have to be refunded."""
        due = "refunded = 0 AND (failure IS NOT NULL OR slots IS NULL)"
        ended = "made_at + latency_s <= ?"
        rows = self._db.execute(f"{_SELECT} INDEXED BY unsettled WHERE {due} AND {ended}", (now,))
        return tuple(map(_entry, rows))

    def unfinished(self, account: str, provider: str, now: float) -> int:
        """How many tasks of an account are not over yet."""
        (count,) = self._db.execute(
            "SELECT COUNT(*) FROM tasks "
            "WHERE account = ? AND provider = ? AND made_at + latency_s > ?",
            (account, provider, now),
        ).fetchone()
        return int(count)

    def upload(self, name: str) -> bytes | None:
        """The picture that was put here under that name, `<sha256>.<ext>`, dead or alive."""
        kept = self.uploads.get(name)
        return kept.data if kept else None

    def tally(self, now: float) -> dict[str, int]:
        """How many tasks there are in each state."""
        over = "made_at + latency_s <= :now"
        (all_, ended, failed) = self._db.execute(
            f"SELECT COUNT(*), SUM({over}), SUM({over} AND failure IS NOT NULL) FROM tasks",  # noqa: S608 - words of our own
            {"now": now},
        ).fetchone()
        ended, failed = ended or 0, failed or 0
        return {"processing": all_ - ended, "completed": ended - failed, "failed": failed}

    def close(self) -> None:
        """Let go of the file; a second time changes nothing."""
        self._db.close()


def _row(entry: Entry) -> dict[str, Any]:
    told = vars(entry)
    return told | {name: None if told[name] is None else json.dumps(told[name]) for name in _JSON}


def _entry(row: tuple[Any, ...]) -> Entry:
    told = dict(zip(_COLUMNS, row, strict=True))
    told |= {name: json.loads(told[name]) for name in _JSON if told[name] is not None}
    told["refunded"] = bool(told["refunded"])
    told["slots"] = None if told["slots"] is None else tuple(told["slots"])
    return Entry(**told)
