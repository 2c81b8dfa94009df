"""The house as a whole, on the embedded sandbox: what one asks for, and what one may not."""

from __future__ import annotations

import io
import sqlite3
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from reapi_nb.catalog import Imagine, Upscale, Variation
from reapi_nb.errors import InvalidRequest, LibraryFault, ReapiError
from reapi_nb.job import Account, Status
from reapi_nb.library import Library
from reapi_nb.session import Job, Session, Settings
from reapi_nb.settings import Secret
from tests.faults.kernel import closed_port, until
from tests.samples import job as sample
from tests.samples import kept

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CAT = Imagine(prompt="a cat --ar 2:3")


@pytest.fixture(name="session", scope="module")
def _session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    home = tmp_path_factory.mktemp("session")
    with Session(Settings.read("sandbox", home=home, sandbox_latency_s=0.0)) as session:
        yield session


@pytest.fixture(name="done", scope="module")
def _done(session: Session) -> Job:
    """A job that is completed without its third picture."""
    return session.submit(Imagine(prompt="a cat (sandbox: three) --ar 2:3")).wait(30)


@pytest.fixture(name="upscaled", scope="module")
def _upscaled(session: Session, done: Job) -> Job:
    return session.submit(Upscale.of(done[4])).wait(30)


def _sandbox(home: Path, latency_s: float = 60.0) -> Settings:
    return Settings.read("sandbox", home=home, sandbox_latency_s=latency_s)


def _real(home: Path) -> Settings:
    """A real place where nobody listens."""
    origin = f"http://127.0.0.1:{closed_port()}"
    return Settings.read("reapi", home=home, key=Secret("test-key"), origin=origin)


def _ours() -> list[threading.Thread]:
    return [
        thread
        for thread in threading.enumerate()
        if thread.name.startswith(("reapi-nb", "asyncio_"))
    ]


# -- asking


def test_asking_returns_at_once(home):
    """A cell that asks for twenty pictures is over before the first of them is sent."""
    with Session(_sandbox(home)) as session:
        began = time.perf_counter()
        jobs = [session.submit(Imagine(prompt=f"cat {n}")) for n in range(20)]
        took = time.perf_counter() - began

    assert took < 0.5
    assert 20 == len({job.job_id for job in jobs})


def test_a_session_without_a_key_plays(home):
    """Settings are read from the environment, and without a key that is the sandbox."""
    with Session() as session:
        assert ("sandbox", home) == (session.settings.place, session.settings.home)
        job = session.submit(CAT)

    assert (88, False) == (job.snapshot.estimate, session.settings.real)


def test_a_follow_up_is_made_from_a_picture(upscaled, done):
    """The upscale names its parent's task and slot, and the job its parent job."""
    assert (Status.COMPLETED, 1) == (upscaled.status, len(upscaled.pictures))
    assert (done.job_id, 3) == upscaled.snapshot.parent
    assert done[4].width < upscaled[1].width


def test_a_job_knows_its_parent(session, upscaled, done):
    """And a job made of words has none."""
    assert done is session.parent(upscaled)
    assert session.parent(done) is None


# -- what may not be a parent


def test_an_upscale_is_not_upscaled_again(session, upscaled):
    """It is refused before anything is sent: as a picture, and as a typed id."""
    before = len(session.history(99))
    with pytest.raises(InvalidRequest, match="already upscaled"):
        Upscale.of(upscaled[1])
    with pytest.raises(InvalidRequest, match="already upscaled"):
        session.submit(Upscale(task_id=upscaled.task_id, image_number=0))

    assert before == len(session.history(99))


def test_a_picture_that_was_taken_out_is_no_parent(session, done):
    """The refusal says which numbers there are."""
    with pytest.raises(InvalidRequest, match="choose #1, #2, #4"):
        session.submit(Variation(task_id=done.task_id, image_number=2))


def test_an_unfinished_job_is_no_parent(home):
    """The refusal says how far it is."""
    with Session(_sandbox(home)) as session:
        parent = session.submit(CAT)
        until(lambda: parent.task_id)

        with pytest.raises(InvalidRequest, match="is processing: it has no pictures yet"):
            session.submit(Upscale(task_id=parent.task_id, image_number=0))


