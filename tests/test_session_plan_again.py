"""What a plan costs, and what of it is known: the cell of a plan that is run again is free."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from reapi_nb.catalog import DATED, Imagine
from reapi_nb.prices import Estimate
from reapi_nb.session import Session
from tests.faults.kernel import settings, until
from tests.posts import posted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.faults.server import RecordingServer
    from tests.notebooks import Notebook

CAT, DOG, OWL = (Imagine(prompt=f"a {animal}") for animal in ("cat", "dog", "owl"))
ALL = (CAT, DOG, OWL)
OREF = Imagine(prompt="a cat --oref https://example.com/cat.png")
FAST = 88
"""Credits of one request at normal speed."""

CARD = f"rates of {DATED}"


class Unpriced(Imagine):
    """A model that the rate card does not know."""

    def price_rows(self):
        return ((("mj-v99", "fast"),),)


@pytest.fixture(name="session")
def _session(endless: RecordingServer, home: Path, notebook: Notebook) -> Iterator[Session]:
    with Session(settings(endless.origin, home)) as session:
        yield session


def _bodies(*requests: Imagine) -> list[str]:
    return sorted(str(request.body()) for request in requests)


def _posted(session: Session, endless: RecordingServer) -> list[str]:
    return sorted(map(str, posted(session, endless)))


# -- what it costs


def test_what_is_in_the_library_is_not_sent_again_and_costs_nothing(session, endless, notebook):
    """A plan that has grown by one request is paid for that one, and stays on its board."""
    with notebook.running():
        before = session.plan([CAT, DOG])
        known = before.run()

    with notebook.running():
        plan = session.plan(ALL)
        jobs = plan.run()

    assert (1, Estimate(FAST, CARD)) == (plan.new, plan.estimate)
    assert known == jobs[:2]
    assert [True, True, False] == [job.snapshot.from_library for job in jobs]
    assert {before.board_id} == {job.snapshot.board_id for job in jobs}
    assert _bodies(*ALL) == _posted(session, endless)


def test_a_plan_without_anything_new_costs_nothing(session, notebook):
    """And reads so."""
    with notebook.running():
        session.plan(ALL).run()

    with notebook.running():
        plan = session.plan(ALL)

    assert (0, 0) == (plan.new, plan.estimate.credits)
    assert "<Plan of 3 requests, 0 new, 0 credits: waiting>" == repr(plan)


def test_one_unknown_price_makes_the_bill_unknown(session, notebook):
    """It is not counted as nothing; once it is paid for, the rest has a price again."""
    with notebook.running():
        plan = session.plan([CAT, Unpriced(prompt="a fox")])
        assert (None, "price unknown") == (plan.estimate.credits, str(plan.estimate))
        plan.run()

    with notebook.running():
        grown = session.plan([CAT, Unpriced(prompt="a fox"), DOG])

    assert (1, Estimate(FAST, CARD)) == (grown.new, grown.estimate)


def test_the_bill_is_made_with_the_users_own_rates(endless, home, notebook):
    """A rate of 5 cents is 50 credits, and twice that with --oref, to the credit."""
    rates = {("mj-v7", "fast"): Decimal("0.05")}
    with Session(settings(endless.origin, home, rates=rates)) as session:
        plan = session.plan([CAT, OREF])
        mixed = session.plan([CAT, Imagine(prompt="a cat", speed="draft")])
        jobs = plan.run()

        assert [50, 100] == [item.estimate.credits for item in plan.items]
        assert [50, 100] == [job.snapshot.estimate for job in jobs]
        assert Estimate(150, "your rates") == plan.estimate
        assert Estimate(94, f"your rates and {CARD}") == mixed.estimate
        assert Estimate(50, "your rates") == session.estimate(CAT)


def test_paying_again_is_planned_as_well(session, endless, notebook):
    """--fresh makes all of them new, on a board of their own."""
    with notebook.running():
        first = session.plan(ALL)
        first.run()

    with notebook.running():
        fresh = session.plan(ALL, fresh=True)
        fresh.run()

    assert (3, Estimate(3 * FAST, CARD)) == (fresh.new, fresh.estimate)
    assert not {*first.jobs} & {*fresh.jobs}
    assert first.board_id != fresh.board_id
    assert _bodies(*ALL, *ALL) == _posted(session, endless)


# -- the same cell again


def test_the_cell_of_a_plan_that_ran_finds_all_of_it(session, endless, notebook):
    """Nothing is sent, and the board is the one that it had."""
    with notebook.running():
        first = session.plan(ALL)
        first.run()

    with notebook.running():
        again = session.plan(ALL)

    assert (0, first.board_id) == (again.new, again.board_id)
    assert first.jobs == again.run()
    assert _bodies(*ALL) == _posted(session, endless)


def test_the_cell_of_a_plan_finds_all_of_it_after_a_restart(endless, home, notebook):
    """Restart and Run All is free, although equal requests are many jobs."""
    asked = [CAT, DOG, CAT, CAT]
    with Session(settings(endless.origin, home)) as session, notebook.running():
        first = session.plan(asked)
        first.run()
        until(lambda: all(job.task_id for job in first.jobs))

    with Session(settings(endless.origin, home)) as session:
        with notebook.running():
            again = session.plan(asked)
            found = again.run()

        assert (0, first.board_id) == (again.new, again.board_id)
        assert [job.job_id for job in first.jobs] == [job.job_id for job in found]
        assert _bodies(*asked) == _posted(session, endless)


def test_equal_requests_of_a_plan_stay_as_many_jobs(session, endless, notebook):
    """--repeat 3 is three jobs, and the same three when the cell is run again."""
    with notebook.running():
        first = session.plan([CAT] * 3).run()

    with notebook.running():
        again = session.plan([CAT] * 4)

    assert 3 == len({job.job_id for job in first})
    assert (1, first) == (again.new, again.run()[:3])
    assert _bodies(*[CAT] * 4) == _posted(session, endless)


def test_two_plans_of_one_cell_that_waited_are_paid_once(session, endless, notebook):
    """A cell that was run twice before anybody pressed Run has two boards, and one bill."""
    with notebook.running():
        first = session.plan(ALL)
    with notebook.running():
        second = session.plan(ALL)

    jobs = first.run()

    assert jobs == second.run()
    assert _bodies(*ALL) == _posted(session, endless)


def test_two_fresh_plans_of_one_cell_are_two(session, endless, notebook):
    """Who asks for new pictures twice gets them twice."""
    for _ in range(2):
        with notebook.running():
            session.plan([CAT], fresh=True).run()

    assert _bodies(CAT, CAT) == _posted(session, endless)
