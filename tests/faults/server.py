"""
A server that plays the core of both APIs over raw sockets, records what reaches it, and misbehaves
on cue.

Submits, looks and pictures share nothing with the package: paths and shapes are those of the
documents. Pictures come from a second port, which makes them another origin. Every task that
exists was charged, so `charges` is the bill.

Source: reAPI docs, "overview", "midjourney-v7"; APIXO docs, "midjourney", "response-format".
"""

from __future__ import annotations

import asyncio
import io
import json
import random
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4
from weakref import WeakSet

from PIL import Image

from tests.faults import acts
from tests.faults.acts import Act, Answer, Exchange

if TYPE_CHECKING:
    from collections.abc import Callable

SUBMIT = "/api/v1/images/generations"
TASKS = "/api/v1/tasks/"
APIXO_SUBMIT = "/api/v1/generateTask/midjourney"
APIXO_TASKS = "/api/v1/statusTask/midjourney?taskId="
_SIZE = (24, 16)


@dataclass(frozen=True)
class Heard:
    """One whole request, as it arrived."""

    at: float
    """Seconds on the monotonic clock, when its first line arrived."""

    host: str
    """`api` or `pictures`."""

    connection: int
    method: str
    path: str
    headers: dict[str, str]
    """Names in lower case."""

    body: bytes
    peer: int = 0
    """The client's port, which tells processes of one machine apart."""

    @property
    def kind(self) -> str:
        """`submit`, `look`, `picture`, or `other`."""
        if self.host == "pictures":
            return "picture"
        if self.method == "POST" and self.path in (SUBMIT, APIXO_SUBMIT):
            return "submit"
        is_look = self.method == "GET" and self.path.startswith((TASKS, APIXO_TASKS))
        return "look" if is_look else "other"

    @property
    def is_apixos(self) -> bool:
        """Whether it speaks APIXO's language."""
        return self.path.startswith((APIXO_SUBMIT, APIXO_TASKS))


@dataclass
class Task:
    """One created task: one charge."""

    task_id: str
    model: str
    prompt: str = ""
    made_at: float = field(default_factory=time.monotonic)
    looks: int = 0

    @property
    def is_apixos(self) -> bool:
        return self.model == "midjourney"


