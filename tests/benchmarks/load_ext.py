"""How long `%load_ext reapi_nb` takes in a warm kernel: one that has shown a widget."""

from __future__ import annotations

import statistics
import tempfile

from tests.benchmarks.figure import Figure
from tests.kernels import kernel

ROUNDS = 7

_TIMED = """
import time
began = time.perf_counter()
get_ipython().run_line_magic("load_ext", "reapi_nb")
took = time.perf_counter() - began
"""


def run() -> list[Figure]:
    times = [_once() for _ in range(ROUNDS)]
    return [Figure("load_ext.warm_p50", statistics.median(times) * 1000, "ms", 60)]


def _once() -> float:
    with (
        tempfile.TemporaryDirectory() as home,
        kernel(REAPI_NB_HOME=f"{home}/library", XDG_CONFIG_HOME=home) as it,
    ):
        it.run("import ipywidgets, asyncio; ipywidgets.Button()")
        it.run(_TIMED)
        return float(it.run("print(took)").text)
