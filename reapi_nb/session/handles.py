"""
What a user holds: a job that is alive, and its pictures with what one can do with them.

They read and wait; everything that costs or changes something is the session's.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reapi_nb.errors import InvalidRequest, ReapiError
from reapi_nb.job import Picture, slot_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from PIL import Image

    from reapi_nb.catalog import ImageRequest
    from reapi_nb.job import Snapshot, Status

SLICE_S = 0.2
"""How long a waiting cell sleeps at a time, so that Stop is heard at once, in seconds."""

HEARTBEAT_S = 0.1
_log = logging.getLogger("reapi_nb")


@dataclass(frozen=True, kw_only=True)
class KeptPicture(Picture):
    """A picture as `job[2]`: what it is, and what one can do with it."""

    def image(self) -> Image.Image:
        """The original at full size, as a Pillow image."""
        from reapi_nb import pictures  # noqa: PLC0415 - Pillow is loaded when it is needed

        return pictures.open_file(self._kept())

    def save(self, to: str | Path) -> Path:
        """
        Copy the original, byte for byte.

        Args:
            to: A file name, or a folder that then holds `task_x_2.png`.
        """
        kept, to = self._kept(), Path(to)
        if to.is_dir():
            # The folder's name, because a task id may be a path that leads elsewhere.
            to = to / f"{kept.parent.name}_{self.number}{kept.suffix}"
        return Path(shutil.copyfile(kept, to))

    def _kept(self) -> Path:
        if self.path is None or not self.path.exists():
            raise InvalidRequest(f"{self.address} is not in the library: type %reapi show")
        return self.path


class Job:
    """
    The live handle of a job: `job.status`, `job[2]`, `job.wait()`, `await job`.

    It always shows the newest snapshot; reading it never blocks.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._left = False
        self._listeners: list[Callable[[Snapshot], None]] = []

    @property
    def snapshot(self) -> Snapshot:
        return self._snapshot

    @property
    def job_id(self) -> str:
        return self._snapshot.job_id

    @property
    def task_id(self) -> str | None:
        return self._snapshot.task_id

    @property
    def name(self) -> str:
        """The task id, or our own id before there is one."""
        return self._snapshot.task_id or f"job {self._snapshot.short_id}"

    @property
    def request(self) -> ImageRequest:
        request: Any = self._snapshot.request
        return request  # type: ignore[no-any-return]

    @property
    def status(self) -> Status:
        return self._snapshot.status

    @property
    def error(self) -> ReapiError | None:
        return self._snapshot.error

    @property
    def pictures(self) -> tuple[KeptPicture, ...]:
        """The pictures that are on disk, in the order of their slots."""
        return tuple(_kept(picture) for picture in self._snapshot.pictures if picture.path)

    def __getitem__(self, number: int) -> KeptPicture:
        """Picture `#number`, counted from 1 as people do."""
        for picture in self.pictures:
            if picture.slot == slot_of(number):
                return picture
        numbers = ", ".join(f"#{picture.number}" for picture in self.pictures) or "none yet"
        raise IndexError(f"{self.name} has no picture #{number}; it has {numbers}")

    def wait(self, timeout: float | None = None) -> Job:
        """
        Wait until nothing more happens by itself. Stop ends the waiting, never the job.

        Args:
            timeout: Seconds to wait at most; the job goes on after them.

        Raises:
            TimeoutError: The job is still under way.
            ReapiError: The session was closed; the job goes on at the server.
        """
        until = None if timeout is None else time.monotonic() + timeout
        while self._is_moving():
            left = SLICE_S if until is None else min(SLICE_S, until - time.monotonic())
            if left <= 0:
                raise TimeoutError(f"{self.name} is still {self.status} and goes on; wait again")
            time.sleep(left)
        return self

    def __await__(self) -> Generator[Any, None, Job]:
        # A heartbeat: a wrapped future would hear Stop only when the loop next wakes.
        while self._is_moving():
            yield from asyncio.sleep(HEARTBEAT_S).__await__()
        return self

    def leave(self) -> None:
        """No more news will come: the session is closed."""
        self._left = True

    def _is_moving(self) -> bool:
        if self._left and self.status.facts.moving:
            raise ReapiError(f"the session is closed; {self.name} goes on at the server")
        return self.status.facts.moving

    def listen(self, show: Callable[[Snapshot], None]) -> None:
        """Call `show` with the snapshot now, and with every later one on the engine's thread."""
        self._listeners.append(show)
        show(self._snapshot)

    def hear(self, snapshot: Snapshot) -> None:
        """Take news in and pass it on. A listener's trouble is its own."""
        if self._snapshot.from_library:  # it stays true, whatever happens to the job later
            snapshot = replace(snapshot, from_library=True)
        self._snapshot = snapshot
        for show in tuple(self._listeners):
            try:
                show(snapshot)
            except Exception:  # noqa: BLE001 - logged, and the others still hear
                _log.exception("a front end could not show job %s", snapshot.job_id)

    def __repr__(self) -> str:
        count = len(self.pictures)
        made = f", {count} picture{'s' * (count != 1)}" if count else ""
        return f"<Job {self.request.nick} {self.name}: {self.status.facts.says}{made}>"


class Handles:
    """The live handles of one session: one for every job, whoever brings news of it."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}

    def entered(self, snapshot: Snapshot) -> Job:
        """The handle of a job, made where there is none yet, with this news in it."""
        job = self._jobs.setdefault(snapshot.job_id, Job(snapshot))
        if snapshot.rev > job.snapshot.rev:
            job.hear(snapshot)
        return job

    def enter(self, job: Job) -> None:
        """Take in the handle of a new job."""
        self._jobs.setdefault(job.job_id, job)

    def get(self, job_id: str) -> Job | None:
        return self._jobs.get(job_id)

    def all(self) -> list[Job]:
        """Every handle there is at this moment."""
        return list(self._jobs.values())

    def drop(self, job: Job) -> None:
        self._jobs.pop(job.job_id, None)


def _kept(picture: Picture) -> KeptPicture:
    return KeptPicture(**{field.name: getattr(picture, field.name) for field in fields(picture)})
