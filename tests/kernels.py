"""Real kernels, driven cell by cell as a front end drives them."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psutil
from jupyter_client.manager import KernelManager

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from jupyter_client.blocking.client import BlockingKernelClient

CELL_S = 60.0
WIDGET = "application/vnd.jupyter.widget-view+json"
_SHOWN = ("display_data", "update_display_data", "execute_result")


@dataclass
class Ran:
    """What one cell answered."""

    status: str
    seconds: float
    """From sending the request to its reply."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    """Its own."""

    beside: list[dict[str, Any]] = field(default_factory=list)
    """What others said while it ran, boards of earlier cells for example."""

    @property
    def board(self) -> str:
        """The id of the board that it showed first."""
        return next(
            one["content"]["data"][WIDGET]["model_id"]
            for one in self.messages
            if WIDGET in one["content"].get("data", {})
        )

    @property
    def text(self) -> str:
        """All streams, errors and plain texts, in order."""
        return "".join(_texts(self.messages))


@dataclass(frozen=True)
class Asked:
    """A cell that was sent to the kernel."""

    message_id: str
    at: float
    """Seconds on the clock of `time.perf_counter`."""


class Kernel:
    """A running kernel process."""

    def __init__(self, manager: KernelManager, client: BlockingKernelClient) -> None:
        self.manager = manager
        self.client = client

    def run(self, code: str, *, cell: str = "", fail: bool = False, typed: str = "") -> Ran:
        """
        Run a cell and collect what it says.

        Args:
            cell: The cell's id, as JupyterLab sends it.
            fail: Whether an error is what one wants to see.
            typed: The answer to the one question that the cell asks; without it nobody answers.
        """
        asked = self.start(code, cell=cell, stdin=bool(typed))
        if typed:
            self.client.get_stdin_msg(timeout=CELL_S)
            self.client.input(typed)
        return self.end(asked, fail=fail)

    def start(self, code: str, *, cell: str = "", stdin: bool = False) -> Asked:
        """Send a cell and do not wait for it."""
        return Asked(self._send(code, cell, stdin=stdin), time.perf_counter())

    def end(self, asked: Asked, *, fail: bool = False) -> Ran:
        """Wait for the end of a cell."""
        reply = self._reply(asked.message_id)
        ran = Ran(reply["content"]["status"], time.perf_counter() - asked.at)
        while True:
            message = self.client.get_iopub_msg(timeout=CELL_S)
            if message["parent_header"].get("msg_id") != asked.message_id:
                ran.beside.append(message)
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                break
            ran.messages.append(message)
        assert fail == (ran.status == "error"), ran.text
        return ran

    def press(self, board_id: str, **pressed: Any) -> list[dict[str, Any]]:
        """
        Press a button of a board, as its page does; the states that are told meanwhile.

        Args:
            pressed: `action`, `job`, `number` and whatever was filled in as `fields`.
        """
        asked = self.send_press(board_id, **pressed)
        told = []
        while True:
            heard = self.client.get_iopub_msg(timeout=CELL_S)
            if heard["msg_type"] == "comm_msg" and heard["content"]["comm_id"] == board_id:
                told.append(heard["content"]["data"].get("state", {}))
            if heard["parent_header"].get("msg_id") != asked.message_id:
                continue
            if heard["msg_type"] == "status" and heard["content"]["execution_state"] == "idle":
                return told

    def send_press(self, board_id: str, *, subshell: str = "", **pressed: Any) -> Asked:
        """
        Press a button of a board and do not wait for what it does.

        Args:
            subshell: The shell that serves it; "" for the one that runs the cells.
        """
        content = {"kind": "press", "nonce": uuid4().hex, "number": None, **pressed}
        message = self.client.session.msg(
            "comm_msg", {"comm_id": board_id, "data": {"method": "custom", "content": content}}
        )
        if subshell:
            message["header"]["subshell_id"] = subshell
        self.client.shell_channel.send(message)
        return Asked(message["header"]["msg_id"], time.perf_counter())

    def subshell(self) -> str:
        """The id of a new shell beside the one that runs the cells; not every kernel has them."""
        message = self.client.session.msg("create_subshell_request", {})
        self.client.control_channel.send(message)
        while True:
            reply = self.client.get_control_msg(timeout=CELL_S)
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                return str(reply["content"]["subshell_id"])

    def hear(self, words: str) -> None:
        """Wait until a cell that is running has printed this; what was said before is gone."""
        while True:
            heard = self.client.get_iopub_msg(timeout=CELL_S)
            if heard["msg_type"] == "stream" and words in heard["content"]["text"]:
                return

    def complete(self, code: str) -> list[str]:
        """What Tab offers at the end of this code."""
        reply = self._reply(self.client.complete(code, len(code)))
        return list(reply["content"]["matches"])

    def interrupt(self) -> None:
        """What Stop does."""
        self.manager.interrupt_kernel()

    def restart(self) -> float:
        """What Restart does; how long the old process took to end, in seconds."""
        process = psutil.Process(self.manager.provisioner.pid)
        began = time.perf_counter()
        self.client.shutdown()
        process.wait(CELL_S)
        took = time.perf_counter() - began
        self.manager.restart_kernel(now=True)
        self.client.wait_for_ready(timeout=CELL_S)
        return took

    def kill(self) -> None:
        """SIGKILL, as a crash would."""
        self.manager.shutdown_kernel(now=True)

    def _send(self, code: str, cell: str, *, stdin: bool) -> str:
        message = self.client.session.msg(
            "execute_request",
            {
                "code": code,
                "silent": False,
                "store_history": True,
                "user_expressions": {},
                "allow_stdin": stdin,
                "stop_on_error": False,
            },
        )
        message["metadata"] = {"cellId": cell} if cell else {}
        self.client.shell_channel.send(message)
        return str(message["header"]["msg_id"])

    def _reply(self, message_id: str) -> dict[str, Any]:
        while True:
            reply: dict[str, Any] = self.client.get_shell_msg(timeout=CELL_S)
            if reply["parent_header"].get("msg_id") == message_id:
                return reply


@contextmanager
def loaded(folder: Path, **variables: str) -> Iterator[Kernel]:
    """A kernel with the extension, whose library and settings lie below a folder of its own."""
    with kernel(**{**_below(folder), **variables}) as it:
        it.run("%load_ext reapi_nb")
        yield it


def _below(folder: Path) -> dict[str, str]:
    names = {"REAPI_NB_HOME": "library", "XDG_CONFIG_HOME": "config", "IPYTHONDIR": "ipython"}
    return {name: str(folder / below) for name, below in names.items()}


@contextmanager
def kernel(**variables: str) -> Iterator[Kernel]:
    """A kernel of this Python, with these environment variables added."""
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(env={**os.environ, **variables})
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=CELL_S)
        yield Kernel(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def _texts(messages: list[dict[str, Any]]) -> Iterator[str]:
    for message in messages:
        content = message["content"]
        if message["msg_type"] == "stream":
            yield content["text"]
        elif message["msg_type"] == "error":
            yield f"{content['ename']}: {content['evalue']}\n"
        elif message["msg_type"] in _SHOWN:
            yield str(content["data"].get("text/plain", "")) + "\n"
