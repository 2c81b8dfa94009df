"""A real kernel, driven cell by cell as a front end drives it."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jupyter_client.manager import KernelManager

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_client.blocking.client import BlockingKernelClient

CELL_S = 60.0


@dataclass
class Ran:
    """What one cell answered."""

    status: str
    seconds: float
    """From sending the request to its reply."""

    messages: list[dict[str, Any]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All streams, errors and plain texts, in order."""
        return "".join(_texts(self.messages))


class Kernel:
    """A running kernel process."""

    def __init__(self, manager: KernelManager, client: BlockingKernelClient) -> None:
        self.manager = manager
        self.client = client

    def run(self, code: str, *, cell: str = "", fail: bool = False) -> Ran:
        """
        Run a cell and collect what it says.

        Args:
            cell: The cell's id, as JupyterLab sends it.
            fail: Whether an error is what one wants to see.
        """
        began = time.perf_counter()
        message_id = self._send(code, cell)
        reply = self._reply(message_id)
        ran = Ran(reply["content"]["status"], time.perf_counter() - began)
        while True:
            message = self.client.get_iopub_msg(timeout=CELL_S)
            if message["parent_header"].get("msg_id") != message_id:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                break
            ran.messages.append(message)
        assert fail == (ran.status == "error"), ran.text
        return ran

    def kill(self) -> None:
        """SIGKILL, as a crash would."""
        self.manager.shutdown_kernel(now=True)

    def _send(self, code: str, cell: str) -> str:
        message = self.client.session.msg(
            "execute_request",
            {
                "code": code,
                "silent": False,
                "store_history": True,
                "user_expressions": {},
                "allow_stdin": False,
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
        elif "data" in content:
            yield str(content["data"].get("text/plain", "")) + "\n"
