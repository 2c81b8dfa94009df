"""
A form: the fields of one request class, the line that they make, and the boards of its jobs.

A cell makes and displays it. Its handlers may run on any thread, so they read, post and return;
the engine never touches it. What it sends is what its line asks for, and never more than its
button says.
"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import anywidget
import ipywidgets

from reapi_nb import command
from reapi_nb.errors import InvalidRequest, ReapiError
from reapi_nb.notebook import form_text, surface
from reapi_nb.notebook.form_fields import PICTURE, entries
from reapi_nb.notebook.form_offer import Offer, Offers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reapi_nb.catalog import ImageRequest
    from reapi_nb.notebook.board import Board
    from reapi_nb.notebook.names import Names
    from reapi_nb.session import Job, Session

DOUBLE_S = 1.0
"""How long after a press another one is taken for the same, in seconds."""

_CHANGED = "what this asks for has changed meanwhile: look at it, then press again"
_WHO_KNOWS = "something went wrong: type %reapi history before you press again"
_SENT = "sent, see below; another press sends it again"


class _Page(anywidget.AnyWidget):
    """What a form needs of the page: its style, and its keys."""

    _esm = surface.esm("form")
    _css = surface.css("form")


class Form(ipywidgets.VBox):
    """
    The form of a request class.

    Args:
        session: Of the place in force; the form stays with it.
        names: What the notebook calls its jobs and variables.
        board_of: The board of a job.
        picture: What it starts from, as one would type it.
        clock: Seconds that only grow.

    Raises:
        InvalidRequest: There is a picture, and the class starts from none.
    """

    def __init__(
        self,
        kind: type[ImageRequest],
        session: Session,
        names: Names,
        board_of: Callable[[Job], Board],
        *,
        picture: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.kind = kind
        self.entries = entries(kind)
        self._session = session
        self._names = names
        self._board_of = board_of
        self._clock = clock
        self._offers = Offers(kind, session, names)
        self._offered: list[Offer] = []  # at most one; popped once, by whoever presses first
        self._quiet_until = float("-inf")
        self._is_sending = False
        self.line = ipywidgets.HTML()
        self.note = ipywidgets.HTML()
        self.submit = ipywidgets.Button(button_style="primary", layout={"width": "auto"})
        self.clear = ipywidgets.Button(description="Clear", layout={"width": "auto"})
        self.boards = ipywidgets.VBox().add_class("rf-boards")
        if picture:
            self._picture_control().value = picture
        super().__init__(self._parts())
        self.add_class("rf-form")
        self._look(is_new=True)
        for entry in self.entries.values():
            entry.control.observe(self._changed, "value")
        self.submit.on_click(self._pressed)
        self.clear.on_click(self._cleared)

    @property
    def offer(self) -> Offer | None:
        """What a press would send now; None where it would send nothing."""
        return next(iter(self._offered), None)

    def close(self) -> None:
        """Leave the page, and hear nothing any more."""
        controls = (entry.control for entry in self.entries.values())
        for part in (*controls, self.submit, self.clear, *self.children):
            part.close()
        super().close()

    def __repr__(self) -> str:
        # Stable text instead of what is inside: saved notebooks are compared.
        return f"<reAPI form: {self.kind.nick}>"

    # -- what it consists of

    def _parts(self) -> tuple[Any, ...]:
        rows = [
            ipywidgets.VBox([entry.control, form_text.widget("rf-help", entry.meaning)])
            for entry in self.entries.values()
        ]
        buttons = ipywidgets.HBox([self.submit, self.clear]).add_class("rf-buttons")
        return (_Page(), self._head(), *rows, self.line, self.note, buttons, self.boards)

    def _head(self) -> Any:
        settings = self._session.settings
        place = f"{settings.place}: {'paid with credits' if settings.real else 'no charge'}"
        title = form_text.widget("rf-title", f"{self.kind.title} \u00b7 %reapi {self.kind.nick}")
        badge = form_text.widget("rf-badge" if settings.real else "rf-badge rf-free", place)
        return ipywidgets.HBox([title, badge]).add_class("rf-head")

    def _picture_control(self) -> Any:
        for name in (PICTURE, command.IMAGE):
            if name in self.entries:
                return self.entries[name].control
        nick = self.kind.nick
        raise InvalidRequest(f"{nick} starts from no picture: type %reapi form {nick}")

    # -- what it says

    def _changed(self, change: dict[str, Any]) -> None:
        if command.shows_key(str(change["new"])):
            change["owner"].value = ""  # a saved notebook keeps what its controls hold
            self.note.value = form_text.error(command.KEY_SHOWN)
            return
        if not getattr(change["owner"], "continuous_update", True):
            self._offers.forget()  # another picture, or the same again that was unknown
        self._look()

    def _cleared(self, _button: object) -> None:
        for entry in self.entries.values():
            entry.clear()
        self._look(is_new=True)

    def _look(self, told: str = "", *, is_new: bool = False) -> None:
        """Read the controls, show what comes of it, and offer that."""
        look = self._offers.look(self.entries)
        offer = look.offer
        self._offered = [offer] if offer and not self._is_sending else []
        self.line.value = form_text.copyable(look.text)
        if offer:
            self.note.value = form_text.facts((*filter(None, [told]), *offer.facts))
        elif is_new:  # nothing is wrong yet with a form that was just opened
            self.note.value = form_text.facts([look.complaint])
        else:
            self.note.value = form_text.error(look.complaint)
        self.submit.description = offer.label if offer else "Submit"
        self.submit.disabled = offer is None or self._is_sending

    # -- what it sends

    def _pressed(self, _button: object) -> None:
        """May run on any thread, and on two at once."""
        try:
            shown = self._offered.pop()
        except IndexError:
            return
        if self._clock() < self._quiet_until:
            self._offered = [shown]
            return
        self._is_sending = self.submit.disabled = True
        self._quiet_until = self._clock() + DOUBLE_S
        if shown.files:  # an upload may take a while, and no thread of the kernel waits for it
            self.note.value = form_text.facts(f"uploading {file}" for file in shown.files)
            self._session.background(partial(self._finish, shown))
        else:
            self._finish(shown)

    def _finish(self, shown: Offer) -> None:
        """Send what was shown, and be ready for another press."""
        told = _WHO_KNOWS
        try:
            told = self._submitted(shown)
        finally:
            self._quiet_until, self._is_sending = self._clock() + DOUBLE_S, False
            self._look(told)

    def _submitted(self, shown: Offer) -> str:
        """Submit what was shown, unless it means something else by now; what to say of it."""
        if self._offers.look(self.entries).offer != shown:
            return _CHANGED
        jobs: list[Job] = []
        submit = partial(self._session.submit, clicked=True, board_id=uuid4().hex)
        try:
            requests = self._offers.uploaded(self.entries) if shown.files else shown.requests
            jobs.extend(map(submit, requests))
        except ReapiError as no:
            return no.message
        finally:
            if jobs:  # what was sent is paid for, whatever became of the others
                self._show(jobs)
        return _SENT

    def _show(self, jobs: Sequence[Job]) -> None:
        """The board of these jobs, above those of before."""
        self._names.last = jobs[-1]
        board = self._board_of(jobs[0])
        for job in jobs[1:]:
            board.add(job)
        self.boards.children = (board, *self.boards.children)
