"""pydantic's complaints, as one line in words that say what to type."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

_PYTHONISMS = (
    (re.compile(r" after validation, not \d+"), ""),
    (re.compile(r"\btuple\b"), "list"),
    (re.compile(r"a valid dictionary or instance of \w+"), "an object"),
)


def in_words(complaint: ErrorDetails, names: Mapping[str, str]) -> str:
    """
    One of pydantic's complaints as a sentence about a field.

    Args:
        names: What each field is called on the wire.
    """
    first, *inner = complaint["loc"] or ("request",)
    name = ".".join(map(str, (names.get(str(first), first), *inner)))
    match complaint["type"]:
        case "rejected":
            return complaint["msg"]
        case "missing":
            return f"{name} is required"
        case "extra_forbidden":
            # The keys of a field's own object are not in `names`.
            return unknown_field(name, names if not inner else {})
    given = repr(complaint["input"])
    shown = given if len(given) <= 40 else f"{given[:40]}…"
    _subject, should, rule = _in_json(complaint["msg"]).partition(" should ")
    return f"{name}{should}{rule}, not {shown}" if should else f"{name}: {complaint['msg']}"


def unknown_field(name: str, names: Mapping[str, str]) -> str:
    """That a name is none of these; the nearest is named."""
    near = get_close_matches(name, names.values(), n=1)
    return f"unknown field {name!r}" + (f": did you mean {near[0]!r}?" if near else "")


def _in_json(message: str) -> str:
    """A message of pydantic's in the words of the wire."""
    for python, wire in _PYTHONISMS:
        message = python.sub(wire, message)
    return message
