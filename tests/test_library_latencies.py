"""What the library remembers of how long tasks took."""

from __future__ import annotations

import math
from contextlib import closing

import pytest

from reapi_nb.library import Library

KEY = ("reapi", "mj-v7", "fast", "")


def test_nothing_is_known_at_first(library):
    """No history is an empty one."""
    assert {} == library.latencies(KEY)


def test_what_is_learnt_adds_up_and_survives(library, home):
    """Weights of the same second are added; others stay."""
    library.learn(KEY, {30: 1.0, 31: 0.5})
    library.learn(KEY, {31: 0.5, 45: 2.0})

    with closing(Library(home)) as again:
        assert {30: 1.0, 31: 1.0, 45: 2.0} == again.latencies(KEY)


@pytest.mark.parametrize("place", range(4))
def test_kinds_of_tasks_are_told_apart(library, place):
    """By place, model, variant and resolution."""
    other = (*KEY[:place], "other", *KEY[place + 1 :])
    library.learn(KEY, {30: 1.0})

    assert {} == library.latencies(other)


def test_old_habits_fade(library):
    """The sum stays below 400, and what is new soon weighs more than what is old."""
    library.learn(KEY, {20: 390.0})
    for _ in range(1000):
        library.learn(KEY, {60: 1.0})

    known = library.latencies(KEY)

    assert 390 < sum(known.values()) < 400
    assert known[60] > 300 > known.get(20, 0.0)


def test_a_great_lesson_is_scaled_down_as_well(library):
    """Whatever is learnt at once, the proportions stay."""
    library.learn(KEY, {20: 3000.0, 60: 1000.0})

    known = library.latencies(KEY)

    assert sum(known.values()) < 400
    assert 3.0 == pytest.approx(known[20] / known[60])


def test_what_is_no_number_is_not_learnt(library):
    """One of them would spoil every sum."""
    library.learn(KEY, {1: math.nan, 2: math.inf, 3: -1.0, 4: 0.0, 5: 1.0})

    assert {5: 1.0} == library.latencies(KEY)
