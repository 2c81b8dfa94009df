"""
APIXO's two routes: the model in the path, and a code in every answer that repeats its status.

A callback is accepted, and nobody is called.

Source: APIXO docs, "midjourney", "generate-task", "status-task", "response-format".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from starlette.exceptions import HTTPException

from reapi_nb import catalog
from reapi_nb.errors import InvalidRequest, RateLimited
from reapi_nb.sandbox.clerk import Clerk
from reapi_nb.sandbox.gate import Gate
from reapi_nb.sandbox.reading import body_of, json_object, request_of
from reapi_nb.sandbox.refusals import Json, not_found
from reapi_nb.wire import apixo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from reapi_nb.sandbox.clerk import House
    from reapi_nb.sandbox.refusals import Refusals
    from reapi_nb.sandbox.task import Task

_PROVIDER = "apixo"
_FAIL_CODES: Mapping[int | str, str] = {
    80001: "MODEL_UNAVAILABLE",
    80002: "PROCESSING_TIMEOUT",
    80003: "GENERATION_FAILED",
    80006: "CONTENT_VIOLATION",
}
"""What APIXO calls the ends that the sandbox knows by reAPI's numbers."""

_PENDING = 0.1
"""The part of its time in which a task waits for its turn."""


class ApixoDesk:
    """Answers submits and looks."""

    def __init__(self, house: House, refusals: Refusals) -> None:
        self._house = house
        self._refusals = refusals
        self._clerk = Clerk(house)
        self._gate = Gate(house.ledger.keys, house.clock.shown, apixo.MOST_REQUESTS, apixo.WINDOW_S)

    async def submit(self, http: Request) -> Response:
        account = self._gate.admit(http)
        raw = http.scope["visit"].body = await body_of(http)
        if answer := self._refusals.outcome("submit", "before"):
            return answer
        _check_model(http)
        body, request = request_of(
            json_object(raw), _PROVIDER, ignores_unknown=self._house.ignores_unknown
        )
        self._check_room(account)
        entry = self._clerk.take(request, body, account)
        if answer := self._refusals.outcome("submit", "after"):
            return answer
        return Json(apixo.accepted_body(entry.task_id))

    async def look(self, http: Request) -> Response:
        account = self._gate.admit(http)
        if answer := self._refusals.outcome("look", "before"):
            return answer
        _check_model(http)
        task_id = http.query_params.get("taskId")
        if not task_id:
            raise InvalidRequest("Missing required parameter: taskId", code=400)
        task = self._house.task(task_id, account, _PROVIDER)
        if task is None or task.entry.model != http.path_params["model"]:
            raise not_found()
        return self._shown(task)

    def _check_room(self, account: str) -> None:
        most = apixo.MOST_TASKS
        now = self._house.clock.now()
        if most and self._house.ledger.unfinished(account, _PROVIDER, now) >= most:
            raise RateLimited(f"{most} tasks are under way", code=429, retry_after=apixo.PAUSE_S)

    def _shown(self, task: Task) -> Response:
        now = self._house.clock.now()
        failure = task.failure or {"code": "", "message": ""}
        body = apixo.task_body(
            task.entry.task_id,
            _state(task, now),
            created_at=task.entry.made_at,
            completed_at=None if now < task.ends_at else task.ends_at,
            urls=task.urls(now, self._house.media),
            fail_code=_FAIL_CODES.get(failure["code"], str(failure["code"])),
            fail_message=failure["message"],
        )
        return Json(body)


def _check_model(http: Request) -> None:
    kinds = (kind for kind in catalog.REQUESTS if kind.provider == _PROVIDER)
    model = http.path_params["model"]
    if not any(model in kind.models() for kind in kinds):
        raise HTTPException(404, f"unknown model {model!r}")


def _state(task: Task, now: float) -> Literal["pending", "processing", "success", "failed"]:
    status = task.status(now)
    if status == "processing":
        waited = now - task.entry.made_at
        return "pending" if waited < _PENDING * task.entry.latency_s else "processing"
    return "success" if status == "completed" else "failed"
