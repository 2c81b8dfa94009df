"""
What people decide about a job: send it or not, look again, set it aside, give it its task.

Each is checked here, so that what cannot work says so at once, and then posted to the engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reapi_nb import command
from reapi_nb.errors import InvalidRequest
from reapi_nb.job import Status
from reapi_nb.wire.answers import is_safe_id

if TYPE_CHECKING:
    from reapi_nb.job import Account
    from reapi_nb.library import Library
    from reapi_nb.session.asking import Asking
    from reapi_nb.session.driving import Driver
    from reapi_nb.session.handles import Handles, Job

DELETE_S = 10.0
COUNTINGS = ("slot", "position")


class Deciding:
    """
    Decisions about the jobs of one account.

    Args:
        library: Is only read.
    """

    def __init__(
        self, account: Account, library: Library, handles: Handles, driver: Driver, asking: Asking
    ) -> None:
        self._account = account
        self._library = library
        self._handles = handles
        self._driver = driver
        self._asking = asking

    def send(self, job: Job) -> None:
        """
        Send a job that was held.

        Raises:
            InvalidRequest: It is another account's, or this version cannot read what it asks for.
        """
        held = job.snapshot
        self._check_ours(job)
        self._asking.check_sendable(job.request)
        if held.status is Status.HELD:
            self._driver.post(lambda engine: engine.release(held))
            job.hear(held.but(status=Status.QUEUED))  # so that `wait` waits from now on

    def cancel(self, job: Job) -> None:
        """
        Never send a job that was not sent yet.

        Raises:
            InvalidRequest: It is sent, or was refused, or has ended.
        """
        if job.status not in (Status.QUEUED, Status.HELD):
            paid = job.status.facts.moving
            raise InvalidRequest(
                f"{job.name} is sent and paid for: it goes on"
                if paid
                else f"{job.name} is {job.status.facts.says}: there is nothing to cancel"
            )
        self._check_ours(job)
        self._driver.post(lambda engine: engine.cancel(job.snapshot))

    def adopt(self, job: Job, task_id: str) -> None:
        """
        Take a task for what became of a submit with an unknown outcome. One look is free.

        Raises:
            InvalidRequest: The outcome is known, or it cannot be this task.
        """
        if job.status is not Status.UNKNOWN:
            raise InvalidRequest(
                f"{job.name} is {job.status.facts.says}: "
                "only a job with an unknown outcome takes a task id"
            )
        self._check_ours(job)
        command.refuse_keys(task_id)
        if not is_safe_id(task_id):
            raise InvalidRequest(f"{task_id!r} is no task id: copy it from the account's task list")
        here = self._account
        other = self._library.task(task_id)
        if other and (other.account.place, other.account.origin) == (here.place, here.origin):
            raise InvalidRequest(
                f"{task_id} is another job's already: type %reapi show {task_id} to see it"
            )
        self._driver.post(lambda engine: engine.adopt(job.snapshot, task_id))

    def look_again(self, job: Job) -> None:
        """
        Go on with a job that was given up on, or look for new links. Nothing is paid.

        Raises:
            InvalidRequest: It is another account's, whose server is not asked from here.
        """
        self._check_ours(job)
        self._driver.post(lambda engine: engine.look_again(job.snapshot))

    def forget(self, job: Job) -> None:
        """Set a job with an unknown outcome aside; it still counts as spent."""
        self._driver.post(lambda engine: engine.forget(job.snapshot))

    def delete(self, job: Job) -> None:
        """
        Remove a finished job and its pictures from the library, not from the server.

        Raises:
            InvalidRequest: It is still under way.
        """
        if job.status.facts.moving:
            raise InvalidRequest(f"{job.name} is still {job.status}: delete it when it has ended")
        self._handles.drop(job)
        self._asking.forget(job)
        self._driver.post(lambda engine: engine.delete(job.snapshot)).result(DELETE_S)

    def count_by(self, job: Job, how: str) -> None:
        """
        Note how the server counts a job's pictures: by `slot` or by `position`.

        Raises:
            InvalidRequest: It is still under way, or there is no such way to count.
        """
        if how not in COUNTINGS:
            raise InvalidRequest(f"pictures are counted by slot or by position, not {how!r}")
        if job.status.facts.moving:  # its next news would take the answer back
            raise InvalidRequest(f"{job.name} is still {job.status}: say it when it has ended")
        told = job.snapshot.but(counting=how)
        self._driver.post(lambda engine: engine.amend(told))
        job.hear(told)  # so that the next press is counted so already

    def _check_ours(self, job: Job) -> None:
        account = job.snapshot.account
        if account != self._account:
            raise InvalidRequest(
                f"{job.name} was made on {account.place} by another account: "
                f"type %reapi use {account.place}, with the key that it was made with"
            )
