"""
Kills, everywhere: kernels that die at the k-th step, and the next kernel on the same library.

`kill` ends some lives, a part of them a second time while they go on with what they found. Every
other one of these is told to send what waits. Then every library is opened once more in this
process, and whatever was broken is said.
"""

from __future__ import annotations

import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reapi_nb.session import Session
from reapi_nb.settings import Secret
from tests.faults import oracle
from tests.faults.kernel import rows, settings
from tests.faults.nursery import Life, Nursery
from tests.faults.server import RecordingServer
from tests.faults.weather import nonce

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.nursery import Death

PICTURES = 2
JOBS = 4
_KEY = "canary-of-the-killed"
_ENDS = {"completed", "unknown", "held"}
_UNSENT = {"queued", "held", "rejected", "cancelled"}
_TOGETHER = 12
_PATIENCE_S = 40.0


@dataclass
class Toll:
    """How many kernels were killed, what they left, and what was broken, by promise."""

    kills: int = 0
    steps: int = 0
    """How many steps a life takes that nobody ends."""

    left: Counter[str] = field(default_factory=Counter)
    """In which states the rows of killed kernels were."""

    charges: int = 0
    broken: dict[str, list[str]] = field(default_factory=dict)

    def __str__(self) -> str:
        wrong = {name: len(no) for name, no in self.broken.items() if no}
        return (
            f"{self.kills} kills over {self.steps} steps, {self.charges} charges, "
            f"left {dict(self.left)}, broken: {wrong or 'nothing'}"
        )


