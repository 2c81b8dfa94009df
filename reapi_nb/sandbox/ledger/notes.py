"""What every kernel of a sandbox shares in a few values: how far its clock is ahead, settings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reapi_nb.sandbox.ledger.file import writing

if TYPE_CHECKING:
    import sqlite3

_AHEAD = "clock_ahead_s"
_SETTING = "setting:"


class Notes:
    """The table of notes: names and JSON values."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    @property
    def ahead_s(self) -> float:
        """Seconds that the sandbox's clock is ahead of the real one."""
        return float(self._read(_AHEAD) or 0.0)

    def advance(self, seconds: float) -> None:
        """Put the clock forward, together with whoever else does."""
        with writing(self._db):
            self._write(_AHEAD, self.ahead_s + seconds)

    def settings(self) -> dict[str, Any]:
        """The settings that were changed, by name."""
        rows = self._db.execute(
            "SELECT name, value FROM notes WHERE name LIKE ? ORDER BY name", (f"{_SETTING}%",)
        )
        return {name.removeprefix(_SETTING): json.loads(value) for name, value in rows}

    def set(self, settings: dict[str, Any]) -> None:
        """Change these settings and leave the others."""
        with writing(self._db):
            for name, value in settings.items():
                self._write(_SETTING + name, value)

    def _read(self, name: str) -> Any:
        row = self._db.execute("SELECT value FROM notes WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else None

    def _write(self, name: str, value: object) -> None:
        self._db.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, json.dumps(value)))
