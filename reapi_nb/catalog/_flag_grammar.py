"""
The grammar of a Midjourney prompt: image URLs, then words, then flags.

A flag is `--` and a letter, after a space or at the very start; its value runs to the next flag.
This room reads, and judges nothing. It rewrites one thing only, and only when asked (`straighten`):
a dash that a keyboard has changed.

Source: reAPI docs, "midjourney-v7".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reapi_nb.catalog._flag_table import Flag, find
from reapi_nb.catalog._flag_values import read_ratio, read_whole, split_weight
from reapi_nb.catalog._links import is_url

if TYPE_CHECKING:
    from collections.abc import Iterator

_DASHES = {"\u2014": "em dash", "\u2013": "en dash", "\u2015": "horizontal bar"}

_FLAG = re.compile(r"(?<!\S)--[^\W\d_]\S*")
_IMAGES = re.compile(r"(?:\s*https?://[^\s/?#]\S*)*", re.IGNORECASE)
_LONG_DASH = re.compile(rf"(?<!\S)([{''.join(_DASHES)}])(?=([A-Za-z]+)(?!\S))")


@dataclass(frozen=True)
class Given:
    """
    One flag as typed in a prompt.

    Attributes:
        flag: Its row, or None for a flag nobody knows.
        spelled: What was typed, with its dashes ("--S").
        value: What follows it, up to the next flag, without the space around it.
        start: Where `spelled` begins in the prompt.
        end: Where `value` ends in the prompt.
    """

    flag: Flag | None
    spelled: str
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Parsed:
    """
    A prompt in its three parts.

    Attributes:
        images: The http(s) URLs at the very start: image prompts.
        text: The words, without the space around them.
        flags: In the order typed.
    """

    images: tuple[str, ...]
    text: str
    flags: tuple[Given, ...]

    @property
    def links(self) -> tuple[str, ...]:
        """Every picture that the server is asked to fetch: image prompts and references."""
        return (*self.images, *filter(is_url, self.style), *(self.value("oref") or "").split())

    @property
    def style(self) -> tuple[str, ...]:
        """The style references without their weights: URLs, codes or `random`."""
        return tuple(split_weight(token)[0] for token in (self.value("sref") or "").split())

    def value(self, name: str) -> str | None:
        """What was given for a flag of the table, by any of its names; None when absent."""
        flag = find(name)
        return next((given.value for given in self.flags if flag and given.flag is flag), None)

    def has(self, name: str) -> bool:
        """Whether a flag of the table is in the prompt."""
        return self.value(name) is not None

    def ratio(self) -> tuple[int, int]:
        """Width and height of --ar; 1:1 when it is absent or unreadable."""
        return read_ratio(self.value("ar") or "") or (1, 1)

    def number(self, name: str, default: int) -> int:
        """A flag's whole number; the default when it is absent or unreadable."""
        number = read_whole(self.value(name) or "")
        return default if number is None else number


def parse(prompt: str) -> Parsed:
    """The parts of a prompt. Never raises; what is wrong with them is for `refusal` to say."""
    found = list(_FLAG.finditer(prompt))
    starts = [*(match.start() for match in found), len(prompt)]
    head = prompt[: starts[0]]
    images = _IMAGES.match(head)
    cut = images.end() if images else 0
    return Parsed(
        images=tuple(head[:cut].split()),
        text=head[cut:].strip(),
        flags=tuple(
            _given(match, prompt[match.end() : end])
            for match, end in zip(found, starts[1:], strict=True)
        ),
    )


def _given(match: re.Match[str], rest: str) -> Given:
    end = match.start() + len((match[0] + rest).rstrip())
    return Given(find(match[0][2:]), match[0], rest.strip(), match.start(), end)


def straighten(text: str) -> tuple[str, tuple[str, ...]]:
    """
    The text with `--` where a keyboard made a long dash of it, and a notice per kind of dash.

    Only a long dash that stands directly before a known flag is changed; a dash in prose, and
    every other byte, stays as it is.
    """
    names: dict[str, list[str]] = {}
    pieces, done = [], 0
    for match in long_dashes(text):
        names.setdefault(_DASHES[match[1]], []).append(match[2])
        pieces += [text[done : match.start()], "--"]
        done = match.end()
    told = (f"read the {dash} before {', '.join(of)} as --" for dash, of in names.items())
    return "".join([*pieces, text[done:]]), tuple(told)


def long_dashes(text: str) -> Iterator[re.Match[str]]:
    """Each long dash directly before a known flag: the dash, and the flag's name."""
    return (match for match in _LONG_DASH.finditer(text) if find(match[2]))
