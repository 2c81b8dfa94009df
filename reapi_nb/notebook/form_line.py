"""
What a form says, as the line or cell that one would type, and what that asks for.

The line is read as any other is, so form and line cannot disagree. Nothing is sent from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reapi_nb.command import one_line, shows_key
from reapi_nb.errors import ReapiError
from reapi_nb.notebook.form_fields import QUOTES, Where

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reapi_nb.command import Command
    from reapi_nb.notebook.form_fields import Entry

    Read = Callable[[str, str, str | None], Command]


@dataclass(frozen=True)
class Said:
    """
    What a form says at one moment.

    Attributes:
        text: The cell that says the same, `%reapi` and all.
        asked: What it asks for; None where that cannot be read.
        complaint: Why it cannot.
    """

    text: str
    asked: Command | None = None
    complaint: str = ""


def said(nick: str, entries: Mapping[str, Entry], read: Read) -> Said:
    """
    What a form says now.

    Args:
        entries: Its controls by their labels.
        read: Reads a nick, the rest of its line, and the body of a cell or None.
    """
    front, words, behind = (
        " ".join(filter(None, (entry.said for entry in entries.values() if entry.where is where)))
        for where in Where
    )
    if not words:
        return _checked(_read(nick, one_line(front, behind), None, read), entries)
    lines = [one_line(front, f"{quote}{words}{quote}", behind) for quote in (*QUOTES, "")]
    # What stands below its line is never misread: the others must mean the same.
    below = _read(nick, one_line(front, behind), words, read)
    above = (_read(nick, line, None, read) for line in lines if line.isprintable())
    if below.asked is None:
        best = next(above, below)
        return Said(best.text, complaint=best.complaint or below.complaint)
    same = (one for one in above if one.asked and one.asked.requests == below.asked.requests)
    return _checked(next(same, below), entries)


def _cell(nick: str, line: str, body: str | None) -> str:
    front = f"%reapi {nick} {line}".rstrip()
    return front if body is None else f"%{front}\n{body}"


def _read(nick: str, line: str, body: str | None, read: Read) -> Said:
    text = _cell(nick, line, body)
    try:
        return Said(text, read(nick, line, body))
    except ReapiError as no:
        # A saved notebook keeps what a form shows.
        return Said("" if shows_key(text) else text, complaint=no.message)


def _checked(told: Said, entries: Mapping[str, Entry]) -> Said:
    """The same, unless one control says what is another's, or the line's own."""
    asked = told.asked
    if asked is None:
        return told
    meant = {name for entry in entries.values() if entry.said for name in entry.fields}
    # The fields of `raw` have no controls of their own.
    known = type(asked.request).model_fields.keys() - asked.request.implied
    strays = (asked.request.model_fields_set & known) ^ meant
    if asked.fresh or asked.yes or asked.dry_run or strays:
        return Said(told.text, complaint="each field takes one value: leave out its --flags")
    return told
