"""Where a line is served: a request is parsed, submitted and shown; a command is run."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from reapi_nb import catalog, command
from reapi_nb.notebook import planned, trial
from reapi_nb.notebook.commands import Commands
from reapi_nb.notebook.names import Names
from reapi_nb.notebook.plain import plain
from reapi_nb.notebook.screen import Screen

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from reapi_nb.command import Command
    from reapi_nb.notebook.sessions import Sessions
    from reapi_nb.session import Job, Plan, Session, Settings


class Desk:
    """Serves the lines of one kernel."""

    def __init__(self, shell: InteractiveShell, sessions: Sessions) -> None:
        self.screen = Screen(shell, sessions)
        self._sessions = sessions
        self._names = Names(shell, sessions)
        self._commands = Commands(self.screen, self._names, sessions)

    def serve(self, line: str, cell: str | None) -> Job | Plan | None:
        """
        One `%reapi` line, or a `%%reapi` cell.

        Raises:
            ReapiError: With one line that says what to type; nothing was sent.
        """
        command.refuse_keys(line, cell)
        word, _, rest = line.strip().partition(" ")
        if catalog.find(word) is None:
            return self._commands.run(word, rest.strip())
        if rest.strip() == "--help":
            return self._commands.run("help", word)
        return self._ask(word, rest, cell)

    def _ask(self, nick: str, line: str, body: str | None) -> Job | Plan | None:
        sessions, names = self._sessions, self._names
        serving = partial(self._serving, nick)
        read = partial(names.read, nick, line, body, lambda *of: serving().link(*of))
        asked = read(upload=lambda path: serving().upload(path, old=True))
        if any(serving().is_outdated(one, fresh=asked.fresh) for one in asked.requests):
            # Where it is known already, the old address finds it, and nothing is paid again.
            asked = read(upload=lambda path: serving().upload(path))
        for notice in asked.notices:
            print(f"note: {plain(notice)}")
        # One line asks one provider, for pictures that are made from the same one.
        first = asked.requests[0]
        session = sessions.serving(first.provider, sessions.current.source(first))
        if asked.dry_run:
            plan = session.plan(asked.requests, fresh=asked.fresh, trial=True)
            print(trial.text(plan, session.settings))
            return None
        bills = [session.estimate(request) for request in asked.requests]
        if len(bills) > 1 or (not asked.yes and planned.reason(bills, session.settings)):
            plan = session.plan(asked.requests, fresh=asked.fresh)
            return self._planned(plan, asked, session.settings)
        names.last = session.submit(asked.request, fresh=asked.fresh)
        self.screen.put(names.last)
        return names.last

    def _serving(self, nick: str) -> Session:
        """The session that a nick's requests go to; it is asked before they can be read."""
        kind = catalog.find(nick, self._sessions.current.provider)
        assert kind is not None, "what is no model was served as a command"
        return self._sessions.serving(kind.provider)

    def _planned(self, plan: Plan, asked: Command, settings: Settings) -> Job | Plan:
        """Many or dear requests wait for a decision; a few run at once, and what is paid for."""
        bills = [item.estimate for item in plan.items if item.known is None]
        why = "" if asked.yes else planned.reason(bills, settings)
        if len(plan) == 1 and not why:
            [self._names.last] = plan.run()
            self.screen.put(self._names.last)
            return self._names.last
        if not self.screen.is_terminal:  # where the plan is text, it says so itself
            print(planned.summary(plan))
        if why:
            print(f"waits for a yes: {why}")
        else:
            plan.run()
        plan.listen(lambda: self._decided(plan))
        self.screen.put_plan(plan)
        return plan

    def _decided(self, plan: Plan) -> None:
        """`_` is the last job that was asked for, also if somebody had to say yes first."""
        if plan.jobs:
            self._names.last = plan.jobs[-1]
