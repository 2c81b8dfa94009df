"""
The one place that speaks HTTP: submit, look at a task, fetch a picture.

Two clients that share nothing: one carries the key and knows a single origin, the other
fetches pictures from wherever they are and carries nothing. Nothing is retried here, and
a submit is never sent twice by anybody.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from reapi_nb.errors import (
    BadPicture,
    InvalidRequest,
    NotSent,
    PictureLost,
    ServerFault,
    Unreachable,
)
from reapi_nb.settings import is_loopback
from reapi_nb.wire import wire_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Generator
    from ssl import SSLContext

    from reapi_nb.job import Request
    from reapi_nb.settings import Secret, Settings
    from reapi_nb.wire.answers import Accepted, Task

# Never trade an ambiguous charge for a faster error: a submit may take its time.
SUBMIT_S = 180.0
LOOK_S = 15.0
PICTURE_S = 120.0
"""Total deadlines in seconds. httpx's own are per read, so a slow drip passes them."""

MOST_JSON = 1 << 20
MOST_PICTURE = 64 << 20
"""Most bytes of an answer and of a picture."""

MOST_HOPS = 3

_CONNECT = httpx.Timeout(None, connect=10.0)
_HEADERS = {"User-Agent": "reapi-nb", "Accept-Encoding": "identity"}
# Raised before a byte of the request is written; everything else proves nothing.
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


class Client:
    """
    A provider's API over HTTP, for one account.

    Args:
        settings: Origin and key.
        transport: The embedded sandbox; None means the network, as it is: a proxy that the
            environment names would read along and is not used.
        submit_s, look_s, picture_s: Total deadlines in seconds.

    All methods run on the engine's loop.
    """

    def __init__(
        self,
        settings: Settings,
        transport: httpx.AsyncBaseTransport | None,
        *,
        submit_s: float = SUBMIT_S,
        look_s: float = LOOK_S,
        picture_s: float = PICTURE_S,
    ) -> None:
        self._settings = settings
        self._base = settings.base_url
        self._local = is_loopback(urlsplit(settings.origin).hostname or "")
        self._submit_s = submit_s
        self._look_s = look_s
        self._picture_s = picture_s
        asking, fetching = (transport, transport) if transport else _network()
        self._api = httpx.AsyncClient(
            transport=asking,
            auth=_Bearer(settings.key, settings.origin),
            headers=_HEADERS,
            cookies=_no_cookies(),
            timeout=_CONNECT,
        )
        self._pictures = httpx.AsyncClient(
            transport=fetching,
            headers=_HEADERS,
            cookies=_no_cookies(),
            timeout=_CONNECT,
        )

    async def submit(self, asked: Request) -> Accepted:
        """
        Ask for a task. Every call that arrives is a new task and a new charge.

        Raises:
            NotSent: No byte left this machine; it may be sent again.
            RateLimited, InvalidRequest, Unauthorized, OutOfCredits: Nothing was created.
            OutcomeUnknown: It may have been charged, and nobody can know.
        """
        if not self._settings.can_serve(asked.provider):  # whatever the library says of a job
            raise InvalidRequest(f"{asked.title} is not sent to {self._settings.place}")
        wire = wire_of(asked.provider)
        request = self._api.build_request(
            "POST",
            self._base + wire.submit_path(asked.model),
            content=json.dumps(asked.body()).encode(),
            headers={"Content-Type": "application/json"},
        )
        answer = _Answer()
        try:
            await answer.collect(self._api, request, self._submit_s)
        except _NEVER_SENT as no:
            raise NotSent(f"no connection to {urlsplit(self._base).netloc}: {no}") from None
        except (httpx.HTTPError, TimeoutError, OSError):
            pass  # the request may have arrived: only what came back can tell
        return wire.submitted(answer.status, answer.headers, bytes(answer.raw))

    async def task(self, task_id: str, provider: str, model: str) -> Task:
        """
        Look at a task. Free, but it counts against the rate limit.

        Args:
            provider, model: Who made the task, and of which model it is.

        Raises:
            RateLimited, Unreachable, ServerFault: Ask again.
            TaskNotFound, Unauthorized: As the API means them.
        """
        wire = wire_of(provider)
        path = wire.look_path(task_id, model)
        answer = _Answer()
        try:
            request = self._api.build_request("GET", self._base + path)
            await answer.collect(self._api, request, self._look_s)
        except (httpx.HTTPError, TimeoutError, OSError) as no:
            raise Unreachable(f"no answer from {urlsplit(self._base).netloc}: {_why(no)}") from None
        return wire.asked(answer.status, answer.headers, bytes(answer.raw))

    async def picture(self, url: str) -> bytes:
        """
        The bytes of a finished picture.

        Raises:
            Unreachable, ServerFault: Fetch it again.
            PictureLost: The link is dead.
            BadPicture: The link or what it leads to cannot be trusted.
        """
        try:
            async with asyncio.timeout(self._picture_s):
                return await self._follow(url)
        except (httpx.HTTPError, TimeoutError, OSError) as no:
            raise Unreachable(f"a picture could not be fetched: {_why(no)}") from None

    async def close(self) -> None:
        await self._api.aclose()
        await self._pictures.aclose()

    async def _follow(self, url: str) -> bytes:
        for _hop in range(MOST_HOPS + 1):
            self._check(url)
            async with self._pictures.stream("GET", url) as response:
                if response.next_request is None:
                    return await _picture_bytes(response)
                url = str(response.next_request.url)
        raise BadPicture("the picture's link leads in circles")

    def _check(self, url: str) -> None:
        """Refuse links that lead into this machine or network, or that others could read along."""
        try:
            parts = httpx.URL(url)
        except httpx.InvalidURL:
            raise BadPicture("the picture's link is not a URL") from None
        here = is_loopback(parts.host)
        inside = not self._local if here else _is_private(parts.host)
        if parts.userinfo or not parts.host or inside:
            raise BadPicture(f"the picture's link leads to {parts.host or 'nowhere'}")
        if parts.scheme != "https" and not (here and parts.scheme == "http"):
            raise BadPicture("the picture's link is not https")


