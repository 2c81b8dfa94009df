"""The sandbox's ledger: what it keeps, who shares it and what it refuses."""

from __future__ import annotations

import re
import sqlite3
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import pytest

from reapi_nb.errors import LibraryFault
from reapi_nb.sandbox.ledger import FILE, Entry, Ledger

_ENTRY = Entry(
    task_id="task_1",
    account="tag",
    model="mj-v7",
    body={"model": "mj-v7", "prompt": "a café 🐈", "model_params": {"speed": "draft"}},
    seed=4294967295,
    latency_s=1.25,
    made_at=1735000000.5,
    credits=44,
)


@pytest.fixture
def ledger(home):
    with closing(Ledger(home / FILE)) as ledger:
        yield ledger


def test_a_task_is_kept_as_it_was_charged(ledger):
    """What is read is what was written, to the letter."""
    ledger.charge(_ENTRY)

    assert _ENTRY == ledger.entry("task_1")


def test_an_unknown_task_is_none(ledger):
    """Asking for a task that nobody made is no fault."""
    assert ledger.entry("task_1") is None


def test_tasks_are_listed_in_the_order_they_were_made(ledger):
    """The list is the evidence of every charge."""
    made = tuple(replace(_ENTRY, task_id=task_id) for task_id in ("task_c", "task_a", "task_b"))

    for entry in made:
        ledger.charge(entry)

    assert made == ledger.entries()


def test_a_task_is_never_charged_twice(ledger):
    """A second task of the same id is refused, and the file can be written on."""
    ledger.charge(_ENTRY)

    with pytest.raises(sqlite3.IntegrityError):
        ledger.charge(replace(_ENTRY, credits=1))
    ledger.refund("task_1")

    assert (replace(_ENTRY, refunded=True),) == ledger.entries()


def test_a_refund_changes_one_task_and_only_once(ledger):
    """Refunding again, or a task that nobody knows, changes nothing."""
    other = replace(_ENTRY, task_id="task_2")
    ledger.charge(_ENTRY)
    ledger.charge(other)

    for task_id in ("task_1", "task_1", "task_9"):
        ledger.refund(task_id)

    assert (replace(_ENTRY, refunded=True), other) == ledger.entries()


def test_tasks_survive_the_kernel(ledger, home):
    """A file that is opened again still has every task."""
    ledger.charge(_ENTRY)
    ledger.close()

    with closing(Ledger(home / FILE)) as again:
        assert (_ENTRY,) == again.entries()


def test_two_kernels_share_one_file(ledger, home):
    """What one writes, the other reads at once."""
    with closing(Ledger(home / FILE)) as other:
        ledger.charge(_ENTRY)
        other.refund("task_1")

    assert (replace(_ENTRY, refunded=True),) == ledger.entries()


def test_many_kernels_may_start_and_write_at_the_same_moment(home):
    """A new file is made once, and no charge is lost when eight write together."""

    def kernel(number: int) -> None:
        with closing(Ledger(home / FILE)) as ledger:
            for task in range(10):
                ledger.charge(replace(_ENTRY, task_id=f"task_{number}_{task}"))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(kernel, range(8)))

    with closing(Ledger(home / FILE)) as ledger:
        assert 80 == len(ledger.entries())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_only_its_owner_can_read_it(ledger, home):
    """The folder and the files are closed to other users, SQLite's own files included."""
    ledger.charge(_ENTRY)

    modes = {stat.S_IMODE(file.stat().st_mode) for file in home.iterdir()}
    assert (0o700, {0o600}) == (stat.S_IMODE(home.stat().st_mode), modes)


def test_closing_twice_is_no_fault(ledger):
    """A ledger may be let go of by everyone who holds it."""
    ledger.close()
    ledger.close()

    with pytest.raises(sqlite3.ProgrammingError):
        ledger.entries()


def test_a_file_that_is_no_ledger_is_refused_in_one_line(home):
    """A damaged file is named, and nothing is written into it."""
    home.mkdir()
    (home / FILE).write_bytes(b"not a database, but long enough to look at" * 40)

    with pytest.raises(LibraryFault, match=re.escape(FILE)):
        Ledger(home / FILE)


def test_a_home_that_is_a_file_is_refused_in_one_line(home):
    """A folder that cannot be made is named."""
    home.write_text("a file")

    with pytest.raises(LibraryFault, match=re.escape(FILE)):
        Ledger(home / FILE)
