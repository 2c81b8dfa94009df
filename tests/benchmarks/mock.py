"""
A mock API in a process of its own, one for each client: a limiter, latencies, a round trip.

    python -m tests.benchmarks.mock '{"profile": "low1k", "limiter": "sliding", "rtt_s": 0.02}'

It prints the ports of its API and of its pictures and serves until its stdin closes. It records
when each request came, when each task was really done, and when its completion was first told.
`GET /report` on the pictures' port, which has no limiter, tells what it recorded. Sockets are
read by a bare asyncio protocol: a framework would be the slowest client of all.

Times are seconds on the monotonic clock, which all processes of a machine share.
"""

from __future__ import annotations

import asyncio
import io
import json
import random
import ssl
import sys
import time
from collections import deque
from dataclasses import asdict, dataclass, field
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from PIL import Image

from tests.benchmarks.dialects import DIALECTS
from tests.benchmarks.profiles import PROFILES, RATE

if TYPE_CHECKING:
    from collections.abc import Callable

SUBMIT: Final = "POST /api/v1/images/generations"
LOOK: Final = "GET /api/v1/tasks/"
_LIMITED: Final = json.dumps(
    {"error": {"code": 50001, "message": "Too many requests", "request_id": "req_bench"}}
).encode()
_UNKNOWN: Final = b'{"error": {"code": 20004, "message": "not found", "request_id": "req_bench"}}'


@dataclass(frozen=True)
class Setup:
    """
    How a mock behaves.

    Attributes:
        latency_s: The seconds of every task; None draws them from the profile.
        limiter: `fixed`, `sliding`, `bucket`, or "" for none.
        counts_refused: Whether a refused request uses up the allowance.
        rtt_s: The round trip, half of it before and half of it after the handling.
        pictures: How many a task has.
        side: Their sides in pixels; large ones are as heavy as photographs.
        cert: Files of a certificate and its key; "" for plain HTTP.
    """

    profile: str = "low1k"
    seed: int = 7
    latency_s: float | None = None
    limiter: str = "fixed"
    counts_refused: bool = False
    rtt_s: float = 0.0
    pictures: int = 1
    side: int = 24
    cert: str = ""


@dataclass
class Task:
    """One charge."""

    latency: float
    """As it was drawn."""

    done: float
    seen: float = 0.0
    looks: int = 0


class Gate:
    """Lets ten requests a second pass, in one of three ways of counting."""

    def __init__(self, kind: str, *, counts_refused: bool) -> None:
        self._fits = {
            "fixed": self._fixed,
            "sliding": self._sliding,
            "bucket": self._bucket,
            "": lambda _now: True,
        }[kind]
        self._counts_refused = counts_refused
        self._recent: deque[float] = deque()
        self._tokens, self._filled = RATE, 0.0

    def admits(self, now: float) -> bool:
        fits = self._fits(now)
        if fits or self._counts_refused:
            self._recent.append(now)
            self._tokens = max(0.0, self._tokens - 1)
        return fits

    def _fixed(self, now: float) -> bool:
        return self._since(float(int(now))) < RATE

    def _sliding(self, now: float) -> bool:
        return self._since(now - 1.0) < RATE

    def _since(self, then: float) -> int:
        while self._recent and self._recent[0] < then:
            self._recent.popleft()
        return len(self._recent)

    def _bucket(self, now: float) -> bool:
        self._recent.clear()
        self._tokens = min(RATE, self._tokens + (now - self._filled) * RATE)
        self._filled = now
        return self._tokens >= 1.0


