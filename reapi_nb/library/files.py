"""
The library's files: one folder per task, written so that a crash leaves whole files only.

A picture is written under a unique temporary name, fsynced and renamed. No name comes
from outside: an id that is not plain is stored under its hash. Nothing is written through a link
that leads out of the library.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
from typing import TYPE_CHECKING

from reapi_nb.library import sidecar
from reapi_nb.wire.reapi import is_safe_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reapi_nb.job import Snapshot

SIDECAR = "task.json"
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)


class Files:
    """Folders and files below the library's home."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def folder(self, place: str, task_id: str) -> Path:
        """Where the originals of a task are kept."""
        return self._home / "tasks" / place / _plain(task_id)

    def folders(self) -> Iterator[Path]:
        """The folders of all tasks of all places; none that is a link."""
        for place in _below(self._home / "tasks"):
            yield from _below(place)

    def picture(self, place: str, task_id: str, slot: int, ext: str) -> Path:
        """Where the original of a wire slot is kept."""
        return self.folder(place, task_id) / f"{slot}.{ext}"

    def thumb(self, place: str, task_id: str, slot: int) -> Path:
        """Where the thumbnail of a wire slot is kept; it can be made again."""
        return self._thumbs(place, task_id) / f"{slot}.webp"

    def sidecar(self, place: str, task_id: str) -> Path:
        """Where the words beside a task's pictures are kept."""
        return self.folder(place, task_id) / SIDECAR

    def write(self, path: Path, data: bytes, *, durable: bool = True) -> None:
        """
        Write a whole file or nothing. Called from worker threads.

        Args:
            durable: It survives a power cut; what can be made again need not.

        Raises:
            OSError: It cannot be written, or its folder is a link out of the library.
        """
        make_folder(path.parent)
        self._check_inside(path.parent)
        # Its writer's number, so that a sweeper knows whom to ask.
        fresh = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(6)}.tmp")
        try:
            with os.fdopen(create(fresh), "wb") as out:
                out.write(data)
                out.flush()
                if durable:
                    os.fsync(out.fileno())
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)

    def write_sidecar(self, snapshot: Snapshot) -> None:
        """`task.json` beside the pictures: enough to rebuild the library from the files."""
        assert snapshot.task_id
        file = self.sidecar(snapshot.account.place, snapshot.task_id)
        self.write(file, json.dumps(sidecar.of(snapshot), indent=1).encode())

    def set_aside(self, path: Path) -> Path:
        """Keep a damaged file under another name; what it is called now."""
        aside = path.with_name(f"{path.name}.damaged")
        number = 1
        while aside.exists():
            number += 1
            aside = path.with_name(f"{path.name}.{number}.damaged")
        path.rename(aside)
        return aside

    def forget(self, snapshot: Snapshot) -> None:
        """Remove a job's own files."""
        if not snapshot.task_id:
            return
        place, task_id = snapshot.account.place, snapshot.task_id
        for folder in (self.folder(place, task_id), self._thumbs(place, task_id)):
            if folder.is_symlink():  # what it leads to is not ours
                folder.unlink()
            elif folder.is_dir():
                for file in folder.iterdir():
                    file.unlink()
                folder.rmdir()

    def _thumbs(self, place: str, task_id: str) -> Path:
        return self._home / "thumbs" / place / _plain(task_id)

    def _check_inside(self, folder: Path) -> None:
        if not folder.resolve().is_relative_to(self._home.resolve()):
            raise OSError(errno.ELOOP, "it leads out of the library", str(folder))


def create(path: Path) -> int:
    """A descriptor of a new file that only its owner can read; never one behind a link."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW, 0o600)


def make_folder(path: Path) -> None:
    """A folder, and those above it, that only their owner can open."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)


def _plain(task_id: str) -> str:
    return task_id if is_safe_id(task_id) else hashlib.sha256(task_id.encode()).hexdigest()


def _below(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (
            one for one in sorted(folder.iterdir()) if one.is_dir() and not one.is_symlink()
        )
