"""
reAPI's envelopes, both ways: paths, tasks, errors, and what a submit's answer proves.

Pure functions over bytes and JSON: the client and the sandbox both stand on them, and
tests hold both against answers copied from the spec. Nothing here speaks HTTP.

Source: reAPI docs, "overview", "midjourney-v7", "gpt-image-2-official".
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Literal

from reapi_nb.errors import (
    InvalidRequest,
    OutcomeUnknown,
    OutOfCredits,
    RateLimited,
    ReapiError,
    ServerFault,
    TaskFailed,
    TaskNotFound,
    Unauthorized,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

SUBMIT_PATH = "/images/generations"
TASK_PATH = "/tasks/{task_id}"
URL_LIFETIME_S = 7 * 24 * 3600
"""How long a picture's URL lives."""

_SALVAGE = tuple(
    # The answer's own id first: a body may echo the parent's as `task_id`.
    re.compile(rb'"%s"\s*:\s*"(task_[0-9A-Za-z_-]{4,80})"' % name)
    for name in (b"id", b"task_id")
)
_SAFE_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_NAMED_SLOT = re.compile(r"/(\d{1,2})\.[A-Za-z0-9]+(?:\?|$)")

# Refused by name or by number, in either spelling; everything else goes by HTTP status.
_BY_CODE: dict[int | str, type[ReapiError]] = {
    "CONTENT_POLICY_VIOLATION": InvalidRequest,
    "INVALID_REQUEST": InvalidRequest,
    "INSUFFICIENT_CREDITS": OutOfCredits,
    50001: RateLimited,
}
_BY_STATUS: dict[int, type[ReapiError]] = {
    401: Unauthorized,
    402: OutOfCredits,
    403: Unauthorized,
    429: RateLimited,
}
# A 4xx that an intermediary may send although the server got the request.
_PROVES_NOTHING = (408, 409, 425)


@dataclass(frozen=True)
class Accepted:
    """The server has a task for the request, and it was charged."""

    task_id: str


@dataclass(frozen=True)
class Task:
    """What the server says of a task."""

    status: Literal["processing", "completed", "failed"]
    urls: tuple[str, ...] = ()
    error: TaskFailed | None = None
    raw: Mapping[str, Any] | None = None


def is_safe_id(task_id: str) -> bool:
    """Whether a task id can be part of a path or a file name."""
    return _SAFE_ID.fullmatch(task_id) is not None


def submitted(status: int, headers: Mapping[str, str], raw: bytes) -> Accepted:
    """
    What the answer to a submit proves.

    Only a 429, or a 4xx that carries the API's own error envelope, proves that nothing was
    created. A cut or mangled body that still shows a task id proves that it was.

    Args:
        status: The HTTP status; 0 where no status line arrived.
        headers: The answer's headers, names in lower case.
        raw: As much of the body as arrived.

    Raises:
        RateLimited: Nothing was created; it may be sent again.
        InvalidRequest, Unauthorized, OutOfCredits: Nothing was created.
        OutcomeUnknown: Everything else; it is never sent again by itself.
    """
    if status == 0 or 200 <= status < 300:
        if task_id := _task_id(raw):
            return Accepted(task_id)
        raise OutcomeUnknown("the answer to the submit was lost before a task id could be read")
    if status == 429:
        raise _error(status, headers, raw)
    if 400 <= status < 500 and status not in _PROVES_NOTHING and _envelope(raw):
        raise _error(status, headers, raw)
    raise OutcomeUnknown(f"the submit was answered with HTTP {status}, which proves nothing")


def asked(status: int, headers: Mapping[str, str], raw: bytes) -> Task:
    """
    What the answer to a look at a task says.

    Raises:
        ServerFault: No sense could be made of it; ask again.
        RateLimited, Unauthorized, TaskNotFound: As the API means them.
    """
    if status == 404:
        raise TaskNotFound("the server does not know this task", code=_error(404, {}, raw).code)
    if status != 200:
        no = _error(status, headers, raw)
        # A refused key stops the looking, so the API itself must have said it: a captive
        # portal answers 403 as well.
        if isinstance(no, RateLimited) or (isinstance(no, Unauthorized) and _envelope(raw)):
            raise no
        raise ServerFault(no.message, code=no.code, request_id=no.request_id)
    body = _json(raw)
    if not isinstance(body, dict):
        raise ServerFault("the task's answer is not JSON")
    return _task(body)


