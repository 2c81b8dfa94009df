"""
reAPI's envelopes, both ways: paths, tasks, errors, and what a submit's answer proves.

Pure functions over bytes and JSON: the client and the sandbox both stand on them, and
tests hold both against answers copied from the spec. Nothing here speaks HTTP.

Source: reAPI docs, "overview", "midjourney-v7", "gpt-image-2-official".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from reapi_nb.errors import InvalidRequest, OutOfCredits, RateLimited, ReapiError, ServerFault
from reapi_nb.wire import answers
from reapi_nb.wire.answers import Accepted, Said, Task, code_of, is_safe_id, slots, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "FIRST_LOOK_S",
    "MOST_REQUESTS",
    "MOST_TASKS",
    "PAUSE_S",
    "SUBMIT_PATH",
    "TASK_PATH",
    "URL_LIFETIME_S",
    "WINDOW_S",
    "Accepted",
    "Task",
    "accepted_body",
    "asked",
    "error_body",
    "is_safe_id",
    "look_path",
    "slots",
    "submit_path",
    "submitted",
]

SUBMIT_PATH = "/images/generations"
TASK_PATH = "/tasks/{task_id}"

URL_LIFETIME_S = 7 * 24 * 3600
"""How long a picture's URL lives."""

MOST_REQUESTS = 10
WINDOW_S = 1.0
"""How many requests of one user, submits and looks together, in how many seconds."""

MOST_TASKS: int | None = None
"""How many tasks may be under way at once; None where nobody says."""

FIRST_LOOK_S: float | None = None
"""When to look first, in seconds; None where it is left to the pace."""

PAUSE_S = 1.0
"""The shortest time between two looks at one task: "once every 1-2 seconds"."""

# A body may echo the parent's id as `task_id`, so the answer's own comes first.
_ID_PLACES = (("id",), ("task_id",), ("data", 0, "task_id"), ("data", 0, "id"))
_SALVAGE = tuple(answers.under(key, "task_") for key in ("id", "task_id"))

# Refused by name or by number, in either spelling; everything else goes by HTTP status.
_BY_CODE: dict[int | str | None, type[ReapiError]] = {
    "CONTENT_POLICY_VIOLATION": InvalidRequest,
    "INVALID_REQUEST": InvalidRequest,
    "INSUFFICIENT_CREDITS": OutOfCredits,
    50001: RateLimited,
}


def submit_path(model: str) -> str:  # noqa: ARG001 - the model travels in the body
    """Where to ask for a task."""
    return SUBMIT_PATH


def look_path(task_id: str, model: str) -> str:  # noqa: ARG001 - the id is enough
    """Where to look at a task."""
    return TASK_PATH.format(task_id=quote(task_id, safe=""))


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
    task_id = answers.shown_id(raw, _ID_PLACES, _SALVAGE)
    return answers.submitted(status, headers, task_id, _said(status, answers.read_json(raw)))


def asked(status: int, headers: Mapping[str, str], raw: bytes) -> Task:
    """
    What the answer to a look at a task says.

    Raises:
        ServerFault: No sense could be made of it; ask again.
        RateLimited, Unauthorized, TaskNotFound: As the API means them.
    """
    body = answers.read_json(raw)
    if status != 200:
        raise answers.no_task(status, headers, _said(status, body))
    if not isinstance(body, dict):
        raise ServerFault("the task's answer is not JSON")
    return _task(body)


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
            return Task("completed", answers.urls_of(urls), raw=body)
        case {"status": "failed"}:
            told = body.get("error")
            told = told if isinstance(told, dict) else {}
            error = answers.failure(told.get("code"), told.get("message"), told.get("request_id"))
            return Task("failed", error=error, raw=body)
        case _:
            return Task("processing", raw=body)  # an unknown status is never an end


def _said(status: int, body: Any) -> Said | None:
    """What the API's own error envelope says, or None where there is none."""
    told = body.get("error") if isinstance(body, dict) else None
    if not isinstance(told, dict) or "code" not in told:
        return None
    code = code_of(told["code"])
    message = str(told.get("message") or f"HTTP {status}")
    return Said(code, message, text_of(told.get("request_id")), _BY_CODE.get(code))
