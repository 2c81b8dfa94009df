"""A snapshot as rows of the library, and back."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from reapi_nb.errors import ReapiError
from reapi_nb.job import Account, Cell, Picture, Snapshot, Status, Times

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from pathlib import Path

CHARGES: dict[Status, str] = {
    Status.SENDING: "pending",
    Status.PROCESSING: "charged",
    Status.FAILED: "refunded",
    Status.UNKNOWN: "unknown",
    Status.QUEUED: "none",
    Status.HELD: "none",
    Status.REJECTED: "none",
    Status.CANCELLED: "none",
}
"""What a state means for the money; a state without a row changes nothing."""

_KEY = re.compile(r"rk_(live|test)_\w{8,}")


def as_json(said: Any) -> str:
    """What a server said, as JSON, with everything in it that looks like a key made harmless."""
    # A server that repeats what it was sent must not have the key written down here.
    return _KEY.sub(r"rk_\1_(hidden)", json.dumps(said))


def job_row(snapshot: Snapshot, charge: str) -> dict[str, Any]:
    """The columns of a job, but for its owner."""
    request, account, times = snapshot.request, snapshot.account, snapshot.times
    cell = snapshot.cell or Cell("", "", "")
    parent_job, parent_slot = snapshot.parent or (None, None)
    return {
        "job_id": snapshot.job_id,
        "place": account.place,
        "origin": account.origin,
        "account": account.tag,
        "task_id": snapshot.task_id,
        "provider": request.provider,
        "family": request.family,
        "model": request.model,
        "body": json.dumps(request.body()),
        "body_hash": request.body_hash(),
        "notebook": cell.notebook,
        "cell": cell.cell,
        "ordinal": snapshot.ordinal,
        "board_id": snapshot.board_id,
        "parent_job": parent_job,
        "parent_slot": parent_slot,
        "status": snapshot.status.value,
        "rev": snapshot.rev,
        "made_at": times.made,
        "sent_at": times.sent,
        "accepted_at": times.accepted,
        "completed_at": times.completed,
        "expected_s": snapshot.expected_s,
        "estimate": snapshot.estimate,
        "charge": charge,
        "error": as_json(snapshot.error.to_dict()) if snapshot.error else None,
        "raw": as_json(snapshot.raw) if snapshot.raw else None,
        "counting": snapshot.counting,
    }


def spend_row(snapshot: Snapshot, kind: str, now: float, kernel: str = "") -> dict[str, Any]:
    """
    One line of the books.

    Args:
        kernel: The process that sent it; "" where it is not known.
    """
    return {
        "job_id": snapshot.job_id,
        "kind": kind,
        "at": now,
        "credits": snapshot.estimate,
        "place": snapshot.account.place,
        "origin": snapshot.account.origin,
        "account": snapshot.account.tag,
        "model": snapshot.request.model,
        "notebook": snapshot.cell.notebook if snapshot.cell else "",
        "kernel": kernel,
    }


def picture_row(picture: Picture) -> dict[str, Any]:
    """The columns of a kept picture."""
    return {
        "job_id": picture.job_id,
        "slot": picture.slot,
        "position": picture.position,
        "url": picture.url,
        "expires_at": picture.expires_at,
        "file": picture.path.name if picture.path else None,
        "size": picture.size,
        "sha256": picture.sha256,
        "mime": picture.mime,
        "width": picture.width,
        "height": picture.height,
        "dhash": picture.dhash,
    }


def snapshot_of(job: sqlite3.Row, pictures: Iterable[sqlite3.Row], folder: Path) -> Snapshot:
    """The job that these rows describe; `folder` holds its task's pictures."""
    from reapi_nb.library import asked  # noqa: PLC0415 - no models are needed until a row is read

    snapshot = Snapshot(
        job_id=job["job_id"],
        request=asked.read(json.loads(job["body"]), job["provider"], job["model"]),
        account=Account(job["place"], job["origin"], job["account"]),
        status=Status(job["status"]),
        rev=job["rev"],
        task_id=job["task_id"],
        error=ReapiError.from_dict(json.loads(job["error"])) if job["error"] else None,
        times=Times(
            made=job["made_at"],
            sent=job["sent_at"],
            accepted=job["accepted_at"],
            completed=job["completed_at"],
        ),
        estimate=job["estimate"],
        expected_s=job["expected_s"],
        board_id=job["board_id"],
        parent=(job["parent_job"], job["parent_slot"]) if job["parent_job"] else None,
        cell=Cell(job["notebook"], job["cell"], "") if job["cell"] else None,
        ordinal=job["ordinal"],
        raw=json.loads(job["raw"]) if job["raw"] else None,
        counting=job["counting"],
    )
    return replace(snapshot, pictures=tuple(_picture(row, snapshot, folder) for row in pictures))


def _picture(row: sqlite3.Row, snapshot: Snapshot, folder: Path) -> Picture:
    return Picture(
        job_id=snapshot.job_id,
        task_id=snapshot.task_id or "",
        slot=row["slot"],
        account=snapshot.account,
        made_by=snapshot.request,
        position=row["position"],
        url=row["url"],
        expires_at=row["expires_at"],
        path=folder / row["file"] if row["file"] else None,
        mime=row["mime"],
        width=row["width"],
        height=row["height"],
        size=row["size"],
        sha256=row["sha256"],
        dhash=row["dhash"],
    )
