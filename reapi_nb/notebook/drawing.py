"""
A job as the board draws it: plain values, in the shape that `static/board_*.js` reads.

Every text is already the one that people read; the browser only lays it out. Nothing is
escaped here, because the browser writes text and never markup.
"""

from __future__ import annotations

import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from reapi_nb import describe, prices
from reapi_nb.job import Status, number_of
from reapi_nb.notebook.buttons import own_button

if TYPE_CHECKING:
    from reapi_nb.catalog import ImageRequest
    from reapi_nb.errors import ReapiError
    from reapi_nb.job import Picture, Snapshot
    from reapi_nb.notebook.buttons import Buttons
    from reapi_nb.prices import Estimate
    from reapi_nb.session import Job, Session

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


def strip(
    job: Job,
    parent: Job | None,
    words: tuple[str, str],
    buttons: Buttons,
    session: Session,
) -> dict[str, Any]:
    """
    One job of a board.

    Args:
        parent: The job it was made from, where the library knows it.
        words: The prompts that describe its pictures and the parent's, as far as known.
        buttons: Draws those under the pictures.
        session: For prices, and the address of the API.
    """
    now, request, times = job.snapshot, job.request, job.snapshot.times
    prompt, parent_prompt = words
    estimate = session.estimate(request)
    return {
        "job": now.job_id,
        "short": now.short_id,
        "nick": request.nick,
        "name": f"{request.nick} {now.short_id}",
        "title": request.title,
        "prompt": prompt,
        "task_id": now.task_id,
        "status": now.status.value,
        "status_text": now.status.facts.says,
        "tone": _TONES.get(now.status, "wait"),
        "busy": now.status.facts.moving,
        "started_at": times.sent or times.made,
        "ended_at": times.completed or None,
        "expected_s": now.expected_s,
        "money": _money(now, estimate),
        "source": source(now),
        "notices": [*request.notices(), *_concerns(job, parent, parent_prompt)],
        "question": _question(now),
        "parent": _parent(now, parent),
        "ratio": _ratio(job, parent),
        "slots": request.makes(),
        "pictures": [
            _picture(picture, prompt, _sends(now, picture), buttons)
            for picture in now.pictures
            if picture.is_seen
        ],
        "error": _error(now.error) if now.error else None,
        "actions": _actions(job, estimate.short),
        "copies": _copies(request, session.settings.base_url, _sources(job, parent)),
    }


@lru_cache(maxsize=256)
def _copies(
    request: ImageRequest, base_url: str, sources: tuple[tuple[str, str], ...]
) -> dict[str, str]:
    """A request as text to paste. Drawn with every news of a board, so written once."""
    return {
        "magic": describe.as_magic(request, dict(sources)),
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


def _money(now: Snapshot, today: Estimate) -> str:
    """The estimate at the time; whose rates it was made with is only known while they hold."""
    said = str(today) if today.credits == now.estimate else prices.Estimate(now.estimate).short
    return f"{said}, not money here" if now.account.place == "sandbox" else said


def _concerns(job: Job, parent: Job | None, words: str) -> tuple[str, ...]:
    """What may go wrong with an edit of such a parent."""
    if not job.request.is_follow_up:
        return ()
    made_from = _picture_of(job, parent)
    return type(job.request).concerns(made_from, words)


def _picture_of(job: Job, parent: Job | None) -> Picture | None:
    """The picture that a job was made from, where it is known."""
    slot = job.snapshot.parent[1] if job.snapshot.parent else None
    return next((p for p in (parent.pictures if parent else ()) if p.slot == slot), None)


def _sources(job: Job, parent: Job | None) -> tuple[tuple[str, str], ...]:
    """The address of the picture that the request sends, and the name that people type for it."""
    made_from = _picture_of(job, parent)
    if made_from is None or made_from.url not in job.request.sources:
        return ()
    return ((made_from.url, made_from.address),)


def _sends(now: Snapshot, picture: Picture) -> str:
    """Which number a follow-up names the picture by, where a person could not tell."""
    if len(now.pictures) >= now.request.makes() and not now.is_ambiguous:
        return ""
    return f"sent as image_number {now.number_sent(picture)}"


def _question(now: Snapshot) -> dict[str, Any] | None:
    """Asked once, where review removed pictures and the server's count is anybody's guess."""
    if now.status.facts.moving or now.counting or not now.is_ambiguous:
        return None
    odd = next(p for p in now.pictures if p.slot != p.position)
    text = (
        f"Review removed pictures, so #{odd.number} came in place {number_of(odd.position)}. "
        "The API does not say which of the two its edits count. By which number shall the "
        "buttons of this grid name a picture?"
    )
    choices = (
        ("slot", f"Its own: #{odd.number} is image_number {odd.slot}"),
        ("position", f"Its place: #{odd.number} is image_number {odd.position}"),
    )
    return {
        "text": text,
        "choices": [own_button(f"count/{how}", label, label) for how, label in choices],
    }


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
    made_from = _picture_of(job, parent)
    size = (made_from.width, made_from.height) if made_from and made_from.height else None
    width, height = job.request.aspect(size) or (1, 1)
    return width / height


def _picture(picture: Picture, words: str, sends: str, buttons: Buttons) -> dict[str, Any]:
    made_by = picture.made_by
    title = made_by.title if made_by is not None else "picture"
    return {
        "slot": picture.slot,
        "number": picture.number,
        "alt": f"{words} ({title} #{picture.number})" if words else f"{title} #{picture.number}",
        "width": picture.width,
        "height": picture.height,
        "path": str(picture.path or ""),
        "sends": sends,
        "buttons": buttons.of(picture, words) if picture.path else [],
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


def _actions(job: Job, cost: str) -> list[dict[str, Any]]:
    short = job.snapshot.short_id
    cancel, adopt = ("cancel", "Cancel", False), ("adopt", "Adopt a task id", False)
    anew = ("reroll", "Send again (new charge)", True)
    rows: dict[Status, tuple[tuple[str, str, bool], ...]] = {
        Status.QUEUED: (cancel,),
        Status.HELD: (("send", "Send", True), cancel),
        Status.UNKNOWN: (adopt, anew, ("forget", "Forget", False)),
        Status.FORGOTTEN: (anew,),
        Status.STALE: (("look", "Look again", False), ("reroll", "Reroll", True)),
        Status.VANISHED: (("look", "Look again", False), ("reroll", "Reroll", True)),
    }
    default = () if job.status.facts.moving else (("reroll", "Reroll", True),)
    if job.status is Status.COMPLETED and not all(
        picture.is_alive(time.time()) for picture in job.pictures
    ):
        default = (*default, ("look", "Refresh links", False))
    return [
        {
            **own_button(action, label, f"{label} {short}", cost if paid else "", paid=paid),
            **_ASKS.get(action, {}),
        }
        for action, label, paid in rows.get(job.status, default)
    ]


_ASKS: dict[str, dict[str, Any]] = {
    "adopt": {
        "asks": {
            "title": "Adopt a task id",
            "prompt": "",
            "sketch": None,
            "field": "task_id",
            "label": "Task id",
            "example": "task_…",
            "verb": "Adopt",
        },
        "notices": ["the task list of your account has it; looking there costs nothing"],
    }
}
"""What people must supply to a strip's own buttons."""
