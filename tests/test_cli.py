"""The command line: what it prints, and what it returns to whoever called it."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import replace

import pytest

from reapi_nb.cli import main
from reapi_nb.job import Status
from reapi_nb.library import Library
from tests.configs import write_config
from tests.samples import job, kept


def _damaged(home) -> None:
    """A library with a picture that is cut short."""
    with closing(Library(home)) as library:
        done = job(status=Status.COMPLETED, task_id="task_x")
        path = library.files.picture("reapi", "task_x", 0, "png")
        library.files.write(path, b"half")
        done = replace(done, pictures=(kept(done, 0, path=path, size=9, sha256="ab"),))
        library.keep(done)
        library.files.write_sidecar(done)


def _said(capsys, *words: str) -> tuple[int, list[str]]:
    code = main(words)
    said = capsys.readouterr()
    assert "" == said.err
    return code, [line.split(" ", 1)[0] for line in said.out.splitlines()]


def test_the_doctor_finds_nothing_bad_in_a_new_library(capsys, home):
    """And returns 0."""
    Library(home).close()

    code, levels = _said(capsys, "doctor")

    assert 0 == code
    assert "bad" not in levels


def test_the_doctor_returns_1_until_what_is_bad_is_mended(capsys, home):
    """Looking changes nothing; --fix does, and is content with what it did."""
    _damaged(home)

    told = [_said(capsys, *words) for words in (["doctor"], ["doctor"], ["doctor", "--fix"])]
    after = _said(capsys, "doctor")

    assert [1, 1, 0, 0] == [code for code, _ in (*told, after)]
    assert "bad" in told[0][1]
    assert "mended" in told[2][1]
    assert b"half" == (home / "tasks/reapi/task_x/0.png.damaged").read_bytes()


@pytest.mark.skipif(os.name != "posix", reason="others are kept out otherwise there")
def test_the_doctor_needs_no_key(capsys, home, environ):
    """A key that cannot be used is no reason not to look."""
    environ(REAPI_API_KEY="two words")
    Library(home).close()

    assert 0 == _said(capsys, "doctor")[0]


def test_settings_that_cannot_be_used_are_said_in_one_line(capsys):
    """On the other stream, with 2."""
    write_config("daily_cap = 'much'")

    code = main(["doctor"])

    said = capsys.readouterr()
    assert (2, "") == (code, said.out)
    assert 1 == said.err.count("\n")
