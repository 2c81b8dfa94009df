"""Who looks after a job when its kernel is gone, and which job a re-run of a cell means."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from reapi_nb.catalog import Imagine
from reapi_nb.job import Account, Cell, Snapshot, Status, Times
from reapi_nb.library import Library
from reapi_nb.library.owner import LEASE_S, Owner
from tests.clocks import NOON
from tests.samples import HERE, job

if TYPE_CHECKING:
    from collections.abc import Iterator

MOVING = [status for status in Status if status.facts.moving]
RESTING = [status for status in Status if not status.facts.moving]
OTHERS = [
    Account("sandbox", HERE.origin, HERE.tag),
    Account(HERE.place, "https://other.example", HERE.tag),
    Account(HERE.place, HERE.origin, "00000000"),
    Account(HERE.place, HERE.origin, "ffffffff"),
]
"""Accounts that differ from ours in one thing each."""

KERNEL = """
import sys
from pathlib import Path
from reapi_nb.job import Status
from reapi_nb.library import Library
from tests.samples import job
library = Library(Path(sys.argv[1]))
library.keep(job("of another kernel", status=Status.PROCESSING))
print("ready", flush=True)
sys.stdin.read()
"""
"""Another kernel that looks after a job until it is killed."""


@contextmanager
def _other_kernel(home: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", KERNEL, str(home)]
    pipe = subprocess.PIPE
    root = Path(__file__).parent.parent
    with subprocess.Popen(command, cwd=root, stdin=pipe, stdout=pipe, text=True) as kernel:
        try:
            assert kernel.stdout is not None
            assert "ready\n" == kernel.stdout.readline()
            yield kernel
        finally:
            kernel.kill()


def _left_by(home: Path, library: Library, **owner: object) -> Snapshot:
    """A job of somebody who differs from a living process of this machine in these things."""
    parent = psutil.Process(os.getppid())
    living = Owner(
        socket.gethostname(),
        int(psutil.boot_time()),
        parent.pid,
        int(parent.create_time() * 100),
        0,
    )
    left = job(status=Status.PROCESSING)
    library.keep(left)
    with closing(sqlite3.connect(home / "library.sqlite3")) as db, db:
        db.execute("UPDATE jobs SET owner = ?", (str(living._replace(**owner)),))
    return left


# -- taking over


def test_a_living_kernel_keeps_its_jobs_and_a_dead_one_gives_them_up(home, library):
    """Nobody asks for a job twice, and none is lost: a kernel that is killed has heirs at once."""
    with _other_kernel(home) as kernel:
        assert [] == library.take_over(HERE)

        kernel.kill()
        # Dead but not buried, as a kernel is whose server has not noticed yet.
        os.waitid(os.P_PID, kernel.pid, os.WEXITED | os.WNOWAIT)

        assert ["of another kernel"] == [one.request.words for one in library.take_over(HERE)]


def test_an_owner_that_lives_is_left_alone(home, library):
    """Its process runs, and it is the same process."""
    _left_by(home, library)

    assert [] == library.take_over(HERE)


@pytest.mark.parametrize("later", [-300, -1, 1, 300])
def test_a_start_time_that_wavers_is_no_other_process(home, library, later):
    """It is computed from a clock that is set now and then: a second or two mean nothing."""
    parent = psutil.Process(os.getppid())
    _left_by(home, library, started=int(parent.create_time() * 100) + later)

    assert [] == library.take_over(HERE)


def test_a_reused_pid_is_not_its_predecessor(home, library):
    """A process with the owner's number that started at another time never had the job."""
    left = _left_by(home, library, started=100)

    assert [left] == library.take_over(HERE)


def test_an_owner_of_an_earlier_boot_is_gone(home, library):
    """Nothing runs on through a restart of the machine, whatever its pid."""
    left = _left_by(home, library, boot=int(psutil.boot_time()) - 3600)

    assert [left] == library.take_over(HERE)


def test_another_machine_is_believed_until_its_lease_ends(home, library, clock):
    """Nobody can look into another machine: a sign of life counts for half a minute."""
    left = _left_by(home, library, host="elsewhere")
    clock.elapsed += LEASE_S
    assert [] == library.take_over(HERE)

    clock.elapsed += 1

    assert [left] == library.take_over(HERE)


