"""
What a line says around its prompt: options, flags in front, and the picture it starts from.

They are taken off one after the other, wherever they stand outside the braces and quotes of the
prompt. What is left is nobody's but the prompt's.

Source: reAPI docs, "midjourney-v7".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import reapi_nb.catalog._flags as _flags  # noqa: PLR0402 - the package answers for any name
from reapi_nb.command._grammar import (
    FLAG,
    LONG_DASH,
    Text,
    bare,
    first_word,
    joined,
    listed,
    nearest,
    segments,
    short,
    shown,
)
from reapi_nb.command._options import (
    SOURCE,
    Option,
    has_flags,
    has_prompt,
    has_source,
    options,
    parent_numbers,
    value_of,
)
from reapi_nb.command._veil import veiled
from reapi_nb.errors import InvalidRequest
from reapi_nb.prompts import MOST

if TYPE_CHECKING:
    from reapi_nb.catalog import ImageRequest
    from reapi_nb.command._pictures import Pictures

_TIMES = re.compile(r"[1-9][0-9]?")


@dataclass
class Line:
    """What a line has said so far, while it is read from left to right."""

    kind: type[ImageRequest]
    pictures: Pictures
    below: bool
    """Whether the prompt stands below the line."""

    own: dict[str, int] = field(default_factory=dict)
    """The options of the line itself, by name; a number where they take one."""

    fields: dict[str, Any] = field(default_factory=dict)
    flags: list[tuple[str, str]] = field(default_factory=list)
    """Midjourney flags in front of the prompt, spelling and value: they go behind it."""

    notices: list[str] = field(default_factory=list)
    doubt: str = ""
    """Why a flag that nobody knows is refused, unless the line says --unchecked."""

    stray: str = ""
    """The word that stands where a picture could."""

    def __post_init__(self) -> None:
        self.options = {name: of for of in options(self.kind).values() for name in of.names}

    @property
    def unchecked(self) -> bool:
        return "unchecked" in self.own

    def option(self, spelled: str) -> Option | None:
        """The option that is spelled so."""
        return self.options.get(bare(spelled))

    def straight(self, text: str) -> str:
        """The text with dashes where a keyboard made long ones of them."""
        if not has_flags(self.kind):
            return text
        text, told = _flags.straighten(text)
        self.notices += told
        return text

    def text(self, typed: str) -> Text:
        """The text under its veil."""

        def takes_whole(spelled: str) -> bool:
            option = self.option(spelled)
            return option is not None and option.is_whole

        return veiled(typed, takes_whole)

    def front(self, text: Text) -> Text:
        """Take the flags that a text begins with; what is left."""
        while (match := FLAG.match(text.veil)) and text.typed.startswith("--"):
            spelled = text.typed[: match.end()]
            value, text = self._front_value(spelled, text[match.end() :].lstrip())
            if not self._take(spelled, value):
                self.flags.append((spelled, value))
        return text

    def _front_value(self, spelled: str, text: Text) -> tuple[str, Text]:
        """The value of a flag in front of the prompt, and what is left."""
        words = self._words_taken(spelled)
        if words == 0 or text.typed.startswith("--"):
            return "", text
        if words == 1:
            return first_word(text)
        if not self.below:
            raise InvalidRequest(
                f"put {short(spelled)} after the prompt: "
                "in front of it, its words look like the prompt"
            )
        value, _ = segments(text)
        return value.rstrip().typed, text[len(value.veil) :]

    def _words_taken(self, spelled: str) -> int | None:
        """How many words a flag in front of the prompt takes; None for any number."""
        if option := self.option(spelled):
            return 1 if option.has_value else 0
        if _is_template(spelled):
            return None
        flag = _flags.find(bare(spelled)) if has_flags(self.kind) else None
        if flag is None:
            raise InvalidRequest(self._stranger(spelled))
        if flag.refused:  # nobody knows how many words it had
            raise InvalidRequest(f"{spelled} {flag.refused}", code=self.kind.refusal_code)
        return {"none": 0, "words": None, "refs": None}.get(flag.kind, 1)

    def _take(self, spelled: str, value: str) -> bool:
        """Keep an option; False when it is none."""
        option = self.option(spelled)
        if option is None:
            return False
        if value and not option.has_value:
            raise InvalidRequest(f"{spelled} takes no value: move {shown(value)} in front of it")
        if option.has_value and not value:
            raise InvalidRequest(f"{spelled} needs a value: {option.takes}")
        if option.has_value and (option.field in self.fields or option.name in self.own):
            raise InvalidRequest(f"{spelled} is given twice: keep one of them")
        if option.field:
            self.fields[option.field] = self._value(option, spelled, value)
        else:
            self.own[option.name] = _times(option, spelled, value) if option.has_value else 1
        return True

    def _value(self, option: Option, spelled: str, value: str) -> object:
        """The value of a field's option."""
        if option.field == SOURCE:
            address = self.pictures.address(value)
            if address is None:
                raise InvalidRequest(f"{spelled} takes {option.takes}, not {shown(value)}")
            return (address,)
        try:
            return value_of(self.kind.model_fields[option.field], value)
        except InvalidRequest as no:
            raise InvalidRequest(f"{spelled}: {short(str(no), most=200)}") from None

    def _stranger(self, spelled: str) -> str:
        """Why a flag that nobody knows is refused."""
        near, value = self._meant(spelled)
        if near:
            hint = f"did you mean --{near} {value}".rstrip() + "?"
        elif has_prompt(self.kind):
            hint = "leave it out, or put it after the prompt with --unchecked"
        else:
            hint = f"it takes {listed([f'--{name}' for name in options(self.kind)], 'and')}"
        return f"{self.kind.nick} has no {short(spelled)}: {hint}"

    def _meant(self, spelled: str) -> tuple[str | None, str]:
        """The known flag that is nearest, and the value that was typed without a space."""
        letters = re.match(r"[^\W\d_]+(?:-[^\W\d_]+)*", spelled[2:])
        word = letters[0] if letters else ""
        known = list(self.options)
        if has_flags(self.kind):
            known += [name for flag in _flags.FLAGS if not flag.refused for name in flag.names]
        return nearest(word, known), short(spelled[2 + len(word) :].lstrip("=:"))

    def picture(self, text: Text) -> Text:
        """Take the picture that a follow-up starts from; what is left."""
        word, *rest = text.typed.split(maxsplit=1) or [""]
        # Without the word before them, its braces hide nothing of the others any more.
        left = self.text("".join(rest))
        if parent_numbers(self.kind):
            self.fields |= self.pictures.parent(word)
            return left
        return left if has_source(self.kind) and self._take_source(word, left) else text

    def _take_source(self, word: str, left: Text) -> bool:
        """Keep the word as the picture that is sent; False when it is a word of the prompt."""
        self.stray = word
        if not self.pictures.is_certain(word):
            return False
        others = (self.option(spelled) for _, spelled in left.flags())
        if SOURCE in self.fields or any(other and other.field == SOURCE for other in others):
            raise InvalidRequest(f"the picture is given twice: keep {short(word)} or --image")
        self.fields[SOURCE] = (self.pictures.address(word),)
        return True

    def need_picture(self) -> None:
        """Refuse a line that names no picture, where its class wants one."""
        if has_source(self.kind) and SOURCE not in self.fields:
            raise InvalidRequest(self.pictures.missing(self.stray))

    def cut(self, text: Text) -> str:
        """Take the options out of a text; what is left of it."""
        for match in LONG_DASH.finditer(text.veil):
            if match[1].lower() in self.options:
                hint = f"type --{match[1]}, or a space after the dash"
                raise InvalidRequest(f"{match[0]} begins with a long dash: {hint}")
        head, flagged = segments(text)
        kept = [head.typed]
        for segment in flagged:
            spelled, value = first_word(segment.rstrip())
            if not self._take(spelled, value.typed):
                kept.append(segment.typed)
                self._wonder(spelled)
        return "".join(kept).strip()

    def _wonder(self, spelled: str) -> None:
        """Note a flag that nobody knows, unless its class refuses it in better words."""
        if _is_template(spelled):
            return  # what it becomes is for the class to judge
        if has_flags(self.kind) and (
            _flags.find(bare(spelled)) or self._meant(spelled)[0] not in self.options
        ):
            return
        self.doubt = self.doubt or self._stranger(spelled)

    def tail(self) -> list[str]:
        """The flags in front of the prompt, as they are put behind it."""
        return [joined(*flag) for flag in self.flags]


def _is_template(spelled: str) -> bool:
    """Whether a flag's name has a group or a variable in it: `--{v 5, niji, test}`."""
    return "{" in spelled or "}" in spelled


def _times(option: Option, spelled: str, value: str) -> int:
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
