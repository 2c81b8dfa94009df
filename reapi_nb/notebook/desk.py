"""Where a line is served: a request is parsed, submitted and shown; a command is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reapi_nb import catalog, command
from reapi_nb.notebook import planned, trial
from reapi_nb.notebook.commands import Commands
from reapi_nb.notebook.names import Names
from reapi_nb.notebook.screen import Screen

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from reapi_nb.notebook.sessions import Sessions
    from reapi_nb.session import Job, Plan


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
        word, _, rest = line.strip().partition(" ")
        if catalog.find(word) is None:
            return self._commands.run(word, rest.strip())
        if rest.strip() == "--help":
            return self._commands.run("help", word)
        return self._ask(word, rest, cell)

    def _ask(self, nick: str, line: str, body: str | None) -> Job | Plan | None:
        session = self._sessions.current
        names = self._names
        asked = command.parse(
            nick,
            line,
            body,
            resolve=names.task_of,
            link=session.link,
            values=names.value,
        )
        for notice in asked.notices:
            print(f"note: {notice}")
        if asked.dry_run:
            plan = session.plan(asked.requests, fresh=asked.fresh, trial=True)
            print(trial.text(plan, session.settings))
            return None
        if len(asked.requests) > 1:
            return self._planned(session.plan(asked.requests, fresh=asked.fresh), asked)
        names.last = session.submit(asked.request, fresh=asked.fresh)
        self.screen.put(names.last)
        return names.last

    def _planned(self, plan: Plan, asked: command.Command) -> Plan:
        """Several requests: a few run at once, and many wait for a decision."""
        if not self.screen.is_terminal:  # where the plan is text, it says so itself
            print(planned.summary(plan))
        if asked.yes or plan.new <= self._sessions.current.settings.run_at_once:
            *_, self._names.last = plan.run()
        self.screen.put_plan(plan)
        return plan
