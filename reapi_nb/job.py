"""
The values that flow through the house: snapshots of jobs, their pictures, their states.

Nothing here acts. A snapshot is frozen and travels between threads freely; the live
handle that a user holds is `session.Job`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from reapi_nb.errors import ReapiError


SHORT_ID = 6
"""How many characters of a job id people see."""


class Latency(NamedTuple):
    """How long such a task usually takes, in seconds, from submit to completed."""

    low_s: float
    high_s: float

    @property
    def middle_s(self) -> float:
        return (self.low_s + self.high_s) / 2


class Request(Protocol):
    """What one asks for. The catalog's classes are the only ones that exist."""

    @property
    def provider(self) -> str:
        """Who takes it: `reapi` or `apixo`."""

    @property
    def nick(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def family(self) -> str: ...

    @property
    def model(self) -> str: ...

    @property
    def words(self) -> str:
        """The prompt, or "" where there is none."""

    @property
    def parent_task(self) -> str | None:
        """The task it builds on, if it names one."""

    @property
    def parent_slot(self) -> int: ...

    @property
    def sources(self) -> tuple[str, ...]:
        """The addresses of the pictures it works on."""

    @property
    def is_follow_up(self) -> bool: ...

    def body(self) -> dict[str, Any]:
        """The JSON body as it goes over the wire."""

    def body_hash(self) -> str:
        """A hash of the wire body; equal bodies, equal hashes."""

    def latency(self) -> Latency:
        """How long such a task takes by its documents."""

    def kind_of_task(self) -> tuple[str, str, str]:
        """Model, speed or quality, and resolution: tasks of one kind take about as long."""

    def makes(self) -> int:
        """How many pictures to expect."""

    def aspect(self, parent: tuple[float, float] | None = None) -> tuple[float, float] | None:
        """Width to height, from those of the parent's picture where it decides."""

    def links(self) -> tuple[str, ...]:
        """Every address that the server is asked to fetch."""

    def notices(self) -> tuple[str, ...]: ...


class Status(StrEnum):
    """Where a job is. What each state means is in `FACTS`, the one table of states."""

    QUEUED = "queued"
    HELD = "held"
    SENDING = "sending"
    PROCESSING = "processing"
    SAVING = "saving"
    COMPLETED = "completed"
    EMPTY = "empty"
    FAILED = "failed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"
    FORGOTTEN = "forgotten"
    EXPIRED = "expired"
    VANISHED = "vanished"
    STALE = "stale"

    @property
    def facts(self) -> Facts:
        return FACTS[self]


class Facts(NamedTuple):
    """What a state means for the work, the money and the reader."""

    says: str
    moving: bool
    """Something will happen by itself."""

    final: bool
    """It never changes again, whatever is heard later."""

    resend: bool
    """The same cell may send it again: the server surely made nothing of it."""

    opens: bool
    """The same follow-up, asked for anywhere, opens this job: it is or may be paid for."""


_Y, _N = True, False

# says, moving, final, resend, opens
FACTS: dict[Status, Facts] = {
    Status.QUEUED: Facts("waiting to be sent", _Y, _N, _N, _Y),
    Status.HELD: Facts("not sent yet: press Send", _N, _N, _N, _Y),
    Status.SENDING: Facts("sending", _Y, _N, _N, _Y),
    Status.PROCESSING: Facts("processing", _Y, _N, _N, _Y),
    Status.SAVING: Facts("saving the pictures", _Y, _N, _N, _Y),
    Status.COMPLETED: Facts("completed", _N, _Y, _N, _Y),
    Status.EMPTY: Facts("completed without a picture", _N, _Y, _N, _Y),
    Status.FAILED: Facts("failed, refunded", _N, _Y, _N, _N),
    Status.REJECTED: Facts("refused, not charged", _N, _Y, _Y, _N),
    Status.CANCELLED: Facts("cancelled, never sent", _N, _Y, _Y, _N),
    Status.UNKNOWN: Facts("outcome unknown", _N, _N, _N, _Y),
    Status.FORGOTTEN: Facts("outcome unknown, set aside", _N, _Y, _N, _N),
    Status.EXPIRED: Facts("made, but the links expired", _N, _Y, _N, _Y),
    Status.VANISHED: Facts("unknown to the server", _N, _N, _N, _Y),
    Status.STALE: Facts("no end in sight", _N, _N, _N, _Y),
}


class Account(NamedTuple):
    """Who took a job: only the same account may ask for it or build on it."""

    place: str
    """`reapi`, `apixo` or `sandbox`."""

    origin: str
    """Scheme, host and port of the API."""

    tag: str
    """A salted hash of the key; never the key."""


class Cell(NamedTuple):
    """Which cell of which notebook asked, and in which run of it."""

    notebook: str
    """The notebook's path, or "" where it is not known."""

    cell: str
    """The front end's cell id, or a hash of the cell's source."""

    execution: str
    """Differs between two runs of the same cell."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One image of a job, addressed `task_id#2`."""

    job_id: str
    task_id: str
    slot: int
    """The place on the wire, from 0."""

    account: Account
    made_by: Request | None = None
    """The request that made it; None when the task is not ours."""

    position: int = 0
    """The place in the answer, from 0; differs from the slot when review removed pictures."""

    url: str = ""
    expires_at: float = 0.0
    """Seconds since the epoch after which the URL is dead."""

    path: Path | None = None
    """The original on disk, once it is kept."""

    mime: str = ""
    width: int = 0
    height: int = 0
    size: int = 0
    """Bytes of the original."""

    sha256: str = ""
    dhash: str = ""
    """A perceptual hash: 64 bits in hex; pictures that look alike differ in few bits."""

    @property
    def number(self) -> int:
        return number_of(self.slot)

    @property
    def provider(self) -> str:
        """Who made it: `reapi` or `apixo`; in a sandbox that knows nothing of it, `reapi`."""
        if self.made_by is not None:
            return self.made_by.provider
        return "apixo" if self.account.place == "apixo" else "reapi"

    @property
    def address(self) -> str:
        return f"{self.task_id}#{self.number}"

    @property
    def is_seen(self) -> bool:
        """Whether it arrived whole and has a thumbnail; it may not be on disk yet."""
        return self.width > 0

    def is_alive(self, now: float) -> bool:
        """Whether its link leads somewhere, as far as anybody knows."""
        return now < self.expires_at

    def sent_as(self, by_position: bool) -> int:  # noqa: FBT001 - it answers one question
        """The `image_number` that names it; the slot, unless people said otherwise."""
        return self.position if by_position else self.slot


def number_of(slot: int) -> int:
    """What people count, from 1, of a wire slot. The one place that converts, and back."""
    return slot + 1


def slot_of(number: int) -> int:
    return number - 1


@dataclass(frozen=True, kw_only=True)
class Times:
    """When things happened, in seconds since the epoch; 0 for not yet."""

    made: float = 0.0
    sent: float = 0.0
    accepted: float = 0.0
    completed: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A job at one moment. `rev` grows with every change."""

    job_id: str
    request: Request
    account: Account
    status: Status = Status.QUEUED
    rev: int = 0
    task_id: str | None = None
    pictures: tuple[Picture, ...] = ()
    error: ReapiError | None = None
    times: Times = field(default_factory=Times)
    estimate: int | None = None
    """Credits, or None where no price is known."""

    expected_s: float = 0.0
    """How long such a task usually takes, in seconds."""

    board_id: str = ""
    parent: tuple[str, int] | None = None
    """job_id and wire slot of the picture it was made from."""

    cell: Cell | None = None
    ordinal: int = 0
    """Which of the same requests in one run of the cell, from 0."""

    raw: Mapping[str, Any] | None = None
    """The last task object that the server sent, verbatim."""

    counting: str = ""
    """How people said the server counts pictures, where slot and position differ: `slot` or
    `position`; "" while nobody was asked."""

    from_library: bool = False
    """Shown again instead of sent again: nothing was paid this time."""

    def but(self, **changes: Any) -> Snapshot:
        """The same job a moment later."""
        return replace(self, rev=self.rev + 1, **changes)

    @property
    def is_ambiguous(self) -> bool:
        """Whether review removed pictures so that their slots are not their positions."""
        return any(picture.slot != picture.position for picture in self.pictures)

    def named(self, number: int) -> Picture | None:
        """The picture that a follow-up's `image_number` means, as far as anybody knows."""
        return next((p for p in self.pictures if number == self.number_sent(p)), None)

    def number_sent(self, picture: Picture) -> int:
        """The `image_number` by which a follow-up of this job names a picture."""
        return picture.sent_as(self.counting == "position")

    def at(self, **times: float) -> Times:
        """The job's times with some of them set."""
        return replace(self.times, **times)

    @property
    def short_id(self) -> str:
        return self.job_id[:SHORT_ID]
