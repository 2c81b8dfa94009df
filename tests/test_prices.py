"""What a request costs."""

from __future__ import annotations

from decimal import Decimal

import pytest

from reapi_nb import prices
from reapi_nb.catalog import (
    DATED,
    REQUESTS,
    AnyModel,
    ApixoImagine,
    GptImage,
    GptImageBasic,
    Imagine,
    Wan,
    models_of,
)
from reapi_nb.errors import CapReached
from reapi_nb.prices import Estimate, check_cap, estimate, total

LINK = "https://example.com/cat.png"
OREF = f"--oref {LINK}"

# Credits of each model by speed, as on the dashboard; a flat rate stands under "".
BILLS = {
    "mj-v7": {"draft": 44, "fast": 88, "turbo": 175},
    "mj-v7-pan": {"fast": 88, "turbo": 175},
    "mj-v7-outpaint": {"fast": 88, "turbo": 175},
    "mj-v7-enhance": {"": 88},
    "mj-v7-remove-bg": {"": 88},
    "mj-v7-variation": {"fast": 131, "turbo": 262},
    "mj-v7-remix": {"fast": 131, "turbo": 262},
    "mj-v7-inpaint": {"fast": 131, "turbo": 262},
    "mj-v7-edit": {"fast": 131, "turbo": 262},
    "mj-v7-retexture": {"fast": 131, "turbo": 262},
    "mj-v7-upload-paint": {"fast": 131, "turbo": 262},
    "mj-v7-upscale": {"": 131},
}

# The same with --oref, for what takes words; drafts take no --oref.
DOUBLED = {
    "mj-v7": {"fast": 175, "turbo": 350},
    "mj-v7-pan": {"fast": 175, "turbo": 350},
    "mj-v7-outpaint": {"fast": 175, "turbo": 350},
    "mj-v7-variation": {"fast": 262, "turbo": 524},
    "mj-v7-remix": {"fast": 262, "turbo": 524},
    "mj-v7-inpaint": {"fast": 262, "turbo": 524},
    "mj-v7-edit": {"fast": 262, "turbo": 524},
    "mj-v7-retexture": {"fast": 262, "turbo": 524},
    "mj-v7-upload-paint": {"fast": 262, "turbo": 524},
}


def rows(table):
    """Each row of a table as model, speed and bill."""
    return [(model, speed, bill) for model, by in table.items() for speed, bill in by.items()]


def asked(model, speed="", words=""):
    """A request of a model with what it must have, and a speed where one is chosen."""
    gaps = {
        "task_id": "task_x",
        "prompt": "a cat",
        "image_urls": (LINK,),
        "mask": {"url": LINK},
        "canvas": {"width": 2, "height": 2},
        "img_pos": {"width": 1, "height": 1, "x": 0, "y": 0},
    }
    kind = next(kind for kind in REQUESTS if model in models_of(kind))
    needed = {name: gaps[name] for name, info in kind.model_fields.items() if info.is_required()}
    chosen = {"speed": speed} if speed else {}
    return kind(**{**needed, **chosen, **({"prompt": f"a cat {words}"} if words else {})})


class Unpriced(Imagine):
    """A model that the rate card does not know."""

    def price_rows(self):
        return ((("mj-v99", "fast"),),)


class Thrice(Unpriced):
    """A request that is charged three times its rate."""

    def units(self) -> int:
        return 3


def test_the_table_of_bills_is_the_whole_family():
    """Every model of Midjourney's has a price here, and every rate on the card is one of these."""
    models = {model for kind in REQUESTS if kind.family == "mj-v7" for model in models_of(kind)}
    card = set(Imagine.rates)

    assert set(BILLS) == models
    assert {(model, speed or "fast") for model, speed, _ in rows(BILLS)} == card


@pytest.mark.parametrize(("model", "speed", "bill"), rows(BILLS))
def test_every_row_of_the_rate_card_gives_its_credits(model, speed, bill):
    """The dashboard's figures, rounded up to whole credits."""
    assert bill == estimate(asked(model, speed)).credits


@pytest.mark.parametrize("model", BILLS)
def test_no_speed_is_the_documented_one(model):
    """Fast, which is the default of every model that has a speed."""
    flat_or_fast = BILLS[model].get("fast", BILLS[model].get(""))

    assert flat_or_fast == estimate(asked(model)).credits


@pytest.mark.parametrize(("model", "speed", "bill"), rows(DOUBLED))
def test_an_omni_reference_doubles_the_price_before_it_is_rounded(model, speed, bill):
    """--oref costs twice the rate: 174.636 credits are 175, although 2 x 88 would be 176."""
    assert bill == estimate(asked(model, speed, OREF)).credits


def test_every_model_that_takes_words_is_doubled():
    """No model's prompt is left out of the table above."""
    worded = {
        model
        for kind in REQUESTS
        if kind.family == "mj-v7" and "prompt" in kind.model_fields
        for model in models_of(kind)
    }

    assert worded == set(DOUBLED)


