"""
The text of a line: quotes, flags, words. Knows no request class, and refuses nothing.

No shell rules apply here: an apostrophe, a `$` or a backslash in a prompt is only that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FLAG = re.compile(r"(?<!\S)--[^\W\d_]\S*")
LONG_DASH = re.compile(r"(?<!\S)[\u2013-\u2015]([A-Za-z-]+)(?!\S)")
REFERENCE = re.compile(r"(\S+)#([0-9]{1,4})")
QUOTES = {'"': '"', "'": "'", "\u201c": "\u201d", "\u2018": "\u2019"}


@dataclass(frozen=True)
class Text:
    """
    Some of a line, once as typed and once with a veil over what must be taken whole.

    Whoever looks for quotes, flags and words looks at the veil. Both are equally long, and a part
    of one goes with the same part of the other.
    """

    typed: str
    veil: str

    def __getitem__(self, part: slice) -> Text:
        return Text(self.typed[part], self.veil[part])

    def lstrip(self) -> Text:
        return self[len(self.veil) - len(self.veil.lstrip()) :]

    def rstrip(self) -> Text:
        return self[: len(self.veil.rstrip())]

    def flags(self) -> list[tuple[int, str]]:
        """Where each flag begins, and how it is spelled."""
        found = FLAG.finditer(self.veil)
        return [(match.start(), self.typed[match.start() : match.end()]) for match in found]


def unsilenced(line: str) -> str:
    """The line without the `;` that tells IPython to show nothing."""
    return line.strip().removesuffix(";").rstrip()


def one_line(*parts: str) -> str:
    """
    The parts as one line.

    An address may end it in what IPython takes for its own: `?` for help, `;` for silence. One
    more `;` behind it is the one that is taken away.
    """
    line = " ".join(filter(None, parts))
    return f"{line};" if line.endswith(("?", ";")) else line


def unquoted(text: Text) -> tuple[Text, Text] | None:
    """
    What stands inside the quotes around a prompt, and the flags behind them.

    None when there are none around it: a quote only closes a prompt when the text or a flag
    ends there, and never when that would tear other quotes apart.
    """
    opening, closing = text.veil[:1], QUOTES.get(text.veil[:1])
    if closing is None:
        return None
    closes = re.compile(rf"{closing}(?=\s+--[^\W\d_]|\s*\Z)")
    ends = [match.start() for match in closes.finditer(text.veil, 1)]
    if not ends:
        return None

    def halves_a_pair(end: int) -> bool:  # the first of two in: "a sign "OPEN" --ar 16:9"
        return bool(sum(text.veil.count(mark, end + 1) for mark in {opening, closing}) % 2)

    end = min(ends, key=halves_a_pair)
    inside = text[1:end]
    if _is_between(inside.veil, opening, closing):
        return None
    return inside, text[end + 1 :].lstrip()


def quoted_end(text: str, start: int = 0) -> int | None:
    """Where a value in quotes ends that begins here; None when it is in none."""
    closing = QUOTES.get(text[start : start + 1])
    if closing is None:
        return None
    found = re.compile(rf"{closing}(?=\s|\Z)").search(text, start + 1)
    return found.end() if found else None


def pieces(value: str) -> list[str]:
    """The words of a value; what stands in quotes is one word, without them."""
    found = []
    while value := value.lstrip():
        if end := quoted_end(value):
            found.append(value[1 : end - 1])
        else:
            end = len(value.split(maxsplit=1)[0])
            found.append(value[:end])
        value = value[end:]
    return found


def _is_between(inside: str, opening: str, closing: str) -> bool:
    """Whether it stands between two pairs of quotes, not in one: "OPEN" or "CLOSED"."""
    first = re.match(rf"[^{opening}{closing}]*(?<=\S){closing}(?!\w)", inside)
    last = re.search(rf"(?<!\w){opening}(?=\w)[^{opening}{closing}]*\Z", inside)
    return bool(first and last)


def segments(text: Text) -> tuple[Text, list[Text]]:
    """The text before the first flag, and each flag with all that follows it."""
    starts = [*(start for start, _ in text.flags()), len(text.veil)]
    return text[: starts[0]], [text[start:end] for start, end in pairwise(starts)]


def first_word(text: Text) -> tuple[str, Text]:
    """The first word, and what is left without the space between."""
    text = text.lstrip()
    word = next(iter(text.veil.split(maxsplit=1)), "")
    return text.typed[: len(word)], text[len(word) :].lstrip()


def bare(spelled: str) -> str:
    """A flag without its dashes."""
    return spelled[2:].lower()


def joined(spelled: str, value: str) -> str:
    """A flag and its value, if it has one."""
    return f"{spelled} {value}".rstrip()


def nearest(word: str, known: Iterable[str]) -> str | None:
    """What was probably meant by a word that nobody knows."""
    return next(iter(get_close_matches(word.lower(), list(known), n=1)), None)


def listed(names: Sequence[str], word: str) -> str:
    """Names in a sentence: a, b or c."""
    *most, last = names or ("",)
    return f"{', '.join(most)} {word} {last}" if most else last


def short(text: str, most: int = 60) -> str:
    """At most so many characters, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 3]}..."


def shown(text: str) -> str:
    """Somebody's words in a message."""
    return f'"{short(text)}"'
