"""
Takes requests, through whichever API they came: parent, review, bill, and a row in the ledger.

Every charge is written to the ledger; its credits are not money.

Source: reAPI docs, "overview", "midjourney-v7", "gpt-image-2-official"; APIXO docs, "midjourney".
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from reapi_nb import prices
from reapi_nb.catalog import _flags
from reapi_nb.errors import InvalidRequest, OutOfCredits
from reapi_nb.sandbox.fates import REFUSE, directions, fate_of, orders_of
from reapi_nb.sandbox.faults import OUTCOMES
from reapi_nb.sandbox.ledger import Entry
from reapi_nb.sandbox.media import TASKS
from reapi_nb.sandbox.task import PREFIX, Task, check_parent, duration_s, makes, settle

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from reapi_nb.catalog import ImageRequest
    from reapi_nb.sandbox.clock import Clock
    from reapi_nb.sandbox.ledger import Ledger

_SEEDS = 1 << 32


class _Codes(NamedTuple):
    """The codes that depend on the model."""

    policy: int | str
    credits: int | str


_BY_NAME = _Codes("CONTENT_POLICY_VIOLATION", "INSUFFICIENT_CREDITS")
# What the second one really is nobody documents. Families of codes have a first digit, and the
# HTTP status is known: 402.
_BY_NUMBER = _Codes(80006, 40201)
_APIXO = _Codes("CONTENT_VIOLATION", "INSUFFICIENT_CREDITS")


def _codes(request: ImageRequest) -> _Codes:
    if request.provider == "apixo":
        return _APIXO
    return _BY_NAME if isinstance(request.refusal_code, str) else _BY_NUMBER


@dataclass(frozen=True)
class House:
    """What all who answer share."""

    ledger: Ledger
    clock: Clock
    sleep: Callable[[float], Awaitable[None]]
    usual_latency_s: float
    origin: str

    @property
    def media(self) -> str:
        """Where the folders of pictures lie."""
        return f"{self.origin}{TASKS}"

    @property
    def latency_s(self) -> float:
        """How long a task at normal speed takes, in seconds."""
        changed = self.settings["latency_s"]
        return self.usual_latency_s if changed is None else float(changed)

    @property
    def settings(self) -> dict[str, Any]:
        """The settings in force."""
        return {"unknown_keys": "refuse", "latency_s": None} | self.ledger.notes.settings()

    @property
    def ignores_unknown(self) -> bool:
        return bool(self.settings["unknown_keys"] == "ignore")

    def task(self, task_id: str, account: str, provider: str) -> Task | None:
        """The task of that id, if an account has it with a provider; refunded if it failed."""
        entry = self.ledger.entry(task_id)
        if entry is None or (entry.account, entry.provider) != (account, provider):
            return None
        task = Task(entry)
        if task.status(self.clock.now()) == "failed":
            self.ledger.refund(task_id)  # before anybody sees that it failed
        return task


class Clerk:
    """Takes one request after the other."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._ledger = house.ledger

    def take(self, request: ImageRequest, body: Mapping[str, Any], account: str) -> Entry:
        """
        The row of a new task, charged.

        Raises:
            InvalidRequest: Its parent is none, or content review refuses it.
            OutOfCredits: The balance is too low.
        """
        if request.parent_task is not None:
            parent = self._ledger.entry(request.parent_task)
            now = self._house.clock.now()
            check_parent(request, Task(parent) if parent else None, account, now)
        if REFUSE in directions(request.words):
            raise InvalidRequest("Prompt rejected by content review", code=_codes(request).policy)
        bill = prices.estimate(request).credits or 0
        self._check_balance(request, account, bill)
        entry = self._entry(request, body, account, bill)
        try:
            self._ledger.charge(entry)
        except OutOfCredits as no:
            raise OutOfCredits(no.message, code=_codes(request).credits) from None
        return entry

    def _check_balance(self, request: ImageRequest, account: str, bill: int) -> None:
        """Before any fault is used up for a task that would not come to be."""
        settle(self._ledger, self._house.clock.now())
        low = self._ledger.faults.take("submit", "credits", OUTCOMES)
        if low or not self._ledger.keys.can_pay(account, bill):
            said = "the balance is too low for this request"
            raise OutOfCredits(said, code=_codes(request).credits)

    def _entry(
        self, request: ImageRequest, body: Mapping[str, Any], account: str, bill: int
    ) -> Entry:
        task_id = PREFIX + uuid4().hex
        faults = (self._ledger.faults.take("submit", stage) for stage in ("end", "pace"))
        orders = (*filter(None, faults), *orders_of(request.words))
        fate = fate_of(makes(request), orders)
        return Entry(
            task_id=task_id,
            account=account,
            provider=request.provider,
            model=request.model,
            body=body,
            seed=_seed(request),
            latency_s=duration_s(request, task_id, self._house.latency_s) + fate.delay_s,
            made_at=self._house.clock.now(),
            credits=bill,
            slots=fate.slots,
            failure=fate.failure,
        )


def _seed(request: ImageRequest) -> int:
    """What decides the pixels: the seed that was asked for, or else chance."""
    given = getattr(request, "seed", None)
    if type(given) is int:
        return given % _SEEDS
    return _flags.parse(request.words).number("seed", secrets.randbelow(_SEEDS)) % _SEEDS
