"""Mocks of their own processes, and what they have seen of a client."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import httpx

from tests.benchmarks.profiles import lower_bound

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.benchmarks.mock import Setup

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Report:
    """What a mock recorded. Times are seconds on the monotonic clock."""

    requests: Sequence[tuple[float, str, int]]
    tasks: list[dict[str, Any]]

    @property
    def submitted(self) -> float:
        """When the first submit came."""
        return min(at for at, kind, _ in self.requests if kind == "submit")

    @property
    def makespan(self) -> float:
        """From the first submit to the last completion seen."""
        return max(0.0, *(task["seen"] - self.submitted for task in self.tasks))

    @property
    def ratio(self) -> float:
        """The makespan over the lower bound of the very latencies that were drawn."""
        return self.makespan / lower_bound(self.latencies)

    @cached_property
    def latencies(self) -> list[float]:
        return [task["latency"] for task in self.tasks]

    @property
    def seen(self) -> int:
        return sum(task["seen"] > 0 for task in self.tasks)

    @property
    def lag(self) -> float:
        """Mean seconds from done to seen."""
        return statistics.mean(t["seen"] - t["done"] for t in self.tasks if t["seen"])

    @property
    def limited(self) -> int:
        """How many requests were refused as too many."""
        return sum(status == 429 for *_, status in self.requests)

    @property
    def per_task(self) -> float:
        return len(self.requests) / max(1, len(self.tasks))


@dataclass(frozen=True)
class Mocked:
    """A mock that is alive."""

    origin: str
    pictures: str

    def report(self) -> Report:
        answer = httpx.get(f"{self.pictures}/report", timeout=30, trust_env=False)
        return Report(**answer.json())


@contextmanager
def mocked(setup: Setup) -> Iterator[Mocked]:
    """A mock in a process of its own."""
    words = [sys.executable, "-m", "tests.benchmarks.mock", json.dumps(asdict(setup))]
    with subprocess.Popen(
        words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as mock:
        assert mock.stdin is not None
        assert mock.stdout is not None
        try:
            yield Mocked(*json.loads(mock.stdout.readline()))
        finally:
            mock.stdin.close()


class Client:
    """
    A client in a process of its own, started but not let go.

    Args:
        module: Below `tests.benchmarks`; it prints a line when it is ready, begins when it reads
            one, and ends with a line of JSON.
        told: What it is told.
    """

    def __init__(self, module: str, told: dict[str, Any], **variables: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"tests.benchmarks.{module}", json.dumps(told)],
            cwd=ROOT,
            env={**_plain(), **variables},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ready(self) -> None:
        self._line()

    def go(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def end(self) -> dict[str, Any]:
        """Wait for its end; what it says then."""
        said: dict[str, Any] = json.loads(self._line())
        with self._process:  # waits and closes its pipes
            pass
        return said

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            raise RuntimeError(f"a client ended early: {self._process.args}")
        return line

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()


def _plain() -> dict[str, str]:
    """The environment without anybody's keys and addresses."""
    ours = ("REAPI_", "APIXO_", "REPLICATE_", "FAL_", "OPENAI_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}
