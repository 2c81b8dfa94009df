"""The sessions of one kernel, one a place."""

from __future__ import annotations

from reapi_nb.session import Session, Settings


class Sessions:
    """
    Opens a place when it is first needed, and keeps it.

    Leaving a place does not close it: its jobs are paid for and go on, its boards live.
    """

    def __init__(self) -> None:
        self._open: dict[str, Session] = {}
        self._place = ""

    @property
    def current(self) -> Session:
        """The session of the place in force."""
        if self._place not in self._open:
            self.enter(Settings.read())
        return self._open[self._place]

    def enter(self, settings: Settings) -> Session:
        """Make a place the one in force."""
        if settings.place not in self._open:
            self._open[settings.place] = Session(settings)
        self._place = settings.place
        return self._open[self._place]

    def close(self, place: str | None = None) -> None:
        """Close one place, or all of them."""
        for name in [place] if place else list(self._open):
            if session := self._open.pop(name, None):
                session.close()
