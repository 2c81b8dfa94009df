"""The public address of a picture, by its task and slot: from the library, or for one free look."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

import reapi_nb.session.links
from reapi_nb.errors import InvalidRequest
from reapi_nb.job import Status
from reapi_nb.library import Library
from reapi_nb.session import Session
from tests.faults.acts import drop, envelope, refuse, say
from tests.faults.kernel import settings
from tests.faults.server import TASKS, RecordingServer, Task
from tests.samples import job as sample
from tests.samples import kept, urls

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.faults.acts import Exchange

LINKS = urls("0.png", "1.png", "3.png", task="parent")


@pytest.fixture(name="server")
def _server() -> Iterator[RecordingServer]:
    """It knows a finished task that no library here has."""
    with RecordingServer() as server:
        server.tasks["task_elsewhere"] = Task("task_elsewhere", "mj-v7")
        yield server


@pytest.fixture(name="session")
def _session(server: RecordingServer, home: Path) -> Iterator[Session]:
    """Its library has a finished task, without its third picture."""
    with Session(settings(server.origin, home)) as session:
        grid = sample(
            account=session.settings.account, status=Status.COMPLETED, task_id="task_parent"
        )
        pictures = (
            kept(grid, slot, url=link, expires_at=time.time() + 9e5)
            for slot, link in zip((0, 1, 3), LINKS, strict=True)
        )
        with closing(Library(home)) as library:
            library.keep(grid.but(pictures=tuple(pictures)))
        yield session


def _refusal(session: Session, task_id: str, slot: int) -> str:
    with pytest.raises(InvalidRequest) as refused:
        session.link(task_id, slot)
    assert "\n" not in refused.value.message
    return refused.value.message


def test_a_link_that_the_library_has_is_not_asked_for(session, server):
    """By the slot on the wire, whatever review took out."""
    assert LINKS == tuple(session.link("task_parent", slot) for slot in (0, 1, 3))
    assert [] == server.requests


def test_a_picture_that_the_library_does_not_have_has_no_link(session, server):
    """The refusal names those that there are, and the server is not asked."""
    assert "task_parent has no picture #3; it has #1, #2, #4" == _refusal(session, "task_parent", 2)
    assert [] == server.requests


def test_a_job_without_pictures_has_no_link_yet(session, server, home):
    """It is under way here, so nobody else knows more."""
    with closing(Library(home)) as library:
        account = session.settings.account
        library.keep(sample(account=account, status=Status.PROCESSING, task_id="task_moving"))

    assert "task_moving has no picture #1; it has none yet" == _refusal(session, "task_moving", 0)
    assert [] == server.requests


def test_a_task_that_the_library_does_not_know_is_looked_at_once(session, server):
    """One GET, no POST, no job; asking is free."""
    link = session.link("task_elsewhere", 2)

    [heard] = server.requests
    assert f"{server.pictures_origin}/task_elsewhere/2.png" == link
    assert ("GET", f"{TASKS}task_elsewhere") == (heard.method, heard.path)
    assert ["task_parent"] == [job.task_id for job in session.history()]


def test_a_slot_that_the_server_does_not_have_is_refused(session, server):
    """The refusal names those that there are."""
    assert "task_elsewhere has no picture #8; it has #1, #2, #3, #4" == _refusal(
        session, "task_elsewhere", 7
    )
    assert 1 == len(server.requests)


def test_a_task_that_is_under_way_elsewhere_has_no_link_yet(session, server):
    """It is not waited for."""
    server.cue("look", say({"id": "task_elsewhere", "status": "processing"}))

    assert "it has none yet" in _refusal(session, "task_elsewhere", 0)
    assert 1 == len(server.requests)


@pytest.mark.parametrize("code", [401, 404])
def test_a_task_that_the_server_does_not_tell_of_is_refused(session, server, code):
    """In the server's words, after one look."""
    server.cue("look", refuse(code, envelope(10003, "API key is invalid")))
    said = {401: "API key is invalid", 404: "the server does not know this task"}[code]

    assert f"task_foreign: {said}" == _refusal(session, "task_foreign", 0)
    assert 1 == len(server.requests)


def test_a_look_outlives_a_stumble(session, server):
    """Asked again, the server answers."""
    server.cue("look", drop(), refuse(502, b"bad gateway"))

    assert session.link("task_elsewhere", 0).endswith("/task_elsewhere/0.png")
    assert ["GET"] * 3 == [heard.method for heard in server.requests]


def test_a_server_that_does_not_answer_is_not_waited_for_for_ever(session, server, monkeypatch):
    """The line is refused after a while, and nobody goes on asking behind its back."""
    gone = threading.Event()

    async def stall(exchange: Exchange) -> None:
        await exchange.wait_for_the_end()
        gone.set()

    monkeypatch.setattr(reapi_nb.session.links, "LINK_S", 0.3)
    server.cue("look", stall)

    refusal = _refusal(session, "task_elsewhere", 0)

    assert "the server did not tell the link of task_elsewhere" in refusal
    assert gone.wait(5)
    assert 1 == len(server.requests)
