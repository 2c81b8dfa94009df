"""Every picture that was kept, every link that dies soon, every job that waits for somebody."""

from __future__ import annotations

import hashlib
import stat
from dataclasses import replace
from typing import TYPE_CHECKING

from reapi_nb.doctor.finding import Finding
from reapi_nb.job import Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reapi_nb.doctor.finding import Case, Level
    from reapi_nb.job import Picture, Snapshot

SOON_S = 48 * 3600.0
"""A link that dies within so many seconds is worth a warning."""

_WAITING: dict[Status, tuple[Level, str]] = {
    Status.UNKNOWN: (
        "warn",
        "type %reapi adopt {id} task_x, %reapi again {id} or %reapi forget {id}",
    ),
    Status.HELD: ("note", "type %reapi send {id} to send it, or %reapi cancel {id}"),
    Status.STALE: ("warn", "type %reapi resume {id} to look again: looking is free"),
    Status.VANISHED: ("warn", "type %reapi resume {id} to look again: looking is free"),
}
_MOST_NAMED = 3


def pictures(case: Case) -> Iterator[Finding]:
    """Kept pictures that are missing, cut short or changed."""
    for job in case.library.history(-1):
        for picture in job.pictures:
            if picture.path and (damage := _damage(picture, picture.path)):
                yield from _damaged(case, job, picture, damage)


def links(case: Case) -> Iterator[Finding]:
    """Pictures that are not kept, by how long they can still be fetched."""
    now = case.world.clock()
    for job in case.library.history(-1):
        missing = [one for one in job.pictures if one.url and not one.path]
        if not missing or job.status.facts.moving:
            continue
        left = min(one.expires_at for one in missing) - now
        what = f"{_named(job)}: {_pictures(len(missing))} not kept"
        if left <= 0:
            yield Finding("note", f"{what}, and the links are dead", "the job keeps its record")
        else:
            level: Level = "warn" if left < SOON_S else "note"
            hours = f"the first link dies in {left / 3600:,.0f} hours"
            yield Finding(level, f"{what}; {hours}", _fetching(job))


def waiting(case: Case) -> Iterator[Finding]:
    """Jobs that will not go on by themselves, of all accounts."""
    for status, (level, advice) in _WAITING.items():
        jobs = [job for job in case.library.history(-1) if job.status is status]
        if jobs:
            names = ", ".join(_named(job) for job in jobs[:_MOST_NAMED])
            more = f" and {len(jobs) - _MOST_NAMED} more" if len(jobs) > _MOST_NAMED else ""
            what = f"{status.facts.says}: {names}{more}"
            yield Finding(level, what, advice.format(id=jobs[0].task_id or jobs[0].short_id))


def _damage(picture: Picture, path: Path) -> str:
    """What is wrong with a file; "" for nothing."""
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode):
            return "is no file"
        if picture.size and found.st_size != picture.size:
            return f"has {found.st_size:,} bytes instead of {picture.size:,}"
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return "is missing"
    except OSError as no:
        return f"cannot be read ({no.strerror})"
    return "was changed" if picture.sha256 and digest != picture.sha256 else ""


def _damaged(case: Case, job: Snapshot, picture: Picture, damage: str) -> Iterator[Finding]:
    now = case.library.job(job.job_id)
    if now is None or picture not in now.pictures:
        return  # deleted or fetched again in this moment
    is_alive = bool(picture.url) and picture.is_alive(case.world.clock())
    what = f"{picture.address} {damage}" + ("" if is_alive else ", and its link is dead: lost")
    advice = _fetching(job) if is_alive else "the job keeps its record"
    if case.fix:
        aside = _put_aside(case, now, picture)
        what += f"; what is left is {aside.name}" if aside else ""
    else:
        advice = f"type reapi-nb doctor --fix to set it aside; then {advice}"
    yield Finding("bad", what, advice, mended=case.fix)


def _put_aside(case: Case, job: Snapshot, picture: Picture) -> Path | None:
    """Keep the damaged file under another name, and the record of the picture without it."""
    assert picture.path is not None
    exists = picture.path.exists() or picture.path.is_symlink()
    aside = case.library.files.set_aside(picture.path) if exists else None
    without = tuple(replace(one, path=None) if one == picture else one for one in job.pictures)
    case.library.amend(job.but(pictures=without))
    return aside


def _fetching(job: Snapshot) -> str:
    return f"type %reapi resume {job.task_id or job.short_id} to fetch it again: that is free"


def _named(job: Snapshot) -> str:
    return f"{job.request.nick} {job.task_id or job.short_id}"


def _pictures(count: int) -> str:
    return f"{count} picture{'s are' if count != 1 else ' is'}"
