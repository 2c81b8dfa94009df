"""
The value of an option, from its text to what its field holds.

Quotes around a value are taken off, so that it may hold spaces. What stands behind them belongs to
nobody, and is refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reapi_nb.command._fields import is_list, value_of
from reapi_nb.command._grammar import QUOTES, REFERENCE, pieces, quoted_end, short, shown
from reapi_nb.command._pictures import is_file
from reapi_nb.errors import InvalidRequest
from reapi_nb.prompts import MOST

if TYPE_CHECKING:
    from reapi_nb.command._options import Option
    from reapi_nb.command._pictures import Pictures

_TIMES = re.compile(r"[1-9][0-9]?")


def addresses(option: Option, spelled: str, value: str, pictures: Pictures) -> tuple[str, ...]:
    """The addresses of the pictures that a value names."""
    names = pieces(value)
    found = tuple(pictures.address(name) for name in names)
    known = tuple(address for address in found if address is not None)
    if len(known) < len(names) or (len(known) > 1 and not option.is_many):
        raise InvalidRequest(f"{spelled} takes {option.takes}, not {shown(value)}")
    return known


def value_for(option: Option, spelled: str, text: str, pictures: Pictures) -> object:
    """What a text means for the field of an option."""
    info = pictures.kind.model_fields[option.field]
    if option.is_picture:
        found = addresses(option, spelled, text, pictures)
        return found if is_list(info) else found[0]
    if option.is_whole or quoted_end(text) == len(text):
        text = _unquoted(spelled, text)
    if option.shape and "url" in getattr(option.shape, "model_fields", {}):
        text = _mask(text, pictures)
    try:
        return value_of(info, text)
    except InvalidRequest as no:
        raise InvalidRequest(f"{spelled}: {short(str(no), most=200)}") from None


def _mask(text: str, pictures: Pictures) -> str:
    """A shape that may be a picture is named like any other."""
    is_name = REFERENCE.fullmatch(text) or (is_file(text) and not text.startswith(("{", "[")))
    return (is_name and pictures.address(text)) or text


def _unquoted(spelled: str, text: str) -> str:
    if text[:1] not in QUOTES:
        return text
    end = quoted_end(text)
    if end is None:
        return text
    if behind := text[end:].strip():
        raise InvalidRequest(f"{shown(behind)} stands behind the quotes of {spelled}: move it")
    return text[1 : end - 1]


def times(option: Option, spelled: str, value: str) -> int:
    """How often each prompt is sent."""
    number, *more = value.split(maxsplit=1)
    fits = _TIMES.fullmatch(number) is not None and int(number) <= MOST
    if fits and more:
        behind = f"{shown(more[0])} stands after {spelled} {number}"
        raise InvalidRequest(f"{behind}: move it in front of {spelled}")
    if not fits:
        advice = f"type {spelled} 4 to send it four times"
        raise InvalidRequest(f"{spelled} takes {option.takes}, not {shown(value)}: {advice}")
    return int(number)
