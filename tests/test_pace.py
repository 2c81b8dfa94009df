"""When to look at a task again."""

from __future__ import annotations

import math
from itertools import islice, pairwise, takewhile
from typing import TYPE_CHECKING

import pytest

from reapi_nb.pace import GIVE_UP_S, back_off, pauses, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator


def _ages(expected_s: float, *, open_tasks: int = 1) -> Iterator[float]:
    """The ages at which one task is looked at."""
    age = 0.0
    for pause in pauses(expected_s, open_tasks=lambda: open_tasks):
        age += pause
        yield age


@pytest.mark.parametrize(
    ("expected_s", "first"),
    [(0.0, 1.0), (0.5, 1.0), (3.0, 2.1), (5.0, 3.5), (20.0, 4.0), (40.0, 4.0), (150.0, 4.0)],
)
def test_the_first_look_comes_soon(expected_s, first):
    """A task is first looked at after 0.7 of its usual time, but after one to four seconds."""
    pause = next(pauses(expected_s, open_tasks=lambda: 1))

    assert pytest.approx(first) == pause


@pytest.mark.parametrize(
    ("expected_s", "step"), [(1.0, 1.0), (15.0, 1.0), (30.0, 2.0), (45.0, 3.0), (150.0, 3.0)]
)
def test_a_young_task_is_looked_at_in_short_steps(expected_s, step):
    """Steps grow with the usual time, from one second to three."""
    _, *steps = islice(pauses(expected_s, open_tasks=lambda: 1), 20)

    assert [pytest.approx(step)] * 19 == steps


@pytest.mark.parametrize(
    ("expected_s", "age_s", "steps"),
    [
        (37.5, 0.0, [20.0, 3.0, 3.0]),
        (20.0, 0.0, [20.0, 3.0, 3.0]),
        (37.5, 12.0, [8.0, 3.0, 3.0]),
        (37.5, 60.0, [1.0, 3.0, 3.0]),
        (19.9, 0.0, [4.0, 19.9 / 15, 19.9 / 15]),
        (3.0, 0.0, [2.1, 1.0, 1.0]),
    ],
)
def test_a_provider_that_says_when_to_look_is_obeyed(expected_s, age_s, steps):
    """First at that age and then in its steps; what is done before then is looked at as ever."""
    rhythm = pauses(expected_s, age_s=age_s, first_s=20.0, pause_s=3.0, open_tasks=lambda: 1)

    assert steps == pytest.approx(list(islice(rhythm, 3)))


@pytest.mark.parametrize(("age_s", "step"), [(0.0, 2.0), (15.0, 1.0), (400.0, 1.0)])
def test_what_is_due_soon_is_looked_at_in_shorter_steps(age_s, step):
    """The age of a task that is taken up counts."""
    _, *steps = islice(pauses(30.0, age_s=age_s, open_tasks=lambda: 1), 9)

    assert [pytest.approx(step)] * 8 == steps


def test_an_old_task_is_looked_at_less_often():
    """From three minutes on a task is looked at every 10 s, from half an hour on every 30 s."""
    looks = list(takewhile(lambda age: age < GIVE_UP_S, _ages(30.0)))

    steps = [(age, later - age) for age, later in pairwise(looks)]
    assert {2.0} == {round(step, 6) for age, step in steps if age < 180}
    assert {10.0} == {round(step, 6) for age, step in steps if 180 <= age <= 600}
    assert {30.0} == {round(step, 6) for age, step in steps if age >= 1800}
    growing = [step for age, step in steps if 600 < age < 1800]
    assert sorted(set(growing)) == growing


def test_looks_never_end():
    """A task that is given up is given up by its age; the rhythm itself has no end."""
    last = next(islice(pauses(30.0, open_tasks=lambda: 1), 5000, None))

    assert 30.0 == last


@pytest.mark.parametrize("open_tasks", [1, 6, 20, 200, 1000])
def test_all_open_tasks_together_stay_within_six_looks_per_second(open_tasks):
    """However many tasks are open, submits keep four of the ten requests per second."""
    span = 3600.0

    looks = sum(1 for _ in takewhile(lambda age: age <= span, _ages(1.0, open_tasks=open_tasks)))

    assert looks * open_tasks <= 6 * span


@pytest.mark.parametrize(("most_per_s", "pause"), [(10.0, 100.0), (83.0, 12.0), (600.0, 2.0)])
def test_a_crowd_takes_its_share_of_what_the_account_is_allowed(most_per_s, pause):
    """600 open tasks at ten requests a second wait longer than at a hundred."""
    _, step = islice(pauses(30.0, open_tasks=lambda: 600, most_per_s=most_per_s), 2)

    assert pytest.approx(pause, abs=0.1) == step


def test_the_crowd_is_counted_anew_for_each_look():
    """When other tasks are done, the rest are looked at more often."""
    crowd = [600, 60, 1]
    rhythm = pauses(30.0, open_tasks=lambda: crowd.pop(0))

    steps = list(islice(rhythm, 3))

    assert [100.0, 10.0, 2.0] == steps


def test_a_task_grows_old_in_a_crowd_too():
    """A stretched pause counts in full: after 3 minutes the short steps are over."""
    crowd = [120] * 9 + [1]
    rhythm = pauses(1.0, open_tasks=lambda: crowd.pop(0))

    steps = list(islice(rhythm, 10))

    assert [20.0] * 9 + [10.0] == steps


def test_a_task_is_given_up_after_a_workers_longest_run_and_some_grace():
    """A worker may take an hour; ten minutes later the task is stale."""
    assert 70 * 60 == GIVE_UP_S


@pytest.mark.parametrize(
    ("attempt", "seconds"),
    [(0, 0.5), (1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 30), (7, 30), (10_000, 30)],
)
def test_retries_wait_twice_as_long_each_time(attempt, seconds):
    """Half a second, then doubling up to half a minute."""
    assert seconds == back_off(attempt)


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        (None, 1.0),
        (math.nan, 1.0),
        (-5.0, 1.0),
        (-math.inf, 1.0),
        (0.0, 0.2),
        (0.1, 0.2),
        (2.5, 2.5),
        (120.0, 120.0),
        (1e9, 120.0),
        (math.inf, 120.0),
    ],
)
def test_a_servers_wish_to_wait_is_kept_within_reason(retry_after, seconds):
    """A `Retry-After` is obeyed from 0.2 to 120 seconds; a senseless one means one second."""
    assert seconds == wait_for(retry_after)
