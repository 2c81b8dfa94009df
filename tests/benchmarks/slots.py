"""
How long four processes take to get a slot of one account, when one is free.

Each takes slots at random moments, less than half of the allowance in all, so a slot is nearly
always free; a taking that had to wait for one is set aside. There are ten slots, as for reAPI, but
they cool down much faster here, so that the processes meet at the file and the samples are many.

`rested` is the same with long pauses between takings: most of that is a processor that wakes up.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from reapi_nb.errors import LibraryFault
from reapi_nb.limiter import Limiter
from tests.benchmarks.figure import Figure

PROCESSES = 4
_TAKINGS = 400
_WARM_UP = 20
_COOL_DOWN_S = 0.005
_OFTEN, _SELDOM = 200.0, 30.0
"""How many slots one process takes a second."""


def run() -> list[Figure]:
    seconds, errors = _round(_OFTEN)
    rested, more = _round(_SELDOM)
    return [
        Figure("slots.acquire_p50", statistics.median(seconds) * 1e6, "us", 100),
        Figure("slots.acquire_p99", statistics.quantiles(seconds, n=100)[-1] * 1e3, "ms", 2),
        Figure("slots.lock_errors", errors + more, "errors", 0),
        Figure("slots.rested_p50", statistics.median(rested) * 1e6, "us"),
        Figure("slots.samples", len(seconds), "takings"),
    ]


def _round(per_s: float) -> tuple[list[float], int]:
    """The seconds of all processes' takings, and how many failed."""
    with tempfile.TemporaryDirectory() as home, ProcessPoolExecutor(PROCESSES) as pool:
        taken = list(pool.map(partial(_take, home, per_s), range(PROCESSES)))
    return [second for times, _ in taken for second in times], sum(errors for _, errors in taken)


def _take(home: str, per_s: float, seed: int) -> tuple[list[float], int]:
    return asyncio.run(_taking(Path(home), per_s, random.Random(seed)))


async def _taking(home: Path, per_s: float, luck: random.Random) -> tuple[list[float], int]:
    """The seconds of each taking that did not wait, and how many failed."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        await asyncio.sleep(seconds)

    limiter = Limiter(home / "limiter.sqlite3", "bench", cool_down_s=_COOL_DOWN_S, sleep=sleep)
    times, errors = [], 0
    for _ in range(_WARM_UP + _TAKINGS):
        await asyncio.sleep(luck.expovariate(per_s))
        waits.clear()
        began = time.perf_counter()
        try:
            async with limiter.slot():
                took = time.perf_counter() - began
        except LibraryFault:
            errors += 1
            continue
        if not waits:
            times.append(took)
    limiter.close()
    return times[_WARM_UP:], errors
