"""
The commands that decide over a job: send it or drop it, and what becomes of an unknown outcome.

Only `send` and `again` cost anything, and each says so in its name.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from reapi_nb.errors import InvalidRequest
from reapi_nb.job import Status
from reapi_nb.notebook import text
from reapi_nb.notebook.names import required

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from reapi_nb.notebook.names import Names
    from reapi_nb.notebook.screen import Screen
    from reapi_nb.notebook.sessions import Sessions
    from reapi_nb.session import Job, Session

ALL = "all"
_NOT_SENT = (Status.QUEUED, Status.HELD)
_SOON_S = 3.0
"""How long a line waits for the engine's answer, in seconds."""

_MOST = 1_000
"""How many of the newest jobs `resume all` looks through."""


class Decisions:
    """Each command is the method of its name; it takes the words after it."""

    def __init__(self, screen: Screen, names: Names, sessions: Sessions) -> None:
        self._screen = screen
        self._names = names
        self._sessions = sessions

    def cancel(self, words: str) -> None:
        """Drop what was never sent; what is sent is paid for and goes on."""
        if words:
            jobs = [job for name in words.split() for job in self._names.jobs(name)]
        else:
            jobs = [job for session in self._sessions.all for job in _unsent(session)]
        try:
            self._each(jobs, lambda session, job: session.cancel(job))
        finally:
            _say_cancelled(jobs)

    def adopt(self, words: str) -> None:
        """Give a job of unknown outcome the task that its user found at the provider."""
        name, _, task_id = required(words, "adopt <id> task_x").partition(" ")
        job = self._names.job(name)
        task_id = required(task_id.strip(), f"adopt {name} task_x (the provider's site lists it)")
        before = job.snapshot.rev
        self._sessions.of(job).adopt(job, task_id)
        _wait(lambda: job.snapshot.rev == before)
        if job.status is Status.UNKNOWN and job.error and job.snapshot.rev != before:
            raise InvalidRequest(f"{task_id} was not taken: {job.error.message}")
        print(text.line(job))

    def again(self, words: str) -> Job:
        """The same request as a new job and a new charge, on a board of its own."""
        job = self._names.job(required(words, "again <id> (%reapi history lists them)"))
        session = self._sessions.of(job)
        if session.settings.account != job.snapshot.account:
            place = job.snapshot.account.place
            raise InvalidRequest(
                f"{job.name} was made on {place} by another account: type %reapi use {place}, "
                "with the key that it was made with"
            )
        made = self._names.last = session.reroll(job)
        print(f"a new request, {session.estimate(made.request)}")
        self._screen.put(made)
        return made

    def forget(self, words: str) -> None:
        """Set a job of unknown outcome aside."""
        job = self._names.job(required(words, "forget <id> (%reapi status lists them)"))
        self._sessions.of(job).forget(job)
        if job.status in (Status.UNKNOWN, Status.FORGOTTEN):
            print(f"{job.name} is set aside; it still counts as spent")

    def send(self, words: str) -> None:
        """Send what was left unsent, or what a paused queue holds."""
        name = required(words, "send <id>, or send all (%reapi status lists them)")
        jobs = self._sessions.current.held() if name == ALL else self._names.jobs(name)
        count = self._each(jobs, lambda session, job: session.send(job))
        if name == ALL:
            print(f"{_jobs(count)} on the way" if count else "nothing waits to be sent")

    def resume(self, words: str) -> None:
        """Look again for the task of a job that was given up on; nothing is paid."""
        name = required(words, "resume <id>, or resume all")
        jobs = self._given_up() if name == ALL else self._names.jobs(name)
        count = self._each(jobs, lambda session, job: session.look_again(job))
        if name == ALL:
            print(f"looking again for {_jobs(count)}" if count else "no job was given up on")

    def _given_up(self) -> list[Job]:
        session = self._sessions.current
        return [
            job
            for job in session.history(_MOST)
            if job.status in (Status.STALE, Status.VANISHED)
            and job.snapshot.account == session.settings.account
        ]

    def _each(self, jobs: Iterable[Job], act: Callable[[Session, Job], None]) -> int:
        """
        Do the same with each job; one that cannot stops none of the others.

        Raises:
            InvalidRequest: What stood in the way of the first that could not.
        """
        done, troubles = 0, []
        for job in jobs:
            try:
                act(self._sessions.of(job), job)
            except InvalidRequest as no:
                troubles.append(no)
            else:
                done += 1
        if troubles:
            raise troubles[0]
        return done


def _unsent(session: Session) -> list[Job]:
    """What waits in line, and what a paused queue holds; not what a dead kernel left behind."""
    queued = [job for job in session.moving() if job.status is Status.QUEUED]
    return [*queued, *(job for job in session.held() if job.error is not None)]


def _say_cancelled(jobs: Sequence[Job]) -> None:
    """Tell what was dropped in time; the engine may have been sending one in this moment."""
    _wait(lambda: any(job.status in _NOT_SENT for job in jobs))
    count = sum(job.status is Status.CANCELLED for job in jobs)
    if count:
        print(f"cancelled {_jobs(count)}; nothing was paid for {'it' if count == 1 else 'them'}")
    if sent := sum(job.status.facts.moving for job in jobs):
        print(f"{_jobs(sent)} sent already, and going on")
    if not jobs:
        print("nothing waits to be sent")


def _wait(is_open: Callable[[], bool]) -> None:
    """Give the engine a moment to answer, as long as something is open."""
    until = time.monotonic() + _SOON_S
    while is_open() and time.monotonic() < until:
        time.sleep(0.02)


def _jobs(count: int) -> str:
    return f"{count} job{'s' * (count != 1)}"
