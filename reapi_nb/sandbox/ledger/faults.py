"""
The faults that are still to come, each for a number of times.

What a fault does is not known here: it is JSON for a place (`submit`, `look`, `picture`) and a
stage of it. Of the faults of one stage the oldest comes first, and none comes once too often,
however many kernels ask for it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reapi_nb.sandbox.ledger.file import writing

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping


class Faults:
    """The table of faults."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def add(self, faults: Iterable[tuple[str, str, Mapping[str, Any], int]]) -> None:
        """Let these come, all or none of them: place, stage, what it is, and how often."""
        with writing(self._db) as db:
            db.executemany(
                "INSERT INTO faults (place, stage, fault, times) VALUES (?, ?, ?, ?)",
                [(place, stage, json.dumps(fault), times) for place, stage, fault, times in faults],
            )

    def take(self, place: str, stage: str, behind: tuple[str, ...] = ()) -> dict[str, Any] | None:
        """
        Use up the next fault of a stage once.

        Args:
            behind: Other stages whose older faults have to come first.
        """
        if self._next(place, stage, behind) is None:
            return None  # the usual case: nobody has to wait for anybody
        with writing(self._db) as db:
            found = self._next(place, stage, behind)
            if found is None:
                return None
            number, fault = found
            db.execute("UPDATE faults SET times = times - 1 WHERE number = ?", (number,))
            db.execute("DELETE FROM faults WHERE times <= 0")
        return dict(json.loads(fault))

    def left(self) -> tuple[dict[str, Any], ...]:
        """What is still to come, the oldest first."""
        rows = self._db.execute("SELECT number, fault, times FROM faults ORDER BY number")
        return tuple(
            {"number": number, **json.loads(fault), "times": times} for number, fault, times in rows
        )

    def clear(self) -> int:
        """Let none of them come; how many there were."""
        with writing(self._db) as db:
            return db.execute("DELETE FROM faults").rowcount

    def _next(self, place: str, stage: str, behind: tuple[str, ...]) -> tuple[int, str] | None:
        stages = (stage, *behind)
        row = self._db.execute(
            "SELECT number, fault, stage FROM faults WHERE place = ? "  # noqa: S608 - only marks
            f"AND stage IN ({', '.join('?' * len(stages))}) ORDER BY number LIMIT 1",
            (place, *stages),
        ).fetchone()
        return (row[0], row[1]) if row and row[2] == stage else None
