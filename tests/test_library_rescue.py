"""A damaged database is set aside and built anew from the files; a sound one never is."""

from __future__ import annotations

import logging
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from reapi_nb.catalog import REQUESTS
from reapi_nb.errors import LibraryFault, TaskFailed
from reapi_nb.job import Cell, Status, Times
from reapi_nb.library import Library
from reapi_nb.library.schema import MIGRATIONS
from tests.clocks import NOON
from tests.samples import HERE, example, job, kept

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from reapi_nb.catalog import ImageRequest
    from reapi_nb.job import Snapshot

FILE = "library.sqlite3"

OPENING = """
import sys, time
from pathlib import Path
from reapi_nb.library import Library
while time.time() < float(sys.argv[2]):
    pass
library = Library(Path(sys.argv[1]))
print(bool(library.rescued), len(library.history(-1)), flush=True)
library.close()
"""
"""Another kernel that opens a library at an agreed moment."""

DYING = """
import os, sys
from pathlib import Path
from reapi_nb.library import Library
from tests.samples import job
library = Library(Path(sys.argv[1]))
for n in range(40):
    library.keep(job(f"cat {n} " * 200))
os._exit(9)
"""
"""A kernel that is killed with its library open."""


def _full(library: Library, kinds: Sequence[type[ImageRequest]] = REQUESTS[:2]) -> list[Snapshot]:
    """A library with a finished job of some models, one under way and one that failed."""
    made = [
        _finished(library, n, example(kind), Cell("cats.ipynb", f"cell-{n}", "") if n % 2 else None)
        for n, kind in enumerate(kinds)
    ]
    last = len(made)
    failed = TaskFailed("no cat", code=80001, request_id="req_1")
    made += [
        job(status=Status.PROCESSING, task_id="task_moving", times=_times(last)),
        job(status=Status.FAILED, task_id="task_failed", error=failed, times=_times(last + 1)),
    ]
    for one in made:
        library.keep(replace(one, status=Status.PROCESSING))
        if one.status is not Status.PROCESSING:
            library.keep(one)
        library.files.write_sidecar(one)
    return _plain(made[::-1])


def _plain(jobs: list[Snapshot]) -> list[Snapshot]:
    """Without their errors, which are equal to nothing but themselves."""
    return [replace(one, error=None) for one in jobs]


def _accepted(library: Library) -> list[Snapshot]:
    """The jobs that have a task; of the others, what could be read is there as well."""
    return _plain([one for one in library.history(-1) if one.task_id])


def _finished(library: Library, n: int, request: Any, cell: Cell | None) -> Snapshot:
    done = job(
        request=request,
        status=Status.COMPLETED,
        rev=n,
        task_id=f"task_{n}",
        times=_times(n),
        board_id=f"board-{n % 3}",
        parent=("parent-job", 2) if n % 2 else None,
        cell=cell,
        ordinal=n,
        counting="position" if n % 2 else "",
        estimate=n if n % 3 else None,
        raw={"id": f"task_{n}", "deep": [{"x": None}]},
    )
    path = library.files.picture("reapi", f"task_{n}", 1, "png")
    pictures = (
        kept(
            done, 1, position=0, url="https://cdn.example/1.png", expires_at=NOON + 9, path=path,
            mime="image/png", width=64, height=48, size=200, sha256="ab", dhash="cd",
        ),
        kept(done, 3, position=1, url="https://cdn.example/3.png"),
    )  # fmt: skip
    return replace(done, pictures=pictures)


def _times(n: int) -> Times:
    return Times(made=NOON + n, sent=NOON + n + 1, accepted=NOON + n + 2, completed=NOON + n + 3)


def _rows(home: Path, table: str, *, but: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(home / FILE)) as db:
        db.row_factory = sqlite3.Row
        rows = map(dict, db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall())
        return [{name: row[name] for name in row if name not in but} for row in rows]


def _aside(home: Path) -> list[Path]:
    return sorted(home.glob(f"{FILE}.corrupt-*Z"))


# -- damage


def _overwrite(at: float, length: int) -> Callable[[Path], None]:
    def act(file: Path) -> None:
        data = bytearray(file.read_bytes())
        start = int(at * len(data))
        data[start : start + length] = os.urandom(len(data[start : start + length]))
        file.write_bytes(data)

    return act


def _cut(part: float) -> Callable[[Path], None]:
    return lambda file: os.truncate(file, int(part * file.stat().st_size))


