"""The sandbox's tasks: their time, their charge, their parents, and rehearsed trouble."""

from __future__ import annotations

from contextlib import closing

import pytest

from reapi_nb.sandbox.ledger import FILE, Ledger
from tests.sandboxes import CAT, Sandbox, follow_up


@pytest.fixture
def sandbox(home):
    with closing(Ledger(home / FILE)) as ledger:
        yield Sandbox(ledger)


# Tasks and their time.


async def test_a_task_processes_until_its_time_is_over(sandbox):
    """A task shows nothing until about three seconds have passed, and then everything."""
    task_id = await sandbox.submit()

    seen = []
    for later in (0.0, 2.3, 1.4):
        sandbox.clock.now += later
        task = await sandbox.look(task_id)
        seen.append((task["status"], task["output"] is None))

    assert [("processing", True), ("processing", True), ("completed", False)] == seen


async def test_draft_and_turbo_are_quicker_and_no_two_tasks_are_alike(sandbox):
    """Fast takes the given time, give or take a fifth; turbo less, draft least."""
    times = {}
    for speed in ("draft", "turbo", "fast"):
        for _ in range(30):
            await sandbox.submit(CAT, speed=speed)
            sandbox.clock.now += 1
        times[speed] = [entry.latency_s for entry in sandbox.ledger.entries()[-30:]]

    assert all(2.4 <= time <= 3.6 for time in times["fast"])
    assert max(times["turbo"]) < min(times["fast"])
    assert max(times["draft"]) < max(times["turbo"])
    assert 30 == len(set(times["fast"]))


async def test_a_sandbox_without_latency_completes_at_once(sandbox):
    """The first look at a task of latency 0 shows its pictures."""
    sandbox.latency_s = 0.0
    task_id = await sandbox.submit()

    task = await sandbox.look(task_id)

    assert "completed" == task["status"]


async def test_a_task_survives_the_kernel_that_made_it(sandbox, home):
    """A new sandbox on the same file gives the same answer."""
    task_id = await sandbox.completed()
    told = await sandbox.look(task_id)

    with closing(Ledger(home / FILE)) as ledger:
        again = await Sandbox(ledger, sandbox.clock).look(task_id)

    assert told == again


async def test_a_task_is_unknown_to_other_keys(sandbox):
    """Another key's task, and one that nobody made, are the same 404."""
    task_id = await sandbox.submit()
    other = Sandbox(sandbox.ledger, sandbox.clock, key="other-key")

    async with other.client() as client:
        answers = [await client.get(f"/api/v1/tasks/{name}") for name in (task_id, "task_1")]

    assert [(404, "task not found")] * 2 == [
        (answer.status_code, answer.json()["error"]["message"]) for answer in answers
    ]


@pytest.mark.parametrize(
    ("body", "bill"),
    [
        ({"model": "mj-v7", "prompt": "a cat", "model_params": {"speed": "draft"}}, 44),
        ({"model": "mj-v7", "prompt": "a cat"}, 88),
        ({"model": "mj-v7", "prompt": "a cat", "model_params": {"speed": "turbo"}}, 175),
        ({"model": "mj-v7", "prompt": "a cat --oref https://example.com/cat.png"}, 175),
    ],
    ids=["draft", "fast", "turbo", "oref"],
)
async def test_a_submit_is_charged_once_whatever_happens_next(sandbox, body, bill):
    """The charge is written with the task, and looking at it changes nothing."""
    task_id = await sandbox.completed(body)

    await sandbox.look(task_id)

    assert [(bill, False)] == [(e.credits, e.refunded) for e in sandbox.ledger.entries()]


# Stage directions.


@pytest.mark.parametrize(
    ("direction", "code"),
    [
        ("fail", 80003),
        ("policy", 80006),
        ("submit-failed", 80001),
        ("timeout", 80002),
        ("FAIL", 80003),
    ],
)
async def test_a_task_can_be_told_to_fail(sandbox, direction, code):
    """The failure comes with its code over HTTP 200, and is refunded before it is seen."""
    body = {"model": "mj-v7", "prompt": f"a cat (sandbox: {direction}) --ar 3:2"}
    task_id = await sandbox.submit(body)
    early = await sandbox.look(task_id)
    refunds = [sandbox.ledger.entry(task_id).refunded]
    sandbox.clock.now += 10

    late = [await sandbox.look(task_id) for _ in range(2)]

    refunds.append(sandbox.ledger.entry(task_id).refunded)
    assert [False, True] == refunds
    assert ("processing", None) == (early["status"], early["error"])
    assert [("failed", code, None)] * 2 == [
        (task["status"], task["error"]["code"], task["output"]) for task in late
    ]


async def test_a_submit_can_be_told_to_be_refused(sandbox):
    """Content review at the door is a 400 with its documented code, and no charge."""
    refusal = await sandbox.refused({"model": "mj-v7", "prompt": "a cat (sandbox: refuse)"})

    assert (400, "CONTENT_POLICY_VIOLATION") == refusal
    assert () == sandbox.ledger.entries()


