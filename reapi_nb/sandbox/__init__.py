"""
The API played by us, for work without a key: same paths, same bodies, same refusals.

`transport` is the embedded sandbox: the app behind an httpx transport, with no socket. `app`
says who answers where: `reapi_desk` and `apixo_desk` take submits and looks, `media` serves
pictures, `controls` let tests steer it. `gate` lets in, `clerk` charges, `task` says what is true
of a task, `faults` and `fates` what goes wrong on purpose, `gallery` and `artist` paint, `ledger`
remembers, `serve` puts the same app on a port. It never reaches out: no client, no library, no
network.
"""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING

import httpx

from reapi_nb.sandbox import app, media
from reapi_nb.sandbox.clock import Clock
from reapi_nb.sandbox.door import HungUpError
from reapi_nb.sandbox.ledger import FILE, Ledger

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["KEY", "Embedded", "put", "transport"]

KEY = "sandbox"
"""Opens the embedded sandbox. It is no secret."""


def transport(home: Path, *, latency_s: float, origin: str) -> Embedded:
    """
    The embedded sandbox, to be used on one event loop and closed once.

    httpx's timeouts do nothing through it: callers keep total deadlines of their own.

    Args:
        home: The library's folder; the ledger lives in it.
        latency_s: How long a task at normal speed takes, in seconds.
        origin: What its picture URLs begin with.

    Raises:
        LibraryFault: The ledger cannot be kept there.
    """
    return Embedded(Ledger(home / FILE), latency_s, origin)


def put(home: Path, data: bytes, *, origin: str) -> tuple[str, float]:
    """
    Give a picture an address in the sandbox of a library; on any thread, also on several at once.

    The address, and when it dies in seconds since the epoch.

    Args:
        home: The library's folder; the ledger lives in it.
        origin: What the address begins with.

    Raises:
        InvalidRequest: It is no PNG, JPEG or WebP, or has more than 20 MB.
        LibraryFault: The ledger cannot be kept there.
    """
    with closing(Ledger(home / FILE)) as ledger:
        now = Clock(ledger.notes, time.time).now()
        return media.put(ledger.uploads, data, now=now, origin=origin)


class Embedded(httpx.ASGITransport):
    """The app as a transport that lets go of the ledger when it is closed."""

    def __init__(self, ledger: Ledger, latency_s: float, origin: str) -> None:
        self._ledger = ledger
        super().__init__(app.build(ledger, key=KEY, latency_s=latency_s, origin=origin))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """
        Answer one request.

        Raises:
            httpx.RemoteProtocolError: The answer was lost on purpose, as over a network.
        """
        try:
            return await super().handle_async_request(request)
        except HungUpError as no:
            raise httpx.RemoteProtocolError(str(no), request=request) from None

    async def aclose(self) -> None:
        self._ledger.close()
