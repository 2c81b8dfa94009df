"""Faults that are posted to the sandbox, one by one, and what each of them does."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from email.utils import parsedate_to_datetime

import pytest
from PIL import Image

from reapi_nb.sandbox.door import HungUpError
from reapi_nb.sandbox.faults import RULES
from reapi_nb.sandbox.ledger import FILE, Ledger
from tests.sandboxes import APIXO_CAT, APIXO_LOOK, APIXO_SUBMIT, CAT, SUBMIT, Sandbox

_CASTLE = {"model": "gpt-image-2-official", "prompt": "a castle", "quality": "low"}


@pytest.fixture
def sandbox(home):
    with closing(Ledger(home / FILE)) as ledger:
        yield Sandbox(ledger)


async def _submitted(sandbox, body=CAT):
    return await sandbox.ask("POST", SUBMIT, json=body)


async def _looked(sandbox, task_id):
    return await sandbox.ask("GET", f"/api/v1/tasks/{task_id}")


async def _fetched(sandbox, task_id, file="0.png"):
    return await sandbox.ask("GET", f"/media/tasks/{task_id.removeprefix('task_')}/{file}")


def _says(answer):
    return answer.status_code, answer.json()["error"]["code"]


# On submit: instead of the answer.


@pytest.mark.parametrize(
    ("fault", "says", "tasks"),
    [
        ({"kind": "rate_limit"}, (429, 50001), 0),
        ({"kind": "no_credits"}, (402, "INSUFFICIENT_CREDITS"), 0),
        ({"kind": "error_before"}, (500, "INTERNAL_SERVER_ERROR"), 0),
        ({"kind": "error_before", "status": 503}, (503, "SERVICE_UNAVAILABLE"), 0),
        ({"kind": "error_after"}, (500, "INTERNAL_SERVER_ERROR"), 1),
    ],
    ids=str,
)
async def test_a_submit_is_refused_once_and_then_answered(sandbox, fault, says, tasks):
    """A fault is used up once; whether a task was made and charged is the fault's own."""
    await sandbox.fault("submit", **fault)

    refusal = await _submitted(sandbox)
    made = len(sandbox.ledger.entries())
    again = await _submitted(sandbox)

    assert (says, tasks, 200) == (_says(refusal), made, again.status_code)


async def test_too_many_requests_can_say_when_to_come_again_in_both_ways(sandbox):
    """Retry-After is a number of seconds, or an HTTP date by the sandbox's own clock."""
    await sandbox.control("clock", {"advance": 1000})
    for as_date in (False, True):
        await sandbox.fault("submit", "rate_limit", retry_after=7, as_date=as_date)

    number, date = [await _submitted(sandbox) for _ in range(2)]

    wait = parsedate_to_datetime(date.headers["Retry-After"]) - parsedate_to_datetime(
        date.headers["Date"]
    )
    assert ("7", 7.0) == (number.headers["Retry-After"], wait.total_seconds())
    assert (429, 50001) == _says(date)


@pytest.mark.parametrize(("after", "tasks"), [(False, 0), (True, 1)])
async def test_something_between_can_answer_in_html(sandbox, after, tasks):
    """A page with status 502, and only the ledger knows whether the task was made."""
    await sandbox.fault("submit", "html", after=after)

    answer = await _submitted(sandbox)

    assert (502, "text/html; charset=utf-8") == (
        answer.status_code,
        answer.headers["content-type"],
    )
    assert answer.text.startswith("<!DOCTYPE html>")
    assert tasks == len(sandbox.ledger.entries())


async def test_the_answer_to_a_paid_submit_can_be_lost(sandbox):
    """The connection breaks without an answer, the task is charged, and the log has it."""
    await sandbox.fault("submit", "drop")

    with pytest.raises(HungUpError):
        await _submitted(sandbox)

    assert [88] == [entry.credits for entry in sandbox.ledger.entries()]
    (line,) = (await sandbox.control("log"))["requests"]
    assert (None, CAT) == (line["status"], line["body"])


async def test_credits_are_missing_in_the_code_of_the_model(sandbox):
    """Models with codes in numbers have a number for it."""
    await sandbox.fault("submit", "no_credits")

    status, code = _says(await _submitted(sandbox, _CASTLE))

    assert (402, True) == (status, isinstance(code, int) and 20000 <= code < 50000)


