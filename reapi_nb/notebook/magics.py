"""
`%reapi`: parse, display, submit. Everything else happens elsewhere.

Errors of ours become IPython's `UsageError`: one line, no traceback.
"""

from __future__ import annotations

import getpass
import logging
from typing import TYPE_CHECKING

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand
from IPython.display import Markdown, display

from reapi_nb import catalog, command, describe
from reapi_nb.errors import InvalidRequest, ReapiError
from reapi_nb.notebook import nest, text
from reapi_nb.notebook.board import Board
from reapi_nb.session import Job, Secret, Session, Settings, save_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from IPython.core.interactiveshell import InteractiveShell

_log = logging.getLogger("reapi_nb")

NO_KEY = (
    "reapi_nb: no key, so this is the sandbox: same API, painted pictures, no charge. "
    "%reapi login sets a key."
)


@magics_class
class ReapiMagics(Magics):
    """The magic `%reapi` and what it remembers: sessions, boards, the last job."""

    shell: InteractiveShell

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self._sessions: dict[str, Session] = {}
        self._place = ""
        self._boards: dict[str, Board] = {}
        self._last: Job | None = None
        self._on_screen: set[str] = set()
        self._execution = ""
        self.matcher: object = None
        self.commands: dict[str, Callable[[str], object]] = {
            "wait": self._wait,
            "show": self._show,
            "history": self._history,
            "status": self._status,
            "use": self._use,
            "login": self._login,
            "models": lambda _: print(describe.models()),
            "help": self._help,
            "delete": self._delete,
            "send": lambda words: self._decide(words, Session.send),
            "forget": lambda words: self._decide(words, Session.forget),
            "cap": self._set_cap,
            "nest": lambda _: print(nest.apply()),
        }

    @no_var_expand  # braces are Midjourney's, and a prompt is never evaluated
    @line_cell_magic
    def reapi(self, line: str, cell: str | None = None) -> Job | None:
        """
        Ask for pictures, without waiting for them.

            %reapi mj "a cat --ar 16:9"
            %reapi upscale _#2
            job = %reapi mj a cat that isn't easy to quote --speed turbo

            %%reapi mj --speed turbo
            a longer prompt, as the cell's body

        `%reapi` alone shows an overview, `%reapi help mj` all flags of a model.
        """
        word, _, rest = line.strip().partition(" ")
        try:
            if catalog.find(word):
                if rest.strip() != "--help":
                    return self._ask(word, rest, cell)
                word, rest = "help", word
            return self._command(word, rest)
        except ReapiError as no:
            raise UsageError(no.message) from None  # one line on screen, no traceback

    def start(self) -> None:
        """Build the house, so that jobs of a dead kernel are taken up at once."""
        try:
            session = self.session
        except ReapiError as no:
            print(f"reapi_nb: {no.message}")
            return
        if not (session.settings.real or session.settings.by_choice):
            print(NO_KEY)

    def stop(self) -> None:
        """Let go of every session and board."""
        for board in self._boards.values():
            board.close()
        self._boards.clear()
        for session in self._sessions.values():
            session.close()
        self._sessions.clear()

    @property
    def session(self) -> Session:
        """The session in force; made when it is first needed."""
        if self._place not in self._sessions:
            self._enter(Settings.read())
        return self._sessions[self._place]

    def _enter(self, settings: Settings) -> None:
        """
        Make a place the one in force.

        Sessions of other places stay: their jobs are paid for and go on, their boards live.
        """
        if settings.place not in self._sessions:
            self._sessions[settings.place] = Session(settings)
        self._place = settings.place

    # -- asking

    def _ask(self, nick: str, line: str, body: str | None) -> Job:
        asked = command.parse(nick, line, body, resolve=self._task_of)
        for notice in asked.notices:
            print(f"note: {notice}")
        board_id = "" if self._is_terminal() else Board.new_id()
        job = self.session.submit(asked.request, fresh=asked.fresh, board_id=board_id)
        self._last = job
        self.put_on_screen(job)
        return job

    def put_on_screen(self, job: Job) -> None:
        """Show a job once in one run of a cell."""
        execution = self.session.execution()
        if execution != self._execution:
            self._execution = execution
            self._on_screen.clear()
        if job.job_id in self._on_screen:
            return
        self._on_screen.add(job.job_id)
        if self._is_terminal():
            print(text.block(job))
            return
        board = self._board_of(job)
        display(board)
        board.shown()

    def _board_of(self, job: Job) -> Board:
        """The board that a job belongs to, with everything else that was clicked there."""
        board_id = job.snapshot.board_id
        board = self._boards.get(board_id)
        if board is None:
            board = Board(self.session, board_id)
            self._boards[board.board_id] = board
            for kept in self.session.on_board(board_id) if board_id else ():
                board.add(kept)
        board.add(job)
        return board

    def _task_of(self, name: str) -> str | None:
        """The task of a variable that holds a job; `_` also means the last job."""
        found = self.shell.user_ns.get(name)
        if name == "_" and not isinstance(found, Job):
            found = self._last
        if not isinstance(found, Job):
            return None
        if found.task_id is None:
            raise InvalidRequest(f"{name} has no task yet ({found.status.facts.says}): %reapi wait")
        return found.task_id

    # -- commands

    def _command(self, word: str, rest: str) -> Job | None:
        if not word:
            print(describe.overview())
            return None
        act = self.commands.get(word)
        if act is None:
            known = (*self.commands, *(kind.nick for kind in catalog.REQUESTS))
            near = command.nearest(word, known)
            hint = f"did you mean %reapi {near}?" if near else "type %reapi for an overview"
            raise InvalidRequest(f"unknown word {word!r}: {hint}")
        result = act(rest.strip())
        return result if isinstance(result, Job) else None

    def _wait(self, words: str) -> None:
        jobs = [self._job(name) for name in words.split()] or self.session.moving()
        try:
            for job in jobs:
                job.wait()
        except KeyboardInterrupt:
            print("stopped waiting; the jobs go on")
            return
        if self._is_terminal():
            print("\n".join(text.block(job) for job in jobs))
        for status in dict.fromkeys(job.status for job in jobs):
            count = sum(job.status is status for job in jobs)
            print(f"{count} job{'s' * (count != 1)} {status.facts.says}")

    def _show(self, words: str) -> Job:
        if not words:
            raise InvalidRequest("say which: %reapi show task_x (%reapi history lists them)")
        job = self._job(words)
        self.put_on_screen(job)
        return job

    def _history(self, words: str) -> None:
        if words and not words.isdigit():
            raise InvalidRequest("say how many: %reapi history 20")
        print(text.table(self.session.history(int(words or 20))) or "nothing yet")

    def _status(self, _words: str) -> None:
        session, settings = self.session, self.session.settings
        print(f"place    {settings.place} ({settings.origin})")
        print(f"key      {'set' if settings.real else 'none needed'}")
        print(f"library  {settings.home}")
        print("limits   10 requests a second, shared by every kernel on this machine")
        print(f"spent    {session.spent_today():,} of {settings.daily_cap:,} credits today")
        print(f"jobs     {len(session.moving())} under way")
        if waiting := session.waiting():
            print("waiting for you (%reapi show <id>, then Send or Forget):")
            print(text.table(waiting))

    def _use(self, words: str) -> None:
        settings = Settings.read(place=words)
        self._enter(settings)
        print(f"using {settings.place}" + ("" if settings.real else ": no charge"))

    def _login(self, words: str) -> None:
        if words:
            raise InvalidRequest("never type a key into a cell: %reapi login asks for it")
        # Wrapped at once: a traceback with local variables must not show it.
        key = Secret(getpass.getpass("reAPI key (not shown): ").strip())
        print(f"kept in {save_key(key)}, which only you can read")
        if session := self._sessions.pop("reapi", None):
            session.close()  # it may have had another key
        self._use("reapi")

    def _help(self, words: str) -> None:
        if not words:
            print(describe.overview())
        elif kind := catalog.find(words):
            page = describe.help_for(kind)
            print(page) if self._is_terminal() else display(Markdown(page))
        else:
            near = command.nearest(words, (kind.nick for kind in catalog.REQUESTS))
            raise InvalidRequest(f"no help on {words!r}" + (f": try {near}" if near else ""))

    def _delete(self, words: str) -> None:
        if not words:
            raise InvalidRequest("say which: %reapi delete task_x")
        job = self._job(words)
        self.session.delete(job)
        print(f"deleted {job.name} from the library; running its cell again is a new request")

    def _decide(self, words: str, act: Callable[[Session, Job], None]) -> None:
        for name in words.split() or [""]:
            act(self.session, self._job(name))

    def _set_cap(self, words: str) -> None:
        number = words.replace(",", "").replace("_", "")
        if not number.isdigit():
            raise InvalidRequest("say how many credits a day: %reapi cap 20000")
        self.session.set_cap(int(number))
        print(f"at most {int(number):,} credits a day, in this kernel")

    def _job(self, name: str) -> Job:
        """The job of a variable, a task id or a job id."""
        found = self.shell.user_ns.get(name)
        return found if isinstance(found, Job) else self.session.find(name)

    def _is_terminal(self) -> bool:
        return getattr(self.shell, "kernel", None) is None
