"""
A plan: several requests of one line, before they are paid.

It knows what each would cost and which are in the library already. Running it sends the
rest, once, and all of it shares a board.
"""

from __future__ import annotations

import time
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reapi_nb.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reapi_nb.catalog import ImageRequest
    from reapi_nb.job import Account
    from reapi_nb.prices import Estimate
    from reapi_nb.session.handles import Job
    from reapi_nb.session.runs import Run


@dataclass(frozen=True)
class Item:
    """One request, and what is known of it before anything is sent."""

    request: ImageRequest
    estimate: Estimate
    known: Job | None
    """The job that the library has for it; it costs nothing."""

    run: Run | None
    """Which asking of which cell it is; None for a click."""

    fresh: bool
    """Pay again, although there is a job."""

    parent: tuple[str, int] | None
    """job_id and wire slot of the picture it is made from."""

    notices: tuple[str, ...]
    """What is worth saying about it, and about making it from this parent."""

    @property
    def board_id(self) -> str:
        """The board that this cell had for it, if this cell is where it was made."""
        made = self.known.snapshot if self.known else None
        here = self.run.here.cell if self.run else None
        return made.board_id if made and made.cell and made.cell.cell == here else ""


class Plan:
    """
    Requests that wait for a decision: `plan.run()` sends them, `plan.drop()` does not.

    It can be shown, counted and waited for like the jobs that it becomes.
    """

    def __init__(
        self,
        items: Sequence[Item],
        board_id: str,
        bill: Estimate,
        answer: Callable[[Item], Job],
        account: Account | None = None,
    ) -> None:
        self._items = tuple(items)
        self._answer = answer
        self.board_id = board_id
        self.account = account
        """Who is going to take its jobs."""

        self.estimate = bill
        """What the requests that are not in the library would cost."""

        self._undecided = [True]  # popped once, by whoever decides: a pop is atomic
        self._jobs: Future[tuple[Job, ...]] = Future()

    @property
    def state(self) -> str:
        """`waiting`, `sent` or `dropped`."""
        if self._undecided:
            return "waiting"
        return "dropped" if self._jobs.done() and self._jobs.exception() else "sent"

    @property
    def items(self) -> tuple[Item, ...]:
        return self._items

    @property
    def new(self) -> int:
        """How many requests are not in the library, and would be paid for."""
        return sum(item.known is None for item in self._items)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The jobs in the order of the requests; none before it runs."""
        return self._jobs.result() if self.state == "sent" else ()

    def run(self) -> tuple[Job, ...]:
        """
        Send what is not in the library. A second call changes nothing.

        Raises:
            InvalidRequest: It was dropped.
        """
        if self._is_mine_to_decide():
            jobs: list[Job] = []
            try:
                jobs.extend(map(self._answer, self._items))
            except BaseException as no:
                # What was sent before the trouble is paid for, and stays the plan's.
                self._jobs.set_result(tuple(jobs)) if jobs else self._jobs.set_exception(no)
                raise
            self._jobs.set_result(tuple(jobs))
        return self._jobs.result()

    def drop(self) -> None:
        """Never send it. What runs already goes on."""
        if self._is_mine_to_decide():
            self._jobs.set_exception(InvalidRequest("this plan was dropped: run its cell again"))

    def listen(self, show: Callable[[], None]) -> None:
        """Call `show` once it is decided, on the thread that decides; now if it is already."""
        self._jobs.add_done_callback(lambda _decided: show())

    def _is_mine_to_decide(self) -> bool:
        try:
            return self._undecided.pop()
        except IndexError:
            return False

    def wait(self, timeout: float | None = None) -> Plan:
        """
        Wait for all of its jobs; see `Job.wait`.

        Args:
            timeout: Seconds to wait at most for all of them together.

        Raises:
            InvalidRequest: It was not run, so there is nothing to wait for.
        """
        if self.state != "sent":
            raise InvalidRequest("this plan has not run: press Run, or type plan.run()")
        until = None if timeout is None else time.monotonic() + timeout
        for job in self.jobs:
            job.wait(None if until is None else until - time.monotonic())
        return self

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        bill = str(self.estimate) if self.new else "0 credits"
        return f"<Plan of {len(self)} requests, {self.new} new, {bill}: {self.state}>"
