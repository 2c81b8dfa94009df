"""
The API played by us, for work without a key: same paths, same bodies, same refusals.

`transport` is the embedded sandbox: the app behind an httpx transport, with no socket.
`app` answers, `gate` lets in, `task` says what is true of a task, `gallery` and `artist`
paint, `ledger` remembers, `serve` puts the same app on a port. It never reaches out: no
client, no library, no network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from reapi_nb.sandbox import app
from reapi_nb.sandbox.ledger import FILE, Ledger

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["KEY", "transport"]

KEY = "sandbox"
"""Opens the embedded sandbox. It is no secret."""


def transport(home: Path, *, latency_s: float, origin: str) -> httpx.AsyncBaseTransport:
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
    return _Embedded(Ledger(home / FILE), latency_s, origin)


class _Embedded(httpx.ASGITransport):
    """The app as a transport that lets go of the ledger when it is closed."""

    def __init__(self, ledger: Ledger, latency_s: float, origin: str) -> None:
        self._ledger = ledger
        # A fault of the app is an answer with status 500, as over a network.
        super().__init__(
            app.build(ledger, key=KEY, latency_s=latency_s, origin=origin),
            raise_app_exceptions=False,
        )

    async def aclose(self) -> None:
        self._ledger.close()
