"""The library's files: whole or not there, closed to others, and always inside its home."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reapi_nb.errors import LibraryFault
from reapi_nb.job import Status
from reapi_nb.library import Library
from reapi_nb.library.files import Files, create
from tests.samples import job, kept

if TYPE_CHECKING:
    from pathlib import Path

_DEEP = "/".join([".."] * 40)
HOSTILE = [
    *(
        "con",
        "NUL.png",
        "aux.",
        "trailing.",
        "trailing ",
        "COM1:",
        "a:b",
        "a*b",
        "a?b",
        "<a>",
        "a|b",
    ),
    *("../", "./.", "...", "....//....//etc", "..;/", "..%2f..%2fetc", "%00", "\0", "..\0", "\x7f"),
    *(_DEEP, f"{_DEEP}/etc/passwd", "/etc/../etc/passwd", "//server/share", "file:///etc/passwd"),
    *(
        "\\\\server\\share",
        "C:",
        "c:/windows",
        "\u2024\u2024/",
        "\uff0e\uff0e\uff0f",
        "\u2215etc",
        "\ufeffx",
    ),
    *(
        "-rf",
        "--help",
        "task_x/../task_y",
        "task_x/0.png",
        "task.json",
        "a\r\nb",
        "a\tb",
        "\u200bx",
    ),
    *("", ".", "..", "../../evil", "..\\..\\evil", "/etc/passwd", "/", "C:\\evil", "\\\\?\\C:\\x"),
    *("a/b", "a\\b", "a\0b", "a\nb", "task_x\n", " task_x", "task.x", "~root", "$HOME", "%2e%2e"),
    *("x" * 81, "x" * 300, "t\u00e4sk", unicodedata.normalize("NFD", "t\u00e4sk"), "\u202etxt"),
]

DYING = """
import os, sys
from pathlib import Path
from reapi_nb.library.files import Files, create

def die(event, _):
    if event == "os.rename":
        os._exit(9)

