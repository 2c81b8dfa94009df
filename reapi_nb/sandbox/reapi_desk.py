"""
reAPI's two routes: submits and looks, as the documents describe them.

Source: reAPI docs, "overview", "midjourney-v7"; "midjourney-v8" for its own answer to a submit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reapi_nb.sandbox.clerk import Clerk
from reapi_nb.sandbox.gate import Gate
from reapi_nb.sandbox.reading import body_of, json_object, request_of
from reapi_nb.sandbox.refusals import Json, not_found
from reapi_nb.wire import reapi

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from reapi_nb.sandbox.clerk import House
    from reapi_nb.sandbox.gallery import Gallery
    from reapi_nb.sandbox.refusals import Refusals
    from reapi_nb.sandbox.task import Task

_SHAPES: Mapping[str, Callable[[str], dict[str, Any]]] = {
    "v8_envelope": lambda task_id: {"data": [{"task_id": task_id, "status": "submitted"}]},
    "bare_id": lambda task_id: {"task_id": task_id},
}
"""Other answers to a submit that have been seen."""


class ReapiDesk:
    """Answers submits and looks."""

    def __init__(self, house: House, refusals: Refusals, gallery: Gallery) -> None:
        self._house = house
        self._refusals = refusals
        self._gallery = gallery
        self._clerk = Clerk(house)
        self._gate = Gate(house.ledger.keys, house.clock.shown, reapi.MOST_REQUESTS, reapi.WINDOW_S)

    async def submit(self, http: Request) -> Response:
        account = self._gate.admit(http)
        raw = http.scope["visit"].body = await body_of(http)
        if answer := self._refusals.outcome("submit", "before"):
            return answer
        body, request = request_of(json_object(raw), ignores_unknown=self._house.ignores_unknown)
        await self._gallery.check_mask(request, self._house.clock.now())
        entry = self._clerk.take(request, body, account)
        if answer := self._refusals.outcome("submit", "after"):
            return answer
        shape = self._house.ledger.faults.take("submit", "shape")
        if shape:
            return Json(_SHAPES[shape["kind"]](entry.task_id))
        return Json(reapi.accepted_body(entry.task_id, entry.model, int(entry.made_at)))

    async def look(self, http: Request) -> Response:
        account = self._gate.admit(http)
        if answer := self._refusals.outcome("look", "before"):
            return answer
        task = self._house.task(http.path_params["task_id"], account, "reapi")
        if task is None:
            raise not_found()
        return Json(self._shown(task))

    def _shown(self, task: Task) -> dict[str, Any]:
        now = self._house.clock.now()
        status = task.status(now)
        urls = list(task.urls(now, self._house.media))
        return {
            "id": task.entry.task_id,
            "model": task.entry.model,
            "status": status,
            "created_at": int(task.entry.made_at),
            "output": {"image_urls": urls} if status == "completed" else None,
            "error": self._error(task) if status == "failed" else None,
        }

    def _error(self, task: Task) -> dict[str, Any]:
        failure = dict(task.failure or {})
        return failure | {"code": self._refusals.spelled("look", failure["code"])}
