"""
How long `%load_ext reapi_nb` takes in a warm kernel, and the first `%reapi mj` of a kernel.

A kernel can load for the first time only once, so every round has a kernel of its own. The first
submit comes right after loading, as in a notebook that is run from the top; its figure is the
cell's time over that of an empty cell. `first_later` is the same in a kernel that was left alone
for two seconds. `load_ext_work` is what the cell's own thread has worked, whatever else the machine
does.
"""

from __future__ import annotations

import statistics
import tempfile
import time

from tests.benchmarks.figure import Figure
from tests.benchmarks.served import sandbox, warm

ROUNDS = 7
_ENDLESS_S = 3600
_REST_S = 2.0

_TIMED = """
import time
began = time.perf_counter(), time.thread_time()
get_ipython().run_line_magic("load_ext", "reapi_nb")
took = time.perf_counter() - began[0], time.thread_time() - began[1]
"""


def run() -> list[Figure]:
    loads, works, firsts, laters = [], [], [], []
    with tempfile.TemporaryDirectory() as there, sandbox(there, _ENDLESS_S) as origin:
        _once(origin, 0)  # what is not compiled yet, or not read from the disk, is no part of this
        for _ in range(ROUNDS):
            load, work, first = _once(origin, 0)
            loads.append(load)
            works.append(work)
            firsts.append(first)
            laters.append(_once(origin, _REST_S)[-1])
    return [
        Figure("load.load_ext_p50", statistics.median(loads) * 1000, "ms", 20),
        Figure("load.load_ext_work_p50", statistics.median(works) * 1000, "ms"),
        Figure("load.first_p50", statistics.median(firsts) * 1000, "ms", 250),
        Figure("load.first_later_p50", statistics.median(laters) * 1000, "ms", 250),
    ]


def _once(origin: str, rest_s: float) -> tuple[float, float, float]:
    """Seconds of loading, of work meanwhile, and of the first submit over an empty cell."""
    with tempfile.TemporaryDirectory() as home, warm(home, origin) as it:
        empty = statistics.median(it.run("pass").seconds for _ in range(5))
        it.run(_TIMED)
        loaded, worked = map(float, it.run("print(*took)").text.split())
        time.sleep(rest_s)
        first = it.run('%reapi mj "a garden --ar 16:9"', cell="first").seconds
    return loaded, worked, first - empty
