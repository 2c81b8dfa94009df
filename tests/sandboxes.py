"""A sandbox that tests can talk to, with a clock that they move."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from reapi_nb.sandbox.app import build

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from reapi_nb.sandbox.ledger import Ledger

ORIGIN = "http://sandbox.test"
SUBMIT = "/api/v1/images/generations"
CAT = {"model": "mj-v7", "prompt": "a cat"}


@dataclass
class Clock:
    """A clock that a test moves."""

    now: float = 1_735_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Sandbox:
    """A sandbox with a key, a virtual clock and three seconds a task."""

    ledger: Ledger
    clock: Clock = field(default_factory=Clock)
    key: str = "test-key"
    latency_s: float = 3.0

    @property
    def app(self) -> Starlette:
        return build(
            self.ledger,
            key=self.key,
            latency_s=self.latency_s,
            origin=ORIGIN,
            clock=self.clock,
        )

    def client(self, **headers: str) -> httpx.AsyncClient:
        given = {"Authorization": f"Bearer {self.key}"} | headers
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url=ORIGIN, headers=given
        )

    async def submit(self, body: Any = None, **params: Any) -> str:
        """The task id of a body that is surely accepted."""
        made = (body or CAT) | ({"model_params": params} if params else {})
        async with self.client() as client:
            answer = await client.post(SUBMIT, json=made)
        assert 200 == answer.status_code, answer.text
        return answer.json()["id"]

    async def completed(self, body: Any = None, **params: Any) -> str:
        """The same, when its time is over."""
        task_id = await self.submit(body, **params)
        self.clock.now += 10
        return task_id

    async def refused(self, body: Any) -> tuple[int, int | str]:
        """Status and code of a body that is surely refused."""
        async with self.client() as client:
            answer = await client.post(SUBMIT, json=body)
        return answer.status_code, answer.json()["error"]["code"]

    async def look(self, task_id: str) -> dict[str, Any]:
        async with self.client() as client:
            answer = await client.get(f"/api/v1/tasks/{task_id}")
        assert 200 == answer.status_code, answer.text
        return answer.json()


def follow_up(model: str, task_id: str, slot: int = 0, **params: Any) -> dict[str, Any]:
    return {"model": model, "model_params": {"task_id": task_id, "image_number": slot, **params}}
