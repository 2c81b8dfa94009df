"""An engine in virtual time, with a server that answers what it was told to."""

from __future__ import annotations

import asyncio
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reapi_nb.engine import Engine
from reapi_nb.library import Library
from reapi_nb.limiter import Limiter
from reapi_nb.prices import Caps
from reapi_nb.wire import reapi
from tests.samples import HERE, picture, urls

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Mapping
    from pathlib import Path

    from reapi_nb.job import Request, Snapshot
    from tests.clocks import VirtualClock

NO_CAPS = Caps()
FOUR = ("0.png", "1.png", "2.png", "3.png")


def said(status: str = "processing", *names: str, task: str = "x", **more: Any) -> reapi.Task:
    """What a look at a task brings, read from JSON as it would be on the wire."""
    output = {"image_urls": urls(*names, task=task)} if names else None
    body = {"id": "task_x", "status": status, "output": output, "error": None, **more}
    return reapi.asked(200, {}, json.dumps(body).encode())


def grid(*names: str, task: str = "x") -> reapi.Task:
    """A finished task with pictures of these names."""
    return said("completed", *(names or FOUR), task=task)


class Server:
    """
    What a client reaches, scripted.

    An answer is a value to return, an error to raise, or something to call for one of them. The
    last answer of a script is given from then on.

    Attributes:
        submits, looks: What is answered to submits and looks, in order.
        fetches: What is answered to the fetches of one URL; any other URL leads to a picture.
        bodies: What was submitted.
        asked: Provider and model of each look.
        times: When that was, in seconds since the epoch.
        looked: When tasks were looked at.
        fetched: The URLs that were fetched, in order.
    """

    def __init__(self, clock: VirtualClock) -> None:
        self.submits: list[Any] = [reapi.Accepted("task_x")]
        self.looks: list[Any] = [said(), grid()]
        self.fetches: dict[str, list[Any]] = {}
        self.bodies: list[Mapping[str, Any]] = []
        self.times: list[float] = []
        self.looked: list[float] = []
        self.asked: list[tuple[str, str]] = []
        self.fetched: list[str] = []
        self.is_closed = False
        self.refreshed = 0
        self._clock = clock

    async def submit(self, request: Request) -> reapi.Accepted:
        self.bodies.append(request.body())
        self.times.append(self._clock.now())
        return await _answer(self.submits)

    async def task(self, task_id: str, provider: str, model: str) -> reapi.Task:
        self.looked.append(self._clock.now())
        self.asked.append((provider, model))
        return await _answer(self.looks)

    async def picture(self, url: str) -> bytes:
        self.fetched.append(url)
        return await _answer(self.fetches.setdefault(url, [picture()]))

    async def refresh(self) -> None:
        self.refreshed += 1

    async def close(self) -> None:
        self.is_closed = True


async def _answer(script: list[Any]) -> Any:
    await asyncio.sleep(0)
    answer = script.pop(0) if len(script) > 1 else script[0]
    if callable(answer):
        answer = answer()
    if asyncio.iscoroutine(answer):
        answer = await answer
    if isinstance(answer, Exception):
        raise answer
    return answer


class Stage:
    """
    One kernel after the other on one library, and everything that their engines say.

    Attributes:
        told: Every snapshot, in order.
        kept: What the library knew of the job when the snapshot was told.
        library: The one that the engine on the stage writes.
        reader: Another one on the same folder.
        skew: By how many seconds the date is wrong: it may jump, and the ticks do not.
    """

    def __init__(self, home: Path, clock: VirtualClock) -> None:
        self.home = home
        self.clock = clock
        self.server = Server(clock)
        self.reader = Library(home, clock=clock.now)
        self.told: list[Snapshot] = []
        self.kept: list[Snapshot | None] = []
        self.skew = 0.0
        self._news = asyncio.Event()

    def date(self) -> float:
        """What the machine takes for the time, in seconds since the epoch."""
        return self.clock.now() + self.skew

    @property
    def ends(self) -> dict[str, Snapshot]:
        """The last news of each job, by its id."""
        return {snapshot.job_id: snapshot for snapshot in self.told}

    def close(self) -> None:
        self.reader.close()

    def play(
        self,
        act: Callable[[Engine], Coroutine[Any, Any, None]],
        *,
        caps: Caps = NO_CAPS,
        limiter: Path | None = None,
    ) -> None:
        """Start a kernel, let it act, and stop it."""

        async def kernel() -> None:
            self._news = asyncio.Event()
            clock = self.clock
            self.library = Library(self.home, clock=self.date)
            file = limiter or self.home / "limiter.sqlite3"
            slots = Limiter(file, "|".join(HERE), clock=self.date, sleep=clock.sleep)
            engine = Engine(
                self.server,
                self.library,
                slots,
                self._hear,
                caps=caps,
                clock=self.date,
                ticks=clock.now,
                sleep=clock.sleep,
            )
            try:
                await act(engine)
            finally:
                await engine.stop()

        self.clock.run(kernel())

    def run(self, *jobs: Snapshot, **options: Any) -> Snapshot:
        """Carry jobs until none of them moves; the end of the last one."""

        async def act(engine: Engine) -> None:
            for job in jobs:
                engine.start(job)
            await self.rest()

        self.play(act, **options)
        return self.ends[jobs[-1].job_id]

    def resume(self, seconds: float = 0.0) -> None:
        """A kernel that starts on what others left, and stays for a while after all is done."""

        async def act(engine: Engine) -> None:
            engine.watch_over(HERE)
            await self.rest()
            await self.clock.sleep(seconds)

        self.play(act)

    async def rest(self) -> None:
        """Wait until nothing moves."""
        await self.until(lambda: not any(job.status.facts.moving for job in self.ends.values()))

    async def until(self, happened: Callable[[], bool]) -> None:
        """Wait for news that make something true."""
        while not happened():
            self._news.clear()
            await self._news.wait()

    def statuses(self, job: Snapshot) -> list[str]:
        """What was said of a job, in order and without repetition."""
        said = [told.status.value for told in self.told if told.job_id == job.job_id]
        return [status for n, status in enumerate(said) if n == 0 or status != said[n - 1]]

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Another process holds the library, for longer than anybody waits."""
        self.library._db.execute("PRAGMA busy_timeout = 0")
        self.reader._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            self.reader._db.execute("ROLLBACK")

    def _hear(self, snapshot: Snapshot) -> None:
        self.told.append(snapshot)
        self.kept.append(self.reader.job(snapshot.job_id))
        self._news.set()