async def test_a_fault_waits_for_a_submit_that_would_have_made_a_task(sandbox):
    """What is refused anyway uses up nothing that happens to tasks."""
    for kind in ("error_after", "fail", "v8_envelope"):
        await sandbox.fault("submit", kind)

    await sandbox.refused({"model": "mj-v7"})

    kinds = [fault["kind"] for fault in (await sandbox.control("faults"))["faults"]]
    assert ["error_after", "fail", "v8_envelope"] == kinds


async def test_faults_come_in_the_order_in_which_they_were_posted(sandbox):
    """One that comes after the task is made does not wait for one before, if it is older."""
    await sandbox.control(
        "faults",
        [{"on": "submit", "kind": kind} for kind in ("error_after", "rate_limit", "no_credits")],
    )

    statuses = [(await _submitted(sandbox)).status_code for _ in range(4)]

    assert [500, 429, 402, 200] == statuses
    assert 2 == len(sandbox.ledger.entries())


# On submit: another answer, and another task.


async def test_a_submit_can_be_answered_in_other_shapes(sandbox):
    """The envelope of the V8 page, and the id under its other name."""
    for kind in ("v8_envelope", "bare_id"):
        await sandbox.fault("submit", kind)

    shapes = [(await _submitted(sandbox)).json() for _ in range(2)]

    first, second = (entry.task_id for entry in sandbox.ledger.entries())
    assert [{"data": [{"task_id": first, "status": "submitted"}]}, {"task_id": second}] == shapes


@pytest.mark.parametrize(("names", "code"), [(False, "20002"), (True, "MISSING_PARAMETER")])
async def test_numbers_can_come_as_text(sandbox, names, code):
    """A code is a number, its digits, or its name."""
    await sandbox.fault("submit", "string_codes", names=names)
    body = {"model": "gpt-image-2"}

    codes = [(await sandbox.refused(body))[1] for _ in range(2)]

    assert [code, 20002] == codes


async def test_a_failed_tasks_code_can_come_as_text(sandbox):
    """What is true of refusals is true of failures."""
    task_id = await sandbox.completed({**CAT, "prompt": "a cat (sandbox: policy)"})
    await sandbox.fault("look", "string_codes")

    codes = [(await sandbox.look(task_id))["error"]["code"] for _ in range(2)]

    assert ["80006", 80006] == codes


@pytest.mark.parametrize("place", ["submit", "look"])
async def test_a_refusal_can_come_without_a_request_id(sandbox, place):
    """The request id is optional."""
    await sandbox.fault(place, "no_request_id")
    ask = {"submit": ("POST", SUBMIT), "look": ("GET", "/api/v1/tasks/task_1")}[place]

    first, second = [(await sandbox.ask(*ask)).json()["error"] for _ in range(2)]

    assert ({"code", "message"}, {"code", "message", "request_id"}) == (set(first), set(second))


async def test_a_task_can_take_longer(sandbox):
    """Its usual time and so many seconds more."""
    await sandbox.fault("submit", "slow", seconds=600)
    task_id = await sandbox.completed()

    statuses = [(await sandbox.look(task_id))["status"]]
    sandbox.clock.now += 600
    statuses.append((await sandbox.look(task_id))["status"])

    assert ["processing", "completed"] == statuses


@pytest.mark.parametrize("code", [80001, 80002, 80003, 80006, "UPSTREAM_ERROR"])
async def test_a_task_can_fail_with_any_code(sandbox, code):
    """It is processing first, then failed and refunded."""
    await sandbox.fault("submit", "fail", code=code)
    task_id = await sandbox.submit()
    early = await sandbox.look(task_id)
    sandbox.clock.now += 10

    late = await sandbox.look(task_id)

    assert ("processing", "failed", code) == (
        early["status"],
        late["status"],
        late["error"]["code"],
    )
    assert sandbox.ledger.entry(task_id).refunded


