"""The last requests that reached a sandbox, whatever became of them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from reapi_nb.sandbox.ledger.file import writing

if TYPE_CHECKING:
    from collections.abc import Mapping

KEPT = 1000
"""How many requests are remembered."""


class Log:
    """The table of requests."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def add(self, line: Mapping[str, Any]) -> None:
        """Remember one more request, and forget the oldest."""
        # A log that cannot be written is no reason to answer nothing.
        with suppress(sqlite3.Error), writing(self._db) as db:
            added = db.execute("INSERT INTO log (line) VALUES (?)", (json.dumps(line),))
            db.execute("DELETE FROM log WHERE number <= ?", ((added.lastrowid or 0) - KEPT,))

    def lines(self) -> tuple[dict[str, Any], ...]:
        """What is remembered, the oldest first."""
        rows = self._db.execute("SELECT number, line FROM log ORDER BY number")
        return tuple({"number": number, **json.loads(line)} for number, line in rows)
