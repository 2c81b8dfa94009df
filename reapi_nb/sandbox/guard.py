"""
Who may talk to a sandbox on a port: programs of this machine, and no web page.

Any page that a browser has open can send requests to this machine, and one whose name was pointed
here may read the answers. So a request must call this machine by a name of its own, come from no
other page, and have a body of a kind that no page sends unasked. There are no CORS headers. And a
key that is real has no business here.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request

from reapi_nb.sandbox.door import CONTROLS
from reapi_nb.sandbox.reading import body_of
from reapi_nb.sandbox.refusals import Json
from reapi_nb.wire import reapi

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.types import ASGIApp, Receive, Scope, Send

_NAMES = rb"(?:127\.0\.0\.1|localhost|\[::1\])"
_HOST = re.compile(_NAMES + rb"(?::\d{1,5})?", re.IGNORECASE)
_HERE = (b"none", b"same-origin")
"""What browsers say of a request that a person typed, or that a page of ours sends."""

_JSON = re.compile(rb"application/json(?:\s*;.*)?", re.IGNORECASE)
_PICTURE = re.compile(rb"image/(?:png|jpeg|webp)", re.IGNORECASE)
"""What a body may be: pages send these only to those who allow it, and nobody does here."""

_REAL = re.compile(rb"rk_live_\w{8,}")


def looks_real(key: str) -> bool:
    """Whether a key is one that pays."""
    return bool(_REAL.search(key.encode()))


class Guard:
    """
    Lets requests in that no page could have sent.

    Args:
        port: The one that the sandbox is served on.
    """

    def __init__(self, inner: ASGIApp, port: int) -> None:
        self._inner = inner
        self._own = re.compile(rb"http://%b:%d" % (_NAMES, port), re.IGNORECASE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http", "nothing else is served"
        headers = _Headers(scope)
        for trouble, (status, code, says) in _REFUSALS.items():
            if trouble(self, scope, headers):
                await _drain(scope, receive)
                answer = Json(reapi.error_body(code, says, ""), status_code=status)
                return await answer(scope, receive, send)
        return await self._inner(scope, receive, send)

    # -- what may be wrong with a request

    def _has_another_name(self, scope: Scope, headers: _Headers) -> bool:
        names = headers.all(b"host")
        # A request line may name a host as well, and that would count instead.
        is_path = scope["path"].startswith("/")
        return not (is_path and len(names) == 1 and _HOST.fullmatch(names[0]))

    def _is_from_a_page(self, _scope: Scope, headers: _Headers) -> bool:
        strange = [one for one in headers.all(b"origin") if not self._own.fullmatch(one)]
        return bool(strange) or any(one not in _HERE for one in headers.all(b"sec-fetch-site"))

    def _has_a_real_key(self, scope: Scope, headers: _Headers) -> bool:
        target = scope["path"].encode() + b"?" + scope["query_string"]
        return any(map(_REAL.search, (target, *headers.values)))

    def _has_another_body(self, scope: Scope, headers: _Headers) -> bool:
        kinds = headers.all(b"content-type")
        has_none = scope["method"] != "POST" and not headers.all(b"content-length")
        if not kinds and has_none:
            return False
        wanted = _PICTURE if scope["path"] == f"{CONTROLS}/uploads" else _JSON
        return not (len(kinds) == 1 and wanted.fullmatch(kinds[0]))


class _Headers:
    """The headers of a request, each as often as it stands there."""

    def __init__(self, scope: Scope) -> None:
        self._pairs: list[tuple[bytes, bytes]] = list(scope["headers"])

    @property
    def values(self) -> list[bytes]:
        return [value for _name, value in self._pairs]

    def all(self, name: bytes) -> list[bytes]:
        return [value for other, value in self._pairs if other == name]


_REFUSALS: Mapping[Callable[[Guard, Scope, _Headers], bool], tuple[int, str, str]] = {
    Guard._has_another_name: (  # noqa: SLF001 - this table is the guard's own
        400,
        "BAD_REQUEST",
        "the sandbox answers to localhost only",
    ),
    Guard._is_from_a_page: (  # noqa: SLF001
        403,
        "FORBIDDEN",
        "the sandbox answers to programs and to no web page",
    ),
    Guard._has_a_real_key: (  # noqa: SLF001
        403,
        "FORBIDDEN",
        "this is the sandbox, and that looks like a real key: unset it, and use the sandbox's own",
    ),
    Guard._has_another_body: (  # noqa: SLF001
        415,
        "UNSUPPORTED_MEDIA_TYPE",
        "the body should be JSON, and say so: Content-Type: application/json",
    ),
}
"""Why a request is refused: the first reason counts."""


async def _drain(scope: Scope, receive: Receive) -> None:
    """Read what comes with a refused request, so that its sender hears the answer."""
    with suppress(HTTPException):
        await body_of(Request(scope, receive))
