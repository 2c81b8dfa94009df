"""When a look is worth its request: arithmetic on histograms."""

from __future__ import annotations

import math
import random
from collections import Counter
from itertools import pairwise

import pytest

from reapi_nb.pace import WORTH, Pattern, back_off, wait_for

AGES = [0.0, 0.3, 1.0, 7.9, 20.0, 29.5, 30.0, 33.3, 40.0, 75.0, 300.0, 3_600.0, 1e6]


def _warm(low: float, high: float, count: int = 200) -> Pattern:
    """A pattern that has seen many tasks between two ages, evenly."""
    chance = random.Random(7)
    seen = Counter(int(chance.uniform(low, high)) for _ in range(count))
    return Pattern(30, 45, {second: float(n) for second, n in seen.items()})


@pytest.mark.parametrize("pattern", [Pattern(30, 45), _warm(15, 25), Pattern(3, 3)])
def test_a_chance_is_between_nothing_and_certainty(pattern):
    """At any two ages, however far apart and however late."""
    for last, age in pairwise(AGES):
        assert 0.0 <= pattern.chance(last, age) <= 1.0
        assert 0.0 == pattern.chance(age, age)


@pytest.mark.parametrize("pattern", [Pattern(30, 45), _warm(15, 25)])
def test_the_chances_of_two_steps_make_the_chance_of_both(pattern):
    """They are shares of the same tasks."""
    for last, between, age in zip(AGES, AGES[1:], AGES[2:-1], strict=False):
        stays = (1 - pattern.chance(last, between)) * (1 - pattern.chance(between, age))
        assert 1 - stays == pytest.approx(pattern.chance(last, age), abs=1e-9)


def test_without_history_the_documents_say_when():
    """Most tasks end within the documented range, some before, some after."""
    pattern = Pattern(30, 45)

    assert 0.7 < pattern.chance(30, 45) < 0.95
    assert 0.0 < pattern.chance(0, 30) < 0.2
    assert pattern.chance(37, 38) > 10 * pattern.chance(10, 11)


def test_history_outweighs_the_documents():
    """Where tasks take 15 to 25 seconds, nobody waits for the documented 30."""
    pattern = _warm(15, 25)

    assert pattern.chance(0, 26) > 0.9
    assert pattern.chance(14, 16) > 0.1


def test_what_is_learned_is_what_was_seen():
    """A task that ended between two looks counts once, within them."""
    pattern = Pattern(30, 45)

    news = pattern.learn(33.2, 35.1)

    assert {33, 34, 35} == set(news)
    assert 1.0 == pytest.approx(sum(news.values()))
    assert news[34] > news[33] > news[35]


@pytest.mark.parametrize("looks", [(0.0, 400.0), (10.0, 30.0), (5.0, 5.0), (6.0, 5.0), (-1.0, 1.0)])
def test_a_long_time_without_a_look_teaches_nothing(looks):
    """The kernel was dead or the machine asleep, and nobody knows when it ended."""
    pattern = Pattern(30, 45)
    before = pattern.chance(30, 40)

    assert {} == pattern.learn(*looks)
    assert before == pattern.chance(30, 40)


def test_learning_moves_the_pattern():
    """Fifty tasks of twelve seconds, and the thirteenth second is where to look."""
    pattern = Pattern(30, 45)

    for _ in range(50):
        pattern.learn(11.5, 12.5)

    assert pattern.chance(11, 13) > 0.8


def test_a_late_task_is_left_alone_ever_longer():
    """A second while it is due, thirty at most, and never less than its provider wants."""
    pattern = Pattern(30, 45)
    rests = [pattern.rest_s(age) for age in AGES]

    assert sorted(rests) == rests
    assert (1.0, 30.0) == (rests[0], rests[-1])
    assert 3.0 == pattern.rest_s(5.0, least_s=3.0)


def test_a_first_look_comes_within_four_seconds_where_there_is_room():
    """A quick task should not lie about finished, whatever the documents say."""
    pattern = _warm(120, 180)

    assert pattern.hope(0.0, 4.0) >= WORTH
    assert pattern.hope(4.0, 9.0) < WORTH


def test_no_task_is_ever_given_up_unseen():
    """However late, a rested look is always worth its request."""
    pattern = _warm(15, 25)

    for age in AGES[5:-1]:
        assert pattern.hope(age, age + pattern.rest_s(age)) >= WORTH


def test_a_pattern_of_one_moment_is_a_pattern():
    """The sandbox takes exactly as long as it is told, even less than a second."""
    for seconds in (0.0, 0.2, 3.0):
        assert Pattern(seconds, seconds).chance(0.0, seconds + 1.5) > 0.5


@pytest.mark.parametrize("attempt", [0, 1, 5, 10_000])
def test_backing_off_is_bounded(attempt):
    """Half a second at first, half a minute at most."""
    assert 0.5 <= back_off(attempt) <= 30.0
    assert back_off(attempt) <= back_off(attempt + 1)


@pytest.mark.parametrize(
    ("said", "waits"),
    [(None, 1.0), (0.0, 0.2), (2.5, 2.5), (-5.0, 1.0), (1e9, 120.0), (math.nan, 1.0)],
)
def test_a_wait_is_neither_a_storm_nor_for_ever(said, waits):
    """Whatever `Retry-After` says."""
    assert waits == wait_for(said)
