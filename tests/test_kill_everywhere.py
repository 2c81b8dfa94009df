"""
Kernels that are killed at any step of their input and output, and what the next one finds.

One toll for all tests: kernels are killed with SIGKILL at steps that are spread over a whole life,
half of their successors too. `python -m tests.benchmarks faults` kills three hundred.
"""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from reapi_nb.session import Session
from reapi_nb.settings import Secret
from tests.faults import kills, oracle
from tests.faults.kernel import Quick, settings, until
from tests.faults.nursery import Life, Nursery
from tests.faults.oracle import told
from tests.faults.server import TASKS, RecordingServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.faults.kills import Toll
    from tests.faults.nursery import Death

LIVES = 34
PROMISES = (
    "an unharmed life is whole",
    "no duplicate charges",
    "no charge without a row",
    "what was sent is not called unsent",
    "nothing is sent twice",
    "nothing is sent unasked",
    "at most ten requests a second",
    "everything ends",
    "what was being sent is unknown",
    "what was queued waits",
    "nothing paid is lost",
    "what is completed is on the disk",
    "the library is whole",
    "half a picture is none",
)


@pytest.fixture(name="toll", scope="module")
def _toll(tmp_path_factory: pytest.TempPathFactory) -> Toll:
    return kills.kill(tmp_path_factory.mktemp("kills"), LIVES)


def test_kernels_die_at_every_stage(toll):
    """Forty kills or more, and rows of every state that a job passes through are left behind."""
    assert 40 <= toll.kills, str(toll)
    assert {"queued", "sending", "processing", "saving", "completed"} <= {*toll.left}, str(toll)
    assert {*PROMISES} == {*toll.broken}


@pytest.mark.parametrize("promise", PROMISES)
def test_what_is_promised_outlives_a_kill(toll, promise):
    """Whenever a kernel dies, this is true of what it leaves to the next one."""
    assert [] == toll.broken[promise], f"{toll}\n{told(toll.broken[promise])}"


KEY = "test-key"
JOBS = 3


@contextmanager
def _victim(server: RecordingServer, home: Path) -> Iterator[list[Death]]:
    """A kernel in a process of its own that is killed while it looks at its tasks."""
    deaths: list[Death] = []
    with Nursery() as nursery:
        nursery.tell([Life(server.origin, home, KEY, "theirs", JOBS)])
        until(lambda: JOBS <= len(_looked_at(server, "theirs")))
        [pid] = nursery.pids(home)
        os.kill(pid, signal.SIGKILL)
        deaths += nursery.hear()
        yield deaths


def _looked_at(server: RecordingServer, name: str) -> set[str]:
    """The tasks of one kernel that were looked at."""
    asked = {heard.path.removeprefix(TASKS) for heard in server.of("look")}
    return {task_id for task_id in asked if name in server.tasks[task_id].prompt}


def _askers(server: RecordingServer, name: str, theirs: set[int]) -> dict[str, list[str]]:
    """Who looked at each task of a kernel, in the order of the looks, without repetition."""
    askers: dict[str, list[str]] = {task_id: [] for task_id in _looked_at(server, name)}
    for heard in server.of("look"):
        asked = askers.get(heard.path.removeprefix(TASKS))
        asker = "victim" if heard.peer in theirs else "heir"
        if asked is not None and asked[-1:] != [asker]:
            asked.append(asker)
    return askers


def test_a_living_kernel_takes_over_from_a_dead_one(home: Path):
    """Two kernels, one library, one killed: each task is looked at by one process at a time."""
    asking = {"key": Secret(KEY)}
    with (
        RecordingServer(seconds=4.0, pictures=2) as server,
        Session(settings(server.origin, home, **asking)) as heir,
    ):
        ours = [heir.submit(Quick(prompt=f"a cat, nonce ours-{n}")) for n in range(JOBS)]
        with _victim(server, home) as [death]:
            until(lambda: {"completed"} == {status for status, _ in oracle.jobs(home).values()}, 40)

            assert [job.status for job in ours] == ["completed"] * JOBS
        assert death.killed
        assert [["heir"]] * JOBS == [*_askers(server, "ours", death.ports).values()]
        assert [["victim", "heir"]] * JOBS == [*_askers(server, "theirs", death.ports).values()]
        assert 2 * JOBS == len(server.submits) == server.charges == len(oracle.jobs(home))
        assert [] == oracle.over_the_limit(server) + oracle.damaged(home) + oracle.unsound(home)
