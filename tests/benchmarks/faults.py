"""
What faults and kills cost: duplicate charges, charges without a trace, paid but lost.

Storms blow until ten thousand faults have been injected, each with a seed of its own; kernels are
killed until three hundred have died. What breaks any promise at all is printed with its seed.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.figure import Figure
from tests.faults import kills, storm
from tests.faults.oracle import told

if TYPE_CHECKING:
    from collections.abc import Iterator

PARTS = ("storms", "kills")
FAULTS, KILLS = 10_000, 300
_QUICK = 20
"""The part of all faults and kills that a hurried run makes."""

_LIVES = 60
_PAIRS, _JOBS = 12, 24
_SEED = 1

_DUPLICATE = ("no duplicate charges", "nothing is sent twice", "nothing is sent unasked")
_UNTRACED = ("no charge without a row", "what was sent is not called unsent")
_LOST = ("nothing paid is lost", "what is completed is on the disk", "everything ends")
_NAMED = (*_DUPLICATE, *_UNTRACED, *_LOST)


def run(*parts: str, quick: bool = False) -> Iterator[Figure]:
    """Both parts, or those that are named."""
    few = _QUICK if quick else 1
    broken: Counter[str] = Counter()
    if "storms" in (parts or PARTS):
        yield Figure("faults.injected", sum(_storms(broken, FAULTS // few)), "faults")
    if "kills" in (parts or PARTS):
        yield Figure("faults.killed", sum(_kills(broken, KILLS // few)), "kernels")
    yield _figure("duplicate_charges", broken, _DUPLICATE)
    yield _figure("charges_without_a_trace", broken, _UNTRACED)
    yield _figure("paid_but_lost", broken, _LOST)
    others = tuple(promise for promise in broken if promise not in _NAMED)
    yield _figure("other_promises_broken", broken, others)


def _figure(name: str, broken: Counter[str], promises: tuple[str, ...]) -> Figure:
    return Figure(f"faults.{name}", sum(broken[promise] for promise in promises), "times", 0)


def _storms(broken: Counter[str], enough: int) -> Iterator[int]:
    """How many faults each storm injected, until there were enough."""
    injected = 0
    for seed in count(_SEED):
        if injected >= enough:
            return
        with tempfile.TemporaryDirectory() as folder:
            outcome = storm.blow(Path(folder), seed, pairs=_PAIRS, jobs=_JOBS)
        injected += outcome.faults
        _count(broken, str(outcome), outcome.broken)
        yield outcome.faults


def _kills(broken: Counter[str], enough: int) -> Iterator[int]:
    """How many kernels died in each round, until there were enough."""
    killed = 0
    for part in count():
        if killed >= enough:
            return
        with tempfile.TemporaryDirectory() as folder:
            toll = kills.kill(Path(folder), _LIVES, shift=part)
        killed += toll.kills
        _count(broken, f"round {part}: {toll}", toll.broken)
        yield toll.kills


def _count(broken: Counter[str], said: str, wrong: dict[str, list[str]]) -> None:
    print(said, flush=True)
    for promise, cases in wrong.items():
        broken[promise] += len(cases)
        if cases:
            print(f"{promise}:\n{told(cases)}", flush=True)
