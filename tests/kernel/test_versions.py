"""
The versions of ipykernel that people have, each as a real kernel: idle, busy and awaiting.

They differ in whether a click is served while a cell runs, and on which thread. What may not
differ: news arrives meanwhile, a click is one charge, and Stop is heard. The versions are
installed without their dependencies into a folder of their own, and stand before this Python's.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipykernel
import pytest

from tests.faults.kernel import KEY, until
from tests.kernels import Kernel, loaded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.faults.server import RecordingServer
    from tests.kernels import Ran

CURRENT = ipykernel.__version__
OTHERS = ("6.31.0", "7.1.0", "7.3.0")

CELL_S = 0.6
SOON_S = 1.0
"""How soon something happens at once, on a slow machine; here it is some hundredths of a second."""

BUSY, AWAITING = f"time.sleep({CELL_S})", f"await asyncio.sleep({CELL_S})"
_TIMED = """
import asyncio, time
print("begun at", time.monotonic())
{}
print("ended at", time.monotonic())
"""


@dataclass(frozen=True)
class Version:
    """One ipykernel, and what it lets through while a cell runs."""

    number: str
    at_once: frozenset[tuple[str, bool]] = frozenset()
    """Cells during which a click is served; and whether it came by a subshell."""

    has_subshells: bool = True


_BY_SUBSHELL = frozenset({(BUSY, True), (AWAITING, True)})
VERSIONS = [
    # First, because the others are being installed meanwhile.
    # A click goes to the shell that published last on the board, and that awaits by itself.
    Version(CURRENT, frozenset({(AWAITING, False), (AWAITING, True)})),
    Version("6.31.0", has_subshells=False),
    Version("7.1.0", _BY_SUBSHELL),
    Version("7.3.0", _BY_SUBSHELL),
]


@pytest.fixture(scope="session", name="shelf")
def _shelf(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, tuple[Path, subprocess.Popen[str] | None]]]:
    """A folder for each version, and who is still filling it: all at the same time."""
    cache = getattr(pytestconfig, "cache", None)
    shelf = cache.mkdir("ipykernel") if cache else tmp_path_factory.mktemp("ipykernel")
    coming = {number: (shelf / number, _install(shelf / number)) for number in OTHERS}
    yield coming
    for folder, process in coming.values():
        if process is not None:
            process.kill()
            process.communicate()
            shutil.rmtree(_half(folder), ignore_errors=True)


def _half(folder: Path) -> Path:
    """Where a version is before it is whole."""
    return folder.with_name(f"{folder.name}.{os.getpid()}")


def _install(folder: Path) -> subprocess.Popen[str] | None:
    """Start to install a version into a folder of its name, unless it is there."""
    if folder.exists():
        return None
    options = ["--no-deps", "--no-compile", "--quiet", "--target", str(_half(folder))]
    command = [sys.executable, "-m", "pip", "install", *options, f"ipykernel=={folder.name}"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


@pytest.fixture(
    scope="module",
    name="version",
    params=[pytest.param(one, id=one.number) for one in VERSIONS],
)
def _version(request: pytest.FixtureRequest) -> Version:
    return request.param


@pytest.fixture(scope="module", name="path")
def _path(version: Version, shelf: dict[str, Any]) -> str:
    """What PYTHONPATH has to begin with; "" where this version is the one that is installed."""
    if version.number == CURRENT:
        return ""
    folder, process = shelf[version.number]
    if process is not None and not folder.exists():
        said = process.communicate(timeout=120)[1]
        if process.returncode:
            why = f"ipykernel {version.number} cannot be installed here: {said.strip()[-200:]}"
            # A newcomer's machine may have no network; where the versions count, it is an error.
            (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(why)
        _half(folder).rename(folder)  # whole, or not at all
    return str(folder)


@pytest.fixture(scope="module", name="kernel")
def _kernel(
    path: str, server: RecordingServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Kernel]:
    """A kernel of one version, whose requests all reach the recording server."""
    folder = tmp_path_factory.mktemp("kernel")
    variables = {"PYTHONPATH": path} if path else {}
    with loaded(folder, REAPI_API_KEY=KEY, REAPI_BASE_URL=server.origin, **variables) as kernel:
        yield kernel


@dataclass(frozen=True)
class Page:
    """Where a board is shown: it presses one button, which asks for the board's job again."""

    kernel: Kernel
    board: str
    job: str
    subshell: str
    """A second shell that may serve it; "" where the version has none."""

    def press(self) -> list[dict[str, Any]]:
        """Press, and hear what the board is told until that is done."""
        return self.kernel.press(self.board, action="reroll", job=self.job)

    def send_press(self, nonce: str, *, by_subshell: bool) -> None:
        """Press, and do not wait."""
        pressed = {"action": "reroll", "job": self.job, "nonce": nonce}
        subshell = self.subshell if by_subshell else ""
        self.kernel.send_press(self.board, subshell=subshell, **pressed)


