"""
What is on screen in one kernel: its boards, and what this run of a cell has shown already.

In a terminal a board is text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.display import display

from reapi_nb.notebook import text
from reapi_nb.notebook.board import Board

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from reapi_nb.notebook.sessions import Sessions
    from reapi_nb.session import Job


class Screen:
    """Shows jobs."""

    def __init__(self, shell: InteractiveShell, sessions: Sessions) -> None:
        self._shell = shell
        self._sessions = sessions
        self._boards: dict[str, Board] = {}
        self._shown: set[str] = set()
        self._execution = ""

    @property
    def is_terminal(self) -> bool:
        """Whether boards are text here."""
        return getattr(self._shell, "kernel", None) is None

    def put(self, job: Job) -> None:
        """Show a job, once in one run of a cell."""
        execution = self._sessions.current.execution()
        if execution != self._execution:
            self._execution = execution
            self._shown.clear()
        if job.job_id in self._shown:
            return
        self._shown.add(job.job_id)
        if self.is_terminal:
            print(text.block(job))
            return
        board = self._board_of(job)
        display(board)
        board.shown()

    def settle(self) -> None:
        """Bring what a saved notebook keeps of every board up to date."""
        for board in self._boards.values():
            board.settle()

    def close(self) -> None:
        """Let go of every board."""
        for board in self._boards.values():
            board.close()
        self._boards.clear()

    def _board_of(self, job: Job) -> Board:
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
