"""Links of finished pictures are asked for again for nothing; what is on disk stays as it is."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from reapi_nb.errors import (
    BadPicture,
    PictureLost,
    RateLimited,
    ServerFault,
    TaskNotFound,
    Unauthorized,
    Unreachable,
)
from reapi_nb.job import Status
from reapi_nb.library import Library
from reapi_nb.wire.reapi import URL_LIFETIME_S
from tests.clocks import NOON, VirtualClock
from tests.samples import job, kept, picture, urls
from tests.stage import FOUR, Stage, grid, said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reapi_nb.job import Snapshot

OLD, NEW = urls(*FOUR), urls(*FOUR, task="new")
WEEK_S = 8 * 24 * 3600.0
"""After it, every link is dead."""


@pytest.fixture(name="stage")
def _stage(home: Path) -> Iterator[Stage]:
    stage = Stage(home, VirtualClock())
    yield stage
    stage.close()


@pytest.fixture(name="done")
def _done(stage: Stage) -> Snapshot:
    """A job that was completed a week and a day ago."""
    stage.server.looks = [grid()]
    done = stage.run(job())
    stage.clock.elapsed += WEEK_S
    stage.server.looked.clear()
    stage.server.fetched.clear()
    return done


def _look_again(stage: Stage, done: Snapshot, *answers: Any) -> Snapshot:
    """What is heard when somebody looks for new links, and the server answers like this."""
    stage.server.looks = list(answers)
    stage.told.clear()

    async def act(engine):
        engine.look_again(done)
        await stage.until(lambda: stage.told)

    stage.play(act)
    [told] = stage.told
    return told


def _kept(stage: Stage, of: Snapshot) -> Snapshot:
    """What another kernel reads in the library afterwards."""
    with closing(Library(stage.home, clock=stage.clock.now)) as library:
        return library.job(of.job_id)


def test_new_links_are_kept_and_live_as_long_as_any(stage, done):
    """In what is told and in the library that is opened again; and nothing else changes."""
    told = _look_again(stage, done, grid(task="new"))

    assert NEW == tuple(one.url for one in told.pictures)
    [expires_at] = {one.expires_at for one in told.pictures}
    assert URL_LIFETIME_S - 60 < expires_at - stage.clock.now() <= URL_LIFETIME_S
    assert (Status.COMPLETED, None) == (told.status, told.error)
    assert told == _kept(stage, done)
    asked = replace(told, rev=done.rev, pictures=done.pictures)
    assert (done, 1) == (asked, told.rev - done.rev)


def test_what_is_on_disk_stays_there(stage, done):
    """Links are renewed, not pictures: one look, no fetch and no charge."""
    before = [(one.path, one.sha256, one.path.read_bytes()) for one in done.pictures]

    told = _look_again(stage, done, grid(task="new"))

    assert before == [(one.path, one.sha256, one.path.read_bytes()) for one in told.pictures]
    assert (1, [], 1) == (
        len(stage.server.looked), stage.server.fetched, len(stage.server.bodies)
    )  # fmt: skip
    assert 88 == _spent_on_the_day(stage)


def _spent_on_the_day(stage: Stage) -> int:
    with closing(Library(stage.home, clock=lambda: NOON)) as library:
        return library.spent_today()


@pytest.mark.parametrize(
    "answer", [grid(), said(), said("completed"), said("failed", error={"code": 80003})],
    ids=["the same", "processing", "no pictures", "failed"],
)  # fmt: skip
def test_when_there_are_no_new_links_it_says_so(stage, done, answer):
    """The old ones, their age and the job's end stay as they were."""
    told = _look_again(stage, done, answer)

    assert (PictureLost, "the server has no other links for these pictures") == (
        type(told.error),
        told.error.message,
    )
    assert (Status.COMPLETED, done.pictures) == (told.status, told.pictures)
    assert done.pictures == _kept(stage, done).pictures


@pytest.mark.parametrize(
    "no", [TaskNotFound("unknown task"), Unauthorized("wrong key", code=10003)], ids=repr
)
def test_a_server_that_does_not_tell_changes_nothing(stage, done, no):
    """Neither a forgotten task nor another key unmakes what is finished."""
    told = _look_again(stage, done, no)

    assert (no, Status.COMPLETED, done.pictures) == (told.error, told.status, told.pictures)
    assert (Status.COMPLETED, done.pictures, 1) == (
        _kept(stage, done).status, _kept(stage, done).pictures, len(stage.server.looked)
    )  # fmt: skip


def test_looking_for_links_outlives_a_bad_network(stage, done):
    """It is free, so it is asked until an answer comes."""
    told = _look_again(
        stage, done,
        Unreachable("no answer"), ServerFault("HTTP 502"), RateLimited("slowly"), grid(task="new"),
    )  # fmt: skip

    assert (NEW[0], None) == (told.pictures[0].url, told.error)


