"""Two kernels with one library and one account: they share ten requests a second."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from tests.faults import kernel
from tests.faults.server import RecordingServer

if TYPE_CHECKING:
    from pathlib import Path

JOBS = 40


def test_two_busy_kernels_never_meet_the_rate_limit(home: Path):
    """Two times 40 jobs at once: no 429, every job completed, every request sent once."""
    with (
        RecordingServer(seconds=1.0, pictures=1, limit=10) as server,
        kernel.start(server.origin, home, JOBS) as one,
        kernel.start(server.origin, home, JOBS) as other,
    ):
        try:
            ended = [json.loads(process.communicate(timeout=100)[0]) for process in (one, other)]
        finally:
            one.kill()
            other.kill()

        assert 0 == server.limited
        assert {"completed": 2 * JOBS} == Counter(ended[0] + ended[1])
        assert 2 * JOBS == len(server.submits) == server.charges
