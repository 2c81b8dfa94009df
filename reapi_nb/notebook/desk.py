"""
Where a line is served: parse, submit, put on screen.

The desk remembers what is on screen: the boards, the last job, and what this run of the
cell has shown already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.display import display

from reapi_nb import catalog, command
from reapi_nb.errors import InvalidRequest
from reapi_nb.notebook import text
from reapi_nb.notebook.board import Board
from reapi_nb.notebook.commands import Commands
from reapi_nb.session import Job

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from reapi_nb.notebook.sessions import Sessions


class Desk:
    """Serves the lines of one kernel."""

    def __init__(self, shell: InteractiveShell, sessions: Sessions) -> None:
        self._shell = shell
        self._sessions = sessions
        self._commands = Commands(self, sessions)
        self._boards: dict[str, Board] = {}
        self._last: Job | None = None
        self._on_screen: set[str] = set()
        self._execution = ""

    def serve(self, line: str, cell: str | None) -> Job | None:
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

    def put_on_screen(self, job: Job) -> None:
        """Show a job, once in one run of a cell."""
        execution = self._sessions.current.execution()
        if execution != self._execution:
            self._execution = execution
            self._on_screen.clear()
        if job.job_id in self._on_screen:
            return
        self._on_screen.add(job.job_id)
        if self.is_terminal:
            print(text.block(job))
            return
        board = self._board_of(job)
        display(board)
        board.shown()

    @property
    def is_terminal(self) -> bool:
        """Whether boards are text here."""
        return getattr(self._shell, "kernel", None) is None

    def job(self, name: str) -> Job:
        """
        The job of a variable, a task id or a job id; `_` also means the last job.

        Raises:
            InvalidRequest: There is none.
        """
        return self._variable(name) or self._sessions.current.find(name)

    def settle(self) -> None:
        """Bring what a saved notebook keeps of every board up to date."""
        for board in self._boards.values():
            board.settle()

    def close(self) -> None:
        """Let go of every board."""
        for board in self._boards.values():
            board.close()
        self._boards.clear()

    def _ask(self, nick: str, line: str, body: str | None) -> Job:
        asked = command.parse(nick, line, body, resolve=self._task_of)
        for notice in asked.notices:
            print(f"note: {notice}")
        board_id = "" if self.is_terminal else Board.new_id()
        session = self._sessions.current
        job = session.submit(asked.request, fresh=asked.fresh, board_id=board_id)
        self._last = job
        self.put_on_screen(job)
        return job

    def _board_of(self, job: Job) -> Board:
        """The board that a job belongs to, with everything else that was clicked there."""
        board_id = job.snapshot.board_id
        board = self._boards.get(board_id)
        if board is None:
            session = self._sessions.current
            board = Board(session, board_id)
            self._boards[board.board_id] = board
            for kept in session.on_board(board_id) if board_id else ():
                board.add(kept)
        board.add(job)
        return board

    def _variable(self, name: str) -> Job | None:
        found = self._shell.user_ns.get(name)
        if isinstance(found, Job):
            return found
        return self._last if name == "_" else None

    def _task_of(self, name: str) -> str | None:
        """The task of a variable that holds a job."""
        job = self._variable(name)
        if job is not None and job.task_id is None:
            raise InvalidRequest(f"{name} has no task yet ({job.status.facts.says}): %reapi wait")
        return job.task_id if job else None
