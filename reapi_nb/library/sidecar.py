"""
`task.json`: what the library knows of one task, in words that outlive its database.

This room says what stands in it; `rebuilding` reads it back. A key never stands in it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reapi_nb.library import rows

if TYPE_CHECKING:
    from reapi_nb.job import Picture, Snapshot

VERSION = 2
"""1 had neither status nor pictures."""


def of(snapshot: Snapshot) -> dict[str, Any]:
    """Everything that makes a job's row and those of its pictures, with or without files."""
    request, cell = snapshot.request, snapshot.cell
    error = snapshot.error
    return {
        "version": VERSION,
        "job_id": snapshot.job_id,
        "task_id": snapshot.task_id,
        "place": snapshot.account.place,
        "origin": snapshot.account.origin,
        "account": snapshot.account.tag,
        "provider": request.provider,
        "family": request.family,
        "model": request.model,
        "status": snapshot.status.value,
        "rev": snapshot.rev,
        "parent": snapshot.parent,
        "times": vars(snapshot.times),
        "estimate": snapshot.estimate,
        "expected_s": snapshot.expected_s,
        "board_id": snapshot.board_id,
        "cell": {"notebook": cell.notebook, "cell": cell.cell} if cell else None,
        "ordinal": snapshot.ordinal,
        "counting": snapshot.counting,
        "error": json.loads(rows.as_json(error.to_dict())) if error else None,
        "request": request.body(),
        "task": json.loads(rows.as_json(snapshot.raw)),
        "pictures": [_picture(picture) for picture in snapshot.pictures],
        "sha256": {
            picture.path.name: picture.sha256 for picture in snapshot.pictures if picture.path
        },
    }


def _picture(picture: Picture) -> dict[str, Any]:
    row = rows.picture_row(picture)
    del row["job_id"]
    return row
