"""Rows 30 and 31 of the fault matrix: what this machine may do to its kernels."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.faults import jump, oracle
from tests.faults.kernel import rows
from tests.faults.server import RecordingServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    Ends = dict[str, tuple[list[str], Path]]

DAY_S = 86_400.0
JUMPS = {"a day ahead": DAY_S, "a day back": -DAY_S, "an hour back": -3600.0}


@pytest.fixture(name="jumped", scope="module")
def _jumped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ends]:
    """Kernels whose clocks jump, all at once: their jobs' ends and their homes."""
    with RecordingServer(seconds=3.0, pictures=1) as server:
        kernels = {
            name: (jump.start(server.origin, home, seconds), home)
            for name, seconds in JUMPS.items()
            for home in [tmp_path_factory.mktemp("jump") / "home"]
        }
        yield {
            name: (json.loads(process.communicate(timeout=60)[0]), home)
            for name, (process, home) in kernels.items()
        }
        assert len(JUMPS) * (jump.JOBS + 1) == server.charges == len(server.submits)


@pytest.mark.parametrize("name", JUMPS)
def test_a_clock_that_jumps_loses_nothing(jumped, name):
    """A clock set a day ahead or back, or an hour for winter, ends no task and delays none."""
    ends, home = jumped[name]

    assert ["completed"] * (jump.JOBS + 1) == ends
    assert [] == oracle.damaged(home)
    assert [(jump.JOBS + 1,)] == rows(home, "SELECT count(*) FROM pictures WHERE file IS NOT NULL")
