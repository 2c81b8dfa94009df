"""
A job as the board draws it: plain values, in the shape that `static/board_*.js` reads.

Every text is already the one that people read; the browser only lays it out. Nothing is
escaped here, because the browser writes text and never markup.
"""

from __future__ import annotations

import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from reapi_nb import catalog, describe, prices
from reapi_nb.job import Status, number_of

if TYPE_CHECKING:
    from reapi_nb.catalog import FollowUp, ImageRequest
    from reapi_nb.errors import ReapiError
    from reapi_nb.job import Picture, Snapshot
    from reapi_nb.session import Job

_TONES = {
    Status.COMPLETED: "good",
    Status.FAILED: "bad",
    Status.REJECTED: "bad",
    Status.EXPIRED: "bad",
    Status.EMPTY: "warn",
    Status.HELD: "warn",
    Status.UNKNOWN: "warn",
    Status.FORGOTTEN: "warn",
    Status.VANISHED: "warn",
    Status.STALE: "warn",
}

_AGES = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


def strip(job: Job, parent: Job | None, words: str, base_url: str) -> dict[str, Any]:
    """
    One job of a board.

    Args:
        parent: The job it was made from, where the library knows it.
        words: The prompt that describes its pictures, its own or an ancestor's.
        base_url: For the curl line.
    """
    now, request, times = job.snapshot, job.request, job.snapshot.times
    return {
        "job": now.job_id,
        "short": now.short_id,
        "nick": request.nick,
        "name": f"{request.nick} {now.short_id}",
        "title": request.title,
        "prompt": request.words or words,
        "task_id": now.task_id,
        "status": now.status.value,
        "status_text": now.status.facts.says,
        "tone": _TONES.get(now.status, "wait"),
        "busy": now.status.facts.moving,
        "started_at": times.sent or times.made,
        "ended_at": times.completed or None,
        "expected_s": now.expected_s,
        "money": _money(now),
        "source": source(now),
        "notices": list(request.notices()),
        "parent": _parent(now, parent),
        "ratio": _ratio(job, parent),
        "slots": request.makes(),
        "pictures": [_picture(picture, words) for picture in now.pictures if picture.path],
        "error": _error(now.error) if now.error else None,
        "actions": _actions(job),
        "copies": _copies(request, base_url),
    }


@lru_cache(maxsize=256)
def _copies(request: ImageRequest, base_url: str) -> dict[str, str]:
    """A request as text to paste. Drawn with every news of a board, so written once."""
    return {
        "magic": describe.as_magic(request),
        "python": describe.as_python(request),
        "curl": describe.as_curl(request, base_url),
    }


def ago(then: float, now: float) -> str:
    """How long ago something was, in the largest whole unit."""
    for unit_s, name in _AGES:
        count = int((now - then) // unit_s)
        if count > 0:
            return f"{count} {name}{'s' * (count > 1)} ago"
    return "just now"


def source(now: Snapshot) -> str:
    """Where a job comes from, if nothing was paid for it this time."""
    if not now.from_library:
        return ""
    return f"from the library · 0 credits · {ago(now.times.made, time.time())}"


def _money(now: Snapshot) -> str:
    estimate = str(prices.Estimate(now.estimate))
    return f"{estimate}, not money here" if now.account.place == "sandbox" else estimate


def _parent(now: Snapshot, parent: Job | None) -> dict[str, Any] | None:
    if parent is None or now.parent is None:
        task_id, number = now.request.parent_task, number_of(now.request.parent_slot)
        return (
            {"job": "", "number": number, "label": f"from {task_id}#{number}"} if task_id else None
        )
    number = number_of(now.parent[1])
    label = f"from {parent.request.nick} {parent.snapshot.short_id} #{number}"
    return {"job": parent.job_id, "number": number, "label": label}


def _ratio(job: Job, parent: Job | None) -> float:
    """Width over height of what is coming."""
    if aspect := job.request.aspect():
        return aspect[0] / aspect[1]
    kept = [p for p in (parent.pictures if parent else ()) if p.height]
    return kept[0].width / kept[0].height if kept else 1.0


def _picture(picture: Picture, words: str) -> dict[str, Any]:
    made_by = picture.made_by
    title = made_by.title if made_by is not None else "picture"
    return {
        "slot": picture.slot,
        "number": picture.number,
        "alt": f"{words} ({title} #{picture.number})" if words else f"{title} #{picture.number}",
        "width": picture.width,
        "height": picture.height,
        "path": str(picture.path),
        "buttons": [_button(follow_up, picture) for follow_up in catalog.follow_ups(picture)],
    }


def _button(follow_up: FollowUp, picture: Picture) -> dict[str, Any]:
    refusal = follow_up.refusal
    return {
        "action": follow_up.action,
        "label": follow_up.button.label,
        "name": f"{follow_up.button.label} {picture.number}",
        "reason": refusal.reason if refusal else "",
        "cost": "" if refusal else prices.estimate(follow_up.request()).short,
    }


def _error(error: ReapiError) -> dict[str, str]:
    return {
        "title": error.title,
        "code": "" if error.code is None else str(error.code),
        "message": error.message,
        "money": error.money,
        "advice": error.advice,
        "request_id": error.request_id or "",
    }


def _actions(job: Job) -> list[dict[str, Any]]:
    cost = prices.estimate(job.request).short
    short = job.snapshot.short_id
    rows: dict[Status, tuple[tuple[str, str, bool], ...]] = {
        Status.HELD: (("send", "Send", True),),
        Status.UNKNOWN: (
            ("reroll", "Send again (new charge)", True),
            ("forget", "Forget", False),
        ),
        Status.FORGOTTEN: (("reroll", "Send again (new charge)", True),),
        Status.STALE: (("look", "Look again", False), ("reroll", "Reroll", True)),
        Status.VANISHED: (("look", "Look again", False), ("reroll", "Reroll", True)),
    }
    default = () if job.status.facts.moving else (("reroll", "Reroll", True),)
    return [
        {
            "action": action,
            "label": label,
            "name": f"{label} {short}",
            "reason": "",
            "cost": cost if paid else "",
            "paid": paid,
        }
        for action, label, paid in rows.get(job.status, default)
    ]