sys.addaudithook(die)
Files(Path(sys.argv[1])).write(Path(sys.argv[2]), b"new" * 1000)
"""
"""A kernel that is killed when its picture is written and not yet renamed."""


@pytest.fixture(name="files")
def _files(home: Path) -> Files:
    return Files(home)


def _below(home: Path) -> list[Path]:
    return sorted(path for path in home.rglob("*") if path.is_file())


def test_pictures_lie_where_other_tools_look_for_them(files, home):
    """Original, thumbnail and side-car of a wire slot have known places."""
    assert home / "tasks/reapi/task_x/2.png" == files.picture("reapi", "task_x", 2, "png")
    assert home / "thumbs/reapi/task_x/2.webp" == files.thumb("reapi", "task_x", 2)


@pytest.mark.parametrize("task_id", HOSTILE, ids=ascii)
def test_no_task_id_leads_out_of_the_library(files, home, task_id):
    """A server that names its tasks like paths gets a folder like any other."""
    path = files.picture("reapi", task_id, 0, "png")

    files.write(path, b"x")

    assert home / "tasks" / "reapi" == path.parent.parent
    assert re.fullmatch(r"[A-Za-z0-9_-]+", path.parent.name)
    assert [path] == _below(home)


def test_no_two_task_ids_share_a_folder(files):
    """However alike they look."""
    folders = {files.picture("reapi", task_id, 0, "png").parent for task_id in HOSTILE}

    assert len(HOSTILE) == len(folders)


def test_everything_is_closed_to_others(home):
    """Folders 0700 and files 0600, although the umask would leave them open."""
    before = os.umask(0)
    try:
        with closing(Library(home / "deep")) as library:
            done = job(status=Status.COMPLETED, task_id="task_x")
            library.keep(done)
            library.files.write(library.files.picture("reapi", "task_x", 0, "png"), b"x")
            library.files.write(library.files.thumb("reapi", "task_x", 0), b"x")
            library.files.write_sidecar(done)
            library.keep(job(status=Status.SENDING))
            library.suspect()

            modes = {
                path.relative_to(home): path.stat().st_mode & 0o777
                for path in (home, *home.rglob("*"))
            }
    finally:
        os.umask(before)

    names = {path.name for path in modes}
    assert {"library.sqlite3", "library.sqlite3-wal", "library.sqlite3-shm", "task.json"} < names
    assert {"0.png", "0.webp", "ballast", "library.lock", "library.sqlite3.suspect"} < names
    for path, mode in modes.items():
        assert (0o700 if (home / path).is_dir() else 0o600) == mode, path


def test_a_file_is_replaced_as_a_whole(files, home):
    """Many writers of one file leave one of their texts, and nothing else."""
    path = files.picture("reapi", "task_x", 0, "png")
    texts = [bytes([n]) * 100_000 for n in range(40)]

    with ThreadPoolExecutor(8) as writers:
        list(writers.map(lambda text: files.write(path, text), texts))

    assert path.read_bytes() in texts
    assert [path] == _below(home)


@pytest.mark.parametrize("before", [None, b"old"])
def test_a_crash_leaves_no_half_picture(files, home, before):
    """A kernel killed before the rename leaves what was there; the next one writes it anew."""
    path = files.picture("reapi", "task_x", 0, "png")
    if before:
        files.write(path, before)

    killed = subprocess.run([sys.executable, "-c", DYING, str(home), str(path)], check=False)

    assert 9 == killed.returncode
    assert before == (path.read_bytes() if path.exists() else None)
    files.write(path, b"new")
    assert b"new" == path.read_bytes()


def test_a_write_that_fails_leaves_nothing_behind(files, home):
    """What cannot be put in place is taken away again."""
    path = files.picture("reapi", "task_x", 0, "png")
    path.mkdir(parents=True)

    with pytest.raises(OSError, match="directory"):
        files.write(path, b"x")

    assert [] == _below(home)


def _planted(home: Path, tmp_path: Path, link: str) -> Path:
    """A folder elsewhere with something in it, and a link to it in the library."""
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "reapi/task_x").mkdir(parents=True)
    (elsewhere / "0.png").write_bytes(b"precious")
    (home / link).parent.mkdir(parents=True, exist_ok=True)
    depth = link.count("/")
    target = (elsewhere, elsewhere / "reapi", elsewhere / "reapi/task_x")[depth]
    (target / "0.png").write_bytes(b"precious")
    (home / link).symlink_to(target)
    return target


@pytest.mark.parametrize("link", ["tasks", "tasks/reapi", "tasks/reapi/task_x"])
def test_nothing_is_written_through_a_link_out_of_the_library(files, home, tmp_path, link):
    """Somebody who can plant a link does not choose where pictures go."""
    target = _planted(home, tmp_path, link)
    before = _below(tmp_path / "elsewhere")

    with pytest.raises(OSError, match="leads out of the library"):
        files.write(files.picture("reapi", "task_x", 0, "png"), b"x")
    with pytest.raises(OSError, match="leads out of the library"):
        files.write_sidecar(job(status=Status.PROCESSING, task_id="task_x"))

    assert before == _below(tmp_path / "elsewhere")
    assert b"precious" == (target / "0.png").read_bytes()


def test_a_home_that_is_a_link_is_a_home(home, tmp_path):
    """People may keep their library on another disk."""
    (tmp_path / "disk").mkdir()
    home.symlink_to(tmp_path / "disk")

    with closing(Library(home)) as library:
        assert library.keep(job())
        library.files.write(library.files.picture("reapi", "task_x", 0, "png"), b"x")

    assert b"x" == (tmp_path / "disk/tasks/reapi/task_x/0.png").read_bytes()


def test_a_link_in_place_of_a_picture_is_replaced(files, home, tmp_path):
    """What it led to is left as it was."""
    path = files.picture("reapi", "task_x", 0, "png")
    path.parent.mkdir(parents=True)
    (tmp_path / "precious").write_bytes(b"precious")
    path.symlink_to(tmp_path / "precious")

    files.write(path, b"x")

    assert not path.is_symlink()
    assert b"precious" == (tmp_path / "precious").read_bytes()


def test_a_new_file_is_never_opened_through_a_link(tmp_path):
    """Not even through one that leads nowhere yet."""
    (tmp_path / "0.tmp").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(FileExistsError):
        create(tmp_path / "0.tmp")

    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    "name", ["library.sqlite3", "library.sqlite3-wal", "library.sqlite3-shm", "library.lock"]
)
def test_no_database_is_opened_through_a_link(home, tmp_path, name):
    """It is refused in one line, and what it leads to is not touched."""
    home.mkdir()
    (tmp_path / "precious").write_bytes(b"precious")
    (home / name).symlink_to(tmp_path / "precious")

    with pytest.raises(LibraryFault, match="link") as refused:
        Library(home)

    assert "\n" not in refused.value.message
    assert b"precious" == (tmp_path / "precious").read_bytes()


@pytest.mark.parametrize("name", ["ballast", "library.sqlite3.suspect"])
def test_nothing_else_is_written_through_a_link(home, tmp_path, name):
    """Neither the ballast nor a mark."""
    home.mkdir()
    (tmp_path / "precious").write_bytes(b"precious")
    (home / name).symlink_to(tmp_path / "precious")

    with closing(Library(home)) as library:
        library.suspect()
        library.keep(job(status=Status.SENDING))

    assert b"precious" == (tmp_path / "precious").read_bytes()


def test_forgetting_a_job_removes_a_link_and_not_what_it_leads_to(files, home, tmp_path):
    """What lies elsewhere is not ours."""
    target = _planted(home, tmp_path, "tasks/reapi/task_x")

    files.forget(job(status=Status.COMPLETED, task_id="task_x"))

    assert b"precious" == (target / "0.png").read_bytes()
    assert not (home / "tasks/reapi/task_x").is_symlink()


def test_a_damaged_file_is_set_aside_under_a_name_of_its_own(files):
    """However often that happens, nothing is lost."""
    path = files.picture("reapi", "task_x", 0, "png")
    names = []
    for text in (b"1", b"2", b"3"):
        files.write(path, text)
        names.append(files.set_aside(path).name)

    assert ["0.png.damaged", "0.png.2.damaged", "0.png.3.damaged"] == names
    assert [b"1", b"2", b"3"] == [(path.parent / name).read_bytes() for name in names]


def test_a_task_has_words_beside_it_before_it_has_pictures(files):
    """They are written when the server takes it, and again at its end."""
    taken = job(status=Status.PROCESSING, task_id="task_x")

    files.write_sidecar(taken)

    said = json.loads(files.sidecar("reapi", "task_x").read_text())
    assert ("processing", [], {}, None) == tuple(
        said[name] for name in ("status", "pictures", "sha256", "task")
    )


def test_a_task_can_be_rebuilt_from_its_sidecar(files):
    """Beside the pictures lie the request, the server's last word, and what each file hashes to."""
    done = job(status=Status.COMPLETED, task_id="task_x", raw={"id": "task_x", "output": {}})
    path = files.picture("reapi", "task_x", 1, "png")
    digest = hashlib.sha256(b"x").hexdigest()
    done = replace(done, pictures=(kept(done, 0), kept(done, 1, path=path, sha256=digest)))

    files.write_sidecar(done)

    sidecar = json.loads((path.parent / "task.json").read_text())
    assert done.request.body() == sidecar["request"]
    assert done.raw == sidecar["task"]
    assert {"1.png": digest} == sidecar["sha256"]
    assert (done.job_id, "task_x", *done.account) == tuple(
        sidecar[name] for name in ("job_id", "task_id", "place", "origin", "account")
    )


def test_forgetting_a_job_removes_its_own_files_only(files, home):
    """Half-written files of a crash go with it; other tasks and places stay."""
    gone = job(status=Status.COMPLETED, task_id="task_x")
    for place, task_id in (("reapi", "task_x"), ("reapi", "task_y"), ("sandbox", "task_x")):
        files.write(files.picture(place, task_id, 0, "png"), b"x")
        files.write(files.thumb(place, task_id, 0), b"x")
    (files.picture("reapi", "task_x", 0, "png").parent / "1.png.abc.tmp").write_bytes(b"half")

    files.forget(gone)

    left = {str(path.relative_to(home).parent) for path in _below(home)}
    others = ("reapi/task_y", "sandbox/task_x")
    assert {f"{kind}/{folder}" for kind in ("tasks", "thumbs") for folder in others} == left


def test_forgetting_a_job_without_files_is_no_trouble(files, home):
    """Neither a job without a task nor a task without pictures has anything to remove."""
    files.forget(job())
    files.forget(job(task_id="task_x"))

    assert not home.exists()
