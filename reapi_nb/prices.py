"""
What a request costs: a dated rate card, estimates from it, and the daily cap.

The API publishes no rates, so every figure here is an estimate and says its date. A model
without a row has no price: it is *unknown*, never 0. 1 credit = $0.001.

Source: reAPI docs, "midjourney-v7" (formula); the rates are a snapshot of the dashboard.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, NamedTuple

from reapi_nb.errors import CapReached

if TYPE_CHECKING:
    from reapi_nb.catalog import ImageRequest

DATED = "2026-07-28"

_GENERATE = ("0.043659", "0.087318", "0.174636")
_HEAVY = ("", "0.130977", "0.261954")
_SPEEDS = ("draft", "fast", "turbo")

RATES: dict[tuple[str, ...], Decimal] = {
    (model, speed): Decimal(rate)
    for models, rates in (
        (("mj-v7",), _GENERATE),
        (("mj-v7-variation",), _HEAVY),
        (("mj-v7-upscale",), ("", "0.130977", "")),
    )
    for model in models
    for speed, rate in zip(_SPEEDS, rates, strict=True)
    if rate
}
"""US dollars for one unit, by model and speed."""


class Estimate(NamedTuple):
    """The likely bill of one request."""

    credits: int | None
    """Whole credits, or None where no rate is known."""

    @property
    def short(self) -> str:
        """The figure alone, for a button."""
        return "price unknown" if self.credits is None else f"~{self.credits:,} credits"

    def __str__(self) -> str:
        return self.short if self.credits is None else f"{self.short} (rates of {DATED})"


def estimate(request: ImageRequest) -> Estimate:
    """The likely bill: rate x units x 1000, rounded up once."""
    rate = RATES.get(request.rate())
    if rate is None:
        return Estimate(None)
    # Decimal, because floats round real prices up by a credit too many.
    return Estimate(int((rate * request.units() * 1000).to_integral_value(ROUND_CEILING)))


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
