"""
Who may enter the sandbox, and how often: the key and the rate limit.

Counts in memory and knows nothing of tasks.

Source: reAPI docs, "overview" (bearer keys, 10 requests a second, code 50001).
"""

from __future__ import annotations

import hashlib
import secrets
from collections import deque
from typing import TYPE_CHECKING

from reapi_nb.errors import RateLimited, Unauthorized

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MOST = 10
WINDOW_S = 1.0
"""At most so many requests in any such stretch of time."""


class Gate:
    """
    Lets in who has the key, `MOST` times a second.

    Args:
        key: The only key that opens it.
        clock: Seconds since the epoch.
    """

    def __init__(self, key: str, clock: Callable[[], float]) -> None:
        self._key = key.encode()
        self._clock = clock
        self._let_in: deque[float] = deque(maxlen=MOST)

    @property
    def account(self) -> str:
        """A short hash that tells keys apart and cannot be turned back into one."""
        return hashlib.blake2s(self._key, person=b"sandbox", digest_size=4).hexdigest()

    def admit(self, headers: Mapping[str, str]) -> None:
        """
        Let one request in.

        Raises:
            Unauthorized: With the code of what is wrong with the header.
            RateLimited: It did not count; come again after `retry_after` seconds.
        """
        self._check_key(headers.get("authorization"))
        now = self._clock()
        # A clock that was set back must not close the gate until it has caught up.
        if len(self._let_in) == MOST and 0 <= now - self._let_in[0] < WINDOW_S:
            raise RateLimited("Too many requests", code=50001, retry_after=WINDOW_S)
        self._let_in.append(now)

    def _check_key(self, header: str | None) -> None:
        if header is None:
            raise Unauthorized("Authorization header is missing", code=10001)
        scheme, _, key = header.partition(" ")
        if scheme != "Bearer" or not key:
            raise Unauthorized("Authorization header is not `Bearer <key>`", code=10002)
        if not secrets.compare_digest(key.encode(), self._key):
            raise Unauthorized("API key is invalid", code=10003)
