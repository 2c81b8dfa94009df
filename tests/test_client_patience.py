"""How long a picture's host is waited for, how much is taken from it, and how many at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx
import pytest

from reapi_nb.client.pictures import (
    AT_ONCE,
    MOST_BYTES,
    SLOWEST,
    WAIT_NEAR_S,
    WAIT_S,
    Pictures,
)
from reapi_nb.errors import BadPicture, ReapiError, Unreachable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

    Answer = Callable[[httpx.Request], Awaitable[httpx.Response]]

    from tests.clocks import VirtualClock

LINK = "https://cdn.example/0.png"
NEVER = 1e6
MB = 1_000_000


class Body(httpx.AsyncByteStream):
    """What comes of a body, and how many seconds after the last piece each piece comes."""

    def __init__(self, pieces: Iterable[tuple[float, bytes]]) -> None:
        self._pieces = pieces
        self.given = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for seconds, piece in self._pieces:
            await asyncio.sleep(seconds)
            self.given += len(piece)
            yield piece


def _sending(body: Body, before_s: float = 0.0, **headers: str) -> Answer:
    async def answer(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(before_s)
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        return httpx.Response(200, headers=raw, stream=body)

    return answer


def _pictures(answer: Answer, *, near: bool = False) -> Pictures:
    async def resolve(_host: str, _port: int) -> list[str]:
        return ["8.8.8.8"]

    return Pictures(httpx.MockTransport(answer), resolve, near=near)


async def _outcome(pictures: Pictures) -> object:
    """How many bytes came, or the kind of error."""
    try:
        return len(await pictures.fetch(LINK))
    except ReapiError as no:
        return type(no)


def _drip(rate: int, seconds: int) -> list[tuple[float, bytes]]:
    return [(1.0, bytes(rate))] * seconds


@pytest.mark.parametrize("near", [False, True])
def test_a_silent_host_is_given_up(clock: VirtualClock, near):
    """Before its answer and in the middle of it; one on this machine may paint first."""
    wait_s = WAIT_NEAR_S if near else WAIT_S
    silent = _pictures(_sending(Body([]), NEVER), near=near)
    stuck = _pictures(_sending(Body([(0.0, bytes(6 * MB)), (NEVER, b"")])), near=near)

    for pictures in (silent, stuck):
        began = clock.elapsed
        assert Unreachable is clock.run(_outcome(pictures))
        assert wait_s == pytest.approx(clock.elapsed - began)


def test_a_host_that_drips_is_given_up(clock: VirtualClock):
    """A byte a second is never silent, and would hold a turn for ever."""
    outcome = clock.run(_outcome(_pictures(_sending(Body(_drip(1, 10_000))))))

    assert Unreachable is outcome
    assert WAIT_S == pytest.approx(clock.elapsed, abs=2)


def test_a_host_that_grows_slow_is_given_up(clock: VirtualClock):
    """The rate counts over the whole: what came fast is credit, and no more than that."""
    pieces = [(0.0, bytes(SLOWEST * 60)), *_drip(10, 10_000)]

    outcome = clock.run(_outcome(_pictures(_sending(Body(pieces)))))

    assert Unreachable is outcome
    assert WAIT_S + 60 == pytest.approx(clock.elapsed, abs=2)


def test_a_slow_line_is_waited_for(clock: VirtualClock):
    """However long it takes: a total would end it every time, and it would never arrive."""
    outcome = clock.run(_outcome(_pictures(_sending(Body(_drip(SLOWEST + 100, 600))))))

    assert 600 * (SLOWEST + 100) == outcome
    assert 600 == pytest.approx(clock.elapsed)


def test_few_are_fetched_at_once_and_nobody_waits_at_anothers_expense(clock: VirtualClock):
    """A picture's time begins with its turn."""
    under_way: list[int] = []
    busy = 0

    async def answer(_: httpx.Request) -> httpx.Response:
        nonlocal busy
        busy += 1
        under_way.append(busy)
        await asyncio.sleep(WAIT_S - 1)
        busy -= 1
        return httpx.Response(200, content=b"a picture")

    async def story() -> list[object]:
        pictures = _pictures(answer)
        return await asyncio.gather(*(_outcome(pictures) for _ in range(3 * AT_ONCE)))

    assert [9] * 3 * AT_ONCE == clock.run(story())
    assert AT_ONCE == max(under_way)
    assert 3 * (WAIT_S - 1) == pytest.approx(clock.elapsed)


