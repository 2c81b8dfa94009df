"""The same edit of the same picture is paid for once, wherever it is asked for."""

from __future__ import annotations

import asyncio
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from reapi_nb import sandbox
from reapi_nb.catalog import Imagine, Pan, RemoveBackground, Upscale
from reapi_nb.job import Account, Cell, Snapshot, Status, Times
from reapi_nb.library import Library
from reapi_nb.session import Session, Settings
from tests.charges import charged
from tests.faults.acts import envelope, refuse
from tests.faults.kernel import settings, until
from tests.faults.server import SUBMIT, RecordingServer
from tests.posts import posted
from tests.samples import job as sample
from tests.samples import kept, urls

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reapi_nb.catalog import ImageRequest
    from reapi_nb.session import Job
    from tests.notebooks import Notebook

CAT = Imagine(prompt="a cat")
EDIT = Upscale(task_id="task_parent", image_number=1)
LINKS = urls("0.png", "1.png", task="parent")
BY_LINK = RemoveBackground(image_urls=(LINKS[1],))
EDITS = pytest.mark.parametrize("edit", [EDIT, BY_LINK], ids=lambda edit: edit.nick)


@pytest.fixture(name="here")
def _here(endless: RecordingServer, home: Path) -> Settings:
    """Settings of a place whose library has a finished parent."""
    here = settings(endless.origin, home)
    parent = _left(here, Status.COMPLETED, CAT, task_id="task_parent")
    pictures = (
        kept(parent, slot, url=link, expires_at=time.time() + 9e5)
        for slot, link in enumerate(LINKS)
    )
    _keep(here, parent.but(pictures=tuple(pictures)))
    return here


@pytest.fixture(name="session")
def _session(here: Settings, notebook: Notebook) -> Iterator[Session]:
    with Session(here) as session:
        yield session


def _left(here: Settings, status: Status, request: ImageRequest = EDIT, **fields: Any) -> Snapshot:
    """A job that an earlier kernel left like this; clicked, unless it has a cell."""
    times = Times(made=time.time() - 60)
    given = {"request": request, "account": here.account, "status": status, "times": times}
    return sample(**given | fields)


def _keep(here: Settings, *jobs: Snapshot) -> None:
    with closing(Library(here.home)) as library:
        for job in jobs:
            library.keep(job)


def _asked(session: Session, notebook: Notebook, cell: str, *requests: ImageRequest) -> list[Job]:
    """What one run of a cell gets for these requests."""
    with notebook.running(cell):
        return [session.submit(request) for request in requests]


def _count(session: Session, endless: RecordingServer, edit: ImageRequest = EDIT) -> int:
    """How often an edit was posted."""
    return posted(session, endless).count(edit.body())


# -- what opens


@EDITS
def test_a_clicked_edit_is_opened_by_the_same_edit_typed(session, endless, notebook, edit):
    """The line under the picture's button shows what the button made, and pays nothing."""
    clicked = session.submit(edit, clicked=True, board_id="board-1")
    assert not clicked.snapshot.from_library

    [typed] = _asked(session, notebook, "cell-1", edit)

    assert clicked is typed
    assert (True, "board-1") == (typed.snapshot.from_library, typed.snapshot.board_id)
    assert 1 == _count(session, endless, edit)


@EDITS
def test_an_edit_that_was_clicked_is_opened_after_a_restart(here, endless, notebook, edit):
    """The library remembers it, whatever cell asks."""
    with Session(here) as session:
        clicked = session.submit(edit, clicked=True)
        until(lambda: clicked.task_id)

    with Session(here) as session:
        [typed] = _asked(session, notebook, "cell-1", edit)

        assert (clicked.job_id, True) == (typed.job_id, typed.snapshot.from_library)
        assert 1 == _count(session, endless, edit)


@EDITS
def test_an_edit_that_was_typed_in_one_cell_is_opened_by_another(session, endless, notebook, edit):
    """And by the first one again."""
    [first] = _asked(session, notebook, "cell-1", edit)
    [other] = _asked(session, notebook, "cell-2", edit)
    [again] = _asked(session, notebook, "cell-1", edit)

    assert first is other is again
    assert 1 == _count(session, endless, edit)


