"""
What is checked after faults: the server's ledger against the libraries, from outside.

Nothing of the package is asked: rows are read with `sqlite3`, files from the disk, requests from
the server's own record. Every check returns what is wrong, in words; nothing wrong, no words.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections import Counter, defaultdict
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.faults.kernel import rows
from tests.faults.server import png
from tests.faults.weather import nonce

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from tests.faults.server import RecordingServer, Task

FINAL = {"completed", "empty", "failed", "rejected", "cancelled", "forgotten", "expired"}
MOST, WINDOW_S = 10, 1.0
_SHOWN = 5


def charges(server: RecordingServer) -> Counter[str]:
    """How often each request was charged, by its nonce."""
    return Counter(nonce(task.prompt) for task in list(server.tasks.values()))


class Row(NamedTuple):
    """What a row says of a job."""

    status: str
    task_id: str | None


def jobs(home: Path) -> dict[str, Row]:
    """The rows of a library, by the nonce in their bodies."""
    found = rows(home, "SELECT body, status, task_id FROM jobs")
    return {nonce(body): Row(status, task_id) for body, status, task_id in found}


def charged_twice(server: RecordingServer) -> list[str]:
    """M1: a request is charged once at most."""
    return [
        f"{name} was charged {times} times" for name, times in charges(server).items() if times > 1
    ]


def without_a_row(server: RecordingServer, homes: Iterable[Path]) -> list[str]:
    """M2: every charge has a row."""
    kept = {name for home in homes for name in jobs(home)}
    return [f"{name} was charged and has no row" for name in charges(server) if name not in kept]


def over_the_limit(server: RecordingServer) -> list[str]:
    """M3: no eleven submits and looks of an account lie within a second."""
    times: defaultdict[str, list[float]] = defaultdict(list)
    for heard in list(server.requests):
        if heard.kind in ("submit", "look"):
            times[heard.headers.get("authorization", "")].append(heard.at)
    return [
        f"{MOST + 1} requests of {account[-8:]} within {last - first:.3f} s"
        for account, at in times.items()
        for first, last in zip(sorted(at), sorted(at)[MOST:], strict=False)
        if last - first <= WINDOW_S
    ]


def key_told(server: RecordingServer, key: str, homes: Iterable[Path]) -> list[str]:
    """M4: the key is in the Authorization of requests to the API, and nowhere else."""
    wrong = []
    for heard in list(server.requests):
        headers = dict(heard.headers)
        if heard.host == "api":
            headers.pop("authorization", None)
        if key in f"{heard.path} {headers} {heard.body!r}":
            wrong.append(f"{heard.kind} {heard.path} tells the key")
    files = (file for home in homes for file in home.rglob("*") if file.is_file())
    return wrong + [f"{file} tells the key" for file in files if key.encode() in file.read_bytes()]


def damaged(home: Path) -> list[str]:
    """M7: what the rows of completed jobs promise is on the disk, byte for byte, and painted so."""
    found = rows(
        home,
        "SELECT place, task_id, slot, file, size, sha256 FROM jobs JOIN pictures USING (job_id)"
        " WHERE status = 'completed' AND file IS NOT NULL",
    )
    return [no for row in found if (no := _damage(home, *row))]


def _damage(home: Path, place: str, task_id: str, slot: int, *kept: Any) -> str:
    name, size, sha256 = kept
    file = home / "tasks" / place / task_id / name
    if name.endswith(".tmp") or not file.is_file():
        return f"{task_id}#{slot + 1} is not on the disk as {name}"
    data = file.read_bytes()
    if (len(data), hashlib.sha256(data).hexdigest()) != (size, sha256):
        return f"{task_id}#{slot + 1} differs from its row"
    painted = png(f"/{task_id}/{slot}.png")
    return "" if data == painted else f"{task_id}#{slot + 1} is not its picture"


def incomplete(home: Path, task: Task, pictures: int) -> str:
    """M8: a task that is known ends with all its pictures; what is missing, or ""."""
    kept = rows(
        home,
        "SELECT status, count(file) FROM jobs LEFT JOIN pictures USING (job_id)"
        f" WHERE task_id = '{task.task_id}' GROUP BY job_id",
    )
    if kept == [("completed", pictures)]:
        return ""
    return f"{nonce(task.prompt)} ({task.task_id}) is {kept}"


def unsound(home: Path) -> list[str]:
    """The library's database is whole."""
    if not (home / "library.sqlite3").exists():
        return []
    checked = rows(home, "PRAGMA integrity_check")
    return [] if checked in ([("ok",)], []) else [f"{home.name}: {checked}"]


class Watch:
    """M6: hears every snapshot of a job; a state that ends it is the last one."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.errors: Counter[str] = Counter()
        self._last: dict[str, tuple[str, int]] = {}

    def __call__(self, snapshot: Any) -> None:
        status, rev = str(snapshot.status), snapshot.rev
        before, seen = self._last.get(snapshot.job_id, ("", -1))
        if before in FINAL and status != before:
            self.wrong.append(f"{snapshot.job_id} was {before} and became {status}")
        if rev < seen:
            self.wrong.append(f"{snapshot.job_id} went back from revision {seen} to {rev}")
        self._last[snapshot.job_id] = status, rev
        if snapshot.error is not None:
            self.errors[type(snapshot.error).__name__] += 1


_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_watched: list[tuple[Path, list[str]]] = []


@contextmanager
def footprints(inside: Path) -> Iterator[list[str]]:
    """M5: what is written, made, renamed or removed by this process outside a folder."""
    if _audit not in _hooked:
        sys.addaudithook(_audit)
        _hooked.append(_audit)
    outside: list[str] = []
    _watched.append((inside, outside))
    try:
        yield outside
    finally:
        _watched.clear()


def _audit(event: str, args: tuple[Any, ...]) -> None:
    if not _watched or event not in _TOUCHES:
        return
    inside, outside = _watched[-1]
    for name in _TOUCHES[event](args):
        path = os.fsdecode(name)
        is_ours = Path(path).is_absolute() and Path(path).is_relative_to(inside)
        if not (is_ours or "__pycache__" in path or path.startswith("/dev/")):
            outside.append(f"{event} {path}")


def _opened(args: tuple[Any, ...]) -> list[Any]:
    path, _mode, flags = args
    return [path] if isinstance(path, str | bytes) and flags & _WRITES else []


def _first(args: tuple[Any, ...]) -> list[Any]:
    return [path for path in args[:1] if isinstance(path, str | bytes | os.PathLike)]


_hooked: list[Any] = []
_TOUCHES = {
    "open": _opened,
    "os.mkdir": _first,
    "os.remove": _first,
    "os.rmdir": _first,
    "os.chmod": _first,
    "os.truncate": _first,
    "os.symlink": lambda args: _first(args[1:]),
    "os.link": lambda args: _first(args[1:]),
    "os.rename": lambda args: [*_first(args), *_first(args[1:])],
    "sqlite3.connect": _first,
}


def told(wrong: list[str]) -> str:
    """The first few of what is wrong, a line each."""
    more = [f"... and {len(wrong) - _SHOWN} more"] if len(wrong) > _SHOWN else []
    return "\n".join(wrong[:_SHOWN] + more)
