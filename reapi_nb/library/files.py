"""
The library's files: one folder per task, written so that a crash leaves whole files only.

A picture is written under a unique temporary name, fsynced and renamed. No name comes
from outside: an id that is not plain is stored under its hash.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from typing import TYPE_CHECKING, Any

from reapi_nb.wire.reapi import is_safe_id

if TYPE_CHECKING:
    from pathlib import Path

    from reapi_nb.job import Snapshot


class Files:
    """Folders and files below the library's home."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def folder(self, place: str, task_id: str) -> Path:
        """Where the originals of a task are kept."""
        return self._home / "tasks" / place / _plain(task_id)

    def picture(self, place: str, task_id: str, slot: int, ext: str) -> Path:
        """Where the original of a wire slot is kept."""
        return self.folder(place, task_id) / f"{slot}.{ext}"

    def thumb(self, place: str, task_id: str, slot: int) -> Path:
        """Where the thumbnail of a wire slot is kept; it can be made again."""
        return self._thumbs(place, task_id) / f"{slot}.webp"

    def write(self, path: Path, data: bytes) -> None:
        """Write a whole file or nothing. Called from worker threads."""
        make_folder(path.parent)
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(6)}.tmp")
        try:
            with os.fdopen(create(fresh), "wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)

    def write_sidecar(self, snapshot: Snapshot) -> None:
        """`task.json` beside the pictures: enough to rebuild the library from the files."""
        assert snapshot.task_id
        folder = self.folder(snapshot.account.place, snapshot.task_id)
        self.write(folder / "task.json", json.dumps(_sidecar(snapshot), indent=1).encode())

    def forget(self, snapshot: Snapshot) -> None:
        """Remove a job's own files."""
        if not snapshot.task_id:
            return
        place, task_id = snapshot.account.place, snapshot.task_id
        for folder in (self.folder(place, task_id), self._thumbs(place, task_id)):
            if folder.is_dir():
                for file in folder.iterdir():
                    file.unlink()
                folder.rmdir()

    def _thumbs(self, place: str, task_id: str) -> Path:
        return self._home / "thumbs" / place / _plain(task_id)


def create(path: Path) -> int:
    """A descriptor of a new file that only its owner can read."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def make_folder(path: Path) -> None:
    """A folder, and those above it, that only their owner can open."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)


def _plain(task_id: str) -> str:
    return task_id if is_safe_id(task_id) else hashlib.sha256(task_id.encode()).hexdigest()


def _sidecar(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "job_id": snapshot.job_id,
        "task_id": snapshot.task_id,
        "place": snapshot.account.place,
        "origin": snapshot.account.origin,
        "account": snapshot.account.tag,
        "parent": snapshot.parent,
        "times": vars(snapshot.times),
        "request": snapshot.request.body(),
        "task": snapshot.raw,
        "sha256": {
            picture.path.name: picture.sha256 for picture in snapshot.pictures if picture.path
        },
    }
