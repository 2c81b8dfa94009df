"""Rows 8 to 16 of the fault matrix: looks that go wrong, and tasks that end badly."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from reapi_nb.errors import TaskFailed
from reapi_nb.job import Status
from reapi_nb.session import Session
from tests.faults import acts
from tests.faults.kernel import Quick, settings
from tests.faults.server import RecordingServer

if TYPE_CHECKING:
    from pathlib import Path

LEFT = 5
"""Requests a second that other machines leave to this one."""

JOBS = 12
FAILURES = (80001, 80002, 80003, "80001", "CONTENT_POLICY_VIOLATION")


def test_other_machines_slow_us_down(home: Path):
    """Half of the rate is used by others: everything completes, and few requests are in vain."""
    with (
        RecordingServer(pictures=1, limit=LEFT) as server,
        Session(settings(server.origin, home)) as session,
    ):
        began = time.monotonic()
        jobs = [session.submit(Quick(prompt=f"cat {n}")) for n in range(JOBS)]
        ends = {job.wait(60).status for job in jobs}
        took = time.monotonic() - began

        assert {Status.COMPLETED} == ends
        assert JOBS == server.charges
        asked = len(server.submits) + len(server.of("look"))
        assert asked <= 1.2 * LEFT * took + 2 * LEFT  # what is learned costs one burst


def test_a_failure_is_refunded_and_not_repeated(home: Path):
    """A task that failed is over: its credits are back, and only people send it again."""
    failed = [
        acts.say({"status": "failed", "error": {"code": code, "message": f"died of {code}"}})
        for code in FAILURES
    ]
    with RecordingServer() as server, Session(settings(server.origin, home)) as session:
        server.cue("look", *failed)

        jobs = [session.submit(Quick(prompt=f"cat {n}")) for n in range(len(failed))]
        for job in jobs:
            job.wait(20)
        time.sleep(0.3)

        assert {(Status.FAILED, TaskFailed)} == {(job.status, type(job.error)) for job in jobs}
        assert {"credits refunded"} == {job.error.money for job in jobs}
        assert {f"died of {code}" for code in FAILURES} == {job.error.message for job in jobs}
        assert len(failed) == len(server.submits) == len(server.of("look"))
