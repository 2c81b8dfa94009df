"""Whether the database and the words beside the pictures know the same jobs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reapi_nb.doctor.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reapi_nb.doctor.finding import Case
    from reapi_nb.job import Snapshot

_FIX = "type reapi-nb doctor --fix"


def strays(case: Case) -> Iterator[Finding]:
    """Jobs that only their files know, as when a damaged database was replaced by an old copy."""
    adopted = left = 0
    unreadable: list[Path] = []
    for folder, snapshot in case.library.in_files():
        if snapshot is None:
            unreadable.append(folder)
        elif not _is_known(case, snapshot):
            done = case.fix and case.library.adopt(snapshot)
            adopted, left = adopted + done, left + (not done)
    known = {case.library.files.folder(*one) for one in _tasks(case)} if unreadable else set()
    for folder in unreadable:
        if folder not in known:  # what the database knows is written anew below
            what = f"{folder} describes no job that can be read"
            yield Finding("warn", what, "its pictures are untouched; open them as files")
    if adopted:
        yield Finding("warn", f"{_jobs(adopted)} known only by files taken in", mended=True)
    if left:
        yield Finding("warn", f"{_jobs(left)} known only by files", f"{_FIX} to take them in")


def sidecars(case: Case) -> Iterator[Finding]:
    """Words beside the pictures that are missing, damaged or older than what the database knows."""
    wrong = [job for job in case.library.history(-1) if _is_wrong(case, job)]
    if not wrong:
        return
    names = ", ".join(job.task_id or "" for job in wrong[:3]) + (" ..." if len(wrong) > 3 else "")
    what = f"task.json is missing or out of date for {_jobs(len(wrong))}: {names}"
    if not case.fix:
        yield Finding("note", what, f"{_FIX} to write them anew")
        return
    try:
        for job in wrong:
            _write(case, job)
    except OSError as no:
        yield Finding("bad", f"{what}; they cannot be written: {no}", "make room or permit it")
    else:
        yield Finding("note", what, "written anew", mended=True)


def _is_known(case: Case, snapshot: Snapshot) -> bool:
    # By either name: another kernel may have given the task to a job of its own.
    assert snapshot.task_id is not None
    return bool(case.library.job(snapshot.job_id) or case.library.task(snapshot.task_id))


def _tasks(case: Case) -> Iterator[tuple[str, str]]:
    for job in case.library.history(-1):
        if job.task_id:
            yield job.account.place, job.task_id


def _is_wrong(case: Case, job: Snapshot) -> bool:
    """Whether a job at rest is described otherwise; one under way is described at its end."""
    if not job.task_id or job.status.facts.moving:
        return False
    said = _said(case.library.files.sidecar(job.account.place, job.task_id))
    hashes = {one.path.name: one.sha256 for one in job.pictures if one.path}
    return (job.job_id, job.status.value, hashes) != (
        said.get("job_id"),
        said.get("status"),
        said.get("sha256"),
    )


def _said(file: Path) -> dict[str, Any]:
    try:
        said = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _write(case: Case, job: Snapshot) -> None:
    files = case.library.files
    file = files.sidecar(job.account.place, job.task_id or "")
    if file.exists() and not _said(file):
        files.set_aside(file)
    files.write_sidecar(job)


def _jobs(count: int) -> str:
    return f"{count} job{'s' * (count != 1)}"
