"""Which jobs a board begins with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reapi_nb.job import Snapshot
    from reapi_nb.library.database import Database


def join_board(db: Database, snapshot: Snapshot) -> None:
    """A job that was not made from another one of its board is a root of it."""
    board_id, (parent, _slot) = snapshot.board_id, snapshot.parent or ("", 0)
    if db.read("SELECT 1 FROM jobs WHERE job_id = ? AND board_id = ?", parent, board_id):
        return
    kept = db.read("SELECT roots FROM boards WHERE board_id = ?", board_id)
    roots = [*(json.loads(kept[0]["roots"]) if kept else ()), snapshot.job_id]
    notebook = snapshot.cell.notebook if snapshot.cell else ""
    row = {"board_id": board_id, "notebook": notebook, "roots": json.dumps(roots)}
    db.upsert("boards", "board_id", row)