def kill(folder: Path, lives: int, *, again: float = 0.7, at_once: int = 4, shift: int = 0) -> Toll:
    """
    Kill kernels at steps that are spread over a whole life.

    Args:
        lives: How many kernels ask for something and are killed.
        again: The share of their successors that are killed too, while they go on.
        at_once: How many live at the same time.
        shift: Moves all steps by so many, so that another round dies at others.
    """
    toll = Toll()
    with RecordingServer(pictures=PICTURES) as server, Nursery() as nursery:
        [unharmed] = nursery.live([_life(server, folder / "whole", jobs=JOBS)])
        toll.steps = unharmed.steps
        first = [
            _life(server, folder / f"home{n}", jobs=JOBS, dies_at=shift + step)
            for n, step in enumerate(_spread(lives, toll.steps * 97 // 100))
        ]
        deaths = nursery.live(first, at_once=at_once)
        homes = [life.home for life in first]
        heirs = homes[: int(lives * again)]  # they have the most to do, and few steps for it
        story = _Story(server, homes, {*heirs[1::2]}, _rows(homes), _submits(server))
        toll.left.update(kept.status for found in story.left.values() for kept in found.values())
        second = [
            _life(server, home, sends=home in story.senders, dies_at=shift + step)
            for home, step in zip(heirs, _spread(len(heirs), toll.steps // 4), strict=True)
        ]
        deaths += nursery.live(second, at_once=at_once)
        by_heirs = _submits(server)
        stuck = _resume(server, homes)
        toll.kills = sum(death.killed for death in deaths)
        toll.charges = server.charges
        toll.broken = _judge(story, by_heirs) | {
            "everything ends": stuck,
            "an unharmed life is whole": _unharmed(server, unharmed),
        }
    return toll


@dataclass(frozen=True)
class _Story:
    """What killed kernels left, and which of their successors were told to send what waits."""

    server: RecordingServer
    homes: list[Path]
    senders: set[Path]
    left: dict[Path, dict[str, oracle.Row]]
    sent: Counter[str]


def _spread(lives: int, steps: int) -> list[int]:
    """So many steps, from the first one on, equally far from each other."""
    return [1 + n * steps // lives for n in range(lives)]


def _life(server: RecordingServer, home: Path, **more: Any) -> Life:
    return Life(server.origin, home, f"{_KEY}-{home.name}", home.name, **more)


def _submits(server: RecordingServer) -> Counter[str]:
    return Counter(nonce(heard.body.decode()) for heard in server.submits)


def _rows(homes: list[Path]) -> dict[Path, dict[str, oracle.Row]]:
    return {home: oracle.jobs(home) for home in homes}


def _resume(server: RecordingServer, homes: list[Path]) -> list[str]:
    """Open every library as the next kernel does, and wait until nothing moves; what still does."""
    stuck: list[str] = []
    for start in range(0, len(homes), _TOGETHER):
        with ExitStack() as stack:
            some = homes[start : start + _TOGETHER]
            for home in some:
                key = Secret(f"{_KEY}-{home.name}")
                stack.enter_context(Session(settings(server.origin, home, key=key))).ready()
            stuck += _wait(some)
    return stuck


def _wait(homes: list[Path]) -> list[str]:
    end = time.monotonic() + _PATIENCE_S
    while moving := [
        f"{name} is still {status}"
        for home in homes
        for name, (status, _) in oracle.jobs(home).items()
        if status not in _ENDS
    ]:
        if time.monotonic() > end:
            return moving
        time.sleep(0.1)
    return []


def _judge(story: _Story, by_heirs: Counter[str]) -> dict[str, list[str]]:
    server, homes = story.server, story.homes
    after, sent = _rows(homes), _submits(server)
    tasks = {nonce(task.prompt): task for task in server.tasks.values()}
    known = [
        (home, tasks[name])
        for home, found in after.items()
        for name, kept in found.items()
        if kept.task_id
    ]
    return {
        "no duplicate charges": oracle.charged_twice(server),
        "no charge without a row": oracle.without_a_row(
            server, [*homes, homes[0].parent / "whole"]
        ),
        "what was sent is not called unsent": [
            f"{name} was sent and is {kept.status}"
            for found in after.values()
            for name, kept in found.items()
            if name in sent and kept.status in _UNSENT
        ],
        "nothing is sent twice": [f"{name} went {n} times" for name, n in sent.items() if n > 1],
        "nothing is sent unasked": _unasked(story, by_heirs),
        "at most ten requests a second": oracle.over_the_limit(server),
        "what was being sent is unknown": _changed(story, after, "sending", "unknown"),
        "what was queued waits": _changed(story, after, "queued", "held"),
        "nothing paid is lost": [
            no for home, task in known if (no := oracle.incomplete(home, task, PICTURES))
        ],
        "what is completed is on the disk": [no for home in homes for no in oracle.damaged(home)],
        "the library is whole": [no for home in homes for no in oracle.unsound(home)],
        "half a picture is none": [no for home in homes for no in _half(home)],
    }


def _unasked(story: _Story, by_heirs: Counter[str]) -> list[str]:
    """What the last kernels sent, and what those before them sent without being told to."""
    told = {name for home in story.senders for name in story.left[home]}
    return [
        f"{name} was sent without being asked for"
        for name in _submits(story.server) - story.sent
        if name not in by_heirs or name not in told
    ]


def _changed(
    story: _Story, after: dict[Path, dict[str, oracle.Row]], status: str, expected: str
) -> list[str]:
    """The rows of a state that are not in the expected one; what was told to go may have gone."""
    return [
        f"{name} was {status} and is {after[home].get(name)}"
        for home, found in story.left.items()
        for name, kept in found.items()
        if kept.status == status
        and (status != "queued" or home not in story.senders)
        and (name not in after[home] or after[home][name].status != expected)
    ]


def _half(home: Path) -> list[str]:
    found = rows(home, "SELECT file FROM pictures WHERE file LIKE '%.tmp'")
    return [f"{home.name}: {file} is half a picture" for (file,) in found]


def _unharmed(server: RecordingServer, life: Death) -> list[str]:
    """A life that nobody ends completes all it asked for: or else the others prove nothing."""
    ends = [kept.status for kept in oracle.jobs(life.life.home).values()]
    good = not life.killed and ends == ["completed"] * JOBS and life.steps > 0
    return [] if good else [f"killed: {life.killed}, {life.steps} steps, {ends}"]
