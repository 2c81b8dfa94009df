"""
Pictures, from wherever their links lead.

Nothing that identifies anybody is sent: no key, no cookie, no name and password. Every hop of
a link is judged before a byte goes there, and what arrives is counted while it arrives.
Nothing is retried here, and nothing is decoded.
"""

from __future__ import annotations

import asyncio
import io
import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx

from reapi_nb.client.addresses import addresses_of, refuse_inside
from reapi_nb.errors import BadPicture, PictureLost, ServerFault, Unreachable
from reapi_nb.settings import is_loopback

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from reapi_nb.client.addresses import Resolve

MOST_BYTES = 64 << 20
MOST_HOPS = 3
AT_ONCE = 8
"""Pictures under way: more would only share the line, and memory holds each of them whole."""

WAIT_S = 30.0
WAIT_NEAR_S = 120.0
"""How long a host may be silent, in seconds. A sandbox paints before it answers."""

SLOWEST = 20_000
"""Bytes a second, averaged over a whole fetch."""

HEADERS = {"User-Agent": "reapi-nb", "Accept": "*/*", "Accept-Encoding": "identity"}

_CONNECT_S = 10.0
_NEXT_S = 3.0
"""How long to wait for an address: the last one of a host, and one that has another behind it."""

_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")
_ONWARD = (301, 302, 303, 307, 308)
_DEAD = (403, 404, 410)


class Pictures:
    """
    Fetches pictures, a few at once.

    Args:
        transport: The way out.
        resolve: Names into addresses; None where the transport knows its host and no name means
            anything, as in the embedded sandbox.
        near: Whether pictures may lie on this machine, because the API does.
        wait_s: How long a host may be silent or slow; None for what is usual there.
    """

    def __init__(
        self,
        transport: httpx.AsyncBaseTransport,
        resolve: Resolve | None,
        *,
        near: bool,
        wait_s: float | None = None,
    ) -> None:
        self._transport = transport
        self._resolve = resolve
        self._near = near
        self._wait_s = wait_s or (WAIT_NEAR_S if near else WAIT_S)
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def fetch(self, url: str) -> bytes:
        """
        The bytes behind a link.

        Raises:
            Unreachable, ServerFault: Fetch it again.
            PictureLost: The link is dead.
            BadPicture: The link or what it leads to cannot be trusted.
        """
        try:
            async with self._turns, asyncio.timeout(None) as limit:
                return await self._follow(_link(url), _Patience(limit, self._wait_s))
        except (httpx.HTTPError, TimeoutError, OSError) as no:
            raise Unreachable(f"a picture could not be fetched: {why(no)}") from None

    async def close(self) -> None:
        await self._transport.aclose()

    async def _follow(self, link: httpx.URL, patience: _Patience) -> bytes:
        for _hop in range(MOST_HOPS + 1):
            async with self._answer(link) as response:
                onward = _onward(link, response)
                if onward is None:
                    return await _body(response, patience)
            link = onward
        raise BadPicture("the picture's link leads in circles")

    @asynccontextmanager
    async def _answer(self, link: httpx.URL) -> AsyncIterator[httpx.Response]:
        self._check(link)
        if self._resolve is None:
            response = await self._ask(link)
        else:
            host = _host(link)
            addresses = await addresses_of(host, link.port or 443, self._resolve)
            response = await self._first(link, addresses)
        try:
            yield response
        finally:
            await response.aclose()

    def _check(self, link: httpx.URL) -> None:
        """Refuse links that lead into this machine or network, or that others could read along."""
        host = _host(link)
        here = is_loopback(host)
        if link.userinfo or not _HOST.fullmatch(host) or (here and not self._near):
            raise BadPicture(f"the picture's link leads to {host or 'nowhere'}")
        if here and link.scheme in ("http", "https"):
            return
        refuse_inside(host)
        if link.scheme != "https":
            raise BadPicture("the picture's link is not https")
        # Behind other ports are other things than pictures, and TLS does not keep requests apart.
        if link.port is not None:
            raise BadPicture(f"the picture's link leads to port {link.port}")

    async def _first(self, link: httpx.URL, addresses: Sequence[str]) -> httpx.Response:
        """The answer of the first address that can be connected to."""
        *others, last = addresses
        for address in others:
            try:
                return await self._ask(link, address, _NEXT_S)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return await self._ask(link, last)

    async def _ask(
        self, link: httpx.URL, address: str | None = None, connect_s: float = _CONNECT_S
    ) -> httpx.Response:
        """
        One request, without a client around it: none that keeps cookies or follows on its own.

        The address takes the name's place in the URL, so that nobody resolves it again; the
        host's own name stands in the header and in the handshake, which checks the certificate.
        """
        request = httpx.Request(
            "GET",
            link.copy_with(host=address) if address else link,
            headers={"Host": link.netloc.decode("ascii"), **HEADERS},
            extensions={
                "timeout": {"connect": connect_s, "read": None, "write": None, "pool": None},
                "sni_hostname": _host(link).rstrip("."),
            },
        )
        return await self._transport.handle_async_request(request)


