"""
How long a batch takes over real HTTP in real time, against the least that it can take.

Each client has a mock of its own process, and meets the same latencies. Ours runs through
`Session` with a warm history; beside it runs the round robin that its detection lag is held
against. Parts run two at a time: both clients are light, and the whole takes about ten minutes.

Parts are the eight profiles (200 tasks, fixed windows, 20 ms round trip), and on low1k
`kernels2` and `kernels4` (processes that share one library), `sliding` and `bucket` (other ways
of counting), `counted` (refused requests count as well), `rtt80` (80 ms) and `n20` (20 tasks).
"""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reapi_nb.library import Library
from tests.benchmarks import ours
from tests.benchmarks.figure import Figure
from tests.benchmarks.mock import Setup
from tests.benchmarks.mocks import Client, Report, mocked
from tests.benchmarks.profiles import PROFILES, QUICK

if TYPE_CHECKING:
    from collections.abc import Iterator

_AT_ONCE = 2
_PER_TASK = {"low1k": 3.0, "hi4k": 7.0}


@dataclass(frozen=True)
class Part:
    """
    One batch.

    Attributes:
        kernels: How many processes share the work and a library.
        ratio: The goal for the makespan over the lower bound; None takes the profile's.
        lag_s: The goal for the mean detection lag, in seconds.
        versus: Whether a round robin runs beside it.
    """

    profile: str
    many: int = 200
    limiter: str = "fixed"
    counts_refused: bool = False
    rtt_s: float = 0.02
    kernels: int = 1
    ratio: float | None = None
    lag_s: float | None = None
    versus: bool = False

    @property
    def setup(self) -> Setup:
        return Setup(
            profile=self.profile,
            limiter=self.limiter,
            counts_refused=self.counts_refused,
            rtt_s=self.rtt_s,
        )


_PARTS = {name: Part(name, versus=True) for name in PROFILES} | {
    "kernels2": Part("low1k", kernels=2, ratio=1.10),
    "kernels4": Part("low1k", kernels=4, ratio=1.10),
    "sliding": Part("low1k", limiter="sliding"),
    "bucket": Part("low1k", limiter="bucket"),
    "counted": Part("low1k", limiter="sliding", counts_refused=True),
    "rtt80": Part("low1k", rtt_s=0.08, ratio=1.10),
    "n20": Part("low1k", many=20, lag_s=0.7),
}
PARTS = tuple(_PARTS)


def run(*parts: str, quick: bool = False) -> Iterator[Figure]:
    wanted = parts or (QUICK if quick else PARTS)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for figures in pool.map(_figures, wanted):
            yield from figures


def _figures(name: str) -> list[Figure]:
    part = _PARTS[name]
    profile = PROFILES[part.profile]
    with ThreadPoolExecutor(2) as pool:
        beside = pool.submit(_round_robin, part) if part.versus else None
        completed, report = ours_of(part)
        other = beside.result() if beside else None
    here = f"makespan.{name}"
    figures = [
        Figure(f"{here}.over_bound", report.ratio, "x", part.ratio or profile.goal),
        Figure(f"{here}.limited", report.limited, "429s", 0),
        Figure(f"{here}.missing", part.many - completed, "tasks", 0),
        Figure(f"{here}.per_task", report.per_task, "requests", _PER_TASK.get(name)),
        Figure(f"{here}.lag", report.lag, "s", part.lag_s),
    ]
    if other:
        figures += [
            Figure(f"{here}.round_robin_lag", other.lag, "s"),
            Figure(f"{here}.lag_over_round_robin", report.lag / other.lag, "x", profile.lag_goal),
        ]
    return figures


def ours_of(part: Part) -> tuple[int, Report]:
    """Our client's batch, split evenly among the kernels; how many it has, and what was seen."""
    share = part.many // part.kernels
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory())
        library = Library(Path(home))
        ours.warm(library, PROFILES[part.profile])
        library.close()
        mock = stack.enter_context(mocked(part.setup))
        told = {"profile": part.profile, "origin": mock.origin, "home": home, "n": share}
        clients = [
            stack.enter_context(Client("ours", {**told, "from": n * share}))
            for n in range(part.kernels)
        ]
        for client in clients:
            client.ready()
        for client in clients:
            client.go()
        completed = sum(client.end()["completed"] for client in clients)
        return completed, mock.report()


def _round_robin(part: Part) -> Report:
    told = {"name": "round_robin", "profile": part.profile, "n": part.many}
    with (
        mocked(part.setup) as mock,
        Client("others", {**told, "origin": mock.origin}) as client,
    ):
        client.ready()
        client.go()
        client.end()
        return mock.report()
