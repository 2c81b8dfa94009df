"""
What a request costs: estimates from the catalog's rate card, and the daily cap.

The API publishes no rates, so every figure is an estimate and says its date. What has no row
has no price: it is *unknown*, never 0. 1 credit = $0.001.

Source: reAPI docs, "midjourney-v7", "wan-2-7-image", "gpt-image-2-official" (formulas).
"""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from reapi_nb.errors import CapReached

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reapi_nb.catalog import ImageRequest, Row

OWN = "your rates"

NO_RATES: Mapping[Row, Decimal] = MappingProxyType({})


class Estimate(NamedTuple):
    """The likely bill of one request, or of several."""

    credits: int | None
    """Whole credits, or None where no rate is known."""

    basis: str = ""
    """Whose rates these are, and from when."""

    @property
    def short(self) -> str:
        """The figure alone, for a button."""
        if self.credits is None:
            return "price unknown"
        return f"~{self.credits:,} credit{'s' * (self.credits != 1)}"

    def __str__(self) -> str:
        known = self.credits is not None and self.basis
        return f"{self.short} ({self.basis})" if known else self.short


def estimate(request: ImageRequest, own: Mapping[Row, Decimal] = NO_RATES) -> Estimate:
    """
    The likely bill: rate x units x 1000, rounded up once.

    Where the server decides later what is billed, it is the dearest that it may be.

    Args:
        own: Rates of the user's, which win over the card's.
    """
    found = [_rate(request, rows, own) for rows in request.price_rows()]
    known = [rate for rate in found if rate is not None]
    if not known or len(known) < len(found):
        return Estimate(None)
    dearest, basis = max(known)
    # Decimal, because floats round real prices up by a credit too many.
    return Estimate(credits_for(dearest, request.units()), basis)


def credits_for(rate: Decimal, units: int = 1) -> int:
    """
    The credits that units of a rate are billed with, rounded up once.

    Args:
        rate: US dollars for one unit.
    """
    return int((rate * units * 1000).to_integral_value(ROUND_CEILING))


def _rate(
    request: ImageRequest, rows: Iterable[Row], own: Mapping[Row, Decimal]
) -> tuple[Decimal, str] | None:
    """US dollars for one unit by the first of these rows that has a rate, and whose rate it is."""
    for row in rows:
        if row in own:
            return own[row], OWN
        if row in request.rates:
            return Decimal(request.rates[row]), f"rates of {request.dated}"
    return None


def total(estimates: Iterable[Estimate]) -> Estimate:
    """The likely bill of several requests; unknown as soon as one of them is."""
    bills = list(estimates)
    if any(bill.credits is None for bill in bills):
        return Estimate(None)
    bases = dict.fromkeys(bill.basis for bill in bills if bill.basis)
    return Estimate(sum(bill.credits or 0 for bill in bills), " and ".join(bases))


class Caps(NamedTuple):
    """The most credits that may be spent; None where nothing is counted."""

    day: int | None = None
    """In a day, over all real accounts of this machine."""

    kernel: int | None = None
    """In the life of one kernel."""


def check_cap(spent: int, more: int, cap: int, *, here: bool = False) -> None:
    """
    Refuse what would pass a cap.

    Args:
        spent: Credits that are charged or may have been: today's, or this kernel's.
        more: Credits of the next request; 0 where its price is unknown.
        cap: The most credits a day, over all real accounts of this machine; or of this kernel.
        here: The cap is this kernel's, not the day's.

    Raises:
        CapReached: Nothing was sent.
    """
    if spent + more <= cap:
        return
    advised = max(cap * 2, spent + more)
    whose, where, command = (
        ("this kernel's", " here", f"%reapi cap --kernel {advised} to raise it")
        if here
        else ("today's", "", f"%reapi cap {advised} to raise it in this kernel")
    )
    raise CapReached(
        f"{whose} cap is {cap:,} credits: {spent:,} are spent{where} and this costs about "
        f"{more:,}; type {command}"
    )