def test_the_first_of_several_is_opened(session, here, notebook):
    """The one that was made first, however often it was paid for since."""
    newer = _left(here, Status.COMPLETED, task_id="task_2", times=Times(made=time.time() - 9))
    older = _left(here, Status.COMPLETED, task_id="task_1")
    _keep(here, newer, older)

    [typed] = _asked(session, notebook, "cell-1", EDIT)

    assert older.job_id == typed.job_id


@pytest.mark.parametrize(
    "status",
    [
        *(Status.HELD, Status.COMPLETED, Status.EMPTY, Status.UNKNOWN),
        *(Status.EXPIRED, Status.VANISHED, Status.STALE),
    ],
)
def test_what_is_or_may_be_paid_for_is_opened(session, here, endless, notebook, status):
    """Also where nobody knows what became of it, and where it waits for Send."""
    _keep(here, left := _left(here, status))

    [typed] = _asked(session, notebook, "cell-1", EDIT)

    assert (left.job_id, status, True) == (typed.job_id, typed.status, typed.snapshot.from_library)
    assert 0 == _count(session, endless)


def test_an_edit_that_is_known_is_not_judged_again(session, here, endless, notebook):
    """Its parent's link may have died, and its parent been deleted."""
    dead = "https://cdn.example/media/tasks/dead/0.png"
    parent = _left(here, Status.COMPLETED, CAT, task_id="task_dead")
    parent = parent.but(pictures=(kept(parent, 0, url=dead, expires_at=time.time() - 1),))
    left = _left(here, Status.COMPLETED, RemoveBackground(image_urls=(dead,)))
    _keep(here, parent, left)

    [typed] = _asked(session, notebook, "cell-1", left.request)

    assert left.job_id == typed.job_id
    assert 0 == _count(session, endless, left.request)


def test_an_edit_that_is_paid_for_costs_a_plan_nothing(session, endless, notebook):
    """Clicked or typed elsewhere, it stays on its board, and the plan has one of its own."""
    clicked = session.submit(EDIT, clicked=True, board_id="board-1")
    [typed] = _asked(session, notebook, "cell-0", BY_LINK)
    new = Pan(task_id="task_parent", image_number=1)

    with notebook.running():
        plan = session.plan([EDIT, BY_LINK, new])
        *known, made = plan.run()

    assert (1, 88, [clicked, typed]) == (plan.new, plan.estimate.credits, known)
    boards = [job.snapshot.board_id for job in (clicked, typed, made)]
    assert (3, "board-1", plan.board_id) == (len({*boards}), boards[0], boards[2])
    assert [1, 1, 1] == [_count(session, endless, edit) for edit in (EDIT, BY_LINK, new)]


def test_an_edit_that_was_clicked_while_a_plan_waited_is_opened_by_it(session, endless, notebook):
    """Run pays for what nobody has by then."""
    with notebook.running():
        plan = session.plan([EDIT, Pan(task_id="task_parent", image_number=1)])
    clicked = session.submit(EDIT, clicked=True)

    first, second = plan.run()

    assert clicked is first
    assert plan.board_id == second.snapshot.board_id
    assert 1 == _count(session, endless)


def test_the_sandbox_charges_for_an_edit_once(home, notebook):
    """Clicked, typed twice and typed after a restart, it is one row of the ledger."""

    async def grid() -> str:
        door = sandbox.transport(home, latency_s=0.0, origin="http://sandbox.localhost")
        key = {"Authorization": f"Bearer {sandbox.KEY}"}
        async with httpx.AsyncClient(
            transport=door, base_url="http://sandbox.localhost", headers=key
        ) as client:
            return (await client.post(SUBMIT, json=CAT.body())).json()["id"]

    home.mkdir()
    edit = Upscale(task_id=asyncio.run(grid()), image_number=1)
    here = Settings.read("sandbox", home=home, sandbox_latency_s=60.0)
    with Session(here) as session:
        clicked = session.submit(edit, clicked=True)
        until(lambda: clicked.task_id)
        typed = [_asked(session, notebook, f"cell-{n}", edit) for n in range(2)]
    with Session(here) as session:
        [again] = _asked(session, notebook, "cell-3", edit)
        new = session.reroll(again)
        until(lambda: new.task_id)

    assert [[clicked]] * 2 == typed
    assert clicked.job_id == again.job_id
    assert [clicked.task_id, new.task_id] == [*charged(home)][1:]


# -- what does not open


