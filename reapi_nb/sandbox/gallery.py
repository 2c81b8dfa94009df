"""
The pictures of tasks, painted when somebody looks.

A picture is a function of its wire body and seed, and of the pictures it is made from: the same
work always has the same pixels, so nothing is kept but the last few. The artist paints on a
worker thread, one picture at a time, because several would fight over the interpreter with
the user's own cells. No address is ever fetched: where one of the sandbox's own pictures lies,
or one that was uploaded here, that picture is taken, and anywhere else something that the artist
makes of the address.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reapi_nb.catalog import ImageRequest, _flags
from reapi_nb.catalog import midjourney_v7 as v7
from reapi_nb.errors import InvalidRequest
from reapi_nb.sandbox import artist, studio
from reapi_nb.sandbox.fates import without_directions
from reapi_nb.sandbox.media import TASKS, UPLOADS
from reapi_nb.sandbox.task import PREFIX, Task

if TYPE_CHECKING:
    from reapi_nb.sandbox.ledger import Ledger

_KEPT_PIXELS = 12_000_000
"""How much is kept for the children of pictures: two grids, about 50 MB, or one large picture."""

_OWN = re.compile(rf"https?://[^/?#]+{TASKS}/([^/?#]+)/([^/?#]+)(?:[?#].*)?", re.IGNORECASE)
_UPLOADED = re.compile(rf"https?://[^/?#]+{UPLOADS}/([^/?#]+)(?:[?#].*)?", re.IGNORECASE)
_NEW_GRIDS = (v7.Variation, v7.Remix)


@dataclass(frozen=True, eq=False)
class Input:
    """A picture that another one is made from."""

    address: str
    """Its URL, or the task that it is a picture of."""

    work: Work | None = None
    """What it shows, where the sandbox painted it."""

    upload: bytes | None = None
    """Its file, where it was uploaded here."""


@dataclass(frozen=True, eq=False)
class Work:
    """Everything that decides the pixels of one picture."""

    name: str
    """The picture's own: works of one name are the same work."""

    request: ImageRequest
    seed: int
    slot: int
    inputs: tuple[Input, ...] = ()
    """What it is made from, the one that decides the shape first."""

    mask: Input | None = None
    """The picture that says where to paint."""

    @property
    def prompt(self) -> _flags.Parsed:
        """The prompt as the artist may see it."""
        return _flags.parse(without_directions(self.request.words))

    @property
    def text(self) -> str:
        """The words, and of an input picture nothing but its address."""
        return " ".join((*self.prompt.images, self.prompt.text))


class Gallery:
    """Paints the pictures of a ledger's tasks. To be used on one event loop."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._brush = asyncio.Lock()
        self._shelf = _Shelf()

    async def png(self, task: Task, slot: int) -> bytes:
        """One picture of a task, as the bytes of a PNG file."""
        work = self._work(task, slot, {})
        async with self._brush:
            return await asyncio.to_thread(self._print, work)

    async def check_mask(self, request: ImageRequest, now: float) -> None:
        """
        Refuse a mask that the model could not use, where its picture is to be had.

        Source: reAPI docs, "gpt-image-2-official".

        Args:
            now: When it is submitted, in seconds since the epoch.

        Raises:
            InvalidRequest: It is fully opaque, or not as large as the first picture.
        """
        url = getattr(request, "mask_url", None)
        if url is None:
            return
        mask, picture = (self._behind(one, now, {}) for one in (url, request.sources[0]))
        async with self._brush:
            said = await asyncio.to_thread(self._mask_fault, mask, picture)
        if said:
            raise InvalidRequest(said, code=request.refusal_code)

    def _mask_fault(self, mask: Input, picture: Input) -> str:
        if not _is_known(mask):
            return ""
        painting = self._seen(mask)
        if not artist.has_alpha_hole(painting):
            return "the mask is fully opaque: make it transparent where to paint"
        fits = not _is_known(picture) or self._seen(picture).image.size == painting.image.size
        return "" if fits else "the mask and the first picture differ in size"

    def _work(self, task: Task, slot: int, known: dict[str, Work]) -> Work:
        """A picture's work; `known` are those that were met on the way to it."""
        name = f"{task.entry.task_id}/{slot}"
        if name not in known:
            inputs = tuple(self._inputs(task, known))
            if inputs and isinstance(task.request, _NEW_GRIDS):
                inputs = (_before_it_was_enlarged(inputs[0]), *inputs[1:])
            mask = _mask_url(task.request)
            known[name] = Work(
                name,
                task.request,
                task.entry.seed,
                slot,
                inputs,
                self._behind(mask, task.entry.made_at, known) if mask else None,
            )
        return known[name]

    def _inputs(self, task: Task, known: dict[str, Work]) -> list[Input]:
        request = task.request
        if request.parent_task is None:
            return [self._behind(url, task.entry.made_at, known) for url in request.sources]
        entry = self._ledger.entry(request.parent_task)
        work = self._work(Task(entry), request.parent_slot, known) if entry else None
        return [Input(request.parent_task, work)]

    def _behind(self, url: str, at: float, known: dict[str, Work]) -> Input:
        """What lay at an address at some time."""
        if uploaded := _UPLOADED.fullmatch(url):
            return Input(url, upload=self._ledger.upload(uploaded[1]))
        match = _OWN.fullmatch(url)
        entry = self._ledger.entry(f"{PREFIX}{match[1]}") if match else None
        if match is None or entry is None:
            return Input(url)
        owner = Task(entry)
        slot = owner.files(at).get(match[2])
        return Input(url, None if slot is None else self._work(owner, slot, known))

    def _print(self, work: Work) -> bytes:
        return artist.png(self._painting(work).image)

    def _painting(self, work: Work) -> artist.Painting:
        painting = self._shelf.take(work.name)
        if painting is None:
            painting = studio.paint(self._sitting(work))
            self._shelf.put(work.name, painting)
        return painting

    def _sitting(self, work: Work) -> studio.Sitting:
        return studio.Sitting(
            work.request,
            tuple(map(self._seen, work.inputs)),
            self._seen(work.mask) if work.mask and _is_known(work.mask) else None,
            work.text,
            work.prompt,
            work.seed,
            work.slot,
        )

    def _seen(self, given: Input) -> artist.Painting:
        if given.work:
            return self._painting(given.work)
        if given.upload:
            return artist.opened(given.upload)
        return artist.stand_in(given.address)


class _Shelf:
    """The paintings that were asked for last, up to a number of pixels, and at least one."""

    def __init__(self) -> None:
        self._kept: dict[str, artist.Painting] = {}

    def take(self, name: str) -> artist.Painting | None:
        painting = self._kept.pop(name, None)
        if painting:
            self._kept[name] = painting  # it is now the youngest
        return painting

    def put(self, name: str, painting: artist.Painting) -> None:
        self._kept[name] = painting
        while len(self._kept) > 1 and sum(map(_pixels, self._kept.values())) > _KEPT_PIXELS:
            del self._kept[next(iter(self._kept))]


def _pixels(painting: artist.Painting) -> int:
    return painting.image.width * painting.image.height


def _is_known(given: Input) -> bool:
    """Whether a picture is to be had, and not only its address."""
    return given.work is not None or given.upload is not None


def _mask_url(request: ImageRequest) -> str | None:
    mask = getattr(request, "mask", None)
    return mask.url if mask else getattr(request, "mask_url", None)


def _before_it_was_enlarged(parent: Input) -> Input:
    """A new grid is painted at a grid's size, from what was enlarged."""
    work = parent.work
    return work.inputs[0] if work and isinstance(work.request, v7.Upscale) else parent
