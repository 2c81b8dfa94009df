"""A kernel on the sandbox talks to nobody: no address is looked up, no connection is opened."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from tests.kernels import kernel

if TYPE_CHECKING:
    from pathlib import Path

GUARD = """
import sys
outside = []
watched = ("socket.", "subprocess.", "os.system", "os.exec", "os.spawn", "http.", "urllib.",
           "ftplib.", "smtplib.", "imaplib.", "poplib.", "nntplib.", "webbrowser.")
# A loop makes itself a pair of sockets that nobody else has; its own name a machine knows.
harmless = ("socket.__new__", "socket.gethostname")

def heard(event, told):
    if event.startswith(watched) and event not in harmless:
        outside.append((event, str(told[1:] if event.startswith("socket.") else told)))

sys.addaudithook(heard)
"""

LIFE = (
    "%load_ext reapi_nb",
    "%reapi",
    'job = %reapi mj "a heron" --speed draft',
    "%reapi wait",
    'several = %reapi mj "a {red, blue} heron" --speed draft',
    "get_ipython().run_line_magic('reapi', 'upscale job#2')",
    "get_ipython().run_line_magic('reapi', 'wan \"in the style of it\" --image job#1')",
    "%reapi form mj",
    "%reapi status",
    "%reapi models",
    "%reapi history",
    "%reapi spend",
    "%reapi doctor",
    "%reapi help gpt",
    "job[1].save('copy.png')",
    "session = get_ipython()._reapi_nb.sessions.current",
    "session.link(job.task_id, 0)",
)


def _heard(running) -> list[tuple[str, str]]:
    said = running.run("print(f'<<{outside!r}>>')").text
    found: list[tuple[str, str]] = ast.literal_eval(said[said.index("<<") + 2 : said.rindex(">>")])
    return found


def test_nothing_leaves_a_kernel_on_the_sandbox(tmp_path: Path):
    """Loading, asking, editing, looking and mending: none of it needs a network."""
    folders = ("REAPI_NB_HOME", "XDG_CONFIG_HOME", "IPYTHONDIR")
    with kernel(**{name: str(tmp_path / name.lower()) for name in folders}) as running:
        running.run(f"import os\nos.chdir({str(tmp_path)!r})\n{GUARD}")
        said = [running.run(code).text for code in LIFE]
        heard = _heard(running)
        running.run("import socket\nsocket.socket().connect(('127.0.0.1', 9))", fail=True)
        then = _heard(running)

    assert "completed" in "".join(said)
    assert [] == heard
    assert [("socket.connect", "(('127.0.0.1', 9),)")] == then  # the guard hears
