"""The disk below a library: nearly full, full, and another machine's."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from reapi_nb.errors import LibraryFault
from reapi_nb.job import Status
from reapi_nb.library import LEAST_FREE, Library, network_kind
from reapi_nb.library.mounts import mounted
from tests.samples import job, walked

PLENTY = 1 << 40


def _beside(home: Path) -> Path:
    return home / "ballast"


# -- nearly full


@pytest.mark.parametrize("place", ["reapi", "sandbox"])
def test_nothing_is_sent_when_the_disk_is_nearly_full(home, place):
    """The refusal says how much room there is, what to do, and that nothing was sent."""
    with closing(Library(home, free=lambda _: LEAST_FREE - 1)) as library:
        waiting = walked(library, Status.QUEUED)
        waiting = waiting.but(account=waiting.account._replace(place=place))

        with pytest.raises(LibraryFault) as refused:
            library.keep(waiting.but(status=Status.SENDING))

        assert 0 == library.spent_today()
        assert Status.QUEUED is library.job(waiting.job_id).status
    message = refused.value.message
    assert "\n" not in message
    assert all(word in message for word in ("nothing was sent", "255 MB", "256 MB", str(home)))
    assert not refused.value.charged


def test_what_is_paid_for_is_written_although_the_disk_is_nearly_full(home):
    """Only sending needs room; hearing of what was sent does not wait for it."""
    free = [PLENTY]
    with closing(Library(home, free=lambda _: free[0])) as library:
        sent = walked(library, Status.SENDING)
        free[0] = 0

        assert library.keep(sent.but(status=Status.PROCESSING, task_id="task_x"))


def test_a_disk_that_tells_nothing_stops_nobody(home):
    """Where free space cannot be read, a full disk is met when it is full."""

    def silent(_: Path) -> int:
        raise OSError("not here")

    with closing(Library(home, free=silent)) as library:
        assert library.keep(job(status=Status.SENDING))


def test_ballast_is_put_by_when_something_is_sent(home):
    """One megabyte that only its owner can read; and again after it was used up."""
    with closing(Library(home)) as library:
        assert not _beside(home).exists()
        for _ in range(2):
            walked(library, Status.SENDING)

            assert (1 << 20, 0o600) == (
                _beside(home).stat().st_size,
                _beside(home).stat().st_mode & 0o777,
            )
            assert _beside(home).stat().st_blocks * 512 >= 1 << 20
            assert library.ballast.drop()
            assert not library.ballast.drop()


def test_no_ballast_is_put_by_where_there_is_no_room_for_it(home):
    """What is there for others is not used up."""
    with closing(Library(home, free=lambda _: LEAST_FREE)) as library:
        walked(library, Status.SENDING)

    assert not _beside(home).exists()


# -- full


@pytest.fixture(name="small")
def _small(tmp_path: Path):
    """A disk of eight megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)]
    if os.name != "posix" or os.geteuid() or subprocess.run(command, check=False).returncode:
        pytest.skip("only root can make a small disk, and not in every container")
    yield disk / "home"
    subprocess.run(["umount", "-l", str(disk)], check=True)


def _fill(home: Path) -> None:
    """Use up every byte."""
    with (home / "others").open("ab", buffering=0) as others:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while True:
                    others.write(b"x" * size)
            except OSError:
                continue


def test_a_task_that_is_paid_for_is_written_on_a_full_disk(small):
    """The ballast makes room for it, and for what follows."""
    with closing(Library(small, free=lambda _: PLENTY)) as library:
        sent = [walked(library, Status.SENDING) for _ in range(50)]
        _fill(small)
        large = job(status=Status.SENDING, raw={"pad": "x" * 100_000})
        with pytest.raises(LibraryFault, match="full"):
            library.keep(large)
        assert (small / "ballast").exists()  # what is not paid for does not get it

        taken = [
            one.but(status=Status.PROCESSING, task_id=f"task_{n}") for n, one in enumerate(sent)
        ]
        assert all(map(library.keep, taken))
        assert not (small / "ballast").exists()
        assert taken == [library.task(one.task_id) for one in taken]

    with closing(Library(small, free=lambda _: PLENTY)) as library:
        assert taken == [library.task(one.task_id) for one in taken]
        assert "" == library.rescued == library.complaint()


