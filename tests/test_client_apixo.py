"""
APIXO over HTTP, against a server that misbehaves on real sockets.

The money rules are those of reAPI, and each of these tests counts the POSTs.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from reapi_nb.catalog import ApixoImagine, ApixoUpscale, Imagine
from reapi_nb.errors import (
    InvalidRequest,
    NotSent,
    OutcomeUnknown,
    OutOfCredits,
    RateLimited,
    ReapiError,
    ServerFault,
    TaskNotFound,
    Unauthorized,
    Unreachable,
)
from tests.faults import acts
from tests.faults.acts import HTML, apixo_envelope, drop, envelope, mangle, refuse, status, truncate
from tests.faults.kernel import KEY, client, closed_port
from tests.faults.server import APIXO_SUBMIT, APIXO_TASKS, RecordingServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reapi_nb.client import Client
    from reapi_nb.wire.answers import Task
    from tests.faults.acts import Act

CAT = ApixoImagine(prompt="a cat", aspect_ratio="16:9", version="niji 6")


@pytest.fixture(name="server")
def _server() -> Iterator[RecordingServer]:
    with RecordingServer() as server:
        yield server


async def _look(api: Client, task_id: str) -> Task:
    return await api.task(task_id, "apixo", "midjourney")


async def _submitted(server: RecordingServer, home: Path, **deadlines: float) -> object:
    """The task id that a submit brought, or the kind of error."""
    async with client(server.origin, home, "apixo", **deadlines) as api:
        try:
            return (await api.submit(CAT)).task_id
        except ReapiError as no:
            return type(no)


async def test_a_submit_is_what_the_documents_say(server, home):
    """The model stands in the path, the fields in `input`, the key in the header."""
    async with client(server.origin, home, "apixo") as api:
        await api.submit(CAT)
        await api.submit(ApixoUpscale(task_id="parent", image_number=2, type=3))

    first, second = server.submits
    assert {APIXO_SUBMIT} == {first.path, second.path}
    assert {
        "request_type": "async",
        "input": {
            "mode": "text-to-image",
            "prompt": "a cat",
            "version": "niji 6",
            "aspect": "16:9",
        },
    } == json.loads(first.body)
    assert {
        "request_type": "async",
        "input": {"mode": "upscale", "taskId": "parent", "imageIndex": 2, "type": 3},
    } == json.loads(second.body)
    assert f"Bearer {KEY}" == first.headers["authorization"]
    assert "application/json" == first.headers["content-type"]


async def test_a_look_names_the_model_and_the_task(server, home):
    """And brings the pictures out of the JSON that stands in a string."""
    async with client(server.origin, home, "apixo") as api:
        accepted = await api.submit(CAT)
        task = await _look(api, accepted.task_id)

    [heard] = server.of("look")
    assert ("GET", APIXO_TASKS + accepted.task_id) == (heard.method, heard.path)
    links = [f"{server.pictures_origin}/{accepted.task_id}/{n}.png" for n in range(4)]
    assert ("completed", tuple(links)) == (task.status, task.urls)


async def test_a_task_id_cannot_leave_its_place(server, home):
    """An id from anywhere is one value of the query, whatever is in it."""
    async with client(server.origin, home, "apixo") as api:
        with pytest.raises(TaskNotFound):
            await _look(api, "x&model=y/../#z")

    assert f"{APIXO_TASKS}x%26model%3Dy%2F..%2F%23z" == server.requests[0].path


ACCEPTED: dict[str, Act] = {
    "as documented": acts.answer,
    "cut off behind the id": truncate(-2),
    "cut off by a reset behind the id": truncate(-2, reset=True),
    "rubbish behind the object": mangle(lambda good: good + b"}}"),
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
    "reset without acceptance": drop(accepted=False, reset=True),
    "cut off before the body": truncate(0),
    "cut off inside the id": truncate(60),
    "HTTP 500 in APIXO's words": status(500, apixo_envelope(500)),
    "HTTP 502 after acceptance": status(502),
    "HTTP 503 in APIXO's words": status(503, apixo_envelope(503)),
    "HTTP 400 from somebody else": status(400, HTML),
    "HTTP 400 in reAPI's words": status(400, envelope("INVALID_REQUEST")),
    "HTTP 400 that says 500": status(400, apixo_envelope(500)),
    "HTTP 408 in APIXO's words": status(408, apixo_envelope(408)),
    "HTML": mangle(lambda _: HTML),
    "no id": mangle(lambda _: b'{"code": 200, "message": "success", "data": {}}'),
    "a refusal with HTTP 200": mangle(lambda _: apixo_envelope(400)),
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

    outcome = await _submitted(server, home, submit_s=0.3)

    assert OutcomeUnknown is outcome
    assert (1, 1) == (len(server.submits), server.charges)


@pytest.mark.parametrize("code", [301, 307])
async def test_a_submit_is_never_redirected(server, home, code):
    """A POST that is sent elsewhere would be a second one, so it ends where it was sent."""
    with RecordingServer() as elsewhere:
        server.cue("submit", acts.redirect(f"{elsewhere.origin}{APIXO_SUBMIT}", code))

        outcome = await _submitted(server, home)

        assert OutcomeUnknown is outcome
        assert [] == elsewhere.requests
    assert 1 == len(server.requests)


@pytest.mark.parametrize(
    ("code", "kind"),
    [(400, InvalidRequest), (401, Unauthorized), (402, OutOfCredits), (403, Unauthorized)],
)
async def test_apixos_own_refusal_proves_that_nothing_was_created(server, home, code, kind):
    """It is final and free, and its reason is what is said."""
    server.cue("submit", refuse(code, apixo_envelope(code, "No", "Missing field: input.prompt")))

    async with client(server.origin, home, "apixo") as api:
        with pytest.raises(kind, match=r"Missing field: input\.prompt") as caught:
            await api.submit(CAT)

    assert (code, False) == (caught.value.code, caught.value.charged)
    assert (1, 0) == (len(server.submits), server.charges)


@pytest.mark.parametrize("body", [apixo_envelope(429, "Too many requests"), HTML, b""])
async def test_too_many_requests_create_nothing(server, home, body):
    """HTTP 429 proves that nothing was created, whoever says it."""
    server.cue("submit", refuse(429, body))

    outcome = await _submitted(server, home)

    assert RateLimited is outcome
    assert (1, 0) == (len(server.submits), server.charges)


async def test_a_closed_port_proves_that_nothing_was_sent(home):
    """Where nobody listens, no byte left this machine."""
    async with client(f"http://127.0.0.1:{closed_port()}", home, "apixo") as api:
        with pytest.raises(NotSent):
            await api.submit(CAT)


LOOKS: list[tuple[Act, type[ReapiError]]] = [
    (refuse(404, apixo_envelope(404)), TaskNotFound),
    (refuse(400, apixo_envelope(400, "No", "INVALID_TASK_ID")), TaskNotFound),
    (refuse(401, apixo_envelope(401)), Unauthorized),
    (refuse(429, apixo_envelope(429)), RateLimited),
    (refuse(500, HTML), ServerFault),
    (refuse(403, HTML), ServerFault),
    (mangle(lambda _: b"[]"), ServerFault),
    (truncate(20), Unreachable),
    (drop(reset=True), Unreachable),
    (acts.stall, Unreachable),
]


@pytest.mark.parametrize(("act", "kind"), LOOKS)
async def test_a_bad_answer_to_a_look_says_nothing_about_the_task(server, home, act, kind):
    """Only APIXO itself says that a task is unknown or a key wrong; the rest is asked again."""
    async with client(server.origin, home, "apixo", look_s=0.3) as api:
        accepted = await api.submit(CAT)
        server.cue("look", act)

        with pytest.raises(kind):
            await _look(api, accepted.task_id)

        assert "completed" == (await _look(api, accepted.task_id)).status


async def test_the_key_goes_to_the_api_and_nowhere_else(server, home):
    """Not to the pictures' host."""
    async with client(server.origin, home, "apixo") as api:
        accepted = await api.submit(CAT)
        task = await _look(api, accepted.task_id)
        await api.picture(task.urls[0])

    assert [("submit", f"Bearer {KEY}"), ("look", f"Bearer {KEY}"), ("picture", None)] == [
        (heard.kind, heard.headers.get("authorization")) for heard in server.requests
    ]


@pytest.mark.parametrize(
    ("place", "request_"),
    [("apixo", Imagine(prompt="a cat")), ("reapi", CAT)],
    ids=["apixo", "reapi"],
)
async def test_a_request_of_the_other_provider_is_not_sent(server, home, place, request_):
    """Whatever a library says of a job: neither key nor body goes where it does not belong."""
    async with client(server.origin, home, place) as api:
        with pytest.raises(InvalidRequest, match=f"is not sent to {place}"):
            await api.submit(request_)

    assert [] == server.requests
