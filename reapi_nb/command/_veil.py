"""
What a line must not be searched in: groups and variables of a prompt, JSON, quoted values.

A veil of letters is laid over them, so that no quote, flag or space in them is taken for one of
the line's. A group that holds a flag looks like a flag itself, because nothing before it owns it:
in `--speed turbo {, --raw}` the speed is turbo.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from reapi_nb import prompts
from reapi_nb.command._grammar import FLAG, Text, quoted_end

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_VALUED = re.compile(rf"({FLAG.pattern})\s+(?=\S)")
_WORD = re.compile(r"\S+")
_JSON_MARK = re.compile(r'\\.|["{}\[\]]', re.DOTALL)
_DEPTH = {"{": 1, "[": 1, "}": -1, "]": -1}
_FLAG_IN_A_GROUP = re.compile(r"(?<![^\s{,])--[^\W\d_]")


def veiled(
    typed: str, takes_whole: Callable[[str], bool], takes_json: Callable[[str], bool]
) -> Text:
    """
    A text and its veil.

    Args:
        typed: Verbatim.
        takes_whole: Whether the braces and quotes in the value of a flag, as spelled, are its own
            (JSON, an address, words), and no group.
        takes_json: Whether that value may be JSON.
    """
    veil = _covered(typed, _values(typed, takes_whole, takes_json), _letters)
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


def _values(
    text: str, takes_whole: Callable[[str], bool], takes_json: Callable[[str], bool]
) -> Iterator[tuple[int, int]]:
    """Start and end of every value with spaces or braces that are its own."""
    at, unclosed = 0, ""
    while flag := _VALUED.search(text, at):
        start = at = flag.end()
        if not takes_whole(flag[1]):
            continue
        mark = text[start]
        # A quote that is never closed is not looked for again: a line may have thousands.
        end = quoted_end(text, start) if mark not in unclosed else None
        if end is None:
            unclosed += mark
            is_json = mark in "{[" and takes_json(flag[1])
            end = _end_of_json(text, start) if is_json else _end_of_word(text, start)
        at = end
        if re.search(r"[\s{}]", text[start:at]):
            yield start, at


def _end_of_word(text: str, start: int) -> int:
    word = _WORD.match(text, start)
    return word.end() if word else start


def _end_of_json(text: str, start: int) -> int:
    """Where the JSON that begins here ends; a brace in one of its strings ends nothing."""
    depth, in_string = 0, False
    for mark in _JSON_MARK.finditer(text, start):
        in_string ^= mark[0] == '"'
        if not in_string:
            depth += _DEPTH.get(mark[0], 0)
            if not depth:
                return mark.end()
    return len(text)
