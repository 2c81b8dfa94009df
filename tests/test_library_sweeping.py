"""What dead writers left half written is removed; nothing else is."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reapi_nb.library import Library, orphans_of
from reapi_nb.library.sweeping import LEAST_AGE_S

if TYPE_CHECKING:
    from pathlib import Path

FOLDERS = (".", "tasks/reapi/task_x", "thumbs/sandbox/task_y")


@pytest.fixture(name="dead", scope="module")
def _dead() -> int:
    """The number of a process that is gone."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def _put(home: Path, name: str, age: float = LEAST_AGE_S + 60) -> Path:
    file = home / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"half")
    os.utime(file, (time.time() - age,) * 2)
    return file


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_a_dead_writer_left_is_removed(home, dead, folder):
    """After an hour, in the home and in every task's folders."""
    left = _put(home, f"{folder}/0.png.{dead}-0123456789ab.tmp")
    early = _put(home, f"{folder}/1.png.0123456789ab.tmp")  # a first version named no writer
    with closing(Library(home)) as library:
        assert {left, early} == set(library.sweep())

    assert not left.exists()
    assert not early.exists()


@pytest.mark.parametrize(
    ("name", "age"),
    [
        ("0.png.{dead}-0123456789ab.tmp", LEAST_AGE_S - 60),
        ("0.png.{me}-0123456789ab.tmp", LEAST_AGE_S - 60),
        ("0.png", 1e7),
        ("task.json", 1e7),
        ("0.png.damaged", 1e7),
    ],
)
def test_what_may_still_be_needed_stays(home, dead, name, age):
    """What is young, and whatever is no temporary file."""
    file = _put(home, "tasks/reapi/task_x/" + name.format(dead=dead, me=os.getpid()), age)

    assert [] == list(orphans_of(home, time.time()))
    assert file.exists()


def test_what_a_living_process_writes_stays(home):
    """However long it takes: a writer that lives may still rename it."""
    parent = os.getppid()
    mine = _put(home, f"tasks/reapi/task_x/0.png.{os.getpid()}-0123456789ab.tmp", 0)
    hers = _put(home, f"tasks/reapi/task_x/1.png.{parent}-0123456789ab.tmp", 0)

    found = set(orphans_of(home, time.time() + LEAST_AGE_S * 2))

    assert not found & {mine, hers}


def test_a_reused_number_is_no_writer(home):
    """A process that started later than the file was written did not write it."""
    file = _put(home, f"tasks/reapi/task_x/0.png.{os.getpid()}-0123456789ab.tmp", 1e7)

    assert [file] == list(orphans_of(home, time.time()))


def test_links_are_not_followed(home, dead, tmp_path):
    """What lies elsewhere is not ours to clean."""
    elsewhere = _put(tmp_path, f"elsewhere/0.png.{dead}-0123456789ab.tmp")
    (home / "tasks/reapi").mkdir(parents=True)
    (home / "tasks/reapi/task_x").symlink_to(elsewhere.parent)
    (home / "thumbs").symlink_to(elsewhere.parent.parent)

    assert [] == list(orphans_of(home, time.time()))


def test_a_file_that_is_being_written_names_its_writer(home):
    """So that a sweeper knows whom to ask."""
    names = []

    class Watching(type(home)):
        def replace(self, target):
            names.append(self.name)
            return super().replace(target)

    with closing(Library(home)) as library:
        path = Watching(library.files.picture("reapi", "task_x", 0, "png"))
        library.files.write(path, b"x")

    [name] = names
    assert name.startswith(f"0.png.{os.getpid()}-")
    assert name.endswith(".tmp")
