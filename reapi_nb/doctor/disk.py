"""The disk that a library is on: leftovers, who may read it, room, and whose disk it is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from reapi_nb.doctor.finding import Finding
from reapi_nb.library import LEAST_FREE, network_kind, orphans_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reapi_nb.doctor.finding import Level, World

LITTLE_FREE = 4 * LEAST_FREE


def orphans(home: Path, world: World, fix: bool) -> Iterator[Finding]:  # noqa: FBT001 - a table calls it
    """Half-written files of dead kernels."""
    found = list(orphans_of(home, world.clock()))
    if fix:
        for file in found:
            file.unlink(missing_ok=True)
    if found:
        what = f"{len(found)} half-written file{'s' * (len(found) != 1)} of kernels that are gone"
        advice = "removed" if fix else "type reapi-nb doctor --fix to remove them"
        yield Finding("note", what, advice, mended=fix)


def permissions(home: Path, _world: World, fix: bool) -> Iterator[Finding]:  # noqa: FBT001
    """Files and folders that others on this machine can open."""
    if os.name != "posix" or not home.exists():
        return
    paths = (home, *home.rglob("*"))
    too_open = [path for path in paths if not path.is_symlink() and _mode(path) & 0o077]
    if not too_open:
        return
    left_open = [path for path in too_open if not (fix and _close(path))]
    example = too_open[0].relative_to(home.parent)
    what = f"others can open {len(too_open)} files and folders of the library, such as {example}"
    advice = f"type reapi-nb doctor --fix, or chmod -R go= {home}" if left_open else "closed"
    yield Finding("warn", what, advice, mended=not left_open)


def space(home: Path, world: World, _fix: bool) -> Iterator[Finding]:  # noqa: FBT001
    """Room for pictures."""
    try:
        free = world.free(home)
    except OSError:
        return
    if free < LITTLE_FREE:
        what = f"only {free >> 20:,} MB are free where the library is"
        stops = f"nothing is sent below {LEAST_FREE >> 20} MB"
        level: Level = "bad" if free < LEAST_FREE else "warn"
        yield Finding(level, what, f"{stops}: free some space, or set REAPI_NB_HOME")


def network(home: Path, world: World, _fix: bool) -> Iterator[Finding]:  # noqa: FBT001
    """A disk of another machine."""
    if kind := network_kind(home, world.mounted):
        what = f"the library is on a network file system ({kind})"
        yield Finding("warn", what, "set REAPI_NB_HOME to a folder on a disk of this machine")


def _mode(path: Path) -> int:
    try:
        return path.lstat().st_mode
    except OSError:  # renamed or removed meanwhile
        return 0


def _close(path: Path) -> bool:
    try:
        path.chmod(0o700 if path.is_dir() else 0o600)
    except OSError:  # somebody else's
        return False
    return True
