"""
The sandbox on a port of this machine, for other programs and other languages.

Listens on 127.0.0.1 only, and answers only to the names of this machine: a web page that
points its own name here gets nothing. There are no CORS headers.
"""

from __future__ import annotations

import shlex
import socket
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from starlette.middleware.trustedhost import TrustedHostMiddleware

from reapi_nb.errors import BadSettings
from reapi_nb.sandbox import app
from reapi_nb.sandbox.ledger import FILE, Ledger

if TYPE_CHECKING:
    from pathlib import Path

_ADDRESS = "127.0.0.1"
_NAMES = (_ADDRESS, "localhost", "[::1]")


def serve(*, port: int, key: str, latency_s: float, home: Path) -> None:
    """
    Serve the sandbox until it is interrupted, after printing how to reach it.

    Args:
        port: The port; 0 takes any free one.
        key: The only key that is let in.
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
        guarded = TrustedHostMiddleware(sandbox, allowed_hosts=_NAMES, www_redirect=False)
        config = uvicorn.Config(guarded, log_level="warning", access_log=False, lifespan="off")
        print(f"export REAPI_BASE_URL={origin} REAPI_API_KEY={shlex.quote(key)}", flush=True)  # noqa: T201
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])


def _listening(port: int) -> socket.socket:
    if port not in range(1 << 16):
        raise BadSettings(f"port {port} does not exist: ports go up to 65535")
    try:
        return socket.create_server((_ADDRESS, port))
    except OSError as no:
        raise BadSettings(f"port {port} cannot be used, choose another one: {no}") from None
