"""
The board: what a cell shows of its jobs, alive.

A cell builds and displays it; from then on one publisher with one lock writes its traits,
from whatever thread brings news. The browser never sets a trait: it sends messages, which
are checked, posted and done with.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from reapi_nb import catalog, command
from reapi_nb.errors import InvalidRequest, ReapiError
from reapi_nb.notebook import drawing, planned, surface, text
from reapi_nb.notebook.buttons import Buttons
from reapi_nb.notebook.download import Downloads
from reapi_nb.notebook.still import Still
from reapi_nb.session import Parent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from reapi_nb.job import Snapshot
    from reapi_nb.session import Job, Plan, Session

PRESSES = 50
"""How many presses are remembered, so that a message that arrives twice counts once."""

PAUSE_S, BURST = 0.2, 5
"""News go at this distance, in seconds; after a quiet time so many go at once."""

_log = logging.getLogger("reapi_nb")


class Board(anywidget.AnyWidget):
    """
    One or more root jobs, and below them the follow-ups that were clicked on them.

    Args:
        session: Where clicks go.
        board_id: Also the widget's model id, so that the board can come back later.
        jobs: What it shows from the start.
        plan: Requests that become more jobs once somebody says so.
    """

    _esm = surface.esm("board")
    _css = surface.css("board")

    view = traitlets.Dict().tag(sync=True)
    full = traitlets.Any(None, allow_none=True).tag(sync=True)

    def __init__(
        self,
        session: Session,
        board_id: str,
        jobs: Iterable[Job],
        plan: Plan | None = None,
    ) -> None:
        self.board_id = board_id
        self._session = session
        self._plan = plan
        self._buttons = Buttons(session.estimate)
        self._still = Still(session, f"reapi-{board_id}", plan)
        self._jobs = {job.job_id: job for job in jobs}
        self._drawn: dict[str, Snapshot] = {}
        self._troubles: dict[str, str] = {}
        # By nonce: why it was refused, "" when it was not, None while it is being done.
        self._presses: dict[str, str | None] = {}
        self._opened: dict[str, str] = {}
        self._sent_pixels: dict[int, tuple[int, ...]] = {}
        self._downloads = Downloads(self._send_full, self._original)
        self._publishing = threading.RLock()
        self._rev = 0
        self._next_at = self._told_at = 0.0
        self._is_due = False
        # The first view opens the model, which spares the browser a message.
        super().__init__(model_id=board_id, view=self._draw())
        self.on_msg(self._received)
        self._publish_pixels()
        for job in self.jobs:
            job.listen(self.show)

    @property
    def jobs(self) -> list[Job]:
        return list(self._jobs.values())

    def add(self, job: Job) -> None:
        """Show a job from now on."""
        if job.job_id in self._jobs:
            return
        self._jobs[job.job_id] = job
        job.listen(self.show)

    def follow(self, plan: Plan) -> None:
        """Show a plan, and the jobs that it has become, from now on."""
        self._plan = self._still.plan = plan
        self._publish()
        plan.listen(self._decided)

    def _decided(self) -> None:
        """The plan was run or dropped, here or from Python."""
        for job in self._plan.jobs if self._plan else ():
            self.add(job)
        self._publish()
        self._session.background(self.settle)

    def show(self, snapshot: Snapshot) -> None:
        """News of a job, from any thread."""
        drawn = self._drawn.get(snapshot.job_id)
        if drawn is not snapshot:
            self._publish_soon(at_once=_is_milestone(drawn, snapshot))
        if self._still.is_shown and not snapshot.status.facts.moving:
            self._session.background(self.settle)

    def shown(self) -> None:
        """The cell has displayed the board: put its still twin below it."""
        self._still.show(self.jobs)
        if not any(job.status.facts.moving for job in self.jobs):
            self.settle()  # the end may have come while it was drawn

    def settle(self) -> None:
        """Bring the still twin up to date. Any thread; slow where there is something to draw."""
        if self._still.is_shown and (sheet := self._still.draw(self.jobs)):
            with self._publishing:
                self._still.replace(sheet)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        # Stable text instead of a memory address: saved notebooks are compared.
        return {**data, "text/plain": f"<reAPI board: {self._label()}>"}, metadata

    # -- to the browser

    def _publish(self) -> None:
        with self._publishing:
            self._is_due = False
            self._told_at = time.monotonic()
            rested = self._told_at - (BURST - 1) * PAUSE_S
            self._next_at = max(self._next_at, rested) + PAUSE_S
            self._publish_pixels()
            self.view = self._draw()

    def _publish_soon(self, *, at_once: bool) -> None:
        """Milestones at once, what follows closely together: a channel that is full drops."""
        with self._publishing:
            next_at = self._next_at if at_once else max(self._next_at, self._told_at + PAUSE_S)
            pause = next_at - time.monotonic()
            if pause <= 0:
                self._publish()
            elif not self._is_due:
                self._is_due = True
                self._session.later(pause, self.catch_up)

    def catch_up(self) -> None:
        """Tell the page now what waits to be told."""
        with self._publishing:
            if self._is_due:
                self._publish()

    def close(self) -> None:
        """Leave the page."""
        with self._publishing:
            self._is_due = False
        super().close()

    def _draw(self) -> dict[str, Any]:
        self._rev += 1
        self._drawn = {job.job_id: job.snapshot for job in self.jobs}
        return {
            "rev": self._rev,
            "board": self.board_id,
            "place": next((job.snapshot.account.place for job in self.jobs), ""),
            "label": self._label(),
            "acks": [nonce for nonce, why in self._presses.items() if why is not None],
            "refusals": {nonce: why for nonce, why in self._presses.items() if why},
            "opened": {nonce: job for nonce, job in self._opened.items() if nonce in self._presses},
            "pixels": self._pixel_counts(),
            "plan": planned.view(self._plan) if self._plan else None,
            "strips": [self._strip(job) for job in self.jobs],
        }

    def _publish_pixels(self) -> None:
        """Each strip's thumbnails, in a trait of its own, so that others are not sent again."""
        for index, job in enumerate(self.jobs):
            self._publish_strip_pixels(index, job)

    def _publish_strip_pixels(self, index: int, job: Job) -> None:
        coming = job.snapshot.pictures
        seen = [picture for picture in coming if picture.is_seen]
        sent = self._sent_pixels.get(index, ())
        slots = tuple(picture.slot for picture in seen)
        # The first picture at once, the rest together: less is sent twice.
        waits = sent and len(seen) < len(coming) and job.status.facts.moving
        if slots == sent or waits:
            return
        thumbs = {str(picture.slot): self._session.thumb(picture) for picture in seen}
        name = f"pixels_{index}"
        if not self.has_trait(name):
            self.add_traits(**{name: traitlets.Dict().tag(sync=True)})
        setattr(self, name, {slot: thumb for slot, thumb in thumbs.items() if thumb})
        self._sent_pixels[index] = slots

    def _pixel_counts(self) -> list[int]:
        """How many thumbnails of each strip were sent."""
        return [len(getattr(self, f"pixels_{at}", ())) for at in range(len(self._jobs))]

    def _again(self, message: dict[str, Any]) -> None:
        """The page says what it has; what it missed is sent again, thumbnails first."""
        rev, here = int(message["rev"]), list(message.get("pixels", ()))
        with self._publishing:
            self.catch_up()
            counts = self._pixel_counts()
            for at, count in enumerate(counts):
                if count and here[at : at + 1] != [count]:
                    self.send_state(f"pixels_{at}")  # one by one: long messages are refused
            if rev != self._rev:
                self.send_state("view")

    def _strip(self, job: Job) -> dict[str, Any]:
        parent = self._parent(job)
        words = self._words(job), self._words(parent)
        strip = drawing.strip(job, parent, words, self._buttons, self._session)
        if trouble := self._troubles.get(job.job_id):
            strip["notices"].append(trouble)
        return strip

    def _label(self) -> str:
        first = next(iter(self.jobs), None)
        if first is None:
            return f"plan of {planned.summary(self._plan)}" if self._plan else "empty board"
        return f"{first.request.nick} {first.name}"

    def _parent(self, job: Job) -> Job | None:
        return self._session.parent(job)

    def _words(self, job: Job | None) -> str:
        """The nearest prompt on the way to the root."""
        seen = job
        while seen is not None:
            if seen.request.words:
                return seen.request.words
            seen = self._parent(seen)
        return ""

    def _send_full(self, chunk: dict[str, Any] | None) -> None:
        with self._publishing:
            self.full = chunk

    # -- from the browser

    def _received(self, _widget: object, message: dict[str, Any], _buffers: object) -> None:
        """May run on any thread, and while a cell runs."""
        handlers: dict[str, Callable[[dict[str, Any]], None]] = {
            "press": self._press,
            "again": self._again,
            "full": lambda asked: self._downloads.want(str(asked["key"])),
            "ack": lambda got: self._downloads.acknowledge(str(got["key"]), int(got["seq"])),
        }
        try:
            handlers[message["kind"]](message)
        except (LookupError, StopIteration, TypeError, ValueError):
            _log.warning("the board got a message it cannot read")

    def _press(self, message: dict[str, Any]) -> None:
        nonce, name = str(message["nonce"]), str(message["job"])
        job = self._jobs[name] if name else None
        with self._publishing:
            if nonce in self._presses:
                return  # the same click twice is one charge
            self._presses[nonce] = None
            for old in list(self._presses)[:-PRESSES]:
                del self._presses[old]
                self._opened.pop(old, None)
        self._troubles.pop(name, None)
        why = ""
        try:
            if found := self._act(job, message):
                self._opened[nonce] = found.job_id
        except ReapiError as no:
            why = no.message
        finally:
            # A form and a plan say it themselves; for a button its strip does.
            says_itself = job is None or "fields" in message
            if why and not says_itself:
                self._troubles[name] = why
            self._presses[nonce] = why if says_itself else ""
            self._publish()

    def _act(self, job: Job | None, message: dict[str, Any]) -> Job | None:
        """Do what a press asks for; the job that it found, where that was paid for before."""
        action, number = str(message["action"]), message.get("number")
        fields = dict(message.get("fields", {}))
        command.refuse_keys(fields)
        if number is not None and job is not None:
            made = self._follow_up(job, int(number), action, fields)
            self.add(made)
            return made if made.snapshot.from_library else None
        if job is None:
            self._decide(action)
        elif action == "reroll":
            self.add(self._session.reroll(job, board_id=self.board_id))
        elif action == "adopt":
            self._session.adopt(job, str(fields["task_id"]))
        else:
            _ACTIONS[action](self._session, job)
        return None

    def _decide(self, action: str) -> None:
        """Run the plan, or drop it."""
        if self._plan is not None:
            {"run": self._plan.run, "drop": self._plan.drop}[action]()

    def _follow_up(self, job: Job, number: int, action: str, given: dict[str, Any]) -> Job:
        """The job of a press under a picture, with what was filled in."""
        picture, now = job[number], job.snapshot
        pressed = next(f for f in catalog.follow_ups(picture) if f.action == action)
        if pressed.refusal:
            raise InvalidRequest(pressed.refusal.reason)
        if fixed := given.keys() & pressed.fixed:
            raise InvalidRequest(f"{min(fixed)} is given by the picture: leave it out")
        if "image_number" in pressed.fields:
            if now.is_ambiguous and not now.counting:
                raise InvalidRequest("answer first, below the grid, how its pictures are counted")
            given = {**given, "image_number": now.number_sent(picture)}
        return self._session.submit(
            pressed.request(**given),
            clicked=True,
            board_id=self.board_id,
            parent=Parent(now, picture),
        )

    def _original(self, key: str) -> tuple[str, bytes] | None:
        job_id, _, slot = key.partition("/")
        job = self._jobs.get(job_id)
        for picture in job.pictures if job else ():
            if str(picture.slot) == slot and picture.path is not None and picture.path.exists():
                return picture.mime, picture.path.read_bytes()
        return None

    def __repr__(self) -> str:
        return "\n".join(text.line(job) for job in self.jobs)


def _is_milestone(drawn: Snapshot | None, now: Snapshot) -> bool:
    """Whether people wait for this news: another state, a first picture, all of them."""
    if drawn is None or drawn.status is not now.status:
        return True
    before, seen = (sum(p.is_seen for p in job.pictures) for job in (drawn, now))
    return before != seen and seen in (1, len(now.pictures))


_ACTIONS: dict[str, Callable[[Session, Job], None]] = {
    "send": lambda session, job: session.send(job),
    "cancel": lambda session, job: session.cancel(job),
    "look": lambda session, job: session.look_again(job),
    "forget": lambda session, job: session.forget(job),
    "count/slot": lambda session, job: session.count_by(job, "slot"),
    "count/position": lambda session, job: session.count_by(job, "position"),
}
"""What a strip's own buttons do, where nothing new comes of it."""
