"""
What may stand on a line, read off the request class: options, prompt, flags, parent picture.

The class is the only source; a new field is a new option without a word said here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import reapi_nb.catalog._flags as _flags  # noqa: PLR0402 - the package answers for any name
from reapi_nb.command._grammar import listed
from reapi_nb.job import number_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic.fields import FieldInfo

    from reapi_nb.catalog import ImageRequest

_PARENT = ("task_id", "image_number")
_NOT_OPTIONS = {"model", "prompt", *_PARENT}
_NATIVE = "mj-v7"
"""The family whose flags stand inside the prompt."""

_READERS: dict[Any, Callable[[str], object]] = {int: int, float: float}
"""How the text of an option becomes a value; everything else stays text."""


@dataclass(frozen=True)
class Option:
    """
    One `--option` of a line, as opposed to a flag inside the prompt.

    Attributes:
        name: Without its dashes.
        meaning: One line for help.
        field: The request's field that it sets; empty for an option of the line itself.
        takes: What its value looks like, in words.
        choices: The only values there are, where they can be listed.
        default: What the server assumes without it; empty when it assumes nothing.
    """

    name: str
    meaning: str
    field: str = ""
    takes: str = "no value"
    choices: tuple[str, ...] = ()
    default: str = ""


_OWN = (
    Option("fresh", "send it again as a new charge, even if the library has it"),
    Option("unchecked", "let flags through that this version does not know"),
)


def options(kind: type[ImageRequest]) -> dict[str, Option]:
    """The options of a class by name: its fields in their order, then those of every line."""
    found = [
        _option(name, of) for name, of in kind.model_fields.items() if name not in _NOT_OPTIONS
    ]
    return {option.name: option for option in (*found, *_OWN)}


def _option(name: str, info: FieldInfo) -> Option:
    literal = get_origin(info.annotation) is Literal
    choices = tuple(map(str, get_args(info.annotation))) if literal else ()
    return Option(
        name=name.replace("_", "-"),
        meaning=info.description or "",
        field=name,
        takes=listed(choices, "or") or _number(info) or "text",
        choices=choices,
        default="" if info.is_required() or info.default is None else str(info.default),
    )


def _number(info: FieldInfo) -> str:
    """A number and its range, in words; empty for what is no number."""
    if info.annotation not in _READERS:
        return ""
    word = "a whole number" if info.annotation is int else "a number"
    low, high = _bound(info, "ge"), _bound(info, "le")
    return word if low is None or high is None else f"{word} from {low} to {high}"


def _bound(info: FieldInfo, name: str) -> Any:
    return next((getattr(rule, name) for rule in info.metadata if hasattr(rule, name)), None)


def has_prompt(kind: type[ImageRequest]) -> bool:
    """Whether a class takes words."""
    return "prompt" in kind.model_fields


def has_flags(kind: type[ImageRequest]) -> bool:
    """Whether Midjourney's own flags may stand in the prompt of a class."""
    return kind.family == _NATIVE and has_prompt(kind)


def parent_numbers(kind: type[ImageRequest]) -> range:
    """The numbers that the parent picture of a class may have; empty when it needs none."""
    if not all(name in kind.model_fields for name in _PARENT):
        return range(0)
    slot = kind.model_fields["image_number"]
    return range(number_of(_bound(slot, "ge")), number_of(_bound(slot, "le")) + 1)


def spellings(kind: type[ImageRequest]) -> tuple[str, ...]:
    """Every flag that a line of this class may have, with its dashes, for completion."""
    native = _flags.FLAGS if has_flags(kind) else ()
    names = (*options(kind), *(flag.name for flag in native if not flag.refused))
    return tuple(f"--{name}" for name in names)


def value_of(info: FieldInfo, text: str) -> object:
    """The text of an option as its field wants it; what does not fit is left to the class."""
    try:
        return _READERS.get(info.annotation, str)(text)
    except ValueError:
        return text
