"""
One line, read from left to right into the fields of its request class.

Flags may stand in front of the prompt or behind it. In front, a flag takes one word or none;
behind, its value runs to the next flag. Whatever could be read in two ways is refused.

Source: reAPI docs, "midjourney-v7".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import reapi_nb.catalog._flags as _flags  # noqa: PLR0402 - the package answers for any name
from reapi_nb.catalog import REQUESTS, find
from reapi_nb.command._grammar import (
    FLAG,
    LONG_DASH,
    REFERENCE,
    bare,
    first_word,
    joined,
    listed,
    nearest,
    segments,
    short,
    shown,
    unquoted,
    unsilenced,
)
from reapi_nb.command._options import has_flags, has_prompt, options, parent_numbers, value_of
from reapi_nb.errors import InvalidRequest
from reapi_nb.job import slot_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from reapi_nb.catalog import ImageRequest


@dataclass(frozen=True)
class Command:
    """
    What one line asks for.

    Attributes:
        request: Checked by its class.
        fresh: Send it again, even if the library has it.
        notices: What was read differently from how it was typed.
    """

    request: ImageRequest
    fresh: bool = False
    notices: tuple[str, ...] = ()


def parse(
    nick: str,
    line: str,
    body: str | None = None,
    *,
    resolve: Callable[[str], str | None] = lambda _: None,
) -> Command:
    """
    The request of one line or cell.

    Args:
        nick: The first word after `%reapi`.
        line: The rest of the line, verbatim.
        body: What stands below a `%%reapi` line: the prompt, verbatim. None for a line alone.
        resolve: The task id of a notebook variable that holds a job, or None. It is asked with
            what stands before the `#` of a picture, `_` too; a variable wins over an id.

    Raises:
        InvalidRequest: With one line that says what to type; nothing was sent.
    """
    kind = find(nick)
    if kind is None:
        raise InvalidRequest(_unknown_nick(nick))
    typed = _Typed(kind, below=body is not None)
    rest = typed.front(typed.straight(unsilenced(line)))
    if parent_numbers(kind):
        rest = typed.front(typed.picture(rest, resolve))
    prompt = typed.prompt(rest) if body is None else typed.prompt_below(rest, body)
    return typed.command(prompt)


def _unknown_nick(nick: str) -> str:
    nicks = [kind.nick for kind in REQUESTS]
    near = nearest(nick, nicks)
    hint = f"did you mean {near}?" if near else f"there are {listed(nicks, 'and')}"
    return f"unknown model {shown(nick)}: {hint}"


@dataclass
class _Typed:
    """What a line has said so far, while it is read from left to right."""

    kind: type[ImageRequest]
    below: bool
    """Whether the prompt stands below the line."""

    own: set[str] = field(default_factory=set)
    fields: dict[str, Any] = field(default_factory=dict)
    flags: list[tuple[str, str]] = field(default_factory=list)
    """Midjourney flags in front of the prompt, spelling and value: they go behind it."""

    notices: list[str] = field(default_factory=list)
    doubt: str = ""
    """Why a flag that nobody knows is refused, unless the line says --unchecked."""

    def __post_init__(self) -> None:
        self.options = options(self.kind)

    def straight(self, text: str) -> str:
        """The text with dashes where a keyboard made long ones of them."""
        if not has_flags(self.kind):
            return text
        text, told = _flags.straighten(text)
        self.notices += told
        return text

    def front(self, text: str) -> str:
        """Take the flags that a text begins with; what is left."""
        while match := FLAG.match(text):
            spelled = match[0]
            value, text = self._front_value(spelled, text[match.end() :].lstrip())
            if not self._take(spelled, value):
                self.flags.append((spelled, value))
        return text

    def _front_value(self, spelled: str, text: str) -> tuple[str, str]:
        """The value of a flag in front of the prompt, and what is left."""
        words = self._words_taken(spelled)
        if words == 0 or FLAG.match(text):
            return "", text
        if words == 1:
            return first_word(text)
        if not self.below:
            raise InvalidRequest(
                f"put {spelled} after the prompt: in front of it, its words look like the prompt"
            )
        value, _ = segments(text)
        return value.rstrip(), text[len(value) :]

    def _words_taken(self, spelled: str) -> int | None:
        """How many words a flag in front of the prompt takes; None for any number."""
        if option := self.options.get(bare(spelled)):
            return 1 if option.field else 0
        flag = _flags.find(bare(spelled)) if has_flags(self.kind) else None
        if flag is None:
            raise InvalidRequest(self._stranger(spelled))
        return {"none": 0, "words": None, "refs": None}.get(flag.kind, 1)

    def _take(self, spelled: str, value: str) -> bool:
        """Keep an option; False when it is none."""
        option = self.options.get(bare(spelled))
        if option is None:
            return False
        if not option.field and value:
            raise InvalidRequest(f"{spelled} takes no value: move {shown(value)} in front of it")
        if not option.field:
            self.own.add(option.name)
            return True
        if not value:
            raise InvalidRequest(f"{spelled} needs a value: {option.takes}")
        if option.field in self.fields:
            raise InvalidRequest(f"{spelled} is given twice: keep one of them")
        self.fields[option.field] = value_of(self.kind.model_fields[option.field], value)
        return True

    def _stranger(self, spelled: str) -> str:
        """Why a flag that nobody knows is refused."""
        near, value = self._meant(spelled)
        if near:
            hint = f"did you mean --{near} {value}".rstrip() + "?"
        elif has_prompt(self.kind):
            hint = "leave it out, or put it after the prompt with --unchecked"
        else:
            hint = f"it takes {listed([f'--{name}' for name in self.options], 'and')}"
        return f"{self.kind.nick} has no {short(spelled)}: {hint}"

    def _meant(self, spelled: str) -> tuple[str | None, str]:
        """The known flag that is nearest, and the value that was typed without a space."""
        letters = re.match(r"[^\W\d_]+(?:-[^\W\d_]+)*", spelled[2:])
        word = letters[0] if letters else ""
        known = list(self.options)
        if has_flags(self.kind):
            known += [name for flag in _flags.FLAGS if not flag.refused for name in flag.names]
        return nearest(word, known), short(spelled[2 + len(word) :].lstrip("=:"))

    def picture(self, text: str, resolve: Callable[[str], str | None]) -> str:
        """Take the picture that a follow-up starts from; what is left."""
        word, rest = first_word(text)
        numbers = parent_numbers(self.kind)
        match = REFERENCE.fullmatch(word)
        if match is None:
            name = word.partition("#")[0]
            known = name and (name.startswith("task_") or resolve(name) is not None)
            example = f"{self.kind.nick} {short(name) if known else 'task_x'}#{numbers[0]}"
            raise InvalidRequest(f"say which picture: {example} to #{numbers[-1]}")
        if int(match[2]) not in numbers:
            raise InvalidRequest(f"pictures are numbered #{numbers[0]} to #{numbers[-1]}")
        task_id = resolve(match[1])
        if task_id is None and match[1] == "_":
            raise InvalidRequest(f"_ holds no job yet: name a task, like task_x#{numbers[0]}")
        self.fields |= {"task_id": task_id or match[1], "image_number": slot_of(int(match[2]))}
        return rest

    def prompt(self, text: str) -> str | None:
        """The prompt that stands on the line; None when there is none."""
        quoted = unquoted(text) if has_prompt(self.kind) else None
        if quoted:
            prompt, behind = quoted
            self._refuse_options_inside(prompt)
            prompt = _flags.append(prompt, [tail] if (tail := self._cut(behind)) else [])
        else:
            prompt = self._cut(text)
        if prompt and not has_prompt(self.kind):
            raise InvalidRequest(f"{self.kind.nick} has no prompt: leave out {shown(prompt)}")
        prompt = _flags.append(prompt, [joined(*flag) for flag in self.flags])
        return prompt if prompt or quoted or self._needs_prompt() else None

    def prompt_below(self, text: str, body: str) -> str | None:
        """The prompt that stands below the line; None when there is none."""
        if stray := self._cut(text):
            where = f"the prompt goes below %%reapi {self.kind.nick}, not on its line"
            raise InvalidRequest(f"{where}: move {shown(stray)} down")
        if not has_prompt(self.kind):
            if body.strip():
                raise InvalidRequest(f"{self.kind.nick} has no prompt: type it as one %reapi line")
            return None
        prompt = self.straight(body.removesuffix("\n"))
        given = _flags.parse(prompt)
        doubled = [flag for flag in self.flags if given.has(bare(flag[0]))]
        self.notices += [f"left out {joined(*flag)}: the prompt has its own" for flag in doubled]
        added = [joined(*flag) for flag in self.flags if flag not in doubled]
        return _flags.append(prompt, added)

    def _needs_prompt(self) -> bool:
        return has_prompt(self.kind) and self.kind.model_fields["prompt"].is_required()

    def _refuse_options_inside(self, prompt: str) -> None:
        for match in FLAG.finditer(prompt):
            if bare(match[0]) in self.options:
                raise InvalidRequest(f"put {match[0]} outside the quotes")

    def _cut(self, text: str) -> str:
        """Take the options out of a text; what is left of it."""
        for match in LONG_DASH.finditer(text):
            if match[1] in self.options:
                hint = f"type --{match[1]}, or a space after the dash"
                raise InvalidRequest(f"{match[0]} begins with a long dash: {hint}")
        head, flagged = segments(text)
        kept = [head]
        for segment in flagged:
            spelled, value = first_word(segment.rstrip())
            if not self._take(spelled, value):
                kept.append(segment)
                self._wonder(spelled)
        return "".join(kept).strip()

    def _wonder(self, spelled: str) -> None:
        """Note a flag that nobody knows, unless its class refuses it in better words."""
        if has_flags(self.kind) and (
            _flags.find(bare(spelled)) or self._meant(spelled)[0] not in self.options
        ):
            return
        self.doubt = self.doubt or self._stranger(spelled)

    def command(self, prompt: str | None) -> Command:
        """Everything together, checked by the request class."""
        unchecked = "unchecked" in self.own
        if self.doubt and not unchecked:
            raise InvalidRequest(self.doubt)
        words = {} if prompt is None else {"prompt": prompt}
        request = self.kind.parse(self.fields | words, unchecked=unchecked)
        return Command(request, "fresh" in self.own, tuple(self.notices))
