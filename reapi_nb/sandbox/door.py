"""
Where requests come in and answers go out: what holds for each of them, whatever it asks for.

Every request is written into the log, but for those to the controls. Every answer has the
sandbox's date, a HEAD has no body, and where an answer was lost on purpose the connection breaks.
Nothing gets out but answers: a fault of the sandbox's own is one with status 500.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

from reapi_nb.sandbox.reading import plain_json

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from reapi_nb.sandbox.clock import Clock
    from reapi_nb.sandbox.ledger.log import Log

HANG_UP = "reapi_nb.hang_up"
"""The extension of the ASGI scope by which a server lets its connection be broken."""

CONTROLS = "/_sandbox"
_MOST_CHARACTERS = 20_000
_log = logging.getLogger(__name__)


class HungUpError(Exception):
    """The connection was broken without an answer; only where there is no real one."""


@dataclass
class Visit:
    """What is known of one request."""

    account: str | None = None
    """The tag of the key that was accepted."""

    body: bytes | None = None
    """What was submitted."""

    hung_up: bool = False
    """Whether the answer was lost on purpose."""

    status: int | None = None
    """What was answered, as soon as it is."""


class Door:
    """
    The outermost part of the application.

    Raises:
        HungUpError: A connection should break and the server has no way to do it.
    """

    def __init__(self, app: ASGIApp, log: Log, clock: Clock) -> None:
        self._app = app
        self._lines = log
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        visit = scope["visit"] = Visit()
        try:
            await self._app(scope, receive, self._answering(scope, visit, send))
        except Exception:
            if visit.status is None:
                raise
            _log.exception("the sandbox stumbled over %s", scope["method"])
        if visit.hung_up:
            self._note(scope, visit)
            await _break(scope, receive)

    def _answering(self, scope: Scope, visit: Visit, send: Send) -> Send:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                visit.status = message["status"]
                date = formatdate(self._now(), usegmt=True).encode()
                message["headers"] = [*message.get("headers", ()), (b"date", date)]
                # Before the answer is out, so that whoever has it finds it in the log.
                self._note(scope, visit)
            elif scope["method"] == "HEAD":
                message["body"] = b""
            await send(message)

        return answer

    def _note(self, scope: Scope, visit: Visit) -> None:
        if scope["path"].startswith(CONTROLS):
            return
        headers = dict(scope["headers"])
        line = {
            "method": scope["method"],
            "path": scope["path"],
            "status": visit.status,
            "at": self._now(),
            "account": visit.account,
        }
        if scope["query_string"]:
            line["query"] = _text(scope["query_string"])
        if (key := headers.get(b"idempotency-key")) is not None:
            line["idempotency_key"] = key.decode("latin-1")
        if visit.body is not None:
            line["body"] = _shown(visit.body)
        self._lines.add(line)

    def _now(self) -> float:
        try:
            return self._clock.shown()
        except Exception:  # noqa: BLE001 - a ledger that cannot be read is told in the answer
            return time.time()


async def _break(scope: Scope, receive: Receive) -> None:
    """Break the connection, and wait until that is done."""
    hang_up = (scope.get("extensions") or {}).get(HANG_UP)
    if hang_up is None:
        raise HungUpError("the sandbox broke the connection, as it was told to")
    hang_up()
    while (await receive())["type"] != "http.disconnect":
        pass


def _shown(body: bytes) -> Any:
    """A body for the log: as JSON if it is some, and as text otherwise or where it is long."""
    if len(body) <= _MOST_CHARACTERS:
        try:
            return plain_json(body)
        except ValueError:
            pass
    return _text(body)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")[:_MOST_CHARACTERS]