@pytest.mark.parametrize(
    ("fault", "files"),
    [
        ({"kind": "keep", "n": 3, "layout": "gaps"}, "013"),
        ({"kind": "keep", "n": 2, "layout": "gaps"}, "03"),
        ({"kind": "keep", "n": 1, "layout": "gaps"}, "3"),
        ({"kind": "keep", "n": 3, "layout": "packed"}, "012"),
        ({"kind": "keep", "n": 1, "layout": "packed"}, "0"),
        ({"kind": "keep", "n": 12}, "0123"),
        ({"kind": "keep", "n": 0}, ""),
        ({"kind": "empty"}, ""),
    ],
    ids=str,
)
async def test_review_can_leave_fewer_pictures_in_either_layout(sandbox, fault, files):
    """Files keep their numbers, or are numbered anew; those that are named are there."""
    await sandbox.fault("submit", **fault)
    task_id = await sandbox.completed()

    task = await sandbox.look(task_id)

    names = "".join(url[-5] for url in task["output"]["image_urls"])
    assert ("completed", files) == (task["status"], names)
    for name in set("0123").difference(files):
        assert 404 == (await _fetched(sandbox, task_id, f"{name}.png")).status_code
    assert not sandbox.ledger.entry(task_id).refunded


async def test_faults_of_different_kinds_come_together(sandbox):
    """A task may be slow and fail, and the answer to its submit may look different."""
    for kind in ("slow", "fail", "bare_id"):
        await sandbox.fault("submit", kind)

    answer = await _submitted(sandbox)

    sandbox.clock.now += 70
    assert ["task_id"] == list(answer.json())
    assert "failed" == (await sandbox.look(answer.json()["task_id"]))["status"]
    assert [] == (await sandbox.control("faults"))["faults"]


# On look.


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ({"kind": "rate_limit"}, (429, 50001)),
        ({"kind": "error"}, (500, "INTERNAL_SERVER_ERROR")),
        ({"kind": "not_found"}, (404, "NOT_FOUND")),
    ],
    ids=str,
)
async def test_a_look_is_refused_for_a_while(sandbox, fault, says):
    """So many times, and the task is as it was."""
    task_id = await sandbox.completed()
    await sandbox.fault("look", **fault, times=2)

    refusals = [_says(await _looked(sandbox, task_id)) for _ in range(2)]

    assert [says] * 2 == refusals
    assert "completed" == (await sandbox.look(task_id))["status"]


async def test_a_look_can_be_answered_in_html_or_not_at_all(sandbox):
    """What lies between can fail here, too."""
    task_id = await sandbox.completed()
    for kind in ("html", "drop"):
        await sandbox.fault("look", kind)

    page = await _looked(sandbox, task_id)
    with pytest.raises(HungUpError):
        await _looked(sandbox, task_id)

    assert (502, True) == (page.status_code, "<html>" in page.text)


# On picture.


async def test_a_picture_can_be_gone_or_something_else(sandbox):
    """410, or a page where a picture should be; the third time it is there."""
    task_id = await sandbox.completed()
    for kind in ("gone", "html"):
        await sandbox.fault("picture", kind)

    answers = [await _fetched(sandbox, task_id) for _ in range(3)]

    kinds = [answer.headers["content-type"].partition(";")[0] for answer in answers]
    assert [410, 200, 200] == [answer.status_code for answer in answers]
    assert ["application/json", "text/html", "image/png"] == kinds


async def test_a_picture_can_come_late(sandbox):
    """So many seconds are slept, once."""
    task_id = await sandbox.completed()
    await sandbox.fault("picture", "slow", seconds=12.5)

    for _ in range(2):
        await _fetched(sandbox, task_id)

    assert [12.5] == sandbox.slept


async def test_a_picture_can_be_cut(sandbox):
    """It begins like the picture, and cannot be opened."""
    task_id = await sandbox.completed()
    await sandbox.fault("picture", "corrupt")

    cut, whole = [await _fetched(sandbox, task_id) for _ in range(2)]

    assert (200, "image/png") == (cut.status_code, cut.headers["content-type"])
    assert whole.content.startswith(cut.content)
    Image.open(io.BytesIO(whole.content)).load()
    with pytest.raises(OSError, match=r"truncated|broken"):
        Image.open(io.BytesIO(cut.content)).load()


async def test_a_picture_that_is_not_there_uses_up_no_fault(sandbox):
    """A dead link is dead for its own reasons."""
    await sandbox.fault("picture", "gone")

    answer = await _fetched(sandbox, "task_1")

    assert 404 == answer.status_code
    assert 1 == len((await sandbox.control("faults"))["faults"])


# At APIXO.


