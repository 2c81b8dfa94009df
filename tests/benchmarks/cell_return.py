"""
How much later a cell returns because of `%reapi mj`, in a real kernel.

Empty cells and submits take turns, so that the machine's moods hit both. The API is the
sandbox in another process, whose tasks never end while this lasts: what is measured is
submitting, not painting.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import tempfile
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from tests.benchmarks.figure import Figure
from tests.kernels import Kernel, kernel

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUNDS = 120
WARM_UP = 10


def run() -> list[Figure]:
    empty, asking = [], []
    with (
        tempfile.TemporaryDirectory() as home,
        _sandbox(home) as origin,
        _kernel(home, origin) as it,
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


def _kernel(home: str, origin: str) -> AbstractContextManager[Kernel]:
    return kernel(
        REAPI_NB_HOME=f"{home}/library",
        REAPI_BASE_URL=origin,
        REAPI_API_KEY="bench",
        XDG_CONFIG_HOME=home,
    )


@contextmanager
def _sandbox(home: str) -> Iterator[str]:
    """The served sandbox with endless tasks; its origin."""
    words = ["sandbox", "--port", "0", "--key", "bench", "--latency", "3600"]
    command = [sys.executable, "-c", "from reapi_nb.cli import main; main()", *words]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        env={"REAPI_NB_HOME": f"{home}/sandbox", "PYTHONUNBUFFERED": "1"},
    ) as server:
        assert server.stdout is not None
        try:
            found = re.search(r"http://[\w.]+:\d+", server.stdout.readline())
            assert found, "the sandbox did not say where it is"
            yield found[0]
        finally:
            server.terminate()
