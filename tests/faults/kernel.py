"""
A kernel's side of a test: settings, client and library, and a process of its own to kill.

`python -m tests.faults.kernel ORIGIN HOME COUNT` submits COUNT requests, waits for all of them
and prints their states as JSON. A test that wants a dead kernel kills it while it waits.
"""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reapi_nb.catalog import Latency
from reapi_nb.catalog.apixo_midjourney import ApixoImagine
from reapi_nb.catalog.midjourney_v7 import Imagine
from reapi_nb.client import Client
from reapi_nb.session import Session
from reapi_nb.settings import Secret, Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

KEY = "test-key"
_ROOT = Path(__file__).parents[2]


def settings(origin: str, home: Path, **more: Any) -> Settings:
    """Settings of a real place, reAPI if none is named, played by a server at this origin."""
    return Settings(**{"place": "reapi", "origin": origin, "key": Secret(KEY), "home": home} | more)


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@asynccontextmanager
async def client(
    origin: str, home: Path, place: str = "reapi", **deadlines: float
) -> AsyncIterator[Client]:
    """A client of the server at this origin, over the network."""
    made = Client(settings(origin, home, place=place), None, **deadlines)
    try:
        yield made
    finally:
        await made.close()


def rows(home: Path, query: str) -> list[tuple[Any, ...]]:
    """What another program reads in the library now; nothing before there is one."""
    try:
        with closing(sqlite3.connect(f"file:{home / 'library.sqlite3'}?mode=ro", uri=True)) as db:
            return db.execute(query).fetchall()
    except sqlite3.OperationalError:
        return []


class Quick(Imagine):
    """An ordinary request whose answer is due in a second, so that it is looked at soon."""

    def latency(self) -> Latency:
        return Latency(1.0, 1.0)


class QuickApixo(ApixoImagine):
    """The same of APIXO's: a quick task is looked at before the first look that is documented."""

    def latency(self) -> Latency:
        return Latency(1.0, 1.0)


def until(happened: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait for something that happens on another thread or in another process."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def start(origin: str, home: Path, count: int) -> subprocess.Popen[str]:
    """A kernel in a process of its own, at work."""
    command = [sys.executable, "-m", "tests.faults.kernel", origin, str(home), str(count)]
    return subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True)


def main(origin: str, home: str, count: str) -> None:
    with Session(settings(origin, Path(home))) as session:
        jobs = [session.submit(Quick(prompt=f"cat number {n}")) for n in range(int(count))]
        print(json.dumps([job.wait().status for job in jobs]))


if __name__ == "__main__":
    main(*sys.argv[1:])