def test_a_turn_is_given_back_however_a_fetch_ends(clock: VirtualClock):
    """Errors and fetches that nobody wants any more hold no turn."""

    async def story() -> object:
        pictures = _pictures(_sending(Body([(NEVER, b"")])))
        given_up = [asyncio.create_task(pictures.fetch(LINK)) for _ in range(AT_ONCE)]
        await asyncio.sleep(1)
        for task in given_up:
            task.cancel()
        await asyncio.gather(*given_up, return_exceptions=True)
        began = clock.elapsed
        late = await asyncio.gather(*(_outcome(pictures) for _ in range(2 * AT_ONCE)))
        assert 2 * WAIT_S == pytest.approx(clock.elapsed - began)
        return set(late)

    assert {Unreachable} == clock.run(story())


# -- how much


def test_a_length_that_is_too_large_is_refused_before_its_body(clock: VirtualClock):
    """Nothing of it is read."""
    body = Body([(0.0, b"x")])

    outcome = clock.run(_outcome(_pictures(_sending(body, **{"Content-Length": "67108865"}))))

    assert (BadPicture, 0) == (outcome, body.given)


def test_a_body_without_an_end_is_refused_where_it_grows_too_large(clock: VirtualClock):
    """What it says of its length, or does not say, changes nothing."""
    piece = bytes(1 << 20)
    body = Body((0.0, piece) for _ in range(1_000))

    outcome = clock.run(_outcome(_pictures(_sending(body))))

    assert (BadPicture, MOST_BYTES + len(piece)) == (outcome, body.given)


def test_the_largest_file_arrives(clock: VirtualClock):
    """64 MB are still a picture's file."""
    pieces = [(0.0, bytes(1 << 20))] * 64

    outcome = clock.run(
        _outcome(_pictures(_sending(Body(pieces), **{"Content-Length": str(MOST_BYTES)})))
    )

    assert MOST_BYTES == outcome


@pytest.mark.parametrize("said", ["8", "10", "0"])
def test_a_length_that_lies_is_a_damaged_picture(clock: VirtualClock, said):
    """Also where no protocol underneath counts; it is fetched again, and is never kept."""
    body = Body([(0.0, b"a picture")])

    outcome = clock.run(_outcome(_pictures(_sending(body, **{"Content-Length": said}))))

    assert Unreachable is outcome


@pytest.mark.parametrize("said", ["nine", "-9", "9, 9", "", "9" * 5000, "٩"])
def test_a_length_that_is_none_is_not_believed(clock: VirtualClock, said):
    """It is no error of ours, whatever stands there."""
    body = Body([(0.0, b"a picture")])

    outcome = clock.run(_outcome(_pictures(_sending(body, **{"Content-Length": said}))))

    assert outcome in (9, BadPicture)


@pytest.mark.parametrize(
    ("said", "arrives"),
    [
        *(("identity", True), ("Identity", True), ("", True)),
        *(("gzip", False), ("br", False), ("zstd", False), ("gzip, gzip", False)),
        *(("identity, gzip", False), ("x-gzip", False), ("nonsense", False)),
    ],
)
def test_a_packed_picture_is_refused_unread(clock: VirtualClock, said, arrives):
    """662 bytes can hold 300 MB, and nothing packed was asked for."""
    body = Body([(0.0, b"a picture")])

    outcome = clock.run(_outcome(_pictures(_sending(body, **{"Content-Encoding": said}))))

    assert (9, 9) == (outcome, body.given) if arrives else (BadPicture, 0) == (outcome, body.given)
