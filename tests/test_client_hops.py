"""Where a picture's link leads: every hop is resolved once, judged, and connected to as judged."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx
import pytest

from reapi_nb.client import Client
from reapi_nb.client.pictures import Pictures
from reapi_nb.errors import BadPicture, ReapiError, Unreachable
from tests.certificates import Authority
from tests.faults.kernel import client, settings
from tests.faults.server import RecordingServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

LINK = "https://cdn.example/task_x/0.png"
ONE, TWO, SIX = "8.8.8.8", "9.9.9.9", "2606:4700::1"
PICTURE = b"the bytes of a picture"


class Net:
    """A network whose names and hosts are said, and what was asked of it."""

    def __init__(
        self,
        names: dict[str, Sequence[Sequence[str]]],
        answer: Callable[[httpx.Request], httpx.Response] | None = None,
    ) -> None:
        self.asked: list[str] = []
        self.requests: list[httpx.Request] = []
        self._names = {name: list(answers) for name, answers in names.items()}
        self._answer = answer or (lambda _: httpx.Response(200, content=PICTURE))

    async def resolve(self, host: str, _port: int) -> Sequence[str]:
        self.asked.append(host)
        return self._names[host].pop(0)

    def pictures(self, *, near: bool = False) -> Pictures:
        return Pictures(httpx.MockTransport(self._heard), self.resolve, near=near)

    @property
    def reached(self) -> list[tuple[str, str]]:
        """Address and name of each host that was connected to."""
        return [(request.url.host, request.headers["host"]) for request in self.requests]

    def _heard(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self._answer(request)


async def _outcome(pictures: Pictures, link: str = LINK) -> object:
    try:
        return await pictures.fetch(link)
    except ReapiError as no:
        return type(no)


def _onward(*ways: str) -> Callable[[httpx.Request], httpx.Response]:
    """A host that leads on, once for each way, and then has the picture."""
    coming = list(ways)

    def answer(_: httpx.Request) -> httpx.Response:
        way = coming.pop(0) if coming else None
        return (
            httpx.Response(302, headers=[(b"Location", way.encode())])
            if way
            else httpx.Response(200, content=PICTURE)
        )

    return answer


@pytest.mark.parametrize("address", [ONE, SIX])
async def test_a_connection_goes_to_the_address_that_was_judged(address):
    """The name stands in the header and in the handshake, and is not resolved again."""
    net = Net({"cdn.example": [[address]]})

    outcome = await _outcome(net.pictures())

    assert PICTURE == outcome
    [request] = net.requests
    assert (address, "cdn.example") == (request.url.host, request.headers["host"])
    assert "cdn.example" == request.extensions["sni_hostname"]
    assert f"https://{request.url.netloc.decode()}/task_x/0.png" == str(request.url)
    assert ["cdn.example"] == net.asked


async def test_a_name_that_changes_its_mind_leads_nowhere():
    """It is asked once a fetch, so the second answer is not what is connected to."""
    net = Net({"cdn.example": [[ONE], ["127.0.0.1"]]})
    pictures = net.pictures()

    outcomes = [await _outcome(pictures), await _outcome(pictures)]

    assert [PICTURE, BadPicture] == outcomes
    assert [(ONE, "cdn.example")] == net.reached


async def test_every_hop_is_judged_by_its_own_name():
    """A public host that leads on to a private one is not followed there."""
    names = {"cdn.example": [[ONE]], "far.example": [[TWO]], "near.example": [["10.0.0.1"]]}
    net = Net(names, _onward("https://far.example/1.png", "https://near.example/2.png"))

    assert BadPicture is await _outcome(net.pictures())
    assert [(ONE, "cdn.example"), (TWO, "far.example")] == net.reached
    assert ["cdn.example", "far.example", "near.example"] == net.asked


@pytest.mark.parametrize("way", ["1.png", "/task_x/1.png", "//cdn.example/task_x/1.png"])
async def test_a_hop_without_a_name_stays_with_its_host(way):
    """The address that was connected to is nothing that a link can be relative to."""
    net = Net({"cdn.example": [[ONE], [TWO]]}, _onward(way))

    assert PICTURE == await _outcome(net.pictures())
    assert [(ONE, "cdn.example"), (TWO, "cdn.example")] == net.reached
    assert "/task_x/1.png" == net.requests[1].url.path


@pytest.mark.parametrize(
    "way",
    [
        *("http://cdn.example/1.png", "file:///etc/hostname", "data:image/png;base64,iVBORw0KGgo="),
        *("https://169.254.169.254/latest", "https://127.1/", "https://localhost./", "https://[::"),
        *("https://u:p@cdn.example/1.png", "https://cdn.example:22/1.png", "https://xn--a/1.png"),
        *("https://①②⑦.⓪.⓪.①/1.png", "https://printer.local/1.png", "https://ex ample.com/"),
        *("https://[fe80::1%25eth0]/1.png", "http://localhost:8888/api/kernels", "gopher://x/"),
        *("https://cdn.example:99999999/1.png", "https://router/1.png"),
    ],
)
async def test_a_hop_that_leads_astray_is_refused_unasked(way):
    """Whatever it is, no resolver and no host hears of it."""
    net = Net({"cdn.example": [[ONE]]}, _onward(way))

    assert BadPicture is await _outcome(net.pictures())
    assert BadPicture is await _outcome(Net({}).pictures(), way)
    assert [(ONE, "cdn.example")] == net.reached
    assert ["cdn.example"] == net.asked


async def test_another_address_is_tried_when_one_does_not_answer():
    """Many hosts have an address that this machine cannot reach."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host != TWO:
            raise httpx.ConnectError("no route")
        return httpx.Response(200, content=PICTURE)

    net = Net({"cdn.example": [[SIX, ONE, TWO]], "gone.example": [[SIX, ONE]]}, answer)

    assert PICTURE == await _outcome(net.pictures())
    assert Unreachable is await _outcome(net.pictures(), "https://gone.example/0.png")
    assert [SIX, ONE, TWO, SIX, ONE] == [request.url.host for request in net.requests]