def test_a_sign_of_life_lengthens_the_lease(home, library, clock):
    """Renewed in time, a job stays where it is."""
    kept = job(status=Status.PROCESSING)
    library.keep(kept)
    clock.elapsed += LEASE_S - 1

    library.renew()

    with closing(sqlite3.connect(home / "library.sqlite3")) as db:
        [lease] = db.execute("SELECT lease_until FROM jobs").fetchone()
    assert clock.now() + LEASE_S == lease


def test_a_library_that_was_closed_in_this_process_gives_its_jobs_up(home, library):
    """%unload_ext and a new session later, the jobs go on."""
    left = job(status=Status.PROCESSING)
    with closing(Library(home)) as earlier:
        earlier.keep(left)
        assert [] == library.take_over(HERE)

    assert [left] == library.take_over(HERE)


def test_what_is_taken_over_is_taken_once(home, library):
    """Of two heirs one gets the job."""
    left = _left_by(home, library, started=100)
    with closing(Library(home)) as heir:
        assert [left] == heir.take_over(HERE)

        assert [] == library.take_over(HERE)


@pytest.mark.parametrize("account", OTHERS, ids=lambda account: account.place + account.tag)
def test_only_the_account_that_made_a_job_takes_it_over(home, library, account):
    """Another place, origin or key cannot ask for the task."""
    _left_by(home, library, started=100)

    assert [] == library.take_over(account)


@pytest.mark.parametrize("status", MOVING)
def test_unfinished_jobs_are_taken_over(home, library, status):
    """Everything that would go on by itself."""
    with closing(Library(home)) as earlier:
        earlier.keep(job(status=status))

    assert [status] == [one.status for one in library.take_over(HERE)]


@pytest.mark.parametrize("status", RESTING)
def test_jobs_that_rest_are_left_where_they_are(home, library, status):
    """What waits for somebody or is over needs no heir."""
    with closing(Library(home)) as earlier:
        earlier.keep(job(status=status))

    assert [] == library.take_over(HERE)


@pytest.mark.parametrize("status", MOVING)
def test_a_job_under_way_in_another_kernel_is_not_written_from_here(home, library, status):
    """Two kernels that press Send on one job send it once."""
    theirs = job(status=status)
    with closing(Library(home)) as other:
        other.keep(theirs)

        written = library.keep(theirs.but(status=Status.QUEUED))

        assert not written
        assert theirs == library.job(theirs.job_id)


# -- the same request again


RUN = job(cell=Cell("cats.ipynb", "cell-1", ""), ordinal=0)
KEY = {
    "account": HERE,
    "cell": "cell-1",
    "body_hash": RUN.request.body_hash(),
    "ordinal": 0,
}


@pytest.mark.parametrize("status", [status for status in Status if not status.facts.resend])
def test_a_re_run_means_the_job_that_is_there(library, status):
    """Under way, done, failed, held or of unknown outcome: it is shown, and not paid again."""
    there = replace(RUN, status=status)
    library.keep(there)

    assert there == library.again(**KEY)


@pytest.mark.parametrize("status", [status for status in Status if status.facts.resend])
def test_a_refused_job_is_no_answer_to_a_re_run(library, status):
    """Nothing was made of it and nothing charged, so the cell may send it again."""
    library.keep(replace(RUN, status=status))

    assert library.again(**KEY) is None


@pytest.mark.parametrize(
    "other",
    [
        *({"account": account} for account in OTHERS),
        {"cell": "cell-2"},
        {"body_hash": Imagine(prompt="a dog").body_hash()},
        {"ordinal": 1},
    ],
    ids=lambda other: next(iter(other)),
)
def test_a_re_run_is_the_same_in_every_respect(library, other):
    """Another place, origin, account, cell, body or turn of the loop is another request."""
    library.keep(replace(RUN, status=Status.COMPLETED))

    assert library.again(**KEY | other) is None


def test_a_re_run_means_the_newest_job_that_came_to_something(library):
    """After a fresh one the fresh one counts, unless it was refused."""
    for n, status in enumerate((Status.COMPLETED, Status.COMPLETED, Status.REJECTED)):
        library.keep(replace(RUN, job_id=f"job-{n}", status=status, times=Times(made=NOON + n)))

    assert "job-1" == library.again(**KEY).job_id
