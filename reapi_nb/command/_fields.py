"""
What a field of a request takes, read off its annotation: numbers, choices, shapes, addresses.

Whatever does not fit is left to the class, which refuses it in its own words.
"""

from __future__ import annotations

import re
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from reapi_nb.catalog._geometry import Typed
from reapi_nb.catalog._links import OnePicture, PictureUrl, SafePictureUrl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_OF_ADDRESSES = tuple(get_args(kind)[1] for kind in (PictureUrl, SafePictureUrl))
_ONE_ONLY = get_args(OnePicture)[1]
"""The rules that mark an address, and a list that has room for one."""


def bare_type(info: FieldInfo) -> tuple[Any, tuple[Any, ...]]:
    """The type of a field without `| None` and `Annotated`, and the rules that stood in them."""
    kind, rules = info.annotation, list(info.metadata)
    while True:
        inner = [one for one in get_args(kind) if one is not NoneType]
        if get_origin(kind) is Annotated:
            kind, *more = get_args(kind)
            rules += [rule for one in more for rule in _rules(one)]
        elif get_origin(kind) in (Union, UnionType) and len(inner) == 1:
            kind = inner[0]
        else:
            return kind, tuple(rules)


def _rules(annotated: object) -> Iterator[object]:
    if isinstance(annotated, FieldInfo):
        yield from annotated.metadata
    else:
        yield annotated


def meaning(info: FieldInfo) -> str:
    """One line of help; it may stand behind `| None`."""
    kind, said = info.annotation, info.description
    for inner in get_args(kind):
        if said is None and get_origin(inner) is Annotated:
            told = (one.description for one in get_args(inner) if isinstance(one, FieldInfo))
            said = next(filter(None, told), None)
    return said or ""


def choices(info: FieldInfo) -> tuple[str, ...]:
    """The only values there are; none where they cannot be listed."""
    kind, _ = bare_type(info)
    return tuple(map(str, get_args(kind))) if get_origin(kind) is Literal else ()


def shape(info: FieldInfo) -> type[Typed] | None:
    """What its value is on the wire, where that has a structure."""
    kind, _ = bare_type(info)
    return kind if isinstance(kind, type) and issubclass(kind, Typed) else None


def number(info: FieldInfo) -> str:
    """A number and its range, in words; empty for what is no number."""
    kind, rules = bare_type(info)
    if kind not in (int, float):
        return ""
    word = "a whole number" if kind is int else "a number"
    low, high = bound(rules, "ge"), bound(rules, "le")
    return word if low is None or high is None else f"{word} from {low} to {high}"


def bound(rules: tuple[Any, ...], name: str) -> Any:
    """What a rule called so says."""
    return next((getattr(rule, name) for rule in rules if hasattr(rule, name)), None)


def is_switch(info: FieldInfo) -> bool:
    """Whether it is either true or false."""
    return bare_type(info)[0] is bool


def is_list(info: FieldInfo) -> bool:
    """Whether it is a plain list on the wire."""
    return get_origin(bare_type(info)[0]) is tuple


def is_address(info: FieldInfo) -> bool:
    """Whether it takes the address of a picture, or several."""
    kind, rules = bare_type(info)
    if get_origin(kind) is tuple:
        _, rules = bare_type(FieldInfo(annotation=get_args(kind)[0]))
    return any(rule in rules for rule in _OF_ADDRESSES)


def is_many(info: FieldInfo) -> bool:
    """Whether it is a list with room for more than one."""
    return is_list(info) and _ONE_ONLY not in bare_type(info)[1]


def value_of(info: FieldInfo, text: str) -> object:
    """
    The text of an option as its field wants it; what does not fit is left to the class.

    Raises:
        InvalidRequest: The text of a shape cannot be read.
    """
    if found := shape(info):
        return found.typed(text)
    form, read = _NUMBERS.get(bare_type(info)[0], (_ANYTHING, str))
    return read(text) if form.fullmatch(text) else text


_ANYTHING = re.compile(r".*", re.DOTALL)
# Numbers are short on purpose: Python refuses to read thousands of digits.
_NUMBERS: dict[Any, tuple[re.Pattern[str], Callable[[str], object]]] = {
    int: (re.compile(r"[-+]?[0-9]{1,12}"), int),
    float: (re.compile(r"[-+]?(?:[0-9]{1,12}\.?|[0-9]{0,12}\.[0-9]{1,20})"), float),
}
"""What the text of a number looks like, and how it is read; everything else stays text."""