class _Answer:
    """As much of an answer as arrives, kept even when the rest does not."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.raw = bytearray()

    async def collect(
        self, client: httpx.AsyncClient, request: httpx.Request, total_s: float
    ) -> None:
        async with asyncio.timeout(total_s):
            response = await client.send(request, stream=True, follow_redirects=False)
            try:
                self.status = response.status_code
                self.headers = {name.lower(): value for name, value in response.headers.items()}
                async for chunk in response.aiter_raw():
                    self.raw += chunk
                    if len(self.raw) > MOST_JSON:
                        break
            finally:
                await response.aclose()


class _Bearer(httpx.Auth):
    """Signs requests to one origin and refuses any other."""

    def __init__(self, key: Secret | None, origin: str) -> None:
        self._key = key
        self._origin = httpx.URL(origin)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        here, there = self._origin, request.url
        if (here.scheme, here.host, here.port) != (there.scheme, there.host, there.port):
            raise AssertionError(f"the key does not go to {there.host}")
        if self._key is not None:
            request.headers["Authorization"] = f"Bearer {self._key.reveal()}"
        yield request


def _network() -> tuple[httpx.AsyncBaseTransport, httpx.AsyncBaseTransport]:
    """Ways to the API and to pictures, neither through a proxy of the environment."""
    trusted = httpx.create_ssl_context()  # once: it takes as long as a request
    return _ByMethod(trusted), httpx.AsyncHTTPTransport(verify=trusted)


class _ByMethod(httpx.AsyncBaseTransport):
    """
    A keep-alive pool for questions, a fresh connection for every submit.

    A server that closes an idle connection just as a POST is written makes its outcome
    unknown; on a fresh connection that cannot happen.
    """

    def __init__(self, trusted: SSLContext) -> None:
        fresh = httpx.Limits(max_keepalive_connections=0)
        self._asking = httpx.AsyncHTTPTransport(verify=trusted)
        self._paying = httpx.AsyncHTTPTransport(verify=trusted, limits=fresh)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        pool = self._paying if request.method == "POST" else self._asking
        return await pool.handle_async_request(request)

    async def aclose(self) -> None:
        await self._asking.aclose()
        await self._paying.aclose()


async def _picture_bytes(response: httpx.Response) -> bytes:
    if response.status_code in (403, 404, 410):
        raise PictureLost(f"the picture's link is dead (HTTP {response.status_code})")
    if response.status_code != 200:
        raise ServerFault(f"the picture's host answered HTTP {response.status_code}")
    if response.headers.get("content-encoding", "identity") != "identity":
        raise BadPicture("the picture arrives packed, which was not asked for")
    return await _bounded(response.aiter_raw())


async def _bounded(chunks: AsyncIterator[bytes]) -> bytes:
    data = bytearray()
    async for chunk in chunks:
        data += chunk
        if len(data) > MOST_PICTURE:
            raise BadPicture(f"the picture is larger than {MOST_PICTURE >> 20} MB")
    return bytes(data)


def _no_cookies() -> CookieJar:
    """A jar that takes nothing in: httpx's own would send a host's cookies back to it."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=()))


def _is_private(host: str) -> bool:
    """Whether a host is an address that the public network does not have."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def _why(no: Exception) -> str:
    return str(no) or type(no).__name__
