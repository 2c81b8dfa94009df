"""Keys that were typed where none belongs: refused unseen, and neither sent nor kept."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.faults.kernel import KEY

if TYPE_CHECKING:
    from tests.kernels import Kernel

TYPED = "rk_" + "live_" + "7Gh2Kd91Qw"
TRIAL = "rk_" + "test_" + "7Gh2Kd91Qw"
_PARTS = "{part}"
_SAID = re.compile(
    r"(UsageError|InvalidRequest): there is an API key in this: nothing was sent; .+\n"
)

CELLS = {
    "prompt": f"%reapi mj a {TYPED} cat",
    "prompt of a trial key": f'%reapi mj "a {TRIAL} cat"',
    "prompt below its line": f"%%reapi mj --speed draft\na cat\nand {TYPED}",
    "the key in force": f"%reapi mj a {KEY} cat",
    "address": f"%reapi mj https://example.com/a.png?key={TYPED} a cat",
    "quoted address": f"%reapi wan a cat --image https://example.com/{TYPED.replace('_', '%5F')}",
    "reference": f"%reapi mj a cat --sref https://example.com/{TYPED}.png",
    "choice": f"%reapi mj a {{red, {TYPED}}} cat",
    "choice that makes one": "%reapi mj a rk_{live_, test_}7Gh2Kd91Qw cat",
    "variable": f"%reapi mj a {{{{{_PARTS[1:-1]}}}}} cat",
    "variables": "%reapi mj a {{front}}{{back}} cat",
    "list of variables": "%reapi mj a {{several}} cat",
    "JSON": f'%reapi raw flux-2 {{"prompt": "{TYPED}"}}',
    "name in JSON": f'%reapi raw flux-2 {{"prompt": "a cat", "{TYPED}": 1}}',
    "JSON below its line": f'%%reapi raw flux-2\n{{"deep": [{{"prompt": "{TYPED}"}}]}}',
    "escaped JSON": f'%reapi raw flux-2 {{"prompt": "{TYPED.replace("_", chr(92) + "u005f")}"}}',
    "model": f'%reapi raw {TYPED} {{"prompt": "a cat"}}',
    "dry run": f"%reapi mj a {TYPED} cat --dry-run",
    "dry run of a variable": "%reapi mj a {{part}} cat --dry-run",
    "plan": f"%reapi mj a {TYPED} cat --repeat 9",
    "bad flag": f"%reapi mj a cat --{TYPED}",
    "bad flag by a variable": "%reapi mj a cat {{flag}}",
    "parent": f"%reapi upscale {TYPED}#1",
    "command": f"%reapi {TYPED}",
    "job": f"%reapi show {TYPED}",
    "help": f"%reapi help {TYPED}",
    "place": f"%reapi use {TYPED}",
    "form": f"%reapi form {TYPED}",
    "login": f"%reapi login {TYPED}",
    "elsewhere in the cell": f'key = "{TYPED}"\n%reapi mj a cat',
    "Python": "session.submit(Imagine(prompt=f'a {part} cat'))",
    "Python, elsewhere in the cell": f'key = "{TYPED}"\nsession.submit(Imagine(prompt="a cat"))',
    "Python, several": "session.plan([Imagine(prompt='a cat'), Imagine(prompt=part)])",
    "Python, again": "session.submit(Imagine(prompt=part), clicked=True)",
    "Python, address": "session.link(part, 0)",
}
"""Cells with a key in them; those with a variable have it in that."""

READY = """
from reapi_nb.catalog import Imagine
session = get_ipython()._reapi_nb.sessions.current
front, back = "rk_" + "live_", "7Gh2Kd91Qw"
part = front + back
several = ["a dog", part]
flag = "--" + part
"""


@pytest.fixture(scope="module", name="ready")
def _ready(real: Kernel) -> Kernel:
    real.run(READY)
    return real


def _written(kernel: Kernel) -> bytes:
    """Everything that the library and the settings keep."""
    said = kernel.run("print(f'<<{session.settings.home}>>')").text
    home = Path(re.findall("<<(.+)>>", said)[-1])
    files = [file for file in home.parent.rglob("*") if file.is_file()]
    return b"".join(file.read_bytes() for file in files if "ipython" not in file.parts)


@pytest.mark.parametrize("code", CELLS.values(), ids=CELLS)
def test_a_key_in_a_cell_is_refused_unseen(ready, server, code):
    """One line says what to do, nothing repeats the key, nothing is asked of the API."""
    before = len(server.requests)

    ran = ready.run(code, fail=True)

    assert _SAID.fullmatch(ran.text), ran.text
    told = str([one["content"] for one in ran.messages if one["msg_type"] != "execute_input"])
    if "session." not in code:  # a traceback of Python's shows the lines that it comes from
        assert not [key for key in (TYPED, TRIAL, "7Gh2Kd91Qw", f"a {KEY}") if key in told]
    assert before == len(server.requests)


def test_nothing_of_a_refused_key_is_kept(ready):
    """Neither the library nor a setting has any of what was typed above."""
    for code in list(CELLS.values())[:3]:
        ready.run(code, fail=True)

    written = _written(ready)

    assert len(written) > 1000
    assert b"7Gh2Kd91Qw" not in written


def _press(kernel: Kernel, board: str, **pressed: Any) -> str:
    """What the board says to a press: why it was refused."""
    told = kernel.press(board, **pressed)
    view = next(state["view"] for state in reversed(told) if "view" in state)
    return "".join(view["refusals"].values())


def test_a_key_in_a_boards_form_is_refused_unseen(ready, server):
    """An edit with a key in its words is not sent, and the answer does not repeat it."""
    board = ready.run('job = %reapi mj "a heron"\njob.wait(30)').board
    job = re.findall(r"<<(\w+)>>", ready.run("print(f'<<{job.job_id}>>')").text)[-1]
    before = len(server.submits)

    said = _press(
        ready, board, job=job, number=1, action="remix.strong", fields={"prompt": f"a {TYPED}"}
    )

    assert said.startswith("there is an API key in this"), said
    assert TYPED not in said
    assert before == len(server.submits)


def test_a_key_in_a_form_is_wiped(ready, server):
    """A saved notebook keeps what controls hold, so this one holds it no longer."""
    before = len(server.requests)
    ready.run("%reapi form mj\nform = get_ipython()._reapi_nb.desk.screen._forms[-1]")

    ready.run("form.entries['prompt'].control.value = f'a {part} cat'")
    kept = ready.run(
        "import json, ipywidgets\n"
        "print(back in json.dumps(ipywidgets.Widget.get_manager_state()))\n"
        "print(form.note.value, form.offer)"
    ).text

    assert "False" in kept
    assert "there is an API key in this" in kept
    assert "None" in kept
    assert before == len(server.requests)
