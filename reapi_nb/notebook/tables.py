"""
Tables: Markdown in a notebook, aligned text in a terminal.

A cell of a table is a name or a figure. What comes from outside stays text in either.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from IPython.display import Markdown, display

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ADDRESS = re.compile(r":(?=//)|(?<=www)\.|@", re.IGNORECASE)
_MARKUP = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_{}[]<>()#!|~$&"})


def show(headings: Sequence[str], rows: Iterable[Sequence[str]], *, is_terminal: bool) -> None:
    """Put a table on screen."""
    if is_terminal:
        print(aligned([headings, *rows]))
    else:
        display(Markdown(markdown(headings, rows)))


def aligned(rows: Iterable[Sequence[str]]) -> str:
    """Rows as text, each column as wide as it must be, figures on the right."""
    rows = [tuple(map(_on_one_line, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(_put(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def markdown(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows as a Markdown table; figures stand on the right."""
    rows = [tuple(map(_on_one_line, row)) for row in rows]
    columns = list(zip(*rows, strict=True)) or [()] * len(headings)
    rule = ["---:" if column and all(map(_is_figure, column)) else "---" for column in columns]
    body = ([_text(cell) for cell in row] for row in rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in (headings, rule, *body))


def _text(cell: str) -> str:
    # A page makes links of bare addresses, too.
    return _ADDRESS.sub(r"\\\g<0>", cell.translate(_MARKUP))


def _put(cell: str, width: int) -> str:
    return cell.rjust(width) if _is_figure(cell) else cell.ljust(width)


def _is_figure(cell: str) -> bool:
    return cell.replace(",", "").isdecimal()


def _on_one_line(cell: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in cell).split())
