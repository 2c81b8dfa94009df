"""The routes that steer a sandbox: who may use them, what they tell, and what they change."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import pytest

from reapi_nb.errors import InvalidRequest
from reapi_nb.sandbox import KEY, put
from reapi_nb.sandbox.ledger import FILE, Ledger
from reapi_nb.sandbox.ledger.keys import tag_of
from tests.samples import picture
from tests.sandboxes import CAT, ORIGIN, SUBMIT, Sandbox

_DAY_S = 86_400
_ROUTES = [
    ("GET", "state"),
    ("GET", "ledger"),
    ("GET", "log"),
    ("GET", "clock"),
    ("POST", "clock"),
    ("GET", "faults"),
    ("POST", "faults"),
    ("DELETE", "faults"),
    ("POST", "keys"),
    ("POST", "balance"),
    ("GET", "settings"),
    ("POST", "settings"),
    ("POST", "uploads"),
]


@pytest.fixture
def sandbox(home):
    with closing(Ledger(home / FILE)) as ledger:
        yield Sandbox(ledger)


# Who may use them.


@pytest.mark.parametrize(("method", "name"), _ROUTES)
@pytest.mark.parametrize(("key", "code"), [(None, 10001), ("x", 10002), ("Bearer x", 10003)])
async def test_only_a_key_of_the_sandbox_opens_the_controls(sandbox, method, name, key, code):
    """Whoever has no key reads and changes nothing."""
    async with sandbox.client() as client:
        del client.headers["Authorization"]
        headers = {"Authorization": key} if key else {}

        answer = await client.request(method, f"/_sandbox/{name}", headers=headers)

    assert (401, code) == (answer.status_code, answer.json()["error"]["code"])


async def test_controls_do_not_count_and_are_not_in_the_log(sandbox):
    """A hundred questions leave the rate limit and the log as they were."""
    async with sandbox.client() as client:
        controls = [await client.get("/_sandbox/state") for _ in range(100)]
        looks = [await client.get("/api/v1/tasks/task_1") for _ in range(11)]
        log = (await client.get("/_sandbox/log")).json()["requests"]

    assert {200} == {answer.status_code for answer in controls}
    assert [404] * 10 + [429] == [answer.status_code for answer in looks]
    assert [404] * 10 + [429] == [line["status"] for line in log]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/_sandbox", 404),
        ("GET", "/_sandbox/nothing", 404),
        ("PUT", "/_sandbox/clock", 405),
        ("GET", "/_sandbox/keys", 405),
    ],
)
async def test_other_routes_are_refused_in_the_usual_envelope(sandbox, method, path, status):
    """There is no more than what is told."""
    answer = await sandbox.ask(method, path)

    assert (status, {"error"}) == (answer.status_code, set(answer.json()))


# What they tell.


async def test_the_state_is_what_is_in_force(sandbox):
    """Time, latency, settings, tasks, accounts and faults."""
    await sandbox.completed({**CAT, "prompt": "a cat (sandbox: fail)"})
    await sandbox.completed()
    await sandbox.submit()
    await sandbox.fault("look", "error")

    state = await sandbox.control("state")

    assert {
        "now": sandbox.clock.now,
        "ahead_s": 0.0,
        "latency_s": 3.0,
        "settings": {"unknown_keys": "refuse", "latency_s": None},
        "tasks": {"processing": 1, "completed": 1, "failed": 1},
        "accounts": [{"account": tag_of("test-key"), "state": "active", "balance": None}],
        "faults": [{"number": 1, "on": "look", "kind": "error", "status": 500, "times": 1}],
    } == state


async def test_the_ledger_has_every_task_and_every_credit(sandbox):
    """Tasks with their charges, and for each account what it paid and got back."""
    other = await sandbox.key_named("other-key", balance=100)
    failed = await sandbox.submit({**CAT, "prompt": "a cat (sandbox: policy)"})
    await sandbox.completed()
    await other.submit()

    book = await sandbox.control("ledger")

    assert [(failed, "failed", 88, True)] == [
        (t["task_id"], t["status"], t["credits"], t["refunded"]) for t in book["tasks"][:1]
    ]
    assert {"code": 80006, "message": "Request violates content policy"} == book["tasks"][0][
        "error"
    ]
    sums = {
        account["account"]: (account["balance"], account["charged"], account["refunded"])
        for account in book["accounts"]
    }
    assert {tag_of("test-key"): (None, 176, 88), tag_of("other-key"): (12, 88, 0)} == {
        tag: sums[tag] for tag in (tag_of("test-key"), tag_of("other-key"))
    }


async def test_whoever_reads_of_a_failure_in_the_ledger_reads_of_its_refund(sandbox):
    """The credits are back before `failed` is seen, also here, and only once."""
    other = await sandbox.key_named("other-key", balance=100)
    await other.completed({**CAT, "prompt": "a cat (sandbox: fail)"})

    books = [await sandbox.control("ledger") for _ in range(2)]

    for book in books:
        assert [("failed", True)] == [(t["status"], t["refunded"]) for t in book["tasks"]]
        balances = {row["account"]: row["balance"] for row in book["accounts"]}
        assert 100 == balances[tag_of("other-key")]


async def test_a_row_of_other_rules_is_shown_like_any_other(sandbox):
    """What this version would refuse was accepted by another, and can be looked at."""
    made = sandbox.ledger.entry(await sandbox.completed())
    sandbox.ledger.charge(replace(made, task_id="task_old", body={"model": "mj-v7", "gone": 1}))

    book = await sandbox.control("ledger")

    assert ["completed"] * 2 == [task["status"] for task in book["tasks"]]
    assert 4 == len((await sandbox.look("task_old"))["output"]["image_urls"])


async def test_the_log_has_every_request_and_never_a_key(sandbox):
    """Method, path, status, time and account; of a submit the body and its idempotency key."""
    headers = {"Idempotency-Key": "same"}
    await sandbox.ask("POST", SUBMIT, json=CAT, headers=headers)
    await sandbox.ask("GET", "/api/v1/tasks/task_1?x=1")
    await sandbox.ask("GET", "/api/v1/tasks/task_1", headers={"Authorization": "Bearer nobody"})
    await sandbox.ask("GET", "/media/tasks/1/0.png")

    submit, look, stranger, picture_ = (await sandbox.control("log"))["requests"]

    tag = tag_of("test-key")
    assert {
        "number": 1,
        "method": "POST",
        "path": SUBMIT,
        "status": 200,
        "at": sandbox.clock.now,
        "account": tag,
        "idempotency_key": "same",
        "body": CAT,
    } == submit
    assert (404, tag, "x=1") == (look["status"], look["account"], look["query"])
    assert (401, None) == (stranger["status"], stranger["account"])
    assert ("/media/tasks/1/0.png", 404) == (picture_["path"], picture_["status"])


async def test_the_log_keeps_bodies_that_are_no_json(sandbox):
    """What was sent can be read, whatever it was."""
    odd = ["{", '{"a": NaN}', '{"a": 1e999}', '"\\ud800"', "[" * 900 + "]" * 900]
    for raw in (*(text.encode() for text in odd), b"\xff", b"[" * 30_000):
        await sandbox.ask("POST", SUBMIT, content=raw)

    bodies = [line["body"] for line in (await sandbox.control("log"))["requests"]]

    assert [*odd, "\ufffd", "[" * 20_000] == bodies


async def test_the_log_forgets_all_but_the_last_thousand(sandbox):
    """It does not grow without end."""
    async with sandbox.client() as client:
        for number in range(1005):
            await client.get(f"/nothing/{number}")

    log = (await sandbox.control("log"))["requests"]

    assert (1000, "/nothing/5") == (len(log), log[0]["path"])


async def test_two_submits_with_one_idempotency_key_are_two_tasks_and_two_charges(sandbox):
    """The key is recorded and has no effect."""
    headers = {"Idempotency-Key": "same"}

    ids = [(await sandbox.ask("POST", SUBMIT, json=CAT, headers=headers)).json() for _ in range(2)]

    assert 2 == len({answer["id"] for answer in ids})
    log = (await sandbox.control("log"))["requests"]
    assert ["same", "same"] == [line["idempotency_key"] for line in log]
    assert 176 == (await sandbox.control("ledger"))["accounts"][0]["charged"]


# The clock.


async def test_the_clock_can_be_put_forward(sandbox):
    """A task that takes its time is over, as it would be by waiting."""
    task_id = await sandbox.submit()

    told = await sandbox.control("clock", {"advance": 10})

    assert {"now": sandbox.clock.now + 10, "ahead_s": 10.0} == told
    assert "completed" == (await sandbox.look(task_id))["status"]


async def test_links_die_by_the_sandboxes_clock(sandbox):
    """Seven days can be put forward."""
    path = f"/media/tasks/{(await sandbox.completed()).removeprefix('task_')}/0.png"

    statuses = []
    for seconds in (7 * _DAY_S - 60, 120):
        await sandbox.control("clock", {"advance": seconds})
        statuses.append((await sandbox.ask("GET", path)).status_code)

    assert [200, 404] == statuses


async def test_kernels_share_the_clock_and_it_survives_them(sandbox, home):
    """What one puts forward is forward for all."""
    await sandbox.control("clock", {"advance": 5})
    await sandbox.control("clock", {"advance": 2.5})

    with closing(Ledger(home / FILE)) as ledger:
        told = await Sandbox(ledger, sandbox.clock).control("clock")

    assert 7.5 == told["ahead_s"]


async def test_what_is_over_never_starts_again(sandbox):
    """The machine's clock may be set back, the sandbox's is not."""
    task_id = await sandbox.completed()
    async with sandbox.client() as client:
        before = (await client.get(f"/api/v1/tasks/{task_id}")).json()
        sandbox.clock.now -= 3600

        after = (await client.get(f"/api/v1/tasks/{task_id}")).json()

    assert ("completed", before) == (before["status"], after)


async def test_every_answer_has_the_sandboxes_date(sandbox):
    """A date that was put forward is the one that answers bear."""
    await sandbox.control("clock", {"advance": 3600})

    answer = await sandbox.ask("GET", "/api/v1/tasks/task_1")

    assert "Tue, 24 Dec 2024 01:26:40 GMT" == answer.headers["Date"]


@pytest.mark.parametrize(
    "order",
    [{}, {"advance": -1}, {"advance": "9"}, {"advance": 1e300}, {"advance": None}, [], {"by": 1}],
    ids=str,
)
async def test_the_clock_is_never_put_back_nor_beyond_its_end(sandbox, order):
    """An order that is none is refused, and it stays where it was."""
    answer = await sandbox.ask("POST", "/_sandbox/clock", json=order)

    assert 400 == answer.status_code
    assert 0.0 == (await sandbox.control("clock"))["ahead_s"]


# Balances and settings.


async def test_a_balance_is_spent_and_refused_below_zero(sandbox):
    """It is charged with the submit, and the refund of a failure counts at once."""
    told = await sandbox.control("balance", {"balance": 100})
    first = await sandbox.submit({**CAT, "prompt": "a cat (sandbox: fail)"})
    refusal = await sandbox.refused(CAT)
    sandbox.clock.now += 10

    again = await sandbox.submit()

    assert {"account": tag_of("test-key"), "state": "active", "balance": 100} == told
    assert (402, "INSUFFICIENT_CREDITS") == refusal
    assert [first, again] == [entry.task_id for entry in sandbox.ledger.entries()]
    assert 12 == (await sandbox.control("state"))["accounts"][0]["balance"]


async def test_what_has_no_price_costs_nothing(sandbox):
    """A model without a rate is served to those who have no credits."""
    await sandbox.control("balance", {"balance": 0})

    await sandbox.submit({"model": "flux-2", "prompt": "a cat"})

    assert [0] == [entry.credits for entry in sandbox.ledger.entries()]


async def test_a_balance_can_be_that_of_another_account_or_without_end(sandbox):
    """An account that nobody has is not found."""
    await sandbox.key_named("other-key", balance=5)
    tag = tag_of("other-key")

    told = await sandbox.control("balance", {"balance": None, "account": tag})
    answer = await sandbox.ask("POST", "/_sandbox/balance", json={"balance": 1, "account": "x"})

    assert ({"account": tag, "state": "active", "balance": None}, 404) == (told, answer.status_code)


@pytest.mark.parametrize(
    ("path", "order"),
    [
        ("balance", {}),
        ("balance", {"balance": -1}),
        ("balance", {"balance": 1.5}),
        ("balance", {"balance": 10**30}),
        ("keys", {}),
        ("keys", {"key": "k", "state": "asleep"}),
        ("settings", {"unknown_keys": "maybe"}),
        ("settings", {"colour": "red"}),
        ("settings", {"latency_s": -1}),
    ],
    ids=str,
)
async def test_an_order_that_is_none_is_refused(sandbox, path, order):
    """400 in the usual envelope, with the field that is wrong."""
    answer = await sandbox.ask("POST", f"/_sandbox/{path}", json=order)

    assert (400, {"code", "message", "request_id"}) == (
        answer.status_code,
        set(answer.json()["error"]),
    )


async def test_tasks_take_the_time_that_is_set(sandbox):
    """The usual latency comes back when nothing is set."""
    times = []
    for latency_s in (100.0, None):
        await sandbox.control("settings", {"latency_s": latency_s})
        times.append(sandbox.ledger.entry(await sandbox.submit()).latency_s)

    assert 80 <= times[0] <= 120
    assert 2.4 <= times[1] <= 3.6


# Unknown keys.

_ODD = [
    {"model": "mj-v7", "prompt": "a cat", "colour": "red"},
    {"model": "mj-v7", "prompt": "a cat", "speed": "turbo"},
    {"model": "mj-v7", "prompt": "a cat", "model_params": {"speed": "turbo", "colour": "red"}},
    {"model": "mj-v7", "model_params": {"prompt": "a dog"}, "prompt": "a cat"},
    {"model": "gpt-image-2", "prompt": "a cat", "quality": "low", "model_params": {}},
    {
        "model": "mj-v7-upload-paint",
        "prompt": "a cat",
        "image_urls": ["https://example.com/cat.png"],
        "model_params": {
            "mask": {"areas": [{"points": [1, 1, 1, 9, 9, 9], "hue": 1}], "ink": 1},
            "canvas": {"width": 20, "height": 20, "depth": 3},
            "img_pos": {"width": 10, "height": 10, "x": 0, "y": 0, "z": 0},
        },
    },
]
_PLAIN = [
    {"model": "mj-v7", "prompt": "a cat"},
    {"model": "mj-v7", "prompt": "a cat"},
    {"model": "mj-v7", "prompt": "a cat", "model_params": {"speed": "turbo"}},
    {"model": "mj-v7", "prompt": "a cat", "model_params": {}},
    {"model": "gpt-image-2", "prompt": "a cat"},
    {
        "model": "mj-v7-upload-paint",
        "prompt": "a cat",
        "image_urls": ["https://example.com/cat.png"],
        "model_params": {
            "mask": {"areas": [{"points": [1, 1, 1, 9, 9, 9]}]},
            "canvas": {"width": 20, "height": 20},
            "img_pos": {"width": 10, "height": 10, "x": 0, "y": 0},
        },
    },
]


@pytest.mark.parametrize("body", _ODD, ids=str)
async def test_unknown_keys_are_refused_with_the_familys_code(sandbox, body):
    """So are keys that belong elsewhere."""
    code = 20003 if body["model"] == "gpt-image-2" else "INVALID_REQUEST"

    assert (400, code) == await sandbox.refused(body)


@pytest.mark.parametrize(("body", "plain"), list(zip(_ODD, _PLAIN, strict=True)), ids=str)
async def test_unknown_keys_can_be_ignored_wherever_they_are(sandbox, body, plain):
    """The task is that of the body without them, so a speed at the wrong place has no effect."""
    await sandbox.control("settings", {"unknown_keys": "ignore"})

    task_id = await sandbox.submit(body)

    assert plain == sandbox.ledger.entry(task_id).body


async def test_ignoring_keys_makes_no_bad_value_good(sandbox):
    """What is known is held against the documents as ever."""
    await sandbox.control("settings", {"unknown_keys": "ignore"})
    bad = [
        {"model": "mj-v7", "model_params": {"prompt": "a cat"}},
        {"model": "mj-v7", "prompt": "a cat", "model_params": {"speed": "slow", "x": 1}},
        {"model": "mj-v7", "prompt": "a cat", "model_params": 7},
    ]

    assert {(400, "INVALID_REQUEST")} == {await sandbox.refused(body) for body in bad}


# Uploads.


@pytest.mark.parametrize(
    ("kind", "mime", "extension"),
    [("PNG", "image/png", "png"), ("JPEG", "image/jpeg", "jpg"), ("WEBP", "image/webp", "webp")],
)
async def test_a_picture_that_is_put_here_can_be_fetched_for_seven_days(
    sandbox, kind, mime, extension
):
    """It lies at the hash of its bytes, needs no key, and dies like any other."""
    data = picture(kind=kind)

    told = (await sandbox.ask("POST", "/_sandbox/uploads", content=data)).json()
    alive = await sandbox.ask("GET", told["url"], headers={"Authorization": ""})
    sandbox.clock.now = told["expires_at"]
    dead = await sandbox.ask("GET", told["url"])

    name = f"{hashlib.sha256(data).hexdigest()}.{extension}"
    assert f"{ORIGIN}/media/uploads/{name}" == told["url"]
    assert (200, mime, data) == (alive.status_code, alive.headers["content-type"], alive.content)
    assert (7 * _DAY_S, 404) == (told["expires_at"] - 1_735_000_000, dead.status_code)


async def test_a_picture_that_is_put_again_lives_again(sandbox):
    """Its address stays, and its time begins anew."""
    first = (await sandbox.ask("POST", "/_sandbox/uploads", content=picture())).json()
    sandbox.clock.now += 8 * _DAY_S

    second = (await sandbox.ask("POST", "/_sandbox/uploads", content=picture())).json()

    assert first["url"] == second["url"]
    assert 200 == (await sandbox.ask("GET", first["url"])).status_code


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a" + bytes(100), b"\x89PNG", b"<svg/>", b"{}"], ids=str
)
async def test_only_pictures_can_be_put_here(sandbox, data):
    """The bytes decide, not what anybody calls them."""
    headers = {"Content-Type": "image/png"}

    answer = await sandbox.ask("POST", "/_sandbox/uploads", content=data, headers=headers)

    assert (400, 20003) == (answer.status_code, answer.json()["error"]["code"])


async def test_a_picture_may_have_twenty_megabytes(sandbox):
    """A byte more is refused, and nothing is kept."""
    most = picture() + bytes(20 * 1024 * 1024 - len(picture()))

    answers = [
        await sandbox.ask("POST", "/_sandbox/uploads", content=data) for data in (most, most + b"x")
    ]

    assert [200, 413] == [answer.status_code for answer in answers]


@pytest.mark.parametrize("file", ["x.png", "%ff.png", "..%2f0.png", "%00"])
async def test_what_nobody_put_here_is_not_there(sandbox, file):
    """A made-up name is a 404 like any other."""
    assert 404 == (await sandbox.ask("GET", f"/media/uploads/{file}")).status_code


async def test_the_embedded_sandbox_takes_pictures_without_a_request(home):
    """What is put there is kept in its ledger."""
    data = picture()

    url, expires_at = put(home, data, origin=ORIGIN)

    name = url.rpartition("/")[2]
    with closing(Ledger(home / FILE)) as ledger:
        assert data == ledger.upload(name)
        told = await Sandbox(ledger, key=KEY).control("clock")
    assert expires_at > told["now"]


async def test_the_embedded_sandbox_takes_nothing_but_pictures(home):
    """A wrong file is refused in one line."""
    with pytest.raises(InvalidRequest, match="PNG, JPEG or WebP"):
        put(home, b"no picture", origin=ORIGIN)


async def test_threads_may_put_pictures_beside_a_sandbox_that_runs(sandbox, home):
    """Each finds its own under the address that it was told."""
    data = [picture(width) for width in range(40, 48)]

    with ThreadPoolExecutor(4) as threads:
        told = list(threads.map(lambda one: put(home, one, origin=ORIGIN), data))
    sandbox.clock.now = told[0][1] - 60

    assert data == [(await sandbox.ask("GET", url)).content for url, _ in told]
