"""The sessions of one kernel, one an account."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from reapi_nb.errors import BadSettings
from reapi_nb.session import REAL, Settings

if TYPE_CHECKING:
    from collections.abc import Collection

    from reapi_nb.job import Account
    from reapi_nb.session import Early, Job, Session


class Sessions:
    """
    Opens an account when it is first needed, and keeps it.

    Leaving a place, or taking another key, closes nothing: jobs that are paid for go on, and
    their boards live.
    """

    def __init__(self) -> None:
        self.early: Early | None = None
        """The thread that waits for the first session."""

        self._open: dict[Account, Session] = {}
        self._account: Account | None = None
        self._changed: dict[str, Any] = {}  # caps that were set in this kernel, by setting
        self._told: tuple[Account, str] | None = None

    @property
    def current(self) -> Session:
        """The session of the account in force."""
        if self._account is None:
            return self.enter(Settings.read())
        return self._open[self._account]

    @property
    def all(self) -> list[Session]:
        """Those that are open."""
        return list(self._open.values())

    def at(self, account: Account | None) -> Session:
        """The session of an account, if it is open; else the one in force."""
        return (self._open.get(account) if account else None) or self.current

    def of(self, job: Job) -> Session:
        """The session whose account a job belongs to, if there is a key; else the one in force."""
        account = job.snapshot.account
        if account not in self._open and self._may_open(account.place):
            self._open_for(account.place, {account})
        return self.at(account)

    def take_up(self) -> None:
        """Open the accounts that have jobs under way, so that somebody looks at them again."""
        left = self.current.unfinished()
        for place in REAL if self.current.settings.real else ():
            self._open_for(place, left)

    def _may_open(self, place: str) -> bool:
        """Who chose the sandbox is not taken to where credits are money, not even to look."""
        return place not in REAL or self.current.settings.real

    def _open_for(self, place: str, accounts: Collection[Account]) -> None:
        """Open the account that a place has a key for, if it is one of these."""
        with suppress(BadSettings):
            settings = Settings.read(place)
            if settings.account in accounts:
                self._opened(settings)

    def serving(self, provider: str, parent: Job | None = None) -> Session:
        """
        The session that takes a provider's request, without changing the one in force.

        What is made from a picture goes to the account that made it, if that is open. Otherwise
        it is the one in force, if it can serve it, or the provider's own place, which is opened.
        Nothing goes from the sandbox to where credits are money, or back, by itself.

        Args:
            parent: The job whose picture the request is made from.

        Raises:
            BadSettings: There is no key for the provider.
        """
        serving = self._serving(provider, parent)
        if serving is not self.current:
            self._tell(serving)
        return serving

    def _serving(self, provider: str, parent: Job | None) -> Session:
        current = self.current
        if not current.settings.real:
            return current
        made_by = self._open.get(parent.snapshot.account) if parent else None
        if made_by and made_by.settings.real and made_by.can_serve(provider):
            return made_by
        if current.can_serve(provider):
            return current
        return self._opened(Settings.read(provider))

    def _tell(self, serving: Session) -> None:
        """Say once in a run of a cell that its line goes elsewhere."""
        told = (serving.settings.account, self.current.execution())
        if told != self._told:
            print(f"using {serving.settings.place} for this line")
        self._told = told

    def enter(self, settings: Settings) -> Session:
        """Make an account the one in force."""
        session = self._opened(settings)
        self._account = settings.account
        return session

    def _opened(self, settings: Settings) -> Session:
        account = settings.account
        if account not in self._open:
            from reapi_nb.session import Session  # noqa: PLC0415 - loaded with the first line

            self._open[account] = Session(replace(settings, **self._changed), early=self.early)
        return self._open[account]

    def set_cap(self, credits: int) -> None:  # noqa: A002 - the word that users know
        """Change the daily cap for this kernel, whatever accounts it has or will open."""
        self._changed["daily_cap"] = credits
        for session in self._open.values():
            session.set_cap(credits)

    def set_kernel_cap(self, credits: int | None) -> None:  # noqa: A002 - the word that users know
        """Change how much this kernel may spend; None lifts the cap of its own."""
        self._changed["kernel_cap"] = credits
        for session in self._open.values():
            session.set_kernel_cap(credits)

    def close(self) -> None:
        """Let go of all of them."""
        for session in self._open.values():
            session.close()
        self._open.clear()
        self._account = None
        if self.early is not None:
            self.early.close()
            self.early = None
