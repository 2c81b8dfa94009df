"""
Kernels that kill themselves at a chosen step of their input and output.

`python -m tests.faults.nursery` loads the package once and forks a child for every life that it is
told of, so that a child costs no import. A child counts its steps: what it does to files below its
home, statements that change a database, connections, and every send and receive of a socket. At
the step that it was told, it kills itself with SIGKILL, wherever it is.

`Nursery` is the other end: it tells lives and hears how they ended.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import reapi_nb.library.asked  # loaded here, so that no child loads it
import reapi_nb.sandbox
from reapi_nb import pictures
from reapi_nb.client import Client
from reapi_nb.engine import Engine
from reapi_nb.job import Status
from reapi_nb.limiter import Limiter
from reapi_nb.session import Session
from reapi_nb.settings import Secret
from tests.faults.kernel import Quick, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Self

_LOADED = (reapi_nb.library.asked, pictures, Client, Engine, Limiter)
_ROOT = Path(__file__).parents[2]
_FILES = {"open", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.chmod", "os.truncate"}
_QUESTIONS = ("SELECT", "PRAGMA")
_NOTES = "{}-{}.ports"
_MOST_S = 60
_UNDER_WAY = {status.value for status in Status if status.facts.moving}


@dataclass(frozen=True)
class Life:
    """
    What a kernel does.

    Args:
        name: Begins the nonces of its requests.
        jobs: How many requests it makes; with none it goes on with what it finds.
        sends: Whether it sends what waits to be sent.
        dies_at: The step at which it kills itself; 0 for none.
    """

    origin: str
    home: Path
    key: str
    name: str
    jobs: int = 0
    sends: bool = False
    dies_at: int = 0


@dataclass(frozen=True)
class Death:
    """How a life ended: killed or not, and after how many steps if it was not."""

    life: Life
    killed: bool
    steps: int
    pid: int

    @property
    def ports(self) -> set[int]:
        """The ports from which it asked the server."""
        return set(map(int, _notes(self.life.home, self.pid).read_text().split()))


class Nursery:
    """A process that forks kernels, alive inside a `with` block."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        with self._process:
            self._process.kill()

    def tell(self, lives: Iterable[Life], *, at_once: int = 4) -> None:
        """Let kernels live, so many at a time."""
        told = [asdict(life) | {"home": str(life.home)} for life in lives]
        assert self._process.stdin
        print(json.dumps([at_once, told]), file=self._process.stdin, flush=True)
        self._told = len(told)

    def hear(self) -> list[Death]:
        """How the lives that were told ended, once all have."""
        assert self._process.stdout
        heard = [json.loads(self._process.stdout.readline()) for _ in range(self._told)]
        return [_death(**said) for said in heard]

    @staticmethod
    def pids(home: Path) -> set[int]:
        """The processes that have lived with this home so far."""
        return {
            int(notes.stem.rpartition("-")[2])
            for notes in home.parent.glob(_NOTES.format(home.name, "*"))
        }

    def live(self, lives: Iterable[Life], *, at_once: int = 4) -> list[Death]:
        """Let kernels live, and wait until all of them have ended."""
        self.tell(lives, at_once=at_once)
        return self.hear()


def _death(life: dict[str, Any], **said: Any) -> Death:
    return Death(Life(**life | {"home": Path(life["home"])}), **said)


def _notes(home: Path, pid: int) -> Path:
    return home.with_name(_NOTES.format(home.name, pid))


def _steps(home: Path) -> Path:
    return home.with_name(f"{home.name}.steps")


# -- in the nursery


def main() -> None:
    for line in sys.stdin:
        at_once, told = json.loads(line)
        under_way: dict[int, dict[str, Any]] = {}
        for life in told:
            if len(under_way) >= at_once:
                _bury(under_way)
            under_way[_fork(life)] = life
        while under_way:
            _bury(under_way)


def _fork(life: dict[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        signal.alarm(_MOST_S)
        try:
            _live(Life(**life | {"home": Path(life["home"])}))
        except BaseException:  # noqa: BLE001 - a child must never return into the nursery's loop
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)
    return pid


def _bury(under_way: dict[int, dict[str, Any]]) -> None:
    pid, status = os.wait()
    life = under_way.pop(pid)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    if not killed and status:
        print(f"a kernel ended with status {status}: {life}", file=sys.stderr)
    notes = _steps(Path(life["home"]))
    steps = 0 if killed else int(notes.read_text() if notes.exists() else 0)
    print(json.dumps({"life": life, "killed": killed, "steps": steps, "pid": pid}), flush=True)


# -- in a child


def _live(life: Life) -> None:
    steps = _Steps(life)
    asking = settings(life.origin, life.home, key=Secret(life.key))
    with Session(asking) as session:
        session.ready()
        made = [
            session.submit(Quick(prompt=f"a cat about to die, nonce {life.name}-{n}"))
            for n in range(life.jobs)
        ]
        if life.sends:
            for job in session.waiting():
                session.send(job)
        for job in made or session.history():
            if job.status in _UNDER_WAY:
                job.wait(_MOST_S)
    _steps(life.home).write_text(str(steps.taken))


class _Steps:
    """Counts the steps of this process, and ends it at the one that was told."""

    def __init__(self, life: Life) -> None:
        self.taken = 0
        self._last = life.dies_at
        self._home = str(life.home)
        self._count = count(1)
        self._ports = os.open(_notes(life.home, os.getpid()), os.O_CREAT | os.O_WRONLY, 0o600)
        sys.addaudithook(self._hear)
        _wrap(os, "fsync", self._both_sides)
        _wrap(socket.socket, "send", self._around_a_socket)
        _wrap(socket.socket, "recv", self._around_a_socket)
        _wrap(sqlite3, "connect", self._traced)

    def step(self) -> None:
        self.taken = next(self._count)
        if self.taken == self._last:
            os.kill(os.getpid(), signal.SIGKILL)

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        touches = event in _FILES and self._home in str(args[0])
        connects = event == "socket.connect" and args[0].family == socket.AF_INET
        if touches or connects:
            self.step()

    def _both_sides(self, call: Callable[..., Any], *args: Any) -> Any:
        self.step()
        done = call(*args)
        self.step()
        return done

    def _around_a_socket(self, call: Callable[..., Any], *args: Any) -> Any:
        at = args[0]
        if at.family != socket.AF_INET:
            return call(*args)
        with suppress(OSError):
            os.write(self._ports, f"{at.getsockname()[1]} ".encode())
        return self._both_sides(call, *args)

    def _traced(self, call: Callable[..., Any], *args: Any, **options: Any) -> Any:
        db = call(*args, **options)
        db.set_trace_callback(self._hear_sql)
        return db

    def _hear_sql(self, said: str) -> None:
        if not said.lstrip().upper().startswith(_QUESTIONS):
            self.step()


def _wrap(owner: Any, name: str, around: Callable[..., Any]) -> None:
    call = getattr(owner, name)
    setattr(owner, name, lambda *args, **options: around(call, *args, **options))


if __name__ == "__main__":
    main()
