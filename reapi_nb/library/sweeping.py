"""
Half-written files that a dead writer left.

Only what is old and has no living writer is removed: a cleaner that is too eager deletes what
somebody is about to rename.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LEAST_AGE_S = 3600.0
"""How old a temporary file must be, in seconds."""

_WRITER = re.compile(r"\.(\d{1,9})-[0-9a-f]+\.tmp")


def orphans(home: Path, now: float) -> Iterator[Path]:
    """Temporary files below a library's home whose writers are gone."""
    for folder in _folders(home):
        for file in folder.glob("*.tmp"):
            with suppress(OSError):  # renamed meanwhile, so it was no orphan
                written = file.lstat().st_mtime
                if now - written > LEAST_AGE_S and not _is_being_written(file, written):
                    yield file


def sweep(home: Path, now: float) -> list[Path]:
    """Remove the orphans; what was removed."""
    swept = []
    for file in orphans(home, now):
        with suppress(OSError):
            file.unlink()
            swept.append(file)
    return swept


def _folders(home: Path) -> Iterator[Path]:
    """The home and the folders of all tasks; what is a link is not ours to clean."""
    yield home
    for kind in (home / "tasks", home / "thumbs"):
        for place in _inside(kind):
            yield from _inside(place)


def _inside(folder: Path) -> Iterator[Path]:
    if folder.is_dir() and not folder.is_symlink():
        yield from (one for one in folder.iterdir() if one.is_dir() and not one.is_symlink())


def _is_being_written(file: Path, written: float) -> bool:
    """Whether the process that its name names lives, and lived when it was written last."""
    named = _WRITER.search(file.name)
    if named is None:
        return False
    try:
        return bool(psutil.Process(int(named[1])).create_time() <= written)
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:  # somebody else's, who lives
        return True
