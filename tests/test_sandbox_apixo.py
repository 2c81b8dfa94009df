"""The sandbox as APIXO's API, held against bodies and answers copied by hand from its documents."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from reapi_nb.sandbox.ledger import FILE, Ledger
from reapi_nb.wire import apixo
from tests.sandboxes import APIXO_CAT, APIXO_LOOK, APIXO_SUBMIT, CAT, SUBMIT, Sandbox, follow_up

_DATA = Path(__file__).parent / "data"
_PAGE = json.loads((_DATA / "apixo_midjourney.json").read_text("utf-8"))
_ANSWERS = json.loads((_DATA / "apixo_answers.json").read_text("utf-8"))
_DAY_S = 86_400


@pytest.fixture
def sandbox(home):
    with closing(Ledger(home / FILE)) as ledger:
        yield Sandbox(ledger)


async def _submitted(sandbox, body=APIXO_CAT):
    answer = await sandbox.ask("POST", APIXO_SUBMIT, json=body)
    assert 200 == answer.status_code, answer.text
    return answer.json()["data"]["taskId"]


async def _completed(sandbox, body=APIXO_CAT):
    task_id = await _submitted(sandbox, body)
    sandbox.clock.now += 10
    return task_id


async def _looked(sandbox, task_id):
    answer = await sandbox.ask("GET", APIXO_LOOK, params={"taskId": task_id})
    assert (200, 200) == (answer.status_code, answer.json()["code"])
    return answer.json()["data"]


async def _refused(sandbox, body):
    answer = await sandbox.ask("POST", APIXO_SUBMIT, json=body)
    return answer.status_code, answer.json()


async def _with_the_pages_parents(sandbox):
    for task_id, body in _PAGE["parents"].items():
        made = sandbox.ledger.entry(await _completed(sandbox, body))
        sandbox.ledger.charge(replace(made, task_id=task_id))


def _saying(prompt):
    return {"input": {"mode": "text-to-image", "prompt": prompt}}


async def test_documented_bodies_are_accepted_and_kept_as_they_came(sandbox):
    """Every body of the documents becomes a task of APIXO's."""
    await _with_the_pages_parents(sandbox)
    wrong = []

    async with sandbox.client() as client:
        for row in _PAGE["valid"]:
            answer = (await client.post(APIXO_SUBMIT, json=row["body"])).json()
            entry = answer["data"] and sandbox.ledger.entry(answer["data"].get("taskId", ""))
            kept = entry and (entry.provider, entry.model, entry.body)
            if kept != ("apixo", "midjourney", row["body"]):
                wrong.append(row["why"])

    assert [] == wrong


async def test_broken_bodies_are_refused_in_apixos_envelope(sandbox):
    """The code repeats the status, the reason stands in the data, and nothing is made."""
    await _with_the_pages_parents(sandbox)
    before = len(sandbox.ledger.entries())
    wrong = []

    async with sandbox.client() as client:
        for row in _PAGE["invalid"]:
            answer = await client.post(APIXO_SUBMIT, json=row["body"])
            told = _ANSWERS["error"]["body"] | {
                "data": {"error": answer.json()["data"].get("error")}
            }
            if (400, told) != (answer.status_code, answer.json()):
                wrong.append(row["why"])

    assert [] == wrong
    assert before == len(sandbox.ledger.entries())


async def test_a_submit_is_answered_as_documented(sandbox):
    """A task id in an envelope, and nothing else."""
    answer = (await sandbox.ask("POST", APIXO_SUBMIT, json=APIXO_CAT)).json()

    told = _ANSWERS["submit"]["body"]
    assert {**told, "data": {"taskId": answer["data"]["taskId"]}} == answer


async def test_a_task_waits_then_runs_then_succeeds(sandbox):
    """Its times are in milliseconds, and its pictures are JSON in a string."""
    task_id = await _submitted(sandbox)
    seen = []
    for later in (0.0, 1.0, 9.0):
        sandbox.clock.now += later
        seen.append(await _looked(sandbox, task_id))

    assert ["pending", "processing", "success"] == [task["state"] for task in seen]
    told = [_ANSWERS[task["state"]]["body"]["data"] for task in seen]
    assert [set(task) for task in told] == [set(task) for task in seen]
    urls = json.loads(seen[2]["resultJson"])["resultUrls"]
    assert (4, 200) == (len(urls), (await sandbox.ask("GET", urls[3])).status_code)
    assert 1_735_000_000_000 == seen[2]["createTime"]
    assert 2400 <= seen[2]["costTime"] <= 3600
    assert seen[2]["completeTime"] - seen[2]["createTime"] == seen[2]["costTime"]


