"""
What is damaged, about to expire, or known to hurt; and mending it.

Mending never deletes a picture, never sends anything and never pays: what is damaged is set aside,
what is missing is written anew from what is known, and the rest is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reapi_nb.doctor import disk, jobs, records, surroundings
from reapi_nb.doctor.finding import Case, Finding, World
from reapi_nb.errors import LibraryFault
from reapi_nb.library import Library

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from reapi_nb.settings import Settings

__all__ = ["Finding", "World", "examine", "mend"]

_OF_THE_LIBRARY: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    records.strays,
    jobs.pictures,
    records.sidecars,
    jobs.links,
    jobs.waiting,
)
_OF_THE_PLACE: tuple[Callable[[Path, World, bool], Iterator[Finding]], ...] = (
    disk.orphans,
    disk.permissions,
    disk.space,
    disk.network,
    surroundings.key_file,
    surroundings.packages,
)


def examine(settings: Settings, world: World | None = None) -> list[Finding]:
    """
    Everything worth knowing about a library and what it stands on.

    Nothing is changed, but for a database that cannot be opened: every opening rebuilds that.
    Any thread; it reads every picture, so it takes a while.

    Args:
        world: What is asked about clocks, disks and packages; None asks this machine.
    """
    return _looked(settings.home, world or World(), fix=False)


def mend(settings: Settings, world: World | None = None) -> list[Finding]:
    """The same, and what can be mended without a loss or a charge is mended."""
    return _looked(settings.home, world or World(), fix=True)


def _looked(home: Path, world: World, *, fix: bool) -> list[Finding]:
    is_there = any((home / name).exists() for name in ("library.sqlite3", "tasks"))
    found = [*_library(home, world, fix=fix)] if is_there else [_nothing_yet(home)]
    return found + [one for check in _OF_THE_PLACE for one in check(home, world, fix)]


def _library(home: Path, world: World, *, fix: bool) -> Iterable[Finding]:
    try:
        library, found = _opened(home, world, fix=fix)
        try:
            case = Case(library, world, fix)
            found += [one for check in _OF_THE_LIBRARY for one in check(case)]
            return found or [_sound(library, home)]
        finally:
            library.close()
    except LibraryFault as no:
        return [Finding("bad", no.message, "close what uses it, or set REAPI_NB_HOME")]


def _opened(home: Path, world: World, *, fix: bool) -> tuple[Library, list[Finding]]:
    """The library, rebuilt if it had to be, and what is to be said of its database."""
    library = _open(home, world)
    rescued = library.rescued
    complaint = library.complaint()
    if complaint and fix:
        library.suspect()
        library.close()
        library = _open(home, world)
        rescued, complaint = rescued or library.rescued, library.complaint()
    found = []
    if rescued:
        found.append(Finding("warn", rescued, "nothing was deleted", mended=True))
    if complaint:
        said = f"the database is damaged: {complaint}"
        found.append(Finding("bad", said, "type reapi-nb doctor --fix to build it anew"))
    return library, found


def _open(home: Path, world: World) -> Library:
    return Library(home, clock=world.clock, free=world.free, mounted=world.mounted)


def _sound(library: Library, home: Path) -> Finding:
    jobs_ = library.history(-1)
    kept = sum(picture.path is not None for job in jobs_ for picture in job.pictures)
    return Finding("ok", f"the library {home} is sound: {len(jobs_)} jobs, {kept} pictures")


def _nothing_yet(home: Path) -> Finding:
    return Finding("note", f"there is no library in {home} yet", "the first request makes one")
