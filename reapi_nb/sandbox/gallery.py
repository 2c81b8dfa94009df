"""
The pictures of tasks, painted when somebody looks.

A picture is a function of its wire body and seed, and of its parent's picture: the same work
always has the same pixels, so nothing is kept but the last few. The artist paints on a
worker thread, one picture at a time, because several would fight over the interpreter with
the user's own cells.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from reapi_nb.catalog import ImageRequest, _flags
from reapi_nb.catalog.midjourney_v7 import Upscale, Variation
from reapi_nb.sandbox import artist
from reapi_nb.sandbox.task import Task, without_directions

if TYPE_CHECKING:
    from reapi_nb.sandbox.ledger import Ledger

_KEPT = 8
"""Pictures kept for their children: enough for two grids, about 3 MB each."""


@dataclass(frozen=True)
class Work:
    """Everything that decides the pixels of one picture."""

    request: ImageRequest
    seed: int
    slot: int
    parent: Work | None

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
        self._image = lru_cache(maxsize=_KEPT)(self._paint)

    async def png(self, task: Task, slot: int) -> bytes:
        """One picture of a task, as the bytes of a PNG file."""
        work = self._work(task, slot)
        async with self._brush:
            return await asyncio.to_thread(self._print, work)

    def _work(self, task: Task, slot: int) -> Work:
        entry = self._ledger.entry(task.request.parent_task or "")
        parent = self._work(Task.of(entry), task.request.parent_slot) if entry else None
        if parent and isinstance(parent.request, Upscale):
            # From what was enlarged, or pictures would double with every turn of a chain.
            parent = parent.parent
        return Work(task.request, task.entry.seed, slot, parent)

    def _print(self, work: Work) -> bytes:
        return artist.png(self._image(work))

    def _paint(self, work: Work) -> Any:
        if work.parent is None:
            return _imagined(work)
        parent = self._image(work.parent)
        if isinstance(work.request, Upscale):
            return artist.upscale(parent, style=work.request.type)
        strength = work.request.type if isinstance(work.request, Variation) else "subtle"
        return artist.vary(
            parent, strength=strength, text=work.text, seed=work.seed, slot=work.slot
        )


def _imagined(work: Work) -> Any:
    return artist.imagine(
        work.text,
        ratio=work.request.aspect() or (1, 1),
        seed=work.seed,
        slot=work.slot,
        stylize=work.prompt.number("stylize", 100),
        chaos=work.prompt.number("chaos", 0),
    )
