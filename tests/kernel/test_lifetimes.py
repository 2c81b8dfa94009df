"""
The end of a kernel and its doubles: restart, shutdown, fork, reload, a script that just ends.

Tasks go on at the server whatever happens here. Nothing is lost, nothing is paid for twice, and
there is one engine a process.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import TYPE_CHECKING

import pytest

import reapi_nb
from tests.faults import acts
from tests.faults.kernel import KEY, rows, settings, until
from tests.faults.server import RecordingServer
from tests.kernels import loaded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.acts import Exchange

EXIT_S = 1.0
"""How long an interpreter may take to end because of us."""

SLOW = 2.0
"""How many times as long it may take on a slow machine, with its own end."""

_ROOT = Path(__file__).parents[2]
_LOG = "import logging\nlogging.getLogger('reapi_nb').addHandler(logging.FileHandler({!r}))"
_THREADS = "import threading\nprint([one.name for one in threading.enumerate()].count('reapi-nb'))"
_SCRIPT = """
import sys, time
from reapi_nb import Session
from reapi_nb.catalog import Imagine
from tests.faults import acts
from tests.faults.kernel import settings
from pathlib import Path

session = Session(settings(sys.argv[1], Path(sys.argv[2])))
jobs = [session.submit(Imagine(prompt=f"cat {n}")) for n in range(int(sys.argv[3]))]
"""


@pytest.fixture(name="slow")
def _slow() -> Iterator[RecordingServer]:
    """A server whose tasks do not end before somebody says so."""
    with RecordingServer(seconds=1e9) as server:
        yield server


def _script(server: RecordingServer, home: Path, count: int, rest: str) -> tuple[float, str]:
    """Run a script that submits so many jobs; how long its end took, and what it said of it."""
    code = f"{_SCRIPT}{rest}\nprint(time.monotonic())"
    command = [sys.executable, "-c", code, server.origin, str(home), str(count)]
    ran = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=True, timeout=60)
    return time.monotonic() - float(ran.stdout.split()[-1]), ran.stderr


def test_a_script_that_ends_says_what_goes_on(slow, home):
    """It ends within a second, in one line on stderr, and the next session has all its jobs."""
    took, said = _script(
        slow, home, 3, "while not all(job.task_id for job in jobs): time.sleep(0.01)"
    )
    slow._seconds = 0.0

    with reapi_nb.Session(settings(slow.origin, home)) as session:
        ended = [job.wait(30).status for job in session.history()]

    line = "3 tasks go on at the server: the next kernel with this library takes them up\n"
    assert line == said
    assert SLOW * EXIT_S > took
    assert ["completed"] * 3 == ended
    assert 3 == slow.charges == len(slow.submits)


def test_a_submit_on_the_wire_hears_its_answer_before_a_script_ends(slow, home):
    """The answer comes while the interpreter ends: the task is known, and looked at next time."""
    slow.cue("submit", _late)
    took, said = _script(slow, home, 1, "while jobs[0].status != 'sending': time.sleep(0.01)")

    [(status, task_id)] = rows(home, "SELECT status, task_id FROM jobs")
    assert "1 task goes on at the server: the next kernel with this library takes it up\n" == said
    assert ("processing", [task_id]) == (status, list(slow.tasks))
    assert SLOW * EXIT_S > took


async def _late(exchange: Exchange) -> None:
    """Answer as documented, but not at once."""
    good = exchange.good()
    await asyncio.sleep(0.4)
    await exchange.reply(good)


@pytest.mark.parametrize(
    ("cue", "rest", "left"),
    [
        pytest.param(
            acts.answer,
            "",
            ("queued", "1 job was not sent: it waits in the library to be sent or cancelled"),
            id="not sent",
        ),
        pytest.param(
            acts.stall,
            "while jobs[0].status != 'sending': time.sleep(0.01)",
            ("sending", "1 request got no answer in time: it may have been charged"),
            id="no answer",
        ),
    ],
)
def test_what_does_not_go_on_is_told_apart(slow, home, cue, rest, left):
    """A job that was never sent is not charged, and one without an answer may be."""
    slow.cue("submit", cue)
    took, said = _script(slow, home, 1, rest)

    [(status,)] = rows(home, "SELECT status FROM jobs")
    assert left == (status, said.removesuffix("\n"))
    assert SLOW * EXIT_S > took


@pytest.mark.parametrize("rest", ["session.close()", "session.close(); session.close()"])
def test_a_session_that_was_closed_says_nothing_at_the_end(slow, home, rest):
    """Who closes a session knows that it is closed."""
    _took, said = _script(slow, home, 1, rest)

    assert "" == said


_FORKS = """
import json, multiprocessing, os, sys, threading, time
from pathlib import Path

