"""
The one place that speaks HTTP: submit, look at a task, fetch a picture.

Two ways out that share nothing: one carries the key and knows a single origin, the other
fetches pictures from wherever they are and carries nothing. Nothing is retried here, and
a submit is never sent twice by anybody.
"""

from __future__ import annotations

import asyncio
import json
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from reapi_nb.client.addresses import resolve
from reapi_nb.client.pictures import Pictures, why
from reapi_nb.errors import InvalidRequest, NotSent, Unreachable
from reapi_nb.settings import is_loopback
from reapi_nb.wire import wire_of

if TYPE_CHECKING:
    from collections.abc import Generator
    from ssl import SSLContext

    from reapi_nb.client.addresses import Resolve
    from reapi_nb.job import Request
    from reapi_nb.settings import Secret, Settings
    from reapi_nb.wire.answers import Accepted, Task

# Never trade an ambiguous charge for a faster error: a submit may take its time.
SUBMIT_S = 180.0
LOOK_S = 15.0
"""Total deadlines in seconds. httpx's own are per read, so a slow drip passes them."""

MOST_JSON = 1 << 20
"""Most bytes of an answer."""

_CONNECT = httpx.Timeout(None, connect=10.0)
_FRESH = httpx.Limits(max_keepalive_connections=0)
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
        submit_s, look_s: Total deadlines in seconds.
        picture_s: How long a picture's host may be silent, or slower than it should be.
        resolve: Names of pictures' hosts into addresses; the embedded sandbox resolves nothing.

    All methods run on the engine's loop.
    """

    def __init__(
        self,
        settings: Settings,
        transport: httpx.AsyncBaseTransport | None,
        *,
        submit_s: float = SUBMIT_S,
        look_s: float = LOOK_S,
        picture_s: float | None = None,
        resolve: Resolve = resolve,
    ) -> None:
        self._settings = settings
        self._base = settings.base_url
        self._submit_s = submit_s
        self._look_s = look_s
        trusted = None if transport else httpx.create_ssl_context()  # it takes as long as a request
        self._ways = None if trusted is None else _ByMethod(trusted)
        asking = self._ways or transport
        # A connection is kept by its address, and behind one address are many hosts, of which only
        # one showed its certificate. So every picture has a connection of its own.
        fetching = transport or httpx.AsyncHTTPTransport(verify=trusted or True, limits=_FRESH)
        self._api = httpx.AsyncClient(
            transport=asking,
            auth=_Bearer(settings.key, settings.origin),
            headers=_HEADERS,
            cookies=_no_cookies(),
            timeout=_CONNECT,
        )
        self._pictures = Pictures(
            fetching,
            None if transport else resolve,
            near=is_loopback(urlsplit(settings.origin).hostname or ""),
            wait_s=picture_s,
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
            raise Unreachable(f"no answer from {urlsplit(self._base).netloc}: {why(no)}") from None
        return wire.asked(answer.status, answer.headers, bytes(answer.raw))

    async def picture(self, url: str) -> bytes:
        """
        The bytes of a finished picture.

        Raises:
            Unreachable, ServerFault: Fetch it again.
            PictureLost: The link is dead.
            BadPicture: The link or what it leads to cannot be trusted.
        """
        return await self._pictures.fetch(url)

    async def refresh(self) -> None:
        """Drop the connections that are kept: after a sleep the other end is gone."""
        if self._ways is not None:
            await self._ways.refresh()

    async def close(self) -> None:
        await self._api.aclose()
        await self._pictures.close()


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


class _ByMethod(httpx.AsyncBaseTransport):
    """
    A keep-alive pool for questions, a fresh connection for every submit.

    A server that closes an idle connection just as a POST is written makes its outcome
    unknown; on a fresh connection that cannot happen.
    """

    def __init__(self, trusted: SSLContext) -> None:
        self._trusted = trusted
        self._asking = httpx.AsyncHTTPTransport(verify=trusted)
        self._paying = httpx.AsyncHTTPTransport(verify=trusted, limits=_FRESH)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        pool = self._paying if request.method == "POST" else self._asking
        return await pool.handle_async_request(request)

    async def refresh(self) -> None:
        """Forget the connections of questions; who waits on one hears so and asks again."""
        old, self._asking = self._asking, httpx.AsyncHTTPTransport(verify=self._trusted)
        await old.aclose()

    async def aclose(self) -> None:
        await self._asking.aclose()
        await self._paying.aclose()


def _no_cookies() -> CookieJar:
    """A jar that takes nothing in: httpx's own would send a host's cookies back to it."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=()))
