"""What may stand in a task's own file: read back where it makes sense, and never a key."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from reapi_nb.errors import TaskFailed
from reapi_nb.job import Account, Status, Times
from reapi_nb.library import Library
from tests.clocks import NOON
from tests.samples import HERE, job

if TYPE_CHECKING:
    from pathlib import Path

    from reapi_nb.job import Snapshot


def _rebuilt(home: Path, place: str, folder: str, text: str | bytes) -> list[Snapshot]:
    """The jobs of a library that has nothing but this `task.json`."""
    file = home / "tasks" / place / folder / "task.json"
    file.parent.mkdir(parents=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with closing(Library(home)) as library:
        assert file.exists()
        return library.history(-1)


FIRST = {
    "job_id": "job-1",
    "task_id": "task_x",
    "place": "reapi",
    "origin": HERE.origin,
    "account": HERE.tag,
    "parent": None,
    "times": vars(Times(made=NOON)),
    "request": {"model": "mj-v7", "prompt": "a cat"},
    "task": {"id": "task_x"},
    "sha256": {"0.png": "ab", "2.png": "cd"},
}
"""What the first version wrote."""


def test_what_the_first_version_wrote_is_read(home):
    """State and pictures follow from the files that it names."""
    [found] = _rebuilt(home, "reapi", "task_x", json.dumps(FIRST))

    assert (Status.COMPLETED, "a cat", HERE) == (found.status, found.request.words, found.account)
    assert [(0, 0, "ab"), (2, 1, "cd")] == [
        (one.slot, one.position, one.sha256) for one in found.pictures
    ]
    assert home / "tasks/reapi/task_x/2.png" == found.pictures[1].path


BAD: dict[str, Any] = {
    "nothing": "",
    "no JSON": "{",
    "a list": [],
    "deep nesting": b"[" * 100_000,
    "no task": {name: FIRST[name] for name in FIRST if name != "task_id"},
    "another task": FIRST | {"task_id": "task_y"},
    "another place": FIRST | {"place": "apixo"},
    "a place that leads out": FIRST | {"place": "../../.."},
    "a time that is none": FIRST | {"times": {"made": "soon"}},
    "half a character": FIRST | {"board_id": "\ud800"},
    "a number that is too large": FIRST | {"rev": 1 << 80},
}


@pytest.mark.parametrize("said", BAD.values(), ids=BAD)
def test_words_that_make_no_sense_are_left_alone(home, said):
    """They make no job and stop nothing; the file stays where it is."""
    text = said if isinstance(said, str | bytes) else json.dumps(said)

    assert [] == _rebuilt(home, "reapi", "task_x", text)


def test_no_word_leads_out_of_its_folder(home):
    """A picture is a file beside the words or none at all."""
    names = ["../../../secret.png", "/etc/passwd", "0.png/../x", "a.png", "0.png", "..", ""]
    pictures = [{"slot": n, "file": name} for n, name in enumerate(names)]

    [found] = _rebuilt(home, "reapi", "task_x", json.dumps(FIRST | {"pictures": pictures}))

    folder = home / "tasks/reapi/task_x"
    assert {None, folder / "0.png"} == {one.path for one in found.pictures}


def test_an_account_of_another_place_keeps_its_jobs(home):
    """Every place's tasks are found, and under the account that made them."""
    theirs = Account("apixo", "https://api.apixo.ai", "4e5f6a7b")
    said = FIRST | {"place": "apixo", "origin": theirs.origin, "account": theirs.tag}
    said["request"] = {"request_type": "async", "input": {"mode": "text-to-image", "prompt": "x"}}

    [found] = _rebuilt(home, "apixo", "task_x", json.dumps(said))

    assert (theirs, "apixo") == (found.account, found.request.provider)


@pytest.mark.parametrize("status", [Status.PROCESSING, Status.COMPLETED])
def test_no_key_is_written_down(home, status):
    """A server that repeats what it was sent finds its answer kept without it."""
    key = "rk_" + "live_" + "CANARY0123456789"
    said = {"id": "task_x", "echo": [f"Bearer {key}"]}
    loud = job(status=status, task_id="task_x", raw=said, error=TaskFailed(f"bad key {key}"))
    with closing(Library(home)) as library:
        library.keep(loud)
        library.files.write_sidecar(loud)

    text = b"".join(file.read_bytes() for file in home.rglob("*") if file.is_file())

    assert b"CANARY" not in text
    assert b"Bearer rk_" in text