import reapi_nb
from reapi_nb.catalog import Imagine
from tests.faults import acts
from tests.faults.kernel import settings

def tried(act):
    try:
        return str(act())
    except Exception as no:
        return f"{type(no).__name__}: {no}"

def child(tell):
    shell = get_ipython()
    tell([
        [one.name for one in threading.enumerate() if one.name == "reapi-nb"],
        tried(lambda: shell.run_line_magic("reapi", 'mj "a cat of the child"')),
        tried(lambda: shell.run_line_magic("reapi", "wait")),
        tried(job.wait),
        tried(shell._reapi_nb.sessions.close),
    ])

def forked():
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        with open(reading) as told:
            said = json.load(told)
        os.waitpid(pid, 0)
        return said
    try:
        with open(writing, "w") as out:
            child(lambda said: json.dump(said, out))
    finally:
        os._exit(0)

def process():
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    one = context.Process(target=child, args=[queue.put])
    one.start()
    said = queue.get(timeout=30)
    one.join(30)
    return said

def own(origin, home):
    with reapi_nb.Session(settings(origin, Path(home))) as session:
        session.submit(Imagine(prompt="a cat of a session of its own")).wait(30)
"""


def test_a_fork_of_a_kernel_does_not_answer_for_it(tmp_path, slow):
    """A child has no engine and says so in one line; its parent goes on as if there were none."""
    with loaded(tmp_path, REAPI_API_KEY=KEY, REAPI_BASE_URL=slow.origin) as kernel:
        kernel.run(_FORKS)
        kernel.run('job = %reapi mj "a cat of the parent"')
        until(lambda: slow.charges == 1)
        said = [
            json.loads(kernel.run(f"print(json.dumps({way}()))").text.splitlines()[-1])
            for way in ("forked", "process")
        ]
        children = (slow.charges, kernel.run(_THREADS).text)
        slow._seconds = 0.0
        kernel.run("job.wait(30)")
        parent = kernel.run("print(job)").text

    forked = "this process was forked from the one that has the session: make a new Session here"
    gone = "ReapiError: the session is closed; task_"
    for threads, asked, waited, job_waited, closed in said:
        assert ([], f"UsageError: {forked}", f"UsageError: {forked}") == (threads, asked, waited)
        assert job_waited.startswith(gone)
        assert "None" == closed
    assert (1, "1\n") == children
    assert "completed, 4 pictures" in parent
    assert [("ok",)] == rows(tmp_path / "library", "PRAGMA integrity_check")


def test_forks_in_the_middle_of_everything_leave_a_sound_library(tmp_path):
    """Twenty children, some with sessions of their own, while the parent's jobs are written."""
    with (
        RecordingServer() as server,
        loaded(tmp_path, REAPI_API_KEY=KEY, REAPI_BASE_URL=server.origin) as kernel,
    ):
        kernel.run(_FORKS)
        kernel.run(
            'many = %reapi mj "a {red, blue, green, grey} {cat, dog}" --yes\n'
            "context = multiprocessing.get_context('fork')\n"
            f"whose = {(server.origin, str(tmp_path / 'library'))}\n"
            "ours = context.Process(target=own, args=whose)\n"
            "ours.start()\n"
            "for _ in range(20):\n"
            "    pid = os.fork()\n"
            "    if not pid: os._exit(0)\n"
            "    os.waitpid(pid, 0); time.sleep(0.02)\n"
            "ours.join(30)\nmany.wait(60)"
        )

    ended = rows(tmp_path / "library", "SELECT status, count(*) FROM jobs GROUP BY status")
    assert [("completed", 9)] == ended
    assert 9 == server.charges == len(server.submits)
    assert [("ok",)] == rows(tmp_path / "library", "PRAGMA integrity_check")


