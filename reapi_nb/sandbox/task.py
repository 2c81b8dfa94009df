"""
What a task is at any moment: a function of its ledger row and the clock.

Nothing runs while a task "processes", so it outlives any kernel. Here is also the law of
parents: whose pictures a request may build on.

Source: reAPI docs, "overview" and "midjourney-v7"; APIXO docs, "midjourney".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from reapi_nb import catalog
from reapi_nb.errors import InvalidRequest
from reapi_nb.job import Account, Picture
from reapi_nb.sandbox.fates import Fate, fate_of, orders_of
from reapi_nb.wire import wire_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reapi_nb.sandbox.ledger import Entry, Ledger

PREFIX = "task_"
"""Begins every task id, and is left out of picture URLs."""

MOST_PICTURES = 12
_SPEEDS = {"draft": 0.4, "turbo": 0.6}
_JITTER = 0.2


def makes(request: catalog.ImageRequest) -> int:
    """How many pictures a request makes if nothing happens."""
    return min(max(request.makes(), 0), MOST_PICTURES)


def duration_s(request: catalog.ImageRequest, task_id: str, latency_s: float) -> float:
    """How long a task takes: its speed and up to 20 % of luck, which its id decides."""
    luck = int(task_id[-8:], 16) / 0xFFFFFFFF * 2 - 1
    speed = getattr(request, "speed", None)  # of a model that nobody knows it may be any JSON
    factor = _SPEEDS.get(speed, 1.0) if isinstance(speed, str) else 1.0
    return latency_s * factor * (1 + _JITTER * luck)


@dataclass(frozen=True)
class Task:
    """One task: its row, and the request that the row's body means."""

    entry: Entry

    @cached_property
    def request(self) -> catalog.ImageRequest:
        """
        What was asked for; read when it is needed.

        Raises:
            InvalidRequest: The row is of another version, whose rules were others.
        """
        return catalog.read(self.entry.body, self.entry.provider, unchecked=True, strangers=True)

    @property
    def name(self) -> str:
        """What its pictures' folder is called."""
        return self.entry.task_id.removeprefix(PREFIX)

    @cached_property
    def fate(self) -> Fate:
        """How it goes; rows from before that was written down say it in their words."""
        if self.entry.slots is not None:
            return Fate(self.entry.slots, self.entry.failure)
        try:
            return fate_of(makes(self.request), orders_of(self.request.words))
        except InvalidRequest:
            return Fate(())

    @property
    def slots(self) -> tuple[int, ...]:
        """The wire slots of its pictures; review may have taken some out."""
        return self.fate.slots

    @property
    def failure(self) -> Mapping[str, Any] | None:
        """The error that it ends in, if it does."""
        return self.fate.failure

    @property
    def ends_at(self) -> float:
        """Seconds since the epoch."""
        return self.entry.made_at + self.entry.latency_s

    def status(self, now: float) -> Literal["processing", "completed", "failed"]:
        """Where it is, `now` in seconds since the epoch."""
        if now < self.ends_at:
            return "processing"
        return "failed" if self.failure else "completed"

    def files(self, now: float) -> dict[str, int]:
        """The slot of each picture that can be fetched, by its file name."""
        lives_s = wire_of(self.entry.provider).URL_LIFETIME_S
        if self.status(now) != "completed" or now >= self.ends_at + lives_s:
            return {}
        return {f"{slot}.png": slot for slot in self.slots}

    def urls(self, now: float, media: str) -> tuple[str, ...]:
        """Where its pictures lie once it is completed, alive or not; `media` is their root."""
        if self.status(now) != "completed":
            return ()
        return tuple(f"{media}/{self.name}/{slot}.png" for slot in self.slots)


def settle(ledger: Ledger, now: float) -> None:
    """Give back what failed tasks cost, before anybody sees that they failed."""
    for entry in ledger.unsettled(now):
        task = Task(entry)
        if entry.slots is None:
            ledger.write_fate(entry.task_id, task.slots, task.failure)
        if task.failure:
            ledger.refund(entry.task_id)


def check_parent(
    request: catalog.ImageRequest, parent: Task | None, account: str, now: float
) -> None:
    """
    Refuse a request whose parent it cannot build on.

    Raises:
        InvalidRequest: The parent is unknown, not the account's, another provider's, not
            completed, of the wrong kind, or has no such picture.
    """
    if (
        parent is None
        or (parent.entry.account, parent.entry.provider) != (account, request.provider)
        or parent.status(now) != "completed"
    ):
        raise InvalidRequest(
            "the referenced task is not found, not yours or not completed",
            code=request.refusal_code,
        )
    slot = request.parent_slot
    picture = Picture(
        job_id="",
        task_id=parent.entry.task_id,
        slot=slot,
        account=Account("sandbox", "", account),
        made_by=parent.request,
    )
    request.check_parent(picture)
    if slot not in parent.slots:
        raise InvalidRequest(
            f"the referenced task has no picture {slot}, counted from 0", code=request.refusal_code
        )
