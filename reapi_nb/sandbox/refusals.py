"""
How the sandbox says no: in the envelope of the API that was asked, or in a fault's.

Source: reAPI docs, "overview"; APIXO docs, "error-codes".
"""

from __future__ import annotations

import json
import math
from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response

from reapi_nb.errors import (
    InvalidRequest,
    OutOfCredits,
    RateLimited,
    ReapiError,
    TaskNotFound,
    Unauthorized,
)
from reapi_nb.sandbox.faults import OUTCOMES
from reapi_nb.wire import apixo, reapi

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from reapi_nb.sandbox.ledger.faults import Faults

API = "/api/v1"
APIXO = tuple(API + path.partition("{")[0] for path in (apixo.SUBMIT_PATH, apixo.TASK_PATH))
"""What APIXO's routes begin with."""

_PLACES = {
    API + reapi.SUBMIT_PATH: "submit",
    APIXO[0]: "submit",
    API + reapi.TASK_PATH.partition("{")[0]: "look",
    APIXO[1]: "look",
}
_STATUS: Mapping[type[ReapiError], int] = {
    InvalidRequest: 400,
    Unauthorized: 401,
    OutOfCredits: 402,
    TaskNotFound: 404,
    RateLimited: 429,
}
REFUSED = tuple(_STATUS)
"""The errors that are a refusal."""

_NAMES: Mapping[int | str, str] = {
    20002: "MISSING_PARAMETER",
    20003: "INVALID_PARAMETER",
    20007: "PROMPT_TOO_LONG",
    50001: "RATE_LIMITED",
    80001: "PROVIDER_SUBMIT_FAILED",
    80002: "PROVIDER_POLLING_TIMEOUT",
    80003: "PROVIDER_FAILED",
    80006: "CONTENT_POLICY_VIOLATION",
}
"""The names that some pages have for some numbers."""

_NUMBERS = {429: 50001}
"""The code of a status; of the others it is their name, because the documents have none."""

_WORDS = {400: "Invalid request", 402: "Insufficient credits", 429: "Rate limit exceeded"}
"""APIXO's own words for a status."""

_SPOKEN = ("CONTENT_VIOLATION", "INSUFFICIENT_CREDITS")
"""What APIXO says by name instead of in a sentence."""

_HTML = """<!DOCTYPE html>
<html><head><title>{status} {phrase}</title></head>
<body><center><h1>{status} {phrase}</h1></center><hr><center>cloud</center></body></html>
"""


class Json(JSONResponse):
    """JSON in ASCII: whatever was sent can be said back."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content, allow_nan=False).encode("ascii")


class HangUp(Response):
    """No answer: the door breaks the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        scope["visit"].hung_up = True


class Refusals:
    """
    Turns what went wrong into an answer.

    Its handlers are coroutines because Starlette calls plain functions on threads, and the
    ledger is for one at a time.

    Args:
        faults: Where faults wait for their turn.
        clock: Seconds since the epoch, for `Retry-After` as a date.
    """

    def __init__(self, faults: Faults, clock: Callable[[], float]) -> None:
        self._faults = faults
        self._clock = clock

    async def refused(self, http: Request, no: Exception) -> Response:
        """An error of ours, by its kind."""
        assert isinstance(no, ReapiError)
        wait = no.retry_after if isinstance(no, RateLimited) else None
        headers = {"Retry-After": str(max(1, math.ceil(wait)))} if wait is not None else None
        return self._answer(http, _STATUS[type(no)], no.code, no.message, headers)

    async def not_served(self, http: Request, no: Exception) -> Response:
        """What is no business of the API's: routes, methods, sizes."""
        assert isinstance(no, HTTPException)
        code = _NUMBERS.get(no.status_code, HTTPStatus(no.status_code).name)
        return self._answer(http, no.status_code, code, no.detail, no.headers)

    async def stumbled(self, http: Request, _no: Exception) -> Response:
        """A fault of the sandbox's own. Nothing is read: the ledger may be the reason."""
        status, message = HTTPStatus.INTERNAL_SERVER_ERROR, "the sandbox stumbled"
        if http.url.path.startswith(APIXO):
            return Json(_apixo_body(status, None, message), status_code=status)
        return Json(reapi.error_body(status.name, message, _request_id()), status_code=status)

    def _answer(
        self,
        http: Request,
        status: int,
        code: int | str | None,
        message: str,
        headers: Mapping[str, str] | None,
    ) -> Response:
        if http.url.path.startswith(APIXO):
            body = _apixo_body(status, code, message)
        else:
            assert code is not None, "every refusal has a code"
            body = self._reapi_body(http, code, message)
        return Json(body, status_code=status, headers=headers)

    def _reapi_body(self, http: Request, code: int | str, message: str) -> dict[str, Any]:
        place = place_of(http.url.path)
        body = reapi.error_body(self.spelled(place, code), message, _request_id())
        if place and self._faults.take(place, "id"):
            del body["error"]["request_id"]
        return body

    def spelled(self, place: str | None, code: int | str) -> int | str:
        """A code as it is said at a place: a number, unless a fault says otherwise."""
        if not place or not isinstance(code, int):
            return code
        fault = self._faults.take(place, "codes")
        if fault is None:
            return code
        return _NAMES.get(code, str(code)) if fault["names"] else str(code)

    # -- faults instead of answers

    def outcome(self, place: str, stage: str) -> Response | None:
        """
        The answer that a fault gives at this stage, if one waits there.

        Raises:
            ReapiError, HTTPException: A refusal that looks like the API's own.
        """
        fault = self._faults.take(place, stage, OUTCOMES)
        if fault is None:
            return None
        return _OUTCOMES[fault["kind"]](fault, self._clock())


def _request_id() -> str:
    return f"req_{uuid4()}"


def place_of(path: str) -> str | None:
    """What a path is asked for: `submit` or `look`, if it is one of them."""
    return next((place for begins, place in _PLACES.items() if path.startswith(begins)), None)


def html(status: int) -> Response:
    """What something between us and the server says."""
    phrase = HTTPStatus(status).phrase
    return HTMLResponse(_HTML.format(status=status, phrase=phrase), status_code=status)


def _apixo_body(status: int, code: int | str | None, message: str) -> dict[str, Any]:
    detail = code if code in _SPOKEN else message
    return apixo.error_body(status, _WORDS.get(status, HTTPStatus(status).phrase), str(detail))


def _limited(fault: Mapping[str, Any], now: float) -> Response:
    wait = fault["retry_after"]
    if not fault["as_date"]:
        raise RateLimited("Too many requests", code=50001, retry_after=wait)
    date = formatdate(math.ceil(now + wait), usegmt=True)
    raise HTTPException(429, "Too many requests", {"Retry-After": date})


def _error(fault: Mapping[str, Any], _now: float) -> Response:
    raise HTTPException(fault["status"], "Internal error")


def _unknown(_fault: Mapping[str, Any], _now: float) -> Response:
    raise not_found()


def not_found() -> TaskNotFound:
    """That a task is nobody's, or somebody else's."""
    # The code of an unknown task; the documents name none.
    return TaskNotFound("task not found", code=HTTPStatus.NOT_FOUND.name)


_OUTCOMES: Mapping[str, Callable[[Mapping[str, Any], float], Response]] = {
    "rate_limit": _limited,
    "error_before": _error,
    "error_after": _error,
    "error": _error,
    "gone": _error,
    "not_found": _unknown,
    "html": lambda fault, _now: html(fault["status"]),
    "drop": lambda _fault, _now: HangUp(),
}