@dataclass
class Mock:
    """What it knows and what it recorded."""

    setup: Setup
    clock: Callable[[], float] = time.monotonic
    origin: str = ""
    pictures_origin: str = ""
    requests: list[tuple[float, str, int]] = field(default_factory=list)
    """When it came, what it was (`submit`, `look`, `other`), and the status of its answer."""

    tasks: dict[str, Task] = field(default_factory=dict)

    def __post_init__(self) -> None:
        setup = self.setup
        self._gate = Gate(setup.limiter, counts_refused=setup.counts_refused)
        self._latencies = PROFILES[setup.profile].latencies(setup.seed)
        self._numbers = count()
        self.png = png(setup.side)

    def ask(self, line: str, came: float) -> tuple[int, bytes]:
        """The answer to a request to the API, by its method and path."""
        kind, act = self._find(line)
        now = self.clock()
        if not self._gate.admits(now):
            status, body = 429, _LIMITED
        else:
            status, body = act(now)
        self.requests.append((came, kind, status))
        return status, body

    def fetch(self, line: str, _came: float) -> tuple[int, bytes]:
        """The answer to a request for a picture or for the report."""
        if line != "GET /report":
            return 200, self.png
        return 200, json.dumps(self.report()).encode()

    def report(self) -> dict[str, Any]:
        """Everything that was recorded."""
        tasks = [asdict(task) for task in self.tasks.values()]
        return {"requests": self.requests, "tasks": tasks}

    def _find(self, line: str) -> tuple[str, Callable[[float], tuple[int, bytes]]]:
        for dialect in DIALECTS:
            if dialect.submit.fullmatch(line):
                return "submit", partial(self._submit, dialect.taken)
            if found := dialect.look.fullmatch(line):
                return "look", partial(self._look, dialect.told, found[1])
        return "other", lambda _: (404, _UNKNOWN)

    def _submit(self, taken: Callable[[str, str], dict[str, Any]], now: float) -> tuple[int, bytes]:
        name = f"task_{next(self._numbers):06}"
        drawn, fixed = next(self._latencies), self.setup.latency_s
        latency = drawn if fixed is None else fixed
        self.tasks[name] = Task(latency, now + latency)
        return 200, json.dumps(taken(name, self.origin)).encode()

    def _look(
        self, told: Callable[[str, list[str] | None], dict[str, Any]], name: str, now: float
    ) -> tuple[int, bytes]:
        task = self.tasks.get(name)
        if task is None:
            return 404, _UNKNOWN
        task.looks += 1
        links = None
        if now >= task.done:
            # It arrives at the client half a round trip from now.
            task.seen = task.seen or now + self.setup.rtt_s / 2
            links = [f"{self.pictures_origin}/{name}/{n}.png" for n in range(self.setup.pictures)]
        return 200, json.dumps(told(name, links)).encode()


class Conversation(asyncio.Protocol):
    """The requests of one connection, one after the other."""

    def __init__(self, answer: Callable[[str, float], tuple[int, bytes]], rtt_s: float) -> None:
        self._answer = answer
        self._half_s = rtt_s / 2
        self._loop = asyncio.get_running_loop()
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._to = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while (end := self._heard.find(b"\r\n\r\n")) >= 0:
            head = self._heard[:end].decode("latin-1")
            whole = end + 4 + _length(head)
            if len(self._heard) < whole:
                return
            self._heard = self._heard[whole:]
            line, came = head.split(" HTTP/", 1)[0], time.monotonic()
            self._later(lambda line=line, came=came: self._act(line, came))

    def _act(self, line: str, came: float) -> None:
        status, body = self._answer(line, came)
        self._later(lambda: self._say(status, body))

    def _say(self, status: int, body: bytes) -> None:
        kind = "image/png" if body.startswith(b"\x89PNG") else "application/json"
        head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        retry = "Retry-After: 1\r\n" if status == 429 else ""
        self._to.write(f"{head}{retry}\r\n".encode() + body)

    def _later(self, act: Callable[[], None]) -> None:
        self._loop.call_later(self._half_s, act) if self._half_s else act()


def _length(head: str) -> int:
    lower = head.lower()
    at = lower.find("content-length:")
    return int(lower[at + 15 :].split("\r\n", 1)[0]) if at >= 0 else 0


def png(side: int) -> bytes:
    """A picture of soft colours under fine grain: a side of 2048 pixels weighs about 6 MB."""
    grain = Image.frombytes("RGB", (side, side), _grain(3 * side * side))
    soft = Image.radial_gradient("L").resize((side, side))
    made = Image.blend(Image.merge("RGB", (soft, soft.rotate(90), soft)), grain, 0.032)
    out = io.BytesIO()
    made.save(out, "PNG")
    return out.getvalue()


def _grain(size: int) -> bytes:
    return random.Random(1).randbytes(size)


async def serve(setup: Setup) -> None:
    """Serve until stdin closes."""
    mock, loop = Mock(setup), asyncio.get_running_loop()
    trusted = None
    if setup.cert:
        trusted = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        trusted.load_cert_chain(setup.cert, f"{setup.cert}.key")
    api = await loop.create_server(
        lambda: Conversation(mock.ask, setup.rtt_s), "127.0.0.1", 0, ssl=trusted, backlog=1024
    )
    pictures = await loop.create_server(lambda: Conversation(mock.fetch, 0.0), "127.0.0.1", 0)
    ports = [server.sockets[0].getsockname()[1] for server in (api, pictures)]
    scheme, host = ("https", "localhost") if setup.cert else ("http", "127.0.0.1")
    mock.origin = f"{scheme}://{host}:{ports[0]}"
    mock.pictures_origin = f"http://127.0.0.1:{ports[1]}"
    print(json.dumps([mock.origin, mock.pictures_origin]), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(Setup(**json.loads(sys.argv[1] if len(sys.argv) > 1 else "{}"))))