def slots(urls: tuple[str, ...]) -> tuple[int, ...]:
    """
    The wire slot of each picture, from 0.

    Review may have removed pictures, so the number in the file name is believed when every
    name has one and they differ; otherwise the position counts.
    """
    named = [int(found[1]) for url in urls if (found := _NAMED_SLOT.search(url))]
    if len(named) == len(urls) == len(set(named)) and all(slot < 12 for slot in named):
        return tuple(named)
    return tuple(range(len(urls)))


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds that a `Retry-After` header asks for: a number, or an HTTP date."""
    said = headers.get("retry-after", "").strip()
    try:
        seconds = float(said)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(said).timestamp() - now
        except ValueError:
            return None
    return seconds if math.isfinite(seconds) else None


def accepted_body(task_id: str, model: str, created_at: int) -> dict[str, Any]:
    """The sandbox's answer to a submit."""
    return {"id": task_id, "model": model, "status": "processing", "created_at": created_at}


def error_body(code: int | str, message: str, request_id: str) -> dict[str, Any]:
    """The sandbox's answer when it refuses."""
    return {"error": {"code": code, "message": message, "request_id": request_id}}


def _task(body: dict[str, Any]) -> Task:
    match body:
        case {"status": "completed"}:
            output = body.get("output")
            urls = output.get("image_urls") if isinstance(output, dict) else None
            found = urls if isinstance(urls, list) else []
            return Task("completed", tuple(u for u in found if isinstance(u, str)), raw=body)
        case {"status": "failed"}:
            envelope = body.get("error")
            error = _failure(envelope if isinstance(envelope, dict) else {})
            return Task("failed", error=error, raw=body)
        case _:
            return Task("processing", raw=body)  # an unknown status is never an end


def _failure(envelope: dict[str, Any]) -> TaskFailed:
    return TaskFailed(
        str(envelope.get("message") or "the provider gave no reason"),
        code=_code(envelope.get("code")),
        request_id=_text(envelope.get("request_id")),
    )


def _error(status: int, headers: Mapping[str, str], raw: bytes) -> ReapiError:
    envelope = _envelope(raw) or {}
    code = _code(envelope.get("code"))
    message = str(envelope.get("message") or f"HTTP {status}")
    request_id = _text(envelope.get("request_id"))
    kind = _BY_CODE.get(code) if code is not None else None
    kind = kind or _BY_STATUS.get(status) or (InvalidRequest if status < 500 else ServerFault)
    if kind is RateLimited:
        wait = retry_after(headers, _date(headers))
        return RateLimited(message, code=code, request_id=request_id, retry_after=wait)
    return kind(message, code=code, request_id=request_id)


def _date(headers: Mapping[str, str]) -> float:
    """The server's own clock, so that a wrong one here cannot stretch a wait."""
    try:
        return parsedate_to_datetime(headers.get("date", "")).timestamp()
    except ValueError:
        return math.nan


def _envelope(raw: bytes) -> dict[str, Any] | None:
    body = _json(raw)
    envelope = body.get("error") if isinstance(body, dict) else None
    return envelope if isinstance(envelope, dict) and "code" in envelope else None


def _code(value: object) -> int | str | None:
    """A code as the API means it: `"20003"` and `20003` are one."""
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() else value
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None


def _task_id(raw: bytes) -> str | None:
    """The id under any of its known names, even in a body that was cut or mangled."""
    match _json(raw):
        case {"id": str(found)} | {"task_id": str(found)}:
            return found
        case {"data": [{"task_id": str(found)}, *_]} | {"data": [{"id": str(found)}, *_]}:
            return found
        case _:
            hits = (name.search(raw) for name in _SALVAGE)
            return next((hit[1].decode() for hit in hits if hit), None)
