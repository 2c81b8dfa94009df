"""
A database from the words beside the pictures: `task.json` read back, and written into rows.

Those files may be old, damaged or somebody else's, so every value in them is checked, and no name
in them leads anywhere but into the folder in which it stands. What cannot be read is left alone.
"""

from __future__ import annotations

import json
import logging
import mimetypes
import os
import re
import secrets
import sqlite3
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from reapi_nb.errors import ReapiError
from reapi_nb.job import Account, Cell, Picture, Snapshot, Status, Times
from reapi_nb.library import asked, opening, rows
from reapi_nb.library.boards import join_board
from reapi_nb.library.database import Database
from reapi_nb.library.files import SIDECAR, Files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

NOBODY = {"owner": "nobody|0|0|0|0", "lease_until": 0.0}
"""An owner who is gone, so that the next engine of the account goes on with the job."""

MOST_BYTES = 16 << 20
"""A larger file is none of ours."""

MOST_ROWS = 20_000
"""So many rows are tried where nobody can say how many there are."""

_WITHOUT_TASK = "SELECT * FROM jobs WHERE rowid = ? AND task_id IS NULL"
_UNFIT = (sqlite3.IntegrityError, sqlite3.InterfaceError, sqlite3.DataError)
_FILE = re.compile(r"\d{1,2}\.[a-z0-9]{2,5}")
_log = logging.getLogger("reapi_nb")


class _Kept(BaseModel):
    model_config = ConfigDict(allow_inf_nan=False, extra="ignore")


class _Picture(_Kept):
    slot: int = Field(ge=0, le=99)
    position: int = 0
    url: str = ""
    expires_at: float = 0.0
    file: str | None = None
    size: int = 0
    sha256: str = ""
    mime: str = ""
    width: int = 0
    height: int = 0
    dhash: str = ""

    @field_validator("file")
    @classmethod
    def _plain(cls, file: str | None) -> str | None:
        return file if file and _FILE.fullmatch(file) else None


class _Cell(_Kept):
    notebook: str = ""
    cell: str = ""


class _Times(_Kept):
    made: float = 0.0
    sent: float = 0.0
    accepted: float = 0.0
    completed: float = 0.0


class _Sidecar(_Kept):
    """What may stand in a `task.json`; the first version had only the fields without a default."""

    job_id: str = Field(min_length=1, max_length=200)
    task_id: str = Field(min_length=1, max_length=1000)
    place: str
    origin: str
    account: str
    request: dict[str, Any]
    parent: tuple[str, int] | None = None
    times: _Times = _Times()
    task: dict[str, Any] | None = None
    sha256: dict[str, str] = {}
    provider: str = ""
    model: str = ""
    status: str = ""
    rev: int = 0
    estimate: int | None = None
    expected_s: float = 0.0
    board_id: str = ""
    cell: _Cell | None = None
    ordinal: int = 0
    counting: str = ""
    error: dict[str, Any] | None = None
    pictures: list[_Picture] | None = None


def found(files: Files) -> Iterator[tuple[Path, Snapshot | None]]:
    """The folder of every task that has words beside its pictures; None where they are damaged."""
    for folder in files.folders():
        if (folder / SIDECAR).exists():
            yield folder, read(folder, files)


def read(folder: Path, files: Files) -> Snapshot | None:
    """The job that a task's folder describes; None where nobody can tell."""
    file = folder / SIDECAR
    try:
        if file.is_symlink() or file.stat().st_size > MOST_BYTES:
            raise ValueError("it is none of ours")
        snapshot = _snapshot(_Sidecar.model_validate(json.loads(file.read_bytes())), folder)
        account = snapshot.account
        if files.folder(account.place, snapshot.task_id or "") != folder:
            raise ValueError("it is another task's")
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as no:
        lines = str(no).splitlines() if not isinstance(no, ValidationError) else ["wrong values"]
        _log.warning("%s cannot be read: %s", file, lines[0] if lines else type(no).__name__)
        return None
    return snapshot


def salvaged(db: sqlite3.Connection) -> list[Snapshot]:
    """
    What a damaged database still tells of jobs that have no files: not sent, or in doubt.

    A doubt is perhaps a charge. Each row is looked up by itself, because a scan ends at the first
    broken page.
    """
    try:
        db.execute("SELECT 1 FROM jobs WHERE rowid = 1")
        [[last]] = db.execute("SELECT max(rowid) FROM jobs")
    except sqlite3.Error as no:
        last = 0 if "not a database" in str(no) else MOST_ROWS
    left: list[Snapshot] = []
    for number in range(1, (last or 0) + 1):
        with suppress(sqlite3.Error, ValueError, LookupError, TypeError):
            row = db.execute(_WITHOUT_TASK, (number,)).fetchone()
            if row is not None:
                left.append(rows.snapshot_of(row, (), Path()))
    return left


