"""What the library knows of money: every charge, refund and doubt, and the daily cap."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from reapi_nb.catalog import AnyModel, Imagine
from reapi_nb.errors import CapReached
from reapi_nb.job import Account, Cell, Status
from reapi_nb.library import BY, Library
from tests.samples import HERE, job, kept, walked


def _spend(home: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(home / "library.sqlite3")) as db:
        return db.execute("SELECT kind, credits FROM spend ORDER BY kind").fetchall()


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
    walked(library, *map(Status, walk.split()))

    assert booked == _spend(home)
    assert spent == library.spent_today()


def test_the_credits_of_the_sandbox_are_not_money(library):
    """They are booked like others but never count."""
    walked(library, Status.SENDING, account=Account("sandbox", "http://sandbox.localhost", "0"))

    assert 0 == library.spent_today()


def test_a_price_that_is_unknown_counts_as_nothing(library):
    """The sum says what is known."""
    walked(library, Status.SENDING, estimate=None)
    walked(library, Status.SENDING)

    assert 88 == library.spent_today()


def test_yesterdays_credits_are_yesterdays(library, clock):
    """The day ends at midnight."""
    walked(library, Status.SENDING, Status.PROCESSING)

    clock.elapsed += 24 * 3600

    assert 0 == library.spent_today()


def test_what_would_pass_the_cap_is_not_written(library, home):
    """A job above the cap leaves no row and no charge."""
    walked(library, Status.SENDING)
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


def test_what_would_pass_the_kernels_cap_is_not_written(library, home):
    """It is checked like the day's, and says that it is this kernel's."""
    walked(library, Status.SENDING)
    more = job().but(status=Status.SENDING)

    with pytest.raises(CapReached, match="this kernel's cap is 175 credits: 88 are spent here"):
        library.keep(more, cap=1000, kernel_cap=175)
    with pytest.raises(CapReached, match="today's cap is 175"):
        library.keep(more, cap=175, kernel_cap=175)

    assert library.job(more.job_id) is None
    assert [("pending", 88)] == _spend(home)
    assert library.keep(more, cap=176, kernel_cap=176)


KERNEL = """
import sys
from pathlib import Path
from reapi_nb.job import Status
from reapi_nb.library import Library
from tests.samples import job
library = Library(Path(sys.argv[1]))
for n in range(2):
    library.keep(job(f"{n}", job_id=f"theirs-{n}", status=Status.SENDING))
print(library.spent_here())
"""
"""Another kernel that dies while it sends."""


def test_a_kernels_credits_are_its_own(library, home):
    """Those of other kernels are not among them, whoever hears how their jobs ended."""
    walked(library, Status.SENDING, Status.COMPLETED)
    with closing(Library(home)) as other:  # of this process
        walked(other, Status.SENDING, Status.PROCESSING)
        walked(other, Status.SENDING, Status.PROCESSING, Status.FAILED)
    root = Path(__file__).parent.parent
    told = subprocess.run(
        [sys.executable, "-c", KERNEL, str(home)], cwd=root, capture_output=True, check=True
    )
    taken = library.take_over(HERE)
    for one in taken:
        if one.job_id.startswith("theirs"):
            assert library.keep(one.but(status=Status.UNKNOWN))

    assert b"176" == told.stdout.strip()
    assert 2 * 88 == library.spent_here()
    assert 4 * 88 == library.spend()[0].total


def test_a_charge_is_of_the_day_that_sent_it(library, clock):
    """What is heard of a job tomorrow does not make it tomorrow's."""
    sent = walked(library, Status.SENDING)
    clock.elapsed += 24 * 3600
    library.keep(sent.but(status=Status.UNKNOWN))

    assert 0 == library.spent_today()
    assert 88 == library.spend()[0].unknown


WALKS = (
    ("queued", "mj", "a.ipynb", 7),
    ("queued sending", "mj", "a.ipynb", 1),
    ("queued sending processing", "mj", "b.ipynb", 10),
    ("queued sending processing completed", "mj", "b.ipynb", None),
    ("queued sending unknown", "other", "b.ipynb", 100),
    ("queued sending processing failed", "other", "", 1000),
    ("queued sending processing failed", "other", "", None),
    ("queued sending rejected", "other", "", 7),
)


@pytest.mark.parametrize(
    ("by", "told"),
    [
        ("", [("", 6, 10, 1000, 100, 1, 1)]),
        ("model", [("flux-2", 3, 0, 1000, 100, 0, 0), ("mj-v7", 3, 10, 0, 0, 1, 1)]),
        (
            "notebook",
            [
                ("", 2, 0, 1000, 0, 0, 0),
                ("a.ipynb", 1, 0, 0, 0, 1, 0),
                ("b.ipynb", 3, 10, 0, 100, 0, 1),
            ],
        ),
    ],
)
def test_spending_is_told_apart(library, by, told):
    """A refund is never spent, an unknown outcome is; what has no price is counted apart."""
    for walk, model, notebook, estimate in WALKS:
        asked = Imagine(prompt="x") if model == "mj" else AnyModel(model="flux-2", prompt="x")
        cell = Cell(notebook, "c", "") if notebook else None
        walked(library, *map(Status, walk.split()), request=asked, cell=cell, estimate=estimate)

    found = library.spend(by)

    assert told == [
        (row.what, row.requests, row.charged, row.refunded, row.unknown, row.pending, row.unpriced)
        for row in found
    ]
    assert 111 == sum(row.total for row in found) == library.spent_today() == library.spent_here()
    assert 1 == library.unpriced_today()


def test_spending_is_told_by_day(library, clock):
    """A day is that of people's clocks; a refund belongs to the day of its charge."""
    days = []
    for _ in range(3):
        days.append(datetime.fromtimestamp(clock.now()).astimezone().date().isoformat())
        walked(library, Status.SENDING, Status.PROCESSING)
        late = walked(library, Status.SENDING, Status.PROCESSING)
        clock.elapsed += 24 * 3600
        library.keep(late.but(status=Status.FAILED))

    assert [(day, 2, 88, 88) for day in days] == [
        (row.what, row.requests, row.charged, row.refunded) for row in library.spend("day")
    ]
    assert 0 == library.unpriced_today()


def test_the_sandboxes_credits_are_told_only_when_they_are_asked_for(library):
    """They are not money."""
    there = Account("sandbox", "http://sandbox.localhost", "0")
    walked(library, Status.SENDING, account=there, estimate=None)
    walked(library, Status.SENDING, account=there)

    assert [] == library.spend() == library.spend("model")
    assert [88] == [row.pending for row in library.spend(place="sandbox")]
    assert 0 == library.spent_here() == library.unpriced_today()


def test_every_way_to_tell_spending_apart_is_named(library):
    """And no other."""
    assert ("", "model", "day", "notebook") == BY
    assert [[]] * 4 == [library.spend(by) for by in BY]


def test_deleting_a_job_keeps_the_books(library, home):
    """Job, pictures and files go; what was spent stays spent."""
    gone = walked(library, Status.SENDING, Status.COMPLETED, task_id="task_x")
    gone = replace(gone, pictures=(kept(gone, 0),))
    library.files.write(library.files.picture("reapi", "task_x", 0, "png"), b"x")
    library.files.write(library.files.thumb("reapi", "task_x", 0), b"x")

    library.delete(gone)

    assert library.job(gone.job_id) is None
    assert 88 == library.spent_today()
    assert [] == [path for path in home.rglob("*") if "task_x" in path.name]
