"""
Finished pictures, from their links onto the disk.

Fetching is free and is repeated until a picture is whole, its link is dead, or what comes
is no picture. What is kept has been decoded once and is renamed into place.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from reapi_nb import pace, pictures
from reapi_nb.engine.links import links_of
from reapi_nb.errors import (
    BadPicture,
    LibraryFault,
    PictureLost,
    ReapiError,
    ServerFault,
    TaskNotFound,
    Unauthorized,
    Unreachable,
)
from reapi_nb.pictures.memory import give_back

if TYPE_CHECKING:
    from collections.abc import Callable

    from reapi_nb.client import Client
    from reapi_nb.engine.clockwork import Clockwork
    from reapi_nb.engine.links import Look
    from reapi_nb.job import Picture, Snapshot
    from reapi_nb.library.files import Files

_TRIES = 5
"""How often a picture that arrives damaged is fetched."""

_FETCHES = 8
_DECODERS = 2
"""How many pictures are under way at once, and how many are in memory as pixels."""


class Fetcher:
    """
    Fetches pictures one by one.

    Args:
        files: Where they are kept.
        look: Asks for a task, to renew a dead link.
    """

    def __init__(self, client: Client, files: Files, look: Look, time: Clockwork) -> None:
        self._client = client
        self._files = files
        self._look = look
        self._time = time
        self._fetching = asyncio.Semaphore(_FETCHES)
        self._decoding = asyncio.Semaphore(_DECODERS)

    async def save_all(
        self, job: Snapshot, tell: Callable[[Snapshot], Snapshot]
    ) -> tuple[Snapshot, list[ReapiError]]:
        """
        A job with every picture that can be had, all at once, and what stood in the way of others.

        Args:
            tell: Hears of each picture as soon as it is there.
        """
        saving = {picture.slot: picture for picture in job.pictures}
        errors: list[ReapiError] = []

        async def save(picture: Picture) -> None:
            try:
                await self.save(picture, seen)
            except (PictureLost, BadPicture, LibraryFault) as no:
                errors.append(no)

        def seen(picture: Picture) -> None:
            nonlocal job
            saving[picture.slot] = picture
            job = tell(job.but(pictures=tuple(saving.values())))

        await asyncio.gather(*(save(picture) for picture in job.pictures if not picture.path))
        await asyncio.to_thread(give_back)
        return job, errors

    async def save(self, picture: Picture, seen: Callable[[Picture], None]) -> None:
        """
        One picture, fetched until it is whole or lost.

        Args:
            seen: Hears of it when there is a thumbnail, and again when it is on the disk.

        Raises:
            PictureLost, BadPicture: It cannot be had.
            LibraryFault: It cannot be written.
        """
        damaged = renewed = 0
        for attempt in count():
            try:
                async with self._fetching:  # until it is on the disk: bytes take memory too
                    data = await self._client.picture(picture.url)
                    async with self._decoding:
                        whole = await asyncio.to_thread(self._look_at, picture, data)
                    seen(whole)  # disks are slow, and people want to see it
                    seen(await asyncio.to_thread(self._keep_file, whole, data))
                    return
            except PictureLost:
                renewed += 1
                if renewed > 1:  # or a server whose links differ each time is asked for ever
                    raise
                picture = await self._renewed(picture)
            except BadPicture:
                damaged += 1
                if damaged >= _TRIES:
                    raise
            except (Unreachable, ServerFault):
                if self._time.now() > picture.expires_at:
                    raise PictureLost(
                        "the picture's link expired before it could be saved"
                    ) from None
            except OSError as no:
                raise LibraryFault(f"a picture could not be written: {no}") from None
            await self._time.sleep(pace.back_off(attempt))
        raise AssertionError("a count never ends")

    async def _renewed(self, picture: Picture) -> Picture:
        """The picture under a fresh link, if the server has one."""
        asked = picture.made_by
        assert asked is not None, "only pictures of our own jobs are fetched"
        try:
            links = await links_of(picture.task_id, asked.provider, asked.model, self._look)
        except (TaskNotFound, Unauthorized) as no:
            raise PictureLost(
                f"the picture's link is dead, and no other can be had: {no}"
            ) from None
        fresh = links.get(picture.slot, picture.url)
        if fresh == picture.url:
            raise PictureLost("the picture's link is dead, and the server has no other")
        return replace(picture, url=fresh)

    def _look_at(self, picture: Picture, data: bytes) -> Picture:
        """Check it and leave a thumbnail. Runs in a worker thread."""
        reading = pictures.read(data)
        thumb = self._files.thumb(picture.account.place, picture.task_id, picture.slot)
        self._files.write(thumb, reading.thumb, durable=False)
        return replace(
            picture,
            mime=reading.mime,
            width=reading.width,
            height=reading.height,
            size=len(data),
            dhash=reading.dhash,
        )

    def _keep_file(self, picture: Picture, data: bytes) -> Picture:
        """Write and rename. Runs in a worker thread."""
        ext = pictures.EXTENSIONS[picture.mime]
        place = picture.account.place
        path = self._files.picture(place, picture.task_id, picture.slot, ext)
        self._files.write(path, data)
        return replace(picture, path=path, sha256=hashlib.sha256(data).hexdigest())
