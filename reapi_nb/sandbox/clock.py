"""
The sandbox's time: the real one, and as far ahead of it as people put it.

How far is kept in the ledger, so that every kernel's sandbox has the same time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reapi_nb.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from reapi_nb.sandbox.ledger.notes import Notes

_FARTHEST_S = 100 * 365 * 86_400
"""A century: HTTP dates end with the year 9999."""


class Clock:
    """
    Seconds since the epoch, as the sandbox counts them.

    Args:
        real: The clock that it goes by.
    """

    def __init__(self, notes: Notes, real: Callable[[], float]) -> None:
        self._notes = notes
        self._real = real
        self._latest = 0.0

    @property
    def ahead_s(self) -> float:
        """Seconds that it is ahead of the real clock."""
        return self._notes.ahead_s

    def shown(self) -> float:
        """What it shows; goes back when the machine's clock is set back."""
        return self._real() + self.ahead_s

    def now(self) -> float:
        """The time of tasks and links: it never goes back, so nothing that is over starts again."""
        self._latest = max(self._latest, self.shown())
        return self._latest

    def advance(self, seconds: float) -> None:
        """
        Put it forward.

        Raises:
            InvalidRequest: That is too far.
        """
        if self.ahead_s + seconds > _FARTHEST_S:
            raise InvalidRequest("the clock goes a century ahead at most", code=20003)
        self._notes.advance(seconds)
