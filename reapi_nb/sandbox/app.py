"""
The API played by us: submits, looks and pictures, as the documents describe them.

Bodies are validated by the catalog's own classes; only flags that nobody knows are let
through, because the real API's answer to them is not documented. It never fetches an input
URL. Every charge is written to the ledger; its credits are not money.

Trouble can be rehearsed with a stage direction among the words of a prompt, in front of its
flags. The painter does not see it.

    (sandbox: fail)      the task fails with code 80003 and is refunded
    (sandbox: policy)    the task fails with code 80006 and is refunded
    (sandbox: refuse)    the submit is refused with CONTENT_POLICY_VIOLATION; no charge
    (sandbox: three)     review takes the third picture out; the others keep their numbers

Source: reAPI docs, "overview", "midjourney-v7".
"""

from __future__ import annotations

import json
import math
import secrets
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reapi_nb import catalog, prices
from reapi_nb.catalog import _flags
from reapi_nb.errors import InvalidRequest, RateLimited, ReapiError, TaskNotFound, Unauthorized
from reapi_nb.sandbox.gallery import Gallery
from reapi_nb.sandbox.gate import Gate
from reapi_nb.sandbox.ledger import Entry
from reapi_nb.sandbox.task import Task, check_parent, directions, duration_s
from reapi_nb.wire import reapi

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    from reapi_nb.sandbox.ledger import Ledger

_STATUS = {InvalidRequest: 400, Unauthorized: 401, TaskNotFound: 404, RateLimited: 429}
_NOT_FOUND = HTTPStatus.NOT_FOUND.name
"""The code of an unknown task; the documents name none."""

_API = "/api/v1"
_MEDIA = "/media/tasks"
_PREFIX = "task_"
"""Begins every task id, and is left out of picture URLs."""


def build(
    ledger: Ledger,
    *,
    key: str,
    latency_s: float,
    origin: str,
    clock: Callable[[], float] = time.time,
) -> Starlette:
    """
    The sandbox as an ASGI application, for one event loop.

    Args:
        ledger: Where tasks are kept.
        key: The only key that is let in.
        latency_s: How long a task at normal speed takes, in seconds; 0 for no time.
        origin: Scheme, host and port that its picture URLs begin with.
        clock: Seconds since the epoch.
    """
    desk = _Desk(ledger, Gate(key, clock), latency_s, origin, clock)
    app = Starlette(
        routes=[
            Route(_API + reapi.SUBMIT_PATH, desk.submit, methods=["POST"]),
            Route(_API + reapi.TASK_PATH, desk.look),
            Route(_MEDIA + "/{name}/{file}", desk.picture),
        ],
        exception_handlers={**dict.fromkeys(_STATUS, _refused), HTTPException: _not_served},
    )
    app.router.redirect_slashes = False
    return app


class _Desk:
    """Answers the three kinds of requests."""

    def __init__(
        self,
        ledger: Ledger,
        gate: Gate,
        latency_s: float,
        origin: str,
        clock: Callable[[], float],
    ) -> None:
        self._ledger = ledger
        self._gate = gate
        self._gallery = Gallery(ledger)
        self._latency_s = latency_s
        self._media = origin + _MEDIA
        self._clock = clock

    async def submit(self, http: Request) -> Response:
        self._gate.admit(http.headers)
        body = _json_object(await http.body())
        request = catalog.read(body, unchecked=True)
        if request.parent_task is not None:
            parent = self._task(request.parent_task)
            check_parent(request, parent, self._gate.account, self._clock())
        if "refuse" in directions(request.words):
            raise InvalidRequest(
                "Prompt rejected by content review", code="CONTENT_POLICY_VIOLATION"
            )
        entry = self._entry(request, body)
        self._ledger.charge(entry)
        answer = reapi.accepted_body(entry.task_id, entry.model, int(entry.made_at))
        return JSONResponse(answer)

    async def look(self, http: Request) -> Response:
        self._gate.admit(http.headers)
        task = self._task(http.path_params["task_id"])
        if task is None or task.entry.account != self._gate.account:
            raise TaskNotFound("task not found", code=_NOT_FOUND)
        now = self._clock()
        if task.status(now) == "failed":
            self._ledger.refund(task.entry.task_id)  # before anybody sees that it failed
        folder = f"{self._media}/{task.entry.task_id.removeprefix(_PREFIX)}"
        return JSONResponse(task.answer(now, folder))

    async def picture(self, http: Request) -> Response:
        """Needs no key, like a CDN."""
        task = self._task(_PREFIX + http.path_params["name"])
        slot = task.files(self._clock()).get(http.path_params["file"]) if task else None
        if task is None or slot is None:
            raise HTTPException(404)
        return Response(await self._gallery.png(task, slot), media_type="image/png")

    def _task(self, task_id: str) -> Task | None:
        entry = self._ledger.entry(task_id)
        return Task.of(entry) if entry else None

    def _entry(self, request: catalog.ImageRequest, body: dict[str, Any]) -> Entry:
        task_id = _PREFIX + uuid4().hex
        chance = secrets.randbelow(1 << 32)
        return Entry(
            task_id=task_id,
            account=self._gate.account,
            model=body["model"],
            body=body,
            seed=_flags.parse(request.words).number("seed", chance),
            latency_s=duration_s(request, task_id, self._latency_s),
            made_at=self._clock(),
            credits=prices.estimate(request).credits or 0,
        )


def _json_object(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise InvalidRequest("the body should be a JSON object", code=20003)
    return body


def _refused(_http: Request, no: Exception) -> Response:
    assert isinstance(no, ReapiError)
    wait = no.retry_after if isinstance(no, RateLimited) else None
    headers = {"Retry-After": str(math.ceil(wait))} if wait else None
    return _envelope(_STATUS[type(no)], no.code, no.message, headers)


def _not_served(_http: Request, no: Exception) -> Response:
    assert isinstance(no, HTTPException)
    return _envelope(no.status_code, HTTPStatus(no.status_code).name, no.detail, no.headers)


def _envelope(
    status: int, code: int | str | None, message: str, headers: Mapping[str, str] | None
) -> Response:
    assert code is not None, "every refusal has a code"
    return JSONResponse(
        reapi.error_body(code, message, f"req_{uuid4()}"), status_code=status, headers=headers
    )
