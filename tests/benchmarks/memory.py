"""
How much resident memory a kernel needs over one that has ipywidgets: after `%load_ext`, and after
the first job and its four pictures. The API is the sandbox in another process.
"""

from __future__ import annotations

import statistics
import tempfile
import time

from tests.benchmarks.figure import Figure
from tests.benchmarks.served import sandbox, warm

ROUNDS = 3
_REST_S = 2.0
"""The engine is built in the background; this is long enough for it to be ready."""

_RSS = "import psutil; print(psutil.Process().memory_info().rss)"


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as there, sandbox(there, 0.5) as origin:
        _once(origin)  # compiling modules needs memory that a kernel does not need again
        loaded, worked = zip(*(_once(origin) for _ in range(ROUNDS)), strict=True)
    return [
        Figure("memory.after_load", statistics.median(loaded), "MB", 10),
        Figure("memory.after_first_job", statistics.median(worked), "MB", 30),
    ]


def _once(origin: str) -> tuple[float, float]:
    """MB over ipywidgets, after loading and after the first job."""
    with tempfile.TemporaryDirectory() as home, warm(home, origin) as it:
        base = int(it.run(_RSS).text)
        it.run("%load_ext reapi_nb")
        time.sleep(_REST_S)
        loaded = int(it.run(_RSS).text)
        it.run('job = %reapi mj "a garden --ar 16:9"', cell="first")
        said = it.run("print(job.wait(60).status)").text
        assert "completed" in said, said
        time.sleep(_REST_S)
        worked = int(it.run(_RSS).text)
    return (loaded - base) / 1e6, (worked - base) / 1e6
