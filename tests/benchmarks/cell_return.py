"""
How much later a cell returns because of `%reapi mj`, in a real kernel.

Empty cells and submits take turns, so that the machine's moods hit both. The API is the
sandbox in another process, whose tasks never end while this lasts: what is measured is
submitting, not painting.
"""

from __future__ import annotations

import statistics
import tempfile

from tests.benchmarks.figure import Figure
from tests.benchmarks.served import sandbox, shell

ROUNDS = 120
WARM_UP = 10
_ENDLESS_S = 3600


def run() -> list[Figure]:
    empty, asking = [], []
    with (
        tempfile.TemporaryDirectory() as home,
        sandbox(home, _ENDLESS_S) as origin,
        shell(home, origin) as it,
    ):
        it.run("%load_ext reapi_nb")
        it.run("%reapi cap 1000000000")
        for n in range(WARM_UP + ROUNDS):
            empty.append(it.run("pass", cell=f"e{n}").seconds)
            line = f'%reapi mj "a garden, take {n} --ar 16:9"'
            asking.append(it.run(line, cell=f"c{n}").seconds)
    empty, asking = empty[WARM_UP:], asking[WARM_UP:]
    base = statistics.median(empty) * 1000
    return [
        Figure("cell_return.empty_p50", base, "ms"),
        Figure("cell_return.over_empty_p50", statistics.median(asking) * 1000 - base, "ms", 5),
        Figure("cell_return.over_empty_p95", _p95(asking) - _p95(empty), "ms", 15),
    ]


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1] * 1000
