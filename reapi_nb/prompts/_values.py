"""
What a variable may stand for in a text: one value, or the items of a list as alternatives.

The value is somebody's own object. Its items are read and nothing else is done with it, and a
value that is not clearly words or a number is refused: a prompt with "None" in it is paid for too.
"""

from __future__ import annotations

from numbers import Number
from typing import TYPE_CHECKING, Final

from reapi_nb.errors import InvalidRequest
from reapi_nb.prompts._texts import COUNTED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_NEEDED: Final = "assign text, a number, or a list of these to it"


def values(names: Iterable[str], look_up: Callable[[str], object]) -> dict[str, dict[str, int]]:
    """
    The different values of each variable, in order, and how often each stands in its list.

    Reading stops once there are more of them than texts are counted.

    Raises:
        InvalidRequest: Nobody knows a name, or it holds what is no text.
    """
    return {name: _alternatives(name, _held(name, look_up)) for name in names}


def _held(name: str, look_up: Callable[[str], object]) -> object:
    try:
        return look_up(name)
    except KeyError:
        raise InvalidRequest(f"no variable {name!r}: assign it in a cell first") from None


def _alternatives(name: str, value: object) -> dict[str, int]:
    try:
        return _counted(name, value)
    except InvalidRequest:
        raise
    except Exception as no:
        kind = type(value).__name__
        raise InvalidRequest(
            f"{{{{{name}}}}} holds a value of type {kind} that cannot be read: {_NEEDED}"
        ) from no


def _counted(name: str, value: object) -> dict[str, int]:
    plain = _plain(value)
    items = plain if isinstance(plain, (list, tuple, range)) else (plain,)
    counted: dict[str, int] = {}
    for number, item in enumerate(items, start=1):
        text = _text(item)
        if text is None:
            place = f" as item {number} of its list" if items is plain else ""
            raise InvalidRequest(f"{{{{{name}}}}} holds {_said(item)}{place}: {_NEEDED}")
        counted[text] = counted.get(text, 0) + 1
        if len(counted) > COUNTED:
            break  # a range may have more items than there is time to read
    if not counted:
        raise InvalidRequest(f"{{{{{name}}}}} holds an empty list: {_NEEDED}")
    return counted


def _plain(value: object) -> object:
    """An array or a series as a list; anything else as it is."""
    if isinstance(value, (str, Number, type)) or not hasattr(value, "tolist"):
        return value
    return value.tolist()


def _text(item: object) -> str | None:
    """Text as it is and a number as Python writes it; None for what is neither."""
    if isinstance(item, str):
        return str.__str__(item)  # a subclass may say something else than it holds
    if isinstance(item, bool) or not isinstance(item, Number):
        return None
    # What a table holds where a value is missing.
    return None if "nan" in (text := str(item)).lower() else text


def _said(item: object) -> str:
    if isinstance(item, Number) or item is None:
        return str(item)
    return f"a value of type {type(item).__name__}"
