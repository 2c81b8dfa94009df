"""What a user holds: a job, its pictures, and waiting for them."""

from __future__ import annotations

import _thread
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reapi_nb.catalog import Imagine, Upscale
from reapi_nb.errors import InvalidRequest, ReapiError, TaskFailed
from reapi_nb.job import Status
from reapi_nb.session import Job, Session, Settings
from tests.samples import job as sample
from tests.samples import kept, picture

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SLOW_S = 60.0
"""Longer than any test: such a task never ends."""


@pytest.fixture(name="session", scope="module")
def _session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    home = tmp_path_factory.mktemp("handles")
    with Session(Settings.read("sandbox", home=home, sandbox_latency_s=0.0)) as session:
        yield session


@pytest.fixture(name="done", scope="module")
def _done(session: Session) -> Job:
    """A job that is completed without its third picture."""
    return session.submit(Imagine(prompt="a cat (sandbox: three) --ar 2:3")).wait(30)


@pytest.fixture(name="endless")
def _endless(home: Path) -> Iterator[Job]:
    with Session(Settings.read("sandbox", home=home, sandbox_latency_s=SLOW_S)) as session:
        yield session.submit(Imagine(prompt="a cat"))


# -- pictures


def test_pictures_are_counted_as_people_do(done):
    """`job[2]` is #2 of the task, and what review took out leaves a gap."""
    assert [1, 2, 4] == [one.number for one in done.pictures]
    assert f"{done.task_id}#2" == done[2].address
    assert (3, 2) == (done[4].slot, done[4].position)


@pytest.mark.parametrize("number", [0, 3, 5, -1])
def test_a_picture_that_is_not_there_says_which_are(done, number):
    """The error names the job and the numbers that would do."""
    with pytest.raises(IndexError) as refused:
        done[number]

    assert f"{done.task_id} has no picture #{number}; it has #1, #2, #4" == str(refused.value)


def test_a_job_without_pictures_says_that_they_are_to_come(endless):
    """No picture is there yet, and none is invented."""
    with pytest.raises(IndexError, match="it has none yet"):
        endless[1]

    assert () == endless.pictures


def test_pictures_are_a_plain_tuple(done):
    """They can be counted, sliced and unpacked like any other."""
    first, *_, last = done.pictures

    assert type(done.pictures) is tuple
    assert (done[1], done[4]) == (first, last)


def test_a_picture_opens_at_full_size(done):
    """As a Pillow image, with the pixels that were paid for."""
    image = done[1].image()

    assert (done[1].width, done[1].height) == image.size
    assert image.height > image.width


def test_a_picture_is_saved_under_a_name(done, tmp_path):
    """Byte for byte, and the path is told."""
    saved = done[2].save(tmp_path / "cat.png")

    assert tmp_path / "cat.png" == saved
    assert done[2].path.read_bytes() == saved.read_bytes()


def test_a_picture_is_saved_into_a_folder(done, tmp_path):
    """Named by task and number, so that many of them do not get in each other's way."""
    saved = [one.save(str(tmp_path)) for one in done.pictures]

    assert [f"{done.task_id}_{number}.png" for number in (1, 2, 4)] == [one.name for one in saved]
    assert {tmp_path} == {one.parent for one in saved}


def test_a_picture_is_saved_inside_the_folder_whatever_its_task_is_called(tmp_path):
    """A server that names its tasks like paths does not choose where we write."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    hostile = sample(task_id="../../evil", status=Status.COMPLETED)
    file = tmp_path / "0123abcd" / "0.png"
    file.parent.mkdir()
    file.write_bytes(picture())

    saved = Job(hostile.but(pictures=(kept(hostile, 0, path=file),)))[1].save(folder)

    assert [saved] == list(folder.iterdir())


def test_a_picture_whose_file_is_gone_says_so(tmp_path):
    """Somebody tidied up: that is one line, not a traceback of the file system's."""
    gone = sample(task_id="task_x", status=Status.COMPLETED)
    job = Job(gone.but(pictures=(kept(gone, 0, path=tmp_path / "0.png"),)))

    for use in (job[1].image, lambda: job[1].save(tmp_path / "cat.png")):
        with pytest.raises(InvalidRequest, match="task_x#1 is not in the library"):
            use()


def test_a_picture_is_a_parent(done):
    """`Upscale.of(job[2])` names its task and slot."""
    request = Upscale.of(done[2], type="creative")

    assert {"task_id": done.task_id, "image_number": 1, "type": "creative"} == (
        request.body()["model_params"]
    )


# -- the job


def test_a_job_says_what_it_is(done, endless):
    """Nick, name, state and number of pictures, in one line."""
    assert f"<Job mj {done.task_id}: completed, 3 pictures>" == repr(done)
    assert repr(Job(sample(job_id="0123456789"))) == "<Job mj job 012345: waiting to be sent>"
    assert "pictures" not in repr(endless)


def test_waiting_ends_with_the_job(done):
    """`wait` gives the job back, so that `job.wait()[2]` reads well."""
    assert done is done.wait()
    assert Status.COMPLETED is done.status


def test_waiting_for_a_failure_ends_too(session):
    """It raises nothing: the failure is the job's `error`."""
    failed = session.submit(Imagine(prompt="a cat (sandbox: fail)")).wait(30)

    assert (Status.FAILED, TaskFailed, 80003) == (
        failed.status,
        type(failed.error),
        failed.error.code,
    )


def test_waiting_has_an_end_if_it_is_told_to(endless):
    """The job goes on after it."""
    with pytest.raises(TimeoutError, match="goes on; wait again"):
        endless.wait(0.05)

    assert endless.status.facts.moving


def test_stop_ends_the_waiting_and_not_the_job(endless):
    """The button that interrupts a cell cancels nothing that is paid for."""
    threading.Timer(0.1, _thread.interrupt_main).start()

    with pytest.raises(KeyboardInterrupt):
        endless.wait(20)

    assert endless.status.facts.moving


async def test_a_job_can_be_awaited(session):
    """While it is, other tasks of the loop go on."""
    job = session.submit(Imagine(prompt="a dog (sandbox: fail)"))

    assert job is await job
    assert not job.status.facts.moving


# -- listening


def test_whoever_listens_hears_where_the_job_is_and_everything_after():
    """The same door for replay, reload and news."""
    before = sample()
    job = Job(before)
    heard = []

    job.listen(heard.append)
    job.hear(after := before.but(status=Status.SENDING))

    assert [before, after] == heard
    assert after is job.snapshot


def test_one_listeners_trouble_is_its_own(caplog):
    """The job and the other listeners go on, and the trouble is logged."""
    job = Job(sample())
    heard = []

    def broken(snapshot):
        if snapshot.rev:
            raise ZeroDivisionError

    job.listen(broken)
    job.listen(heard.append)
    job.hear(job.snapshot.but())

    assert [0, 1] == [snapshot.rev for snapshot in heard]
    assert "could not show job" in caplog.text


def test_nobody_waits_for_a_session_that_is_closed():
    """Waiting ends with a word on where the job is, instead of for ever."""
    job = Job(sample())
    job.leave()

    with pytest.raises(ReapiError, match="goes on at the server"):
        job.wait()


def test_what_came_from_the_library_stays_so():
    """Later news of a job that was shown again does not make it look paid for now."""
    job = Job(sample())
    job.hear(replace(job.snapshot, from_library=True))

    job.hear(sample().but(status=Status.COMPLETED))

    assert job.snapshot.from_library
