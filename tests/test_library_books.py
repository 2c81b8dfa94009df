"""What the library knows of money: every charge, refund and doubt, and the daily cap."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reapi_nb.errors import CapReached
from reapi_nb.job import Account, Status
from reapi_nb.library import Library
from tests.samples import job, kept, walked

if TYPE_CHECKING:
    from pathlib import Path


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