def test_a_full_disk_without_ballast_says_so_and_recovers(small):
    """Reading goes on, nothing is half written, and with room again it works again."""
    with closing(Library(small, free=lambda _: PLENTY)) as library:
        sent = walked(library, Status.SENDING)
        library.ballast.drop()
        _fill(small)
        taken = sent.but(status=Status.PROCESSING, task_id="task_x", raw={"pad": "x" * 100_000})

        with pytest.raises(LibraryFault, match="full"):
            library.keep(taken)
        assert sent == library.job(sent.job_id)

        (small / "others").unlink()
        assert library.keep(taken)
        assert "" == library.complaint()


def test_a_library_on_a_full_disk_can_be_opened(small):
    """Even reading needs a little room, which the ballast has."""
    with closing(Library(small, free=lambda _: PLENTY)) as library:
        sent = walked(library, Status.SENDING)
    _fill(small)

    with closing(Library(small, free=lambda _: PLENTY)) as library:
        assert [sent] == library.take_over(sent.account)
        assert library.keep(sent.but(status=Status.PROCESSING, task_id="task_x"))
    assert not (small / "ballast").exists()


# -- another machine's


def _mounts(kind: str, point: str) -> list[tuple[str, str]]:
    return [("/", "ext4"), ("/proc", "proc"), (point, kind), (f"{point}-not", "tmpfs")]


@pytest.mark.parametrize(
    "kind", ["nfs", "nfs4", "cifs", "smb3", "lustre", "fuse.sshfs", "fuse.s3fs", "9p", "NFS"]
)
def test_a_library_on_a_network_file_system_keeps_no_shared_memory(home, caplog, kind):
    """Its journal is the old one, it is said once, and everything else works."""
    point = str(home.parent)
    for _ in range(2):
        with closing(Library(home, mounted=lambda: _mounts(kind, point))) as library:
            assert library.keep(job(status=Status.SENDING))
            assert kind.lower() == library.network

    with closing(sqlite3.connect(home / "library.sqlite3")) as db:
        assert ("delete",) == db.execute("PRAGMA journal_mode").fetchone()
    [told] = [record.getMessage() for record in caplog.records]
    assert kind.lower() in told
    assert str(home) in told
    assert "REAPI_NB_HOME" in told


def test_a_library_that_moved_to_a_network_file_system_is_taken_along(home):
    """Its journal is changed when it is opened there, and back again at home."""
    with closing(Library(home)) as library:
        library.keep(job())
    modes = []
    for mounts in (_mounts("nfs", str(home)), []):
        with closing(Library(home, mounted=lambda mounts=mounts: mounts)) as library:
            modes.append(library._db.execute("PRAGMA journal_mode").fetchone()[0])
            assert 1 == len(library.history(-1))

    assert ["delete", "wal"] == modes


@pytest.mark.parametrize(
    ("mounts", "kind"),
    [
        ([("/", "ext4")], ""),
        ([("/", "nfs")], "nfs"),
        ([("/", "nfs"), ("/a", "ext4")], ""),
        ([("/a", "ext4"), ("/", "nfs")], ""),
        ([("/", "ext4"), ("/a/b", "nfs"), ("/a/b", "xfs")], ""),
        ([("/", "ext4"), ("/a/b/c/d", "nfs"), ("/a/bc", "nfs")], ""),
        ([("/", "fuse.fuse-overlayfs")], ""),
        ([("/", "fuseblk")], ""),
        ([], ""),
    ],
)
def test_the_nearest_mount_counts(mounts, kind):
    """The longest place that holds the folder, and the last of those."""
    assert kind == network_kind(Path("/a/b/c"), lambda: mounts)


@pytest.mark.skipif(not Path("/proc/self/mounts").exists(), reason="Linux tells it there")
def test_what_is_mounted_here_is_known():
    """At least the root, and this machine's tests run on a disk of its own or say whose it is."""
    assert "/" in dict(mounted())