@pytest.mark.parametrize("model", ["gpt-image-2-official", "gpt-image-2", "wan2.7-image", "flux-2"])
async def test_models_with_codes_in_numbers_are_refused_with_one(sandbox, model):
    """Content review at the door says 80006 there."""
    refusal = await sandbox.refused({"model": model, "prompt": "a cat (sandbox: refuse)"})

    assert (400, 80006) == refusal
    assert () == sandbox.ledger.entries()


@pytest.mark.parametrize(("direction", "files"), [("three", "013"), ("packed", "012")])
async def test_review_can_be_told_to_take_out_a_picture(sandbox, direction, files):
    """The other three keep the numbers of their files, or get new ones."""
    prompt = f"a cat (sandbox: {direction})"
    task_id = await sandbox.completed({"model": "mj-v7", "prompt": prompt})

    task = await sandbox.look(task_id)

    assert files == "".join(url[-5] for url in task["output"]["image_urls"])


async def test_a_task_can_be_told_to_be_slow(sandbox):
    """Two minutes more than usual, and several directions at once."""
    task_id = await sandbox.completed(
        {"model": "mj-v7", "prompt": "a cat (sandbox: slow) (sandbox: fail)"}
    )

    statuses = [(await sandbox.look(task_id))["status"]]
    sandbox.clock.now += 120
    statuses.append((await sandbox.look(task_id))["status"])

    assert ["processing", "failed"] == statuses


# Parents.


@pytest.mark.parametrize("model", ["mj-v7-upscale", "mj-v7-variation"])
async def test_a_parent_is_a_completed_task_of_the_same_key(sandbox, model):
    """Unknown, unfinished, failed and foreign parents are refused, and cost nothing."""
    failed = await sandbox.submit({"model": "mj-v7", "prompt": "a cat (sandbox: fail)"})
    foreign = await Sandbox(sandbox.ledger, sandbox.clock, key="other-key").completed()
    young = await sandbox.submit()
    before = sandbox.ledger.entries()

    refusals = [
        await sandbox.refused(follow_up(model, task_id))
        for task_id in ("task_1", failed, foreign, young)
    ]

    assert [(400, "INVALID_REQUEST")] * 4 == refusals
    assert before == sandbox.ledger.entries()


async def test_a_picture_that_review_took_out_is_no_parent(sandbox):
    """image_number names a slot, and that slot must have a picture."""
    three = await sandbox.completed({"model": "mj-v7", "prompt": "a cat (sandbox: three)"})

    missing = await sandbox.refused(follow_up("mj-v7-upscale", three, 2))
    last = await sandbox.submit(follow_up("mj-v7-upscale", three, 3))

    assert (400, "INVALID_REQUEST") == missing
    assert last


async def test_an_upscale_has_one_picture_and_is_not_upscaled_again(sandbox):
    """It may be varied, but only its one picture, and never upscaled."""
    upscale = await sandbox.completed(follow_up("mj-v7-upscale", await sandbox.completed(), 1))

    refusals = [
        await sandbox.refused(follow_up(model, upscale, slot))
        for model, slot in [("mj-v7-upscale", 0), ("mj-v7-variation", 1)]
    ]
    variation = await sandbox.completed(follow_up("mj-v7-variation", upscale, 0))

    assert [(400, "INVALID_REQUEST")] * 2 == refusals
    assert (1, 4) == (
        len((await sandbox.look(upscale))["output"]["image_urls"]),
        len((await sandbox.look(variation))["output"]["image_urls"]),
    )


# Other models.


@pytest.mark.parametrize(
    ("body", "pictures"),
    [
        ({"model": "flux-2", "prompt": "a cat"}, 1),
        ({"model": "flux-2", "prompt": "a cat", "n": 3}, 3),
        ({"model": "flux-2", "prompt": "a cat", "n": 10**9}, 1),
        ({"model": "wan2.7-image", "prompt": "a cat", "n": 12, "enable_sequential": True}, 12),
        ({"model": "gpt-image-2-official", "prompt": "a cat", "n": 2}, 2),
    ],
    ids=str,
)
async def test_every_model_makes_as_many_pictures_as_it_says(sandbox, body, pictures):
    """One that nobody knows makes one, unless n says otherwise."""
    task = await sandbox.look(await sandbox.completed(body))

    assert pictures == len(task["output"]["image_urls"])


@pytest.mark.parametrize(
    ("model", "code"),
    [
        ("mj-v7-upscal", "INVALID_REQUEST"),
        ("mj-v9", 20003),
        ("wan2.7-imag", 20003),
        ("gpt-image-3", 20003),
        ("some-model-of-tomorrow", 20003),
        (" ", 20003),
    ],
)
async def test_a_model_that_no_page_names_is_refused(sandbox, model, code):
    """In the code of the family that it is named after, if it is named after one."""
    status, told = await sandbox.refused({"model": model, "prompt": "a cat"})

    assert (400, code) == (status, told)
