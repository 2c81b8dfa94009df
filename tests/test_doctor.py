"""What the doctor finds in a library and around it, and what it mends without loss or charge."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from reapi_nb import doctor
from reapi_nb.doctor import Finding, World
from reapi_nb.job import Status, Times
from reapi_nb.library import LEAST_FREE, Library
from reapi_nb.settings import Settings, config_folder
from tests.clocks import NOON
from tests.samples import HERE, job, kept, picture

if TYPE_CHECKING:
    from pathlib import Path

    from reapi_nb.job import Snapshot

WORLD = World(
    clock=lambda: NOON,
    free=lambda _: 1 << 40,
    mounted=lambda: [("/", "ext4")],
    version={"ipykernel": "6.31.0", "nest-asyncio": "1.6.0"}.get,
)
"""A sound machine at noon."""

DATA = picture()
FILE = "library.sqlite3"


@pytest.fixture(name="settings")
def _settings(home: Path) -> Settings:
    return Settings.read(place="sandbox", home=home)


@pytest.fixture(name="umask", autouse=True)
def _umask():
    """What a test makes beside the library is closed to others as well."""
    before = os.umask(0o077)
    yield
    os.umask(before)


def _finished(library: Library, task: str = "task_x", **fields) -> Snapshot:
    """A job with two kept pictures, in the database, on the disk and in words beside them."""
    done = job(status=Status.COMPLETED, task_id=task, **fields)
    pictures = []
    for slot in range(2):
        path = library.files.picture("reapi", task, slot, "png")
        library.files.write(path, DATA)
        facts = {"size": len(DATA), "sha256": sha256(DATA).hexdigest(), "expires_at": NOON + 1e6}
        url = f"https://cdn.example/{task}/{slot}.png"
        pictures.append(kept(done, slot, path=path, url=url, mime="image/png", **facts))
    done = replace(done, pictures=tuple(pictures))
    library.keep(done)
    library.files.write_sidecar(done)
    return done


@pytest.fixture(name="done")
def _done(home: Path) -> Snapshot:
    with closing(Library(home)) as library:
        return _finished(library)


def _job(home: Path, job_id: str) -> Snapshot:
    with closing(Library(home)) as library:
        return library.job(job_id)


def _alter(home: Path, job: Snapshot, **facts) -> None:
    """Another moment of a job, in both of its records."""
    with closing(Library(home)) as library:
        changed = job.but(pictures=tuple(replace(one, **facts) for one in job.pictures))
        library.amend(changed)
        library.files.write_sidecar(changed)


def _texts(home: Path) -> dict[Path, bytes]:
    """Every file of the tasks."""
    return {file: file.read_bytes() for file in (home / "tasks").rglob("*") if file.is_file()}


def _one(found: list[Finding]) -> Finding:
    """The one complaint; or that there is none."""
    told = [one for one in found if one.level != "ok"] or found
    assert 1 == len(told), told
    assert "\n" not in str(told[0])
    return told[0]


# -- nothing to complain about


def test_a_sound_library_is_said_to_be_sound(settings, done, home):
    """One line, and nothing is touched."""
    before = _texts(home)

    found = _one(doctor.examine(settings, WORLD))

    assert "ok" == found.level
    assert "1 jobs, 2 pictures" in found.what
    assert [found] == doctor.mend(settings, WORLD)
    assert before == _texts(home)


def test_a_library_that_is_not_there_is_not_made(settings, home):
    """Looking leaves nothing behind."""
    assert "note" == _one(doctor.mend(settings, WORLD)).level
    assert not home.exists()


# -- pictures

HARM = {
    "missing": lambda path: path.unlink(),
    "cut short": lambda path: os.truncate(path, 50),
    "emptied": lambda path: os.truncate(path, 0),
    "one bit turned": lambda path: path.write_bytes(bytes([DATA[0] ^ 1]) + DATA[1:]),
    "another picture": lambda path: path.write_bytes(picture(colour="red")),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM)
def test_a_damaged_picture_is_set_aside_and_can_be_fetched_again(settings, done, home, harm):
    """The other one stays; the job no longer claims to have it, and says how to get it back."""
    first, second = done.pictures
    harm(first.path)
    before = _texts(home)

    seen = _one(doctor.examine(settings, WORLD))
    assert before == _texts(home)
    mended = doctor.mend(settings, WORLD)

    assert ("bad", False) == (seen.level, seen.mended)
    assert "task_x#1" in seen.what
    assert "%reapi resume task_x" in seen.advice
    assert ("bad", True) == (mended[0].level, mended[0].mended)
    after = _job(home, done.job_id)
    assert (replace(first, path=None), second) == after.pictures
    assert sorted(before.values()) == sorted(
        data if path.name != "task.json" else before[path] for path, data in _texts(home).items()
    )
    assert not first.path.exists()
    assert {"warn", "note"} >= {one.level for one in doctor.examine(settings, WORLD)}


def test_a_picture_with_a_dead_link_is_lost_and_its_record_stays(settings, done, home):
    """Nobody is told to fetch what cannot be had; the job keeps everything else."""
    _alter(home, done, expires_at=NOON - 1)
    os.truncate(done.pictures[0].path, 50)

    found = doctor.mend(settings, WORLD)

    assert "lost" in found[0].what
    assert "%reapi" not in found[0].advice
    after = _job(home, done.job_id)
    assert (done.status, done.request, None) == (
        after.status,
        after.request,
        after.pictures[0].path,
    )
    assert "note" == _one(doctor.examine(settings, WORLD)).level


def test_links_that_die_soon_are_told(settings, done, home):
    """By how many hours are left; one that has time is only noted."""
    levels = {}
    for hours in (1, 100, -1):
        _alter(home, _job(home, done.job_id), path=None, expires_at=NOON + hours * 3600)
        found = _one(doctor.examine(settings, WORLD))
        levels[hours] = (found.level, "%reapi resume task_x" in found.advice)

    assert {1: ("warn", True), 100: ("note", True), -1: ("note", False)} == levels


# -- records


def test_a_job_that_only_its_files_know_is_taken_in(settings, done, home):
    """As when a database was replaced by an older copy; its pictures are checked at once."""
    with closing(Library(home)) as library:
        other = _finished(library, "task_y", times=Times(made=NOON, sent=NOON))
        library._db.execute("DELETE FROM jobs WHERE job_id = ?", (other.job_id,))
        library._db.execute("DELETE FROM spend WHERE job_id = ?", (other.job_id,))

    seen, mended = (_one(act(settings, WORLD)) for act in (doctor.examine, doctor.mend))

    assert [("warn", False), ("warn", True)] == [(one.level, one.mended) for one in (seen, mended)]
    assert other == _job(home, other.job_id)
    with closing(Library(home, clock=lambda: NOON)) as library:
        assert 88 == library.spent_today()
    assert "ok" == _one(doctor.examine(settings, WORLD)).level


SIDECARS = {
    "missing": None,
    "damaged": b"{",
    "of another state": b'{"status": "processing"}',
    "of the first version": b'{"job_id": "x", "sha256": {}}',
}


@pytest.mark.parametrize("text", SIDECARS.values(), ids=SIDECARS)
def test_words_beside_the_pictures_are_written_anew(settings, done, home, text):
    """From the database, which knows them; what was damaged is kept under another name."""
    file = done.pictures[0].path.parent / "task.json"
    good = json.loads(file.read_bytes())
    file.unlink() if text is None else file.write_bytes(text)

    seen, mended = (_one(act(settings, WORLD)) for act in (doctor.examine, doctor.mend))

    assert ("note", False, True) == (seen.level, seen.mended, mended.mended)
    assert good == json.loads(file.read_bytes())
    assert (text == b"{") == file.with_name("task.json.damaged").exists()


def test_words_that_nobody_can_read_are_told(settings, done, home):
    """A folder of a task that the database does not know either is left as it is."""
    file = home / "tasks/reapi/task_y/task.json"
    file.parent.mkdir()
    file.write_bytes(b"{")

    found = _one(doctor.mend(settings, WORLD))

    assert ("warn", False) == (found.level, found.mended)
    assert "task_y" in found.what
    assert b"{" == file.read_bytes()


def test_a_damaged_database_is_built_anew(settings, done, home, monkeypatch):
    """Also where opening would not have noticed."""
    monkeypatch.setattr("reapi_nb.library.opening.SMALL", 0)
    with closing(Library(home)) as library:
        for n in range(200):
            library.keep(job(f"cat {n} " * 50))
    data = bytearray((home / FILE).read_bytes())
    half = len(data) // 2
    data[half:] = bytes(len(data) - half)
    (home / FILE).write_bytes(data)

    mended = doctor.mend(settings, WORLD)

    assert ("warn", True) == (mended[0].level, mended[0].mended)
    assert list(home.glob(f"{FILE}.corrupt-*"))
    assert done == _job(home, done.job_id)
    assert "ok" == _one(doctor.examine(settings, WORLD)).level


def test_a_library_that_cannot_be_used_is_bad(settings, home):
    """In one line that says why."""
    (home / FILE).mkdir(parents=True)

    found = _one(doctor.examine(settings, WORLD))

    assert "bad" == found.level
    assert str(home) in found.what


# -- jobs


@pytest.mark.parametrize(
    ("status", "level", "command"),
    [
        (Status.UNKNOWN, "warn", "%reapi adopt"),
        (Status.HELD, "note", "%reapi send"),
        (Status.STALE, "warn", "%reapi resume"),
        (Status.VANISHED, "warn", "%reapi resume"),
    ],
)
def test_jobs_that_wait_for_people_are_told(settings, home, status, level, command):
    """All of a kind in one line, of whatever account, with what to type."""
    with closing(Library(home)) as library:
        for place in ("reapi", "apixo", "sandbox", "other"):
            library.keep(job(status=status, account=HERE._replace(place=place)))

    found = _one(doctor.mend(settings, WORLD))

    assert (level, False) == (found.level, found.mended)
    assert command in found.advice
    assert "and 1 more" in found.what
    with closing(Library(home)) as library:
        assert {status} == {one.status for one in library.history(-1)}


def test_a_job_under_way_is_no_finding(settings, home):
    """Its pictures and words come at its end."""
    with closing(Library(home)) as library:
        moving = job(status=Status.SAVING, task_id="task_x")
        library.keep(replace(moving, pictures=(kept(moving, 0, url="https://cdn.example/0"),)))

    assert "ok" == _one(doctor.examine(settings, WORLD)).level


# -- the disk and the machine


def test_half_written_files_are_removed(settings, done, home):
    """Those of dead writers; a picture is never one of them."""
    left = done.pictures[0].path.with_name("0.png.0123456789ab.tmp")
    left.write_bytes(b"half")
    os.utime(left, (NOON - 7200, NOON - 7200))
    left.chmod(0o600)

    assert not _one(doctor.examine(settings, WORLD)).mended
    assert left.exists()
    assert _one(doctor.mend(settings, WORLD)).mended
    assert not left.exists()


@pytest.mark.skipif(os.name != "posix", reason="others are kept out otherwise there")
def test_what_others_can_open_is_closed(settings, done, home, tmp_path):
    """Folders 0700 and files 0600; a link is left to whoever owns what it leads to."""
    opened = {home: 0o755, home / FILE: 0o644, done.pictures[0].path: 0o666}
    for path, mode in opened.items():
        path.chmod(mode)
    (tmp_path / "elsewhere").touch(0o644)
    (home / "link").symlink_to(tmp_path / "elsewhere")

    seen, mended = (_one(act(settings, WORLD)) for act in (doctor.examine, doctor.mend))

    assert ("warn", False, True) == (seen.level, seen.mended, mended.mended)
    assert "3 files and folders" in seen.what
    assert [0o700, 0o600, 0o600] == [path.stat().st_mode & 0o777 for path in opened]
    assert "ok" == _one(doctor.examine(settings, WORLD)).level


@pytest.mark.skipif(os.name != "posix", reason="others are kept out otherwise there")
def test_keys_that_others_can_read_are_closed(settings, done):
    """A key file that is too open is refused elsewhere, so it is bad until it is closed."""
    file = config_folder() / "keys.json"
    file.parent.mkdir(parents=True)
    file.write_text("{}")
    file.chmod(0o644)

    seen, mended = (_one(act(settings, WORLD)) for act in (doctor.examine, doctor.mend))

    assert ("bad", False, True) == (seen.level, seen.mended, mended.mended)
    assert 0o600 == file.stat().st_mode & 0o777


@pytest.mark.parametrize(
    ("change", "level", "said"),
    [
        ({"free": lambda _: LEAST_FREE - 1}, "bad", "255 MB"),
        ({"free": lambda _: LEAST_FREE * 2}, "warn", "512 MB"),
        ({"mounted": lambda: [("/", "nfs4")]}, "warn", "nfs4"),
        ({"version": {"ipykernel": "7.0.1"}.get}, "bad", "ipykernel 7.0.1"),
        (
            {"version": {"ipykernel": "7.4.0", "nest-asyncio": "1.6.0"}.get},
            "note",
            "nest_asyncio 1.6.0",
        ),
    ],
)
def test_what_is_known_to_hurt_is_told(settings, done, change, level, said):
    """A full disk, another machine's disk, packages that lose clicks."""
    world = replace(WORLD, **{"version": lambda _: ""} | change)
    if "version" in change:
        world = replace(WORLD, version=lambda name: change["version"](name) or "")

    told = [one for one in doctor.examine(settings, world) if one.level != "ok"]

    assert level == _one(told).level
    assert said in told[0].what


def test_this_machine_can_be_asked(settings, done):
    """With its own clock, disks and packages."""
    found = doctor.examine(settings)

    assert found
    assert all(one.what and one.level in ("ok", "note", "warn", "bad") for one in found)


def test_a_look_opens_nothing_for_long(settings, done, home):
    """Another process may use the library at once, and a kernel that uses it is not disturbed."""
    with closing(Library(home)) as library:
        begun = time.monotonic()
        doctor.mend(settings, WORLD)
        assert library.keep(job())
    with closing(sqlite3.connect(home / FILE, timeout=0)) as db:
        db.execute("BEGIN IMMEDIATE")
    assert time.monotonic() - begun < 5
