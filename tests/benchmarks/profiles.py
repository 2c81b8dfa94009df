"""
The eight latency profiles: what is asked for, how long each task takes, and the least time that
any client needs for all of them.

Latencies are drawn in the order in which submits are accepted, from a seed, so every client
meets the same ones. Nothing here is measured.

Source: reAPI docs, "gpt-image-2-official" (typical latencies, first poll), "midjourney-v7"; APIXO
docs, "midjourney" (fast and turbo).
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from math import log
from typing import TYPE_CHECKING, Any

from reapi_nb.catalog import find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from reapi_nb.catalog import ImageRequest

RATE = 10.0
"""Requests a second that an account is allowed."""

_SAMPLES = 4000
_HISTORY = 400
"""How many tasks a warm history remembers."""


@dataclass(frozen=True)
class Profile:
    """
    One kind of task.

    Attributes:
        draw: The seconds that the next task takes.
        nick, fields: What is asked for.
        first_s: When its documents say to look first, in seconds; 0 where they do not.
        goal: The most that a makespan may be, over the lower bound.
        lag_goal: The same for the mean detection lag, over that of a round robin.
    """

    name: str
    draw: Callable[[random.Random], float]
    nick: str
    fields: tuple[tuple[str, Any], ...]
    first_s: float = 0.0
    goal: float = 1.05
    lag_goal: float = 0.9

    def request(self, n: int) -> ImageRequest:
        """The n-th request; each has a prompt of its own."""
        kind = find(self.nick)
        assert kind is not None
        return kind(prompt=f"{self.name} {n}", **dict(self.fields))

    def latencies(self, seed: int) -> Iterator[float]:
        """Seconds from accepted to completed of one task after the other, without end."""
        luck = random.Random(f"{self.name} {seed}")
        while True:
            yield self.draw(luck)

    def first(self, many: int, seed: int) -> list[float]:
        """The latencies of the first so many tasks."""
        return list(islice(self.latencies(seed), many))

    def history(self) -> dict[int, float]:
        """How many tasks took so many whole seconds, for a client that has seen some hundreds."""
        seen = Counter(int(seconds) for seconds in self.first(_SAMPLES, -1))
        return {second: n * _HISTORY / _SAMPLES for second, n in sorted(seen.items())}


def lower_bound(latencies: Sequence[float]) -> float:
    """
    The least seconds from the first submit to the last completion seen.

    Each task costs a submit and a look, and submits are a tenth of a second apart.
    """
    busiest = 2 * len(latencies) / RATE
    return max(busiest, *(n / RATE + seconds for n, seconds in enumerate(latencies)))


def _between(low: float, high: float) -> Callable[[random.Random], float]:
    return lambda luck: luck.uniform(low, high)


def _lognormal(luck: random.Random) -> float:
    return luck.lognormvariate(log(35), 0.35)


def _stragglers(luck: random.Random) -> float:
    return luck.uniform(90, 120) if luck.random() < 0.05 else luck.uniform(20, 40)


_LOW = (("quality", "low"),)
_HIGH_4K = (("quality", "high"), ("resolution", "4k"), ("size", "16:9"))
_DOC_FIRST_S = 30.0

PROFILES = {
    profile.name: profile
    for profile in (
        Profile("turbo", _between(15, 25), "mj", (("speed", "turbo"),), goal=1.08, lag_goal=0.6),
        Profile("low1k", _between(20, 40), "gpt", _LOW, _DOC_FIRST_S, lag_goal=0.6),
        Profile("fast", _between(30, 45), "mj", (("speed", "fast"),)),
        Profile("med1k", _between(30, 60), "gpt", (("quality", "medium"),), _DOC_FIRST_S),
        Profile("lognormal", _lognormal, "wan", ()),
        Profile("stragglers", _stragglers, "gpt", _LOW, _DOC_FIRST_S),
        Profile(
            "hi2k",
            _between(60, 120),
            "gpt",
            (("quality", "high"), ("resolution", "2k")),
            _DOC_FIRST_S,
        ),
        Profile("hi4k", _between(120, 180), "gpt", _HIGH_4K, _DOC_FIRST_S),
    )
}
QUICK = ("turbo", "low1k")