def test_a_picture_of_the_sandbox_is_no_parent_in_a_real_place(home):
    """The refusal says where it was made and how to go there."""
    played = sample(status=Status.COMPLETED, task_id="task_played", account=_sandbox(home).account)
    with closing(Library(home)) as library:
        library.keep(played.but(pictures=(kept(played, 0),)))

    with Session(_real(home)) as session, pytest.raises(InvalidRequest) as refused:
        session.submit(Upscale(task_id="task_played", image_number=0))

    assert "was made on sandbox, and this is reapi" in refused.value.message
    assert "%reapi use sandbox" in refused.value.message


def test_a_picture_of_another_origin_is_no_parent(home):
    """One place can have two addresses, and their tasks are strangers."""
    other = sample(
        status=Status.COMPLETED,
        task_id="task_other",
        account=Account("reapi", "https://other.example", "0a1b2c3d"),
    )
    with closing(Library(home)) as library:
        library.keep(other.but(pictures=(kept(other, 0),)))

    with Session(_real(home)) as session, pytest.raises(InvalidRequest, match="never a parent"):
        session.submit(Upscale(task_id="task_other", image_number=0))


def test_a_task_that_the_library_does_not_know_may_be_a_parent(home):
    """It is sent as typed, and the server says what it thinks of it."""
    unknown = Upscale(task_id="task_from_elsewhere", image_number=2)
    with Session(_sandbox(home)) as session:
        job = session.submit(unknown).wait(20)

    assert (unknown, None) == (job.request, job.snapshot.parent)
    assert (Status.REJECTED, "INVALID_REQUEST") == (job.status, job.error.code)


# -- finding, removing, showing


def test_a_job_is_found_again_by_its_ids(session, done):
    """There is one live handle of a job, however it is found."""
    assert done is session.find(done.task_id) is session.find(done.job_id)
    assert done in session.history()


def test_a_job_that_is_not_there_is_not_found(session):
    """One line says so."""
    with pytest.raises(InvalidRequest, match="the library has no job 'task_nothing'"):
        session.find("task_nothing")


def test_a_deleted_job_is_gone_with_its_files(home):
    """A job that is under way is not deleted."""
    with Session(_sandbox(home)) as session:
        moving = session.submit(CAT)
        with pytest.raises(InvalidRequest, match="delete it when it has ended"):
            session.delete(moving)

        refused = session.submit(Imagine(prompt="a cat (sandbox: refuse)")).wait(20)
        session.delete(refused)

        until(lambda: refused.job_id not in {job.job_id for job in session.history()})


def test_a_thumbnail_is_made_again_when_it_is_gone(session, done):
    """It is a copy; the original is what counts."""
    files = list((session.settings.home / "thumbs").rglob("0.webp"))
    for file in files:
        file.unlink()

    thumb = session.thumb(done[1])

    assert files
    assert "WEBP" == Image.open(io.BytesIO(thumb)).format


def test_a_picture_without_a_file_has_no_thumbnail(session):
    """Nothing is shown for what is not there."""
    assert session.thumb(kept(sample(task_id="task_nothing"), 0)) is None


def test_a_damaged_file_has_no_thumbnail_and_hides_no_other(session):
    """Somebody wrote into it; what is beside it is still shown."""
    path = session.settings.home / "tasks" / "sandbox" / "task_damaged" / "0.png"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no picture")

    assert session.thumb(kept(sample(task_id="task_damaged"), 0, path=path)) is None


def test_a_boards_sheet_holds_all_its_pictures(session, done, upscaled):
    """As a JPEG of at most as many kilobytes as the settings say."""
    sheet = session.sheet([done, upscaled])

    assert "JPEG" == Image.open(io.BytesIO(sheet)).format
    assert len(sheet) <= session.settings.sheet_kb * 1000


def test_a_sheet_of_nothing_is_none(session):
    """An empty board saves no picture."""
    assert session.sheet([]) is None


# -- sessions


def test_closing_leaves_no_thread(home):
    """Neither the engine's nor those that paint and save, although a job is under way."""
    before = _ours()
    session = Session(_sandbox(home, latency_s=0.0))
    job = session.submit(CAT)
    until(lambda: job.status is Status.SAVING)

    session.close()

    assert before == _ours()
    assert job.status.facts.moving


