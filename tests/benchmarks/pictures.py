"""
From completed to thumbnails on the wire: four PNGs of about 6 MB, in a real kernel, loopback.

It begins when a mock's answer says `completed` and ends when the fourth thumbnail leaves the
kernel in a comm message. The floor is measured in the same run, before and after: the time to
fetch the same four pictures at once from the same mock, and four decodings spread over the cores.
"""

from __future__ import annotations

import io
import os
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

from PIL import Image

from tests.benchmarks.figure import Figure
from tests.benchmarks.mock import Setup
from tests.benchmarks.mocks import Mocked, mocked
from tests.benchmarks.served import warm

if TYPE_CHECKING:
    from tests.kernels import Kernel

ROUNDS = 5
PICTURES = 4
_CORES = os.cpu_count() or 1
_WAIT_S = 60.0
SETUP = Setup(latency_s=1.0, limiter="", pictures=PICTURES, side=2048)


def run() -> list[Figure]:
    floors, firsts, alls = [], [], []
    with (
        tempfile.TemporaryDirectory() as home,
        mocked(SETUP) as mock,
        warm(home, mock.origin) as it,
    ):
        it.run("%load_ext reapi_nb")
        _shown(it, mock, -1)
        for n in range(ROUNDS):
            floors.append(_floor(mock))
            first, last = _shown(it, mock, n)
            firsts.append(first)
            alls.append(last)
        floors.append(_floor(mock))
    floor, whole = statistics.median(floors), statistics.median(alls)
    return [
        Figure("pictures.floor_p50", floor * 1000, "ms"),
        Figure("pictures.first_p50", statistics.median(firsts) * 1000, "ms"),
        Figure("pictures.all_p50", whole * 1000, "ms"),
        Figure("pictures.all_over_floor", whole / floor, "x", 1.4),
    ]


def _shown(it: Kernel, mock: Mocked, n: int) -> tuple[float, float]:
    """Seconds from completed to the first and to the fourth thumbnail."""
    it.run(f'%reapi mj "a garden, take {n}"', cell=f"c{n}")
    came: dict[int, float] = {}
    until = time.monotonic() + _WAIT_S
    while PICTURES not in came:
        assert time.monotonic() < until, f"only {max(came, default=0)} thumbnails came"
        message = it.client.get_iopub_msg(timeout=_WAIT_S)
        came.setdefault(_thumbnails(message), time.monotonic())
    seen = mock.report().tasks[-1]["seen"]
    return min(at for many, at in came.items() if many) - seen, came[PICTURES] - seen


def _thumbnails(message: dict[str, Any]) -> int:
    """How many thumbnails a message carries."""
    return sum(bytes(part[8:12]) == b"WEBP" for part in message.get("buffers", ()))


def _floor(mock: Mocked) -> float:
    """Seconds to fetch the pictures at once, and to decode them with all cores."""
    with ThreadPoolExecutor(PICTURES) as pool:
        began = time.perf_counter()
        data = list(pool.map(partial(_fetched, mock), range(PICTURES)))
        fetched = time.perf_counter() - began
    decoding = []
    for one in data:
        began = time.perf_counter()
        with Image.open(io.BytesIO(one)) as image:
            image.load()
        decoding.append(time.perf_counter() - began)
    return fetched + PICTURES * statistics.median(decoding) / min(_CORES, PICTURES)


def _fetched(mock: Mocked, n: int) -> bytes:
    """A picture by the plainest client there is."""
    with closing(HTTPConnection(mock.pictures.partition("://")[2])) as connection:
        connection.request("GET", f"/floor/{n}.png")
        return connection.getresponse().read()
