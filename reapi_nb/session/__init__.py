"""
The house, built from its settings, and the Python API.

    session = Session()
    job = session.submit(Imagine(prompt="a cat --ar 16:9"))
    job.wait()[2].save("cat.png")

Front ends come here for everything: they know no client, library, engine or thread.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from reapi_nb import cell, prices
from reapi_nb.bridge import Bridge
from reapi_nb.errors import InvalidRequest, LibraryFault, ReapiError
from reapi_nb.job import SHORT_ID, Snapshot, Status, Times
from reapi_nb.library import Library
from reapi_nb.session.handles import Job, KeptPicture
from reapi_nb.settings import Secret, Settings, save_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future

    from reapi_nb.catalog import ImageRequest
    from reapi_nb.engine import Engine
    from reapi_nb.job import Cell, Picture

__all__ = ["Job", "KeptPicture", "Secret", "Session", "Settings", "save_key"]

REFRESH_S = 2.0
DELETE_S = 10.0
_log = logging.getLogger("reapi_nb")


class Session:
    """
    One engine, one library, one account.

    Args:
        settings: None reads the environment and the config file.

    Raises:
        BadSettings, LibraryFault: Nothing was started.

    Methods may be called from any thread but the engine's. All but `ready` and `delete`
    return at once.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings.read()
        self._library = Library(self.settings.home)  # for reading; the engine has its own
        self._jobs: dict[str, Job] = {}
        self._recent: dict[tuple[str, str, int], Job] = {}
        self._execution = ""
        self._ordinals: Counter[str] = Counter()
        self._bridge = Bridge()
        self._engine = self._bridge.run(self._build())
        self._bridge.run(self._refresh())

    def submit(
        self,
        request: ImageRequest,
        *,
        fresh: bool = False,
        clicked: bool = False,
        board_id: str = "",
    ) -> Job:
        """
        Ask for pictures.

        The same request in the same cell is not sent twice: the job that the library has
        is returned instead, and nothing is paid.

        Args:
            request: Any request of the catalog.
            fresh: Pay again although the library has it.
            clicked: A button asked, not a cell: always a new request.
            board_id: The board that shows it; "" for one of its own.

        Raises:
            InvalidRequest: It cannot work; nothing was sent.
        """
        self._check(request)
        if self._engine.done():
            self._engine.result()  # an engine that could not start says why
        here = None if clicked else cell.current(self.settings.notebook)
        run = self._run_key(here, request) if here else None
        if run and not fresh and (known := self._again(run, request)):
            return known
        job = self._entered(
            Snapshot(
                job_id=uuid4().hex,
                request=request,
                account=self.settings.account,
                times=Times(made=time.time()),
                estimate=prices.estimate(request).credits,
                expected_s=self._expected_s(request),
                board_id=board_id or uuid4().hex,
                parent=self._parent_of(request),
                cell=here,
                ordinal=run[2] if run else 0,
            )
        )
        if run:
            self._recent[run] = job
        self._start(job)
        return job

    def reroll(self, job: Job, *, board_id: str = "") -> Job:
        """The same request as a new job and a new charge."""
        return self.submit(job.request, fresh=True, clicked=True, board_id=board_id)

    def send(self, job: Job) -> None:
        """Send a job that a dead kernel left unsent."""
        held = job.snapshot
        if held.status is Status.HELD:
            self._post(lambda engine: engine.release(held))
            job.hear(held.but(status=Status.QUEUED))  # so that `wait` waits from now on

    def look_again(self, job: Job) -> None:
        """Go on with a job that was given up on. Nothing is paid."""
        self._post(lambda engine: engine.look_again(job.snapshot))

    def forget(self, job: Job) -> None:
        """Set a job with an unknown outcome aside; it still counts as spent."""
        self._post(lambda engine: engine.forget(job.snapshot))

    def delete(self, job: Job) -> None:
        """
        Remove a finished job and its pictures from the library, not from the server.

        Raises:
            InvalidRequest: It is still under way.
        """
        if job.status.facts.moving:
            raise InvalidRequest(f"{job.name} is still {job.status}: delete it when it has ended")
        self._jobs.pop(job.job_id, None)
        self._recent = {run: kept for run, kept in self._recent.items() if kept is not job}
        self._post(lambda engine: engine.delete(job.snapshot)).result(DELETE_S)

    def find(self, name: str) -> Job:
        """
        The job with this task id or job id, wherever and whenever it was made.

        Args:
            name: A job id may be cut to the six characters that a board shows.

        Raises:
            InvalidRequest: The library has no such job.
        """
        found = self._library.task(name)
        if found is None and len(name) >= SHORT_ID:
            found = self._library.short(name)
        if found is None:
            raise InvalidRequest(f"the library has no job {name!r}: type %reapi history")
        return self._entered(found)

    def history(self, most: int = 20) -> list[Job]:
        """The newest jobs first."""
        return [self._entered(found) for found in self._library.history(most)]

    def on_board(self, board_id: str) -> list[Job]:
        """The jobs of a board, oldest first."""
        return [self._entered(found) for found in self._library.on_board(board_id)]

    def parent(self, job: Job) -> Job | None:
        """The job that a job was made from, where the library knows it."""
        if job.snapshot.parent is None:
            return None
        job_id, _slot = job.snapshot.parent
        kept = self._jobs.get(job_id)
        found = None if kept else self._library.job(job_id)
        return kept or (self._entered(found) if found else None)

    def waiting(self) -> list[Job]:
        """Jobs that need a decision: not sent, or with an unknown outcome."""
        return [self._entered(found) for found in self._library.waiting(self.settings.account)]

    def ready(self) -> None:
        """Wait until the engine runs and has taken up what a dead kernel left."""
        self._engine.result()

    def moving(self) -> list[Job]:
        """Jobs of this session that are under way."""
        return [job for job in list(self._jobs.values()) if job.status.facts.moving]

    def execution(self) -> str:
        """Which run of which cell is going on; "" outside IPython."""
        here = cell.current(self.settings.notebook)
        return here.execution if here else ""

    def spent_today(self) -> int:
        """Credits of today on real accounts: charged, or possibly charged."""
        return self._library.spent_today()

    def set_cap(self, credits: int) -> None:  # noqa: A002 - the word that users know
        """Change the daily cap for this session."""
        self.settings = replace(self.settings, daily_cap=credits)
        self._post(lambda engine: engine.set_cap(self._cap()))

    def thumb(self, picture: Picture) -> bytes | None:
        """A picture's thumbnail as WebP, or None while there is none."""
        account, files = picture.account, self._library.files
        file = files.thumb(account.place, picture.task_id, picture.slot)
        try:
            return file.read_bytes()
        except OSError:
            pass
        if picture.path is None or not picture.path.exists():
            return None
        from reapi_nb import pictures  # noqa: PLC0415 - Pillow is loaded when it is needed

        thumb = pictures.read(picture.path.read_bytes()).thumb
        files.write(file, thumb)
        return thumb

    def sheet(self, jobs: Iterable[Job]) -> bytes | None:
        """A contact sheet of these jobs as JPEG, within the configured size."""
        from reapi_nb import pictures  # noqa: PLC0415 - Pillow is loaded when it is needed

        thumbs = [self.thumb(picture) for job in jobs for picture in job.snapshot.pictures]
        return pictures.contact_sheet(
            [thumb for thumb in thumbs if thumb], self.settings.sheet_kb * 1000
        )

    def background(self, work: Callable[[], object]) -> None:
        """Do something slow off every thread that matters."""
        self._bridge.background(work)

    def close(self) -> None:
        """Stop the engine; tasks go on at the server and are taken up next time."""
        self._bridge.stop(self._stop())
        self._library.close()
        for job in self._jobs.values():
            job.leave()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- what a request may not be

    def _check(self, request: ImageRequest) -> None:
        if self.settings.real and any(brace in request.words for brace in "{}"):
            raise InvalidRequest(
                "braces could buy several jobs and are not expanded yet: "
                "write one prompt per request, or try it with %reapi use sandbox"
            )
        if request.parent_task is not None:
            self._check_parent(request, request.parent_task)

    def _check_parent(self, request: ImageRequest, task_id: str) -> None:
        parent = self._library.task(task_id)
        if parent is None:
            return  # made elsewhere: the server knows better
        here, there = self.settings.account, parent.account
        if (here.place, here.origin) != (there.place, there.origin):
            raise InvalidRequest(
                f"{task_id} was made on {there.place}, and this is {here.place}: "
                f"a picture of one place is never a parent in another; "
                f"type %reapi use {there.place}"
            )
        if parent.status is not Status.COMPLETED:
            raise InvalidRequest(f"{task_id} is {parent.status.facts.says}: it has no pictures yet")
        picture = next((p for p in parent.pictures if p.slot == request.parent_slot), None)
        if picture is None:
            numbers = ", ".join(f"#{p.number}" for p in parent.pictures)
            raise InvalidRequest(f"{task_id} has no such picture: choose {numbers}")
        request.check_parent(picture)

    def _parent_of(self, request: ImageRequest) -> tuple[str, int] | None:
        parent = self._library.task(request.parent_task) if request.parent_task else None
        return (parent.job_id, request.parent_slot) if parent else None

    # -- the same request again

    def _run_key(self, here: Cell, request: ImageRequest) -> tuple[str, str, int]:
        """The cell, the body, and how often this execution has asked for it before."""
        if here.execution != self._execution:
            self._execution = here.execution
            self._ordinals.clear()
        body_hash = request.body_hash()
        self._ordinals[body_hash] += 1
        return here.cell, body_hash, self._ordinals[body_hash] - 1

    def _again(self, run: tuple[str, str, int], request: ImageRequest) -> Job | None:
        # A job of a moment ago may not be in the library yet.
        job = self._recent.get(run)
        if job is None or job.status.facts.resend:
            found = self._library.again(self.settings.account, *run)
            job = self._entered(found) if found else None
        if job is None or job.status.facts.resend:
            return None
        assert job.request == request
        job.hear(replace(job.snapshot, from_library=True))
        return job

    def _expected_s(self, request: ImageRequest) -> float:
        if not self.settings.real:
            return self.settings.sandbox_latency_s
        return request.latency().middle_s

    # -- the other thread

    async def _build(self) -> Engine:
        # Loaded on the engine's thread, so that no cell waits for them.
        import reapi_nb.catalog  # noqa: F401, PLC0415
        from reapi_nb.client import Client  # noqa: PLC0415
        from reapi_nb.engine import Engine  # noqa: PLC0415
        from reapi_nb.limiter import Limiter  # noqa: PLC0415

        settings = self.settings
        transport = None
        if not settings.real:
            from reapi_nb import sandbox  # noqa: PLC0415

            transport = sandbox.transport(
                settings.home, latency_s=settings.sandbox_latency_s, origin=settings.origin
            )
        engine = Engine(
            Client(settings, transport),
            Library(settings.home),
            Limiter(settings.home / "limiter.sqlite3", "|".join(settings.account)),
            self._entered,
            cap=self._cap(),
        )
        engine.watch_over(settings.account)
        return engine

    async def _stop(self) -> None:
        await (await asyncio.wrap_future(self._engine)).stop()

    def _cap(self) -> int | None:
        return self.settings.daily_cap if self.settings.real else None

    def _start(self, job: Job) -> None:
        """Let the engine carry a new job; where there is none, the job says why."""

        async def starting() -> None:
            try:
                (await asyncio.wrap_future(self._engine)).start(job.snapshot)
            except Exception as no:  # noqa: BLE001 - whatever it was, nothing was sent
                _log.error("job %s was not sent: %s", job.job_id, no)
                error = no if isinstance(no, ReapiError) else ReapiError(f"no engine: {no!r}")
                self._entered(job.snapshot.but(status=Status.REJECTED, error=error))

        self._bridge.run(starting())

    def _post(self, act: Callable[[Engine], object]) -> Future[None]:
        """Do something on the engine's thread, in the order of posting."""

        async def acting() -> None:
            try:
                act(await asyncio.wrap_future(self._engine))
            except ReapiError as no:
                _log.error("%s", no)
            except Exception:  # noqa: BLE001 - logged, and the engine goes on
                _log.exception("the engine could not do what was asked")

        return self._bridge.run(acting())

    async def _refresh(self) -> None:
        """Follow the jobs that another kernel looks after, through the library."""
        engine = await asyncio.wrap_future(self._engine)
        while True:
            await asyncio.sleep(REFRESH_S)
            with suppress(LibraryFault):  # next time, then
                for job in self.moving():
                    kept = None if engine.drives(job.job_id) else self._library.job(job.job_id)
                    if kept is not None:
                        self._entered(kept)

    def _entered(self, snapshot: Snapshot) -> Job:
        """The one live handle of a job, made where there is none yet, with this news in it."""
        job = self._jobs.setdefault(snapshot.job_id, Job(snapshot))
        if snapshot.rev > job.snapshot.rev:
            job.hear(snapshot)
        return job
