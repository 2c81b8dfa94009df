"""
The pictures of tasks, painted when somebody looks.

A picture is a function of its wire body and seed, and of the pictures it is made from: the same
work always has the same pixels, so nothing is kept but the last few. The artist paints on a
worker thread, one picture at a time, because several would fight over the interpreter with
the user's own cells. No address is ever fetched: where one of the sandbox's own pictures lies,
that picture is taken, and anywhere else something that the artist makes of the address.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from reapi_nb.catalog import ImageRequest, _flags
from reapi_nb.catalog import midjourney_v7 as v7
from reapi_nb.sandbox import artist
from reapi_nb.sandbox.task import Task, without_directions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reapi_nb.sandbox.ledger import Ledger

_KEPT_PIXELS = 12_000_000
"""How much is kept for the children of pictures: two grids, about 50 MB, or one large picture."""

_OWN = re.compile(r"https?://[^/?#]+/media/tasks/([^/?#]+)/([^/?#]+)(?:[?#].*)?", re.IGNORECASE)
_NEW_GRIDS = (v7.Variation, v7.Remix)


@dataclass(frozen=True, eq=False)
class Work:
    """Everything that decides the pixels of one picture."""

    name: str
    """The picture's own: works of one name are the same work."""

    request: ImageRequest
    seed: int
    slot: int

    parent: Work | None
    """The sandbox's own picture that it is made from, if there is one."""

    mask: Work | None
    """The sandbox's own picture that says where to paint, if there is one."""

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

    def _work(self, task: Task, slot: int, known: dict[str, Work]) -> Work:
        """A picture's work; `known` are those that were met on the way to it."""
        name = f"{task.entry.task_id}/{slot}"
        if name not in known:
            request = task.request
            parent = self._parent(task, known)
            if (
                parent
                and isinstance(parent.request, v7.Upscale)
                and isinstance(request, _NEW_GRIDS)
            ):
                # A new grid is painted at a grid's size, from what was enlarged.
                parent = parent.parent
            mask = self._behind(_mask_url(request), task, known)
            known[name] = Work(name, request, task.entry.seed, slot, parent, mask)
        return known[name]

    def _parent(self, task: Task, known: dict[str, Work]) -> Work | None:
        if task.request.parent_task is None:
            return self._behind(_source_url(task.request), task, known)
        entry = self._ledger.entry(task.request.parent_task)
        return self._work(Task.of(entry), task.request.parent_slot, known) if entry else None

    def _behind(self, url: str | None, task: Task, known: dict[str, Work]) -> Work | None:
        """The own picture that lay at an address when the task was submitted."""
        match = _OWN.fullmatch(url) if url else None
        entry = self._ledger.entry(f"task_{match[1]}") if match else None
        if match is None or entry is None:
            return None
        owner = Task.of(entry)
        slot = owner.files(task.entry.made_at).get(match[2])
        return None if slot is None else self._work(owner, slot, known)

    def _print(self, work: Work) -> bytes:
        return artist.png(self._painting(work).image)

    def _painting(self, work: Work) -> artist.Painting:
        painting = self._shelf.take(work.name)
        if painting is None:
            painting = self._paint(work)
            self._shelf.put(work.name, painting)
        return painting

    def _paint(self, work: Work) -> artist.Painting:
        edit = _EDITS.get(type(work.request))
        if edit is None:
            return _imagined(work)
        address = _source_url(work.request) or work.request.parent_task or ""
        parent = self._painting(work.parent) if work.parent else artist.stand_in(address)
        mask = self._painting(work.mask) if work.mask else None
        region = _region(work.request, mask)
        return edit(work.request, _Sitting(parent, region, work.text, work.seed, work.slot))


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


def _source_url(request: ImageRequest) -> str | None:
    urls: tuple[str, ...] = getattr(request, "image_urls", ())
    return urls[0] if urls else None


def _mask_url(request: ImageRequest) -> str | None:
    mask = getattr(request, "mask", None)
    return mask.url if mask else None


def _region(request: ImageRequest, painting: artist.Painting | None) -> artist.Region | None:
    mask = getattr(request, "mask", None)
    if mask is None:
        return None
    if mask.areas is not None:
        return artist.Polygons.of([area.points for area in mask.areas])
    return artist.Light(painting) if painting else artist.Blob(mask.url)


def _imagined(work: Work) -> artist.Painting:
    return artist.imagine(
        work.text,
        ratio=work.request.aspect() or (1, 1),
        seed=work.seed,
        slot=work.slot,
        stylize=work.prompt.number("stylize", 100),
        chaos=work.prompt.number("chaos", 0),
        draft=getattr(work.request, "speed", None) == "draft",
    )


class _Sitting(NamedTuple):
    """What an edit starts from, beside its request."""

    parent: artist.Painting
    region: artist.Region | None
    text: str
    seed: int
    slot: int

    @property
    def new(self) -> dict[str, Any]:
        """What decides the parts that are new."""
        return {"text": self.text, "seed": self.seed, "slot": self.slot}


def _upscale(request: v7.Upscale, s: _Sitting) -> artist.Painting:
    return artist.upscale(s.parent, style=request.type)


def _vary(request: v7.Variation, s: _Sitting) -> artist.Painting:
    return artist.vary(s.parent, strength=request.type, **s.new)


def _remix(request: v7.Remix, s: _Sitting) -> artist.Painting:
    return artist.remix(s.parent, mode=request.mode, **s.new)


def _enhance(_request: v7.Enhance, s: _Sitting) -> artist.Painting:
    return artist.enhance(s.parent, seed=s.seed, slot=s.slot)


def _pan(request: v7.Pan, s: _Sitting) -> artist.Painting:
    return artist.pan(s.parent, direction=request.direction, scale=request.scale, **s.new)


def _outpaint(request: v7.Outpaint, s: _Sitting) -> artist.Painting:
    return artist.outpaint(s.parent, scale=request.scale, **s.new)


def _inpaint(_request: v7.Inpaint, s: _Sitting) -> artist.Painting:
    assert s.region, "the catalog requires a mask"
    return artist.inpaint(s.parent, region=s.region, **s.new)


def _place(request: v7.Edit | v7.UploadPaint, s: _Sitting) -> artist.Painting:
    canvas, at = request.canvas, request.img_pos
    box = artist.Box(at.x, at.y, at.width, at.height)
    size = (canvas.width, canvas.height)
    return artist.place(s.parent, canvas=size, box=box, region=s.region, **s.new)


def _remove_background(_request: v7.RemoveBackground, s: _Sitting) -> artist.Painting:
    return artist.cut_out(s.parent)


def _retexture(_request: v7.Retexture, s: _Sitting) -> artist.Painting:
    return artist.retexture(s.parent, **s.new)


_EDITS: Mapping[type[ImageRequest], Callable[[Any, _Sitting], artist.Painting]] = {
    v7.Upscale: _upscale,
    v7.Variation: _vary,
    v7.Remix: _remix,
    v7.Enhance: _enhance,
    v7.Pan: _pan,
    v7.Outpaint: _outpaint,
    v7.Inpaint: _inpaint,
    v7.Edit: _place,
    v7.UploadPaint: _place,
    v7.RemoveBackground: _remove_background,
    v7.Retexture: _retexture,
}
