"""
What the house remembers: every job, picture and charge, in SQLite and plain folders.

What is on a screen is already in here. The engine owns one `Library` and is the only
writer; front ends read through another one. Nothing here touches the network, so all of
it works offline.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from typing import TYPE_CHECKING, Any

from reapi_nb.errors import LibraryFault
from reapi_nb.job import Account, Snapshot, Status
from reapi_nb.library import database, mounts, opening, rows, sweeping
from reapi_nb.library.ballast import LEAST_FREE, Ballast, free_bytes
from reapi_nb.library.boards import join_board
from reapi_nb.library.books import BY, Books, Spent
from reapi_nb.library.database import Database
from reapi_nb.library.door import Door
from reapi_nb.library.files import Files, make_folder
from reapi_nb.library.jobs import MOVING, Jobs
from reapi_nb.library.latencies import Latencies
from reapi_nb.library.mounts import mounted, network_kind
from reapi_nb.library.owner import LEASE_S, Owner
from reapi_nb.library.sweeping import orphans as orphans_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from reapi_nb.library.latencies import Key

__all__ = [
    "BY",
    "LEAST_FREE",
    "Library",
    "Spent",
    "free_bytes",
    "mounted",
    "network_kind",
    "orphans_of",
]

_DURABLE = (Status.SENDING, Status.PROCESSING, Status.UNKNOWN)
_NOT_SENT = (Status.QUEUED, Status.HELD, Status.SENDING)

_log = logging.getLogger("reapi_nb")
_warned: set[Path] = set()
"""Homes on other machines' disks that were complained about."""


