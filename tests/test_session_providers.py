"""A session serves its own provider, the sandbox all of them, and nothing reaches a wrong place."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from reapi_nb.catalog import ApixoImagine, ApixoUpscale, Imagine, Upscale
from reapi_nb.errors import InvalidRequest
from reapi_nb.job import Status
from reapi_nb.library import Library
from reapi_nb.session import Session, Settings
from tests.faults.acts import apixo_envelope, refuse
from tests.faults.kernel import settings, until
from tests.faults.server import APIXO_TASKS, TASKS, RecordingServer, Task
from tests.samples import job as sample
from tests.samples import kept, urls

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reapi_nb.catalog import ImageRequest

OURS: dict[str, ImageRequest] = {
    "reapi": Imagine(prompt="a cat"),
    "apixo": ApixoImagine(prompt="a cat"),
}
"""A request to each provider."""


@pytest.fixture(name="server")
def _server() -> Iterator[RecordingServer]:
    with RecordingServer() as server:
        yield server


@pytest.fixture(name="sandbox")
def _sandbox(home: Path) -> Iterator[Session]:
    with Session(Settings.read("sandbox", home=home, sandbox_latency_s=60.0)) as session:
        yield session


def _refusal(session: Session, act: Any) -> str:
    with pytest.raises(InvalidRequest) as refused:
        act(session)
    assert "\n" not in refused.value.message
    return refused.value.message


# -- whose requests


@pytest.mark.parametrize("place", OURS)
def test_a_place_serves_its_own_provider_only(server, home, place):
    """A request of the other one is refused before anything is made or sent, by every door."""
    [other] = OURS.keys() - {place}
    with Session(settings(server.origin, home, place=place)) as session:
        said = {
            _refusal(session, lambda one: one.submit(OURS[other])),
            _refusal(session, lambda one: one.submit(OURS[other], clicked=True, fresh=True)),
            _refusal(session, lambda one: one.plan([OURS[place], OURS[other]])),
            _refusal(session, lambda one: one.plan([OURS[other]], trial=True)),
        }

        [refusal] = said
        assert f"and this is {place}: type %reapi use {other}" in refusal
        assert [] == session.history()
        assert (place, [place]) == (
            session.provider,
            [one for one in OURS if session.can_serve(one)],
        )
    assert [] == server.requests


def test_the_sandbox_takes_the_requests_of_both(sandbox):
    """It plays both APIs."""
    jobs = [sandbox.submit(request) for request in OURS.values()]

    assert ["sandbox"] * 2 == [job.snapshot.account.place for job in jobs]
    assert ("", [*OURS]) == (sandbox.provider, [one for one in OURS if sandbox.can_serve(one)])


@pytest.mark.parametrize(
    ("place", "limit"), [("reapi", (10, 1.0)), ("apixo", (10_000, 60.0)), ("sandbox", (10, 1.0))]
)
def test_a_session_keeps_its_providers_limits(server, home, place, limit):
    """And its limiter has as many slots as that needs."""
    here = (
        Settings.read("sandbox", home=home)
        if place == "sandbox"
        else settings(server.origin, home, place=place)
    )
    with Session(here) as session:
        session.submit(OURS["apixo" if place == "apixo" else "reapi"])
        until(lambda: session.history() and session.history()[0].task_id)

        assert limit == session.limit
    with closing(sqlite3.connect(home / "limiter.sqlite3")) as db:
        [count] = db.execute("SELECT count(*) FROM slots").fetchone()
    assert {"reapi": 10, "apixo": 50, "sandbox": 10}[place] == count


# -- what is not sent again


def _unreadable(session: Session, home: Path, status: Status) -> None:
    """A job of this account whose body no class reads any more."""
    odd = sample(account=session.settings.account, status=status, task_id=None)
    with closing(Library(home)) as library:
        library.keep(odd)
    with closing(sqlite3.connect(home / "library.sqlite3")) as db, db:
        db.execute("UPDATE jobs SET body = ?", (json.dumps({"model": "mj-v7", "prompt": 5}),))


@pytest.mark.parametrize("status", [Status.HELD, Status.FAILED, Status.UNKNOWN], ids=str)
def test_what_nobody_reads_any_more_is_not_sent(server, home, status):
    """Neither by Send nor by Reroll; it can be looked at, and set aside."""
    with Session(settings(server.origin, home)) as session:
        _unreadable(session, home, status)
        [job] = session.history()

        said = [_refusal(session, lambda one, job=job: one.reroll(job))]
        if status is Status.HELD:
            said.append(_refusal(session, lambda one, job=job: one.send(job)))
        if status is Status.UNKNOWN:
            session.forget(job)
            until(lambda: job.status is Status.FORGOTTEN)

        assert all("cannot read that request any more" in one for one in said)
        assert 1 == len(session.history())
    assert [] == server.requests


def test_a_held_job_of_another_provider_is_not_sent(server, home):
    """Whatever a library says of a job: reAPI's body never goes to APIXO."""
    with Session(settings(server.origin, home, place="apixo")) as session:
        account = session.settings.account
        with closing(Library(home)) as library:
            library.keep(sample(account=account, status=Status.HELD))
        [job] = session.waiting()

        refusal = _refusal(session, lambda one: one.send(job))

        assert "type %reapi use reapi" in refusal
    assert [] == server.requests


# -- links and sources


def test_a_link_of_a_task_of_apixos_is_told(server, home):
    """From the library, and for one free look where that has none."""
    server.tasks["stranger"] = Task("stranger", "midjourney")
    with Session(settings(server.origin, home, place="apixo")) as session:
        done = sample(
            account=session.settings.account,
            request=OURS["apixo"],
            status=Status.COMPLETED,
            task_id="ours",
        )
        [link] = urls("0.png")
        with closing(Library(home)) as library:
            library.keep(done.but(pictures=(kept(done, 0, url=link),)))

        assert link == session.link("ours", 0)
        assert f"{server.pictures_origin}/stranger/2.png" == session.link("stranger", 2)
        assert "stranger has no picture #5" in _refusal(
            session, lambda one: one.link("stranger", 4)
        )
    assert [APIXO_TASKS + "stranger"] * 2 == [heard.path for heard in server.requests]


def test_a_task_that_apixo_does_not_know_is_refused(server, home):
    """In one line, after one look."""
    server.cue("look", refuse(404, apixo_envelope(404)))
    with Session(settings(server.origin, home, place="apixo")) as session:
        said = _refusal(session, lambda one: one.link("nothing", 0))

    assert "nothing: the server does not know this task" == said
    assert 1 == len(server.requests)


def test_a_strangers_task_is_looked_for_at_its_own_provider_only(server, home):
    """reAPI is not asked for APIXO's tasks."""
    server.tasks["stranger"] = Task("stranger", "midjourney")
    with Session(settings(server.origin, home)) as session:
        _refusal(session, lambda one: one.link("stranger", 0))

    assert [TASKS + "stranger"] == [heard.path for heard in server.requests]


def test_the_source_of_a_request_is_the_job_that_it_is_made_from(sandbox, home):
    """By its task; words have none, and neither has what the library does not know."""
    account = sandbox.settings.account
    grid = sample(
        account=account, request=OURS["apixo"], status=Status.COMPLETED, task_id="task_parent"
    )
    with closing(Library(home)) as library:
        library.keep(grid.but(pictures=(kept(grid, 0),)))

    found = sandbox.source(ApixoUpscale(task_id="task_parent"))

    assert grid.job_id == found.job_id
    assert [None, None] == [
        sandbox.source(one) for one in (OURS["reapi"], Upscale(task_id="task_elsewhere"))
    ]
