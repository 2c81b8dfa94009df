"""
Money on screen: what was spent, on what, and how much more may be.

Every figure is an estimate, because the API tells none. What was refunded is never counted; an
unknown outcome counts as spent and is said so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reapi_nb.errors import InvalidRequest
from reapi_nb.job import Status
from reapi_nb.notebook import tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reapi_nb.notebook.screen import Screen
    from reapi_nb.notebook.sessions import Sessions
    from reapi_nb.session import Session, Spent

BY = ("model", "day", "notebook")
KERNEL = "--kernel"
OFF = "off"
_HEADINGS = ("requests", "charged", "refunded", "unknown", "being sent", "unpriced")
_BASIS = "credits by the rates in force at the time; 1 credit = $0.001"
_UNPRICED = "price unknown, so not in these figures"


class Spending:
    """Each command is the method of its name; it takes the words after it."""

    def __init__(self, screen: Screen, sessions: Sessions) -> None:
        self._screen = screen
        self._sessions = sessions

    def spend(self, words: str) -> None:
        """Everything that was spent, in one line or by model, day or notebook."""
        by = _by(words)
        rows = self._sessions.current.spend(by)
        if not rows:
            print("nothing was spent yet")
            return
        nameless = "not known" if by else "all"
        told = [(row.what or nameless, *_figures(row)) for row in rows]
        tables.show((by, *_HEADINGS), told, is_terminal=self._screen.is_terminal)
        print(_BASIS)
        if unknown := sum(row.unknown for row in rows):
            print(f"unknown outcomes, counted as spent: {unknown:,} credits")
        if unpriced := sum(row.unpriced for row in rows):
            print(f"{_requests(unpriced)}: {_UNPRICED}")

    def cap(self, words: str) -> None:
        """The most credits a day, or in this kernel."""
        asked = words.split()
        amount = " ".join(word for word in asked if word != KERNEL)
        if KERNEL in asked:
            self._cap_kernel(amount)
        elif amount == OFF:
            raise InvalidRequest("the daily cap can be raised, not lifted: %reapi cap 50000")
        else:
            credits_ = number(amount, "cap 20000")
            self._sessions.set_cap(credits_)
            print(f"at most {credits_:,} credits a day, in this kernel")

    def _cap_kernel(self, amount: str) -> None:
        example = f"cap 5000 {KERNEL}, or cap {OFF} {KERNEL}"
        credits_ = None if amount == OFF else number(amount, example)
        self._sessions.set_kernel_cap(credits_)
        most = "the daily cap alone holds" if credits_ is None else f"at most {credits_:,} credits"
        print(f"{most} in this kernel")


def lines(session: Session) -> Iterator[str]:
    """What `%reapi status` says of money, and whether the queue stands still."""
    settings = session.settings
    kernel = f"{session.spent_here():,}"
    if settings.kernel_cap is not None:
        kernel += f" of {settings.kernel_cap:,}"
    today = f"{session.spent_today():,} of {settings.daily_cap:,} credits today"
    yield f"spent    {today}, {kernel} in this kernel"
    if unpriced := session.unpriced_today():
        yield f"         {_requests(unpriced)} today: {_UNPRICED}"
    unknown = [job for job in session.waiting() if job.status is Status.UNKNOWN]
    if unknown:
        credits_ = sum(job.snapshot.estimate or 0 for job in unknown)
        outcomes = f"{len(unknown)} outcome{'s' * (len(unknown) != 1)}"
        yield f"unknown  {outcomes}, {credits_:,} credits counted as spent"
    if paused := session.paused:
        yield f"queue    stands still: {paused.title.lower()}, {paused.message}"
        yield "         put it right, then type %reapi send all"


def number(words: str, example: str) -> int:
    """
    A whole number as people write it.

    Raises:
        InvalidRequest: It is none; the line shows how to write it.
    """
    digits = words.replace(",", "").replace("_", "")
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidRequest(f"say how many: %reapi {example}")
    return int(digits)


def _figures(row: Spent) -> list[str]:
    figures = (row.requests, row.charged, row.refunded, row.unknown, row.pending, row.unpriced)
    return [f"{figure:,}" for figure in figures]


def _by(words: str) -> str:
    """What to group by: the word after `--by`; "" for one line of everything."""
    option, _, by = words.replace("=", " ").partition(" ")
    if not words or (option == "--by" and by.strip() in BY):
        return by.strip()
    raise InvalidRequest(f"say by what: %reapi spend --by {', --by '.join(BY)}, or %reapi spend")


def _requests(count: int) -> str:
    return f"{count:,} request{'s' * (count != 1)}"
