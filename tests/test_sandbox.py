"""The sandbox as an API, held against bodies and answers copied by hand from the documents."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from reapi_nb.sandbox import KEY, transport
from reapi_nb.sandbox.ledger import FILE, Ledger
from tests.sandboxes import CAT, ORIGIN, SUBMIT, Sandbox

_DATA = Path(__file__).parent / "data"
_MJ = json.loads((_DATA / "midjourney_v7.json").read_text("utf-8"))
_ANSWERS = json.loads((_DATA / "reapi_answers.json").read_text("utf-8"))


@pytest.fixture
def sandbox(home):
    with closing(Ledger(home / FILE)) as ledger:
        yield Sandbox(ledger)


def _flagged(kind: str) -> list[str]:
    return [
        f"a cat {name} {value}".strip()
        for row in _MJ["flags"]
        for name in row["names"]
        for value in row[kind]
    ]


# The outside witness.


async def _with_the_pages_parents(sandbox: Sandbox) -> None:
    """The examples of the page build on a task called task_xxx, and enhance on a draft."""
    for task_id, body in _MJ["parents"].items():
        made = sandbox.ledger.entry(await sandbox.completed(body))
        assert made is not None
        sandbox.ledger.charge(replace(made, task_id=task_id))


@pytest.mark.parametrize(
    "body",
    [*_MJ["examples"].values(), *(row["body"] for row in _MJ["valid"])],
    ids=[*_MJ["examples"], *(row["why"] for row in _MJ["valid"])],
)
async def test_a_documented_body_is_accepted_and_kept_as_it_came(sandbox, body):
    """Every body of the documents becomes a task whose row has the same body."""
    await _with_the_pages_parents(sandbox)

    task_id = await sandbox.submit(body)

    assert body == sandbox.ledger.entry(task_id).body


@pytest.mark.parametrize("row", _MJ["invalid"], ids=lambda row: row["why"])
async def test_a_broken_body_is_refused_with_the_documented_code(sandbox, row):
    """What the documents forbid is a 400 with their code, and no charge."""
    await _with_the_pages_parents(sandbox)
    before = sandbox.ledger.entries()

    refusal = await sandbox.refused(row["body"])

    assert (400, _MJ["invalid_code"]) == refusal
    assert before == sandbox.ledger.entries()


async def test_flags_are_accepted_to_the_ends_of_their_ranges_and_no_further(sandbox):
    """Each documented bound is accepted, and each value beyond it is refused."""
    good = [{"model": "mj-v7", "prompt": prompt} for prompt in _flagged("good")]
    bad = [{"model": "mj-v7", "prompt": prompt} for prompt in _flagged("bad")]

    kept = [sandbox.ledger.entry(await sandbox.submit(body)).body for body in good]
    refusals = {await sandbox.refused(body) for body in bad}

    assert good == kept
    assert {(400, _MJ["invalid_code"])} == refusals


@pytest.mark.parametrize(
    "body",
    [
        {"model": "mj-v7-upscale", "model_params": {"task_id": "task_xxx"}},
        {"model": "mj-v7", "prompt": "a cat --brandnew 3"},
    ],
    ids=["a documented default left out", "a flag that nobody knows"],
)
async def test_what_the_documents_do_not_forbid_is_kept_as_it_came(sandbox, body):
    """Nothing is filled in, and a flag that may be newer than we are is let through."""
    await _with_the_pages_parents(sandbox)

    task_id = await sandbox.submit(body)

    assert body == sandbox.ledger.entry(task_id).body


async def test_a_submit_is_answered_as_documented(sandbox):
    """The answer has the documented fields, each of the documented kind."""
    told = _ANSWERS["submit"]["body"]

    async with sandbox.client() as client:
        answer = (await client.post(SUBMIT, json=CAT)).json()

    assert {name: type(value) for name, value in told.items()} == {
        name: type(value) for name, value in answer.items()
    }
    assert ("mj-v7", "processing", 1_735_000_000) == (
        answer["model"],
        answer["status"],
        answer["created_at"],
    )
    assert len(told["id"]) == len(answer["id"])


async def test_a_completed_task_looks_as_documented(sandbox):
    """A look has the documented fields, and its picture URLs have the documented path."""
    told = _ANSWERS["completed"]["body"]
    path = told["output"]["image_urls"][0].removeprefix("https://cdn.reapi.ai")
    task_id = await sandbox.completed()

    task = await sandbox.look(task_id)

    assert list(told) == list(task)
    assert list(told["output"]) == list(task["output"])
    here = path.replace(told["id"].removeprefix("task_"), task_id.removeprefix("task_"))
    assert [f"{ORIGIN}{here.replace('0.png', f'{slot}.png')}" for slot in range(4)] == task[
        "output"
    ]["image_urls"]
    assert ("completed", None) == (task["status"], task["error"])


async def test_a_failed_task_looks_as_documented(sandbox):
    """A policy failure is the documented answer but for its id and time."""
    told = _ANSWERS["failed"]["body"]
    task_id = await sandbox.completed({"model": "mj-v7", "prompt": "a cat (sandbox: policy)"})

    task = await sandbox.look(task_id)

    assert told | {"id": task_id, "created_at": 1_735_000_000} == task


# The door: keys, the rate limit, and what is not a request at all.


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, 10001),
        ("", 10002),
        ("test-key", 10002),
        ("Basic test-key", 10002),
        ("Bearer", 10002),
        ("Bearer ", 10002),
        ("Bearer other-key", 10003),
        ("Bearer test-key2", 10003),
        ("Bearer test-k\xe9y", 10003),
    ],
)
@pytest.mark.parametrize(("method", "path"), [("POST", SUBMIT), ("GET", "/api/v1/tasks/task_1")])
async def test_a_wrong_key_is_refused_with_the_documented_code(sandbox, header, code, method, path):
    """Missing, malformed and wrong keys have a code each, and nothing is charged."""
    headers = [] if header is None else [("Authorization", header.encode("latin-1"))]

    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox.app)) as client:
        answer = await client.request(method, ORIGIN + path, json=CAT, headers=headers)

    assert (401, code) == (answer.status_code, answer.json()["error"]["code"])
    assert () == sandbox.ledger.entries()


async def test_a_refusal_has_the_documented_envelope(sandbox):
    """Code, message and a request id of the documented form, new every time."""
    told = _ANSWERS["error"]["body"]["error"]

    async with sandbox.client() as client:
        first, second = [
            (await client.post(SUBMIT, json={"prompt": "a cat"})).json()["error"] for _ in range(2)
        ]

    assert list(told) == list(first)
    assert (told["code"], told["message"]) == (first["code"], first["message"])
    assert len(told["request_id"]) == len(first["request_id"])
    assert first["request_id"].startswith("req_")
    assert first["request_id"] != second["request_id"]


async def test_ten_requests_a_second_are_let_in_submits_and_looks_together(sandbox):
    """The eleventh within a second is refused, costs nothing and is told when to come again."""
    async with sandbox.client() as client:
        submits = [await client.post(SUBMIT, json=CAT) for _ in range(5)]
        looks = [await client.get("/api/v1/tasks/task_1") for _ in range(5)]
        eleventh = await client.post(SUBMIT, json=CAT)

    assert [200] * 5 + [404] * 5 == [answer.status_code for answer in submits + looks]
    assert (429, 50001) == (eleventh.status_code, eleventh.json()["error"]["code"])
    assert int(eleventh.headers["Retry-After"]) >= 1
    assert 5 == len(sandbox.ledger.entries())


async def test_the_window_slides_and_refused_requests_do_not_count(sandbox):
    """A request is forgotten one second after it was let in; those refused never counted."""
    statuses = []
    async with sandbox.client() as client:
        for later, times in [(0.0, 4), (0.5, 8), (0.49, 3), (0.01, 5), (0.5, 7)]:
            sandbox.clock.now += later
            answers = [await client.get("/api/v1/tasks/task_1") for _ in range(times)]
            statuses.append([answer.status_code for answer in answers].count(404))

    assert [4, 6, 0, 4, 6] == statuses


async def test_a_clock_that_is_set_back_does_not_close_the_door(sandbox):
    """Requests of the future are no reason to refuse one of today."""
    async with sandbox.client() as client:
        for _ in range(10):
            await client.get("/api/v1/tasks/task_1")
        sandbox.clock.now -= 3600

        answer = await client.get("/api/v1/tasks/task_1")

    assert 404 == answer.status_code


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", 20003),
        (b"{", 20003),
        (b"[]", 20003),
        (b'"mj-v7"', 20003),
        (b"\xff\xfe", 20003),
        (b"[" * 100_000, 20003),
        (b"{}", 20002),
        (b'{"model": 7}', 20002),
        (b'{"model": "mj-v99", "prompt": "a cat"}', 20003),
    ],
    ids=lambda value: str(value)[:20],
)
async def test_what_is_not_a_request_is_refused(sandbox, raw, code):
    """A body that is no JSON object, or names no model, is a 400 with a number."""
    async with sandbox.client() as client:
        answer = await client.post(SUBMIT, content=raw)

    assert (400, code) == (answer.status_code, answer.json()["error"]["code"])


async def test_headers_change_nothing(sandbox):
    """Any content type is read, and an idempotency key makes no second request free."""
    async with sandbox.client(**{"Content-Type": "text/plain", "Idempotency-Key": "1"}) as client:
        first, second = [
            (await client.post(SUBMIT, content=json.dumps(CAT))).json()["id"] for _ in range(2)
        ]

    assert [first, second] == [entry.task_id for entry in sandbox.ledger.entries()]
    assert first != second


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/api/v1/balance", 404),
        ("POST", "/images/generations", 404),
        ("GET", "/api/v1/tasks/task_1/", 404),
        ("GET", SUBMIT, 405),
        ("DELETE", "/api/v1/tasks/task_1", 405),
    ],
)
async def test_an_unknown_route_is_refused_in_the_apis_envelope(sandbox, method, path, status):
    """Whatever is not served says so in JSON."""
    async with sandbox.client() as client:
        answer = await client.request(method, path)

    assert status == answer.status_code
    assert set(_ANSWERS["error"]["body"]["error"]) == set(answer.json()["error"])


# The embedded sandbox.


async def test_the_embedded_sandbox_is_the_same_api_without_a_socket(home):
    """Its transport answers under any origin, and its ledger lies in the library's folder."""
    embedded = transport(home, latency_s=0.0, origin="http://sandbox.localhost")
    headers = {"Authorization": f"Bearer {KEY}"}

    async with httpx.AsyncClient(transport=embedded, headers=headers) as client:
        made = await client.post(f"http://sandbox.localhost{SUBMIT}", json=CAT)
        task_id = made.json()["id"]
        look = await client.get(f"http://sandbox.localhost/api/v1/tasks/{task_id}")

    name = task_id.removeprefix("task_")
    assert (
        f"http://sandbox.localhost/media/tasks/{name}/0.png"
        == look.json()["output"]["image_urls"][0]
    )
    with closing(Ledger(home / FILE)) as ledger:
        assert [task_id] == [entry.task_id for entry in ledger.entries()]


async def test_a_fault_of_the_app_is_an_answer_as_over_a_network(home):
    """Nothing but an HTTP status reaches the caller, even from a ledger that is closed."""
    embedded = transport(home, latency_s=0.0, origin=ORIGIN)
    headers = {"Authorization": f"Bearer {KEY}"}
    await embedded.aclose()

    async with httpx.AsyncClient(transport=embedded, headers=headers) as client:
        answer = await client.post(ORIGIN + SUBMIT, json=CAT)

    assert 500 == answer.status_code


async def test_an_answer_can_be_lost_as_over_a_network(home):
    """Whoever uses the embedded sandbox sees the connection break."""
    embedded = transport(home, latency_s=0.0, origin=ORIGIN)
    headers = {"Authorization": f"Bearer {KEY}"}

    async with httpx.AsyncClient(transport=embedded, headers=headers) as client:
        await client.post(f"{ORIGIN}/_sandbox/faults", json={"on": "submit", "kind": "drop"})
        with pytest.raises(httpx.RemoteProtocolError, match="broke the connection"):
            await client.post(ORIGIN + SUBMIT, json=CAT)

    with closing(Ledger(home / FILE)) as ledger:
        assert [CAT] == [entry.body for entry in ledger.entries()]
