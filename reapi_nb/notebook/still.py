"""
The board's still twin: an output that a saved notebook keeps when no kernel is left.

A contact sheet as `image/jpeg`, and text with the task ids; its metadata names the jobs. A
live board hides it. It is made by a cell and replaced in place later; a front end that was
closed meanwhile keeps the older one.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from IPython.display import display

from reapi_nb.notebook import planned, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reapi_nb.session import Job, Plan, Session


@dataclass(frozen=True)
class Sheet:
    """A drawn twin: what it says, and of which moment."""

    moment: tuple[int, ...]
    """Grows with every change of the board."""

    data: dict[str, Any]
    metadata: dict[str, Any]


class Still:
    """
    The second output of a cell with a board. `show` belongs to the cell, the rest does not.

    Args:
        display_id: Stays the same, so that a later sheet finds the output.
        plan: What the jobs come from, where it is a plan.
    """

    def __init__(self, session: Session, display_id: str, plan: Plan | None = None) -> None:
        self.plan = plan
        self._session = session
        self._display_id = display_id
        self._moment: tuple[int, ...] = ()

    @property
    def is_shown(self) -> bool:
        return bool(self._moment)

    def show(self, jobs: Sequence[Job]) -> None:
        """Put the output below the board."""
        self._moment = self._moment_of(jobs)
        self._display(self._drawn(jobs), update=False)

    def draw(self, jobs: Sequence[Job]) -> Sheet | None:
        """The twin as it should be now, unless it is. Any thread; slow."""
        return None if self._moment == self._moment_of(jobs) else self._drawn(jobs)

    def replace(self, sheet: Sheet) -> None:
        """Replace the output where it stands; a sheet that was overtaken is dropped."""
        if sheet.moment > self._moment:
            self._moment = sheet.moment
            self._display(sheet, update=True)

    def _display(self, sheet: Sheet, *, update: bool) -> None:
        display(
            sheet.data,
            metadata=sheet.metadata,
            raw=True,
            display_id=self._display_id,
            update=update,
        )

    def _drawn(self, jobs: Sequence[Job]) -> Sheet:
        moment = self._moment_of(
            jobs
        )  # before drawing: what comes meanwhile is drawn the next time
        plan = [planned.text(self.plan)] if self.plan else []
        data: dict[str, Any] = {"text/plain": "\n".join([*plan, *map(text.line, jobs)])}
        if sheet := self._session.sheet(jobs):
            data["image/jpeg"] = base64.b64encode(sheet).decode()
        ids = {
            "job_ids": [job.job_id for job in jobs],
            "task_ids": [job.task_id for job in jobs if job.task_id],
        }
        return Sheet(moment, data, {"reapi": ids})

    def _moment_of(self, jobs: Sequence[Job]) -> tuple[int, ...]:
        decided = self.plan is not None and self.plan.state != "waiting"
        return len(jobs), sum(job.snapshot.rev for job in jobs), decided
