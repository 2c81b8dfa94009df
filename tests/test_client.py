"""
The one place that speaks HTTP, against a server that misbehaves on real sockets.

Every POST that arrives is a new charge, so each of these tests counts them.
"""

from __future__ import annotations

import asyncio
import traceback
from typing import TYPE_CHECKING

import pytest

from reapi_nb import pace
from reapi_nb.catalog import Imagine
from reapi_nb.errors import (
    InvalidRequest,
    NotSent,
    OutcomeUnknown,
    OutOfCredits,
    PictureLost,
    RateLimited,
    ReapiError,
    ServerFault,
    TaskNotFound,
    Unauthorized,
    Unreachable,
)
from tests.faults import acts
from tests.faults.acts import HTML, REQUEST_ID, drop, envelope, mangle, refuse, status, truncate
from tests.faults.kernel import KEY, client, closed_port
from tests.faults.server import RecordingServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reapi_nb.client import Client
    from reapi_nb.wire.answers import Task
    from tests.faults.acts import Act

CAT = Imagine(prompt="a cat")
MB = 1 << 20


@pytest.fixture(name="server")
def _server() -> Iterator[RecordingServer]:
    with RecordingServer() as server:
        yield server


async def _look(api: Client, task_id: str) -> Task:
    """What a look at one of Midjourney's tasks brings."""
    return await api.task(task_id, CAT.provider, CAT.model)


async def _submitted(server: RecordingServer, home: Path, **deadlines: float) -> object:
    """The task id that a submit brought, or the kind of error."""
    async with client(server.origin, home, **deadlines) as api:
        try:
            return (await api.submit(CAT)).task_id
        except ReapiError as no:
            return type(no)


ACCEPTED: dict[str, Act] = {
    "as documented": acts.answer,
    "cut off behind the id": truncate(-8),
    "cut off by a reset behind the id": truncate(-8, reset=True),
    "a byte order mark": mangle(lambda good: b"\xef\xbb\xbf" + good),
    "a number that JSON has not": mangle(lambda good: good[:-1] + b', "cost": NaN}'),
    "rubbish behind the object": mangle(lambda good: good + b"}}"),
    "ten megabytes": mangle(lambda good: good[:-1] + b', "pad": "' + bytes(10 * MB) + b'"}'),
    "HTTP 201": mangle(lambda good: good, 201),
}


@pytest.mark.parametrize("act", ACCEPTED.values(), ids=ACCEPTED)
async def test_a_task_id_that_arrives_is_never_lost(server, home, act):
    """Whatever became of the rest of the answer: if the id came through, the task is ours."""
    server.cue("submit", act)

    outcome = await _submitted(server, home)

    assert [outcome] == list(server.tasks)
    assert 1 == len(server.submits)


