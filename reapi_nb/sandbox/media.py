"""
The files that the sandbox serves: its own pictures, and those that people put here.

They need no key, like a CDN's. It never fetches an input URL.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import Response

from reapi_nb.errors import InvalidRequest
from reapi_nb.sandbox.task import PREFIX, Task
from reapi_nb.wire import reapi

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from reapi_nb.sandbox.clerk import House
    from reapi_nb.sandbox.gallery import Gallery
    from reapi_nb.sandbox.ledger.uploads import Upload, Uploads
    from reapi_nb.sandbox.refusals import Refusals

TASKS, UPLOADS = "/media/tasks", "/media/uploads"
"""Where the sandbox's own pictures lie, in a folder for each task, and those of people."""

MOST_BYTES = 20 * 1024 * 1024
"""The largest picture that is taken."""

_KINDS: Mapping[str, tuple[str, re.Pattern[bytes]]] = {
    "image/png": ("png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    "image/jpeg": ("jpg", re.compile(rb"\xff\xd8\xff")),
    "image/webp": ("webp", re.compile(rb"RIFF.{4}WEBP", re.DOTALL)),
}
"""How the names of a kind of pictures end, and how their bytes start."""


def put(uploads: Uploads, data: bytes, *, now: float, origin: str) -> tuple[str, float]:
    """
    Give a picture an address; that, and when it dies in seconds since the epoch.

    Args:
        now: The sandbox's time, in seconds since the epoch.
        origin: What the address begins with.

    Raises:
        InvalidRequest: It is no PNG, JPEG or WebP, or too large.
    """
    if len(data) > MOST_BYTES:
        raise InvalidRequest(f"a picture may have {MOST_BYTES:,} bytes at most", code=20003)
    for mime, (extension, starts) in _KINDS.items():
        if starts.match(data):
            kept = uploads.put(data, mime, extension, now + reapi.URL_LIFETIME_S)
            return f"{origin}{UPLOADS}/{kept.name}", kept.dies_at
    raise InvalidRequest("this is no PNG, JPEG or WebP picture", code=20003)


class Media:
    """Answers fetches."""

    def __init__(self, house: House, refusals: Refusals, gallery: Gallery) -> None:
        self._house = house
        self._refusals = refusals
        self._gallery = gallery

    async def picture(self, http: Request) -> Response:
        entry = self._house.ledger.entry(PREFIX + http.path_params["name"])
        task = Task(entry) if entry else None
        slot = task.files(self._house.clock.now()).get(http.path_params["file"]) if task else None
        if task is None or slot is None:
            raise HTTPException(404)
        if answer := self._refusals.outcome("picture", "before"):
            return answer
        return await self._sent(await self._gallery.png(task, slot), "image/png")

    async def upload(self, http: Request) -> Response:
        kept = self._house.ledger.uploads.get(http.path_params["file"])
        if kept is None or not self._is_alive(kept):
            raise HTTPException(404)
        if answer := self._refusals.outcome("picture", "before"):
            return answer
        return await self._sent(kept.data, kept.mime)

    def _is_alive(self, kept: Upload) -> bool:
        return self._house.clock.now() < kept.dies_at

    async def _sent(self, data: bytes, mime: str) -> Response:
        faults = self._house.ledger.faults
        if slow := faults.take("picture", "wait"):
            await self._house.sleep(slow["seconds"])
        if faults.take("picture", "bytes"):
            data = data[: len(data) // 2]
        return Response(data, media_type=mime)
