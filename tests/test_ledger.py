"""The sandbox's ledger: what it keeps, who shares it and what it refuses."""

from __future__ import annotations

import json
import re
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import pytest

from reapi_nb.errors import LibraryFault, OutOfCredits
from reapi_nb.sandbox.ledger import FILE, Entry, Ledger
from reapi_nb.sandbox.ledger.keys import tag_of
from reapi_nb.sandbox.task import settle

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


def test_a_task_is_kept_with_its_provider_and_its_fate(ledger):
    """Which pictures it has and how it ends is decided once."""
    fate = {"code": 80003, "message": "provider_failed"}
    made = replace(_ENTRY, provider="apixo", slots=(0, 1, 3), failure=fate)

    ledger.charge(made)

    assert made == ledger.entry("task_1")


# Balances.

_BUY = """
import sys
from dataclasses import replace
from pathlib import Path
from reapi_nb.errors import OutOfCredits
from reapi_nb.sandbox.ledger import Ledger
from tests.test_ledger import _ENTRY, rich
path, name = sys.argv[1:]
ledger = Ledger(Path(path))
print("ready", flush=True)
sys.stdin.readline()
bought = 0
for number in range(40):
    try:
        ledger.charge(rich(f"task_{name}_{number}", 10))
        bought += 1
    except OutOfCredits:
        pass
print(bought)
"""


def rich(task_id, credits_):
    """A task of the account that has a balance."""
    return replace(_ENTRY, task_id=task_id, account=tag_of("rich"), credits=credits_)


@pytest.fixture
def balance(ledger):
    """What the account has left."""
    ledger.keys.put("rich", "active")

    def left(now=None):
        if now is not None:
            ledger.keys.set_balance(tag_of("rich"), now)
        return ledger.keys.of("rich").balance

    return left


def test_a_charge_and_its_bill_are_one(ledger, balance):
    """What cannot be paid is not written, to the last credit."""
    balance(100)
    ledger.charge(rich("task_1", 60))

    with pytest.raises(OutOfCredits):
        ledger.charge(rich("task_2", 41))
    ledger.charge(rich("task_3", 40))

    assert (0, ["task_1", "task_3"]) == (balance(), [e.task_id for e in ledger.entries()])


def test_a_task_that_cannot_be_written_is_not_paid(ledger, balance):
    """A second task of the same id takes nothing."""
    balance(100)
    ledger.charge(rich("task_1", 10))

    with pytest.raises(sqlite3.IntegrityError):
        ledger.charge(rich("task_1", 10))

    assert 90 == balance()


def test_a_refund_is_paid_once(home, ledger, balance):
    """However often it is asked for, also by several kernels at once."""
    balance(100)
    ledger.charge(rich("task_1", 10))

    def kernel(_: int) -> None:
        with closing(Ledger(home / FILE)) as mine:
            mine.refund("task_1")

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(kernel, range(4)))

    assert 100 == balance()


def test_an_account_without_a_balance_pays_anything(ledger, balance):
    """None is no number."""
    ledger.charge(rich("task_1", 10**9))

    assert balance() is None


def test_threads_never_overdraw(home, ledger, balance):
    """Eight kernels buy for more than there is, and the last credit is spent once."""
    balance(205)

    def kernel(number: int) -> int:
        with closing(Ledger(home / FILE)) as mine:
            return sum(_buys(mine, f"task_{number}_{task}") for task in range(10))

    with ThreadPoolExecutor(8) as threads:
        bought = sum(threads.map(kernel, range(8)))

    assert (20, 20, 5) == (bought, len(ledger.entries()), balance())


def _buys(ledger, task_id):
    try:
        ledger.charge(rich(task_id, 10))
    except OutOfCredits:
        return False
    return True


def test_processes_never_overdraw(home, ledger, balance):
    """Nor do two processes that begin at the same moment."""
    balance(395)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    command = [sys.executable, "-c", _BUY, str(home / FILE)]
    processes = [subprocess.Popen([*command, name], **pipes) for name in "ab"]
    for process in processes:
        assert "ready\n" == process.stdout.readline()

    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    bought = [int(process.communicate(timeout=60)[0]) for process in processes]

    assert (39, 39, 5) == (sum(bought), len(ledger.entries()), balance())


def test_what_failed_is_settled_when_its_time_is_over(ledger, balance):
    """Not before, not twice, and nothing else."""
    failure = {"code": 80003, "message": "provider_failed"}
    balance(100)
    ledger.charge(replace(rich("task_1", 10), slots=(0, 1, 2, 3), failure=failure))
    ledger.charge(replace(rich("task_2", 10), slots=(0, 1, 2, 3)))

    balances = []
    for now in (_ENTRY.made_at + 1, _ENTRY.made_at + 2, _ENTRY.made_at + 3):
        settle(ledger, now)
        balances.append(balance())

    assert [80, 90, 90] == balances
    assert () == ledger.unsettled(_ENTRY.made_at + 9)


# Files of earlier versions.


@pytest.fixture
def old(home):
    """A file that the first version made, with two tasks: one that failed, one that did not."""
    home.mkdir()
    with closing(sqlite3.connect(home / FILE)) as db, db:
        db.execute(
            "CREATE TABLE tasks (task_id TEXT PRIMARY KEY, account TEXT NOT NULL, model TEXT "
            "NOT NULL, body TEXT NOT NULL, seed INTEGER NOT NULL, latency_s REAL NOT NULL, "
            "made_at REAL NOT NULL, credits INTEGER NOT NULL, refunded INTEGER NOT NULL DEFAULT 0)"
        )
        for name in ("fail", "three"):
            body = json.dumps({"model": "mj-v7", "prompt": f"a cat (sandbox: {name})"})
            row = (f"task_{name}", tag_of("rich"), "mj-v7", body, 1, 1.25, 1735000000.5, 88, 0)
            db.execute(f"INSERT INTO tasks VALUES ({', '.join('?' * 9)})", row)
        db.execute("PRAGMA user_version = 1")
    return home / FILE


def test_a_file_of_the_first_version_is_read_and_written_on(old):
    """Its tasks are reAPI's, and what nobody wrote down then is not known."""
    with closing(Ledger(old)) as ledger:
        ledger.charge(_ENTRY)
        entries = ledger.entries()

    assert [("reapi", None, None)] * 3 == [(e.provider, e.slots, e.failure) for e in entries]
    assert ["task_fail", "task_three", "task_1"] == [entry.task_id for entry in entries]


def test_tasks_of_the_first_version_go_as_their_words_say(old):
    """Their failures are refunded, once, and what review took out stays out."""
    with closing(Ledger(old)) as ledger:
        for _ in range(2):
            settle(ledger, 1735000010.0)
        failed, three = ledger.entries()

    assert (True, 80003) == (failed.refunded, failed.failure["code"])
    assert (False, (0, 1, 3), None) == (three.refunded, three.slots, three.failure)


def test_a_row_that_nobody_can_read_any_more_is_in_nobodys_way(old):
    """Rules change; a body of earlier ones has no pictures, and all else goes on."""
    with closing(Ledger(old)) as ledger:
        ledger.charge(replace(_ENTRY, body={"model": "mj-v7", "gone": 1}))
        settle(ledger, 1735000010.0)
        entry = ledger.entry("task_1")

    assert ((), None, False) == (entry.slots, entry.failure, entry.refunded)


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
