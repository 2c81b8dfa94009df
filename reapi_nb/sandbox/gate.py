"""
Who may enter the sandbox, and how often: keys and rate limits.

Counts in memory, for each account of its own, and knows nothing of tasks.

Source: reAPI docs, "overview" (bearer keys, 10 requests a second, code 50001), "errors" (the
codes of keys).
"""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING

from reapi_nb.errors import RateLimited, Unauthorized

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    from reapi_nb.sandbox.ledger.keys import Keys

_CLOSED = {
    "revoked": ("API key was revoked", 10004),
    "session": ("sign in to use this key", 10005),
}
"""What is said to a key that is known and not active."""


def account_of(keys: Keys, headers: Mapping[str, str]) -> str:
    """
    The tag of the account whose active key a request has.

    Raises:
        Unauthorized: With the code of what is wrong with the header.
    """
    header = headers.get("authorization")
    if header is None:
        raise Unauthorized("Authorization header is missing", code=10001)
    scheme, _, key = header.partition(" ")
    if scheme != "Bearer" or not key:
        raise Unauthorized("Authorization header is not `Bearer <key>`", code=10002)
    account = keys.of(key)
    if account is None:
        raise Unauthorized("API key is invalid", code=10003)
    if account.state in _CLOSED:
        message, code = _CLOSED[account.state]
        raise Unauthorized(message, code=code)
    return account.tag


class Gate:
    """
    Lets in who has an active key, so often and no oftener.

    Args:
        keys: The keys that are known.
        clock: Seconds since the epoch.
        most: Requests of one account...
        window_s: ... in any stretch of so many seconds.
    """

    def __init__(self, keys: Keys, clock: Callable[[], float], most: int, window_s: float) -> None:
        self._keys = keys
        self._clock = clock
        self._window_s = window_s
        self._let_in: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=most))

    def admit(self, http: Request) -> str:
        """
        Let one request in; the tag of its account, which its visit bears from now on.

        Raises:
            Unauthorized: With the code of what is wrong with the header.
            RateLimited: It did not count; come again after `retry_after` seconds.
        """
        account = http.scope["visit"].account = account_of(self._keys, http.headers)
        now = self._clock()
        let_in = self._let_in[account]
        # A clock that was set back must not close the gate until it has caught up.
        if len(let_in) == let_in.maxlen and 0 <= now - let_in[0] < self._window_s:
            wait = let_in[0] + self._window_s - now
            raise RateLimited("Too many requests", code=50001, retry_after=wait)
        let_in.append(now)
        return account
