"""
What becomes of a task besides its request: how it ends, how long it takes, what review leaves.

It is decided once, when the task is accepted, by orders: faults that were posted, and stage
directions among the words of a prompt, in front of its flags. The painter does not see those.

    (sandbox: refuse)          the submit is refused by content review; no charge
    (sandbox: policy)          the task fails with code 80006 and is refunded
    (sandbox: fail)            ... with code 80003
    (sandbox: submit-failed)   ... with code 80001
    (sandbox: timeout)         ... with code 80002
    (sandbox: three)           review leaves three pictures, which keep their numbers
    (sandbox: packed)          review leaves three pictures, numbered anew
    (sandbox: slow)            the task takes two minutes more

Source: reAPI docs, "gpt-image-2-official" (codes of failed tasks), "midjourney-v7" (review).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

REASONS: Mapping[int | str, str] = {
    80001: "provider_submit_failed",
    80002: "provider_polling_timeout",
    80003: "provider_failed",
    80006: "Request violates content policy",
}
REFUSE = "refuse"
_DIRECTIONS: Mapping[str, Mapping[str, Any]] = {
    REFUSE: {},
    "policy": {"kind": "fail", "code": 80006},
    "fail": {"kind": "fail", "code": 80003},
    "submit-failed": {"kind": "fail", "code": 80001},
    "timeout": {"kind": "fail", "code": 80002},
    "three": {"kind": "keep", "n": 3, "layout": "gaps"},
    "packed": {"kind": "keep", "n": 3, "layout": "packed"},
    "slow": {"kind": "slow", "seconds": 120.0},
}
_DIRECTION = re.compile(rf"\(sandbox:\s*({'|'.join(_DIRECTIONS)})\s*\)", re.IGNORECASE)


@dataclass(frozen=True)
class Fate:
    """How one task goes."""

    slots: tuple[int, ...]
    """The wire slots of its pictures."""

    failure: Mapping[str, Any] | None = None
    """The code and message that it ends in, if it fails."""

    delay_s: float = 0.0
    """Seconds that it takes beyond its usual time."""


def directions(words: str) -> tuple[str, ...]:
    """The stage directions in a prompt, such as `fail`."""
    return tuple(found.lower() for found in _DIRECTION.findall(words))


def without_directions(words: str) -> str:
    """What is left of a prompt for the painter."""
    return " ".join(_DIRECTION.sub(" ", words).split())


def orders_of(words: str) -> tuple[Mapping[str, Any], ...]:
    """What the stage directions in a prompt order."""
    return tuple(_DIRECTIONS[name] for name in directions(words))


def fate_of(makes: int, orders: Iterable[Mapping[str, Any]]) -> Fate:
    """
    How a task goes; of two orders of one kind the first counts.

    Args:
        makes: How many pictures it makes if nothing happens.
        orders: As JSON, each with a `kind`; kinds that concern no task are passed over.
    """
    told: dict[str, Mapping[str, Any]] = {}
    for order in orders:
        told.setdefault(order.get("kind", ""), order)
    slow = told.get("slow")
    return Fate(
        slots=_slots(makes, told),
        failure=_failure(told["fail"]) if "fail" in told else None,
        delay_s=slow["seconds"] if slow else 0.0,
    )


def _slots(makes: int, told: Mapping[str, Mapping[str, Any]]) -> tuple[int, ...]:
    if "empty" in told:
        return ()
    keep = told.get("keep")
    if keep is None or keep["n"] >= makes:
        return tuple(range(makes))
    if keep["layout"] == "packed" or keep["n"] == 0:
        return tuple(range(keep["n"]))
    # The last one stays, so that a gap can be seen: 0, 1, 3.
    return (*range(keep["n"] - 1), makes - 1)


def _failure(order: Mapping[str, Any]) -> Mapping[str, Any]:
    code = order["code"]
    return {"code": code, "message": order.get("message") or REASONS.get(code, "the task failed")}
