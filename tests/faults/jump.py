"""
A kernel whose wall clock jumps while its tasks are under way.

`python -m tests.faults.jump ORIGIN HOME SECONDS` submits some requests, lets the clock jump by so
many seconds when the server has them, submits one more, and prints the states of all as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

JOBS = 3
_ROOT = Path(__file__).parents[2]
_PATIENCE_S = 25.0


def start(origin: str, home: Path, seconds: float) -> subprocess.Popen[str]:
    """Such a kernel, at work."""
    command = [sys.executable, "-m", "tests.faults.jump", origin, str(home), str(seconds)]
    return subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True)


def main(origin: str, home: str, seconds: str) -> None:
    set_clock, jumped = time.time, [0.0]
    time.time = lambda: set_clock() + jumped[0]  # before anybody takes hold of the real one

    from reapi_nb.session import Session
    from tests.faults.kernel import Quick, settings, until

    with Session(settings(origin, Path(home))) as session:
        jobs = [session.submit(Quick(prompt=f"cat number {n}")) for n in range(JOBS)]
        until(lambda: all(job.task_id for job in jobs))
        jumped[0] = float(seconds)
        jobs.append(session.submit(Quick(prompt="a cat of another day")))
        end = time.monotonic() + _PATIENCE_S
        while any(job.status.facts.moving for job in jobs) and time.monotonic() < end:
            time.sleep(0.05)
        print(json.dumps([job.status for job in jobs]))


if __name__ == "__main__":
    main(*sys.argv[1:])
