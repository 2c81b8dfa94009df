"""A loop of edits stays as long as it is, whoever paid for some of them."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from reapi_nb.catalog import Upscale
from reapi_nb.job import Cell, Snapshot, Status, Times
from reapi_nb.library import Library
from reapi_nb.session import Session, Settings
from tests.faults.kernel import settings, until
from tests.posts import posted
from tests.samples import job as sample

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reapi_nb.session import Job
    from tests.faults.server import RecordingServer
    from tests.notebooks import Notebook

EDIT = Upscale(task_id="task_elsewhere", image_number=1)


@pytest.fixture(name="here")
def _here(endless: RecordingServer, home: Path) -> Settings:
    return settings(endless.origin, home)


@pytest.fixture(name="session")
def _session(here: Settings, notebook: Notebook) -> Iterator[Session]:
    with Session(here) as session:
        yield session


def _asked(session: Session, notebook: Notebook, cell: str, count: int) -> list[Job]:
    """What one run of a cell gets when it asks so often for the same edit."""
    with notebook.running(cell):
        return [session.submit(EDIT) for _ in range(count)]


def _count(session: Session, endless: RecordingServer) -> int:
    """How often the edit was posted."""
    return posted(session, endless).count(EDIT.body())


def _left(here: Settings, status: Status, made_s_ago: float, **fields: Any) -> Snapshot:
    """An edit that an earlier kernel left; clicked, unless it has a cell."""
    times = Times(made=time.time() - made_s_ago)
    return sample(request=EDIT, account=here.account, status=status, times=times, **fields)


def _loop(here: Settings, *ordinals: int) -> list[Snapshot]:
    """Finished edits of cell-1 with these ordinals, one made after the other."""
    cell = Cell("", "cell-1", "execution-0")
    return [
        _left(here, Status.COMPLETED, 50 - n, cell=cell, ordinal=ordinal, task_id=f"task_{n}")
        for n, ordinal in enumerate(ordinals)
    ]


def _keep(here: Settings, *jobs: Snapshot) -> None:
    with closing(Library(here.home)) as library:
        for job in jobs:
            library.keep(job)


def test_a_loop_of_three_edits_stays_three(here, endless, notebook):
    """In its own cell and in another one, before and after a restart."""
    with Session(here) as session:
        first = _asked(session, notebook, "cell-1", 3)
        assert first == _asked(session, notebook, "cell-1", 3)
        assert first == _asked(session, notebook, "cell-2", 3)
        until(lambda: all(job.task_id for job in first))

    with Session(here) as session:
        again = [_asked(session, notebook, f"cell-{n}", 3) for n in (1, 2, 3)]

        ids = [job.job_id for job in first]
        assert 3 == len({*ids})
        assert [ids] * 3 == [[job.job_id for job in jobs] for jobs in again]
        assert 3 == _count(session, endless)


def test_a_longer_loop_elsewhere_pays_for_the_rest(session, endless, notebook):
    """It opens the three that there are; then all four are everybody's."""
    first = _asked(session, notebook, "cell-1", 3)

    longer = [_asked(session, notebook, "cell-2", 4) for _ in range(2)]

    assert longer[0] == longer[1] == _asked(session, notebook, "cell-1", 4)
    assert first == longer[0][:3]
    assert 4 == _count(session, endless)


def test_a_click_is_one_of_the_three(session, endless, notebook):
    """A loop of three above a picture that was edited once pays for two."""
    clicked = session.submit(EDIT, clicked=True)

    loops = [_asked(session, notebook, "cell-1", 3) for _ in range(2)]

    assert loops[0] == loops[1]
    assert clicked is loops[0][0]
    assert 3 == len({*loops[0]}) == _count(session, endless)


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_a_loop_of_three_stays_three_when_one_was_deleted(session, here, endless, notebook, gone):
    """The one that is gone is asked for again, and no other is shown in its place."""
    loop = _loop(here, 0, 1, 2)
    _keep(here, *loop)
    session.delete(session.find(loop[gone].job_id))

    again = _asked(session, notebook, "cell-1", 3)

    assert [n == gone for n in range(3)] == [
        job.job_id not in {one.job_id for one in loop} for job in again
    ]
    assert 3 == len({*again})
    assert 1 == _count(session, endless)


def test_a_loop_of_three_stays_three_when_a_click_failed(session, here, endless, notebook):
    """It opened a click and paid for two; the click was refunded, so one is missing."""
    clicked, loop = _left(here, Status.FAILED, 60), _loop(here, 1, 2)
    _keep(here, clicked, *loop)

    first, *others = _asked(session, notebook, "cell-1", 3)

    assert first.job_id not in {clicked.job_id, *(job.job_id for job in loop)}
    assert [job.job_id for job in loop] == [job.job_id for job in others]
    assert 1 == _count(session, endless)


def test_what_was_paid_for_again_is_not_shown_twice(session, here, endless, notebook):
    """A cell that was run with --fresh and then loops opens both of its jobs."""
    before, fresh = _loop(here, 0, 0)
    _keep(here, before, fresh)

    jobs = _asked(session, notebook, "cell-1", 2)

    assert [fresh.job_id, before.job_id] == [job.job_id for job in jobs]
    assert 0 == _count(session, endless)