def test_a_child_that_ends_in_good_order_ends_nothing_of_its_parent(home):
    """Children and their children say nothing and close nothing; the parent completes its jobs."""
    rest = (
        "import os\n"
        "for _ in range(10):\n"
        "    if not (pid := os.fork()):\n"
        "        if not (inner := os.fork()): sys.exit(0)\n"
        "        os.waitpid(inner, 0); session.close(); sys.exit(0)\n"
        "    os.waitpid(pid, 0)\n"
        "print([job.wait(30).status for job in jobs]); session.close()"
    )
    with RecordingServer() as server:
        _took, said = _script(server, home, 4, rest)

        assert 4 == server.charges == len(server.submits)
    assert "" == said
    assert [("completed", 4)] == rows(home, "SELECT status, count(*) FROM jobs GROUP BY status")
    assert [("ok",)] == rows(home, "PRAGMA integrity_check")


def test_a_restarted_kernel_takes_up_its_jobs_and_shows_them_without_a_network(tmp_path):
    """Loading is enough for the end of what was under way; what is kept needs no server."""
    library = tmp_path / "library"
    with ExitStack() as network:
        server = network.enter_context(RecordingServer())
        with loaded(tmp_path, REAPI_API_KEY=KEY, REAPI_BASE_URL=server.origin) as kernel:
            first = kernel.run('done = %reapi mj "a kept cat"\ndone.wait(30)')
            server._seconds = 1e9
            kernel.run('left = %reapi mj "a {red, blue} cat" --yes')
            kernel.run(_LOG.format(str(tmp_path / "log.txt")))
            until(lambda: 2 == len(rows(library, "SELECT 1 FROM jobs WHERE status='processing'")))
            took = kernel.restart()
            server._seconds = 0.0

            kernel.run("%load_ext reapi_nb")
            until(
                lambda: 3 == len(rows(library, "SELECT 1 FROM jobs WHERE status='completed'")), 60
            )
            network.close()
            [(task_id,)] = rows(
                library, "SELECT task_id FROM jobs WHERE ordinal=0 ORDER BY made_at LIMIT 1"
            )
            shown = kernel.run(f"%reapi show {task_id}")

    assert SLOW * EXIT_S > took
    assert (tmp_path / "log.txt").read_text().startswith("2 tasks go on at the server: ")
    assert 3 == server.charges == len(server.submits)
    assert first.board == shown.board
    assert f"mj {task_id}: completed, 4 pictures" in shown.text
    [opened] = [
        one["content"]["data"]["state"]
        for one in shown.messages
        if one["msg_type"] == "comm_open" and one["content"]["comm_id"] == shown.board
    ]
    assert ["completed"] == [strip["status"] for strip in opened["view"]["strips"]]
    assert any("image/jpeg" in one["content"].get("data", {}) for one in shown.messages)


def test_a_module_that_changes_does_not_double_the_engine(tmp_path, slow):
    """With autoreload there is one engine, which goes on with its jobs; unloaded, none."""
    copy = tmp_path / "copy"
    copytree(Path(reapi_nb.__file__).parent, copy / "reapi_nb", ignore=ignore_patterns("*.pyc"))
    variables = {"REAPI_API_KEY": KEY, "REAPI_BASE_URL": slow.origin}
    with loaded(tmp_path, PYTHONPATH=str(copy), **variables) as kernel:
        kernel.run("%reapi wait")  # autoreload trips over modules that another thread is loading
        kernel.run("%load_ext autoreload\n%autoreload 2\nimport reapi_nb\nprint(reapi_nb.__file__)")
        kernel.run('job = %reapi mj "a cat of before"')
        for file in (copy / "reapi_nb").rglob("*.py"):
            file.write_text(f"{file.read_text()}\n# changed\n")
        changed = kernel.run(_THREADS).text
        kernel.run("%reload_ext reapi_nb\n%reload_ext reapi_nb")
        slow._seconds = 0.0
        ended = kernel.run('new = %reapi mj "a cat of after"\n%reapi wait').text
        threads = kernel.run(_THREADS).text
        kernel.run("%unload_ext reapi_nb")
        unloaded = kernel.run(_THREADS).text

    assert ("1\n", "1\n", "0\n") == (changed, threads, unloaded), ended
    until(
        lambda: 2 == len(rows(tmp_path / "library", "SELECT 1 FROM jobs WHERE status='completed'"))
    )
    assert 2 == slow.charges