DAMAGE: dict[str, Callable[[Path], None]] = {
    "the header is overwritten": _overwrite(0, 100),
    "the first page is overwritten": _overwrite(0, 4096),
    "pages in the middle are overwritten": _overwrite(0.3, 40_000),
    "everything but the header is overwritten": _overwrite(0.01, 1 << 30),
    "it is a text": lambda file: file.write_bytes(b"a picture of a cat" * 99),
    "it is cut in half": _cut(0.5),
    "it is cut to a page": lambda file: os.truncate(file, 4096),
    "it is cut to nothing": _cut(0),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_database_is_kept_and_built_anew(home, caplog, damage):
    """Every job is there again, the damaged file lies beside it, and it is said once."""
    with closing(Library(home)) as library:
        made = _full(library)
    damage(home / FILE)
    before = (home / FILE).read_bytes()

    with closing(Library(home)) as library:
        assert made == _plain(library.history(-1))
        [aside] = _aside(home)
        assert aside.name in library.rescued
        assert "\n" not in library.rescued
        assert [library.rescued] == [
            told.getMessage() for told in caplog.records if told.levelno == logging.WARNING
        ]
        assert library.keep(job())

    assert before == aside.read_bytes()
    with closing(Library(home)) as library:
        assert "" == library.rescued
    assert [aside] == _aside(home)


def test_a_database_that_is_gone_is_built_anew(home):
    """With the files of its tasks beside it, an empty library is no new one."""
    with closing(Library(home)) as library:
        made = _full(library)
    (home / FILE).unlink()

    with closing(Library(home)) as library:
        assert made == _plain(library.history(-1))
        assert "it was gone" in library.rescued
    assert [] == _aside(home)


def test_a_new_library_is_no_damaged_one(home):
    """Where no task was ever kept, nothing was lost."""
    with closing(Library(home)) as library:
        assert "" == library.rescued


def test_every_column_is_built_anew(home):
    """Jobs, pictures, boards and books are what they were, but for who looked after the jobs."""
    with closing(Library(home, clock=lambda: NOON)) as library:
        _full(library, REQUESTS)
    owners = ("owner", "lease_until")
    tables = {"jobs": owners, "pictures": (), "boards": (), "spend": ("at", "kernel")}
    before = {table: _rows(home, table, but=but) for table, but in tables.items()}
    (home / FILE).unlink()

    Library(home).close()

    assert before == {table: _rows(home, table, but=but) for table, but in tables.items()}
    assert all(before.values())


def test_a_job_under_way_goes_on_after_a_rescue(home):
    """Nobody owns it, so the next engine of its account takes it up."""
    with closing(Library(home)) as library:
        _full(library)
    (home / FILE).unlink()

    with closing(Library(home)) as library:
        assert ["task_moving"] == [one.task_id for one in library.take_over(HERE)]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(Status.UNKNOWN, "unknown"), (Status.SENDING, "pending"), (Status.HELD, None)],
)
def test_a_job_without_a_task_is_read_out_of_the_damage(home, status, kind):
    """It has no file beside pictures, and may be a charge that nobody else knows of."""
    doubt = job("the first of all", status=status)
    with closing(Library(home)) as library:
        library.keep(doubt)
        for n in range(300):
            library.keep(job(f"cat {n}", status=Status.PROCESSING, task_id=f"task_{n}"))
    _overwrite(0.6, 1 << 30)(home / FILE)

    with closing(Library(home)) as library:
        assert "damaged" in library.rescued
        again = library.job(doubt.job_id)

        assert (status, doubt.request.body()) == (again.status, again.request.body())
        [books] = library.spend("") or [None]
        told = {"unknown": books.unknown, "pending": books.pending} if books else {}
        assert told.get(kind, 0) == (doubt.estimate if kind else 0)


def test_what_was_spent_is_still_spent(home, clock):
    """By when it was sent: today's charges count, refunds and yesterday's do not."""
    for n, (status, sent) in enumerate(
        [(Status.COMPLETED, NOON), (Status.FAILED, NOON), (Status.COMPLETED, NOON - 86_400 * 2)]
    ):
        with closing(Library(home, clock=clock.now)) as library:
            one = job(status=status, task_id=f"task_{n}", times=Times(made=sent, sent=sent))
            library.files.write_sidecar(one)
    (home / FILE).unlink()

    with closing(Library(home, clock=clock.now)) as library:
        assert 88 == library.spent_today()
        [total] = library.spend()
    assert (3, 176, 88) == (total.requests, total.charged, total.refunded)


