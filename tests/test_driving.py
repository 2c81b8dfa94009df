"""The way to the engine: a job is started once, and nothing is left half started."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reapi_nb.bridge import Bridge
from reapi_nb.catalog import Imagine
from reapi_nb.errors import ReapiError
from reapi_nb.session import Session
from tests.faults.kernel import settings
from tests.faults.server import RecordingServer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.notebooks import Notebook


def test_a_cell_that_is_run_again_before_its_job_was_sent_is_one_charge(
    home: Path, notebook: Notebook
):
    """The engine is still being built when the same job is started a second time."""
    with RecordingServer() as server, Session(settings(server.origin, home)) as session:
        jobs = []
        for _ in range(3):
            with notebook.running():
                jobs.append(session.submit(Imagine(prompt="a cat")))
        jobs[0].wait(30)

        assert [jobs[0]] * 3 == jobs
        assert 1 == server.charges == len(server.submits)


def test_a_job_is_under_way_as_soon_as_it_was_asked_for(home: Path):
    """A cell that waits in its next line waits for it, however early that is."""
    with RecordingServer() as server, Session(settings(server.origin, home)) as session:
        job = session.submit(Imagine(prompt="a cat"))

        assert [job] == session.moving()


def test_a_bridge_that_was_stopped_says_so():
    """Whatever is asked of it is refused in one line, and a second stop does no harm."""
    bridge = Bridge()
    assert 7 == bridge.run(_seven()).result(5)
    bridge.stop()
    bridge.stop()

    with pytest.raises(ReapiError, match="this session is closed: make a new one"):
        bridge.run(_seven())


async def _seven() -> int:
    return 7
