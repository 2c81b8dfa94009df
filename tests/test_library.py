"""What the library remembers: jobs, pictures, boards and spend."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reapi_nb.catalog import REQUESTS, Imagine
from reapi_nb.errors import CapReached, LibraryFault, OutcomeUnknown
from reapi_nb.job import Account, Cell, Snapshot, Status, Times
from reapi_nb.library import Library
from reapi_nb.library.schema import MIGRATIONS
from tests.clocks import NOON, VirtualClock
from tests.samples import HERE, example, job, kept

if TYPE_CHECKING:
    from collections.abc import Iterator

OPENING = """
import sys, time
from pathlib import Path
from reapi_nb.library import Library
while time.time() < float(sys.argv[2]):
    pass
Library(Path(sys.argv[1])).close()
"""
"""Another kernel that opens a library at an agreed moment."""


@pytest.fixture(name="clock")
def _clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture(name="library")
def _library(home: Path, clock: VirtualClock) -> Iterator[Library]:
    with closing(Library(home, clock=clock.now)) as library:
        yield library


def _walked(library: Library, *statuses: Status, **fields) -> Snapshot:
    """A job that went through these states, one after the other."""
    walking = job(**fields)
    for status in statuses:
        walking = walking.but(status=status)
        library.keep(walking)
    return walking


def _spend(home: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(home / "library.sqlite3")) as db:
        return db.execute("SELECT kind, credits FROM spend ORDER BY kind").fetchall()


# -- jobs


@pytest.mark.parametrize("kind", REQUESTS, ids=lambda kind: kind.__name__)
def test_a_job_of_every_model_comes_back_as_it_was(library, kind):
    """Request, account, times, parent, cell, pictures and the server's answer survive."""
    before = job(
        request=example(kind),
        status=Status.SAVING,
        rev=7,
        task_id="task_x",
        times=Times(made=NOON, sent=NOON + 1, accepted=NOON + 2, completed=NOON + 3),
        board_id="board",
        parent=("parent-job", 2),
        cell=Cell("work/cats.ipynb", "cell-1", ""),
        ordinal=3,
        raw={"id": "task_x", "output": {"image_urls": ["https://cdn.example/1.png"]}},
    )
    path = library.files.picture("reapi", "task_x", 1, "png")
    pictures = (
        kept(
            before, 1, position=0, url="https://cdn.example/1.png", expires_at=NOON + 9, path=path,
            mime="image/png", width=64, height=48, size=200, sha256="ab", dhash="cd",
        ),
        kept(before, 3, position=1, url="https://cdn.example/3.png"),
    )  # fmt: skip
    before = replace(before, pictures=pictures)

    library.keep(before)

    assert before == library.job(before.job_id)


def test_a_job_of_no_cell_has_none_afterwards(library):
    """What a button or a script asked for is not the re-run of a cell."""
    before = job()

    library.keep(before)

    assert before == library.job(before.job_id)


def test_a_jobs_error_comes_back(library):
    """Kind, words and code of what went wrong are part of the job."""
    lost = OutcomeUnknown("the answer was lost", code=50000, request_id="req_1")
    before = job(status=Status.UNKNOWN, error=lost)

    library.keep(before)

    after = library.job(before.job_id).error
    assert (OutcomeUnknown, lost.to_dict()) == (type(after), after.to_dict())


def test_what_was_accepted_once_can_be_read_although_todays_rules_refuse_it(library):
    """A prompt flag that was let through is let through again."""
    before = job(request=Imagine.parse({"prompt": "a cat --zorp 5"}, unchecked=True))

    library.keep(before)

    assert before == library.job(before.job_id)


def test_a_job_of_an_unknown_model_does_not_hide_the_others(library, home):
    """One row that only a newer version can read leaves history and take-over alone."""
    foreign, ours = job("a dog", status=Status.PROCESSING), job("a cat")
    for one in (foreign, ours):
        library.keep(one)
    with closing(sqlite3.connect(home / "library.sqlite3")) as db, db:
        db.execute(
            "UPDATE jobs SET body = ?, owner = 'elsewhere|0|0|0|0', lease_until = 0"
            " WHERE job_id = ?",
            ('{"model": "mj-v99", "prompt": "a dog"}', foreign.job_id),
        )

    assert [ours] == library.history(10)
    assert [] == library.take_over(HERE)


def test_a_later_moment_replaces_an_earlier_one(library):
    """A job has one row, and each picture one, however often they are kept."""
    early = job(status=Status.SAVING, task_id="task_x")
    early = replace(early, pictures=(kept(early, 0), kept(early, 1)))
    late = early.but(pictures=tuple(replace(one, size=5) for one in early.pictures))

    library.keep(early)
    library.keep(late)

    assert [late] == library.history(10)


@pytest.mark.parametrize("end", [status for status in Status if status.facts.final])
def test_an_end_is_an_end(library, end):
    """Whatever is heard after the end of a job, the library stays with it."""
    ended = _walked(library, Status.SENDING, end)

    written = library.keep(ended.but(status=Status.PROCESSING))

    assert not written
    assert ended == library.job(ended.job_id)


