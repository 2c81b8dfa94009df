"""Jobs as text: for terminals, for saved notebooks, and for `history`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from reapi_nb.notebook import drawing
from reapi_nb.notebook.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reapi_nb.session import Job

_PROMPT = 60


def line(job: Job) -> str:
    """One job on one line, without a clock."""
    count = len(job.pictures)
    made = f", {count} picture{'s' * (count != 1)}" if count else ""
    return f"{job.request.nick} {job.name}: {job.status.facts.says}{made}{_prompt(job)}"


def block(job: Job) -> str:
    """A job with its files, its price and what went wrong: a board made of text."""
    error = job.error
    lines = [line(job)]
    if source := drawing.source(job.snapshot):
        lines.append(f"  {source} (--fresh pays again)")
    lines += [f"  #{picture.number} {picture.path}" for picture in job.pictures]
    if error is not None:
        code = f" [{error.code}]" if error.code is not None else ""
        lines.append(plain(f"  {error.title}{code}: {error.message} ({error.money})"))
        lines.append(f"  {error.advice}")
    return "\n".join(lines)


def table(jobs: Iterable[Job]) -> str:
    """Jobs with their age and place, in the order given."""
    now = time.time()
    return "\n".join(_row(job, now) for job in jobs) or "nothing yet"


def _row(job: Job, now: float) -> str:
    snapshot = job.snapshot
    return f"{drawing.ago(snapshot.times.made, now):>15}  {snapshot.account.place:<7}  {line(job)}"


def _prompt(job: Job) -> str:
    words = plain(" ".join(job.request.words.split()))
    if not words:
        return ""
    return f'  "{words if len(words) <= _PROMPT else words[: _PROMPT - 1] + "…"}"'