@pytest.mark.parametrize(
    ("direction", "code"),
    [
        ("policy", "CONTENT_VIOLATION"),
        ("fail", "GENERATION_FAILED"),
        ("submit-failed", "MODEL_UNAVAILABLE"),
        ("timeout", "PROCESSING_TIMEOUT"),
    ],
)
async def test_a_task_can_be_told_to_fail_in_apixos_words(sandbox, direction, code):
    """A failure comes with HTTP 200 and code 200."""
    task_id = await _completed(sandbox, _saying(f"a cat (sandbox: {direction})"))

    task = await _looked(sandbox, task_id)

    assert ("failed", code) == (task["state"], task["failCode"])
    assert {name: type(told) for name, told in _ANSWERS["failed"]["body"]["data"].items()} == {
        name: type(task[name]) for name in _ANSWERS["failed"]["body"]["data"]
    }
    assert sandbox.ledger.entry(task_id).refunded


async def test_a_submit_can_be_told_to_be_refused(sandbox):
    """Content review at the door is a 400 by its documented name."""
    status, body = await _refused(sandbox, _saying("a cat (sandbox: refuse)"))

    assert (400, 400, "CONTENT_VIOLATION") == (status, body["code"], body["data"]["error"])
    assert () == sandbox.ledger.entries()


@pytest.mark.parametrize(("direction", "files"), [("three", "013"), ("packed", "012")])
async def test_review_can_be_told_to_take_pictures_out(sandbox, direction, files):
    """In both layouts."""
    task_id = await _completed(sandbox, _saying(f"a cat (sandbox: {direction})"))

    task = await _looked(sandbox, task_id)

    assert files == "".join(url[-5] for url in json.loads(task["resultJson"])["resultUrls"])


@pytest.mark.parametrize(
    ("header", "error"),
    [(None, "missing"), ("Basic x", "Bearer"), ("Bearer nobody", "invalid")],
)
@pytest.mark.parametrize(("method", "path"), [("POST", APIXO_SUBMIT), ("GET", APIXO_LOOK)])
async def test_a_wrong_key_is_refused_in_apixos_envelope(sandbox, header, error, method, path):
    """401, in the body as well."""
    async with sandbox.client() as client:
        del client.headers["Authorization"]
        headers = {"Authorization": header} if header else {}

        answer = await client.request(method, path, json=APIXO_CAT, headers=headers)

    assert (401, 401) == (answer.status_code, answer.json()["code"])
    assert error in answer.json()["data"]["error"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/api/v1/generateTask/flux", 404),
        ("POST", "/api/v1/generateTask/midjourney/x", 404),
        ("POST", "/api/v1/generateTask/", 404),
        ("GET", "/api/v1/statusTask/flux?taskId=task_1", 404),
        ("GET", f"{APIXO_LOOK}?taskId=task_1", 404),
        ("GET", f"{APIXO_LOOK}?taskId=%ff", 404),
        ("GET", APIXO_LOOK, 400),
        ("GET", APIXO_SUBMIT, 405),
        ("DELETE", APIXO_LOOK, 405),
    ],
)
async def test_what_is_not_there_is_refused_in_apixos_envelope(sandbox, method, path, status):
    """Unknown models, tasks, routes and methods."""
    answer = await sandbox.ask(method, path, json=APIXO_CAT if method == "POST" else None)

    assert (status, status) == (answer.status_code, answer.json()["code"])


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"x"', b"\xff", b"[" * 5000], ids=str)
async def test_what_is_no_object_is_refused(sandbox, raw):
    """A body has to be a JSON object here, too."""
    answer = await sandbox.ask("POST", APIXO_SUBMIT, content=raw)

    assert (400, 400) == (answer.status_code, answer.json()["code"])


async def test_a_task_is_known_to_its_own_api_only(sandbox):
    """A task of one provider is neither found nor a parent at the other."""
    here = await sandbox.completed()
    there = await _completed(sandbox)
    vary = {"input": {"mode": "vary", "taskId": here, "imageIndex": 0}}

    looks = [
        (await sandbox.ask("GET", f"{APIXO_LOOK}?taskId={here}")).status_code,
        (await sandbox.ask("GET", f"/api/v1/tasks/{there}")).status_code,
    ]
    parents = [
        (await _refused(sandbox, vary))[1]["data"]["error"],
        (await sandbox.ask("POST", SUBMIT, json=follow_up("mj-v7-upscale", there))).text,
    ]

    assert [404, 404] == looks
    assert [True, True] == ["not found, not yours" in said for said in parents]


async def test_a_task_is_known_under_its_own_model_only(sandbox):
    """The model in the path has to be the task's."""
    made = sandbox.ledger.entry(await _completed(sandbox))
    sandbox.ledger.charge(replace(made, task_id="task_other", model="another"))

    answer = await sandbox.ask("GET", f"{APIXO_LOOK}?taskId=task_other")

    assert (404, 404) == (answer.status_code, answer.json()["code"])