@pytest.mark.parametrize(
    ("fault", "status", "tasks"),
    [
        ({"kind": "rate_limit"}, 429, 0),
        ({"kind": "no_credits"}, 402, 0),
        ({"kind": "error_before"}, 500, 0),
        ({"kind": "error_after"}, 500, 1),
    ],
    ids=str,
)
async def test_apixos_submits_fail_in_apixos_words(sandbox, fault, status, tasks):
    """The code in the body repeats the status."""
    await sandbox.fault("submit", **fault)

    answer = await sandbox.ask("POST", APIXO_SUBMIT, json=APIXO_CAT)

    assert (status, status, {"error"}) == (
        answer.status_code,
        answer.json()["code"],
        set(answer.json()["data"]),
    )
    assert tasks == len(sandbox.ledger.entries())


async def test_apixos_looks_fail_in_apixos_words(sandbox):
    """A look that is refused comes as code, message and data."""
    for kind in ("not_found", "error"):
        await sandbox.fault("look", kind)

    answers = [await sandbox.ask("GET", f"{APIXO_LOOK}?taskId=task_1") for _ in range(2)]

    assert [404, 500] == [answer.json()["code"] for answer in answers]


# The table.


@pytest.mark.parametrize(
    ("place", "kind"), [(place, kind) for place, kinds in RULES.items() for kind in kinds]
)
async def test_every_fault_of_the_table_can_be_posted_seen_and_cleared(sandbox, place, kind):
    """What is posted is listed with its options, and gone when it is cleared."""
    await sandbox.fault(place, kind, times=3)

    (fault,) = (await sandbox.control("faults"))["faults"]
    cleared = await sandbox.control("faults", method="DELETE")

    options = dict(RULES[place][kind].options)
    told = {"number": fault["number"], "on": place, "kind": kind, "times": 3, **options}
    assert (told, {"cleared": 1}) == (fault, cleared)
    assert [] == (await sandbox.control("faults"))["faults"]


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"on": "submit"},
        {"on": "fetch", "kind": "drop"},
        {"on": "submit", "kind": "gone"},
        {"on": "look", "kind": "v8_envelope"},
        {"on": "submit", "kind": "drop", "times": 0},
        {"on": "submit", "kind": "drop", "times": True},
        {"on": "submit", "kind": "drop", "seconds": 1},
        {"on": "submit", "kind": "slow", "seconds": -1},
        {"on": "submit", "kind": "slow", "seconds": 1e9},
        {"on": "submit", "kind": "keep", "n": 13},
        {"on": "submit", "kind": "keep", "layout": "loose"},
        {"on": "submit", "kind": "error_before", "status": 799},
        {"on": "submit", "kind": "error_before", "status": 204},
        {"on": "submit", "kind": "drop", "colour": "red"},
        [{"on": "submit", "kind": "drop"}, {"on": "submit", "kind": "nonsense"}],
        "drop",
        None,
    ],
    ids=str,
)
async def test_a_fault_that_is_none_is_refused_and_nothing_of_it_is_kept(sandbox, fault):
    """What is posted is held against the table."""
    answer = await sandbox.ask("POST", "/_sandbox/faults", json=fault)

    assert 400 == answer.status_code
    assert [] == (await sandbox.control("faults"))["faults"]


async def test_a_wrong_fault_is_told_what_there_is(sandbox):
    """Whoever mistypes a kind or an option reads the right ones."""
    wrong = [
        {"on": "look", "kind": "gone"},
        {"on": "submit", "kind": "keep", "seconds": 1},
    ]

    messages = [
        (await sandbox.ask("POST", "/_sandbox/faults", json=fault)).json()["error"]["message"]
        for fault in wrong
    ]

    assert "not_found" in messages[0]
    assert "its options: n, layout" in messages[1]


async def test_faults_survive_the_kernel_and_are_shared(sandbox, home):
    """Another kernel's sandbox uses up what was posted to the first."""
    await sandbox.fault("submit", "rate_limit")

    with closing(Ledger(home / FILE)) as ledger:
        answers = [await _submitted(Sandbox(ledger, sandbox.clock)), await _submitted(sandbox)]

    assert [429, 200] == [answer.status_code for answer in answers]


def test_a_fault_never_comes_once_too_often(home):
    """However many kernels ask for it at once."""
    with closing(Ledger(home / FILE)) as ledger:
        ledger.faults.add([("submit", "before", {"kind": "drop"}, 50)])

    def kernel(_: int) -> int:
        with closing(Ledger(home / FILE)) as ledger:
            return sum(ledger.faults.take("submit", "before") is not None for _ in range(40))

    with ThreadPoolExecutor(4) as threads:
        taken = list(threads.map(kernel, range(4)))

    assert 50 == sum(taken)
