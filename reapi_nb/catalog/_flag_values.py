"""
The value of one Midjourney flag: whether it fits its row, and what to say when it does not.

Knows nothing about the prompt around it.

Source: reAPI docs, "midjourney-v7"; `::` weights inside --sref are Midjourney's own.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from itertools import takewhile
from typing import TYPE_CHECKING

from reapi_nb.catalog._links import is_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from reapi_nb.catalog._flag_table import Flag, Kind

# Numbers are short on purpose: Python refuses to read thousands of digits.
_WHOLE = re.compile(r"[0-9]{1,12}")
_DECIMAL = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12})?|\.[0-9]{1,12}")
_RATIO = re.compile(r"([0-9]{1,9}):([0-9]{1,9})")
_SIDE = r"([0-9]{1,9}(?:\.[0-9]{1,9})?)"
_LOOSE_RATIO = re.compile(rf"{_SIDE}\s*[:x/]\s*{_SIDE}")


def fault(flag: Flag, spelled: str, value: str) -> str | None:
    """
    Why a flag cannot be given like this, or None when it can.

    Args:
        flag: Its row.
        spelled: As typed, with dashes; the line begins with it.
        value: As typed, without the space around it.
    """
    if flag.refused:
        return f"{spelled} {flag.refused}"
    if flag.kind == "words" and "::" in value:
        return f"{spelled} {quoted(value)}: V7 has no :: weights, leave them out"
    if not value and flag.kind not in {"none", "version"}:
        return f"{spelled} needs a value: {flag.takes}"
    return None if flag.kind == "words" else _misfit(flag, spelled, value)


def _misfit(flag: Flag, spelled: str, value: str) -> str | None:
    """What is wrong with a value made of tokens: the wrong kind, or words behind it."""
    tokens = value.split()
    room = len(tokens) if flag.kind == "refs" else 1
    good = list(takewhile(lambda token: _FITS[flag.kind](flag, token), tokens[:room]))
    stray = tokens[len(good) :]
    if not stray:
        return None
    if flag.kind == "none":
        return f"{spelled} takes no value: move {quoted(value)} in front of the flags"
    if good and stray[0][0].isalpha() and not is_url(stray[0]):
        words = quoted(" ".join(stray))
        return f"{words} stands after {spelled} {good[0]}: move it in front of the flags"
    shown = stray[0] if flag.kind == "refs" else value
    return f"{spelled} takes {flag.takes}, not {quoted(shown)}{_whole_ratio(flag, spelled, value)}"


def _whole_ratio(flag: Flag, spelled: str, value: str) -> str:
    """What to type for a ratio in decimals or with another sign: 139:100 for 1.39:1."""
    sides = _LOOSE_RATIO.search(value) if flag.kind == "ratio" else None
    if sides is None or not Fraction(sides[1]) or not Fraction(sides[2]):
        return ""
    whole = Fraction(sides[1]) / Fraction(sides[2])
    return f": type {spelled} {whole.numerator}:{whole.denominator}"


def read_whole(value: str) -> int | None:
    """A whole number, strictly in digits."""
    return int(value) if _WHOLE.fullmatch(value) else None


def read_ratio(value: str) -> tuple[int, int] | None:
    """Width and height, both positive."""
    match = _RATIO.fullmatch(value)
    width, height = (int(match[1]), int(match[2])) if match else (0, 0)
    return (width, height) if width and height else None


def split_weight(token: str) -> tuple[str, str]:
    """A reference and its `::weight`; the colons of http://[::1]/a.png are no weight."""
    item, colons, weight = token.rpartition("::")
    if not colons or "/" in weight or "]" in weight:
        return token, ""
    return item, colons + weight


def quoted(text: str) -> str:
    """Somebody's words on one line, and not too many of them."""
    return f'"{shortened(text)}"'


def shortened(text: str) -> str:
    """At most 60 characters, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}..."


def _fits_int(flag: Flag, token: str) -> bool:
    number = read_whole(token)
    return number is not None and _allowed(flag, number)


def _fits_decimal(flag: Flag, token: str) -> bool:
    return bool(_DECIMAL.fullmatch(token)) and _allowed(flag, Decimal(token))


def _allowed(flag: Flag, number: int | Decimal) -> bool:
    if flag.only:
        return number in flag.only
    return flag.low is None or flag.high is None or flag.low <= number <= flag.high


def _fits_reference(_flag: Flag, token: str) -> bool:
    item, weight = split_weight(token)
    if weight and not _DECIMAL.fullmatch(weight.removeprefix("::")):
        return False
    # People write "a, b"; the comma would be fetched as part of the address.
    clean_url = is_url(item) and not item.endswith(",")
    return item.lower() == "random" or clean_url or read_whole(item) is not None


_FITS: dict[Kind, Callable[[Flag, str], bool]] = {
    "int": _fits_int,
    "decimal": _fits_decimal,
    "ratio": lambda _flag, token: read_ratio(token) is not None,
    "refs": _fits_reference,
    "url": lambda _flag, token: is_url(token) and not split_weight(token)[1],
    "version": _fits_decimal,
    "none": lambda _flag, _token: False,
}
"""Whether one token is a value of that flag; words are not read token by token."""
