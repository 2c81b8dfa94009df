"""
What is on screen in one kernel: its boards, and what this run of a cell has shown already.

In a terminal a board is text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.display import display

from reapi_nb.notebook import planned, text
from reapi_nb.notebook.board import Board

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from reapi_nb.notebook.form import Form
    from reapi_nb.notebook.sessions import Sessions
    from reapi_nb.session import Job, Plan


class Screen:
    """Shows jobs."""

    def __init__(self, shell: InteractiveShell, sessions: Sessions) -> None:
        self._shell = shell
        self._sessions = sessions
        self._boards: dict[str, Board] = {}
        self._forms: list[Form] = []
        self._shown: set[str] = set()
        self._execution = ""

    @property
    def is_terminal(self) -> bool:
        """Whether boards are text here."""
        return getattr(self._shell, "kernel", None) is None

    def put(self, job: Job) -> None:
        """Show a job, once in one run of a cell."""
        if not self._is_news(job.job_id):
            return
        if self.is_terminal:
            print(text.block(job))
        else:
            self._display(self.board_of(job))

    def put_plan(self, plan: Plan) -> None:
        """Show a plan with what it has become, once in one run of a cell."""
        if not self._is_news(plan.board_id):
            return
        if self.is_terminal:
            print("\n".join([planned.text(plan), *map(text.block, plan.jobs)]))
        else:
            self._display(self._board_with(plan))

    def put_form(self, form: Form) -> None:
        """Show a form."""
        self._forms.append(form)
        display(form)

    def _is_news(self, shown: str) -> bool:
        """Whether this run of the cell has not shown it yet; from now on it has."""
        execution = self._sessions.current.execution()
        if execution != self._execution:
            self._execution = execution
            self._shown.clear()
        is_news = shown not in self._shown
        self._shown.add(shown)
        return is_news

    def _display(self, board: Board) -> None:
        display(board)
        board.shown()

    def settle(self) -> None:
        """Bring every board, and what a saved notebook keeps of it, up to date."""
        for board in self._boards.values():
            board.catch_up()
            board.settle()

    def close(self) -> None:
        """Let go of every board and form."""
        for board in self._boards.values():
            board.close()
        for form in self._forms:
            form.close()
        self._boards.clear()
        self._forms.clear()

    def _board_with(self, plan: Plan) -> Board:
        """The plan's board, with everything that was clicked there."""
        board = self._boards.get(plan.board_id)
        if board is None:
            session = self._sessions.at(plan.account)
            kept = session.on_board(plan.board_id)
            board = self._boards[plan.board_id] = Board(session, plan.board_id, kept, plan)
        board.follow(plan)
        return board

    def board_of(self, job: Job) -> Board:
        """The board that a job belongs to, with everything else that was clicked there."""
        board_id, session = job.snapshot.board_id, self._sessions.of(job)
        board = self._boards.get(board_id)
        if board is None:
            # The library may not have heard of a job of this moment.
            kept = [one for one in session.on_board(board_id) if one is not job]
            jobs = sorted([job, *kept], key=lambda one: one.snapshot.times.made)
            board = self._boards[board_id] = Board(session, board_id, jobs)
        board.add(job)  # it may have been clicked in another kernel
        return board