AMBIGUOUS: dict[str, Act] = {
    "closed after acceptance": drop(),
    "reset after acceptance": drop(reset=True),
    "closed without acceptance": drop(accepted=False),
    "reset without acceptance": drop(accepted=False, reset=True),
    "cut off before the body": truncate(0),
    "cut off inside the id": truncate(20),
    "reset inside the id": truncate(20, reset=True),
    "HTTP 500 after acceptance": status(500),
    "HTTP 502 after acceptance": status(502),
    "HTTP 503 in the API's own words": status(503, envelope("UPSTREAM_ERROR")),
    "HTTP 504 after acceptance": status(504),
    "HTTP 400 from somebody else": status(400, HTML),
    "HTTP 403 from somebody else": status(403, b'{"error": "blocked"}'),
    "HTTP 408 in the API's own words": status(408, envelope(50001)),
    "HTTP 409 in the API's own words": status(409, envelope("INVALID_REQUEST")),
    "HTTP 425 in the API's own words": status(425, envelope("INVALID_REQUEST")),
    "HTML": mangle(lambda _: HTML),
    "an empty object": mangle(lambda _: b"{}"),
    "a list": mangle(lambda _: b"[]"),
    "an id that is a number": mangle(lambda _: b'{"id": 7}'),
    "an id that is empty": mangle(lambda _: b'{"id": ""}'),
    "an error with HTTP 200": mangle(lambda _: envelope("INVALID_REQUEST")),
    "brackets without end": mangle(lambda _: b"[" * MB),
    "not HTTP": acts.speak(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "endless headers": acts.speak(b"HTTP/1.1 200 OK\r\n" + b"X-Pad: nothing\r\n" * 20_000),
    "an early hint and no more": acts.speak(b"HTTP/1.1 103 Early Hints\r\n\r\n"),
}


@pytest.mark.parametrize("act", AMBIGUOUS.values(), ids=AMBIGUOUS)
async def test_what_proves_nothing_is_unknown(server, home, act):
    """An answer that does not say whether there is a task leaves the outcome unknown."""
    server.cue("submit", act)

    outcome = await _submitted(server, home)

    assert OutcomeUnknown is outcome
    assert 1 == len(server.submits)


@pytest.mark.parametrize("act", [acts.stall, acts.drip()], ids=["silence", "a byte at a time"])
async def test_a_submit_has_a_total_deadline(server, home, act):
    """An answer that does not come, or not to an end, leaves the outcome unknown in time."""
    server.cue("submit", act)

    async with asyncio.timeout(3):
        outcome = await _submitted(server, home, submit_s=0.3)

    assert OutcomeUnknown is outcome
    assert (1, 1) == (len(server.submits), server.charges)


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
async def test_a_submit_is_never_redirected(server, home, code):
    """A POST that is sent elsewhere would be a second one, so it ends where it was sent."""
    with RecordingServer() as elsewhere:
        server.cue("submit", acts.redirect(f"{elsewhere.origin}/api/v1/images/generations", code))

        outcome = await _submitted(server, home)

        assert OutcomeUnknown is outcome
        assert [] == elsewhere.requests
    assert 1 == len(server.requests)


REFUSED = [
    (400, "INVALID_REQUEST", InvalidRequest),
    (400, "CONTENT_POLICY_VIOLATION", InvalidRequest),
    (400, 20002, InvalidRequest),
    (401, 10003, Unauthorized),
    (402, "INSUFFICIENT_CREDITS", OutOfCredits),
    (403, 10004, Unauthorized),
    (404, "NOT_FOUND", InvalidRequest),
    (413, 20007, InvalidRequest),
    (422, "INVALID_REQUEST", InvalidRequest),
]


@pytest.mark.parametrize(("code", "number", "kind"), REFUSED)
async def test_the_apis_own_refusal_proves_that_nothing_was_created(
    server, home, code, number, kind
):
    """A 4xx with the API's envelope is final and free; its code and request id are kept."""
    server.cue("submit", refuse(code, envelope(number, "Not like this")))

    async with client(server.origin, home) as api:
        with pytest.raises(kind, match="Not like this") as caught:
            await api.submit(CAT)

    no = caught.value
    assert (number, REQUEST_ID, False) == (no.code, no.request_id, no.charged)
    assert (1, 0) == (len(server.submits), server.charges)


@pytest.mark.parametrize("body", [envelope(50001), HTML, b""])
async def test_too_many_requests_create_nothing(server, home, body):
    """HTTP 429 proves that nothing was created, whoever says it."""
    server.cue("submit", refuse(429, body))

    outcome = await _submitted(server, home)

    assert RateLimited is outcome
    assert (1, 0) == (len(server.submits), server.charges)


@pytest.mark.parametrize(
    ("said", "waits"),
    [
        ("2", 2.0),
        ("0.5", 0.5),
        ("0", 0.2),
        ("-5", 1.0),
        ("1e9", 120.0),
        ("inf", 1.0),
        ("soon", 1.0),
        (None, 1.0),
        ("Wed, 21 Oct 2015 07:28:07 GMT", 7.0),
        ("Wed, 21 Oct 2015 07:27:00 GMT", 1.0),
        ("Wed, 21 Oct 2099 07:28:00 GMT", 120.0),
    ],
)
async def test_every_form_of_retry_after_becomes_a_sensible_wait(server, home, said, waits):
    """Seconds or a date by the server's own clock; nonsense means one second."""
    server.cue("submit", acts.limit(said, Date="Wed, 21 Oct 2015 07:28:00 GMT"))

    async with client(server.origin, home) as api:
        with pytest.raises(RateLimited) as caught:
            await api.submit(CAT)

    assert waits == pace.wait_for(caught.value.retry_after)


async def test_a_closed_port_proves_that_nothing_was_sent(home):
    """Where nobody listens, no byte left this machine."""
    async with client(f"http://127.0.0.1:{closed_port()}", home) as api:
        with pytest.raises(NotSent):
            await api.submit(CAT)


async def test_a_name_without_an_address_proves_that_nothing_was_sent(home):
    """A host that cannot be found got nothing."""
    async with client("https://reapi.invalid", home) as api:
        with pytest.raises(NotSent):
            await api.submit(CAT)


async def test_a_failed_encryption_proves_that_nothing_was_sent(server, home):
    """The key and the request wait for a handshake that succeeds."""
    async with client(server.origin.replace("http:", "https:"), home) as api:
        with pytest.raises(NotSent):
            await api.submit(CAT)

    assert [] == server.requests


async def test_every_submit_has_a_connection_of_its_own(server, home):
    """Looks share a connection; a submit never takes one that may be closing."""
    async with client(server.origin, home) as api:
        for _ in range(4):
            accepted = await api.submit(CAT)
            await _look(api, accepted.task_id)

    submits = {heard.connection for heard in server.submits}
    looks = {heard.connection for heard in server.of("look")}
    assert (4, 1) == (len(submits), len(looks))
    assert set() == submits & looks


async def test_a_server_that_closes_idle_connections_makes_no_submit_unknown(home):
    """However close to the end of an idle connection a submit falls, its outcome is known."""
    idle_s, submits = 0.02, 60
    with RecordingServer(idle_s=idle_s) as server:
        async with client(server.origin, home) as api:
            for n in range(submits):
                await api.submit(CAT)
                await asyncio.sleep(idle_s * (0.9 + 0.2 * n / submits))

        assert (submits, submits) == (len(server.submits), server.charges)


LOOKS = [
    (refuse(404, envelope("NOT_FOUND")), TaskNotFound),
    (refuse(401, envelope(10003)), Unauthorized),
    (refuse(429, envelope(50001)), RateLimited),
    (refuse(500, HTML), ServerFault),
    (refuse(502, HTML), ServerFault),
    (refuse(400, envelope("INVALID_REQUEST")), ServerFault),
    (acts.redirect("http://127.0.0.1:1/login"), ServerFault),
    (mangle(lambda _: HTML), ServerFault),
    (mangle(lambda _: b"[]"), ServerFault),
    (truncate(20), Unreachable),
    (drop(), Unreachable),
    (drop(reset=True), Unreachable),
    (acts.stall, Unreachable),
    (acts.drip(), Unreachable),
    (acts.speak(b"SSH-2.0-OpenSSH_9.6\r\n"), Unreachable),
]


@pytest.mark.parametrize(("act", "kind"), LOOKS)
async def test_a_bad_answer_to_a_look_says_nothing_about_the_task(server, home, act, kind):
    """Only the API itself says that a task is unknown or a key wrong; the rest is asked again."""
    async with client(server.origin, home, look_s=0.3) as api:
        accepted = await api.submit(CAT)
        server.cue("look", act)

        with pytest.raises(kind):
            await _look(api, accepted.task_id)

        assert "completed" == (await _look(api, accepted.task_id)).status


@pytest.mark.parametrize("said", ["success", "cancelled", "", None, 7])
async def test_an_unknown_status_is_not_an_end(server, home, said):
    """A task whose status has no name here is still under way."""
    server.cue("look", acts.say({"id": "task_x", "status": said}))

    async with client(server.origin, home) as api:
        task = await _look(api, "task_x")

    assert "processing" == task.status


async def test_a_task_id_cannot_leave_its_path(server, home):
    """An id from anywhere is one segment of the path, whatever is in it."""
    async with client(server.origin, home) as api:
        with pytest.raises(TaskNotFound):
            await _look(api, "../../admin?x=1#y")

    assert "/api/v1/tasks/..%2F..%2Fadmin%3Fx%3D1%23y" == server.requests[0].path


async def test_the_key_goes_to_the_api_and_nowhere_else(server, home):
    """Not to the pictures' host, and not by way of its redirects, not even back to the API."""
    server.cue("picture", acts.answer, acts.redirect(f"{server.origin}/api/v1/tasks/task_x"))

    async with client(server.origin, home) as api:
        accepted = await api.submit(CAT)
        task = await _look(api, accepted.task_id)
        await api.picture(task.urls[0])
        with pytest.raises(PictureLost):
            await api.picture(task.urls[1])

    signed = [(heard.kind, heard.headers.get("authorization")) for heard in server.requests]
    assert [
        ("submit", f"Bearer {KEY}"),
        ("look", f"Bearer {KEY}"),
        ("picture", None),
        ("picture", None),
        ("look", None),
    ] == signed
    others = [heard for heard in server.requests if "authorization" not in heard.headers]
    assert all(KEY not in str(heard) for heard in others)


async def test_no_cookie_is_ever_sent_back(server, home):
    """A host that hands out cookies learns nothing from the next request."""
    cookie = {"Set-Cookie": "who=you; Path=/"}
    server.cue("look", mangle(lambda good: good, **cookie))
    server.cue("picture", mangle(lambda good: good, **cookie))

    async with client(server.origin, home) as api:
        accepted = await api.submit(CAT)
        for _ in range(2):
            task = await _look(api, accepted.task_id)
            await api.picture(task.urls[0])

    assert [None] * 5 == [heard.headers.get("cookie") for heard in server.requests]


async def test_a_proxy_in_the_environment_sees_nothing(server, home, monkeypatch):
    """Neither the key nor a picture goes through a proxy that nobody gave to this package."""
    with RecordingServer() as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.origin)
            monkeypatch.setenv(name.lower(), proxy.origin)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)

        async with client(server.origin, home) as api:
            accepted = await api.submit(CAT)
            task = await _look(api, accepted.task_id)
            await api.picture(task.urls[0])

        assert [] == proxy.requests
    assert ["submit", "look", "picture"] == [heard.kind for heard in server.requests]


async def test_a_request_to_another_origin_is_not_signed(server, home):
    """The key is bound to one origin: asking elsewhere fails, and the traceback shows no key."""
    with RecordingServer() as elsewhere:
        async with client(server.origin, home) as api:
            with pytest.raises(AssertionError) as caught:
                await api._api.get(elsewhere.origin)

        assert [] == elsewhere.requests
    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert KEY not in "".join(told.format())
