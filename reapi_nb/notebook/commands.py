"""The commands of `%reapi` that ask for no pictures: wait, show, history, status and so on."""

from __future__ import annotations

import getpass
import warnings
from typing import TYPE_CHECKING

from IPython.display import Markdown, display

from reapi_nb import catalog, command, describe
from reapi_nb.errors import BadSettings, InvalidRequest
from reapi_nb.notebook import nest, spending, tables, text
from reapi_nb.notebook.decisions import Decisions
from reapi_nb.notebook.names import required
from reapi_nb.notebook.spending import Spending, number
from reapi_nb.session import REAL, Job, Secret, Session, Settings, key_source, save_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from reapi_nb.notebook.form import Form
    from reapi_nb.notebook.names import Names
    from reapi_nb.notebook.screen import Screen
    from reapi_nb.notebook.sessions import Sessions

NAMES = (
    "wait",
    "show",
    "history",
    "status",
    "use",
    "login",
    "models",
    "help",
    "delete",
    "send",
    "cancel",
    "resume",
    "adopt",
    "again",
    "forget",
    "spend",
    "cap",
    "doctor",
    "nest",
    "form",
)


class Commands:
    """Each command is the method of its name, here or in a room of its own."""

    def __init__(self, screen: Screen, names: Names, sessions: Sessions) -> None:
        self._screen = screen
        self._names = names
        self._sessions = sessions
        self._rooms = (self, Decisions(screen, names, sessions), Spending(screen, sessions))

    @property
    def _session(self) -> Session:
        return self._sessions.current

    def run(self, word: str, words: str) -> Job | None:
        """
        One command.

        Raises:
            ReapiError: With one line that says what to type.
        """
        if not word:
            print(describe.overview())
            return None
        if word not in NAMES:
            near = command.nearest(word, (*NAMES, *(kind.nick for kind in catalog.REQUESTS)))
            hint = f"did you mean %reapi {near}?" if near else "type %reapi for an overview"
            raise InvalidRequest(f"unknown word {word!r}: {hint}")
        room = next(room for room in self._rooms if hasattr(room, word))
        act: Callable[[str], Job | None] = getattr(room, word)
        return act(words)

    def wait(self, words: str) -> None:
        try:
            self._session.ready()  # what a dead kernel left is taken up first
            named = [job for name in words.split() for job in self._names.jobs(name)]
            jobs = named or self._session.moving()
            for job in jobs:
                job.wait()
        except KeyboardInterrupt:
            print("stopped waiting; the jobs go on")
            return
        self._screen.settle()  # a run without a person may end with this cell
        if self._screen.is_terminal:
            print("\n".join(text.block(job) for job in jobs))
        for status in dict.fromkeys(job.status for job in jobs):
            count = sum(job.status is status for job in jobs)
            print(f"{count} job{'s' * (count != 1)} {status.facts.says}")
        if not jobs:
            print("nothing is under way")

    def show(self, words: str) -> Job:
        job = self._names.job(required(words, "show task_x (%reapi history lists them)"))
        self._screen.put(job)
        return job

    def history(self, words: str) -> None:
        print(text.table(self._session.history(number(words or "20", "history 20"))))

    def status(self, _words: str) -> None:
        session, settings = self._session, self._session.settings
        print(f"place    {settings.place} ({settings.origin})")
        source = settings.key.source if settings.real and settings.key else ""
        print(f"key      {f'from {source}' if source else 'none needed'}")
        print(f"keys     {'; '.join(map(_source, REAL))}")
        print(f"library  {settings.home}")
        if session.rescued:
            print(f"         {session.rescued}")
        print(f"limits   {_limit(*session.limit)}, shared by every kernel on this machine")
        print("\n".join(spending.lines(session)))
        print(f"jobs     {len(session.moving())} under way")
        if waiting := session.waiting():
            print("waiting for you (%reapi show <id>, then Send, Cancel, Adopt or Forget):")
            print(text.table(waiting))

    def use(self, words: str) -> None:
        settings = self._sessions.enter(Settings.read(place=words)).settings
        print(f"using {settings.place}" + ("" if settings.real else ": no charge"))

    def login(self, words: str) -> None:
        place = REAL.get(words or "reapi")
        if place is None:
            raise InvalidRequest("never type a key into a cell: %reapi login asks for it")
        kept = save_key(_ask_key(place.title, place.key_names[0]), place=place.name)
        print(f"kept in {kept}, which only you can read")
        self.use(place.name)
        key = self._session.settings.key
        if key is not None and key.source != str(kept):
            print(f"note: the key of {key.source} is used as long as that is set")

    def models(self, _words: str) -> None:
        rates = self._session.settings.rates
        if self._screen.is_terminal:
            print(describe.models(rates))
        else:
            display(Markdown(describe.models_markdown(rates)))

    def help(self, words: str) -> None:
        kind = catalog.find(words)
        if kind is not None:
            page = describe.help_for(kind, self._session.settings.rates)
            print(page) if self._screen.is_terminal else display(Markdown(page))
        elif words in ("", *NAMES):
            print(describe.overview())
        else:
            near = command.nearest(words, (kind.nick for kind in catalog.REQUESTS))
            raise InvalidRequest(f"no help on {words!r}" + (f": try {near}" if near else ""))

    def form(self, words: str) -> None:
        nick, _, picture = words.partition(" ")
        nicks = list(dict.fromkeys(kind.nick for kind in catalog.REQUESTS))
        if self._screen.is_terminal:
            raise InvalidRequest(f"a form needs a notebook: try %reapi help {nick or nicks[0]}")
        if nick in nicks:
            self._screen.put_form(self._form(nick, picture.strip()))
        elif not nick:
            print(f"say which: %reapi form {nicks[0]}, or one of {', '.join(nicks[1:])}")
        else:
            near = command.nearest(nick, nicks)
            hint = f"did you mean %reapi form {near}?" if near else "type %reapi form for a list"
            raise InvalidRequest(f"no form for {nick!r}: {hint}")

    def _form(self, nick: str, picture: str) -> Form:
        from reapi_nb.notebook.form import Form  # noqa: PLC0415 - loaded with the first form

        name, hash_, number = picture.partition("#")
        provider = (self._names.maker(name) if hash_ else None) or self._session.provider
        kind = catalog.find(nick, provider)
        assert kind is not None, "somebody has this nick"
        # By its task, because a variable may hold another job tomorrow.
        task_id = self._names.task_of(name) if hash_ else None
        return Form(
            kind,
            self._sessions.serving(kind.provider, self._names.job(name) if task_id else None),
            self._names,
            self._screen.board_of,
            picture=f"{task_id}#{number}" if task_id else picture,
        )

    def delete(self, words: str) -> None:
        job = self._names.job(required(words, "delete task_x"))
        self._sessions.of(job).delete(job)
        print(f"deleted {job.name} from the library; running its cell again is a new request")

    def doctor(self, words: str) -> None:
        from reapi_nb import doctor  # noqa: PLC0415 - it is rarely ill

        act = {"": doctor.examine, "--fix": doctor.mend}.get(words)
        if act is None:
            raise InvalidRequest("type %reapi doctor to look, or %reapi doctor --fix to mend")
        rows = [
            ("mended" if found.mended else found.level, found.what, found.advice)
            for found in act(self._session.settings)
        ]
        if rows:
            headings = ("level", "what", "what to do")
            tables.show(headings, rows, is_terminal=self._screen.is_terminal)
        else:
            print("nothing is damaged")

    def nest(self, _words: str) -> None:
        print(nest.apply())


def _ask_key(title: str, variable: str) -> Secret:
    try:
        with warnings.catch_warnings():
            # A terminal that cannot hide what is typed would show the key.
            warnings.simplefilter("error", getpass.GetPassWarning)
            # Wrapped at once: a traceback with local variables must not show it.
            return Secret(getpass.getpass(f"{title} key (not shown): ").strip())
    except (EOFError, NotImplementedError, getpass.GetPassWarning):
        raise InvalidRequest(
            f"nobody can type a key unseen here: set {variable} before the kernel starts"
        ) from None


def _source(place: str) -> str:
    """Whether a real place has a key, and where that is found; never the key."""
    title, login = REAL[place].title, REAL[place].login
    try:
        source = key_source(place)
    except BadSettings as no:
        return f"{title}: {no.message}"
    return f"{title} from {source}" if source else f"{title} none ({login})"


def _limit(most: int, window_s: float) -> str:
    unit = {1.0: "second", 60.0: "minute"}.get(window_s, f"{window_s:g} seconds")
    return f"{most:,} requests a {unit}"
