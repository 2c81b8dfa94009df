"""Fetching pictures, from a host that misbehaves and through links that lead astray."""

from __future__ import annotations

import asyncio
import gzip
from typing import TYPE_CHECKING

import pytest

from reapi_nb.errors import BadPicture, PictureLost, ReapiError, ServerFault, Unreachable
from tests.faults import acts
from tests.faults.acts import HTML, drop, mangle, refuse, truncate
from tests.faults.kernel import client
from tests.faults.server import RecordingServer, png

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MB = 1 << 20


@pytest.fixture(name="server")
def _server() -> Iterator[RecordingServer]:
    with RecordingServer() as server:
        yield server


async def _fetched(url: str, origin: str, home: Path, **deadlines: float) -> object:
    """The bytes that a picture's link brought, or the kind of error."""
    async with client(origin, home, **deadlines) as api:
        try:
            return await api.picture(url)
        except ReapiError as no:
            return type(no)


PICTURES = [
    (refuse(403, b""), PictureLost),
    (refuse(404, HTML), PictureLost),
    (refuse(410, b""), PictureLost),
    (refuse(500, HTML), ServerFault),
    (refuse(503, b""), ServerFault),
    (refuse(302, b""), ServerFault),
    (truncate(30), Unreachable),
    (truncate(30, reset=True), Unreachable),
    (drop(), Unreachable),
    (acts.stall, Unreachable),
    (acts.drip(), Unreachable),
    (mangle(gzip.compress, **{"Content-Encoding": "gzip"}), BadPicture),
    (acts.flood(65 * MB), BadPicture),
    (acts.redirect("file:///etc/hostname"), BadPicture),
    (acts.redirect("ftp://example.com/0.png"), BadPicture),
    (acts.redirect("http://example.com/0.png"), BadPicture),
    (acts.redirect("https://10.0.0.1/0.png"), BadPicture),
]


@pytest.mark.parametrize(("act", "kind"), PICTURES)
async def test_a_picture_that_does_not_arrive_whole_is_an_error(server, home, act, kind):
    """Dead links, stumbling hosts, cut, packed and enormous files are told apart."""
    server.cue("picture", act)

    async with asyncio.timeout(10):
        outcome = await _fetched(
            f"{server.pictures_origin}/task_x/0.png", server.origin, home, picture_s=0.8
        )

    assert kind is outcome


LEADS_NOWHERE = [
    "file:///etc/hostname",
    "data:image/png;base64,iVBORw0KGgo=",
    "javascript:alert(1)",
    "ftp://cdn.reapi.ai/0.png",
    "http://cdn.reapi.ai/0.png",
    "//cdn.reapi.ai/0.png",
    "0.png",
    "",
    "https://",
    "https://[::1",
    "https://user:word@cdn.reapi.ai/0.png",
    "http://127.0.0.1/0.png",
    "https://127.0.0.1/0.png",
    "https://127.8.8.8/0.png",
    "https://localhost/0.png",
    "https://LOCALHOST/0.png",
    "https://cdn.localhost/0.png",
    "https://[::1]/0.png",
    "https://[::ffff:127.0.0.1]/0.png",
    "https://0.0.0.0/0.png",
    "https://10.0.0.1/0.png",
    "https://192.168.1.1/0.png",
    "https://169.254.169.254/latest/meta-data",
    "https://[fd00::1]/0.png",
    "http://2130706433/0.png",
]


@pytest.mark.parametrize("link", LEADS_NOWHERE)
async def test_a_pictures_link_does_not_lead_into_this_machine_or_its_network(home, link):
    """Of the real API's links only those that are encrypted and public are followed."""
    outcome = await _fetched(link, "https://reapi.ai", home, picture_s=2.0)

    assert BadPicture is outcome


@pytest.mark.parametrize(("hops", "arrives"), [(1, True), (3, True), (4, False)])
async def test_a_pictures_link_may_lead_on_three_times(server, home, hops, arrives):
    """Hosts move pictures about; a circle is not followed for ever."""
    ways = [f"{server.pictures_origin}/way/{n}.png" for n in range(hops + 1)]
    server.cue("picture", *(acts.redirect(way) for way in ways[1:]))

    outcome = await _fetched(ways[0], server.origin, home)

    assert (png(f"/way/{hops}.png") if arrives else BadPicture) == outcome
    assert min(hops + 1, 4) == len(server.of("picture"))


async def test_a_picture_is_what_its_bytes_say(server, home):
    """A wrong content type takes nothing from a picture: its bytes are judged elsewhere."""
    server.cue("picture", mangle(lambda good: good, **{"Content-Type": "text/html"}))

    outcome = await _fetched(f"{server.pictures_origin}/task_x/0.png", server.origin, home)

    assert png("/task_x/0.png") == outcome
