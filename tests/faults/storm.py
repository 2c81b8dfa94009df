"""
A storm: many requests through real sessions, over real sockets, while nearly everything goes wrong.

Kernels come in twos, each pair with a library and an account of its own, so that the limits of an
account are tried by two engines at once. `blow` returns what happened and what was wrong.
"""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import reapi_nb.client
from reapi_nb.session import Session
from reapi_nb.settings import Secret
from tests.faults import oracle, table
from tests.faults.kernel import Quick, settings
from tests.faults.table import EITHER, REFUSED, TAKEN, UNKNOWN
from tests.faults.weather import Weather, expected, nonce, twice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reapi_nb.session import Job

PICTURES = 2
_KERNELS = 2
_SHUT_S, _CALM_S = 0.15, 0.9
"""How long the API's door is shut, and how long it is open in between, in seconds."""

_AGAIN_S = 2.0
"""How long a last look at all that is completed may take, in seconds."""

_MORE = 1_000_000_000
"""A daily cap, in credits, that nobody meets."""


@dataclass
class Outcome:
    """What a storm did, and what it broke, by the name of the promise."""

    seed: int
    faults: int = 0
    kinds: int = 0
    submits: int = 0
    charges: int = 0
    completed: int = 0
    broken: dict[str, list[str]] = field(default_factory=dict)

    def __str__(self) -> str:
        wrong = {name: len(no) for name, no in self.broken.items() if no}
        return (
            f"seed {self.seed}: {self.faults} faults of {self.kinds} kinds, "
            f"{self.submits} requests, {self.charges} charges, {self.completed} completed, "
            f"broken: {wrong or 'nothing'}"
        )


def blow(
    folder: Path, seed: int, *, pairs: int = 8, jobs: int = 19, patience_s: float = 100.0
) -> Outcome:
    """
    Let every request of some pairs of kernels run into the weather, until all have ended.

    Args:
        pairs: How many libraries, with two kernels each.
        jobs: How many requests a pair makes.
        patience_s: After which time what still moves counts as lost.
    """
    watch = oracle.Watch()
    homes = [folder / f"home{n}" for n in range(pairs)]
    with Weather(seed, pictures=PICTURES) as server, short_deadlines():
        with oracle.footprints(folder) as outside, ExitStack() as stack:
            asking = [
                asks
                for n, home in enumerate(homes)
                for asks in _ask(stack, server, home, f"{seed}-{n}", jobs)
            ]
            asked = [job for _, job in asking]
            for job in asked:
                job.listen(watch)
            _wait(server, asked, patience_s)
            _look_again(asking)
        return _judge(_Seen(server, homes, asked, watch, outside), seed)


@contextmanager
def short_deadlines() -> Iterator[None]:
    """Clients give up early; what they give up on is the same."""
    client = reapi_nb.client.Client
    shorter = partial(
        client, submit_s=table.SUBMIT_S, look_s=table.LOOK_S, picture_s=table.PICTURE_S
    )
    reapi_nb.client.Client = shorter
    try:
        yield
    finally:
        reapi_nb.client.Client = client


def _key(home: Path) -> str:
    return f"canary-{home.name}-of-the-storm"


def _ask(
    stack: ExitStack, server: Weather, home: Path, name: str, jobs: int
) -> list[tuple[Session, Job]]:
    asking = settings(server.origin, home, key=Secret(_key(home)), daily_cap=_MORE)
    kernels = [stack.enter_context(Session(asking)) for _ in range(_KERNELS)]
    made = []
    for n in range(jobs):
        kernel = kernels[n % _KERNELS]
        prompt = f"a cat in a storm, nonce {name}-{n}"
        made.append((kernel, kernel.submit(Quick(prompt=prompt))))
    return made


def _wait(server: Weather, asked: list[Job], patience_s: float) -> None:
    """Shut the door now and then, until everything has ended."""
    end = time.monotonic() + patience_s
    while any(job.status.facts.moving for job in asked) and time.monotonic() < end:
        server.refuse_for(_SHUT_S)
        time.sleep(_CALM_S)


def _look_again(asking: list[tuple[Session, Job]]) -> None:
    """Ask for what has ended once more: some servers say then that it is under way again."""
    for kernel, job in asking:
        if job.status == "completed":
            kernel.look_again(job)
    time.sleep(_AGAIN_S)


class _Seen(NamedTuple):
    """What there is to judge."""

    server: Weather
    homes: list[Path]
    asked: list[Job]
    watch: oracle.Watch
    outside: list[str]


def _judge(seen: _Seen, seed: int) -> Outcome:
    server, homes, asked, watch, outside = seen
    refused = watch.errors["NotSent"]  # a shut door is heard of by those outside only
    ends = [str(job.status) for job in asked]
    outcome = Outcome(
        seed,
        faults=server.dealt.total() + refused,
        kinds=len(server.dealt) + bool(refused),
        submits=len(asked),
        charges=server.charges,
        completed=ends.count("completed"),
    )
    outcome.broken = {
        "no duplicate charges": oracle.charged_twice(server) + _sent_twice(server),
        "no charge without a row": oracle.without_a_row(server, homes),
        "at most ten requests a second": oracle.over_the_limit(server),
        "the key goes to the API only": [
            no for home in homes for no in oracle.key_told(server, _key(home), [home])
        ],
        "nothing is written elsewhere": outside,
        "an end is an end": watch.wrong,
        "what is completed is on the disk": [no for home in homes for no in oracle.damaged(home)],
        "nothing paid is lost": [no for job in asked if (no := _lost(server, job))],
        "the library is whole": [no for home in homes for no in oracle.unsound(home)],
    }
    return outcome


def _sent_twice(server: Weather) -> list[str]:
    return [
        f"{name} was sent again after {[fault.name for fault in met]}"
        for name, met in server.submitted.items()
        if twice(met)
    ]


def _lost(server: Weather, job: Job) -> str:
    """How a job ended that should have ended otherwise; "" if all is well."""
    name = nonce(job.snapshot.request.words)
    met = server.submitted[name]
    taken = {"failed"} if name in server.failing else {"completed"}
    ends = {
        TAKEN: taken,
        UNKNOWN: {"unknown"},
        EITHER: taken | {"unknown"},
        REFUSED: {"rejected"},
    }[expected(met)]
    status, pictures = str(job.status), len(job.pictures)
    if status in ends and (status != "completed" or pictures == PICTURES):
        return ""
    faults = ", ".join(fault.name for fault in met) or "a closed door"
    return f"{name} is {status} with {pictures} pictures after {faults}: {job.error!r}"