@pytest.mark.parametrize(
    ("rate", "bill"),
    [("0.05", 150), ("0.28", 840), ("0.0000001", 1), ("0.1", 300), ("0.0333333", 100)],
)
def test_a_bill_is_rounded_up_once_and_never_by_a_binary_fraction(rate, bill):
    """0.05 x 3 are 150 credits; binary fractions would make 151 of them."""
    request = Thrice(prompt="a cat")

    assert bill == estimate(request, {request.price_rows()[0][0]: Decimal(rate)}).credits


def test_a_price_that_is_not_known_is_not_zero():
    """A model without a row has no price, and the estimate says so."""
    unknown = estimate(Unpriced(prompt="a cat"))

    assert unknown.credits is None
    assert "price unknown" == str(unknown)


def test_an_estimate_says_that_it_is_one_and_how_old_its_rates_are():
    """`~` stands before every figure and the card's date behind it."""
    assert f"~88 credits (rates of {DATED})" == str(estimate(Imagine(prompt="a cat")))
    assert str(Estimate(12_345)).startswith("~12,345 credits")


def test_rates_of_ones_own_win_and_are_named():
    """A row of the config file replaces the card's, and fills in one that it has not."""
    own = {("mj-v7", "fast"): Decimal("0.1"), ("mj-v99", "fast"): Decimal("0.0001")}

    told = [
        str(estimate(request, own))
        for request in (
            Imagine(prompt="a cat"),
            Imagine(prompt=f"a cat {OREF}"),
            Imagine(prompt="a cat", speed="turbo"),
            Unpriced(prompt="a cat"),
        )
    ]

    assert [
        "~100 credits (your rates)",
        "~200 credits (your rates)",
        f"~175 credits (rates of {DATED})",
        "~1 credit (your rates)",
    ] == told


@pytest.mark.parametrize(
    ("request_", "bill"),
    [
        (Wan(prompt="a cat"), 24),
        (Wan(prompt="a cat", n=3, size="1K"), 72),
        (Wan(prompt="a cat", n=12, enable_sequential=True), 286),
        (Wan(prompt="a cat", model="wan2.7-image-pro", resolution="4K"), 60),
        (Wan(prompt="a cat", model="wan2.7-image-pro", n=4), 240),
        (GptImage(prompt="a cat", quality="low"), 5),
        (GptImage(prompt="a cat", quality="low", n=4), 20),
        (GptImage(prompt="a cat"), 169),
        (GptImage(prompt="a cat", quality="auto", size="21:9", resolution="1K"), 169),
        (GptImage(prompt="a cat", size="auto", quality="high", n=2), 338),
        (GptImageBasic(prompt="a cat"), 30),
        (GptImageBasic(prompt="a cat", resolution="2K"), 50),
        (GptImageBasic(prompt="a cat", resolution="4k", size="16:9"), 80),
    ],
    ids=lambda value: str(value)[:60],
)
def test_wan_and_gpt_are_billed_by_their_rules(request_, bill):
    """For each picture; GPT's auto as high; rounded up once, after multiplying."""
    assert bill == estimate(request_).credits


@pytest.mark.parametrize(
    "request_",
    [
        GptImage(prompt="a cat", quality="medium"),
        GptImage(prompt="a cat", resolution="2k", quality="high"),
        GptImage(prompt="a cat", size="1024x1024"),
        ApixoImagine(prompt="a cat"),
        AnyModel(model="flux-2", prompt="a cat"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_no_card_names_has_no_price(request_):
    """Nobody guesses a cell that is not known."""
    assert estimate(request_).credits is None


def test_a_size_that_the_server_picks_is_billed_as_the_dearest():
    """`auto`, and a reference that decides the shape, may come out in any ratio."""
    card = {("gpt-image-2-official", "2k high"): Decimal("0.2")}
    wide = {("gpt-image-2-official", "2k high 21:9"): Decimal("0.3")}
    given = {"prompt": "a cat", "resolution": "2k"}
    urls = ("https://example.com/cat.png",)

    square = estimate(GptImage(**given), card | wide)
    picked = estimate(GptImage(**given, size="auto"), card | wide)
    shaped = estimate(GptImage(**given, image_urls=urls), card | wide)
    half_known = estimate(GptImage(**given, size="auto"), wide)

    assert [200, 300, 300, None] == [one.credits for one in (square, picked, shaped, half_known)]


def test_several_bills_are_added_as_they_are_charged():
    """Each is rounded by itself: three drafts are 132 credits, not 131."""
    drafts = [estimate(asked("mj-v7", "draft"))] * 3

    assert f"~132 credits (rates of {DATED})" == str(total(drafts))


def test_a_sum_names_everybodys_rates_once():
    """Where two cards were used, both are named."""
    basis = f"rates of {DATED}"
    bills = [Estimate(88, basis), Estimate(10, prices.OWN), Estimate(88, basis)]

    assert f"~186 credits (rates of {DATED} and {prices.OWN})" == str(total(bills))


def test_a_sum_with_an_unknown_price_is_unknown():
    """A part of a bill is no bill."""
    assert "price unknown" == str(total([Estimate(88), Estimate(None), Estimate(88)]))


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