def test_a_picture_whose_link_did_not_change_keeps_its_age(stage, done):
    """So does one that the answer leaves out; only the new one lives longer."""
    told = _look_again(stage, done, grid("0.png", "2.png", task="x"))
    assert done.pictures == told.pictures

    mixed = said("completed", output={"image_urls": [OLD[0], NEW[2]]})
    told = _look_again(stage, done, mixed)

    assert (OLD[0], OLD[1], NEW[2], OLD[3]) == tuple(one.url for one in told.pictures)
    assert [False, False, True, False] == [
        one.expires_at > stage.clock.now() for one in told.pictures
    ]


def test_a_picture_that_is_gone_from_the_disk_is_fetched_again(stage, done):
    """Looking is free, and so is fetching; what is still there is left alone."""
    gone, *others = [picture.path for picture in done.pictures]
    gone.unlink()
    before = {path: path.stat().st_mtime_ns for path in others}
    stage.server.fetched.clear()

    told = _look_again(stage, done, grid())

    assert (None, 4) == (told.error, sum(picture.path.exists() for picture in told.pictures))
    assert before == {path: path.stat().st_mtime_ns for path in others}
    assert (1, 1) == (len(stage.server.fetched), len(stage.server.bodies))
    assert gone == stage.reader.job(done.job_id).pictures[0].path


def test_new_links_end_the_trouble_of_the_last_look(stage, done):
    """A second press that succeeds leaves no error card."""
    failed = _look_again(stage, done, grid())

    told = _look_again(stage, failed, grid(task="new"))

    assert (None, NEW[0], 2) == (told.error, told.pictures[0].url, told.rev - done.rev)


def test_new_links_do_not_forget_how_pictures_are_counted(stage, done):
    """What people said of a grid is still true."""
    counted = done.but(counting="position")
    stage.reader.amend(counted)

    told = _look_again(stage, counted, grid(task="new"))

    assert "position" == told.counting == _kept(stage, done).counting


def test_pictures_that_review_left_keep_their_numbers(stage):
    """A new link belongs to the slot that its name says."""
    stage.server.looks = [grid("0.png", "3.png")]
    done = stage.run(job())

    told = _look_again(stage, done, grid("0.png", "3.png", task="new"))

    assert [(0, 0, NEW[0]), (3, 1, NEW[3])] == [
        (one.slot, one.position, one.url) for one in told.pictures
    ]


def test_a_loss_is_not_unmade_by_new_links(stage):
    """What was said of a picture when it was fetched stays in the library."""
    bad = BadPicture("not a picture")
    stage.server.looks = [grid()]
    stage.server.fetches = {OLD[1]: [bad]}
    done = stage.run(job())
    assert (Status.COMPLETED, bad.message) == (done.status, done.error.message)

    _look_again(stage, done, grid(task="new"))

    assert bad.message == _kept(stage, done).error.message


@pytest.mark.parametrize(
    "status",
    [one for one in Status if one not in (Status.COMPLETED, Status.STALE, Status.VANISHED)],
    ids=str,
)
def test_only_a_completed_job_has_links_to_renew(stage, status):
    """Whatever else is asked for stays as it is, and the server is not asked."""
    left = job(status=status, task_id="task_x")
    stage.reader.keep(left)

    async def act(engine):
        engine.look_again(left)
        await stage.clock.sleep(60)

    stage.play(act)

    assert ([], []) == (stage.told, stage.server.looked)
    assert left == stage.reader.job(left.job_id)


def test_links_are_told_by_slot(stage):
    """Also of a task that is nobody's job here; none while it is under way."""
    found = []

    async def act(engine):
        for answer in (grid("0.png", "3.png"), said()):
            stage.server.looks = [answer]
            found.append(await engine.links("task_x", "reapi", "mj-v7"))

    stage.play(act)

    assert [{0: OLD[0], 3: OLD[3]}, {}] == found
    assert ([], [], 2) == (stage.told, stage.server.bodies, len(stage.server.looked))


@pytest.mark.parametrize("no", [TaskNotFound("unknown task"), Unauthorized("wrong key")], ids=repr)
def test_links_of_a_task_that_is_not_told_are_refused(stage, no):
    """Whoever asked hears what the server said, after one look."""
    stage.server.looks = [no]

    async def act(engine):
        with pytest.raises(type(no), match=no.message):
            await engine.links("task_x", "reapi", "mj-v7")

    stage.play(act)

    assert 1 == len(stage.server.looked)


def test_what_may_change_about_a_finished_job_is_kept_before_it_is_said(stage):
    """Its links and how it is counted; never its end."""
    done = job(status=Status.COMPLETED, task_id="task_x")
    path = stage.reader.files.picture("reapi", "task_x", 0, "png")
    stage.reader.files.write(path, picture())
    done = done.but(pictures=(kept(done, 0, path=path, url=OLD[0]),))
    stage.reader.keep(done)
    changed = done.but(counting="slot", status=Status.FAILED)

    async def act(engine):
        engine.amend(changed)

    stage.play(act)

    assert [changed] == stage.told
    assert [replace(changed, status=Status.COMPLETED)] == stage.kept
