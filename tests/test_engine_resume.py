"""What a kernel does with the jobs that another one left: it goes on, and pays for nothing."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reapi_nb.engine import RENEW_S
from reapi_nb.errors import OutcomeUnknown
from reapi_nb.job import Account, Status, Times
from reapi_nb.library import Library
from reapi_nb.library.owner import LEASE_S
from tests.clocks import NOON, VirtualClock
from tests.samples import HERE, job, kept, picture, urls
from tests.stage import FOUR, Stage, grid, said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reapi_nb.job import Snapshot

LINKS = urls(*FOUR)


@pytest.fixture(name="stage")
def _stage(home: Path) -> Iterator[Stage]:
    stage = Stage(home, VirtualClock())
    yield stage
    stage.close()


def _leave(stage: Stage, *jobs: Snapshot) -> None:
    """A kernel that kept these jobs and is gone."""
    with closing(Library(stage.home, clock=stage.clock.now)) as library:
        for one in jobs:
            library.keep(one)


def _accepted(status: Status = Status.PROCESSING, **fields) -> Snapshot:
    times = Times(made=NOON, sent=NOON, accepted=NOON)
    return job(status=status, task_id="task_x", times=times, **fields)


def test_what_was_only_queued_waits_for_somebody(stage):
    """Loading a notebook never spends: it is held until Send is pressed."""
    _leave(stage, left := job(status=Status.QUEUED))

    stage.resume(seconds=3600)

    assert [] == stage.server.bodies
    assert (Status.HELD, None) == (stage.ends[left.job_id].status, stage.ends[left.job_id].error)
    assert 0 == stage.reader.spent_today()


def test_what_was_being_sent_has_an_unknown_outcome(stage):
    """It may have arrived, so it counts as spent and is not sent again."""
    _leave(stage, left := job(status=Status.SENDING))

    stage.resume(seconds=3600)

    end = stage.ends[left.job_id]
    assert [] == stage.server.bodies
    assert (Status.UNKNOWN, OutcomeUnknown) == (end.status, type(end.error))
    assert 88 == stage.reader.spent_today()


def test_what_the_server_has_is_looked_at(stage):
    """The task goes on where it is, and its pictures are fetched; nothing is sent."""
    _leave(stage, left := _accepted())

    stage.resume()

    assert [] == stage.server.bodies
    assert ["processing", "saving", "completed"] == stage.statuses(left)
    assert 4 == len(stage.ends[left.job_id].pictures)


def test_a_task_that_should_be_done_is_looked_at_at_once(stage):
    """After a night, nobody waits for half a minute again."""
    _leave(stage, _accepted())
    stage.clock.elapsed += 8 * 3600
    began = stage.clock.now()

    stage.resume()

    assert stage.server.looked[0] - began < 2.0


def test_a_finished_task_of_last_week_is_not_stale(stage):
    """What the server says counts before the age does."""
    _leave(stage, left := _accepted())
    stage.clock.elapsed += 6 * 24 * 3600
    stage.server.looks = [grid()]

    stage.resume()

    assert Status.COMPLETED is stage.ends[left.job_id].status


def test_pictures_that_are_there_are_not_fetched_again(stage):
    """Saving goes on with the missing ones, and the kept ones are left alone."""
    left = _accepted(Status.SAVING)
    files = stage.reader.files
    paths = [files.picture("reapi", "task_x", slot, "png") for slot in (0, 2)]
    for path in paths:
        files.write(path, picture(colour="gold"))
    pictures = [kept(left, slot, url=LINKS[slot], expires_at=NOON + 1e6) for slot in range(4)]
    for slot, path in zip((0, 2), paths, strict=True):
        pictures[slot] = replace(pictures[slot], path=path)
    _leave(stage, left := replace(left, pictures=tuple(pictures)))

    stage.resume()

    end = stage.ends[left.job_id]
    assert [LINKS[1], LINKS[3]] == stage.server.fetched
    assert (Status.COMPLETED, [], []) == (end.status, stage.server.bodies, stage.server.looked)
    gold = picture(colour="gold")
    assert [gold, picture(), gold, picture()] == [one.path.read_bytes() for one in end.pictures]


def test_a_look_does_not_forget_the_pictures_that_are_there(stage):
    """A task that has to be asked for its links again keeps what was fetched before."""
    left = _accepted()
    path = stage.reader.files.picture("reapi", "task_x", 1, "png")
    stage.reader.files.write(path, picture(colour="gold"))
    _leave(stage, left := replace(left, pictures=(kept(left, 1, path=path),)))

    stage.resume()

    assert [LINKS[0], LINKS[2], LINKS[3]] == stage.server.fetched
    assert picture(colour="gold") == stage.ends[left.job_id].pictures[1].path.read_bytes()


def test_a_job_whose_pictures_are_all_there_is_completed(stage):
    """A kernel that died at the very last step left nothing to do but to say so."""
    left = _accepted(Status.SAVING)
    path = stage.reader.files.picture("reapi", "task_x", 0, "png")
    stage.reader.files.write(path, picture())
    _leave(stage, left := replace(left, pictures=(kept(left, 0, path=path),)))

    stage.resume()

    assert [] == stage.server.fetched
    assert ["saving", "completed"] == stage.statuses(left)


@pytest.mark.parametrize("status", [status for status in Status if not status.facts.moving])
def test_what_rests_is_left_alone(stage, status):
    """Ends, held jobs and unknown outcomes are as they were, a day later too."""
    _leave(stage, left := _accepted(status))

    stage.resume(seconds=20 * 3600)

    assert [] == stage.told
    assert left == stage.reader.job(left.job_id)


def test_only_the_account_that_took_a_job_asks_for_it(stage):
    """Another key's tasks are none of our business."""
    _leave(stage, _accepted(account=Account("reapi", "https://reapi.ai", "ffffffff")))

    stage.resume(seconds=3600)

    assert [] == stage.told
    assert [] == stage.server.looked


