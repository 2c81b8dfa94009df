"""Fetching is free: a finished task's pictures are fetched until they are whole or lost."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest

from reapi_nb.errors import (
    BadPicture,
    LibraryFault,
    PictureLost,
    ServerFault,
    TaskNotFound,
    Unauthorized,
    Unreachable,
)
from reapi_nb.job import Status
from tests.clocks import NOON, VirtualClock
from tests.samples import job, kept, picture, urls
from tests.stage import FOUR, Stage, grid, said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OLD = urls(*FOUR)
NEW = urls(*FOUR, task="new")
DEAD = PictureLost("the picture's link is dead (HTTP 404)")
HTML = b"<!doctype html><title>not found</title>"


@pytest.fixture(name="stage")
def _stage(home: Path) -> Iterator[Stage]:
    stage = Stage(home, VirtualClock())
    yield stage
    stage.close()


def _numbers(end) -> list[int]:
    """The pictures that are on disk, as people count them."""
    return [one.number for one in end.pictures if one.path]


def test_a_dead_link_is_renewed_once(stage):
    """The task is looked at again, and its new link leads to the picture."""
    stage.server.looks = [grid(), grid(task="new")]
    stage.server.fetches = {OLD[1]: [DEAD]}

    end = stage.run(job())

    assert (Status.COMPLETED, None, [1, 2, 3, 4]) == (end.status, end.error, _numbers(end))
    assert (1, 1) == (stage.server.fetched.count(OLD[1]), stage.server.fetched.count(NEW[1]))
    assert NEW[1] == end.pictures[1].url


def test_a_renewed_link_that_is_dead_too_is_believed(stage):
    """One picture is lost, the others are completed, and the loss is said."""
    stage.server.looks = [grid(), grid(task="new")]
    stage.server.fetches = {OLD[1]: [DEAD], NEW[1]: [DEAD]}

    end = stage.run(job())

    assert (Status.COMPLETED, DEAD, [1, 3, 4]) == (end.status, end.error, _numbers(end))
    assert (1, 1) == (stage.server.fetched.count(OLD[1]), stage.server.fetched.count(NEW[1]))


def test_links_that_differ_each_time_are_not_renewed_for_ever(stage):
    """A server that signs its links anew at every look is asked once all the same."""
    signature = count()
    stage.server.looks = [lambda: grid("0.png", task=f"signed-{next(signature)}")]
    for n in range(9):
        stage.server.fetches |= {urls("0.png", task=f"signed-{n}")[0]: [DEAD]}

    end = stage.run(job())

    assert (Status.EXPIRED, DEAD) == (end.status, end.error)
    assert 2 == len(stage.server.fetched)


@pytest.mark.parametrize(
    "answer",
    [grid(), said(), said("failed"), TaskNotFound("gone"), Unauthorized("no")],
    ids=["the same link", "processing", "failed", "not found", "unauthorized"],
)
def test_a_dead_link_without_another_is_a_lost_picture(stage, answer):
    """When the server has no other link, the picture has expired, and the job with its last one."""
    stage.server.looks = [grid("0.png"), answer]
    stage.server.fetches = {OLD[0]: [DEAD]}

    end = stage.run(job())

    assert (Status.EXPIRED, PictureLost) == (end.status, type(end.error))
    assert 1 == len(stage.server.fetched)
    assert 88 == stage.reader.spent_today()


def test_one_of_four_may_be_lost(stage):
    """The other three are completed and keep their numbers."""
    stage.server.fetches = {OLD[2]: [DEAD]}

    end = stage.run(job())

    assert (Status.COMPLETED, [1, 2, 4]) == (end.status, _numbers(end))
    assert isinstance(end.error, PictureLost)


@pytest.mark.parametrize("damaged", [HTML, b"", picture()[:100], BadPicture("it is packed")])
def test_a_picture_that_arrives_damaged_is_fetched_five_times(stage, damaged):
    """Then it is given up; nothing of it is left on disk, and the others are completed."""
    stage.server.fetches = {OLD[1]: [damaged]}

    end = stage.run(job())

    assert 5 == stage.server.fetched.count(OLD[1])
    assert (Status.COMPLETED, BadPicture, [1, 3, 4]) == (
        end.status,
        type(end.error),
        _numbers(end),
    )
    folder = end.pictures[0].path.parent
    assert {"0.png", "2.png", "3.png", "task.json"} == {path.name for path in folder.iterdir()}


def test_a_picture_that_arrives_whole_in_the_end_is_kept(stage):
    """Four damaged arrivals are forgiven."""
    stage.server.fetches = {OLD[1]: [*[HTML] * 4, picture()]}

    end = stage.run(job())

    assert (None, [1, 2, 3, 4]) == (end.error, _numbers(end))


def test_a_bad_network_does_not_use_up_a_pictures_tries(stage):
    """However long the network was away, one damaged arrival is not the fifth."""
    away = [Unreachable("no answer"), ServerFault("HTTP 503")] * 5
    stage.server.fetches = {OLD[1]: [*away, HTML, picture()]}

    end = stage.run(job())

    assert (None, [1, 2, 3, 4]) == (end.error, _numbers(end))


def test_a_picture_that_cannot_be_reached_is_lost_when_its_link_expires(stage):
    """Until then it is fetched again and again."""
    saving = job(status=Status.SAVING, task_id="task_x")
    saving = saving.but(pictures=(kept(saving, 0, url=OLD[0], expires_at=NOON + 3600),))
    stage.server.fetches = {OLD[0]: [Unreachable("no answer")]}

    end = stage.run(saving)

    assert (Status.EXPIRED, PictureLost) == (end.status, type(end.error))
    assert NOON + 3600 < stage.clock.now() < NOON + 3700
    assert 100 < len(stage.server.fetched) < 150


def test_a_picture_is_kept_under_what_it_is(stage):
    """The extension follows the bytes, not the link."""
    stage.server.looks = [grid("0.png", "1.png")]
    stage.server.fetches = {OLD[0]: [picture(kind="WEBP")], OLD[1]: [picture(kind="JPEG")]}

    end = stage.run(job())

    assert ["0.webp", "1.jpg"] == [one.path.name for one in end.pictures]
    assert ["image/webp", "image/jpeg"] == [one.mime for one in end.pictures]


def test_pictures_that_cannot_be_written_are_not_called_expired(stage):
    """A full disk is mended and the links live on, so the job is not at an end."""
    stage.home.joinpath("tasks", "reapi").mkdir(parents=True)
    stage.home.joinpath("tasks", "reapi", "task_x").write_text("in the way")

    end = stage.run(job())

    assert (Status.STALE, LibraryFault) == (end.status, type(end.error))
    assert not end.status.facts.final
    assert OLD == tuple(one.url for one in stage.reader.job(end.job_id).pictures)


@pytest.mark.parametrize("task_id", ["../../../evil", "/etc/evil", "task x"])
def test_a_hostile_task_id_stays_inside_the_library(stage, task_id):
    """Its pictures are kept all the same, in a folder of our own naming."""
    stage.server.submits[0] = type(stage.server.submits[0])(task_id)

    end = stage.run(job())

    assert task_id == end.task_id
    for one in end.pictures:
        assert stage.home / "tasks" / "reapi" == one.path.parent.parent
        assert picture() == one.path.read_bytes()
