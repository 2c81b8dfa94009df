"""
What the answers of all providers have in common: what a submit's answer proves, what a look that
shows no task means, how an id is read out of a mangled body, how long a wait is asked for.

It knows no provider: each says in its own file how its bodies look. Nothing here speaks HTTP.
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
    from collections.abc import Iterable, Mapping

_SAFE_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_OPAQUE = re.compile(r"[!#-\[\]-~]{1,200}")
_NAMED_SLOT = re.compile(r"/(\d{1,2})\.[A-Za-z0-9]+(?:\?|$)")
_LONGEST_NUMBER = 9

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

    @property
    def is_empty(self) -> bool:
        """Whether it is said to be done and yet has no picture."""
        return self.status == "completed" and not self.urls


@dataclass(frozen=True)
class Said:
    """What the API itself says when it refuses, read out of its own envelope."""

    code: int | str | None
    message: str
    request_id: str | None = None
    kind: type[ReapiError] | None = None
    """What the words mean under any HTTP status; None where the status decides."""


def submitted(
    status: int, headers: Mapping[str, str], task_id: str | None, said: Said | None
) -> Accepted:
    """
    What the answer to a submit proves.

    Args:
        status: The HTTP status; 0 where no status line arrived.
        headers: The answer's headers, names in lower case.
        task_id: The id that the body shows.
        said: The refusal in the body; None unless it is the API's own.

    Raises:
        RateLimited: Nothing was created; it may be sent again.
        InvalidRequest, Unauthorized, OutOfCredits: Nothing was created.
        OutcomeUnknown: Everything else; it is never sent again by itself.
    """
    if status == 0 or 200 <= status < 300:
        if task_id:
            return Accepted(task_id)
        raise _without_id(status, said)
    if status == 429 or (said and 400 <= status < 500 and status not in _PROVES_NOTHING):
        raise _refused(status, headers, said)
    raise OutcomeUnknown(f"the submit was answered with HTTP {status}, which proves nothing")


def no_task(status: int, headers: Mapping[str, str], said: Said | None) -> ReapiError:
    """What a look means whose answer shows no task; most of all: ask again."""
    code, request_id = (said.code, said.request_id) if said else (None, None)
    if status == 404 or (said and said.kind is TaskNotFound):
        return TaskNotFound("the server does not know this task", code=code, request_id=request_id)
    no = _refused(status, headers, said)
    # A refused key stops the looking, so the API itself must have said it: a captive portal
    # answers 403 as well.
    if isinstance(no, RateLimited) or (isinstance(no, Unauthorized) and said):
        return no
    return ServerFault(no.message, code=code, request_id=request_id)


def failure(code: object, message: object, request_id: object = None) -> TaskFailed:
    """The end of a task that failed, in the server's words."""
    return TaskFailed(
        str(message or "the provider gave no reason"),
        code=code_of(code),
        request_id=text_of(request_id),
    )


def slots(urls: tuple[str, ...], most: int = 12) -> tuple[int, ...]:
    """
    The wire slot of each picture, from 0.

    Review may have removed pictures, so the number in the file name is believed when every
    name has one below `most` and they differ; otherwise the position counts.
    """
    named = [int(found[1]) for url in urls if (found := _NAMED_SLOT.search(url))]
    if len(named) == len(urls) == len(set(named)) and all(slot < most for slot in named):
        return tuple(named)
    return tuple(range(len(urls)))


def urls_of(value: object) -> tuple[str, ...]:
    """The URLs in a list, if it is one."""
    return tuple(url for url in value if isinstance(url, str)) if isinstance(value, list) else ()


def is_safe_id(task_id: str) -> bool:
    """Whether a task id can be part of a path or a file name."""
    return _SAFE_ID.fullmatch(task_id) is not None


def shown_id(
    raw: bytes, places: Iterable[tuple[str | int, ...]], salvage: Iterable[re.Pattern[bytes]]
) -> str | None:
    """
    The task id that a body shows, even one that was cut or mangled.

    Args:
        places: Where in the JSON it may be, the likeliest first.
        salvage: How to find it where there is no JSON, made by `under`.
    """
    body = read_json(raw)
    found = (_at(body, place) for place in places)
    # An id has no blanks, quotes, backslashes or control characters: what has them was mangled.
    whole = (text for text in found if isinstance(text, str) and _OPAQUE.fullmatch(text))
    torn = (hit[1].decode() for name in salvage if (hit := name.search(raw)))
    return next(whole, None) or next(torn, None)


def under(key: str, prefix: str = "") -> re.Pattern[bytes]:
    """Finds an id under `key` in a torn body: the whole of it, or nothing."""
    id_ = rf"{prefix}[0-9A-Za-z_-]{{4,80}}"
    # What follows is checked too: a stray quote must not end an id halfway.
    return re.compile(rf'"{key}"\s*:\s*"({id_})"(?=\s*(?:[,}}\]]|\Z))'.encode())


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


def read_json(raw: bytes | str) -> Any:
    """A JSON value, or None where there is none."""
    try:
        return json.loads(raw.decode("utf-8-sig") if isinstance(raw, bytes) else raw)
    except (ValueError, RecursionError):
        return None


def code_of(value: object) -> int | str | None:
    """A code as the API means it: `"20003"` and `20003` are one."""
    if isinstance(value, str):
        number = value.isascii() and value.isdigit() and len(value) <= _LONGEST_NUMBER
        return int(value) if number else value or None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def text_of(value: object) -> str | None:
    """A text, or None where it is something else."""
    return value if isinstance(value, str) else None


def _without_id(status: int, said: Said | None) -> OutcomeUnknown:
    if not said or not status:
        return OutcomeUnknown("the answer to the submit was lost before a task id could be read")
    return OutcomeUnknown(
        f"the submit was answered with HTTP {status} and yet with code {said.code}, "
        f"which proves nothing: {said.message}",
        code=said.code,
        request_id=said.request_id,
    )


def _refused(status: int, headers: Mapping[str, str], said: Said | None) -> ReapiError:
    said = said or Said(None, f"HTTP {status}")
    by_status = _BY_STATUS.get(status) or (InvalidRequest if status < 500 else ServerFault)
    kind = said.kind or by_status
    if kind is RateLimited:
        return RateLimited(
            said.message,
            code=said.code,
            request_id=said.request_id,
            retry_after=retry_after(headers, _date(headers)),
        )
    return kind(said.message, code=said.code, request_id=said.request_id)


def _date(headers: Mapping[str, str]) -> float:
    """The server's own clock, so that a wrong one here cannot stretch a wait."""
    try:
        return parsedate_to_datetime(headers.get("date", "")).timestamp()
    except ValueError:
        return math.nan


def _at(body: Any, place: tuple[str | int, ...]) -> Any:
    for step in place:
        try:
            body = body[step]
        except (LookupError, TypeError):
            return None
    return body