def test_paying_again_is_paying_again(session, endless, notebook):
    """--fresh makes a new job, which its own cell means from then on."""
    [first] = _asked(session, notebook, "cell-1", EDIT)
    with notebook.running("cell-2"):
        fresh = session.submit(EDIT, fresh=True)

    again = [*_asked(session, notebook, "cell-2", EDIT), *_asked(session, notebook, "cell-1", EDIT)]

    assert first is not fresh
    assert [fresh, first] == again
    assert 2 == _count(session, endless)


@pytest.mark.parametrize("cell", [None, Cell("", "cell-0", "execution-0")], ids=["click", "cell"])
@pytest.mark.parametrize("status", [Status.FAILED, Status.REJECTED, Status.FORGOTTEN], ids=str)
def test_what_came_to_nothing_is_not_opened(session, endless, notebook, status, cell):
    """Failed and refunded, refused, or set aside: somebody who types it wants a picture."""
    left = _left(session.settings, status, cell=cell)
    _keep(session.settings, left)
    known = session.find(left.job_id)

    [typed] = _asked(session, notebook, "cell-1", EDIT)

    assert known is not typed
    assert not typed.snapshot.from_library
    assert 1 == _count(session, endless)


def test_a_refusal_in_the_cell_does_not_hide_what_was_clicked(session, endless, notebook):
    """The cell may try again, and finds that it need not."""
    endless.cue("submit", refuse(400, envelope("INVALID_REQUEST")))
    [refused] = _asked(session, notebook, "cell-1", EDIT)
    refused.wait(20)
    clicked = session.submit(EDIT, clicked=True)

    [again] = _asked(session, notebook, "cell-1", EDIT)

    assert Status.REJECTED is refused.status
    assert clicked is again


def test_what_belongs_to_somebody_else_is_not_opened(session, here, endless, notebook):
    """Another key's, another address's and the sandbox's are no answer."""
    place, origin, tag = here.account
    others = (
        Account(place, origin, "ffffffff"),
        Account(place, "https://other.example", tag),
        Account("sandbox", origin, tag),
    )
    left = [_left(here, Status.COMPLETED, account=account) for account in others]
    _keep(here, *left)
    history = session.history()  # so that this session has handles of them

    [typed] = _asked(session, notebook, "cell-1", EDIT)

    assert {job.job_id for job in left} < {job.job_id for job in history}
    assert typed not in history
    assert 1 == _count(session, endless)


@pytest.mark.parametrize(
    "other",
    [
        Upscale(task_id="task_parent", image_number=0),
        Upscale(task_id="task_other", image_number=1),
        Upscale(task_id="task_parent", image_number=1, type="creative"),
        RemoveBackground(image_urls=(LINKS[1],)),
    ],
    ids=repr,
)
def test_another_edit_is_not_opened(session, endless, notebook, other):
    """Another picture, another task, another field or another kind."""
    clicked = session.submit(other, clicked=True)

    [typed] = _asked(session, notebook, "cell-1", EDIT)

    assert clicked is not typed
    assert 1 == _count(session, endless)


def test_a_first_request_in_another_cell_is_new(session, endless, notebook):
    """Words may be asked for twice: only edits are opened everywhere."""
    clicked = session.submit(CAT, clicked=True)
    [first] = _asked(session, notebook, "cell-1", CAT)
    [second] = _asked(session, notebook, "cell-2", CAT)

    assert 3 == len({clicked, first, second}) == _count(session, endless, CAT)


def test_a_click_opens_the_edit_that_is_paid_for(session, endless, notebook):
    """A button that is pressed again, or after the edit was typed, buys nothing."""
    [typed] = _asked(session, notebook, "cell-1", EDIT)
    with notebook.running("cell-1"):
        clicked = [session.submit(EDIT, clicked=True) for _ in range(2)]

    assert [typed] * 2 == clicked
    assert 1 == _count(session, endless)
    assert typed.snapshot.from_library


def test_again_makes_a_new_edit_and_a_click_opens_the_newest(session, endless, notebook):
    """Who wants another one says so."""
    first = session.submit(EDIT, clicked=True)
    again = session.reroll(first)

    assert first is not again is session.submit(EDIT, clicked=True)
    assert 2 == _count(session, endless)
    assert [first] == _asked(session, notebook, "cell-1", EDIT)


def test_a_script_always_edits_anew(session, endless, notebook):
    """Without cells there is nothing to run again."""
    jobs = {session.submit(EDIT) for _ in range(2)}

    assert 2 == len(jobs) == _count(session, endless)
