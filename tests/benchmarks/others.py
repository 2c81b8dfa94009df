"""
Any client but ours, in a process of its own: the few-line ones over HTTP, and the peers.

Peers run their own submit, retry and polling code at default settings, all requests at once.
Each is told where its service is by the setting that it documents for that; nothing inside is
changed.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import httpx

from tests.benchmarks import cadences
from tests.benchmarks.cadences import Limited, RoundRobin
from tests.benchmarks.profiles import PROFILES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_API = "/api/v1"


class Http:
    """reAPI over a plain httpx client, as its example has it."""

    def __init__(self, origin: str, profile: str) -> None:
        self._profile = PROFILES[profile]
        self._client = httpx.AsyncClient(
            base_url=origin + _API,
            headers={"Authorization": "Bearer bench"},
            timeout=30,
            limits=httpx.Limits(max_connections=None),
            trust_env=False,
        )

    async def submit(self, n: int) -> str:
        body = dict(self._profile.request(n).body())
        return str((await self._said("POST", "/images/generations", json=body))["id"])

    async def look(self, task: str) -> bool:
        return bool((await self._said("GET", f"/tasks/{task}"))["status"] == "completed")

    async def _said(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        answer = await self._client.request(method, path, **more)
        if answer.status_code == 429:
            raise Limited
        said: dict[str, Any] = answer.raise_for_status().json()
        return said


async def _replicate(origin: str, many: int) -> Counter[str]:
    from replicate.client import Client

    client = Client(api_token="bench", base_url=origin)
    return await _each(
        many, lambda n: client.async_run("bench/model", {"prompt": f"{n}"}, use_file_output=False)
    )


async def _fal(_origin: str, many: int) -> Counter[str]:
    from fal_client import AsyncClient  # it reads FAL_QUEUE_RUN_HOST when it is imported

    client = AsyncClient(key="bench")
    return await _each(many, lambda n: client.subscribe("bench/model", {"prompt": f"{n}"}))


async def _openai(origin: str, many: int) -> Counter[str]:
    from openai import AsyncOpenAI

    client = AsyncOpenAI(api_key="bench", base_url=origin + _API)
    # Its one call that submits, polls and waits.
    return await _each(many, lambda n: client.videos.create_and_poll(prompt=f"{n}"))


async def _each(many: int, ask: Callable[[int], Awaitable[object]]) -> Counter[str]:
    """All requests at once; how often each end was met."""
    ends = await asyncio.gather(*(ask(n) for n in range(many)), return_exceptions=True)
    return Counter(
        type(end).__name__ if isinstance(end, BaseException) else "completed" for end in ends
    )


PEERS = {"replicate": _replicate, "fal": _fal, "openai": _openai}
_PLAIN = {"snippet": cadences.snippet, "gather": cadences.gather, "cadence": cadences.cadence}


async def main(told: dict[str, Any]) -> None:
    name, origin, many = told["name"], told["origin"], told["n"]
    print("ready", flush=True)
    sys.stdin.readline()
    if name in PEERS:
        ends = await PEERS[name](origin, many)
    else:
        api = Http(origin, told["profile"])
        if name == "round_robin":
            done = await RoundRobin(api, many, told.get("first_s", 0.0)).run()
        else:
            done = await _PLAIN[name](api, many)
        ends = Counter(completed=done)
    print(json.dumps({"completed": ends["completed"], "ends": ends}), flush=True)


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
