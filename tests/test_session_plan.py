"""A plan: several requests that are counted and priced, and sent when somebody says so."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reapi_nb.catalog import DATED, Imagine, Upscale
from reapi_nb.errors import InvalidRequest
from reapi_nb.job import Status
from reapi_nb.library import Library
from reapi_nb.prices import Estimate
from reapi_nb.session import Plan, Session
from reapi_nb.session.plan import Item
from tests.faults.acts import envelope, refuse
from tests.faults.kernel import settings, until
from tests.posts import posted
from tests.samples import job as sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from reapi_nb.session import Job
    from tests.faults.server import RecordingServer
    from tests.notebooks import Notebook

CAT, DOG, OWL = (Imagine(prompt=f"a {animal}") for animal in ("cat", "dog", "owl"))
ALL = (CAT, DOG, OWL)
FAST = 88
"""Credits of one request at normal speed."""

CARD = f"rates of {DATED}"


@pytest.fixture(name="session")
def _session(endless: RecordingServer, home: Path, notebook: Notebook) -> Iterator[Session]:
    with Session(settings(endless.origin, home)) as session:
        yield session


def _bodies(*requests: Imagine) -> list[str]:
    return sorted(str(request.body()) for request in requests)


def _posted(session: Session, endless: RecordingServer) -> list[str]:
    return sorted(map(str, posted(session, endless)))


def _plan(answer: Callable[[Item], Job], count: int = 2) -> Plan:
    """A plan whose requests are answered like this."""
    item = Item(
        CAT, Estimate(FAST, CARD), known=None, run=None, fresh=False, parent=None, notices=()
    )
    return Plan([item] * count, "board", Estimate(FAST * count, CARD), answer)


# -- before it runs


def test_a_plan_sends_nothing(session, endless, notebook):
    """It is counted and priced, and no job is made of it."""
    with notebook.running():
        plan = session.plan(ALL)

    assert ("waiting", 3, 3, ()) == (plan.state, len(plan), plan.new, plan.jobs)
    assert Estimate(3 * FAST, CARD) == plan.estimate
    assert [] == session.history() == session.moving()
    assert [] == _posted(session, endless)


def test_a_plan_is_named_by_what_it_would_do(session):
    """How many, how many of them new, the bill and the state, in one line."""
    plan = session.plan(ALL)

    assert f"<Plan of 3 requests, 3 new, ~264 credits ({CARD}): waiting>" == repr(plan)


def test_one_bad_request_refuses_all_of_them(session, endless, home, notebook):
    """None of the ten is sent, and none counts as asked for."""
    failed = sample(status=Status.FAILED, task_id="task_failed", account=session.settings.account)
    with closing(Library(home)) as library:
        library.keep(failed)
    bad = Upscale(task_id="task_failed", image_number=0)

    with notebook.running():
        with pytest.raises(InvalidRequest, match="task_failed is failed"):
            session.plan([*[CAT] * 9, bad])
        first = session.submit(CAT)

    assert 0 == first.snapshot.ordinal
    assert _bodies(CAT) == _posted(session, endless)


def test_a_plan_that_waits_has_claimed_its_places(session, notebook):
    """What is asked for below it in the cell comes after it, whenever it is run."""
    with notebook.running():
        plan = session.plan([CAT, CAT])
        below = session.submit(CAT)
    jobs = plan.run()

    with notebook.running():
        again = session.plan([CAT, CAT])
        assert below is session.submit(CAT)

    assert [0, 1, 2] == [job.snapshot.ordinal for job in (*jobs, below)]
    assert (0, jobs) == (again.new, again.run())


def test_a_trial_does_not_count(session, notebook):
    """--dry-run above a line does not make another request of that line."""
    with notebook.running():
        first = session.submit(CAT)

    with notebook.running():
        trial = session.plan([CAT, CAT], trial=True)
        assert first is session.submit(CAT)

    assert 1 == trial.new


def test_waiting_for_a_plan_that_has_not_run_is_refused(session):
    """There is nothing to wait for, and the refusal says what to do."""
    plan = session.plan(ALL)

    with pytest.raises(InvalidRequest, match=r"press Run, or type plan\.run\(\)"):
        plan.wait(0)

    plan.drop()
    with pytest.raises(InvalidRequest, match="has not run"):
        plan.wait(0)


# -- running it


def test_each_request_of_a_plan_is_sent_once(session, endless, notebook):
    """In its order, also when it is run twice."""
    with notebook.running():
        plan = session.plan(ALL)

        jobs = plan.run()

        assert jobs is plan.run() is plan.jobs
    assert list(ALL) == [job.request for job in jobs]
    assert ("sent", _bodies(*ALL)) == (plan.state, _posted(session, endless))


def test_a_plan_that_is_run_from_many_threads_is_sent_once(session, endless, notebook):
    """A click and a cell may come together."""
    with notebook.running():
        plan = session.plan(ALL)
    together = threading.Barrier(8)

    def run(_: int) -> tuple[Job, ...]:
        together.wait(10)
        return plan.run()

    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(run, range(8)))

    assert {plan.jobs} == found
    assert _bodies(*ALL) == _posted(session, endless)


def test_who_runs_a_plan_that_is_being_run_gets_its_jobs():
    """The second waits for what the first is sending, and sends nothing."""
    began, came, go = threading.Event(), threading.Event(), threading.Event()
    answered = []

    def answer(_: Item) -> Job:
        began.set()
        assert go.wait(10)
        answered.append(job := object())
        return job

    plan = _plan(answer)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(plan.run)
        assert began.wait(10)
        second = threads.submit(lambda: came.set() or plan.run())
        assert came.wait(10)
        plan.drop()
        go.set()

        assert first.result(10) is second.result(10)
    assert (tuple(answered), "sent") == (plan.jobs, plan.state)


def test_a_dropped_plan_is_never_sent(session, endless, notebook):
    """Neither by Run nor in Python; the refusal says how to get it back."""
    with notebook.running():
        plan = session.plan(ALL)
    plan.drop()
    plan.drop()

    for _ in range(2):
        with pytest.raises(InvalidRequest, match="dropped: run its cell again"):
            plan.run()

    assert ("dropped", ()) == (plan.state, plan.jobs)
    assert [] == _posted(session, endless)


def test_a_plan_that_runs_cannot_be_dropped(session, notebook):
    """What is paid for goes on."""
    with notebook.running():
        plan = session.plan(ALL)
    jobs = plan.run()

    plan.drop()

    assert ("sent", jobs) == (plan.state, plan.jobs)
    assert jobs == plan.run()


@pytest.mark.parametrize("decide", [Plan.run, Plan.drop], ids=["run", "drop"])
def test_a_decision_is_told_once(decide):
    """To who listened before and to who comes later, with the plan as it is from then on."""
    told = []
    plan = _plan(lambda _: object())
    plan.listen(lambda: told.append(plan.state))
    assert [] == told

    decide(plan)
    plan.drop()
    plan.listen(lambda: told.append(plan.state))

    assert ["sent" if decide is Plan.run else "dropped"] * 2 == told


def test_a_plan_that_is_stopped_half_way_knows_what_it_sent():
    """Stop in the middle does not make sent requests unsent, and running it sends no more."""
    answers = iter([first := object(), KeyboardInterrupt()])

    def answer(_: Item) -> Job:
        found = next(answers)
        if isinstance(found, BaseException):
            raise found
        return found

    plan = _plan(answer, count=3)
    with pytest.raises(KeyboardInterrupt):
        plan.run()

    assert ("sent", (first,)) == (plan.state, plan.jobs)
    assert (first,) == plan.run()


def test_a_plan_that_could_not_begin_says_why(session, endless, home, notebook):
    """A closed session sends nothing, and says so each time."""
    with Session(settings(endless.origin, home)) as other:
        plan = other.plan(ALL)

    for _ in range(2):
        with pytest.raises(Exception, match="this session is closed"):
            plan.run()

    assert ((), []) == (plan.jobs, _posted(session, endless))


def test_the_jobs_of_a_plan_share_a_board(session, notebook):
    """And it is theirs alone."""
    with notebook.running():
        plan, other = session.plan(ALL), session.plan([CAT])
        jobs = plan.run()
        other.run()

    assert {plan.board_id} == {job.snapshot.board_id for job in jobs}
    assert plan.board_id != other.board_id
    until(lambda: 3 == len(session.on_board(plan.board_id)))


def test_a_plan_is_waited_for_as_a_whole(session, endless, notebook):
    """Until its last job has ended."""
    endless.cue("submit", *[refuse(400, envelope("INVALID_REQUEST"))] * 3)
    with notebook.running():
        plan = session.plan(ALL)
    plan.run()

    assert plan is plan.wait(20)
    assert {Status.REJECTED} == {job.status for job in plan.jobs}


def test_waiting_for_a_plan_takes_no_longer_than_it_is_told_to():
    """The time is for all of its jobs together, not for each of them."""
    left = []

    class Ending:
        """A job that ends when it is waited for, after a moment."""

        def wait(self, timeout: float | None = None) -> None:
            left.append(timeout)

    plan = _plan(lambda _: Ending(), count=3)
    plan.run()

    plan.wait(5.0)
    first, *later = left
    plan.wait()

    assert 5.0 >= first > later[0] > later[1] > 4.0
    assert [None] * 3 == left[3:]
