"""
The sandbox on a port of this machine, for other programs and other languages.

Listens on 127.0.0.1 only, and answers to programs of this machine and to no web page.
"""

from __future__ import annotations

import shlex
import socket
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

from reapi_nb.errors import BadSettings
from reapi_nb.sandbox import app
from reapi_nb.sandbox.door import HANG_UP
from reapi_nb.sandbox.guard import Guard, looks_real
from reapi_nb.sandbox.ledger import FILE, Ledger

if TYPE_CHECKING:
    from asyncio import Protocol
    from pathlib import Path

_ADDRESS = "127.0.0.1"


def serve(*, port: int, key: str, latency_s: float, home: Path) -> None:
    """
    Serve the sandbox until it is interrupted, after printing how to reach it.

    Args:
        port: The port; 0 takes any free one.
        key: A key that is let in from the start.
        latency_s: How long a task at normal speed takes, in seconds.
        home: The library's folder; the ledger lives in it.

    Raises:
        BadSettings: uvicorn is missing, or the port is taken, or the key looks like a real one.
        LibraryFault: The ledger cannot be kept there.
    """
    if looks_real(key):
        del key
        raise BadSettings("the sandbox takes no real key: choose any other word for --key")
    try:
        import uvicorn  # noqa: PLC0415 - an optional dependency
    except ImportError:
        raise BadSettings(
            'serving the sandbox needs uvicorn: pip install "reapi-nb[lab]"'
        ) from None

    with _listening(port) as listener, closing(Ledger(home / FILE)) as ledger:
        port = listener.getsockname()[1]
        origin = f"http://{_ADDRESS}:{port}"
        sandbox = app.build(ledger, key=key, latency_s=latency_s, origin=origin)
        config = uvicorn.Config(
            Guard(sandbox, port),
            http=_breakable(),
            log_level="warning",
            access_log=False,
            date_header=False,  # the sandbox's clock may be ahead
            lifespan="off",
            ws="none",
            proxy_headers=False,  # nobody speaks for others here
            server_header=False,
        )
        print(f"export REAPI_BASE_URL={origin} REAPI_API_KEY={shlex.quote(key)}", flush=True)  # noqa: T201
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])


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
