"""
What may stand on a line, read off the request class: options, prompt, flags, pictures.

The class is the only source; a new field is a new option without a word said here. Only what
people call some of them elsewhere is a table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import reapi_nb.catalog._flags as _flags  # noqa: PLR0402 - the package answers for any name
from reapi_nb.catalog.any_model import AnyModel
from reapi_nb.command import _fields
from reapi_nb.command._grammar import listed
from reapi_nb.job import number_of
from reapi_nb.prompts import MOST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic.fields import FieldInfo

    from reapi_nb.catalog import ImageRequest
    from reapi_nb.catalog._geometry import Typed

PARENT = ("task_id", "image_number")
SOURCE = "image_urls"
IMAGE = "image"
_NOT_OPTIONS = {"prompt", *PARENT}
_NAMES = {SOURCE: IMAGE}
"""Options that are called neither like their field nor as on the wire."""

_ALSO = {
    "size": ("ar", "aspect-ratio"),
    "aspect": ("ar", "aspect-ratio"),
    "stylize": ("s",),
    "chaos": ("c",),
    "weird": ("w",),
    "version": ("v",),
    "n": ("num",),
    "mask-url": ("mask",),
}
"""What people who come from elsewhere call an option."""

_NATIVE = "mj-v7"
"""The family whose flags stand inside the prompt."""

NOTHING = "no value"
PICTURE = "task_x#2, an http(s) URL or a file like ./photo.png"
WORDS, WORD = "words", "one word"


@dataclass(frozen=True)
class Option:
    """
    One `--option` of a line, as opposed to a flag inside the prompt.

    Attributes:
        name: Without its dashes.
        meaning: One line for help.
        field: The request's field that it sets; empty for a switch, and an option of the line.
        takes: What its value looks like, in words.
        choices: The only values there are, where they can be listed.
        default: What is assumed without it, by the server or the line; empty when nothing is.
        aliases: Other names for it.
        opposite: What says no, where it is said with a name alone: `no-watermark`.
        sets: The fields that its name alone stands for, and their values.
        is_picture: Whether it takes a picture by its name, its URL or its file.
        is_many: Whether it may be given several times, each value behind the others.
        is_whole: Whether braces and quotes in its value are its own, never a group or a prompt.
        shape: What its value is on the wire, where that has a structure.
    """

    name: str
    meaning: str
    field: str = ""
    takes: str = NOTHING
    choices: tuple[str, ...] = ()
    default: str = ""
    aliases: tuple[str, ...] = ()
    opposite: str = ""
    sets: tuple[tuple[str, Any], ...] = ()
    is_picture: bool = False
    is_many: bool = False
    is_whole: bool = False
    shape: type[Typed] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that may be typed, its own name first."""
        return (self.name, *self.aliases, *((self.opposite,) if self.opposite else ()))

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
)
_UNCHECKED = Option("unchecked", "let flags through that this version does not know")
_IN_FRONT = Option(
    IMAGE,
    "a picture whose address goes in front of the prompt",
    takes=PICTURE,
    is_picture=True,
    is_many=True,
    is_whole=True,
)


@cache
def options(kind: type[ImageRequest]) -> Mapping[str, Option]:
    """The options of a class by name: its fields in their order, then those of every line."""
    found = {option.name: option for option in _found(kind)}
    taken = set(found)
    for name, option in found.items():
        own = tuple(also for also in (*option.aliases, *_ALSO.get(name, ())) if also not in taken)
        taken.update(own)
        found[name] = replace(option, aliases=own)
    return MappingProxyType(found)


def find_option(kind: type[ImageRequest], name: str) -> Option | None:
    """The option that a class calls so, or knows as that; without dashes."""
    found = options(kind).values()
    return next((option for option in found if name.lower() in option.names), None)


def _found(kind: type[ImageRequest]) -> Iterator[Option]:
    wire = kind.wire_names()
    for name, info in kind.model_fields.items():
        if name not in _NOT_OPTIONS | kind.implied and not _is_fixed(name, info):
            yield _option(name, wire.get(name, name), info)
    for name, sets in kind.switches.items():
        stands_for = " ".join(f"--{_kebab(key)} {value}" for key, value in sets.items())
        yield Option(name, f"the same as {stands_for}", sets=tuple(sets.items()))
    if takes_links(kind):
        yield _IN_FRONT
    yield from _OWN
    if not takes_json(kind):
        yield _UNCHECKED


def _is_fixed(name: str, info: FieldInfo) -> bool:
    """Whether it is the model of a class that speaks for one, or for any."""
    return name == "model" and len(_fields.choices(info)) < 2


def _kebab(wire: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", wire).replace("_", "-").lower()


def _option(name: str, wire: str, info: FieldInfo) -> Option:
    called = _NAMES.get(name, _kebab(wire))
    option = Option(called, _fields.meaning(info), field=name, default=_default(info))
    if _fields.is_switch(info):
        return replace(option, opposite=f"no-{called}", sets=((name, True),))
    choices, shape = _fields.choices(info), _fields.shape(info)
    number, is_picture = _fields.number(info), _fields.is_address(info)
    words = WORDS if name.endswith("_prompt") else WORD
    return replace(
        option,
        takes=(
            listed(choices, "or")
            or number
            or (shape.takes if shape else "")
            or (PICTURE if is_picture else words)
        ),
        choices=choices,
        is_picture=is_picture,
        is_many=is_picture and _fields.is_many(info),
        is_whole=not (choices or number),
        shape=shape,
    )


def _default(info: FieldInfo) -> str:
    if info.is_required() or info.default is None:
        return ""
    return ("off", "on")[info.default] if _fields.is_switch(info) else str(info.default)


def takes_json(kind: type[ImageRequest]) -> bool:
    """Whether a class speaks for any model, by the JSON of the model's own page."""
    return issubclass(kind, AnyModel)


def has_prompt(kind: type[ImageRequest]) -> bool:
    """Whether a class takes words."""
    return "prompt" in kind.model_fields


def has_flags(kind: type[ImageRequest]) -> bool:
    """Whether Midjourney's own flags may stand in the prompt of a class."""
    return has_prompt(kind) and kind.family == _NATIVE


def has_source(kind: type[ImageRequest]) -> bool:
    """Whether a class starts from exactly one picture that it names by its address."""
    return SOURCE in kind.model_fields and kind.model_fields[SOURCE].is_required()


def takes_links(kind: type[ImageRequest]) -> bool:
    """Whether pictures are named in front of the words, by their addresses."""
    return has_flags(kind) and not ({SOURCE, *PARENT} & kind.model_fields.keys())


def takes_pictures(kind: type[ImageRequest]) -> bool:
    """Whether a class may start from pictures, and need not."""
    return not has_source(kind) and any(option.is_many for option in options(kind).values())


def parent_numbers(kind: type[ImageRequest]) -> range:
    """The numbers that the parent picture of a class may have; empty when it needs none."""
    if not all(name in kind.model_fields for name in PARENT):
        return range(0)
    _, rules = _fields.bare_type(kind.model_fields["image_number"])
    low, high = (number_of(_fields.bound(rules, name)) for name in ("ge", "le"))
    return range(low, high + 1)


def spellings(kind: type[ImageRequest]) -> tuple[str, ...]:
    """Every flag that a line of this class may have, with its dashes, for completion."""
    native = _flags.FLAGS if has_flags(kind) else ()
    own = options(kind).values()
    names = [name for option in own for name in (option.name, option.opposite) if name]
    names += [flag.name for flag in native if not flag.refused]
    return tuple(f"--{name}" for name in names)