def test_closing_twice_is_once(home):
    """`with` around a session that was closed by hand does no harm."""
    with Session(_sandbox(home)) as session:
        session.close()


def test_a_closed_session_says_so(home):
    """It takes no request that nobody would carry."""
    with Session(_sandbox(home)) as session:
        pass

    with pytest.raises(ReapiError, match="this session is closed"):
        session.submit(CAT)


def test_what_a_closed_session_left_is_taken_up_by_the_next(home):
    """Tasks go on at the server, and nothing is sent a second time."""
    with Session(_sandbox(home, latency_s=1.0)) as session:
        left = session.submit(Imagine(prompt="a cat (sandbox: fail)"))
        until(lambda: left.task_id)

    with Session(_sandbox(home, latency_s=1.0)) as session:
        found = session.find(left.task_id).wait(20)

        assert (left.job_id, Status.FAILED) == (found.job_id, found.status)
        assert 1 == len(session.history())


def test_two_sessions_live_side_by_side(home, tmp_path):
    """Each has its own jobs, and closing one leaves the other at work."""
    with Session(_sandbox(home)) as one:
        with Session(_sandbox(tmp_path / "other")) as other:
            theirs = other.submit(CAT)
            until(lambda: theirs.task_id)
            assert [] == one.history()

        ours = one.submit(CAT)
        until(lambda: ours.task_id)

        assert [ours] == one.history()


def test_a_session_follows_the_jobs_of_another_one(home):
    """Two notebooks with one library show the same job, and only one of them asks for it."""
    with Session(_sandbox(home, latency_s=0.0)) as one, Session(_sandbox(home)) as other:
        failing = one.submit(Imagine(prompt="a cat (sandbox: fail)"))
        until(lambda: failing.task_id)

        seen = other.find(failing.task_id)

        assert seen is not failing
        assert Status.FAILED is seen.wait(20).status


def test_a_session_on_a_bad_home_is_refused_at_once(tmp_path):
    """One line says what to change, and no thread is left."""
    (tmp_path / "home").touch()
    before = _ours()

    with pytest.raises(LibraryFault, match="REAPI_NB_HOME"):
        Session(_sandbox(tmp_path / "home" / "below"))

    assert before == _ours()


def test_a_job_says_why_its_engine_did_not_start(home):
    """Nobody waits for ever for what nobody carries: neither the first job nor the next."""
    (home / "sandbox.sqlite3").mkdir(parents=True)

    def trouble(session: Session) -> ReapiError | None:
        try:
            return session.submit(CAT).wait(20).error
        except LibraryFault as no:  # the engine gave up before it was asked
            return no

    with Session(_sandbox(home)) as session:
        troubles = [trouble(session), trouble(session)]

    assert [LibraryFault] * 2 == [type(one) for one in troubles]
    assert all("ledger" in one.message for one in troubles)


def test_a_sandbox_that_another_kernel_is_making_is_waited_for(home):
    """Two kernels that are started together for the first time both play."""
    home.mkdir()
    with closing(sqlite3.connect(home / "sandbox.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with Session(_sandbox(home)) as session:
            job = session.submit(CAT)
            with pytest.raises(TimeoutError):
                job.wait(0.2)
            other.execute("COMMIT")

            until(lambda: job.task_id)


def test_the_cap_can_be_changed_for_a_session(home):
    """It is the session's own, and only counts where credits are money."""
    with Session(_real(home)) as session:
        session.set_cap(87)
        job = session.submit(CAT).wait(20)

        assert 87 == session.settings.daily_cap
        assert "today's cap is 87 credits" in job.error.message
        assert 0 == session.spent_today()
    with Session(_sandbox(home)) as session:
        session.set_cap(0)
        played = session.submit(CAT)
        until(lambda: played.task_id)


def test_a_job_is_found_by_the_id_that_people_see(session):
    """The short id of the status list is enough to name a job that has no task id."""
    job = session.submit(Imagine(prompt="a cat"))
    job.wait(10)

    assert job is session.find(job.snapshot.short_id)
