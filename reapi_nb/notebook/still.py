"""
The board's still twin: an output that a saved notebook keeps when no kernel is left.

A contact sheet as `image/jpeg`, and text with the task ids. A live board hides it. It is
made by a cell and replaced in place later; a front end that was closed meanwhile keeps
the older one.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from IPython.display import display

from reapi_nb.notebook import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reapi_nb.session import Job, Session


class Still:
    """
    The second output of a cell with a board. `show` belongs to the cell, `update` does not.

    Args:
        display_id: Stays the same, so that a later update finds the output.
    """

    def __init__(self, session: Session, display_id: str) -> None:
        self._session = session
        self._display_id = display_id
        self._shown: list[tuple[str, int]] = []

    def show(self, jobs: Sequence[Job]) -> None:
        self._display(jobs, update=False)

    def update(self, jobs: Sequence[Job]) -> None:
        """Replace the output where it stands, if there is news. Any thread; slow, for it draws."""
        if self._shown != _states(jobs):
            self._display(jobs, update=True)

    def _display(self, jobs: Sequence[Job], *, update: bool) -> None:
        states = _states(jobs)  # before drawing: what comes meanwhile is drawn the next time
        data, metadata = self._bundle(jobs)
        display(data, metadata=metadata, raw=True, display_id=self._display_id, update=update)
        self._shown = states

    def _bundle(self, jobs: Sequence[Job]) -> tuple[dict[str, Any], dict[str, Any]]:
        data: dict[str, Any] = {"text/plain": "\n".join(text.line(job) for job in jobs)}
        if sheet := self._session.sheet(jobs):
            data["image/jpeg"] = base64.b64encode(sheet).decode()
        return data, {"reapi": {"task_ids": [job.task_id for job in jobs if job.task_id]}}


def _states(jobs: Sequence[Job]) -> list[tuple[str, int]]:
    return [(job.job_id, job.snapshot.rev) for job in jobs]
