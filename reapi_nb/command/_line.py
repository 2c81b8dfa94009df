"""
What a line says around its prompt: options, flags in front, and the pictures it starts from.

They are taken off one after the other, wherever they stand outside the braces and quotes of the
prompt. What is left is nobody's but the prompt's.

Source: reAPI docs, "midjourney-v7".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import reapi_nb.catalog._flags as _flags  # noqa: PLR0402 - the package answers for any name
from reapi_nb.command._grammar import (
    FLAG,
    LONG_DASH,
    QUOTES,
    Text,
    bare,
    first_word,
    joined,
    listed,
    nearest,
    quoted_end,
    segments,
    short,
)
from reapi_nb.command._options import (
    IMAGE,
    SOURCE,
    WORDS,
    Option,
    has_flags,
    has_prompt,
    has_source,
    options,
    parent_numbers,
    takes_links,
    takes_pictures,
)
from reapi_nb.command._pictures import is_file, is_url
from reapi_nb.command._veil import veiled
from reapi_nb.errors import InvalidRequest

if TYPE_CHECKING:
    from reapi_nb.catalog import ImageRequest
    from reapi_nb.command._said import Said

_MEANT = {"no": "negative-prompt"}
"""Flags of Midjourney's that go by another name elsewhere."""


@dataclass
class Line:
    """A line, while it is read from left to right."""

    said: Said
    below: bool
    """Whether the prompt stands below the line."""

    flags: list[tuple[str, str]] = field(default_factory=list)
    """Midjourney flags in front of the prompt, spelling and value: they go behind it."""

    doubt: str = ""
    """Why a flag that nobody knows is refused, unless the line says --unchecked."""

    stray: str = ""
    """The word that stands where a picture could."""

    @property
    def kind(self) -> type[ImageRequest]:
        return self.said.kind

    @property
    def unchecked(self) -> bool:
        return "unchecked" in self.said.own

    def straight(self, text: str) -> str:
        """The text with dashes where a keyboard made long ones of them."""
        if not has_flags(self.kind):
            return text
        text, told = _flags.straighten(text)
        self.said.notices += told
        return text

    def text(self, typed: str) -> Text:
        """The text under its veil."""

        def takes_whole(spelled: str) -> bool:
            option = self.said.option(spelled)
            return option is not None and option.is_whole

        def takes_json(spelled: str) -> bool:
            option = self.said.option(spelled)
            return option is not None and option.shape is not None

        return veiled(typed, takes_whole, takes_json)

    def front(self, text: Text) -> Text:
        """Take the flags that a text begins with; what is left."""
        while (match := FLAG.match(text.veil)) and text.typed.startswith("--"):
            spelled = text.typed[: match.end()]
            value, text = self._front_value(spelled, text[match.end() :].lstrip())
            if not self._take_in_front(spelled, value, text):
                self.flags.append((spelled, value))
        return text

    def _front_value(self, spelled: str, text: Text) -> tuple[str, Text]:
        """The value of a flag in front of the prompt, and what is left."""
        words = self._words_taken(spelled, text)
        if words == 0 or not text.typed or text.typed.startswith("--"):
            return "", text
        if words is not None:
            taken = re.match(rf"(?:\S+\s*){{{words}}}", text.veil)
            end = taken.end() if taken else 0
            return text[:end].rstrip().typed, text[end:]
        if not self.below:
            or_quoted = ", or its value in quotes" if self.said.option(spelled) else ""
            raise InvalidRequest(
                f"put {short(spelled)} after the prompt{or_quoted}: "
                "in front of it, its words look like the prompt"
            )
        value, _ = segments(text)
        return value.rstrip().typed, text[len(value.veil) :]

    def _words_taken(self, spelled: str, text: Text) -> int | None:
        """How many words a flag in front of the prompt takes; None for any number."""
        if option := self.said.option(spelled):
            return _words_of(option, text.typed)
        if _is_template(spelled):
            return None
        flag = _flags.find(bare(spelled)) if has_flags(self.kind) else None
        if flag is None:
            raise InvalidRequest(self._stranger(spelled))
        if flag.refused:  # nobody knows how many words it had
            raise InvalidRequest(f"{spelled} {flag.refused}", code=self.kind.refusal_code)
        return {"none": 0, "words": None, "refs": None}.get(flag.kind, 1)

    def _take_in_front(self, spelled: str, value: str, behind: Text) -> bool:
        """Keep an option in front of the prompt, where the value of a shape may be cut short."""
        try:
            return self.said.take(spelled, value)
        except InvalidRequest as no:
            option = self.said.option(spelled)
            if not (value and behind.typed and option and option.shape):
                raise
            raise InvalidRequest(f"{no}; with spaces in it, put it in quotes") from None

    def _stranger(self, spelled: str) -> str:
        """Why a flag that nobody knows is refused."""
        near, value = self._meant(spelled)
        if near:
            hint = f"did you mean --{near} {value}".rstrip() + "?"
        elif self._is_foreign(spelled):
            hint = "that is a flag of Midjourney V7, leave it out"
        elif has_prompt(self.kind):
            hint = "leave it out, or put it after the prompt with --unchecked"
        else:
            hint = f"it takes {listed([f'--{name}' for name in options(self.kind)], 'and')}"
        return f"{self.kind.nick} has no {short(spelled)}: {hint}"

    def _is_foreign(self, spelled: str) -> bool:
        """Whether it is a flag of Midjourney's at a class whose prompt has none."""
        is_flag = _flags.find(bare(spelled)) is not None
        return is_flag and has_prompt(self.kind) and not has_flags(self.kind)

    def _meant(self, spelled: str) -> tuple[str | None, str]:
        """The known flag that is nearest, and the value that was typed without a space."""
        if self._is_foreign(spelled):  # nothing was misspelled
            near = _MEANT.get(bare(spelled))
            return (near if near in self.said.options else None), ""
        letters = re.match(r"[^\W\d_]+(?:-[^\W\d_]+)*", spelled[2:])
        word = letters[0] if letters else ""
        known = list(self.said.options)
        if has_flags(self.kind):
            known += [name for flag in _flags.FLAGS if not flag.refused for name in flag.names]
        return nearest(word, known), short(spelled[2 + len(word) :].lstrip("=:"))

    def picture(self, text: Text) -> Text:
        """Take the picture that a follow-up starts from; what is left."""
        word, rest = self._first_picture(text.typed)
        # Without the word before them, its braces hide nothing of the others any more.
        left = self.text(rest)
        if parent_numbers(self.kind):
            self.said.fields |= self.said.pictures.parent(word)
            return left
        if has_source(self.kind):
            return left if self._take_source(word, left) else text
        self._refuse_loose(word)
        return text

    def _first_picture(self, typed: str) -> tuple[str, str]:
        """The first word and the others; the path of a file in quotes is one word."""
        end = quoted_end(typed) if has_source(self.kind) else None
        if end is not None and is_file(typed[1 : end - 1]):
            return typed[1 : end - 1], typed[end:].lstrip()
        word, *rest = typed.split(maxsplit=1) or [""]
        return word, "".join(rest)

    def _take_source(self, word: str, left: Text) -> bool:
        """Keep the word as the picture that is sent; False when it is a word of the prompt."""
        self.stray = word
        pictures, fields = self.said.pictures, self.said.fields
        if not pictures.is_certain(word):
            return False
        others = (self.said.option(spelled) for _, spelled in left.flags())
        if SOURCE in fields or any(other and other.field == SOURCE for other in others):
            raise InvalidRequest(f"the picture is given twice: keep {short(word)} or --{IMAGE}")
        fields[SOURCE] = (pictures.address(word),)
        return True

    def _refuse_loose(self, word: str) -> None:
        """A picture that stands in front of the words would be sent as one of them."""
        if not takes_pictures(self.kind) or word[:1] in QUOTES:
            return
        if takes_links(self.kind) and (is_url(word) or not self.said.links):
            return  # what Midjourney reads as a picture itself, or as words
        if self.said.pictures.is_certain(word):
            hint = f"type --{IMAGE} {short(word)}"
            raise InvalidRequest(f"{self.kind.nick} takes its pictures behind --{IMAGE}: {hint}")

    def need_picture(self) -> None:
        """Refuse a line that names no picture, where its class wants one."""
        if has_source(self.kind) and SOURCE not in self.said.fields:
            raise InvalidRequest(self.said.pictures.missing(self.stray))

    def cut(self, text: Text) -> str:
        """Take the options out of a text; what is left of it."""
        for match in LONG_DASH.finditer(text.veil):
            if match[1].lower() in self.said.options:
                hint = f"type --{match[1]}, or a space after the dash"
                raise InvalidRequest(f"{match[0]} begins with a long dash: {hint}")
        head, flagged = segments(text)
        kept = [head.typed]
        for segment in flagged:
            spelled, value = first_word(segment.rstrip())
            if not self.said.take(spelled, value.typed):
                kept.append(segment.typed)
                self._wonder(spelled)
        return "".join(kept).strip()

    def _wonder(self, spelled: str) -> None:
        """Note a flag that nobody knows, unless its class refuses it in better words."""
        if _is_template(spelled):
            return  # what it becomes is for the class to judge
        if has_flags(self.kind) and (
            _flags.find(bare(spelled)) or self._meant(spelled)[0] not in self.said.options
        ):
            return
        self.doubt = self.doubt or self._stranger(spelled)

    def doubt_flags_in(self, prompt: str) -> None:
        """Note flags of Midjourney's in words that another model would draw them from."""
        for spelled in _flags_anywhere(prompt):
            if self._is_foreign(spelled):
                self.doubt = self.doubt or self._stranger(spelled)

    def tail(self) -> list[str]:
        """The flags in front of the prompt, as they are put behind it."""
        return [joined(*flag) for flag in self.flags]


_ANYWHERE = re.compile(r"(?<![^\s{,])--[^\W\d_][\w-]*")


def _flags_anywhere(prompt: str) -> list[str]:
    """What looks like a flag in a template, in its groups too."""
    return _ANYWHERE.findall(prompt)


def _is_template(spelled: str) -> bool:
    """Whether a flag's name has a group or a variable in it: `--{v 5, niji, test}`."""
    return "{" in spelled or "}" in spelled


def _words_of(option: Option, text: str) -> int | None:
    """How many words of a text in front of the prompt are an option's; None for any number."""
    if option.takes == WORDS and quoted_end(text) is None:
        return None
    begun = (one.count(" ") + 1 for one in option.choices if text.startswith(one))
    return max(begun, default=int(option.has_value))
