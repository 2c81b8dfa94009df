"""Looking at a task is free: it goes on until the server has said what became of it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from reapi_nb import pace
from reapi_nb.engine.watching import LAG_S
from reapi_nb.errors import (
    RateLimited,
    ServerFault,
    TaskFailed,
    TaskNotFound,
    Unauthorized,
    Unreachable,
)
from reapi_nb.job import Status
from tests.clocks import VirtualClock
from tests.samples import job
from tests.stage import Stage, grid, said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


GONE = TaskNotFound("the server does not know this task")


@pytest.fixture(name="stage")
def _stage(home: Path) -> Iterator[Stage]:
    stage = Stage(home, VirtualClock())
    yield stage
    stage.close()


@pytest.mark.parametrize(
    "status", ["pending", "queued", "Completed", "success", "???", "", 7, None]
)
def test_a_status_nobody_knows_means_still_running(stage, status):
    """A new word of the server's is never an end."""
    stage.server.looks = [said(status), said(status), said(status), grid()]

    end = stage.run(job())

    assert 4 == len(stage.server.looked)
    assert Status.COMPLETED is end.status


def test_looking_outlives_a_bad_network(stage):
    """No answer, a stumbling server and a rate limit are asked again; the task is as it was."""
    stage.server.looks = [
        *(Unreachable("no answer"), ServerFault("HTTP 502")) * 3,
        RateLimited("slowly", retry_after=30.0),
        said(),
        grid(),
    ]
    cat = job()

    end = stage.run(cat)

    assert ["queued", "sending", "processing", "saving", "completed"] == stage.statuses(cat)
    assert Status.COMPLETED is end.status
    assert any(later - earlier >= 30.0 for earlier, later in pairwise(stage.server.looked))


def test_a_failed_task_is_refunded(stage):
    """The server's code and words are kept, and the charge is undone."""
    error = {"code": 80003, "message": "provider_failed"}
    stage.server.looks = [said(), said("failed", error=error)]

    end = stage.run(job())

    assert (Status.FAILED, TaskFailed) == (end.status, type(end.error))
    assert (80003, "provider_failed") == (end.error.code, end.error.message)
    assert 0 == stage.reader.spent_today()
    assert end.times.completed > 0


def test_an_unknown_task_is_given_a_minute(stage):
    """The server's other half may not have heard of it yet."""
    stage.server.looks = [GONE, GONE, GONE, grid()]

    end = stage.run(job())

    assert stage.server.looked[2] < end.times.accepted + LAG_S
    assert Status.COMPLETED is end.status


def test_a_task_that_stays_unknown_has_vanished(stage):
    """After the minute it is asked three more times, ten seconds apart, and stays charged."""
    stage.server.looks = [GONE]

    end = stage.run(job())

    late = [at for at in stage.server.looked if at > end.times.accepted + LAG_S]
    assert 3 == len(late)
    assert all(later - earlier >= 10.0 for earlier, later in pairwise(late))
    assert (Status.VANISHED, "may have been charged") == (end.status, end.error.money)
    assert 88 == stage.reader.spent_today()


def test_a_task_that_is_known_again_has_not_vanished(stage):
    """Only answers in a row confirm each other."""
    running = [said()] * 25  # more than a minute
    stage.server.looks = [*running, *(GONE, GONE, said()) * 4, grid()]

    end = stage.run(job())

    assert Status.COMPLETED is end.status


def test_a_task_without_an_end_is_stale_after_an_hour_and_ten_minutes(stage):
    """It is looked at ever less often, then no more, and it is not called failed."""
    stage.server.looks = [said()]

    end = stage.run(job())

    age = stage.clock.now() - end.times.accepted
    assert pace.GIVE_UP_S < age < pace.GIVE_UP_S + 60
    assert Status.STALE is end.status
    assert not end.status.facts.final
    assert len(stage.server.looked) < 300


def test_a_key_that_is_not_accepted_any_more_stops_the_looking(stage):
    """One look says it; asking on would only lock the account."""
    stage.server.looks = [Unauthorized("API key is invalid", code=10003)]

    end = stage.run(job())

    assert 1 == len(stage.server.looked)
    assert (Status.STALE, Unauthorized) == (end.status, type(end.error))


def test_a_finished_task_without_pictures_is_believed_the_third_time(stage):
    """It is charged and it is empty; nobody calls it failed."""
    stage.server.looks = [said("completed")]

    end = stage.run(job())

    assert 3 == len(stage.server.looked)
    assert (Status.EMPTY, ()) == (end.status, end.pictures)
    assert 88 == stage.reader.spent_today()


@pytest.mark.parametrize("output", [None, {}, {"image_urls": None}, {"image_urls": [7]}, "x"])
def test_pictures_that_come_a_moment_later_are_not_missed(stage, output):
    """The first answers after the end may lack their pictures, in whatever way."""
    stage.server.looks = [said("completed", output=output)] * 2 + [grid()]

    end = stage.run(job())

    assert (Status.COMPLETED, 4) == (end.status, len(end.pictures))


@pytest.mark.parametrize(
    ("names", "slots"),
    [
        (["2.png"], [2]),
        (["0.png", "1.png", "3.png"], [0, 1, 3]),
        (["a.png", "b.png", "c.png"], [0, 1, 2]),
        (["1.png", "1.png"], [0, 1]),
        (["3.png", "0.png"], [3, 0]),
    ],
)
def test_fewer_pictures_are_a_success_and_keep_their_numbers(stage, names, slots):
    """What review took out leaves a gap; the number in the file name counts where there is one."""
    stage.server.looks = [grid(*names)]

    end = stage.run(job())

    assert (Status.COMPLETED, None) == (end.status, end.error)
    assert slots == [one.slot for one in end.pictures]
    assert list(range(len(names))) == [one.position for one in end.pictures]
    assert [f"{slot}.png" for slot in slots] == [one.path.name for one in end.pictures]