def rebuild(file: Path, files: Files, left: Sequence[Snapshot] = ()) -> tuple[int, int]:
    """
    Build a database from the words beside the pictures, and put it in place as a whole.

    Args:
        left: Jobs that have no files.

    Returns:
        How many jobs it has, and of how many the words could not be used.
    """
    fresh = file.with_name(f"{file.name}.{os.getpid()}-{secrets.token_hex(6)}.tmp")
    done = lost = 0
    try:
        db = Database(fresh, lambda: opening.connect(fresh, shared=True))
        try:
            with db.transaction(durable=True):
                known = [*left, *(snapshot for _, snapshot in found(files))]
                for snapshot in sorted(known, key=_made):
                    written = snapshot is not None and adopt(db, snapshot)
                    done, lost = done + written, lost + (not written)
        finally:
            db.close()
        fresh.replace(file)
    finally:
        for end in opening.COMPANIONS:
            fresh.with_name(fresh.name + end).unlink(missing_ok=True)
    return done, lost


def adopt(db: Database, snapshot: Snapshot) -> bool:
    """Write a job that the database does not know; whether it was written. In a transaction."""
    db.execute("SAVEPOINT adopted")
    try:
        written = _written(db, snapshot)
    except (*_UNFIT, ValueError, OverflowError) as no:
        _log.warning("job %s cannot be kept: %s", snapshot.job_id, no)
        written = False
        db.execute("ROLLBACK TO adopted")
    db.execute("RELEASE adopted")
    return written


def _written(db: Database, snapshot: Snapshot) -> bool:
    charge = _charge(snapshot)
    job = rows.job_row(snapshot, charge) | NOBODY
    names, marks = ", ".join(job), ", ".join(f":{name}" for name in job)
    if not db.execute(f"INSERT OR IGNORE INTO jobs ({names}) VALUES ({marks})", job).rowcount:
        return False  # known, or another job has its task
    join_board(db, snapshot)
    for picture in snapshot.pictures:
        db.upsert("pictures", "job_id, slot", rows.picture_row(picture))
    # Books that outlived their job know more than its words do.
    if not db.read("SELECT 1 FROM spend WHERE job_id = ?", snapshot.job_id):
        times = snapshot.times
        sent = times.sent or times.accepted or times.made
        for kind in dict.fromkeys(("charged", charge) if charge == "refunded" else (charge,)):
            if kind != "none":
                db.upsert("spend", "job_id, kind", rows.spend_row(snapshot, kind, sent))
    return True


def _charge(snapshot: Snapshot) -> str:
    """What a job means for the money: one whose task was accepted is charged."""
    if snapshot.task_id is None:
        return rows.CHARGES.get(snapshot.status, "unknown")
    kind = rows.CHARGES.get(snapshot.status, "charged")
    return "charged" if kind == "pending" else kind


def _made(snapshot: Snapshot | None) -> float:
    return snapshot.times.made if snapshot else 0.0


def _snapshot(kept: _Sidecar, folder: Path) -> Snapshot:
    provider = kept.provider or _provider(kept)
    request = asked.read(kept.request, provider, kept.model or str(kept.request.get("model", "")))
    snapshot = Snapshot(
        job_id=kept.job_id,
        request=request,
        account=Account(kept.place, kept.origin, kept.account),
        status=_status(kept),
        rev=kept.rev,
        task_id=kept.task_id,
        error=_error(kept.error),
        times=Times(**kept.times.model_dump()),
        estimate=kept.estimate,
        expected_s=kept.expected_s,
        board_id=kept.board_id,
        parent=kept.parent,
        cell=Cell(kept.cell.notebook, kept.cell.cell, "") if kept.cell else None,
        ordinal=kept.ordinal,
        raw=kept.task,
        counting=kept.counting,
    )
    of = _early(kept.sha256, folder) if kept.pictures is None else kept.pictures
    pictures = tuple(_picture(one, snapshot, folder) for one in of)
    return replace(snapshot, pictures=pictures)


def _picture(kept: _Picture, of: Snapshot, folder: Path) -> Picture:
    fields = kept.model_dump()
    file = fields.pop("file")
    return Picture(
        job_id=of.job_id,
        task_id=of.task_id or "",
        account=of.account,
        made_by=of.request,
        path=folder / file if file else None,
        **fields,
    )


def _early(sha256: Mapping[str, str], folder: Path) -> list[_Picture]:
    """The pictures of a first version: a name and what the file hashes to."""
    plain = sorted(name for name in sha256 if _FILE.fullmatch(name))
    return [
        _Picture(
            slot=int(name.partition(".")[0]),
            position=position,
            file=name,
            sha256=sha256[name],
            mime=mimetypes.guess_type(name)[0] or "",
            size=(folder / name).stat().st_size if (folder / name).exists() else 0,
        )
        for position, name in enumerate(plain)
    ]


def _provider(kept: _Sidecar) -> str:
    """Whose request it is, where a first version does not say it."""
    is_apixo = kept.place == "apixo" or "request_type" in kept.request
    return "apixo" if is_apixo else "reapi"


def _status(kept: _Sidecar) -> Status:
    if kept.status in set(Status):
        return Status(kept.status)
    return Status.COMPLETED if kept.sha256 else Status.STALE


def _error(kept: dict[str, Any] | None) -> ReapiError | None:
    if kept is None:
        return None
    fields = dict.fromkeys(("kind", "code", "request_id")) | {"message": ""} | kept
    return ReapiError.from_dict(fields)
