"""
APIXO's envelopes, both ways: paths, tasks, errors, and what a submit's answer proves.

Everything comes as `{"code", "message", "data"}`, and the code repeats the HTTP status. Pure
functions over bytes and JSON, with the names of its neighbour `reapi`. Nothing here speaks HTTP.

Source: APIXO docs, "midjourney", "generate-task", "status-task", "response-format", "error-codes".
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from reapi_nb.errors import InvalidRequest, OutOfCredits, ReapiError, ServerFault, TaskNotFound
from reapi_nb.wire import answers
from reapi_nb.wire.answers import Accepted, Said, Task, code_of, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SUBMIT_PATH = "/generateTask/{model}"
TASK_PATH = "/statusTask/{model}"

# The model's page says 15 days, another page 24 hours. The longer is kept: pictures are fetched
# as soon as a task completes, so this only decides when a link counts as dead. A link that is
# believed a little too long costs one look; one given up too early costs a new task.
URL_LIFETIME_S = 15 * 24 * 3600
"""How long a picture's URL lives."""

MOST_REQUESTS = 10_000
WINDOW_S = 60.0
"""How many requests, submits and looks together, in how many seconds."""

MOST_TASKS: int | None = 1000
"""How many tasks may be under way at once."""

FIRST_LOOK_S: float | None = 20.0
PAUSE_S = 3.0
"""When to look first, and then how often, in seconds."""

_SUCCESS = 200
_MOST_PICTURES = 4
_GONE = "INVALID_TASK_ID"

_ID_PLACES = (("data", "taskId"), ("data", "task_id"), ("data", "id"), ("taskId",), ("task_id",))
# Ids in the wild have no prefix; only a bare `id` may be another thing's, so there it must.
_SALVAGE = (answers.under("taskId"), answers.under("task_id"), answers.under("id", "task_"))

# A name says more than the number beside it: 403 is a key without permission on one page and
# refused content on another.
_BY_NAME: dict[object, type[ReapiError]] = {
    **dict.fromkeys(
        (
            "CONTENT_VIOLATION",
            "NSFW_DETECTED",
            "PROMPT_TOO_LONG",
            "INVALID_PROMPT",
            _GONE,
            "INVALID_IMAGE_URL",
            "IMAGE_TOO_LARGE",
            "UNSUPPORTED_FORMAT",
            "IMAGE_DOWNLOAD_FAILED",
        ),
        InvalidRequest,
    ),
    "INSUFFICIENT_CREDITS": OutOfCredits,
}
# To a submit an invalid task id is the parent's; to a look it is the task's own.
_BY_NAME_OF_A_LOOK = _BY_NAME | {_GONE: TaskNotFound}


def submit_path(model: str) -> str:
    """Where to ask for a task."""
    return SUBMIT_PATH.format(model=quote(model, safe=""))


def look_path(task_id: str, model: str) -> str:
    """Where to look at a task: under the model that it was made with."""
    return f"{TASK_PATH.format(model=quote(model, safe=''))}?taskId={quote(task_id, safe='')}"


def submitted(status: int, headers: Mapping[str, str], raw: bytes) -> Accepted:
    """
    What the answer to a submit proves.

    Only a 429, or a 4xx that carries APIXO's own envelope with the same code in it, proves that
    nothing was created. A cut or mangled body that still shows a task id proves that it was.

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
    said = _said(answers.read_json(raw), _BY_NAME)
    if said and status >= 300 and said.code != status and said.code not in _BY_NAME:
        said = None  # the documents know no such answer, so it is somebody else's
    return answers.submitted(status, headers, task_id, said)


def asked(status: int, headers: Mapping[str, str], raw: bytes) -> Task:
    """
    What the answer to a look at a task says. A failed task comes with HTTP 200 and code 200.

    Raises:
        ServerFault: No sense could be made of it; ask again.
        RateLimited, Unauthorized, TaskNotFound: As the API means them.
    """
    body = answers.read_json(raw)
    said = _said(body, _BY_NAME_OF_A_LOOK)
    if status == _SUCCESS and said is None:
        return _task(body)
    told = said.code if said and status == _SUCCESS else status
    raise answers.no_task(told if isinstance(told, int) else status, headers, said)


def slots(urls: tuple[str, ...]) -> tuple[int, ...]:
    """The wire slot of each picture, from 0: a file's number, or else its position."""
    # Nobody says how files are named: were they numbered from 1, the position would be right.
    return answers.slots(urls, most=_MOST_PICTURES)


def accepted_body(task_id: str) -> dict[str, Any]:
    """The sandbox's answer to a submit."""
    return _envelope(_SUCCESS, "success", {"taskId": task_id})


def error_body(code: int, message: str, detail: str | None = None) -> dict[str, Any]:
    """The sandbox's answer when it refuses: `code` is the HTTP status, `detail` the reason."""
    return _envelope(code, message, {"error": detail} if detail else None)


def task_body(
    task_id: str,
    state: Literal["pending", "processing", "success", "failed"],
    *,
    created_at: float,
    completed_at: float | None = None,
    urls: Sequence[str] = (),
    fail_code: str = "",
    fail_message: str = "",
) -> dict[str, Any]:
    """
    The sandbox's answer to a look.

    Args:
        created_at, completed_at: Seconds since the epoch; on the wire they are milliseconds.
        urls: The pictures of a task in state `success`.
        fail_code, fail_message: Why a task is in state `failed`.
    """
    data: dict[str, Any] = {"taskId": task_id, "state": state}
    if state == "success":
        data["resultJson"] = json.dumps({"resultUrls": list(urls)}, separators=(",", ":"))
    if state == "failed":
        data |= {"failCode": fail_code, "failMsg": fail_message}
    times = {"createTime": _ms(created_at)}
    if completed_at is not None:
        times["completeTime"] = _ms(completed_at)
        times["costTime"] = times["completeTime"] - times["createTime"]
    return _envelope(_SUCCESS, "success", data | times)


def _task(body: Any) -> Task:
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, dict):
        raise ServerFault("the answer to the look shows no task")
    code, message = data.get("failCode"), data.get("failMsg")
    match data.get("state"):
        case "success":
            return Task("completed", _urls(data.get("resultJson")), raw=body)
        case "failed":
            return Task("failed", error=answers.failure(code, message), raw=body)
        case None if code == _GONE:
            raise TaskNotFound("the server does not know this task", code=code)
        case _:
            return Task("processing", raw=body)  # an unknown state is never an end


def _urls(result: object) -> tuple[str, ...]:
    """The pictures in a `resultJson`, which is JSON inside a string."""
    found = answers.read_json(result) if isinstance(result, str) else result
    return answers.urls_of(found.get("resultUrls") if isinstance(found, dict) else None)


def _said(body: Any, kinds: Mapping[object, type[ReapiError]]) -> Said | None:
    """What APIXO's own envelope says of an error, or None where it is none or not APIXO's."""
    match body:
        case {"code": told, "message": str(message), "data": None | {} as data}:
            code, data = code_of(told), data or {}
        case _:
            return None
    if "state" in data:
        return None  # a task, whatever the code
    detail = data.get("error")
    names = (code, data.get("failCode"), detail, message)
    name = next((name for name in names if isinstance(name, str) and name in kinds), None)
    if code is None or (code != name and not (isinstance(code, int) and code >= 400)):
        return None
    reason = next((text for text in (detail, data.get("failMsg"), message) if text_of(text)), "")
    return Said(code, reason or f"code {code}", kind=kinds.get(name))


def _envelope(code: int, message: str, data: dict[str, Any] | None) -> dict[str, Any]:
    return {"code": code, "message": message, "data": data}


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
