"""One measured figure and its goal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """
    A figure as it is printed: `name value unit goal ok|short`.

    Args:
        goal: The most it should be; None where it is only told.
    """

    name: str
    value: float
    unit: str
    goal: float | None = None

    def __str__(self) -> str:
        if self.goal is None:
            return f"{self.name} {self.value:.2f} {self.unit}"
        return f"{self.name} {self.value:.2f} {self.unit} <={self.goal:g} {self.verdict}"

    @property
    def verdict(self) -> str:
        """`ok` or `short`; "" where there is no goal."""
        if self.goal is None:
            return ""
        return "ok" if self.value <= self.goal else "short"

    def entry(self) -> dict[str, Any]:
        """As it is written to the file."""
        return vars(self) | {"verdict": self.verdict}
