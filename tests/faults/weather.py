"""
A recording server in bad weather: every exchange meets the fault that a seeded table deals it.

What is dealt depends on the seed and on the request alone, never on the order of arrival, so a
seed tells the same story each time. Every request is told from the others by a nonce in its prompt.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from random import Random
from typing import TYPE_CHECKING

from tests.faults import acts, table
from tests.faults.server import RecordingServer
from tests.faults.table import AGAIN, EITHER, REFUSED, TAKEN, UNKNOWN, Fault

if TYPE_CHECKING:
    import asyncio
    from typing import Any

    from tests.faults.acts import Act
    from tests.faults.server import Heard, Task

_NONCE = re.compile(r"nonce [\w-]+")
_CIRCLE = "/circle.png"
_WELL = Fault("well", acts.answer, TAKEN)

# How often a submit ends in what, how often a thing goes wrong before it goes well.
_SUBMITS = {"well": 15, TAKEN: 45, UNKNOWN: 28, EITHER: 2, REFUSED: 10}
_REPEATS = (0, 1, 1, 2, 2)
_LIMITED = (0, 0, 0, 0, 0, 0, 0, 1)  # each of them slows a whole account down
_GREETINGS = ("reset on accept", "end on accept", "reset in the head")


def nonce(text: str) -> str:
    """The nonce in a prompt or in a body; "" where there is none."""
    found = _NONCE.search(text)
    return found[0] if found else ""


class Weather(RecordingServer):
    """
    The server.

    Args:
        greeted: Which share of the API's new connections ends before a request was read.

    Attributes:
        dealt: How often each fault was injected, by the kind of exchange and its name.
        submitted: What each arrival of a request met, by nonce.
        failing: The nonces whose tasks end in failure.
    """

    def __init__(self, seed: int, *, pictures: int = 2, greeted: float = 0.03) -> None:
        super().__init__(pictures=pictures)
        self.dealt: Counter[tuple[str, str]] = Counter()
        self.submitted: defaultdict[str, list[Fault]] = defaultdict(list)
        self.failing: set[str] = set()
        self._seed = seed
        self._greeted = greeted
        self._doors = Random(seed)
        self._chains: dict[str, list[Fault]] = {}
        self._renewed: set[str] = set()
        self._over: set[str] = set()

    def _chance(self, *names: object) -> Random:
        return Random(f"{self._seed} {names}")

    async def _welcome(
        self, host: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        if host != "api" or self._doors.random() >= self._greeted:
            return True
        how = self._doors.choice(_GREETINGS)
        self.dealt["connection", how] += 1
        if how == "reset in the head":
            await reader.read(24)
        acts.Exchange(_nothing, reader, writer).close(reset=how.startswith("reset"))
        return False

    def _act(self, heard: Heard) -> Act:
        deal = {"submit": self._at_submit, "look": self._at_look, "picture": self._at_picture}
        fault = deal[heard.kind](heard) if heard.kind in deal else _WELL
        if fault is not _WELL:
            self.dealt[heard.kind, fault.name] += 1
        return fault.act

    def _next(self, key: str, chain: list[Fault]) -> Fault:
        coming = self._chains.setdefault(key, chain)
        return coming.pop(0) if coming else _WELL

    # -- what is dealt

    def _at_submit(self, heard: Heard) -> Fault:
        name = nonce(heard.body.decode())
        chance = self._chance("submit", name)
        chain = chance.choices(table.LIMITS, k=chance.choice(_LIMITED))
        [leaves] = chance.choices([*_SUBMITS], [*_SUBMITS.values()])
        if leaves != "well":
            chain.append(chance.choice(table.SUBMITS[leaves]))
        fault = self._next(name, chain)
        self.submitted[name].append(fault)
        return fault

    def _at_look(self, heard: Heard) -> Fault:
        task = self.tasks.get(heard.path.rsplit("/", 1)[-1])
        if task is None:
            return _WELL
        if task.task_id in self._over:
            return table.FLAP
        chance = self._chance("look", nonce(task.prompt))
        chain = chance.choices(table.LOOKS, k=chance.choice(_REPEATS))
        ends = chance.random()
        if ends < 0.04:
            chain = [table.LATE]
        if ends > 0.94:
            self.failing.add(nonce(task.prompt))
            chain += [table.FAILED] * 9
        return self._next(task.task_id, chain)

    def _at_picture(self, heard: Heard) -> Fault:
        if heard.path == _CIRCLE:
            return Fault("in circles", acts.redirect(_CIRCLE))
        _, task_id, name = heard.path.split("/")
        if name.endswith("?new"):
            return _WELL
        task = self.tasks[task_id]
        if not self._may_go(task):
            self._over.add(task_id)  # its end was surely heard; from now on it is processing again
        chance = self._chance("picture", nonce(task.prompt), name)
        chain = chance.choices(table.PICTURES, k=chance.choice(_REPEATS))
        if self._may_go(task) and chance.random() < 0.3:
            chain.append(chance.choice(table.GONE))
        fault = self._next(heard.path, chain)
        if fault in table.GONE:
            self._renewed.add(task_id)
        return fault

    def _may_go(self, task: Task) -> bool:
        """Whether links of a task may die; those of the others are told until the first fetch."""
        return self._chance("links", nonce(task.prompt)).random() < 0.5

    def _links(self, task: Task) -> list[str]:
        new = "?new" if task.task_id in self._renewed else ""
        return [f"{link}{new}" for link in super()._links(task)]


def expected(met: list[Fault]) -> str:
    """What a request must be left in by what its arrivals met; unknown where none was recorded."""
    return met[-1].leaves if met and met[-1].leaves != AGAIN else UNKNOWN


def _nothing() -> Any:
    raise AssertionError("a connection that is not let in has no answer")


def twice(met: list[Fault]) -> bool:
    """Whether a request went out again although it may have been accepted."""
    return any(fault.leaves != AGAIN for fault in met[:-1])
