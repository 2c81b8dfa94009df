"""
The same batches in virtual time: the real engine, library and limiter on a mock without sockets.

Eight profiles, several seeds and both round trips take about a minute, so this is what one tunes
with. Each figure is the median of the seeds. The round robin that lags are held against submits
first and then asks for every open task in turn, not twice within 2 s; `cadence_lag` is that of a
round robin that also waits for the documented first look (30 s), where there is one.

Parts are the profiles.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reapi_nb.library import Library
from reapi_nb.wire import reapi
from tests.benchmarks import ours
from tests.benchmarks.cadences import Limited, RoundRobin
from tests.benchmarks.figure import Figure
from tests.benchmarks.mock import LOOK, SUBMIT, Mock, Setup
from tests.benchmarks.mocks import Report
from tests.benchmarks.profiles import PROFILES, QUICK
from tests.clocks import VirtualClock
from tests.samples import job
from tests.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reapi_nb.job import Request

PARTS = tuple(PROFILES)
_MANY, _FEW = 200, 20
_SEEDS = (7, 8, 9)
_BATCHES = 5
_RTT_S, _FAR_S = 0.02, 0.08
_PER_TASK = {"low1k": 3.0, "hi4k": 7.0}
_MEMORY = Path("/dev/shm")  # waiting for a disk is no part of this
_HEADERS = {"retry-after": "1"}


def run(*parts: str, quick: bool = False) -> Iterator[Figure]:
    names = parts or (QUICK if quick else PARTS)
    with ProcessPoolExecutor() as pool:
        rounds = {name: [pool.submit(_round, name, seed) for seed in _SEEDS] for name in names}
        for name, coming in rounds.items():
            yield from _figures(name, [one.result() for one in coming])


def _figures(name: str, rounds: list[dict[str, float]]) -> Iterator[Figure]:
    profile = PROFILES[name]
    goals = {
        "over_bound": ("x", profile.goal),
        "over_bound_rtt80": ("x", 1.10),
        "limited": ("429s", 0),
        "per_task": ("requests", _PER_TASK.get(name)),
        "lag": ("s", None),
        "round_robin_lag": ("s", None),
        "cadence_lag": ("s", None),
        "lag_over_round_robin": ("x", profile.lag_goal),
        "lag_n20": ("s", 0.7),
    }
    for figure, (unit, goal) in goals.items():
        value = statistics.median(one[figure] for one in rounds)
        yield Figure(f"pace.{name}.{figure}", value, unit, goal)


def _round(name: str, seed: int) -> dict[str, float]:
    """One profile with one seed."""
    mine, far = _engine(name, seed), _engine(name, seed, rtt_s=_FAR_S)
    robin = _round_robin(name, seed)
    polite = _round_robin(name, seed, first_s=PROFILES[name].first_s)
    return {
        "over_bound": mine.ratio,
        "over_bound_rtt80": far.ratio,
        "limited": mine.limited + far.limited,
        "per_task": mine.per_task,
        "lag": mine.lag,
        "round_robin_lag": robin.lag,
        "cadence_lag": polite.lag,
        "lag_over_round_robin": mine.lag / robin.lag,
        "lag_n20": statistics.mean(_engine(name, more, many=_FEW).lag for more in _more(seed)),
    }


def _more(seed: int) -> range:
    """Seeds for batches of a few tasks, whose mean wavers."""
    return range(100 * seed, 100 * seed + _BATCHES)


def _mock(name: str, seed: int, rtt_s: float, clock: VirtualClock) -> Mock:
    setup = Setup(profile=name, seed=seed, limiter="sliding", rtt_s=rtt_s, side=8)
    return Mock(setup, clock=clock.now, pictures_origin="https://cdn.example")


def _engine(name: str, seed: int, *, rtt_s: float = _RTT_S, many: int = _MANY) -> Report:
    """What the mock has seen of the engine."""
    profile, clock = PROFILES[name], VirtualClock()
    mock = _mock(name, seed, rtt_s, clock)
    folder = _MEMORY if _MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=folder) as home:
        library = Library(Path(home), clock=clock.now)
        ours.warm(library, profile)
        library.close()
        stage = Stage(Path(home), clock)
        stage.server = Line(mock, clock)  # type: ignore[assignment]
        jobs = []
        for n in range(many):
            request = profile.request(n)
            jobs.append(job(request=request, expected_s=request.latency().middle_s))
        stage.run(*jobs)
        stage.close()
    return Report(**mock.report())


def _round_robin(name: str, seed: int, *, first_s: float = 0.0) -> Report:
    clock = VirtualClock()
    mock = _mock(name, seed, _RTT_S, clock)
    clock.run(RoundRobin(Line(mock, clock), _MANY, first_s).run())
    return Report(**mock.report())


class Line:
    """A way to a mock that takes a round trip, as an engine and as a few-line client use it."""

    def __init__(self, mock: Mock, clock: VirtualClock) -> None:
        self._mock = mock
        self._clock = clock

    async def submit(self, request: Request | int) -> Any:
        status, raw = await self._ask(SUBMIT)
        if isinstance(request, int):
            return _plain(status) and reapi.submitted(status, _HEADERS, raw).task_id
        return reapi.submitted(status, _HEADERS, raw)

    async def task(self, task_id: str, _provider: str, _model: str) -> reapi.Task:
        status, raw = await self._ask(LOOK + task_id)
        return reapi.asked(status, _HEADERS, raw)

    async def look(self, task: str) -> bool:
        status, raw = await self._ask(LOOK + task)
        return _plain(status) and reapi.asked(status, _HEADERS, raw).status == "completed"

    async def picture(self, _url: str) -> bytes:
        return self._mock.png

    async def close(self) -> None:
        await asyncio.sleep(0)

    async def _ask(self, line: str) -> tuple[int, bytes]:
        half_s, came = self._mock.setup.rtt_s / 2, self._clock.now()
        await self._clock.sleep(half_s)
        answer = self._mock.ask(line, came)
        await self._clock.sleep(half_s)
        return answer


def _plain(status: int) -> bool:
    if status == 429:
        raise Limited
    return True
