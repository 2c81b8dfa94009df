"""The library's one database: made together, used together, and honest when it cannot be used."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from reapi_nb.errors import LibraryFault
from reapi_nb.job import Status
from reapi_nb.library import Library, rows, schema
from reapi_nb.library.schema import MIGRATIONS
from tests.samples import HERE, job, kept, urls

if TYPE_CHECKING:
    from reapi_nb.job import Snapshot

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


def test_a_library_of_the_first_version_is_brought_up_to_date(home):
    """No row of any table is lost or changed; nobody has said yet how its pictures are counted."""
    before = _first_version(home)

    with closing(Library(home)) as library:
        opened = library.job("job-1")

    assert ("", "task_x", [0, 1]) == (opened.counting, opened.task_id, _slots(opened))
    assert job().request == opened.request  # there was only one provider then
    after = _rows(home)
    assert [] == after["uploads"] == after["latencies"]  # seconds were never counted before
    for table, lines in _without(before, "latencies").items():
        pairs = zip(lines, after[table], strict=True)
        assert all(old.items() <= new.items() for old, new in pairs), table
    with closing(sqlite3.connect(home / "library.sqlite3")) as db:
        assert len(MIGRATIONS) == db.execute("PRAGMA user_version").fetchone()[0]
        assert [("ok",)] == db.execute("PRAGMA integrity_check").fetchall()


def test_a_library_of_the_first_version_can_do_what_a_new_one_can(home):
    """Its jobs are found by their bodies and links, and take new links and a way of counting."""
    _first_version(home)

    with closing(Library(home)) as library:
        [opened] = library.opened_by(HERE, job().request.body_hash())
        first, second = opened.pictures
        library.amend(
            opened.but(
                counting="slot", pictures=(first, replace(second, url="https://new.example"))
            )
        )
        found = library.with_link("https://new.example")

    assert ("job-1", "slot", Status.COMPLETED) == (found.job_id, found.counting, found.status)


def test_kernels_may_bring_a_library_up_to_date_together(home):
    """Whoever comes second finds the work done."""
    before = _first_version(home)
    command = [sys.executable, "-c", OPENING, str(home), str(time.time() + 1.0)]

    kernels = [subprocess.Popen(command) for _ in range(3)]

    assert [0, 0, 0] == [kernel.wait(60) for kernel in kernels]
    assert before["pictures"] == _rows(home)["pictures"]
    with closing(Library(home)) as library:
        assert library.keep(job())


def test_a_library_is_brought_up_to_date_wholly_or_not_at_all(home, monkeypatch):
    """When a step fails, the kernel with the older version can go on with it."""
    before = _first_version(home)
    broken = (*MIGRATIONS[:1], f"{MIGRATIONS[1]}; ALTER TABLE nothing ADD COLUMN x TEXT")
    monkeypatch.setattr(schema, "MIGRATIONS", broken)

    with pytest.raises(LibraryFault, match="cannot be used"):
        Library(home)

    assert before == _rows(home)
    with closing(sqlite3.connect(home / "library.sqlite3")) as db:
        assert 1 == db.execute("PRAGMA user_version").fetchone()[0]


def _first_version(home: Path) -> dict[str, list[dict[str, Any]]]:
    """A library as the first version made it, with a row in every table; its rows."""
    made = job(job_id="job-1", status=Status.COMPLETED, task_id="task_x", board_id="board")
    first = rows.job_row(made, "charged") | {"owner": "elsewhere|0|0|0|0", "lease_until": 0.0}
    first = {name: value for name, value in first.items() if f" {name} " in MIGRATIONS[0]}
    links = urls("0.png", "1.png")
    tables = {
        "jobs": [first],
        "pictures": [
            rows.picture_row(kept(made, slot, url=link, position=slot))
            | {"rating": slot, "note": "a good one"}
            for slot, link in enumerate(links)
        ],
        "tags": [{"job_id": "job-1", "slot": 1, "tag": "best"}],
        "boards": [{"board_id": "board", "notebook": "cats.ipynb", "roots": '["job-1"]'}],
        "latencies": [
            dict.fromkeys(("place", "model", "variant", "resolution"), "x")
            | {"seconds": 30, "count": 2}
        ],
        "spend": [_without(rows.spend_row(made, "charged", 1.0), "kernel")],
    }
    home.mkdir()
    with closing(sqlite3.connect(home / "library.sqlite3")) as db, db:
        db.executescript(MIGRATIONS[0])
        for table, lines in tables.items():
            marks = ", ".join(f":{name}" for name in lines[0])
            db.executemany(f"INSERT INTO {table} ({', '.join(lines[0])}) VALUES ({marks})", lines)
        db.execute("PRAGMA user_version = 1")
    return _rows(home)


def _without(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


def _rows(home: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows of every table, as any program reads them."""
    with closing(sqlite3.connect(home / "library.sqlite3")) as db:
        db.row_factory = sqlite3.Row
        tables = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: list(map(dict, db.execute(f"SELECT * FROM {name} ORDER BY rowid")))
            for (name,) in tables
        }


def _slots(of: Snapshot) -> list[int]:
    return [one.slot for one in of.pictures]


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


@pytest.mark.parametrize("trouble", ["below a file", "a folder for a file", "a link for a file"])
def test_a_home_that_cannot_be_used_is_said_in_one_line(tmp_path, trouble):
    """The line names the folder and what to set."""
    home = tmp_path / "home"
    match trouble:
        case "below a file":
            home.touch()
            home /= "library"
        case "a folder for a file":
            (home / "library.sqlite3").mkdir(parents=True)
        case "a link for a file":
            home.mkdir()
            (home / "library.sqlite3").symlink_to(tmp_path / "elsewhere")

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
