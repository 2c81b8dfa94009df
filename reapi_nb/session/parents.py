"""
Whose pictures a request may build on.

A picture of one place or provider is never sent to another, a parent must be finished and of
the right kind, every link that is sent must live, and a region must lie inside its picture. A
task or a link that the library does not know passes: the server knows better.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from reapi_nb.errors import InvalidRequest
from reapi_nb.job import Status, number_of
from reapi_nb.settings import REAL, is_inside, is_loopback

if TYPE_CHECKING:
    from reapi_nb.catalog import ImageRequest
    from reapi_nb.job import Picture, Snapshot
    from reapi_nb.library import Library
    from reapi_nb.settings import Settings


class Parent(NamedTuple):
    """What a request is made from, where the library knows it."""

    job: Snapshot
    picture: Picture | None
    """None where the request names a picture that the job does not have."""


class Parents:
    """
    The law of parents for one account.

    Args:
        library: Is only read.
    """

    def __init__(self, library: Library, settings: Settings) -> None:
        self._library = library
        self._settings = settings

    def of(self, request: ImageRequest) -> Parent | None:
        """The parent of a request, by its task or by the link of its picture."""
        if request.parent_task is not None:
            job = self._library.task(request.parent_task)
            return Parent(job, job.named(request.parent_slot)) if job else None
        for link in request.sources:
            if found := self._kept(link):
                return Parent(*found)
        return None

    def concerns(self, request: ImageRequest, parent: Parent | None) -> tuple[str, ...]:
        """What may go wrong with an edit of such a parent."""
        if not request.is_follow_up:
            return ()
        picture = parent.picture if parent else None
        return type(request).concerns(picture, self._words(parent.job if parent else None))

    def _words(self, job: Snapshot | None) -> str:
        """The nearest prompt on the way to the root."""
        while job is not None and not job.request.words:
            job = self._library.job(job.parent[0]) if job.parent else None
        return job.request.words if job else ""

    def check(self, request: ImageRequest, parent: Parent | None) -> None:
        """
        Refuse what cannot work, before anything is sent.

        Raises:
            InvalidRequest: With one line that says what to type instead.
        """
        if parent is not None:
            self._check_place(request, parent.job)
            picture = _finished(parent)
        sent = dict.fromkeys((*request.sources, *request.links()))
        known = {link: found for link in sent if (found := self._behind(link, parent))}
        for job, named in known.values():
            self._check_place(request, job)
            _check_alive(named)
        if parent is not None:
            type(request).check_parent(picture)
        for link in request.links():
            self._check_link(link)
        request.check_sizes(
            {link: (named.width, named.height) for link, (_, named) in known.items() if named.width}
        )

    def _behind(self, link: str, parent: Parent | None) -> tuple[Snapshot, Picture] | None:
        """The picture that a link leads to, and its job, where the library knows them."""
        if parent and parent.picture and parent.picture.url == link:
            return parent.job, parent.picture
        return self._kept(link)

    def _kept(self, link: str) -> tuple[Snapshot, Picture] | None:
        job = self._library.with_link(link)
        return (job, next(one for one in job.pictures if one.url == link)) if job else None

    def _check_place(self, request: ImageRequest, parent: Snapshot) -> None:
        here, there = self._settings.account, parent.account
        if (here.place, here.origin) != (there.place, there.origin):
            raise InvalidRequest(
                f"{parent.task_id} was made on {there.place}, and this is {here.place}: "
                f"a picture of one place is never a parent in another; "
                f"type %reapi use {there.place}"
            )
        # The sandbox plays every provider, and is as strict as they are.
        made, asked = parent.request.provider, request.provider
        if made != asked:
            raise InvalidRequest(
                f"{parent.task_id} was made by {_title(made)}, and this goes to {_title(asked)}: "
                f"a picture of one provider is never a parent at another; "
                f"type %reapi show {parent.task_id} for what can be made of it"
            )

    def _check_link(self, link: str) -> None:
        """Only a server on this machine can fetch from it; and nobody gets a password."""
        here = urlsplit(self._settings.origin).hostname or ""
        host = _host(link)
        if "@" in urlsplit(link).netloc:  # never shown: it is somebody's password
            raise InvalidRequest(
                "a picture's link has a name or password in it, which would be kept and sent: "
                "use a link without one"
            )
        if not is_loopback(here) and is_inside(host):
            raise InvalidRequest(
                f"{link} is an address of this machine or network, and the server cannot fetch it: "
                "put the picture where everybody can, and use that address"
            )


def _finished(parent: Parent) -> Picture:
    job, picture = parent
    if job.status is not Status.COMPLETED:
        raise InvalidRequest(f"{job.task_id} is {job.status.facts.says}: it has no pictures yet")
    if picture is None:
        numbers = ", ".join(f"#{number_of(job.number_sent(one))}" for one in job.pictures)
        raise InvalidRequest(f"{job.task_id} has no such picture: choose {numbers}")
    return picture


def _check_alive(picture: Picture) -> None:
    if not picture.is_alive(time.time()):
        raise InvalidRequest(
            f"the link of {picture.address} has expired: type %reapi resume {picture.task_id} "
            "to look for a new one, then the same line again"
        )


def _title(provider: str) -> str:
    return REAL[provider].title if provider in REAL else provider


def _host(link: str) -> str:
    try:
        return urlsplit(link).hostname or ""
    except ValueError:
        raise InvalidRequest(f"{link} is no address") from None
