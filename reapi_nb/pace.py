"""Whom to look at next.

Pure arithmetic on seconds and histograms: this room reads no clock, sleeps nowhere, sends nothing
and knows no task by name. The limiter puts requests in order, so nothing here is random.

A look is worth most where a task is likeliest to be done since the last one. That is known from how
long tasks of its class took before, or from what their documents say while there is no history.

Source: reAPI docs, "overview" (rate limits) and "gpt-image-2-official" (a worker's longest run);
APIXO docs, "midjourney" (tips).
"""

from __future__ import annotations

import math
from itertools import accumulate
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

GIVE_UP_S: float = 3600 + 600
"""The age in seconds at which a task is stale: a worker's longest run, and some grace. A stale task
can be resumed; it has not failed."""

WORTH: Final = 0.004
"""A look that is less likely than this to bring news is not worth a request."""

SURE: Final = 0.5
"""A look that is likelier than this to bring news may go before a submit."""

_FIRST_S: Final = 4.0
"""The age of a first look at the latest, in seconds: a quick task should not lie about finished."""

_PRIOR: Final = 8.0
"""How many tasks the documents weigh as much as."""

_EARLY, _LATE = 0.05, 0.15
"""How much of that lies before and after the documented range."""

_TAIL: Final = 0.03
"""The share of tasks that take any time at all, so that none is ever given up unseen."""

_FOREVER: Final = 500.0
"""So many times its mean may a tail be followed before figures become too small to divide by."""

_LONGEST_REST_S: Final = 30.0
_NOTHING: Mapping[int, float] = MappingProxyType({})


class Pattern:
    """How long tasks of one class take: a histogram of whole seconds.

    Args:
        low_s, high_s: The documented range in seconds.
        seen: Weights by second, from earlier tasks.
    """

    def __init__(self, low_s: float, high_s: float, seen: Mapping[int, float] = _NOTHING) -> None:
        self._weights: dict[int, float] = {}
        self._tail_s = max(20.0, high_s)
        middle = _PRIOR * (1 - _EARLY - _LATE)
        for start, end, weight in (
            (0.0, low_s, _PRIOR * _EARLY),
            (low_s, high_s, middle),
            (high_s, 2 * high_s, _PRIOR * _LATE),
        ):
            self._add(_spread(start, max(end, start + 0.1), weight))
        self._add(seen)

    def chance(self, last_s: float, age_s: float) -> float:
        """How likely a task that was under way at one age is done at another, from 0 to 1."""
        return 1.0 - self._under_way_at(age_s) / self._under_way_at(last_s)

    def rest_s(self, age_s: float, least_s: float = 1.0) -> float:
        """Return the seconds to leave a task alone between two looks.

        It grows once nearly all such tasks are done: who is late already may be late for long.

        Args:
            least_s: What its provider wants, in seconds.
        """
        return max(least_s, min((age_s - self._due_s) / 10, _LONGEST_REST_S))

    def hope(self, last_s: float, age_s: float) -> float:
        """How much a look is worth at this age, from 0 to 1; the last one was at `last_s`."""
        chance = self.chance(last_s, age_s)
        return max(chance, WORTH) if last_s <= 0 and age_s >= _FIRST_S else chance

    def learn(self, last_s: float, age_s: float) -> dict[int, float]:
        """Take in a task that ended between these ages, and return the weights to remember.

        Nobody saw the moment of its end, so it counts where it is likeliest. A long time without a
        look says nothing.
        """
        if not 0 <= last_s < age_s or age_s - last_s > max(10.0, 0.25 * age_s):
            return {}
        shares = {
            second: self._under_way_at(max(second, last_s))
            - self._under_way_at(min(second + 1, age_s))
            for second in range(int(last_s), math.ceil(age_s))
        }
        whole = sum(shares.values())
        news = {second: share / whole for second, share in shares.items() if share > 0}
        self._add(news)
        return news

    def _add(self, weights: Mapping[int, float]) -> None:
        for second, weight in weights.items():
            self._weights[second] = self._weights.get(second, 0.0) + weight
        until = max(self._weights) + 1
        sums = accumulate((self._weights.get(second, 0.0) for second in range(until)), initial=0.0)
        *self._sums, self._whole = sums
        self._sums.append(self._whole)
        late = next(n for n, weight in enumerate(self._sums) if weight >= 0.97 * self._whole)
        self._due_s = float(late)

    def _under_way_at(self, age_s: float) -> float:
        """The share of tasks that are not done at an age; never 0."""
        second = int(age_s)
        if second >= len(self._sums) - 1:
            known = self._whole
        else:
            known = self._sums[second]
            known += (age_s - second) * (self._sums[second + 1] - known)
        late = _TAIL * math.exp(-min(age_s / self._tail_s, _FOREVER))
        return (1 - _TAIL) * (1 - known / self._whole) + late


def _spread(start: float, end: float, weight: float) -> dict[int, float]:
    """A weight over the seconds of a range, evenly."""
    return {
        second: weight * (min(second + 1, end) - max(second, start)) / (end - start)
        for second in range(int(start), math.ceil(end))
    }


def back_off(attempt: int) -> float:
    """Return the seconds to wait after the failure of try number `attempt`, counted from 0.

    For what costs nothing to send again: looks, and submits that certainly never left.
    """
    return min(0.5 * 2.0 ** min(attempt, 6), 30.0)  # a float to a great power overflows


def wait_for(retry_after: float | None) -> float:
    """Return the seconds to wait after a 429 whose `Retry-After` was read as `retry_after`.

    Never so short that it becomes a storm, never so long that it looks dead. A header that is
    missing or senseless (negative, not a number) means one second, the length of a window.
    """
    if retry_after is None or not retry_after >= 0:  # NaN is not >= 0 either
        return 1.0
    return max(0.2, min(retry_after, 120.0))