def test_a_job_is_found_by_either_id(library):
    """The server's name and our own lead to the same job; others to none."""
    made = job(status=Status.PROCESSING, task_id="task_x")
    library.keep(made)

    assert made == library.task("task_x") == library.job(made.job_id)
    assert library.task("task_y") is library.job("nothing") is None


def test_history_shows_the_newest_first(library):
    """And no more than was asked for."""
    made = [job(f"cat {n}", times=Times(made=NOON + n)) for n in range(5)]
    for one in made:
        library.keep(one)

    assert made[:1:-1] == library.history(3)


def test_a_board_shows_its_own_jobs_in_their_order(library):
    """Root and strips as they were made; other boards' jobs are not on it."""
    on = [job(f"cat {n}", board_id="b1", times=Times(made=NOON + n)) for n in range(3)]
    for one in (on[2], job(board_id="b2"), on[0], on[1]):
        library.keep(one)

    assert on == library.on_board("b1")


def test_only_jobs_that_need_somebody_are_waiting(library):
    """Not sent, or of unknown outcome, and of this account."""
    needy = [
        job(status=status, times=Times(made=NOON + n))
        for n, status in enumerate((Status.HELD, Status.UNKNOWN))
    ]
    foreign = job(status=Status.HELD, account=Account("reapi", "https://reapi.ai", "ffffffff"))
    others = [job(status=status) for status in Status if status not in ("held", "unknown")]
    for one in (*needy, foreign, *others):
        library.keep(one)

    assert needy == library.waiting(HERE)


def test_a_board_can_be_kept_twice(library, home):
    """The second time replaces the list of its roots."""
    library.keep_board("b1", "cats.ipynb", ["job-1"])
    library.keep_board("b1", "cats.ipynb", ["job-1", "job-2"])

    with closing(sqlite3.connect(home / "library.sqlite3")) as db:
        found = db.execute("SELECT * FROM boards").fetchall()
    assert [("b1", "cats.ipynb", '["job-1", "job-2"]')] == found


# -- money


@pytest.mark.parametrize(
    ("walk", "booked", "spent"),
    [
        ("queued", [], 0),
        ("held", [], 0),
        ("queued sending", [("pending", 88)], 88),
        ("queued sending queued", [], 0),
        ("queued sending queued sending", [("pending", 88)], 88),
        ("queued sending rejected", [], 0),
        ("queued sending unknown", [("unknown", 88)], 88),
        ("queued sending unknown forgotten", [("unknown", 88)], 88),
        ("queued sending processing", [("charged", 88)], 88),
        ("queued sending processing saving completed", [("charged", 88)], 88),
        ("queued sending processing empty", [("charged", 88)], 88),
        ("queued sending processing saving expired", [("charged", 88)], 88),
        ("queued sending processing vanished", [("charged", 88)], 88),
        ("queued sending processing stale", [("charged", 88)], 88),
        ("queued sending processing failed", [("charged", 88), ("refunded", 88)], 0),
        ("queued sending unknown processing", [("charged", 88)], 88),
    ],
)
def test_every_charge_refund_and_doubt_is_booked_once(library, home, walk, booked, spent):
    """What is sent counts at once, what surely was not charged does not, and a refund undoes."""
    _walked(library, *map(Status, walk.split()))

    assert booked == _spend(home)
    assert spent == library.spent_today()


def test_the_credits_of_the_sandbox_are_not_money(library):
    """They are booked like others but never count."""
    _walked(library, Status.SENDING, account=Account("sandbox", "http://sandbox.localhost", "0"))

    assert 0 == library.spent_today()


def test_a_price_that_is_unknown_counts_as_nothing(library):
    """The sum says what is known."""
    _walked(library, Status.SENDING, estimate=None)
    _walked(library, Status.SENDING)

    assert 88 == library.spent_today()


def test_yesterdays_credits_are_yesterdays(library, clock):
    """The day ends at midnight."""
    _walked(library, Status.SENDING, Status.PROCESSING)

    clock.elapsed += 24 * 3600

    assert 0 == library.spent_today()


def test_what_would_pass_the_cap_is_not_written(library, home):
    """A job above the cap leaves no row and no charge."""
    _walked(library, Status.SENDING)
    more = job().but(status=Status.SENDING)

    with pytest.raises(CapReached):
        library.keep(more, cap=175)

    assert library.job(more.job_id) is None
    assert [("pending", 88)] == _spend(home)
    assert library.keep(more, cap=176)


def test_two_kernels_cannot_pass_the_cap_together(home):
    """Of forty jobs that race for a cap of ten, exactly ten are booked."""

    def kernel(_: int) -> int:
        sent = 0
        with closing(Library(home)) as library:
            for n in range(20):
                try:
                    sent += library.keep(job(f"cat {n}", status=Status.SENDING), cap=10 * 88)
                except CapReached:
                    continue
        return sent

    with ThreadPoolExecutor(2) as kernels:
        sent = sum(kernels.map(kernel, range(2)))

    assert 10 == sent
    assert [("pending", 88)] * 10 == _spend(home)


