"""
What a task is at any moment: a function of its ledger row and the clock.

Nothing runs while a task "processes", so it outlives any kernel. Here is also the law of
parents: whose pictures a request may build on.

Source: reAPI docs, "overview" and "midjourney-v7"; codes 80003 and 80006 as documented for
failed tasks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from reapi_nb import catalog
from reapi_nb.errors import InvalidRequest
from reapi_nb.job import Account, Picture
from reapi_nb.wire.reapi import URL_LIFETIME_S

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reapi_nb.sandbox.ledger import Entry

_DIRECTION = re.compile(r"\(sandbox:\s*(fail|policy|refuse|three)\s*\)", re.IGNORECASE)
_FAILURES = {
    "fail": {"code": 80003, "message": "provider_failed"},
    "policy": {"code": 80006, "message": "Request violates content policy"},
}
_REVIEWED_AWAY = 2
"""The slot that `(sandbox: three)` takes out."""

_SPEEDS = {"draft": 0.4, "turbo": 0.6}
_JITTER = 0.2


def directions(words: str) -> frozenset[str]:
    """The stage directions in a prompt, such as `fail`."""
    return frozenset(found.lower() for found in _DIRECTION.findall(words))


def without_directions(words: str) -> str:
    """What is left of a prompt for the painter."""
    return " ".join(_DIRECTION.sub(" ", words).split())


def duration_s(request: catalog.ImageRequest, task_id: str, latency_s: float) -> float:
    """How long a task takes: its speed and up to 20 % of luck, which its id decides."""
    luck = int(task_id[-8:], 16) / 0xFFFFFFFF * 2 - 1
    speed = _SPEEDS.get(getattr(request, "speed", ""), 1.0)
    return latency_s * speed * (1 + _JITTER * luck)


@dataclass(frozen=True)
class Task:
    """One task: its row, and the request that the row's body means."""

    entry: Entry
    request: catalog.ImageRequest

    @classmethod
    def of(cls, entry: Entry) -> Task:
        return cls(entry, catalog.read(entry.body, unchecked=True))

    @property
    def slots(self) -> tuple[int, ...]:
        """The wire slots of its pictures; review may have taken one out."""
        gone = {_REVIEWED_AWAY} if "three" in directions(self.request.words) else set()
        return tuple(slot for slot in range(self.request.makes()) if slot not in gone)

    @property
    def failure(self) -> Mapping[str, Any] | None:
        """The error that it ends in, if it does."""
        asked_for = directions(self.request.words)
        return next((error for name, error in _FAILURES.items() if name in asked_for), None)

    def status(self, now: float) -> Literal["processing", "completed", "failed"]:
        """Where it is, `now` in seconds since the epoch."""
        if now < self.entry.made_at + self.entry.latency_s:
            return "processing"
        return "failed" if self.failure else "completed"

    def files(self, now: float) -> dict[str, int]:
        """The slot of each picture that can be fetched, by its file name."""
        dead = self.entry.made_at + self.entry.latency_s + URL_LIFETIME_S
        if self.status(now) != "completed" or now >= dead:
            return {}
        return {f"{slot}.png": slot for slot in self.slots}

    def answer(self, now: float, folder: str) -> dict[str, Any]:
        """What a look at it shows; its pictures lie under the URL `folder`."""
        status = self.status(now)
        urls = [f"{folder}/{slot}.png" for slot in self.slots]
        return {
            "id": self.entry.task_id,
            "model": self.entry.model,
            "status": status,
            "created_at": int(self.entry.made_at),
            "output": {"image_urls": urls} if status == "completed" else None,
            "error": self.failure if status == "failed" else None,
        }


def check_parent(
    request: catalog.ImageRequest, parent: Task | None, account: str, now: float
) -> None:
    """
    Refuse a request whose parent it cannot build on.

    Raises:
        InvalidRequest: The parent is unknown, not the account's, not completed, of the
            wrong kind, or has no such picture.
    """
    if parent is None or parent.entry.account != account or parent.status(now) != "completed":
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
            f"the referenced task has no image_number {slot}", code=request.refusal_code
        )