async def test_a_host_that_was_connected_to_is_not_left_for_another():
    """A failure behind the handshake is the host's own."""

    def answer(_: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("reset")

    net = Net({"cdn.example": [[ONE, TWO]]}, answer)

    assert Unreachable is await _outcome(net.pictures())
    assert 1 == len(net.requests)


@pytest.mark.parametrize(
    ("link", "near", "arrives"),
    [
        ("http://localhost:8000/0.png", True, True),
        ("https://sandbox.localhost/0.png", True, True),
        ("http://[::1]:8000/0.png", True, True),
        ("http://localhost:8000/0.png", False, False),
        ("https://[::1]/0.png", False, False),
        ("ftp://localhost/0.png", True, False),
        ("http://8.8.8.8/0.png", True, False),
        ("https://10.0.0.1/0.png", True, False),
        ("https://u:p@localhost/0.png", True, False),
    ],
)
async def test_this_machine_is_for_those_whose_api_is_there(link, near, arrives):
    """And no further: not its network, not in the clear elsewhere, and no resolver is asked."""
    net = Net({})

    assert (PICTURE if arrives else BadPicture) == await _outcome(net.pictures(near=near), link)
    assert [] == net.asked


async def test_the_embedded_sandbox_resolves_nothing(home):
    """Its names mean nothing outside of it."""
    net = Net({})
    api = Client(
        settings("http://sandbox.localhost", home),
        httpx.MockTransport(net._heard),
        resolve=net.resolve,
    )

    fetched = await api.picture("http://sandbox.localhost/media/0.png")
    for inside in ("https://10.0.0.1/0.png", "https://127.1/0.png", "https://printer.local/0.png"):
        with pytest.raises(BadPicture):
            await api.picture(inside)
    await api.close()

    assert PICTURE == fetched
    assert [] == net.asked
    assert [("sandbox.localhost", "sandbox.localhost")] == net.reached


async def test_a_request_says_nothing_of_who_asks():
    """No key, no cookie, no name: only what a picture needs."""
    cookie = {"Location": LINK, "Set-Cookie": "who=you; Path=/"}
    coming = [httpx.Response(302, headers=cookie), httpx.Response(200, content=PICTURE)]
    net = Net({"cdn.example": [[ONE], [ONE]]}, lambda _: coming.pop(0))

    assert PICTURE == await _outcome(net.pictures())
    assert 2 == len(net.requests)
    for request in net.requests:
        assert {"host", "user-agent", "accept", "accept-encoding"} == set(request.headers)


async def test_every_picture_has_a_connection_of_its_own(home):
    """Connections are kept by address, and many hosts share one: its certificate is for one."""
    with RecordingServer() as server:
        async with client(server.origin, home) as api:
            for n in range(3):
                await api.picture(f"{server.pictures_origin}/task_x/{n}.png")

        assert 3 == len({heard.connection for heard in server.of("picture")})


# -- the handshake


@pytest.fixture(name="authority", scope="module")
def _authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.found(tmp_path_factory.mktemp("certificates"))


@asynccontextmanager
async def _host(authority: Authority, name: str, heard: list[str]) -> AsyncIterator[int]:
    """A host on this machine that shows a certificate for a name; its port."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        heard.extend(line for line in head.decode().splitlines() if line.startswith("Host:"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(PICTURE) + PICTURE)
        await writer.drain()
        writer.close()

    context = authority.serving(name)
    context.sni_callback = lambda _socket, asked, _context: heard.append(f"SNI: {asked}")
    server = await asyncio.start_server(converse, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


class Routed(httpx.AsyncBaseTransport):
    """The way to a public address ends at a port of this machine; all else is as it is."""

    def __init__(self, port: int, authority: Authority) -> None:
        self._port = port
        self._out = httpx.AsyncHTTPTransport(verify=authority.believed())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert ONE == request.url.host
        there = request.url.copy_with(host="127.0.0.1", port=self._port)
        return await self._out.handle_async_request(
            httpx.Request("GET", there, headers=request.headers, extensions=request.extensions)
        )

    async def aclose(self) -> None:
        await self._out.aclose()


@pytest.mark.parametrize(
    ("shown", "outcome"), [("cdn.example", PICTURE), ("other.example", Unreachable)]
)
async def test_the_certificate_is_checked_for_the_name_and_not_for_the_address(
    authority, shown, outcome
):
    """A host that has the address but not the name gets no request."""
    heard: list[str] = []
    net = Net({"cdn.example": [[ONE]]})
    async with _host(authority, shown, heard) as port:
        pictures = Pictures(Routed(port, authority), net.resolve, near=False)

        fetched = await _outcome(pictures)
        await pictures.close()

    assert outcome == fetched
    asked = ["SNI: cdn.example", "Host: cdn.example"]
    assert asked[: 2 if outcome is PICTURE else 1] == heard


async def test_a_certificate_of_nobody_is_not_believed(authority, tmp_path):
    """Whatever name it bears."""
    heard: list[str] = []
    net = Net({"cdn.example": [[ONE]]})
    async with _host(Authority.found(tmp_path), "cdn.example", heard) as port:
        pictures = Pictures(Routed(port, authority), net.resolve, near=False)

        fetched = await _outcome(pictures)
        await pictures.close()

    assert Unreachable is fetched
    assert ["SNI: cdn.example"] == heard
