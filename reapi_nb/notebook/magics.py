"""
The magic `%reapi`: a door, not a room.

It is light, because every notebook loads it; what serves a line is loaded with the first
line. Errors of ours become IPython's `UsageError`: one line, no traceback.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand

from reapi_nb.errors import ReapiError
from reapi_nb.notebook.plain import plain
from reapi_nb.notebook.sessions import Sessions
from reapi_nb.session import Early, Settings

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from reapi_nb.notebook.desk import Desk
    from reapi_nb.session import Job, Plan

NO_KEY = (
    "reapi_nb: no key, so this is the sandbox: same API, painted pictures, no charge. "
    "%reapi login sets a key."
)


@magics_class
class ReapiMagics(Magics):
    """The magic and the sessions behind it."""

    shell: InteractiveShell

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self._sessions = Sessions()

    @no_var_expand  # braces are Midjourney's, and a prompt is never evaluated
    @line_cell_magic
    def reapi(self, line: str, cell: str | None = None) -> Job | Plan | None:
        """
        Ask for pictures, without waiting for them.

            %reapi mj "a cat --ar 16:9"
            %reapi upscale _#2
            job = %reapi mj a cat that isn't easy to quote --speed turbo

            %%reapi mj --speed turbo
            a longer prompt, as the cell's body

        `%reapi` alone shows an overview, `%reapi help mj` all flags of a model.
        """
        try:
            return self.desk.serve(line, cell)
        except ReapiError as no:
            raise UsageError(plain(no.message)) from None  # one line on screen, no traceback

    @property
    def sessions(self) -> Sessions:
        """The sessions of this kernel, once what dead kernels left is taken up."""
        if self._sessions.early is not None:
            self._sessions.early.wait()
        return self._sessions

    @cached_property
    def desk(self) -> Desk:
        """What serves a line."""
        from reapi_nb.notebook.desk import Desk  # noqa: PLC0415 - loaded with the first line

        return Desk(self.shell, self.sessions)

    def put_on_screen(self, shown: Job | Plan) -> None:
        """A job or a plan at the end of a cell is shown as its board."""
        from reapi_nb.session import Job  # noqa: PLC0415 - loaded with the first line

        screen = self.desk.screen
        screen.put(shown) if isinstance(shown, Job) else screen.put_plan(shown)

    def start(self) -> None:
        """Say where requests go, and have jobs of dead kernels taken up in a moment."""
        try:
            settings = Settings.read()
            self._sessions.early = Early(settings, self._sessions.take_up)
        except ReapiError as no:
            print(f"reapi_nb: {no.message}")
            return
        if not (settings.real or settings.by_choice):
            print(NO_KEY)

    def stop(self) -> None:
        """Let go of every board and session."""
        if "desk" in vars(self):
            self.desk.screen.close()
        self.sessions.close()
