"""Tables that turn the 256 levels of a picture's bands into others, for `Image.point`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def levels(change: Callable[[int], float]) -> list[int]:
    """Each level passed through a function, rounded, and kept between 0 and 255."""
    return [min(max(round(change(value)), 0), 255) for value in range(256)]


def faint(share: float) -> list[int]:
    """A share of each level's distance from middle grey."""
    return levels(lambda value: 128 + (value - 128) * share)


ALL = levels(lambda value: 255 * (value == 255))
ANY = levels(lambda value: 255 * (value > 0))
NONE = levels(lambda value: 255 * (value == 0))
MOST = levels(lambda value: 255 * (value > 127))
"""Masks of the white, of what is not black, of the black, and of what is light."""
