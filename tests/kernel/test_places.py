"""Two places in one kernel: what was made in one stays there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.server import RecordingServer
from tests.kernels import Kernel, loaded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(name="server")
def _server() -> Iterator[RecordingServer]:
    with RecordingServer() as server:
        yield server


@pytest.fixture(name="kernel")
def _kernel(tmp_path: Path, server: RecordingServer) -> Iterator[Kernel]:
    with loaded(tmp_path, REAPI_BASE_URL=server.origin, REAPI_API_KEY="test-key") as kernel:
        yield kernel


def test_a_paid_job_goes_on_after_leaving_its_place(kernel, server):
    """The sandbox is entered while a real job is under way; its pictures arrive all the same."""
    kernel.run('job = %reapi mj "a paid cat"')

    kernel.run("%reapi use sandbox")
    kernel.run("job.wait(30)")

    assert "completed" in kernel.run("print(job)").text
    assert 1 == len(server.submits)


def test_a_board_of_another_place_says_so(kernel, server, tmp_path):
    """A job of the real place that is shown from the sandbox is not badged as the sandbox's."""
    kernel.run('job = %reapi mj "a paid cat"')
    kernel.run("job.wait(30)")
    [task_id] = server.tasks

    with loaded(tmp_path, REAPI_NB_SANDBOX="1") as later:
        shown = later.run(f"%reapi show {task_id}")
        history = later.run("%reapi history 1").text

    [opened] = [
        one["content"]["data"]["state"]["view"]
        for one in shown.messages
        if one["msg_type"] == "comm_open" and "view" in one["content"]["data"]["state"]
    ]
    assert "reapi" == opened["place"]
    assert "  reapi  " in history