class RecordingServer:
    """
    The server, alive inside a `with` block, on a thread and two ports of its own.

    Args:
        port: The API's port; 0 takes a free one.
        looks: A task completes no sooner than with this look...
        seconds: ... and this many seconds after its submit.
        pictures: How many pictures a task has.
        limit: Requests that the API allows in any second; None for any number.
        idle_s: Seconds after an answer at which an idle connection is closed.
        on_line: Hears the first line of every request at once, on the server's thread.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        looks: int = 1,
        seconds: float = 0.0,
        pictures: int = 4,
        limit: int | None = None,
        idle_s: float | None = None,
        on_line: Callable[[str], None] | None = None,
    ) -> None:
        self.requests: list[Heard] = []
        self.tasks: dict[str, Task] = {}
        self.limited = 0
        """How many requests the limit refused."""

        self._port = port
        self._looks = looks
        self._seconds = seconds
        self._pictures = pictures
        self._limit = limit
        self._idle_s = idle_s
        self._on_line = on_line
        self._cues: dict[str, deque[Act]] = {kind: deque() for kind in _GOOD}
        self._recent: deque[float] = deque()
        self._connections = count()
        self._writers: WeakSet[asyncio.StreamWriter] = WeakSet()
        self._talks: set[asyncio.Future[None]] = set()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def cue(self, kind: str, *coming: Act) -> None:
        """Do this with the next requests of a kind, one act each; later ones are answered well."""
        self._cues[kind].extend(coming)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def charges(self) -> int:
        return len(self.tasks)

    @property
    def submits(self) -> list[Heard]:
        return self.of("submit")

    def of(self, kind: str) -> list[Heard]:
        return [heard for heard in self.requests if heard.kind == kind]

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10), "the server did not start"
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join(10)
        assert not self._thread.is_alive(), "the server did not stop"

    def refuse_for(self, seconds: float) -> None:
        """Let nobody new in for a while; connections that are open stay so."""
        asyncio.run_coroutine_threadsafe(self._shut(seconds), self._loop)

    # -- on the server's thread

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._closing = asyncio.Event()
        self._api = await self._open("api", self._port)
        gallery = await self._open("pictures", 0)
        self._port = _port(self._api)
        self.pictures_origin = f"http://127.0.0.1:{_port(gallery)}"
        self._ready.set()
        await self._closing.wait()
        for server in (self._api, gallery):
            server.close()
        for writer in list(self._writers):  # also of those who are not being heard yet
            writer.transport.abort()
        await asyncio.sleep(0.01)

    async def _open(self, host: str, port: int) -> asyncio.Server:
        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self._writers.add(writer)
            talk = asyncio.ensure_future(self._converse(host, reader, writer))
            self._talks.add(talk)  # the loop itself keeps only a weak reference
            talk.add_done_callback(self._talks.discard)

        return await asyncio.start_server(connected, "127.0.0.1", port, backlog=1000)

    async def _shut(self, seconds: float) -> None:
        if not self._api.is_serving():
            return
        for listening in self._api.sockets:
            self._loop.remove_reader(listening.fileno())
        await asyncio.sleep(0.01)  # who is being let in already must be in before the end
        self._api.close()
        await asyncio.sleep(seconds)
        if not self._closing.is_set():
            self._api = await self._open("api", self._port)

    async def _converse(
        self, host: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """All requests of one connection."""
        connection, peer = next(self._connections), writer.get_extra_info("peername")[1]
        gone = (ConnectionError, asyncio.IncompleteReadError, TimeoutError, asyncio.CancelledError)
        with suppress(*gone):
            is_open, patience_s = await self._welcome(host, reader, writer), None
            while is_open and (heard := await self._hear(reader, patience_s)):
                heard = replace(heard, host=host, connection=connection, peer=peer)
                self.requests.append(heard)
                patience_s = self._idle_s
                exchange = Exchange(partial(_GOOD[heard.kind], self, heard), reader, writer)
                await self._act(heard)(exchange)
                is_open = exchange.is_open
        writer.close()

    async def _welcome(
        self, host: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Whether a new connection is listened to."""
        return True

    async def _hear(self, reader: asyncio.StreamReader, patience_s: float | None) -> Heard | None:
        line = (await asyncio.wait_for(reader.readline(), patience_s)).decode()
        at = time.monotonic()
        if not line:
            return None
        if self._on_line:
            self._on_line(line)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()[:-1]
        headers = {name.lower(): value for name, value in (said.split(": ", 1) for said in head)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        method, path, _version = line.split()
        return Heard(at, "", 0, method, path, headers, body)

    def _act(self, heard: Heard) -> Act:
        if heard.host == "api" and self._is_over_limit(heard.at):
            self.limited += 1
            return acts.limit("1")
        coming = self._cues[heard.kind]
        return coming.popleft() if coming else acts.answer

    def _is_over_limit(self, at: float) -> bool:
        if self._limit is None:
            return False
        while self._recent and self._recent[0] <= at - 1.0:
            self._recent.popleft()
        if len(self._recent) >= self._limit:
            return True
        self._recent.append(at)
        return False

    # -- what the documents say

    def _accept(self, heard: Heard) -> Answer:
        if heard.is_apixos:
            task = Task(uuid4().hex, "midjourney", _prompt(heard))  # its ids have no prefix
            answer = _data({"taskId": task.task_id})
        else:
            model = json.loads(heard.body)["model"]
            task = Task(f"task_{uuid4().hex}", model, _prompt(heard))
            answer = {
                "id": task.task_id,
                "model": task.model,
                "status": "processing",
                "created_at": int(time.time()),
            }
        self.tasks[task.task_id] = task
        return _json(answer)

    def _look(self, heard: Heard) -> Answer:
        task = self.tasks.get(heard.path.removeprefix(APIXO_TASKS).removeprefix(TASKS))
        if task is None or task.is_apixos is not heard.is_apixos:
            said = acts.apixo_envelope(404, "Not found") if heard.is_apixos else _UNKNOWN
            return Answer(404, said, {})
        task.looks += 1
        age = time.monotonic() - task.made_at
        done = task.looks >= self._looks and age >= self._seconds
        tell = _apixos_task if task.is_apixos else _reapis_task
        return _json(tell(task, self._links(task) if done else None))

    def _links(self, task: Task) -> list[str]:
        return [f"{self.pictures_origin}/{task.task_id}/{n}.png" for n in range(self._pictures)]

    def _picture(self, heard: Heard) -> Answer:
        return Answer(200, png(heard.path.split("?")[0]), {"Content-Type": "image/png"})

    def _nothing(self, _heard: Heard) -> Answer:
        return Answer(404, acts.envelope("NOT_FOUND", "no such path"), {})


_GOOD: dict[str, Callable[[RecordingServer, Heard], Answer]] = {
    "submit": RecordingServer._accept,
    "look": RecordingServer._look,
    "picture": RecordingServer._picture,
    "other": RecordingServer._nothing,
}


def png(name: str) -> bytes:
    """A small real picture, the same for the same name."""
    width, height = _SIZE
    dots = random.Random(name).randbytes(width * height * 3)
    out = io.BytesIO()
    Image.frombytes("RGB", _SIZE, dots).save(out, "PNG")
    return out.getvalue()


def _prompt(heard: Heard) -> str:
    """The words of a request; "" where it has none."""
    body = json.loads(heard.body)
    return str(body.get("prompt") or body.get("input", {}).get("prompt") or "")


def _port(server: asyncio.Server) -> int:
    port: int = server.sockets[0].getsockname()[1]
    return port


_UNKNOWN = acts.envelope("INVALID_REQUEST", "task not found")


def _reapis_task(task: Task, links: list[str] | None) -> dict[str, Any]:
    return {
        "id": task.task_id,
        "status": "processing" if links is None else "completed",
        "output": links and {"image_urls": links},
    }


def _apixos_task(task: Task, links: list[str] | None) -> dict[str, Any]:
    state: dict[str, Any] = {"taskId": task.task_id, "createTime": 1_767_965_610_929}
    if links is None:
        return _data(state | {"state": "processing"})
    result = json.dumps({"resultUrls": links})
    return _data(state | {"state": "success", "resultJson": result, "costTime": 7000})


def _data(told: dict[str, Any]) -> dict[str, Any]:
    """What APIXO says when all is well."""
    return {"code": 200, "message": "success", "data": told}


def _json(body: dict[str, Any]) -> Answer:
    return Answer(200, json.dumps(body).encode(), {"Content-Type": "application/json"})
