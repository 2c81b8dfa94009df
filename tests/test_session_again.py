"""The same request again: running a cell twice pays once."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from reapi_nb.catalog import Imagine
from reapi_nb.job import Cell, Status
from reapi_nb.library import Library
from reapi_nb.session import Session, Settings
from reapi_nb.settings import Secret
from tests.faults.kernel import until
from tests.samples import job as sample

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CAT = Imagine(prompt="a cat")
REFUSED = Imagine(prompt="a cat (sandbox: refuse)")


@contextmanager
def _kernel(home: Path) -> Iterator[Session]:
    """A session on a sandbox whose tasks never end."""
    with Session(Settings.read("sandbox", home=home, sandbox_latency_s=60.0)) as session:
        yield session


@pytest.fixture(name="session")
def _session(home: Path) -> Iterator[Session]:
    with _kernel(home) as session:
        yield session


def _kept(home: Path, status: Status, request: Imagine = CAT) -> str:
    """The id of a job that an earlier kernel made in cell-1 and left in this state."""
    account = Settings.read("sandbox", home=home).account
    left = sample(
        request=request, account=account, status=status, cell=Cell("", "cell-1", "execution-0")
    )
    with closing(Library(home)) as library:
        library.keep(left)
    return left.job_id


def test_the_same_cell_again_is_the_same_job(session, notebook):
    """Nothing is sent the second time, and the job says where it came from."""
    with notebook.running():
        first = session.submit(CAT)
    assert not first.snapshot.from_library

    with notebook.running():
        second = session.submit(CAT)

    assert first is second
    assert second.snapshot.from_library
    assert 1 == len(session.moving())


def test_the_same_cell_after_a_restart_is_the_same_job(home, notebook):
    """Restart and Run All is free."""
    with _kernel(home) as session, notebook.running():
        first = session.submit(CAT)
        until(lambda: first.task_id)

    with _kernel(home) as session, notebook.running():
        second = session.submit(CAT)

        assert (first.job_id, first.task_id) == (second.job_id, second.task_id)
        assert second.snapshot.from_library
        assert 1 == len(session.history())


def test_a_loop_of_three_stays_three(session, notebook):
    """The n-th of the same requests in one run is the n-th of the next, and a fourth is new."""
    with notebook.running():
        first = [session.submit(CAT) for _ in range(3)]
    with notebook.running():
        second = [session.submit(CAT) for _ in range(4)]

    assert 3 == len({job.job_id for job in first})
    assert first == second[:3]
    assert second[3] not in first
    assert [0, 1, 2, 3] == [job.snapshot.ordinal for job in second]


def test_another_request_in_the_cell_does_not_change_the_count(session, notebook):
    """Requests are counted by what they ask for."""
    dog = Imagine(prompt="a dog")
    with notebook.running():
        cat = session.submit(CAT)

    with notebook.running():
        session.submit(dog)
        assert cat is session.submit(CAT)


def test_another_cell_is_a_new_request(session, notebook):
    """Asking for the same again somewhere else means wanting more."""
    with notebook.running("cell-1"):
        first = session.submit(CAT)
    with notebook.running("cell-2"):
        second = session.submit(CAT)

    assert first is not second


def test_without_a_cell_id_the_source_says_which_cell_it_is(session, notebook):
    """The same text is the same cell; an edited one is another."""
    with notebook.running(None, "%reapi mj a cat"):
        first = session.submit(CAT)
    with notebook.running(None, "%reapi mj a cat"):
        same = session.submit(CAT)
    with notebook.running(None, "# more\n%reapi mj a cat"):
        other = session.submit(CAT)

    assert first is same
    assert first is not other


def test_fresh_pays_again_and_counts_from_then_on(session, notebook):
    """--fresh makes a new job, and the next run of the cell means that one."""
    with notebook.running():
        first = session.submit(CAT)
    with notebook.running():
        fresh = session.submit(CAT, fresh=True)
    with notebook.running():
        third = session.submit(CAT)

    assert first is not fresh
    assert fresh is third


def test_a_click_is_always_a_new_request(session, notebook):
    """A button that is pressed again means again, whatever cell is running."""
    with notebook.running():
        jobs = [session.submit(CAT, clicked=True) for _ in range(2)]
        jobs.append(session.reroll(jobs[0]))

    assert 3 == len({job.job_id for job in jobs})
    assert [None] * 3 == [job.snapshot.cell for job in jobs]


def test_a_script_always_asks_anew(session, notebook):
    """Without cells there is nothing to run again."""
    first, second = session.submit(CAT), session.submit(CAT)

    assert first is not second


def test_a_refused_request_is_sent_again(session, notebook):
    """Nothing came of it and nothing was charged: the same cell may try once more."""
    with notebook.running():
        first = session.submit(REFUSED).wait(20)
    assert Status.REJECTED is first.status

    with notebook.running():
        second = session.submit(REFUSED)

    assert first is not second


def test_a_refused_fresh_request_does_not_hide_the_one_before(home, notebook):
    """When paying again failed, the cell shows what was paid for, and pays nothing."""
    job_id = _kept(home, Status.COMPLETED, REFUSED)
    with _kernel(home) as session:
        with notebook.running():
            fresh = session.submit(REFUSED, fresh=True).wait(20)
        assert Status.REJECTED is fresh.status

        with notebook.running():
            again = session.submit(REFUSED)

    assert job_id == again.job_id


@pytest.mark.parametrize(
    "status",
    [
        *(Status.COMPLETED, Status.EMPTY, Status.FAILED, Status.EXPIRED, Status.HELD),
        *(Status.UNKNOWN, Status.FORGOTTEN, Status.VANISHED, Status.STALE),
    ],
)
def test_a_job_that_came_to_anything_is_shown_again(home, notebook, status):
    """Done, failed, not sent yet or of unknown outcome: it is shown, and nothing is sent."""
    job_id = _kept(home, status)

    with _kernel(home) as session, notebook.running():
        again = session.submit(CAT)

        assert (job_id, status, True) == (again.job_id, again.status, again.snapshot.from_library)
        assert 1 == len(session.history())


@pytest.mark.parametrize(
    ("left", "found"), [(Status.QUEUED, Status.HELD), (Status.SENDING, Status.UNKNOWN)]
)
def test_a_job_that_a_dead_kernel_was_about_to_send_is_not_sent_by_run_all(
    home, notebook, left, found
):
    """It waits for Send, or stays of unknown outcome; running the cell changes neither."""
    job_id = _kept(home, left)

    with _kernel(home) as session, notebook.running():
        again = session.submit(CAT)
        until(lambda: again.status is found)

        assert job_id == again.job_id
        assert [again] == session.waiting()


def test_what_the_sandbox_made_is_no_answer_to_a_real_request(home, notebook):
    """Trying for free and then paying are two requests."""
    with _kernel(home) as session, notebook.running():
        played = session.submit(CAT)
        until(lambda: played.task_id)

    real = Settings.read("reapi", home=home, key=Secret("test-key"), origin="http://127.0.0.1:9")
    with Session(real) as session, notebook.running():
        assert played.job_id != session.submit(CAT).job_id
