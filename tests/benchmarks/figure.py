"""One measured figure and its goal."""

from __future__ import annotations

from dataclasses import dataclass


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
        verdict = "ok" if self.value <= self.goal else "short"
        return f"{self.name} {self.value:.2f} {self.unit} <={self.goal:g} {verdict}"