def test_deleting_a_job_keeps_the_books(library, home):
    """Job, pictures and files go; what was spent stays spent."""
    gone = _walked(library, Status.SENDING, Status.COMPLETED, task_id="task_x")
    gone = replace(gone, pictures=(kept(gone, 0),))
    library.files.write(library.files.picture("reapi", "task_x", 0, "png"), b"x")
    library.files.write(library.files.thumb("reapi", "task_x", 0), b"x")

    library.delete(gone)

    assert library.job(gone.job_id) is None
    assert 88 == library.spent_today()
    assert [] == [path for path in home.rglob("*") if "task_x" in path.name]


# -- the file


def test_a_new_library_is_at_the_newest_version(library, home):
    """Every migration has run; opening it again runs none."""
    library.keep(job())
    with closing(Library(home)) as again:
        assert 1 == len(again.history(9))

    with closing(sqlite3.connect(home / "library.sqlite3")) as db:
        assert len(MIGRATIONS) == db.execute("PRAGMA user_version").fetchone()[0]


def test_an_empty_file_becomes_a_library(home):
    """A kernel that died right after it made the file is no obstacle."""
    home.mkdir()
    (home / "library.sqlite3").touch()

    with closing(Library(home)) as library:
        assert library.keep(job())


def test_kernels_may_open_a_new_library_together(home):
    """Three kernels that start at the same moment all get in."""
    command = [sys.executable, "-c", OPENING, str(home), str(time.time() + 1.0)]

    kernels = [subprocess.Popen(command) for _ in range(3)]

    assert [0, 0, 0] == [kernel.wait(60) for kernel in kernels]


def test_a_library_that_another_kernel_is_making_is_waited_for(home):
    """SQLite says "locked" at once there, whatever its timeout; a moment later it is done."""
    home.mkdir()
    file = home / "library.sqlite3"
    with (
        closing(sqlite3.connect(file, isolation_level=None)) as other,
        ThreadPoolExecutor(1) as kernel,
    ):
        other.execute("BEGIN IMMEDIATE")
        opening = kernel.submit(Library, home)
        done, _ = wait([opening], timeout=0.1)
        other.execute("COMMIT")

        opening.result(10).close()
    assert not done


@pytest.mark.parametrize("trouble", ["below a file", "a folder for a file", "not a database"])
def test_a_home_that_cannot_be_used_is_said_in_one_line(tmp_path, trouble):
    """The line names the folder and what to set."""
    home = tmp_path / "home"
    match trouble:
        case "below a file":
            home.touch()
            home /= "library"
        case "a folder for a file":
            (home / "library.sqlite3").mkdir(parents=True)
        case "not a database":
            home.mkdir()
            (home / "library.sqlite3").write_bytes(b"a picture of a cat" * 99)

    with pytest.raises(LibraryFault) as refused:
        Library(home)

    assert str(home) in refused.value.message
    assert "REAPI_NB_HOME" in refused.value.message
    assert "\n" not in refused.value.message


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="here root can write everywhere")
def test_a_home_that_cannot_be_written_is_said_in_one_line():
    """Not even root makes folders there."""
    with pytest.raises(LibraryFault, match="/proc/nobody cannot be used"):
        Library(Path("/proc/nobody"))


def test_reading_and_writing_go_on_while_another_process_reads(library, home):
    """A long read elsewhere blocks nobody."""
    before = job("before")
    library.keep(before)
    with closing(sqlite3.connect(home / "library.sqlite3", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM jobs").fetchall()

        library.keep(job("after"))

        assert {"before", "after"} == {one.request.words for one in library.history(9)}


def test_reading_goes_on_while_another_process_writes(library, home):
    """What was written before is seen, what is being written is not."""
    before = job("before")
    library.keep(before)
    with closing(sqlite3.connect(home / "library.sqlite3", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM jobs")

        assert [before] == library.history(9)
        assert before == library.job(before.job_id)
        writer.execute("ROLLBACK")


def test_a_library_that_is_locked_says_so_and_recovers(library, home):
    """Nothing is half written, and when the other is done it works again."""
    library._db.execute("PRAGMA busy_timeout = 0")
    with closing(sqlite3.connect(home / "library.sqlite3", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(LibraryFault, match="cannot be written"):
            library.keep(job())

    assert library.keep(job())
    assert 1 == len(library.history(9))


def test_a_full_disk_says_so_and_recovers(library):
    """Nothing is half written, and with room again it works again."""
    small, large = job(), job("a cat " * 1000, status=Status.SENDING)
    library.keep(small)
    [pages] = library._db.execute("PRAGMA page_count").fetchone()
    library._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(LibraryFault, match="cannot be written: database or disk is full"):
        library.keep(large)
    assert [small] == library.history(9)
    assert 0 == library.spent_today()

    library._db.execute(f"PRAGMA max_page_count = {pages * 100}")

    assert library.keep(large)


def test_a_damaged_library_says_so(library, home):
    """A table that cannot be read is one line, not a traceback of SQLite's."""
    library.keep(job())
    with closing(sqlite3.connect(home / "library.sqlite3")) as db, db:
        db.execute("DROP TABLE pictures")

    with pytest.raises(LibraryFault, match="cannot be read"):
        library.history(9)
