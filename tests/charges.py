"""What the embedded sandbox has charged: its ledger, read behind its back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def charged(home: Path) -> list[str]:
    """The ids of all tasks that the sandbox of a library was paid for, the oldest first."""
    ledger = home / "sandbox.sqlite3"
    if not ledger.exists():
        return []
    with closing(sqlite3.connect(f"{ledger.as_uri()}?mode=ro", uri=True)) as db:
        return [task_id for (task_id,) in db.execute("SELECT task_id FROM tasks ORDER BY rowid")]
