"""
What the recording server may do with one request instead of answering it well.

An act gets an `Exchange`. Asking it for `good()` is what accepts a submit: the task exists and
is charged from then on, whatever the client gets to see of it. An act that does not ask for it
refuses, and nothing is charged.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, NamedTuple

HTML = b"<html><body><h1>Bad gateway</h1></body></html>"
REQUEST_ID = "req_8a4f0d2e-1c8b-4f1a-9e2d-3b7c5a6f0a1b"
_JSON = "application/json"
_SHAM = b'{"id": "task_that_was_never_made", "model": "mj-v7", "status": "processing"}'


class Answer(NamedTuple):
    """Status, body and headers of an answer."""

    status: int
    body: bytes
    headers: dict[str, str]

    def head(self) -> bytes:
        """The answer up to its body; the length it promises is that of the whole body."""
        headers = {"Content-Length": str(len(self.body)), **self.headers}
        lines = [f"HTTP/1.1 {self.status} Said", *(f"{name}: {headers[name]}" for name in headers)]
        return "\r\n".join([*lines, "", ""]).encode()


class Exchange:
    """One request, and the means to answer it well or badly."""

    def __init__(
        self,
        good: Callable[[], Answer],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self.good = good
        self.is_open = True
        self._reader = reader
        self._writer = writer

    async def reply(self, answer: Answer) -> None:
        await self.send(answer.head() + answer.body)

    async def send(self, raw: bytes) -> None:
        self._writer.write(raw)
        await self._writer.drain()

    async def wait_for_the_end(self) -> None:
        """Wait until the client goes away."""
        await self._reader.read()

    def close(self, *, reset: bool = False) -> None:
        """End the connection in good order, or break it."""
        self.is_open = False
        if not reset:
            self._writer.close()
            return
        lingering = struct.pack("ii", 1, 0)
        connection = self._writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, lingering)
        self._writer.transport.abort()


Act = Callable[[Exchange], Awaitable[None]]


def envelope(code: int | str, message: str = "no") -> bytes:
    """The API's error envelope."""
    return json.dumps(
        {"error": {"code": code, "message": message, "request_id": REQUEST_ID}}
    ).encode()


def apixo_envelope(code: int, message: str = "no", detail: str | None = None) -> bytes:
    """APIXO's envelope of a refusal: the code repeats the HTTP status."""
    told = {"error": detail} if detail else None
    return json.dumps({"code": code, "message": message, "data": told}).encode()


async def answer(exchange: Exchange) -> None:
    """Answer as documented."""
    await exchange.reply(exchange.good())


def drop(*, accepted: bool = True, reset: bool = False) -> Act:
    """End the connection without a byte, after the request has taken effect or before."""

    async def act(exchange: Exchange) -> None:
        if accepted:
            exchange.good()
        exchange.close(reset=reset)

    return act


def truncate(left: int, *, reset: bool = False) -> Act:
    """Send the head and this many bytes of the body; a negative count leaves so many out."""

    async def act(exchange: Exchange) -> None:
        good = exchange.good()
        await exchange.send(good.head() + good.body[:left])
        await asyncio.sleep(0.3)  # a reset overtakes what is still on its way
        exchange.close(reset=reset)

    return act


def status(code: int, body: bytes = HTML, **headers: str) -> Act:
    """Let the request take effect, then answer with another status."""

    async def act(exchange: Exchange) -> None:
        exchange.good()
        await exchange.reply(Answer(code, body, headers))

    return act


def mangle(change: Callable[[bytes], bytes], code: int = 200, **headers: str) -> Act:
    """Let the request take effect, then answer with a changed body."""

    async def act(exchange: Exchange) -> None:
        good = exchange.good()
        await exchange.reply(Answer(code, change(good.body), good.headers | headers))

    return act


def say(body: dict[str, Any]) -> Act:
    """Answer a look with this task."""
    return refuse(200, json.dumps(body).encode())


async def stall(exchange: Exchange) -> None:
    """Let the request take effect, and never answer."""
    exchange.good()
    await exchange.wait_for_the_end()
    exchange.close()


def hang(seconds: float, *, accepted: bool = True) -> Act:
    """Say nothing until the client goes away, or for so long, and end the connection."""

    async def act(exchange: Exchange) -> None:
        if accepted:
            exchange.good()
        with suppress(TimeoutError):
            await asyncio.wait_for(exchange.wait_for_the_end(), seconds)
        exchange.close()

    return act


def without_effect(act: Act) -> Act:
    """The twin of an act: for the client it is the same, and nothing was created."""

    async def twin(exchange: Exchange) -> None:
        exchange.good = lambda: Answer(200, _SHAM, {"Content-Type": _JSON})
        await act(exchange)

    return twin


async def hint_first(exchange: Exchange) -> None:
    """Send an early hint, and then the answer."""
    await exchange.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n")
    await answer(exchange)


def misstate(length: int) -> Act:
    """Answer well, but promise so many bytes more, or less if it is negative."""

    async def act(exchange: Exchange) -> None:
        good = exchange.good()
        promised = str(max(0, len(good.body) + length))
        head = Answer(good.status, good.body, good.headers | {"Content-Length": promised}).head()
        await exchange.send(head + good.body)
        await asyncio.sleep(0.05)
        exchange.close()

    return act


def drip(pause_s: float = 0.02, size: int = 1) -> Act:
    """Let the request take effect, and answer a byte at a time, or so many."""

    async def act(exchange: Exchange) -> None:
        good = exchange.good()
        raw = good.head() + good.body
        for start in range(0, len(raw), size):
            await exchange.send(raw[start : start + size])
            await asyncio.sleep(pause_s)

    return act


def refuse(code: int, body: bytes, **headers: str) -> Act:
    """Answer without effect."""

    async def act(exchange: Exchange) -> None:
        await exchange.reply(Answer(code, body, {"Content-Type": _JSON} | headers))

    return act


def limit(retry_after: str | None = None, **headers: str) -> Act:
    """Refuse as the rate limit does."""
    wish = {} if retry_after is None else {"Retry-After": retry_after}
    return refuse(429, envelope(50001, "Rate limit exceeded"), **wish, **headers)


def redirect(to: str, code: int = 302) -> Act:
    """Send the client elsewhere."""
    return refuse(code, b"", Location=to)


def speak(raw: bytes) -> Act:
    """Let the request take effect, send these bytes, and end the connection."""

    async def act(exchange: Exchange) -> None:
        exchange.good()
        await exchange.send(raw)
        exchange.close()

    return act


def flood(size: int) -> Act:
    """Send so many bytes as a body without an end in sight."""

    async def act(exchange: Exchange) -> None:
        await exchange.send(b"HTTP/1.1 200 Said\r\nContent-Type: image/png\r\n\r\n")
        with suppress(ConnectionError):
            for _ in range(size >> 16):
                await exchange.send(bytes(1 << 16))
        exchange.close()

    return act
