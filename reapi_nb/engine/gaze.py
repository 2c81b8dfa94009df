"""How one task is looked at: how old it is, when it was seen last, and what a look is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from reapi_nb.pace import Pattern


class Gaze:
    """
    The looks at one task.

    Args:
        pattern: How long such tasks take.
        ticks: Seconds that only go forward: a task does not age when somebody sets the date.
        age_s: How old it is already, in seconds.
        first_s: The age before which its provider does not want it to be looked at.
        least_s: The shortest time between two looks, in seconds.
    """

    def __init__(
        self,
        pattern: Pattern,
        ticks: Callable[[], float],
        *,
        age_s: float,
        first_s: float = 0.0,
        least_s: float = 1.0,
    ) -> None:
        self._pattern = pattern
        self._ticks = ticks
        self._born_at = ticks() - age_s
        self._first_s = first_s
        self._least_s = least_s
        self._last_s = 0.0

    @property
    def age(self) -> float:
        """Seconds since the server accepted it."""
        return self._ticks() - self._born_at

    @property
    def interval(self) -> tuple[float, float]:
        """The ages of the last look that saw it under way, and of now."""
        return self._last_s, self.age

    @property
    def ready_at(self) -> float:
        """The time before which it is left alone, on the clock of `ticks`."""
        if self._last_s <= 0.0:
            return self._born_at + max(self._first_s, self._least_s)
        rest_s = self._pattern.rest_s(self._last_s, self._least_s)
        return self._born_at + self._last_s + rest_s

    def hope(self, now: float) -> float:
        """How likely a look brings news at a time, from 0 to 1."""
        return self._pattern.hope(self._last_s, now - self._born_at)

    def looked(self) -> None:
        """It was seen under way just now."""
        self._last_s = self.age