class Library(Jobs):
    """
    Jobs, pictures, boards and spend below one folder.

    Args:
        home: The folder; made with mode 0700 when it is missing.
        clock: Seconds since the epoch.
        free: Free bytes where a folder is.
        mounted: What is mounted on this machine, as place and kind.

    Raises:
        LibraryFault: The folder or its database cannot be used.

    One instance writes from one thread. Another may be read from several threads: each
    reading method is a single statement outside any transaction.
    """

    FILE = "library.sqlite3"

    def __init__(
        self,
        home: Path,
        *,
        clock: Callable[[], float] = time.time,
        free: Callable[[Path], int] = free_bytes,
        mounted: Callable[[], Iterable[mounts.Mount]] = mounted,
    ) -> None:
        self.files = Files(home)
        self.ballast = Ballast(home, free)
        self._home = home
        self._clock = clock
        self._me = Owner.claim()
        self._door = Door(home)
        self._file = home / self.FILE
        try:
            make_folder(home)
            self.network = network_kind(home, mounted)
            self._opening = opening.Opening(
                home, self._file, self._door, clock=clock, shared=bool(self.network)
            )
            self._db = self._opened()
        except (OSError, sqlite3.Error) as no:
            self._door.close()
            self._me.release()
            raise LibraryFault(
                f"the library {home} cannot be used ({no}): "
                "set REAPI_NB_HOME to a folder that can be written"
            ) from None
        self._books = Books(self._db, clock, self._me.kernel)
        self._latencies = Latencies(self._db)
        self._warn_of_network()

    @property
    def rescued(self) -> str:
        """What had to be done to a damaged database, in one line; "" where it was sound."""
        return self._opening.rescued

    def close(self) -> None:
        self._db.close()
        self._door.close()
        self._me.release()

    # -- writing: the engine's thread only

    def keep(
        self, snapshot: Snapshot, *, cap: int | None = None, kernel_cap: int | None = None
    ) -> bool:
        """
        Write a job as it is now, and book what its state means for the money.

        Args:
            cap: Refuse to pass this many credits a day; checked in the same transaction
                that books the charge, so that two kernels cannot pass it together.
            kernel_cap: The same for the credits of this kernel since it started.

        Returns:
            Whether it was written. An end that was reached before is never overwritten, nor
            a job that is under way in another engine.

        Raises:
            CapReached, LibraryFault: Nothing was written.
        """
        if snapshot.status is Status.SENDING:
            self.ballast.check()
            self.ballast.put_by()
        return self._db.write(
            lambda: self._keep(snapshot, cap, kernel_cap),
            durable=snapshot.status in _DURABLE,
            # What was put by is for what is paid for.
            make_room=None if snapshot.status in _NOT_SENT else self.ballast.drop,
        )

    def _keep(self, snapshot: Snapshot, cap: int | None, kernel_cap: int | None) -> bool:
        before = self._before(snapshot.job_id)
        if before and not self._may_write(before):
            return False
        self._books.check(snapshot.estimate or 0, cap, kernel_cap)
        charge = rows.CHARGES.get(snapshot.status) or (before["charge"] if before else "none")
        self._db.upsert("jobs", "job_id", rows.job_row(snapshot, charge) | self._claim())
        if before is None or before["charge"] != charge:
            self._books.book(snapshot)
        if before is None:
            join_board(self._db, snapshot)
        for picture in snapshot.pictures:
            self._db.upsert("pictures", "job_id, slot", rows.picture_row(picture))
        return True

    def delete(self, snapshot: Snapshot) -> None:
        """Remove a job and its files; what was spent on it stays in the books."""
        with self._db.transaction():
            self._db.execute("DELETE FROM jobs WHERE job_id = ?", (snapshot.job_id,))
        self.files.forget(snapshot)

    def take_over(self, account: Account) -> list[Snapshot]:
        """The unfinished jobs of kernels that are gone; from now on they are ours."""
        now = self._clock()
        taken = []
        with self._db.transaction():
            marks = ",".join("?" * len(MOVING))
            found = self._db.execute(
                f"SELECT job_id, owner, lease_until FROM jobs WHERE status IN ({marks})"
                " AND place = ? AND origin = ? AND account = ?",
                (*MOVING, *account),
            ).fetchall()
            for row in found:
                if Owner.read(row["owner"]).is_gone(self._me, row["lease_until"], now):
                    claim = {"job_id": row["job_id"], **self._claim()}
                    self._db.execute(
                        "UPDATE jobs SET owner = :owner, lease_until = :lease_until"
                        " WHERE job_id = :job_id",
                        claim,
                    )
                    taken.append(row["job_id"])
        return [job for job_id in taken if (job := self.job(job_id))]

    def claim(self, snapshot: Snapshot) -> bool:
        """Look after a job from now on, unless it has changed since this snapshot."""
        with self._db.transaction():
            changed = self._db.execute(
                "UPDATE jobs SET owner = :owner, lease_until = :lease_until"
                " WHERE job_id = :job_id AND rev = :rev",
                {"job_id": snapshot.job_id, "rev": snapshot.rev, **self._claim()},
            )
            return changed.rowcount == 1

    def amend(self, snapshot: Snapshot) -> None:
        """Write what may change about a finished job: its links, and how it is counted."""
        with self._db.transaction():
            # An answer of people's stays, whatever news was on its way when they gave it.
            self._db.execute(
                "UPDATE jobs SET rev = :rev, counting = coalesce(nullif(:counting, ''), counting)"
                " WHERE job_id = :job_id",
                rows.job_row(snapshot, ""),
            )
            for picture in snapshot.pictures:
                self._db.upsert("pictures", "job_id, slot", rows.picture_row(picture))

    def renew(self) -> None:
        """A sign of life for the jobs of this process."""
        with self._db.transaction():
            self._db.execute(
                "UPDATE jobs SET lease_until = :lease_until WHERE owner = :owner", self._claim()
            )

    def keep_upload(self, sha256: str, uploader: str, url: str, expires_at: float) -> None:
        """
        Remember where a local picture was put, so that it is not uploaded twice.

        One statement, so any instance may do it on any thread.

        Args:
            sha256: Of the picture's bytes, in hex.
            uploader: Who put it there; the same bytes elsewhere have another address.
            expires_at: Seconds since the epoch after which the address is dead.
        """
        row = {"sha256": sha256, "uploader": uploader, "url": url, "expires_at": expires_at}
        self._db.put("uploads", "sha256, uploader", row)

    def learn(self, key: Key, weights: Mapping[int, float]) -> None:
        """
        Add to what is known of how long tasks take, so that old habits fade.

        Args:
            key: Place, model, variant and resolution.
            weights: By second.
        """
        self._latencies.learn(key, weights)

    def adopt(self, snapshot: Snapshot) -> bool:
        """Take in a job that only its files know; whether it was taken in."""
        from reapi_nb.library import rebuilding  # noqa: PLC0415 - models are loaded when needed

        with self._db.transaction(durable=True):
            return rebuilding.adopt(self._db, snapshot)

    def sweep(self) -> list[Path]:
        """Remove what dead writers left half written. Any thread; slow in a large library."""
        return sweeping.sweep(self._home, self._clock())

    # -- reading: any thread, on an instance that writes nothing

    def uploaded(self, sha256: str, uploader: str) -> tuple[str, float] | None:
        """Where an uploader put a picture, and until when it is there; dead addresses as well."""
        found = self._db.read(
            "SELECT url, expires_at FROM uploads WHERE sha256 = ? AND uploader = ?",
            sha256,
            uploader,
        )
        return (found[0]["url"], found[0]["expires_at"]) if found else None

    def latencies(self, key: Key) -> dict[int, float]:
        """
        How long tasks took: weight by second.

        Args:
            key: Place, model, variant and resolution.
        """
        return self._latencies.of(key)

    def spent_today(self) -> int:
        """Credits of today on real accounts: charged, being sent, or of unknown outcome."""
        return self._books.today()

    def spent_here(self) -> int:
        """The same of this kernel's process since it started."""
        return self._books.here()

    def unpriced_today(self) -> int:
        """How many of today's requests on real accounts have no known price."""
        return self._books.unpriced_today()

    def spend(self, by: str = "", *, place: str = "") -> list[Spent]:
        """
        All spending that is on the books, told apart.

        Args:
            by: "", `model`, `day` or `notebook`, one of `BY`.
            place: "" for all real places; `sandbox` for credits that are not money.
        """
        return self._books.spent(by, place)

    def complaint(self) -> str:
        """What SQLite's own check says is wrong with the database; "" for nothing. Slow."""
        return self._db.complaint()

    def suspect(self) -> None:
        """Have the database checked, and rebuilt if it is damaged, when it is opened next."""
        database.suspect(self._file)

    def in_files(self) -> Iterator[tuple[Path, Snapshot | None]]:
        """What every task's folder says of its job; None where it cannot be read. Slow."""
        from reapi_nb.library import rebuilding  # noqa: PLC0415 - models are loaded when needed

        return rebuilding.found(self.files)

    # -- inside

    def _opened(self) -> Database:
        try:
            return Database(self._file, self._opening.connect)
        except sqlite3.Error as no:
            # Even reading needs a little room.
            if not (database.is_full(no) and self.ballast.drop()):
                raise
        return Database(self._file, self._opening.connect)

    def _before(self, job_id: str) -> sqlite3.Row | None:
        found = self._db.read("SELECT status, charge, owner FROM jobs WHERE job_id = ?", job_id)
        return found[0] if found else None

    def _may_write(self, before: sqlite3.Row) -> bool:
        facts = Status(before["status"]).facts
        return not facts.final and (not facts.moving or before["owner"] == str(self._me))

    def _claim(self) -> dict[str, Any]:
        return {"owner": str(self._me), "lease_until": self._clock() + LEASE_S}

    def _warn_of_network(self) -> None:
        if self.network and self._home not in _warned:
            _warned.add(self._home)
            _log.warning(
                "the library %s is on a network file system (%s), where several kernels may get in "
                "each other's way: set REAPI_NB_HOME to a folder on a disk of this machine",
                self._home,
                self.network,
            )
