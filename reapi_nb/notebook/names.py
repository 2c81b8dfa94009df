"""What people call a job: a variable that holds it, `_`, its task id, or our own id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reapi_nb import command
from reapi_nb.errors import InvalidRequest
from reapi_nb.session import Job, Plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from IPython.core.interactiveshell import InteractiveShell

    from reapi_nb.notebook.sessions import Sessions


class Names:
    """Finds jobs by name. A variable wins over an id; `_` also means the last job."""

    def __init__(self, shell: InteractiveShell, sessions: Sessions) -> None:
        self._shell = shell
        self._sessions = sessions
        self.last: Job | None = None

    def job(self, name: str) -> Job:
        """
        The job of this name.

        Raises:
            InvalidRequest: There is none.
        """
        if found := self._variable(name):
            return found
        # The handle of the session that hears of it.
        return self._sessions.of(self._sessions.current.find(name)).find(name)

    def jobs(self, name: str) -> tuple[Job, ...]:
        """
        The jobs of this name: those of a plan, or one.

        Raises:
            InvalidRequest: There is none, or a plan has not run.
        """
        plan = self._shell.user_ns.get(name)
        return _jobs_of(plan, name) if isinstance(plan, Plan) else (self.job(name),)

    def read(
        self,
        nick: str,
        line: str,
        body: str | None,
        link: Callable[[str, int], str],
        *,
        upload: Callable[[str], str],
        provider: str | None = None,
    ) -> command.Command:
        """
        What a line asks for, in the words of this notebook.

        Args:
            link: The public address of a picture, by task id and slot.
            upload: The public address of a local picture, by its path.
            provider: Whose nick it is, where several have it; None for the place in force.

        Raises:
            InvalidRequest: With one line that says what to type; nothing was sent.
        """
        return command.parse(
            nick,
            line,
            body,
            resolve=self.task_of,
            link=link,
            values=self.value,
            provider=self._sessions.current.provider if provider is None else provider,
            maker=self.maker,
            upload=upload,
        )

    def value(self, name: str) -> object:
        """
        What a variable of the notebook holds.

        Raises:
            KeyError: There is no such variable.
        """
        return self._shell.user_ns[name]

    def task_of(self, name: str) -> str | None:
        """
        The task of a variable that holds a job, or a task id that the library knows; else None.

        Raises:
            InvalidRequest: The job has no task yet.
        """
        job = self._variable(name)
        if job is not None and job.task_id is None:
            raise InvalidRequest(f"{name} has no task yet ({job.status.facts.says}): %reapi wait")
        if job is None and self._is_task(name):  # APIXO's ids look like any other word
            return name
        return job.task_id if job else None

    def _is_task(self, name: str) -> bool:
        try:
            return self._sessions.current.find(name).task_id == name
        except InvalidRequest:
            return False

    def maker(self, name: str) -> str | None:
        """The provider whose job has this name; None where nobody here knows it."""
        try:
            return self.job(name).request.provider
        except InvalidRequest:
            return None

    def _variable(self, name: str) -> Job | None:
        found = self._shell.user_ns.get(name)
        if isinstance(found, Job):
            return found
        # What waits for a yes must not be taken for the job before it: its edits cost money.
        if isinstance(found, Plan) and (len(found) == 1 or not found.jobs):
            return _jobs_of(found, name)[-1]
        return self.last if name == "_" else None


def required(words: str, example: str) -> str:
    """
    The words that a command cannot do without.

    Args:
        example: What to type instead of nothing.

    Raises:
        InvalidRequest: There are none.
    """
    if not words:
        raise InvalidRequest(f"say which: %reapi {example}")
    return words


def _jobs_of(plan: Plan, name: str) -> tuple[Job, ...]:
    """
    What a plan has become.

    Raises:
        InvalidRequest: It has not run.
    """
    if not plan.jobs:
        raise InvalidRequest(f"{name} has not run: press Run on its board, or {name}.run()")
    return plan.jobs