@pytest.fixture(scope="module", name="page")
def _page(kernel: Kernel, version: Version) -> Page:
    ran = kernel.run(
        'import time\njob = %reapi mj "a cat to click on"\n'
        'while not job.task_id: time.sleep(0.01)\nprint(f"<<{job.job_id}>>")'
    )
    subshell = kernel.subshell() if version.has_subshells else ""
    return Page(kernel, ran.board, re.findall(r"<<(\w+)>>", ran.text)[-1], subshell)


@pytest.fixture(name="endless")
def _endless(server: RecordingServer) -> Iterator[RecordingServer]:
    """The same server, whose tasks end no sooner than the test does."""
    server._seconds = 1e9
    yield server
    server._seconds = 0.0


def _told(ran: Ran) -> list[dict[str, Any]]:
    """What boards were told before the cell had ended, whoever it belonged to."""
    messages = [one for one in (*ran.messages, *ran.beside) if one["msg_type"] == "comm_msg"]
    return [one["content"]["data"].get("state", {}) for one in messages]


def _statuses(ran: Ran) -> set[str]:
    """Every status that boards showed before the cell had ended."""
    views = [state["view"] for state in _told(ran) if "view" in state]
    return {strip["status"] for view in views for strip in view["strips"]}


def _at(ran: Ran, moment: str) -> float:
    """When a cell began or ended, on the clock of `time.monotonic`."""
    return float(re.findall(rf"{moment} at (\S+)", ran.text)[-1])


def test_the_kernel_is_of_the_version_that_it_should_be(kernel, version):
    """What the kernel itself runs on, not what is installed beside this test."""
    said = kernel.run("import ipykernel\nprint(ipykernel.__version__)").text

    assert f"{version.number}\n" == said


def test_news_arrives_while_a_cell_is_busy(kernel):
    """The board learns that its task was accepted before the cell has ended that computes."""
    ran = kernel.run(
        'import time\nbusy = %reapi mj "a busy bee"\n'
        "while not busy.task_id: sum(range(1000))\ntime.sleep(0.2)"
    )

    assert "processing" in _statuses(ran)


def test_stop_ends_the_waiting_and_the_job_goes_on(kernel, endless):
    """However one waits, Stop is heard at once; the end is told while a cell awaits it."""
    kernel.run('patient = %reapi mj "a patient cat"')

    heard = {
        way: _stopped(kernel, way) for way in ("%reapi wait", "patient.wait()", "await patient")
    }
    endless._seconds = 0.0
    ran = kernel.run("await patient\nprint(patient)")

    assert {} == {way: seconds for way, seconds in heard.items() if seconds > SOON_S}
    assert "completed, 4 pictures" in ran.text
    assert "completed" in _statuses(ran)
    assert any(name.startswith("pixels_") for state in _told(ran) for name in state)


def _stopped(kernel: Kernel, way: str) -> float:
    """Seconds from Stop to the moment at which the waiting cell goes on."""
    waiting = kernel.start(
        "import asyncio, time\nprint('begun')\n"
        f"try:\n    {way}\nexcept (KeyboardInterrupt, asyncio.CancelledError):\n    pass\n"
        "print('ended at', time.monotonic())"
    )
    kernel.hear("begun")
    time.sleep(0.1)  # so that it waits by now
    stopped_at = time.monotonic()
    kernel.interrupt()
    return _at(kernel.end(waiting), "ended") - stopped_at


def test_a_click_while_nothing_runs_is_served_at_once(server, page):
    """One press is one charge, and its strip is told with the answer to the press."""
    bill = server.charges

    told = page.press()
    until(lambda: server.charges > bill, SOON_S)

    assert any("view" in state for state in told)
    assert bill + 1 == server.charges


@pytest.mark.parametrize("by_subshell", [False, True], ids=["main", "subshell"])
@pytest.mark.parametrize("cell", [BUSY, AWAITING], ids=["busy", "awaiting"])
def test_a_click_while_a_cell_runs_is_one_charge(server, version, page, cell, by_subshell):
    """It is sent at once where the version serves it, else right after the cell; never twice."""
    if by_subshell and not version.has_subshells:
        pytest.skip("this version has one shell")
    bill, nonce = server.charges, f"{cell} {by_subshell}"

    running = page.kernel.start(_TIMED.format(cell))
    page.kernel.hear("begun")
    for _ in range(2):  # a page that is not sure sends it again
        page.send_press(nonce, by_subshell=by_subshell)
    ended_at = _at(page.kernel.end(running), "ended")
    until(lambda: server.charges > bill, 2 * SOON_S)
    page.kernel.run("")

    sent_at = server.submits[-1].at
    assert ((cell, by_subshell) in version.at_once) == (sent_at < ended_at)
    assert ended_at + SOON_S > sent_at
    assert bill + 1 == server.charges
