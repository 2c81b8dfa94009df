"""What the embedded sandbox has charged: its ledger, read behind its back."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


def charged(home: Path) -> dict[str, dict[str, Any]]:
    """The id and the body of every task that a library's sandbox was paid for, the oldest first."""
    ledger = home / "sandbox.sqlite3"
    if not ledger.exists():
        return {}
    with closing(sqlite3.connect(f"{ledger.as_uri()}?mode=ro", uri=True)) as db:
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'tasks'").fetchall():
            return {}  # it is being made
        rows = db.execute("SELECT task_id, body FROM tasks ORDER BY rowid")
        return {task_id: json.loads(body) for task_id, body in rows}
