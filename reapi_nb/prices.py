"""
What a request costs: a dated rate card, estimates from it, and the daily cap.

The API publishes no rates, so every figure here is an estimate and says its date. A model
without a row has no price: it is *unknown*, never 0. 1 credit = $0.001.

Source: reAPI docs, "midjourney-v7" (formula); the rates are a snapshot of the dashboard.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from reapi_nb.errors import CapReached

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reapi_nb.catalog import ImageRequest

DATED = "2026-07-28"
OWN = "your rates"
_BASIS = f"rates of {DATED}"

_SPEEDS = ("draft", "fast", "turbo")
_LIGHT = ("", "0.087318", "0.174636")
_HEAVY = ("", "0.130977", "0.261954")
_FLAT_LIGHT = ("", "0.087318", "")
_FLAT_HEAVY = ("", "0.130977", "")

_MIDJOURNEY_V7: dict[str, tuple[str, str, str]] = {
    "mj-v7": ("0.043659", "0.087318", "0.174636"),
    "mj-v7-upscale": _FLAT_HEAVY,
    "mj-v7-variation": _HEAVY,
    "mj-v7-remix": _HEAVY,
    "mj-v7-pan": _LIGHT,
    "mj-v7-outpaint": _LIGHT,
    "mj-v7-inpaint": _HEAVY,
    "mj-v7-edit": _HEAVY,
    "mj-v7-enhance": _FLAT_LIGHT,
    "mj-v7-remove-bg": _FLAT_LIGHT,
    "mj-v7-retexture": _HEAVY,
    "mj-v7-upload-paint": _HEAVY,
}
"""Rates by speed; "" where a model does not have that speed."""

Row = tuple[str, ...]
"""What `ImageRequest.rate` names: a model, and what else its rate depends on."""

NO_RATES: Mapping[Row, Decimal] = MappingProxyType({})

RATES: dict[Row, Decimal] = {
    (model, speed): Decimal(rate)
    for model, rates in _MIDJOURNEY_V7.items()
    for speed, rate in zip(_SPEEDS, rates, strict=True)
    if rate
}
"""US dollars for one unit, by model and speed."""


class Estimate(NamedTuple):
    """The likely bill of one request, or of several."""

    credits: int | None
    """Whole credits, or None where no rate is known."""

    basis: str = _BASIS
    """Whose rates these are, and from when."""

    @property
    def short(self) -> str:
        """The figure alone, for a button."""
        if self.credits is None:
            return "price unknown"
        return f"~{self.credits:,} credit{'s' * (self.credits != 1)}"

    def __str__(self) -> str:
        return self.short if self.credits is None else f"{self.short} ({self.basis})"


def estimate(request: ImageRequest, own: Mapping[Row, Decimal] = NO_RATES) -> Estimate:
    """
    The likely bill: rate x units x 1000, rounded up once.

    Args:
        own: Rates of the user's, which win over `RATES`.
    """
    row = request.rate()
    rate = own.get(row, RATES.get(row))
    if rate is None:
        return Estimate(None)
    # Decimal, because floats round real prices up by a credit too many.
    credits_ = int((rate * request.units() * 1000).to_integral_value(ROUND_CEILING))
    return Estimate(credits_, OWN) if row in own else Estimate(credits_)


def total(estimates: Iterable[Estimate]) -> Estimate:
    """The likely bill of several requests; unknown as soon as one of them is."""
    bills = list(estimates)
    if any(bill.credits is None for bill in bills):
        return Estimate(None)
    bases = dict.fromkeys(bill.basis for bill in bills)
    return Estimate(sum(bill.credits or 0 for bill in bills), " and ".join(bases) or _BASIS)


def check_cap(spent: int, more: int, cap: int) -> None:
    """
    Refuse what would pass the daily cap.

    Args:
        spent: Credits of today that are charged or may have been.
        more: Credits of the next request; 0 where its price is unknown.
        cap: The most credits a day, over all real accounts of this machine.

    Raises:
        CapReached: Nothing was sent.
    """
    if spent + more > cap:
        raise CapReached(
            f"today's cap is {cap:,} credits: {spent:,} are spent and this costs about {more:,}; "
            f"type %reapi cap {max(cap * 2, spent + more)} to raise it in this kernel"
        )