def test_a_kernel_that_dies_later_has_an_heir_soon(stage):
    """Every ten seconds somebody looks whether others are gone."""
    left = _accepted()
    stage.server.looks = [grid()]

    async def act(engine):
        engine.watch_over(HERE)
        await stage.clock.sleep(100)
        _leave(stage, left)
        await stage.clock.sleep(RENEW_S + 5)

    stage.play(act)

    assert Status.COMPLETED is stage.ends[left.job_id].status


def test_a_living_kernel_renews_its_lease(stage):
    """Another machine that shares the library sees that its jobs are looked after."""
    stage.server.looks = [*[said()] * 30, grid()]
    with closing(Library(stage.home, clock=stage.clock.now)) as other:
        other._me = other._me._replace(host="elsewhere")

        async def act(engine):
            engine.watch_over(HERE)
            engine.start(job())
            for _ in range(20):
                await stage.clock.sleep(LEASE_S / 10)
                assert [] == other.take_over(HERE)
            await stage.rest()

        stage.play(act)

    assert Status.COMPLETED is stage.told[-1].status


def test_a_library_that_fails_for_a_while_does_not_end_the_watch(stage):
    """The lease is renewed, and others are looked after, as soon as it works again."""
    left = _accepted()
    stage.server.looks = [grid()]

    async def act(engine):
        engine.watch_over(HERE)
        with stage.locked():
            await stage.clock.sleep(RENEW_S * 3)
        _leave(stage, left)
        await stage.clock.sleep(RENEW_S + 5)

    stage.play(act)

    assert Status.COMPLETED is stage.ends[left.job_id].status


def test_a_job_that_another_kernel_has_taken_is_let_go(stage):
    """Whoever woke up too late shows what the other made of it, and writes and fetches nothing."""
    left = job()

    def taken():
        now = stage.ends[left.job_id]
        assert stage.reader.claim(now)
        assert stage.reader.keep(now.but(status=Status.EMPTY))
        return grid()

    stage.server.looks = [said(), taken]

    end = stage.run(left)

    assert Status.EMPTY is end.status
    assert end == stage.reader.job(left.job_id)
    assert [] == stage.server.fetched


# -- looking again at what was given up


@pytest.mark.parametrize("status", [Status.STALE, Status.VANISHED])
def test_a_job_that_was_given_up_can_be_looked_at_again(stage, status):
    """It goes on where it is, once, however often it is asked for, and nothing is sent."""
    _leave(stage, left := _accepted(status))
    stage.clock.elapsed += 6 * 24 * 3600
    stage.server.looks = [grid()]

    async def act(engine):
        for _ in range(3):
            engine.look_again(stage.ends.get(left.job_id, left))
        await stage.rest()

    stage.play(act)

    assert (1, []) == (len(stage.server.looked), stage.server.bodies)
    assert (Status.COMPLETED, None) == (stage.told[-1].status, stage.told[-1].error)


def test_a_full_disk_can_be_mended(stage):
    """With room again, the pictures that were paid for are fetched after all."""
    way = stage.home / "tasks" / "reapi"
    way.mkdir(parents=True)
    (way / "task_x").write_text("in the way")
    stuck = stage.run(job())
    (way / "task_x").unlink()

    async def act(engine):
        engine.look_again(stuck)
        await stage.rest()

    stage.play(act)

    end = stage.ends[stuck.job_id]
    assert 1 == len(stage.server.bodies)
    assert (Status.COMPLETED, None, 4) == (end.status, end.error, len(end.pictures))
    assert all(one.path.exists() for one in end.pictures)


@pytest.mark.parametrize(
    "status",
    # A completed job is asked for new links (test_engine_links).
    [one for one in Status if one not in (Status.STALE, Status.VANISHED, Status.COMPLETED)],
)
def test_only_what_was_given_up_is_looked_at_again(stage, status):
    """Whatever else is asked for stays as it is."""
    _leave(stage, left := _accepted(status))

    async def act(engine):
        engine.look_again(left)

    stage.play(act)

    assert [] == stage.told
    assert [] == stage.server.looked
