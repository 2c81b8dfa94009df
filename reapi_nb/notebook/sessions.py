"""The sessions of one kernel, one an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reapi_nb.session import Session, Settings

if TYPE_CHECKING:
    from reapi_nb.job import Account
    from reapi_nb.session import Job


class Sessions:
    """
    Opens an account when it is first needed, and keeps it.

    Leaving a place, or taking another key, closes nothing: jobs that are paid for go on, and
    their boards live.
    """

    def __init__(self) -> None:
        self._open: dict[Account, Session] = {}
        self._account: Account | None = None

    @property
    def current(self) -> Session:
        """The session of the account in force."""
        if self._account is None:
            return self.enter(Settings.read())
        return self._open[self._account]

    def of(self, job: Job) -> Session:
        """The session whose account a job belongs to, if it is open; else the one in force."""
        return self._open.get(job.snapshot.account) or self.current

    def enter(self, settings: Settings) -> Session:
        """Make an account the one in force."""
        account = settings.account
        if account not in self._open:
            self._open[account] = Session(settings)
        self._account = account
        return self._open[account]

    def close(self) -> None:
        """Let go of all of them."""
        for session in self._open.values():
            session.close()
        self._open.clear()
        self._account = None
