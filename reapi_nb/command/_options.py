"""
What may stand on a line, read off the request class: options, prompt, flags, picture.

The class is the only source; a new field is a new option without a word said here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

import reapi_nb.catalog._flags as _flags  # noqa: PLR0402 - the package answers for any name
from reapi_nb.catalog._geometry import Shape
from reapi_nb.command._grammar import listed
from reapi_nb.job import number_of
from reapi_nb.prompts import MOST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reapi_nb.catalog import ImageRequest

_PARENT = ("task_id", "image_number")
SOURCE = "image_urls"
_NOT_OPTIONS = {"model", "prompt", *_PARENT}
_NAMES = {SOURCE: "image"}
"""Options that are not called like their field."""

_NATIVE = "mj-v7"
"""The family whose flags stand inside the prompt."""

NOTHING = "no value"


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
        default: What is assumed without it, by the server or the line; empty when nothing is.
        aliases: Other names for it.
        is_whole: Whether braces in its value are JSON or part of an address, never a group.
        shape: What its value is on the wire, where that is an object.
    """

    name: str
    meaning: str
    field: str = ""
    takes: str = NOTHING
    choices: tuple[str, ...] = ()
    default: str = ""
    aliases: tuple[str, ...] = ()
    is_whole: bool = False
    shape: type[Shape] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Everything it may be called, its own name first."""
        return (self.name, *self.aliases)

    @property
    def has_value(self) -> bool:
        return self.takes != NOTHING


_OWN = (
    Option("fresh", "send it again as a new charge, even if the library has it"),
    Option(
        "repeat",
        "send each prompt so many times, each a charge of its own",
        takes=f"a whole number from 1 to {MOST}",
        default="1",
        aliases=("r",),
    ),
    Option("yes", "send without asking first"),
    Option("dry-run", "show what would be sent and what it would cost, and send nothing"),
    Option("unchecked", "let flags through that this version does not know"),
)


def options(kind: type[ImageRequest]) -> dict[str, Option]:
    """The options of a class by name: its fields in their order, then those of every line."""
    found = [
        _option(name, of) for name, of in kind.model_fields.items() if name not in _NOT_OPTIONS
    ]
    return {option.name: option for option in (*found, *_OWN)}


def _option(name: str, info: FieldInfo) -> Option:
    kind, rules = _bare_type(info)
    choices = tuple(map(str, get_args(kind))) if get_origin(kind) is Literal else ()
    shape = _shape(kind)
    image = "task_x#2 or an http(s) URL" if name == SOURCE else ""
    return Option(
        name=_NAMES.get(name, name.replace("_", "-")),
        meaning=info.description or "",
        field=name,
        takes=(
            listed(choices, "or")
            or _number(kind, rules)
            or (shape.takes if shape else "")
            or image
            or "text"
        ),
        choices=choices,
        default="" if info.is_required() or info.default is None else str(info.default),
        is_whole=bool(shape or image),
        shape=shape,
    )


def _bare_type(info: FieldInfo) -> tuple[Any, tuple[Any, ...]]:
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


def _shape(kind: Any) -> type[Shape] | None:
    return kind if isinstance(kind, type) and issubclass(kind, Shape) else None


def _number(kind: Any, rules: tuple[Any, ...]) -> str:
    """A number and its range, in words; empty for what is no number."""
    if kind not in (int, float):
        return ""
    word = "a whole number" if kind is int else "a number"
    low, high = _bound(rules, "ge"), _bound(rules, "le")
    return word if low is None or high is None else f"{word} from {low} to {high}"


def _bound(rules: tuple[Any, ...], name: str) -> Any:
    return next((getattr(rule, name) for rule in rules if hasattr(rule, name)), None)


def has_prompt(kind: type[ImageRequest]) -> bool:
    """Whether a class takes words."""
    return "prompt" in kind.model_fields


def has_flags(kind: type[ImageRequest]) -> bool:
    """Whether Midjourney's own flags may stand in the prompt of a class."""
    return kind.family == _NATIVE and has_prompt(kind)


def has_source(kind: type[ImageRequest]) -> bool:
    """Whether a class starts from exactly one picture that it names by its address."""
    return SOURCE in kind.model_fields and kind.model_fields[SOURCE].is_required()


def parent_numbers(kind: type[ImageRequest]) -> range:
    """The numbers that the parent picture of a class may have; empty when it needs none."""
    if not all(name in kind.model_fields for name in _PARENT):
        return range(0)
    _, rules = _bare_type(kind.model_fields["image_number"])
    return range(number_of(_bound(rules, "ge")), number_of(_bound(rules, "le")) + 1)


def spellings(kind: type[ImageRequest]) -> tuple[str, ...]:
    """Every flag that a line of this class may have, with its dashes, for completion."""
    native = _flags.FLAGS if has_flags(kind) else ()
    names = (*options(kind), *(flag.name for flag in native if not flag.refused))
    return tuple(f"--{name}" for name in names)


def value_of(info: FieldInfo, text: str) -> object:
    """
    The text of an option as its field wants it; what does not fit is left to the class.

    Raises:
        InvalidRequest: The text of a shape cannot be read.
    """
    kind, _ = _bare_type(info)
    if shape := _shape(kind):
        return shape.typed(text)
    form, read = _NUMBERS.get(kind, (_ANYTHING, str))
    return read(text) if form.fullmatch(text) else text


_ANYTHING = re.compile(r".*", re.DOTALL)
# Numbers are short on purpose: Python refuses to read thousands of digits.
_NUMBERS: dict[Any, tuple[re.Pattern[str], Callable[[str], object]]] = {
    int: (re.compile(r"[-+]?[0-9]{1,12}"), int),
    float: (re.compile(r"[-+]?(?:[0-9]{1,12}\.?|[0-9]{0,12}\.[0-9]{1,20})"), float),
}
"""What the text of a number looks like, and how it is read; everything else stays text."""
