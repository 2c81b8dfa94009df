"""
What a line must not be searched in: groups and variables of a prompt, JSON, addresses with braces.

A veil of letters is laid over them, so that no quote, flag or space in them is taken for one of
the line's. A group that holds a flag looks like a flag itself, because nothing before it owns it:
in `--speed turbo {, --raw}` the speed is turbo.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reapi_nb import prompts
from reapi_nb.command._grammar import FLAG, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_VALUED = re.compile(rf"({FLAG.pattern})\s+(?=\S)")
_WORD = re.compile(r"\S+")
_JSON_MARK = re.compile(r'\\.|["{}]', re.DOTALL)
_FLAG_IN_A_GROUP = re.compile(r"(?<![^\s{,])--[^\W\d_]")


def veiled(typed: str, takes_whole: Callable[[str], bool]) -> Text:
    """
    A text and its veil.

    Args:
        typed: Verbatim.
        takes_whole: Whether the braces in the value of a flag, as spelled, are JSON or part of
            an address, and no group.
    """
    veil = _covered(typed, _values(typed, takes_whole), _letters)
    # A group without its end is refused later; until then it must not swallow the quote behind it.
    groups = [span for span in prompts.spans(veil) if veil[span[1] - 1] == "}"]
    return Text(typed, _covered(veil, groups, _flag_or_letters))


def _covered(text: str, places: Iterable[tuple[int, int]], cover: Callable[[str], str]) -> str:
    pieces, done = [], 0
    for start, end in places:
        pieces += [text[done:start], cover(text[start:end])]
        done = end
    return "".join([*pieces, text[done:]])


def _letters(text: str) -> str:
    return "x" * len(text)


def _flag_or_letters(group: str) -> str:
    return ("--" if _FLAG_IN_A_GROUP.search(group) else "").ljust(len(group), "x")


def _values(text: str, takes_whole: Callable[[str], bool]) -> Iterator[tuple[int, int]]:
    """Start and end of every value with braces that are its own."""
    at = 0
    while flag := _VALUED.search(text, at):
        start = at = flag.end()
        if not takes_whole(flag[1]):
            continue
        at = _end_of_json(text, start) if text[start] == "{" else _end_of_word(text, start)
        if "{" in text[start:at] or "}" in text[start:at]:
            yield start, at


def _end_of_word(text: str, start: int) -> int:
    word = _WORD.match(text, start)
    return word.end() if word else start


def _end_of_json(text: str, start: int) -> int:
    """Where the object that begins here ends; a brace in one of its strings ends nothing."""
    depth, in_string = 0, False
    for mark in _JSON_MARK.finditer(text, start):
        in_string ^= mark[0] == '"'
        if not in_string:
            depth += {"{": 1, "}": -1}.get(mark[0], 0)
            if not depth:
                return mark.end()
    return len(text)
