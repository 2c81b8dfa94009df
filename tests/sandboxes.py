"""A sandbox that tests can talk to, with a clock that they move."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from reapi_nb.sandbox.app import build

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reapi_nb.sandbox.door import Door
    from reapi_nb.sandbox.ledger import Ledger

ORIGIN = "http://sandbox.localhost"
SUBMIT = "/api/v1/images/generations"
APIXO_SUBMIT = "/api/v1/generateTask/midjourney"
APIXO_LOOK = "/api/v1/statusTask/midjourney"
CAT = {"model": "mj-v7", "prompt": "a cat"}
APIXO_CAT = {"request_type": "async", "input": {"mode": "text-to-image", "prompt": "a cat"}}

_SERVE = """
import sys
from pathlib import Path
from reapi_nb.sandbox.serve import serve
serve(port=0, key="test key", latency_s=0.0, home=Path(sys.argv[1]))
"""


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
    slept: list[float] = field(default_factory=list)
    """How long it would have slept, each time."""

    @property
    def app(self) -> Door:
        return build(
            self.ledger,
            key=self.key,
            latency_s=self.latency_s,
            origin=ORIGIN,
            clock=self.clock,
            sleep=self._sleep,
        )

    def client(self, **headers: str) -> httpx.AsyncClient:
        given = {"Authorization": f"Bearer {self.key}"} | headers
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url=ORIGIN, headers=given
        )

    async def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """One request to a sandbox that was just started."""
        async with self.client() as client:
            return await client.request(method, path, **options)

    async def control(self, path: str, order: Any = None, method: str = "") -> Any:
        """What a control says that surely does what it is told: a POST if there is an order."""
        method = method or ("GET" if order is None else "POST")
        answer = await self.ask(method, f"/_sandbox/{path}", json=order)
        assert 200 == answer.status_code, answer.text
        return answer.json()

    async def fault(self, on: str, kind: str, **options: Any) -> None:
        await self.control("faults", {"on": on, "kind": kind, **options})

    async def key_named(self, key: str, state: str = "active", **more: Any) -> Sandbox:
        """The same sandbox for somebody with another key."""
        await self.control("keys", {"key": key, "state": state, **more})
        return Other(self.ledger, self.clock, key)

    async def submit(self, body: Any = None, **params: Any) -> str:
        """The task id of a body that is surely accepted."""
        made = (body or CAT) | ({"model_params": params} if params else {})
        answer = await self.ask("POST", SUBMIT, json=made)
        assert 200 == answer.status_code, answer.text
        return answer.json()["id"]

    async def completed(self, body: Any = None, **params: Any) -> str:
        """The same, when its time is over."""
        task_id = await self.submit(body, **params)
        self.clock.now += 10
        return task_id

    async def refused(self, body: Any) -> tuple[int, int | str]:
        """Status and code of a body that is surely refused."""
        answer = await self.ask("POST", SUBMIT, json=body)
        return answer.status_code, answer.json()["error"]["code"]

    async def look(self, task_id: str) -> dict[str, Any]:
        answer = await self.ask("GET", f"/api/v1/tasks/{task_id}")
        assert 200 == answer.status_code, answer.text
        return answer.json()

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


class Other(Sandbox):
    """Somebody whose key came by the controls."""

    @property
    def app(self) -> Door:
        return build(
            self.ledger, key="the first key", latency_s=3.0, origin=ORIGIN, clock=self.clock
        )


def follow_up(model: str, task_id: str, slot: int = 0, **params: Any) -> dict[str, Any]:
    return {"model": model, "model_params": {"task_id": task_id, "image_number": slot, **params}}


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """The sandbox in a process of its own; the line that it prints."""
    command = [sys.executable, "-c", _SERVE, str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline()
        finally:
            process.terminate()
