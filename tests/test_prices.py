"""What a request costs."""

from __future__ import annotations

import pytest

from reapi_nb import prices
from reapi_nb.catalog import Imagine, Upscale, Variation
from reapi_nb.errors import CapReached
from reapi_nb.prices import Estimate, check_cap, estimate

PARENT = {"task_id": "task_x", "image_number": 1}
OREF = "a cat --oref https://example.com/cat.png"


class Unpriced(Imagine):
    """A model that the rate card does not know."""

    def rate(self) -> tuple[str, ...]:
        return ("mj-v99", "fast")


@pytest.mark.parametrize(
    ("request_", "bill"),
    [
        (Imagine(prompt="a cat", speed="draft"), 44),
        (Imagine(prompt="a cat"), 88),
        (Imagine(prompt="a cat", speed="fast"), 88),
        (Imagine(prompt="a cat", speed="turbo"), 175),
        (Variation(**PARENT), 131),
        (Variation(**PARENT, speed="turbo"), 262),
        (Upscale(**PARENT), 131),
        (Upscale(**PARENT, type="creative"), 131),
    ],
    ids=repr,
)
def test_every_row_of_the_rate_card_gives_its_credits(request_, bill):
    """The dashboard's figures, rounded up to whole credits."""
    assert bill == estimate(request_).credits


@pytest.mark.parametrize(("speed", "bill"), [("draft", 88), ("fast", 175), ("turbo", 350)])
def test_an_omni_reference_doubles_the_price_before_it_is_rounded(speed, bill):
    """--oref costs twice the rate: 174.636 credits are 175, although 2 x 88 would be 176."""
    assert bill == estimate(Imagine(prompt=OREF, speed=speed)).credits


def test_a_price_that_is_not_known_is_not_zero():
    """A model without a row has no price, and the estimate says so."""
    unknown = estimate(Unpriced(prompt="a cat"))

    assert unknown.credits is None
    assert "price unknown" == str(unknown)


def test_an_estimate_says_that_it_is_one_and_how_old_its_rates_are():
    """`~` stands before every figure and the card's date behind it."""
    assert f"~88 credits (rates of {prices.DATED})" == str(Estimate(88))
    assert str(Estimate(12_345)).startswith("~12,345 credits")


@pytest.mark.parametrize(("spent", "more", "cap"), [(0, 88, 88), (912, 88, 1000), (5, 0, 5)])
def test_what_stays_within_the_cap_goes(spent, more, cap):
    """The cap itself may be reached."""
    check_cap(spent, more, cap)


@pytest.mark.parametrize(("spent", "more", "cap"), [(0, 88, 87), (913, 88, 1000), (6, 0, 5)])
def test_what_would_pass_the_cap_does_not_go(spent, more, cap):
    """One credit above the cap is refused, and the refusal says what to type."""
    with pytest.raises(CapReached, match=r"type %reapi cap \d+ to raise it") as refused:
        check_cap(spent, more, cap)

    assert "not charged" == refused.value.money


def test_the_advice_is_a_cap_that_would_do():
    """Typing what the refusal says lets the same request through."""
    with pytest.raises(CapReached) as refused:
        check_cap(900, 5000, 1000)

    advised = int(refused.value.message.split("%reapi cap ")[1].split()[0])
    check_cap(900, 5000, advised)
