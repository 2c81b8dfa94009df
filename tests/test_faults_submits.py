"""Rows 1 to 7 and 42 of the fault matrix: what may go wrong while money is on its way."""

from __future__ import annotations

import sqlite3
import time
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from reapi_nb.catalog import Upscale
from reapi_nb.errors import InvalidRequest, ReapiError, Unauthorized
from reapi_nb.job import Status
from reapi_nb.session import Session
from tests.faults import acts, table
from tests.faults.acts import Answer, Exchange, envelope, refuse
from tests.faults.kernel import Quick, client, settings, until
from tests.faults.server import RecordingServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reapi_nb.client import Client
    from tests.faults.acts import Act

SLOTS = 10
CROWD = 3 * SLOTS
TWINS = {fault.name: fault.act for fault in table.SUBMITS[table.UNKNOWN]}
# A stall differs from the others in its time only, and `test_client` has one.
LOST = [name for name in TWINS if f"{name}, not taken" in TWINS and name != "silence"]
MB = 1 << 20


@pytest.fixture(name="server", scope="module")
def _server() -> Iterator[RecordingServer]:
    with RecordingServer(pictures=1) as server:
        yield server


@pytest.fixture(name="session")
def _session(server: RecordingServer, home: Path) -> Iterator[Session]:
    with Session(settings(server.origin, home)) as session:
        yield session


async def _outcome(server: RecordingServer, api: Client, act: Act) -> tuple[str, str, int]:
    """What a submit that meets an act is told, and how often it was charged."""
    charges, sent = server.charges, len(server.submits)
    server.cue("submit", act)
    try:
        raise AssertionError((await api.submit(Quick(prompt="a cat"))).task_id)
    except ReapiError as no:
        told = no
    assert 1 == len(server.submits) - sent
    return type(told).__name__, told.message, server.charges - charges


async def test_what_cannot_be_known_makes_no_difference(server, home):
    """A submit that was charged and its twin that was not are told in the same words."""
    async with client(server.origin, home, submit_s=5.0) as api:
        for name in LOST:
            charged = await _outcome(server, api, TWINS[name])
            twin = await _outcome(server, api, TWINS[f"{name}, not taken"])

            unknown, words, _ = charged
            assert "OutcomeUnknown" == unknown, name
            assert (charged, twin) == ((unknown, words, 1), (unknown, words, 0)), name


def test_the_row_is_on_the_disk_before_the_request_leaves(server, home, monkeypatch):
    """The row of a submit, and the one with its task id, outlive a power cut."""
    said: list[tuple[int, str]] = []
    connect = sqlite3.connect

    def traced(*args: Any, **options: Any) -> sqlite3.Connection:
        db: sqlite3.Connection = connect(*args, **options)
        db.set_trace_callback(lambda sql: said.append((id(db), sql)))
        return db

    monkeypatch.setattr(sqlite3, "connect", traced)
    with Session(settings(server.origin, home)) as session:
        session.submit(Quick(prompt="a cat")).wait(20)

    for status in ("'sending'", "'processing'"):
        n, (db, _) = next(
            (n, row) for n, row in enumerate(said) if "INTO jobs" in row[1] and status in row[1]
        )
        modes = [sql for who, sql in said[:n] if who == db and "synchronous" in sql]
        assert modes[-1].endswith(("FULL", "EXTRA", "2", "3"))


async def test_an_answer_without_end_is_not_read_to_its_end(server, home):
    """About a megabyte of an answer is read; the id in it is not lost."""
    passed: list[int] = []

    async def flood(exchange: Exchange) -> None:
        good = exchange.good()
        endless = Answer(200, b"", {"Content-Length": str(1 << 40)})
        await exchange.send(endless.head() + good.body[:-1] + b', "pad": "')
        try:
            while sum(passed) < 200 * MB:
                await exchange.send(bytes(1 << 16))
                passed.append(1 << 16)
        finally:
            exchange.close()

    server.cue("submit", flood)

    async with client(server.origin, home, submit_s=20.0) as api:
        accepted = await api.submit(Quick(prompt="a cat"))

    assert accepted.task_id in server.tasks
    until(lambda: passed)
    assert sum(passed) < 20 * MB


def test_a_wait_of_no_time_is_no_storm(server, session):
    """However short a wait the server asks for, a submit goes again after a moment."""
    sent = len(server.submits)
    server.cue("submit", acts.limit("0"), acts.limit("-5"), acts.limit("0.0001"))

    session.submit(Quick(prompt="a cat")).wait(20)

    times = [heard.at for heard in server.submits[sent:]]
    assert 4 == len(times)
    assert all(later - earlier >= 0.2 for earlier, later in pairwise(times))


def test_a_key_that_is_refused_stops_the_queue(home):
    """One refusal is enough: two hundred requests are not two hundred refusals."""
    with RecordingServer() as server, Session(settings(server.origin, home)) as session:
        server.cue("submit", *[refuse(401, envelope("UNAUTHORIZED", "bad key"))] * CROWD)

        jobs = [session.submit(Quick(prompt=f"cat {n}")) for n in range(CROWD)]
        until(lambda: any(isinstance(job.error, Unauthorized) for job in jobs))
        time.sleep(2.5)  # more than two cool-downs, in which all would have been sent

        assert 1 <= len(server.submits) <= SLOTS
        assert 0 == server.charges


def test_an_empty_account_stops_submits_and_no_looks(home):
    """Nothing more is sent when the credits are gone; what was paid for before comes."""
    with (
        RecordingServer(seconds=3.0, pictures=1) as server,
        Session(settings(server.origin, home)) as session,
    ):
        paid = session.submit(Quick(prompt="the last that was paid for"))
        until(lambda: paid.task_id)
        server.cue("submit", *[refuse(402, envelope("INSUFFICIENT_CREDITS"))] * CROWD)

        for n in range(CROWD):
            session.submit(Quick(prompt=f"cat {n}"))
        paid.wait(20)

        assert Status.COMPLETED is paid.status
        assert 2 <= len(server.submits) <= 1 + SLOTS
        assert 1 == server.charges


def test_an_edit_that_the_server_refuses_leaves_its_parent_alone(server, session):
    """A parent that the server does not know any more: refused, not charged, pictures stay."""
    parent = session.submit(Quick(prompt="a cat")).wait(20)
    charges = server.charges
    server.cue("submit", refuse(400, envelope("INVALID_REQUEST", "parent task has expired")))

    edit = session.submit(Upscale.of(parent[1])).wait(20)

    assert (Status.REJECTED, InvalidRequest) == (edit.status, type(edit.error))
    assert "not charged" == edit.error.money
    assert "parent task has expired" in edit.error.message
    assert (Status.COMPLETED, 1) == (parent.status, len(parent.pictures))
    assert parent[1].image().size
    assert charges == server.charges
