"""
What a form would send: its line, read and checked as before it is sent, and its price.

It is looked at with every key, so nothing is sent or uploaded, and no server is asked the same
twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from reapi_nb.command import stand_in
from reapi_nb.errors import InvalidRequest, ReapiError
from reapi_nb.notebook import form_line, planned

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reapi_nb.catalog import ImageRequest
    from reapi_nb.command import Command
    from reapi_nb.notebook.form_fields import Entry
    from reapi_nb.notebook.names import Names
    from reapi_nb.session import Session

    Entries = Mapping[str, Entry]

_ELSEWHERE = "another provider made that picture: %reapi form <nick> task_x#2 opens a form for it"


@dataclass(frozen=True)
class Offer:
    """What a press would send."""

    requests: tuple[ImageRequest, ...]
    cost: str
    """The likely bill, for the button."""

    facts: tuple[str, ...]
    """The bill with its source, and what is worth saying."""

    files: tuple[str, ...]
    """Local pictures that a press puts where the server can fetch them."""

    @property
    def label(self) -> str:
        count = len(self.requests)
        what = f"Submit {planned.count(count)}" if count > 1 else "Submit"
        return f"{what} \u00b7 {self.cost}"


@dataclass(frozen=True)
class Look:
    """What a form says at one moment, and what a press would send or why it would not."""

    text: str
    offer: Offer | None = None
    complaint: str = ""


class Offers:
    """
    Looks at the form of one class. Any thread.

    Args:
        session: Where it would be sent.
        names: What the notebook calls its jobs and variables.
    """

    def __init__(self, kind: type[ImageRequest], session: Session, names: Names) -> None:
        self._kind = kind
        self._session = session
        self._names = names
        self._links: dict[tuple[str, int], str | InvalidRequest] = {}

    def look(self, entries: Entries) -> Look:
        """What the controls say now."""
        files: dict[str, str] = {}
        said = self._said(entries, partial(_later, files))
        if said.asked is None:
            return Look(said.text, complaint=said.complaint)
        try:
            return Look(said.text, self._offer(said.asked, tuple(files)))
        except ReapiError as no:
            return Look(said.text, complaint=no.message)

    def uploaded(self, entries: Entries) -> tuple[ImageRequest, ...]:
        """
        The requests with the addresses of their local pictures, which are put there. Blocks.

        Raises:
            InvalidRequest: One of them could not be put anywhere.
        """
        said = self._said(entries, self._session.upload)
        if said.asked is None:
            raise InvalidRequest(said.complaint)
        return said.asked.requests

    def forget(self) -> None:
        """Ask for every address again: what was unknown may be known by now."""
        self._links.clear()

    def _said(self, entries: Entries, upload: Callable[[str], str]) -> form_line.Said:
        def read(nick: str, line: str, body: str | None) -> Command:
            provider = self._kind.provider
            return self._names.read(nick, line, body, self._link, provider=provider, upload=upload)

        return form_line.said(self._kind.nick, entries, read)

    def _offer(self, asked: Command, files: tuple[str, ...]) -> Offer:
        if type(asked.request) is not self._kind:
            raise InvalidRequest(_ELSEWHERE)
        plan = self._session.plan(asked.requests, fresh=True, trial=True)
        bill = str(plan.estimate) if len(plan) == 1 else planned.summary(plan)
        notices = (notice for item in plan.items for notice in item.notices)
        told = (f"{file} is uploaded when you press" for file in files)
        facts = dict.fromkeys((bill, *asked.notices, *notices, *told))
        return Offer(asked.requests, plan.estimate.short, tuple(facts), files)

    def _link(self, task_id: str, slot: int) -> str:
        key = task_id, slot
        if key not in self._links:
            try:
                self._links[key] = self._session.link(task_id, slot)
            except InvalidRequest as no:
                self._links[key] = no
        found = self._links[key]
        if isinstance(found, InvalidRequest):
            raise InvalidRequest(found.message, code=found.code)
        return found


def _later(files: dict[str, str], path: str) -> str:
    """A stand-in for the address of a local picture."""
    if not Path(path).expanduser().is_file():
        raise InvalidRequest(f"there is no picture {path}: type its path, or its URL")
    return files.setdefault(path, stand_in(path))
