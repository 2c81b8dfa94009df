"""
A prompt may end in a question mark.

IPython takes a line that ends in `?` for a cry for help, and the magic never runs. This
token transformer comes first and turns such a line into the call that was meant. Tokens,
not text, because the same line inside a string is none of our business.
"""

from __future__ import annotations

import tokenize
from itertools import pairwise
from typing import TYPE_CHECKING

from IPython.core.inputtransformer2 import (
    TokenTransformBase,
    assemble_continued_line,
    find_end_of_continued_line,
)

if TYPE_CHECKING:
    from tokenize import TokenInfo

MAGIC = "reapi"
_LAYOUT = (tokenize.INDENT, tokenize.DEDENT, tokenize.NEWLINE, tokenize.NL)


class PromptEndsInQuestion(TokenTransformBase):
    """`%reapi mj who is there?`, also behind `job = `."""

    priority = 1  # before IPython's own help, which has 5

    def __init__(self, start: tuple[int, int], percent: TokenInfo) -> None:
        super().__init__(start)  # where the line starts, for that is what candidates are sorted by
        self._magic_col = percent.start[1]

    @classmethod
    def find(cls, tokens_by_line: list[list[TokenInfo]]) -> PromptEndsInQuestion | None:
        for line in tokens_by_line:
            said = [token for token in line if token.type not in _LAYOUT]
            at = _magic_at(said)
            # A bare `%reapi?` asks for help indeed.
            if at is not None and _is_question(said[-1]) and said[at + 2].string != "?":
                return cls(said[0].start, said[at])
        return None

    def transform(self, lines: list[str]) -> list[str]:
        first = self.start_line
        last = find_end_of_continued_line(lines, first)
        before = lines[first][: self._magic_col]
        text = assemble_continued_line(lines, (first, self._magic_col), last)
        rest = text[1 + len(MAGIC) :].strip()
        call = f"{before}get_ipython().run_line_magic({MAGIC!r}, {rest!r})\n"
        return [*lines[:first], call, *lines[last + 1 :]]


def _magic_at(said: list[TokenInfo]) -> int | None:
    """Where the `%` of our magic stands, if it starts the line or is assigned."""
    for n, (percent, name) in enumerate(pairwise(said)):
        if (percent.string, name.string) == ("%", MAGIC):
            return n if n == 0 or said[n - 1].string == "=" else None
    return None


def _is_question(last: TokenInfo) -> bool:
    # The text, not the token: behind an apostrophe everything may be one token.
    return last.line.rstrip().endswith("?")