async def test_a_task_is_known_to_its_own_key_only(sandbox):
    """Another key's task is a 404."""
    other = await sandbox.key_named("other-key")
    task_id = await _completed(sandbox)

    answer = await other.ask("GET", f"{APIXO_LOOK}?taskId={task_id}")

    assert (404, 404) == (answer.status_code, answer.json()["code"])


async def test_follow_ups_build_on_finished_tasks(sandbox):
    """An upscale has one picture, a variation four; an unfinished parent is refused."""
    young = await _submitted(sandbox)
    early, _ = await _refused(sandbox, {"input": {"mode": "vary", "taskId": young}})
    sandbox.clock.now += 10

    counts = []
    for mode in ("upscale", "vary"):
        body = {"input": {"mode": mode, "taskId": young, "imageIndex": 2}}
        task = await _looked(sandbox, await _completed(sandbox, body))
        counts.append(len(json.loads(task["resultJson"])["resultUrls"]))

    assert (400, [1, 4]) == (early, counts)


async def test_apixos_links_live_fifteen_days(sandbox):
    """Twice as long as reAPI's, and then they are dead."""
    task_id = await _completed(sandbox)
    path = f"/media/tasks/{task_id.removeprefix('task_')}/0.png"

    statuses = []
    for later in (15 * _DAY_S - 60, 120):
        sandbox.clock.now += later
        statuses.append((await sandbox.ask("GET", path)).status_code)

    assert [200, 404] == statuses


async def test_apixos_limit_is_its_own_and_larger(sandbox):
    """Eleven requests in a second are nothing here, and none of reAPI's ten."""
    async with sandbox.client() as client:
        there = [await client.get(f"{APIXO_LOOK}?taskId=x") for _ in range(30)]
        here = [await client.get("/api/v1/tasks/x") for _ in range(11)]

    assert {404} == {answer.status_code for answer in there}
    assert [404] * 10 + [429] == [answer.status_code for answer in here]


async def test_a_minute_has_ten_thousand_requests(sandbox, monkeypatch):
    """The one beyond is refused in APIXO's envelope, and a minute later it is not."""
    monkeypatch.setattr(apixo, "MOST_REQUESTS", 20)
    async with sandbox.client() as client:
        statuses = [(await client.get(f"{APIXO_LOOK}?taskId=x")).json()["code"] for _ in range(21)]
        sandbox.clock.now += 60

        later = await client.get(f"{APIXO_LOOK}?taskId=x")

    assert ([404] * 20 + [429], 404) == (statuses, later.status_code)


async def test_a_thousand_tasks_may_be_under_way(sandbox):
    """The next one is refused until others are over; another key's do not count."""
    made = sandbox.ledger.entry(await _submitted(sandbox))
    for number in range(998):
        sandbox.ledger.charge(replace(made, task_id=f"task_{number}"))
    sandbox.ledger.charge(replace(made, task_id="task_other", account="other"))
    await sandbox.submit(CAT)

    statuses = [(await _refused(sandbox, APIXO_CAT))[0] for _ in range(2)]
    sandbox.clock.now += 10
    statuses.append((await _refused(sandbox, APIXO_CAT))[0])

    assert [200, 429, 200] == statuses


async def test_too_few_credits_are_said_by_name(sandbox):
    """402, and the name that APIXO has for it."""
    await sandbox.fault("submit", "no_credits")

    status, body = await _refused(sandbox, APIXO_CAT)

    assert (402, 402, "INSUFFICIENT_CREDITS") == (status, body["code"], body["data"]["error"])


async def test_a_callback_is_accepted_and_nobody_is_called(sandbox):
    """The task is like any other."""
    body = APIXO_CAT | {"request_type": "callback", "callback_url": "https://example.com/done"}

    assert "success" == (await _looked(sandbox, await _completed(sandbox, body)))["state"]


async def test_unknown_keys_can_be_ignored_here_too(sandbox):
    """By the names that APIXO has for them, at either level."""
    body = {
        "colour": "red",
        "speed": "turbo",
        "input": {"mode": "text-to-image", "prompt": "a cat", "aspect": "16:9", "hue": 1},
    }
    refused, _ = await _refused(sandbox, body)
    await sandbox.control("settings", {"unknown_keys": "ignore"})

    entry = sandbox.ledger.entry(await _submitted(sandbox, body))

    plain = {"input": {"mode": "text-to-image", "prompt": "a cat", "aspect": "16:9"}}
    assert (400, plain) == (refused, entry.body)
