"""
Full pictures on their way to the browser: one at a time, in chunks that it acknowledges.

A front end drops its connection over messages that are too long, so none is.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CHUNK = 4 << 20
"""Most bytes in one message."""


class Downloads:
    """
    A queue of pictures that the browser asked for.

    Args:
        send: Takes one chunk, or None when nothing is under way.
        read: The MIME type and bytes of a key, or None where there is no such picture.
    """

    def __init__(
        self,
        send: Callable[[dict[str, Any] | None], None],
        read: Callable[[str], tuple[str, bytes] | None],
    ) -> None:
        self._send = send
        self._read = read
        self._wanted: deque[str] = deque()
        self._chunks: Iterator[dict[str, Any]] = iter(())
        self._under_way: tuple[str, int] | None = None

    def want(self, key: str) -> None:
        """The browser asks for a picture."""
        if key not in self._wanted:
            self._wanted.append(key)
        if self._under_way is None:
            self._next()

    def acknowledge(self, key: str, seq: int) -> None:
        """The browser has a chunk; two views of one board say so twice."""
        if (key, seq) == self._under_way:
            self._next()

    def _next(self) -> None:
        chunk = next(self._chunks, None)
        while chunk is None and self._wanted:
            self._chunks = self._chunked(self._wanted.popleft())
            chunk = next(self._chunks, None)
        self._under_way = (chunk["key"], chunk["seq"]) if chunk else None
        self._send(chunk)

    def _chunked(self, key: str) -> Iterator[dict[str, Any]]:
        """The chunks of a picture; one with a total of 0 where there is no such picture."""
        mime, data = self._read(key) or ("", b"")
        total = -(-len(data) // CHUNK)
        for seq in range(max(total, 1)):
            part = data[seq * CHUNK : (seq + 1) * CHUNK]
            yield {"key": key, "mime": mime, "seq": seq, "total": total, "data": part}
