"""
The sandbox on a port of this machine, for other programs and other languages.

Listens on 127.0.0.1 only, and answers only to the names of this machine: a web page that
points its own name here gets nothing. There are no CORS headers.
"""

from __future__ import annotations

import re
import shlex
import socket
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

from reapi_nb.errors import BadSettings
from reapi_nb.sandbox import app
from reapi_nb.sandbox.door import HANG_UP
from reapi_nb.sandbox.ledger import FILE, Ledger
from reapi_nb.sandbox.refusals import Json
from reapi_nb.wire import reapi

if TYPE_CHECKING:
    from asyncio import Protocol
    from pathlib import Path

    from starlette.types import ASGIApp, Receive, Scope, Send

_ADDRESS = "127.0.0.1"
_NAME = re.compile(rb"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?", re.IGNORECASE)


def serve(*, port: int, key: str, latency_s: float, home: Path) -> None:
    """
    Serve the sandbox until it is interrupted, after printing how to reach it.

    Args:
        port: The port; 0 takes any free one.
        key: A key that is let in from the start.
        latency_s: How long a task at normal speed takes, in seconds.
        home: The library's folder; the ledger lives in it.

    Raises:
        BadSettings: uvicorn is missing, or the port is taken.
        LibraryFault: The ledger cannot be kept there.
    """
    try:
        import uvicorn  # noqa: PLC0415 - an optional dependency
    except ImportError:
        raise BadSettings(
            'serving the sandbox needs uvicorn: pip install "reapi-nb[lab]"'
        ) from None

    with _listening(port) as listener, closing(Ledger(home / FILE)) as ledger:
        origin = f"http://{_ADDRESS}:{listener.getsockname()[1]}"
        sandbox = app.build(ledger, key=key, latency_s=latency_s, origin=origin)
        config = uvicorn.Config(
            _Guard(sandbox),
            http=_breakable(),
            log_level="warning",
            access_log=False,
            date_header=False,  # the sandbox's clock may be ahead
            lifespan="off",
        )
        print(f"export REAPI_BASE_URL={origin} REAPI_API_KEY={shlex.quote(key)}", flush=True)  # noqa: T201
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])


class _Guard:
    """Lets requests in that call this machine by one of its own names."""

    def __init__(self, inner: ASGIApp) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        names = [value for name, value in scope["headers"] if name == b"host"]
        if len(names) == 1 and _NAME.fullmatch(names[0]):
            await self._inner(scope, receive, send)
        elif scope["type"] == "http":
            body = reapi.error_body("BAD_REQUEST", "the sandbox answers to localhost only", "")
            await Json(body, status_code=400)(scope, receive, send)


def _breakable() -> type[Protocol]:
    """The protocol of uvicorn, whose connections the sandbox may break without an answer."""
    from uvicorn.protocols.http.h11_impl import H11Protocol  # noqa: PLC0415 - optional

    class Breakable(H11Protocol):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            inner = self.app

            async def breakable(scope: Any, receive: Any, send: Any) -> None:
                scope.setdefault("extensions", {})[HANG_UP] = self.transport.close
                await inner(scope, receive, send)

            self.app = breakable

    return Breakable


def _listening(port: int) -> socket.socket:
    if port not in range(1 << 16):
        raise BadSettings(f"port {port} does not exist: ports go up to 65535")
    try:
        return socket.create_server((_ADDRESS, port))
    except OSError as no:
        raise BadSettings(f"port {port} cannot be used, choose another one: {no}") from None
