"""
The text of a form as HTML: the one place where it becomes that, and every word of it is escaped.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets

from reapi_nb.notebook.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_ROWS, _ROW = 8, 80
"""How many rows a cell is shown in, and about how many characters fit into one."""


def widget(kind: str, text: str) -> Any:
    """
    A text that stays.

    Args:
        kind: Its class in the style sheet.
    """
    return ipywidgets.HTML(f'<div class="{kind}">{escape(plain(text))}</div>')


def facts(told: Iterable[str]) -> str:
    """What is worth knowing, one a line."""
    return "".join(f'<div class="rf-fact">{escape(plain(fact))}</div>' for fact in told)


def error(complaint: str) -> str:
    """What is wrong: a sign, a sentence, and an alert for those who listen."""
    icon = '<span aria-hidden="true">\u26a0</span>'
    return f'<div class="rf-error" role="alert">{icon} {escape(plain(complaint))}</div>'


def copyable(cell: str) -> str:
    """A cell to select and copy; the notebook's own keys do nothing in it."""
    rows = min(sum(len(line) // _ROW + 1 for line in cell.split("\n")), _MOST_ROWS)
    return (
        '<div class="rf-line"><span>as a line</span><textarea readonly aria-label="as a line" '
        f'rows="{rows}" spellcheck="false" data-lm-suppress-shortcuts="true">'
        f"{escape(cell)}</textarea></div>"
    )
