"""
The same request again: which job a cell means when it is run once more.

The key is the cell, the wire body, and how often this execution has asked for it before. So
Run All is free, and a loop of three stays three.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from reapi_nb.job import Cell


class Run(NamedTuple):
    """One asking in one execution of one cell."""

    here: Cell
    body_hash: str
    ordinal: int

    @property
    def key(self) -> tuple[str, str, int]:
        """What stays the same when the cell is run again."""
        return self.here.cell, self.body_hash, self.ordinal


class Runs:
    """Counts what the execution that is going on has asked for."""

    def __init__(self) -> None:
        self._execution = ""
        self._counts: Counter[str] = Counter()

    def next(self, here: Cell, body_hashes: list[str]) -> list[Run]:
        """The runs that these requests would be. Nothing is counted before `take`."""
        counts = Counter(self._counts) if here.execution == self._execution else Counter[str]()
        found = []
        for body_hash in body_hashes:
            found.append(Run(here, body_hash, counts[body_hash]))
            counts[body_hash] += 1
        return found

    def take(self, run: Run) -> None:
        """Count a request that was answered with a job. A refused one never counts."""
        if run.here.execution != self._execution:
            self._execution = run.here.execution
            self._counts.clear()
        self._counts[run.body_hash] += 1
