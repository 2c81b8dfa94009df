"""
How long the engine's loop stands still while pictures are decoded: a heartbeat on that very loop.

It ticks every millisecond; a stall is what a tick comes too late. The figure is the median, over
several jobs of four PNGs of about 6 MB, of each job's longest stall between the answer that says
`completed` and the job's end. `idle` is the same loop with nothing to do: what the machine itself
makes of it.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from itertools import pairwise

from reapi_nb.session import Session
from tests.benchmarks.figure import Figure
from tests.benchmarks.mocks import Mocked, mocked
from tests.benchmarks.ours import settings
from tests.benchmarks.pictures import SETUP
from tests.benchmarks.profiles import PROFILES

ROUNDS = 5
_TICK_S = 0.001
_IDLE_S = 2.0


def run() -> list[Figure]:
    with (
        tempfile.TemporaryDirectory() as home,
        mocked(SETUP) as mock,
        Session(settings(mock.origin, home)) as session,
    ):
        session.ready()
        _decoding(session, mock, -1)
        idle = [_stall(_beats(session, _IDLE_S)) for _ in range(ROUNDS)]
        busy = [_decoding(session, mock, n) for n in range(ROUNDS)]
    return [
        Figure("stall.idle_p50_of_longest", statistics.median(idle) * 1000, "ms"),
        Figure("stall.decoding_p50_of_longest", statistics.median(busy) * 1000, "ms", 5),
    ]


def _decoding(session: Session, mock: Mocked, n: int) -> float:
    """The longest stall from completed to the end of a job with large pictures."""
    beating = _heart(session)
    job = session.submit(PROFILES["fast"].request(n), fresh=True, clicked=True)
    job.wait(60)
    assert len(job.pictures) == SETUP.pictures, job
    seen = mock.report().tasks[-1]["seen"]
    return _stall([at for at in beating.stop() if at > seen])


def _beats(session: Session, seconds: float) -> list[float]:
    beating = _heart(session)
    time.sleep(seconds)
    return beating.stop()


def _heart(session: Session) -> Heart:
    heart = Heart()
    # The engine's own loop has no public door, and must not have one.
    session._driver.bridge.run(heart.beat())
    return heart


class Heart:
    """Notes the time every millisecond until it is stopped."""

    def __init__(self) -> None:
        self._times: list[float] = []
        self._beating = True

    async def beat(self) -> None:
        while self._beating:
            self._times.append(time.monotonic())
            await asyncio.sleep(_TICK_S)

    def stop(self) -> list[float]:
        self._beating = False
        return self._times


def _stall(times: list[float]) -> float:
    """The longest lateness of a beat, in seconds."""
    return max(b - a for a, b in pairwise(times)) - _TICK_S
