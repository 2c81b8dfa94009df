"""The house, built from its settings: every room of the session behind one door."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from reapi_nb import cell, prices
from reapi_nb.errors import InvalidRequest
from reapi_nb.job import SHORT_ID, Status
from reapi_nb.library import Library
from reapi_nb.session.asking import Asking
from reapi_nb.session.building import wire_in_force
from reapi_nb.session.deciding import Deciding
from reapi_nb.session.driving import Driver
from reapi_nb.session.handles import Handles
from reapi_nb.session.links import Links
from reapi_nb.session.plan import Item, Plan
from reapi_nb.session.thumbs import Thumbs
from reapi_nb.session.uploading import Uploading
from reapi_nb.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from reapi_nb.catalog import ImageRequest
    from reapi_nb.errors import ReapiError
    from reapi_nb.job import Account, Cell, Picture
    from reapi_nb.library.books import Spent
    from reapi_nb.session.early import Early
    from reapi_nb.session.handles import Job
    from reapi_nb.session.parents import Parent


class Session:
    """
    One engine, one library, one account.

    Args:
        settings: None reads the environment and the config file.
        early: A thread that waits for its engine.

    Raises:
        BadSettings, LibraryFault: Nothing was started.

    Methods may be called from any thread but the engine's. All but `ready`, `delete`, `link` and
    `upload` return at once.
    """

    def __init__(self, settings: Settings | None = None, *, early: Early | None = None) -> None:
        self.settings = settings or Settings.read()
        self._library = Library(self.settings.home)  # for reading; the engine has its own
        self._thumbs = Thumbs(self._library.files)
        self._handles = Handles()
        self._driver = Driver(
            self.settings,
            self._library,
            self._handles,
            self._caps(),
            early.bridge() if early else None,
        )
        self._asking = Asking(self.settings, self._library, self._handles, self._driver.start)
        self._deciding = Deciding(
            self.settings.account, self._library, self._handles, self._driver, self._asking
        )
        self._links = Links(self.settings, self._library, self._driver.bridge, self._driver.engine)
        self._uploading = Uploading(self._library, self.settings)

    @property
    def provider(self) -> str:
        """Whose requests it takes: `reapi` or `apixo`; "" on the sandbox, which plays both."""
        return self.settings.provider

    def can_serve(self, provider: str) -> bool:
        """Whether a provider's requests may be submitted here."""
        return self.settings.can_serve(provider)

    @property
    def limit(self) -> tuple[int, float]:
        """How many requests the API allows the account, and in how many seconds."""
        wire = wire_in_force(self.settings)
        return wire.MOST_REQUESTS, wire.WINDOW_S

    def submit(
        self,
        request: ImageRequest,
        *,
        fresh: bool = False,
        clicked: bool = False,
        board_id: str = "",
        parent: Parent | None = None,
    ) -> Job:
        """
        Ask for pictures.

        The same request in the same cell is not sent twice: the job that the library has
        is returned instead, and nothing is paid. The same edit of the same picture is not
        sent twice by any cell or click: it opens the job that is paid for.

        Args:
            request: Any request of the catalog.
            fresh: Pay again although the library has it.
            clicked: A button asked, not a cell: new, unless it is an edit that is paid for.
            board_id: The board that shows it; "" for one of its own.
            parent: What it is made from, where that is not what the library would say.

        Raises:
            InvalidRequest: It cannot work, or not here; nothing was sent.
        """
        here = None if clicked else self._here()
        [item] = self._items([request], here, fresh=fresh, clicked=clicked, parent=parent)
        self._asking.take([item])
        return self._asking.answer(item, board_id or uuid4().hex)

    def plan(
        self, requests: Sequence[ImageRequest], *, fresh: bool = False, trial: bool = False
    ) -> Plan:
        """
        Several requests, counted and priced, none sent. They will share a board.

        Args:
            fresh: Pay again although the library has them.
            trial: It will never run, so it does not count as asked for.

        Raises:
            InvalidRequest: One of them cannot work.
        """
        items = self._items(requests, self._here(), fresh=fresh)
        if not trial:
            self._asking.take(items)
        bill = prices.total(item.estimate for item in items if item.known is None)
        # A cell that is run again gets the board back that it had.
        board_id = next((item.board_id for item in items if item.board_id), uuid4().hex)
        return Plan(
            items,
            board_id,
            bill,
            lambda item: self._asking.answer_later(item, board_id),
            self.settings.account,
        )

    def reroll(self, job: Job, *, board_id: str = "") -> Job:
        """The same request as a new job and a new charge."""
        return self.submit(job.request, fresh=True, clicked=True, board_id=board_id)

    def send(self, job: Job) -> None:
        """Send a job that was held; see `Deciding.send`."""
        self._deciding.send(job)

    def cancel(self, job: Job) -> None:
        """Never send a job that was not sent yet; see `Deciding.cancel`."""
        self._deciding.cancel(job)

    def adopt(self, job: Job, task_id: str) -> None:
        """Give a job of unknown outcome its task; see `Deciding.adopt`."""
        self._deciding.adopt(job, task_id)

    def look_again(self, job: Job) -> None:
        """Look for a task or for new links again, for nothing; see `Deciding.look_again`."""
        self._deciding.look_again(job)

    def forget(self, job: Job) -> None:
        """Set a job with an unknown outcome aside; it still counts as spent."""
        self._deciding.forget(job)

    def delete(self, job: Job) -> None:
        """Remove a finished job and its pictures; see `Deciding.delete`."""
        self._deciding.delete(job)

    def count_by(self, job: Job, how: str) -> None:
        """Note how the server counts a job's pictures; see `Deciding.count_by`."""
        self._deciding.count_by(job, how)

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
        return self._handles.entered(found)

    def history(self, most: int = 20) -> list[Job]:
        """The newest jobs first."""
        return [self._handles.entered(found) for found in self._library.history(most)]

    def on_board(self, board_id: str) -> list[Job]:
        """The jobs of a board, oldest first."""
        return [self._handles.entered(found) for found in self._library.on_board(board_id)]

    def parent(self, job: Job) -> Job | None:
        """The job that a job was made from, where the library knows it."""
        if job.snapshot.parent is None:
            return None
        job_id, _slot = job.snapshot.parent
        kept = self._handles.get(job_id)
        found = None if kept else self._library.job(job_id)
        return kept or (self._handles.entered(found) if found else None)

    def source(self, request: ImageRequest) -> Job | None:
        """The job whose picture a request is made from, where the library knows it."""
        found = self._asking.parent_of(request)
        return self._handles.entered(found.job) if found else None

    @property
    def paused(self) -> ReapiError | None:
        """Why nothing is sent at the moment, where the account takes nothing."""
        return self._driver.paused

    @property
    def rescued(self) -> str:
        """What had to be done to a damaged library, in one line; "" where it was sound."""
        return self._library.rescued

    def held(self) -> list[Job]:
        """Jobs that wait to be sent."""
        return [job for job in self.waiting() if job.status is Status.HELD]

    def waiting(self) -> list[Job]:
        """Jobs that need a decision: not sent, or with an unknown outcome."""
        return [
            self._handles.entered(found) for found in self._library.waiting(self.settings.account)
        ]

    def ready(self) -> None:
        """Wait until the engine runs and has taken up what a dead kernel left."""
        self._driver.ready()

    def unfinished(self) -> set[Account]:
        """The accounts that have jobs under way, in this kernel or in any other."""
        return self._library.unfinished()

    def moving(self) -> list[Job]:
        """Jobs of this session that are under way."""
        return [job for job in self._handles.all() if job.status.facts.moving]

    def execution(self) -> str:
        """Which run of which cell is going on; "" outside IPython."""
        here = self._here()
        return here.execution if here else ""

    def estimate(self, request: ImageRequest) -> prices.Estimate:
        """The likely bill, by the user's own rates where there are some."""
        return prices.estimate(request, self.settings.rates)

    def link(self, task_id: str, slot: int) -> str:
        """
        The public address of a picture; one free look at the task where the library has none.

        Raises:
            InvalidRequest: There is no such picture, or the server could not be asked.
        """
        return self._links.of(task_id, slot)

    def upload(self, path: str, *, old: bool = False) -> str:
        """
        The public address of a picture on this machine; the same picture keeps it.

        Args:
            path: Of a PNG, JPEG or WebP file, `~` included. Blocks while it is uploaded.
            old: The address that it had once will do, even if it is dead by now.

        Raises:
            InvalidRequest: There is no such picture, or nobody to put it anywhere.
            ReapiError: The upload failed.
        """
        return self._uploading.address(path, old=old)

    def is_outdated(self, request: ImageRequest, *, fresh: bool = False) -> bool:
        """Whether a request is new, and sends a local picture under a dead address."""
        if not any(map(self._uploading.is_dead, request.links())):
            return False
        [item] = self._items([request], self._here(), fresh=fresh)
        return item.known is None

    def spent_today(self) -> int:
        """Credits of today on real accounts: charged, or possibly charged."""
        return self._library.spent_today()

    def spent_here(self) -> int:
        """The same of this kernel, since it started."""
        return self._library.spent_here()

    def unpriced_today(self) -> int:
        """How many requests of today have no known price, so that no cap counts them."""
        return self._library.unpriced_today()

    def spend(self, by: str = "") -> list[Spent]:
        """
        What was charged, refunded and is in doubt on real accounts.

        Args:
            by: `model`, `day` or `notebook`; "" for all in one row.

        Raises:
            InvalidRequest: It cannot be told apart by that.
        """
        return self._library.spend(by)

    def set_cap(self, credits: int) -> None:  # noqa: A002 - the word that users know
        """Change the daily cap for this session."""
        self._set_caps(replace(self.settings, daily_cap=credits))

    def set_kernel_cap(self, credits: int | None) -> None:  # noqa: A002 - the word that users know
        """Change the most that this kernel spends; None for no limit of its own."""
        self._set_caps(replace(self.settings, kernel_cap=credits))

    def _set_caps(self, settings: Settings) -> None:
        self.settings = settings
        self._driver.post(lambda engine: engine.set_caps(self._caps()))

    def thumb(self, picture: Picture) -> bytes | None:
        """A picture's thumbnail as WebP, or None while there is none."""
        return self._thumbs.of(picture)

    def sheet(self, jobs: Iterable[Job]) -> bytes | None:
        """A contact sheet of these jobs as JPEG, within the configured size."""
        shown = (picture for job in jobs for picture in job.snapshot.pictures)
        return self._thumbs.sheet(shown, self.settings.sheet_kb * 1000)

    def background(self, work: Callable[[], object]) -> None:
        """Do something slow off every thread that matters."""
        self._driver.bridge.background(work)

    def later(self, seconds: float, work: Callable[[], object]) -> None:
        """Do something quick on the engine's thread, after some seconds."""
        self._driver.bridge.later(seconds, work)

    def close(self) -> None:
        """Stop the engine; tasks go on at the server and are taken up next time."""
        if self._driver.stop():
            self._library.close()
        for job in self._handles.all():
            job.leave()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _here(self) -> Cell | None:
        return cell.current(self.settings.notebook)

    def _items(self, requests: Sequence[ImageRequest], here: Cell | None, **how: Any) -> list[Item]:
        self._driver.check()
        return self._asking.items(requests, here, **how)

    def _caps(self) -> prices.Caps:
        """Nothing is counted where credits are not money."""
        settings = self.settings
        return (
            prices.Caps(settings.daily_cap, settings.kernel_cap) if settings.real else prices.Caps()
        )
