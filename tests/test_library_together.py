"""Four kernels that write to one library at once."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from reapi_nb.library import Library

KERNELS, WRITES = 4, 250

WRITING = """
import sys, time
from pathlib import Path
from reapi_nb.job import Status
from reapi_nb.library import Library
from tests.samples import job
library = Library(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for n in range(int(sys.argv[2]) // 2):
    one = job(f"cat {n}", status=Status.SENDING)
    assert library.keep(one, cap=1 << 40, kernel_cap=1 << 40)
    assert library.keep(one.but(status=Status.PROCESSING, task_id=one.job_id))
    library.latencies(("reapi", "mj-v7", "fast", ""))
library.close()
print("done", flush=True)
"""
"""A kernel that reads the books and then writes, again and again."""


def test_kernels_that_write_at_once_never_find_it_locked(home):
    """Every write of every kernel is there, and nobody was told to come back later."""
    root, pipe = Path(__file__).parent.parent, subprocess.PIPE
    command = [sys.executable, "-c", WRITING, str(home), str(WRITES)]
    kernels = [
        subprocess.Popen(command, cwd=root, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        for _ in range(KERNELS)
    ]
    for kernel in kernels:
        assert "ready\n" == kernel.stdout.readline()
    begun = time.monotonic()
    for kernel in kernels:
        kernel.stdin.write("go\n")
        kernel.stdin.flush()
    told = [kernel.communicate(timeout=60) for kernel in kernels]

    assert [("done\n", "")] * KERNELS == told
    assert time.monotonic() - begun < 30
    with closing(Library(home)) as library:
        assert KERNELS * WRITES // 2 * 88 == library.spent_today()
        assert "" == library.complaint()
    with closing(sqlite3.connect(home / "library.sqlite3")) as db:
        assert (KERNELS * WRITES // 2,) == db.execute(
            "SELECT count(*) FROM jobs WHERE status = 'processing' AND task_id = job_id"
        ).fetchone()
