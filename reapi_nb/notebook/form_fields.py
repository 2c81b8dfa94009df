"""
What a form asks for: the options of a request class as controls, by what each of them takes.

A control that nobody touched says nothing on the line, so a form never sends a default. Nothing
here judges what is filled in: that is the business of whoever reads the line.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import ipywidgets

from reapi_nb import command
from reapi_nb.catalog.any_model import AnyModel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reapi_nb.catalog import ImageRequest
    from reapi_nb.command import Option

    Spelling = Callable[[str], str]

PICTURE, PROMPT = "picture", "prompt"
_ANYTHING = (command.WORDS, command.WORD)
"""What an option takes that says no more than its help."""

QUOTES = ('"', "'")
"""What keeps words together on a line, the best first."""

_LABEL = {"description_width": "130px"}


class Where(Enum):
    """Which part of a line a control says."""

    FRONT = "in front of the words"
    WORDS = "the words, or the body of a cell"
    BEHIND = "behind the words"


@dataclass(frozen=True)
class Entry:
    """
    One control of a form, and what it says on a line.

    Attributes:
        name: Its label.
        fields: The request's fields that it sets by their names.
        meaning: One line of help.
        control: Any widget whose value is text, and "" while nothing is chosen.
        where: Which part of the line that is.
        spell: How a value that is set stands there.
    """

    name: str
    fields: tuple[str, ...]
    meaning: str
    control: Any
    where: Where = Where.BEHIND
    spell: Spelling = str

    @property
    def said(self) -> str:
        """What it says on the line; "" while it is not set."""
        value = self.control.value.strip()
        return self.spell(value) if value else ""

    def clear(self) -> None:
        """Set nothing."""
        self.control.value = ""


def entries(kind: type[ImageRequest]) -> dict[str, Entry]:
    """The controls of a class by their labels, in the order of its line."""
    made = _of_any() if command.takes_json(kind) else _of(kind)
    return {entry.name: entry for entry in made}


def _of_any() -> Iterator[Entry]:
    """A model without a class of its own, by its name and its JSON."""
    model = ipywidgets.Combobox(
        description="model", options=AnyModel.models(), **_style("one of the list, or any other")
    )
    yield Entry("model", ("model",), "as the documents call it", model, Where.FRONT)
    fields = _area("fields", '{"prompt": "a cat"}', rows=6)
    yield Entry("fields", (), "the JSON of the model's page", fields, Where.WORDS)


def _of(kind: type[ImageRequest]) -> Iterator[Entry]:
    own = [one for one in command.options(kind).values() if one.field or one.is_picture]
    if command.parent_numbers(kind):
        control = _text(PICTURE, "task_x#2", is_whole=True)
        yield Entry(PICTURE, command.PARENT, "the picture to start from", control, Where.FRONT)
    if command.has_source(kind):
        [source] = (option for option in own if option.field == command.SOURCE)
        own.remove(source)
        control = _text(PICTURE, source.takes, is_whole=True)
        sets = (command.SOURCE,)
        yield Entry(PICTURE, sets, source.meaning, control, Where.FRONT, _one_word)
    if command.has_prompt(kind):
        meaning = command.meaning(kind.model_fields[PROMPT])
        yield Entry(PROMPT, (PROMPT,), meaning, _area(PROMPT, "", rows=4), Where.WORDS)
    yield from map(_entry, own)


def _entry(option: Option) -> Entry:
    make, spell = next((make, spell) for fits, make, spell in _CONTROLS if fits(option))
    sets = tuple(filter(None, [option.field]))
    return Entry(option.name, sets, option.meaning, make(option), spell=spell(option))


# What a control looks like.


def _choices(option: Option) -> Any:
    return _dropdown(option.name, option.default, option.choices)


def _yes_or_no(option: Option) -> Any:
    default = {"on": "yes", "off": "no"}.get(option.default, "")
    return _dropdown(option.name, default, ("yes", "no"))


def _dropdown(name: str, default: str, choices: tuple[str, ...]) -> Any:
    unset = f"(not set: {default})" if default else "(not set)"
    return ipywidgets.Dropdown(
        description=name,
        options=[(unset, ""), *((choice, choice) for choice in choices)],
        style=_LABEL,
        layout={"width": "max-content", "min_width": "300px"},
    )


def _lines(option: Option) -> Any:
    return _area(option.name, f"{option.takes}; one a line", is_whole=True)


def _typed(option: Option) -> Any:
    default = f"(not set: {option.default})" if option.default else ""
    takes = "" if option.takes in _ANYTHING else option.takes
    placeholder = "  ".join(filter(None, (default, takes)))
    return _text(option.name, placeholder, is_whole=option.is_picture)


def _text(name: str, placeholder: str, *, is_whole: bool = False) -> Any:
    # A picture may have to be looked up, so its name is read when it is whole.
    return ipywidgets.Text(description=name, continuous_update=not is_whole, **_style(placeholder))


def _area(name: str, placeholder: str, *, rows: int = 2, is_whole: bool = False) -> Any:
    return ipywidgets.Textarea(
        description=name, continuous_update=not is_whole, rows=rows, **_style(placeholder)
    )


def _style(placeholder: str) -> dict[str, Any]:
    return {"placeholder": placeholder, "style": _LABEL, "layout": {"width": "auto"}}


# How its value stands on the line.


def _value(option: Option) -> Spelling:
    # A number or a choice has no spaces that quotes would have to keep together.
    spell = _one_word if option.is_whole else str
    return lambda value: f"--{option.name} {spell(value)}"


def _each(option: Option) -> Spelling:
    """The option again for every line."""

    def spell(value: str) -> str:
        lines = filter(None, map(str.strip, value.splitlines()))
        return " ".join(f"--{option.name} {_one_word(line)}" for line in lines)

    return spell


def _switch(option: Option) -> Spelling:
    return lambda value: f"--{option.name if value == 'yes' else option.opposite}"


def _one_word(text: str) -> str:
    """A value in quotes where it has spaces, so that it ends where it should."""
    text = " ".join(text.split())
    quote = next((quote for quote in QUOTES if quote not in text), "")
    return f"{quote}{text}{quote}" if " " in text else text


_CONTROLS: tuple[
    tuple[Callable[[Option], bool], Callable[[Option], Any], Callable[[Option], Spelling]], ...
] = (
    (lambda option: bool(option.choices), _choices, _value),
    (lambda option: bool(option.opposite), _yes_or_no, _switch),
    (lambda option: option.is_many, _lines, _each),
    (lambda _option: True, _typed, _value),
)
"""Which options a control is for, what makes it, and how its value stands on the line."""
