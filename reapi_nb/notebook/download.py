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
        self._chunks: Iterator[dict[str, Any]] | None = None

    def want(self, key: str) -> None:
        """The browser asks for a picture."""
        if key not in self._wanted:
            self._wanted.append(key)
        if self._chunks is None:
            self.go_on()

    def go_on(self) -> None:
        """The browser has the last chunk: send the next one."""
        chunk = next(self._chunks, None) if self._chunks else None
        while chunk is None and self._wanted:
            self._chunks = self._chunked(self._wanted.popleft())
            chunk = next(self._chunks, None)
        if chunk is None:
            self._chunks = None
        self._send(chunk)

    def _chunked(self, key: str) -> Iterator[dict[str, Any]]:
        found = self._read(key)
        if found is None:
            return
        mime, data = found
        total = -(-len(data) // CHUNK)
        for seq in range(total):
            part = data[seq * CHUNK : (seq + 1) * CHUNK]
            yield {"key": key, "mime": mime, "seq": seq, "total": total, "data": part}
