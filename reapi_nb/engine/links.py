"""
Links of finished pictures, asked for again.

A link lives for some days; whoever sends a picture on by its link needs one that lives. Asking
is free, and the server may or may not have a new one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reapi_nb.errors import PictureLost, TaskNotFound, Unauthorized
from reapi_nb.wire import wire_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from reapi_nb.job import Snapshot
    from reapi_nb.wire.answers import Task

    Look = Callable[[str, str, str], Awaitable[Task]]
    """Asks for a task by its id, its provider and its model."""


async def links_of(task_id: str, provider: str, model: str, look: Look) -> dict[int, str]:
    """
    The links of a task's pictures by wire slot; none while it is under way.

    Raises:
        TaskNotFound, Unauthorized: As the server said.
    """
    urls = (await look(task_id, provider, model)).urls
    return dict(zip(wire_of(provider).slots(urls), urls, strict=True))


async def renewed(job: Snapshot, look: Look, now: float) -> Snapshot:
    """
    A finished job with the links that the server has now, or with the reason why it has none.

    A link that differs from the old one lives as long as any new one.
    """
    asked = job.request
    try:
        links = await links_of(job.task_id or "", asked.provider, asked.model, look)
    except (TaskNotFound, Unauthorized) as no:
        return job.but(error=no)
    expires_at = now + wire_of(asked.provider).URL_LIFETIME_S
    pictures = tuple(
        replace(picture, url=link, expires_at=expires_at)
        if (link := links.get(picture.slot, picture.url)) != picture.url
        else picture
        for picture in job.pictures
    )
    if pictures == job.pictures:
        return job.but(error=PictureLost("the server has no other links for these pictures"))
    return job.but(pictures=pictures, error=None)
