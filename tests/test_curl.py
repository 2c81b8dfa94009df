"""Copies of a request as curl and as Python, made of words that mean harm, and really run."""

from __future__ import annotations

import ast
import json
import os
import shlex
import subprocess
from typing import TYPE_CHECKING

import pytest

from reapi_nb.catalog import AnyModel
from reapi_nb.describe import as_curl, as_python
from tests.markup import PAYLOADS

if TYPE_CHECKING:
    from pathlib import Path

BASE_URL = "https://reapi.ai/api/v1"
_HARM = (
    "'; touch OWNED; '",
    "'; rm -rf . #",
    "$(touch OWNED)",
    "`touch OWNED`",
    "${IFS}; touch OWNED",
    "a' \\\n touch OWNED",
    "\\'; touch OWNED; \\'",
    '"; touch OWNED; "',
    "!! !touch !$",
    "| touch OWNED",
    "&& touch OWNED &",
    "> OWNED",
    "< /etc/passwd",
    "@/etc/passwd",
    "-o OWNED",
    "--output OWNED",
    "~ * ? [a-z]",
    "%s %n \\0 \\x41",
    "$'\\x27; touch OWNED'",
    "\n\ntouch OWNED\n",
    "\ttouch\tOWNED",
    "EOF\ntouch OWNED\nEOF",
    "\U0001f408 \u2019; touch OWNED",
    "\\",
    "'",
)
PROMPTS = (*_HARM, *(payload for payload in PAYLOADS if "\x00" not in payload))


def _request(prompt: str) -> AnyModel:
    """A request of a model that takes any words, in every place where words may stand."""
    return AnyModel.parse({"model": "flux-2", "prompt": prompt, prompt: [prompt, {"deep": prompt}]})


@pytest.fixture(name="curl")
def _curl(tmp_path: Path) -> Path:
    """A folder whose `curl` writes down what it was given."""
    program = tmp_path / "bin" / "curl"
    program.parent.mkdir()
    program.write_text('#!/bin/bash\nprintf "%s\\0" "$@" END >> "$HEARD"\n')
    program.chmod(0o755)
    return program.parent


@pytest.mark.parametrize("shell", [["bash", "-c"], ["sh", "-c"]], ids=["bash", "sh"])
def test_curl_gets_what_was_asked_for_and_the_shell_runs_nothing(tmp_path, curl, shell):
    """Every body arrives byte by byte at the program that is called, and no other is called."""
    heard = tmp_path / "heard"
    empty = tmp_path / "empty"
    empty.mkdir()
    copies = [as_curl(_request(prompt), BASE_URL) for prompt in PROMPTS]
    variables = {"PATH": f"{curl}:{os.defpath}", "HEARD": str(heard), "REAPI_API_KEY": "test key"}

    subprocess.run([*shell, "\n".join(copies)], env=variables, cwd=empty, check=True)
    calls = heard.read_bytes().decode().split("\0END\0")[:-1]

    assert [] == list(empty.iterdir())
    assert len(PROMPTS) == len(calls)
    for prompt, call in zip(PROMPTS, calls, strict=True):
        address, _, signed, _, _, _, body = call.split("\0")
        assert (f"{BASE_URL}/images/generations", "Authorization: Bearer test key") == (
            address,
            signed,
        )
        assert _request(prompt).body() == json.loads(body)


def test_a_copy_is_good_for_every_shell():
    """The words of a copy, as the rules of POSIX read them; and bash finds it well formed."""
    copies = [as_curl(_request(prompt), BASE_URL) for prompt in PROMPTS]

    checked = subprocess.run(["bash", "-n"], input="\n".join(copies), text=True, check=False)

    assert 0 == checked.returncode
    for prompt, copy in zip(PROMPTS, copies, strict=True):
        assert _request(prompt).body() == json.loads(shlex.split(copy)[-1])


@pytest.mark.parametrize("prompt", PROMPTS, ids=range(len(PROMPTS)))
def test_a_script_of_python_is_one_call(prompt):
    """Two imports, a session and a submit, whatever the words are: they stay one value."""
    made = ast.parse(as_python(_request(prompt))).body

    assert ["ImportFrom", "ImportFrom", "Assign", "Assign"] == [type(one).__name__ for one in made]
    [asked] = made[-1].value.args
    assert _request(prompt).body() == ast.literal_eval(asked.args[0])