def test_damage_in_a_large_database_is_found_after_a_kill(home, monkeypatch):
    """A kernel that died left its log behind: every page is looked at then, and only then."""
    monkeypatch.setattr("reapi_nb.library.opening.SMALL", 0)
    with closing(Library(home)) as library:
        made = _full(library)
        for n in range(200):
            library.keep(job(f"cat {n} " * 50))
    _overwrite(0.5, 30_000)(home / FILE)
    with closing(Library(home)) as library:
        assert "" == library.rescued  # it was closed as it should be, so nobody looked
    (home / f"{FILE}-wal").write_bytes(b"left behind" * 1000)

    with closing(Library(home)) as library:
        assert library.rescued
        assert made == _accepted(library)
    [aside] = _aside(home)
    assert (home / f"{aside.name}-wal").read_bytes().startswith(b"left behind")


def test_a_complaint_has_the_database_checked_when_it_is_opened_next(home, monkeypatch):
    """A kernel that meets a broken page cannot mend it under its own feet; the next one does."""
    monkeypatch.setattr("reapi_nb.library.opening.SMALL", 0)
    with closing(Library(home)) as library:
        made = _full(library)
        for n in range(200):
            library.keep(job(f"cat {n} " * 50))
    _overwrite(0.5, 1 << 30)(home / FILE)
    with closing(Library(home)) as library, pytest.raises(LibraryFault, match="cannot be read"):
        library.history(-1)

    with closing(Library(home)) as library:
        assert library.rescued
        assert made == _accepted(library)
    with closing(Library(home)) as library:
        assert "" == library.rescued


def test_a_kill_is_no_damage(home):
    """What a killed kernel wrote is there, and nothing was set aside."""
    killed = subprocess.run([sys.executable, "-c", DYING, str(home)], check=False)

    with closing(Library(home)) as library:
        assert 40 == len(library.history(-1))
        assert "" == library.rescued
    assert 9 == killed.returncode
    assert [] == _aside(home)


# -- several kernels


def test_of_kernels_that_meet_a_damaged_database_one_rebuilds_it(home):
    """The others wait, and all of them have every job."""
    with closing(Library(home)) as library:
        made = _full(library)
    _overwrite(0, 4096)(home / FILE)
    command = [sys.executable, "-c", OPENING, str(home), str(time.time() + 1.0)]

    kernels = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    told = sorted(kernel.communicate(timeout=60)[0] for kernel in kernels)

    assert [f"False {len(made)}\n"] * 2 + [f"True {len(made)}\n"] == told
    assert 1 == len(_aside(home))


def test_a_kernel_that_has_the_old_database_open_goes_over_to_the_new_one(home):
    """What it keeps from then on is seen by everybody, also when it lets go of the old one."""
    with closing(Library(home)) as late:
        with closing(Library(home)) as early:
            made = _full(early)
            (home / FILE).rename(home / "elsewhere")  # as another kernel would set it aside
            one = job("after")
            assert late.keep(one)

            assert early.keep(job("after that"))

            assert one == early.job(one.job_id)

        assert (home / f"{FILE}-wal").stat().st_size
        assert late.keep(one.but())
    with closing(Library(home)) as library:
        found = library.history(-1)
    assert len(made) + 2 == len(found)
    assert {"after", "after that"} < {one.request.words for one in found}


# -- what is never set aside


def test_a_database_that_is_locked_is_left_alone(home, monkeypatch):
    """Somebody else is at work; that is no damage."""
    with closing(Library(home)) as library:
        _full(library)
    monkeypatch.setattr("reapi_nb.library.opening._OPENINGS", 1)
    with closing(sqlite3.connect(home / FILE, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("PRAGMA user_version = 1")  # so that opening wants to write
        other.execute("PRAGMA busy_timeout = 0")
        other.execute("BEGIN EXCLUSIVE")
        real = sqlite3.connect
        monkeypatch.setattr(
            sqlite3, "connect", lambda file, **options: real(file, **options | {"timeout": 0.05})
        )
        with pytest.raises(LibraryFault, match="locked"):
            Library(home)
        other.execute("ROLLBACK")

    assert [] == _aside(home)


@pytest.mark.parametrize("damaged", [False, True])
def test_a_database_of_a_newer_version_is_left_alone(home, damaged):
    """What its pages should look like is not known here."""
    with closing(Library(home)) as library:
        _full(library)
        for n in range(200):
            library.keep(job(f"cat {n} " * 50))
    with closing(sqlite3.connect(home / FILE)) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    if damaged:
        _overwrite(0.5, 30_000)(home / FILE)

    with closing(Library(home)) as library:
        assert "" == library.rescued
    assert [] == _aside(home)
