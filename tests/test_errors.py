"""What can go wrong, and what it means for the money."""

from __future__ import annotations

import inspect
import json
import re

import pytest

from reapi_nb import errors
from reapi_nb.errors import (
    InvalidRequest,
    OutcomeUnknown,
    RateLimited,
    ReapiError,
    TaskFailed,
)

KINDS = ReapiError.__subclasses__()

MONEY = {
    "InvalidRequest": "not charged",
    "Unauthorized": "not charged",
    "OutOfCredits": "not charged",
    "CapReached": "not charged",
    "RateLimited": "not charged",
    "NotSent": "not charged",
    "OutcomeUnknown": "may have been charged",
    "Unreachable": "not charged",
    "ServerFault": "not charged",
    "TaskNotFound": "may have been charged",
    "TaskFailed": "credits refunded",
    "PictureLost": "charged",
    "BadPicture": "charged",
    "BadSettings": "not charged",
    "LibraryFault": "not charged",
    "TakenOver": "may have been charged",
}
"""The answer to "was I charged?", by kind."""

WORTH_ANOTHER_TRY = {"RateLimited", "NotSent", "Unreachable", "ServerFault", "TaskFailed"}


def _drawn() -> list[str]:
    return re.findall(r"[├└]── (\w+) ", errors.__doc__ or "")


def test_the_tree_that_is_drawn_is_the_tree_that_exists():
    """The drawing in the docstring names every class, in the order of the file."""
    defined = [
        name
        for name, kind in vars(errors).items()
        if inspect.isclass(kind) and issubclass(kind, ReapiError) and kind is not ReapiError
    ]

    assert defined == _drawn()


def test_the_tree_is_one_level_deep():
    """Every kind stands directly below the root: the library finds it there by name."""
    grandchildren = [deep for kind in KINDS for deep in kind.__subclasses__()]

    assert [] == grandchildren


@pytest.mark.parametrize("kind", [ReapiError, *KINDS])
@pytest.mark.parametrize("code", [20003, "INVALID_REQUEST", None])
def test_an_error_survives_the_library(kind, code):
    """Kind, words, the server's code and request id come back from JSON as they were."""
    before = kind("something broke", code=code, request_id="req_1")

    after = ReapiError.from_dict(json.loads(json.dumps(before.to_dict())))

    assert type(before) is type(after)
    assert ("something broke", code, "req_1") == (after.message, after.code, after.request_id)


def test_an_error_of_a_newer_version_is_still_readable():
    """A kind that this version does not know becomes a plain error with the same words."""
    kept = {"kind": "SomethingNew", "message": "what it said", "code": 7, "request_id": None}

    error = ReapiError.from_dict(kept)

    assert (ReapiError, "what it said", 7) == (type(error), error.message, error.code)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_says_whether_credits_are_gone(kind):
    """Charged, not charged, refunded, or that nobody can know: never silence."""
    assert MONEY[kind.__name__] == kind("x").money


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_says_whether_another_try_is_worth_it(kind):
    """What is proved to have created nothing may go again; the rest may not by itself."""
    assert (kind.__name__ in WORTH_ANOTHER_TRY) is kind("x").again


def test_nobody_knows_what_became_of_a_lost_submit():
    """An unknown outcome is neither charged nor free, and is never repeated by itself."""
    error = OutcomeUnknown("x")

    assert error.charged is None
    assert not error.again


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_has_a_title_of_its_own(kind):
    """The board's headline names the trouble, not the class."""
    assert ReapiError.title != kind.title
    assert kind.__name__ not in kind.title


def test_a_refusal_keeps_the_servers_own_words():
    """Code and message are passed on unchanged, for support to recognise."""
    error = InvalidRequest("Both `model` and `prompt` are required", code=20002, request_id="r")

    assert "Both `model` and `prompt` are required" == str(error)
    assert (20002, "r") == (error.code, error.request_id)


def test_a_rate_limit_says_how_long_to_wait():
    """What the server asked for is kept in seconds; other errors ask for nothing."""
    assert 2.5 == RateLimited("x", retry_after=2.5).retry_after
    assert RateLimited("x").retry_after is None
    assert TaskFailed("x").retry_after is None
