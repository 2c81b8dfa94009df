"""The library's one database: made together, used together, and honest when it cannot be used."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from pathlib import Path

import pytest

from reapi_nb.errors import LibraryFault
from reapi_nb.job import Status
from reapi_nb.library import Library
from reapi_nb.library.schema import MIGRATIONS
from tests.samples import job

OPENING = """
import sys, time
from pathlib import Path
from reapi_nb.library import Library
while time.time() < float(sys.argv[2]):
    pass
Library(Path(sys.argv[1])).close()
"""
"""Another kernel that opens a library at an agreed moment."""


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