class _Patience:
    """
    Ends a fetch whose host is silent, or too slow on the whole.

    One deadline that moves with what arrives. A plain total would end every fetch on a slow
    line again and again, however steadily it comes; a time for each read alone would let a host
    that drips a byte a second keep its turn for ever.
    """

    def __init__(self, limit: asyncio.Timeout, wait_s: float) -> None:
        self._limit = limit
        self._wait_s = wait_s
        self._clock = asyncio.get_running_loop().time
        self._began = self._clock()
        self.heard(0)

    def heard(self, received: int) -> None:
        """So many bytes are here now."""
        silent = self._clock() + self._wait_s
        slow = self._began + self._wait_s + received / SLOWEST
        self._limit.reschedule(min(silent, slow))


async def _body(response: httpx.Response, patience: _Patience) -> bytes:
    if response.status_code in _DEAD:
        raise PictureLost(f"the picture's link is dead (HTTP {response.status_code})")
    if response.status_code != 200:
        raise ServerFault(f"the picture's host answered HTTP {response.status_code}")
    if response.headers.get("content-encoding", "").strip().lower() not in ("", "identity"):
        raise BadPicture("the picture arrives packed, which was not asked for")
    said = response.headers.get("content-length", "")
    promised = int(said[:20]) if said.isdecimal() else None
    if promised is not None and promised > MOST_BYTES:
        raise _too_large()
    data = await _bounded(response.stream, promised or 0, patience)
    if promised is not None and len(data) != promised:
        raise Unreachable(f"a picture arrived with {len(data)} bytes of {promised}")
    return data


async def _bounded(
    chunks: httpx.AsyncByteStream | httpx.SyncByteStream, expected: int, patience: _Patience
) -> bytes:
    assert isinstance(chunks, httpx.AsyncByteStream), "a transport of this loop answers on it"
    # Room for all of it, which costs nothing before it is filled; in the end it is given away
    # uncopied. Growing to many megabytes, or joining them, would hold up this loop.
    data = io.BytesIO(bytes(expected))
    async for chunk in chunks:
        data.write(chunk)
        if data.tell() > MOST_BYTES:
            raise _too_large()
        patience.heard(data.tell())
    data.truncate()
    return data.getvalue()


def _too_large() -> BadPicture:
    return BadPicture(f"the picture is larger than {MOST_BYTES >> 20} MB")


def _onward(link: httpx.URL, response: httpx.Response) -> httpx.URL | None:
    """Where an answer leads on to, by the link as it was written and not by its address."""
    if response.status_code not in _ONWARD or "location" not in response.headers:
        return None
    try:
        return link.join(response.headers["location"])
    except (httpx.InvalidURL, ValueError):
        raise BadPicture("the picture's link leads on to what is no URL") from None


def _link(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        raise BadPicture("the picture's link is not a URL") from None


def _host(link: httpx.URL) -> str:
    """As it is asked for: in ASCII, without brackets."""
    return link.raw_host.decode("ascii").lower()


def why(no: Exception) -> str:
    """What an error says, or what it is."""
    return str(no) or type(no).__name__
