"""What APIXO says of a task, held against answers copied by hand from its pages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reapi_nb.errors import RateLimited, ServerFault, TaskNotFound, Unauthorized
from reapi_nb.wire import apixo
from reapi_nb.wire.answers import Task

_DATA = json.loads((Path(__file__).parent / "data" / "apixo_answers.json").read_text("utf-8"))
_ID = _DATA["submit"]["task_id"]
_URL = _DATA["success"]["urls"][0]


def _raw(body: object) -> bytes:
    return json.dumps(body).encode()


def _envelope(code: object, data: object = None, message: str = "no") -> bytes:
    return _raw({"code": code, "message": message, "data": data})


def _look(**data: object) -> Task:
    return apixo.asked(200, {}, _envelope(200, {"taskId": _ID, **data}, "success"))


# Tasks.


@pytest.mark.parametrize("state", ["pending", "processing"])
def test_the_documented_waiting_task_is_under_way(state):
    """A task that waits and a task that is worked on are one to us, and the answer is kept."""
    body = _DATA[state]["body"]

    task = apixo.asked(200, {}, _raw(body))

    assert Task("processing", raw=body) == task


def test_the_documented_successful_task_is_read_whole():
    """The pictures are in a text that is JSON itself."""
    body = _DATA["success"]["body"]

    task = apixo.asked(200, {}, _raw(body))

    assert Task("completed", tuple(_DATA["success"]["urls"]), raw=body) == task


def test_the_documented_failed_task_is_a_failure_although_everything_says_200():
    """A task's failure hides behind HTTP 200 and code 200, with its own code."""
    told = _DATA["failed"]["body"]

    task = apixo.asked(200, {}, _raw(told))

    assert task.error is not None
    assert ("failed", told["data"]["failCode"], told["data"]["failMsg"], told) == (
        task.status,
        task.error.code,
        task.error.message,
        task.raw,
    )
    assert "credits refunded" == task.error.money


@pytest.mark.parametrize("row", _DATA["fail_codes"], ids=lambda row: row["code"])
def test_every_documented_fail_code_is_kept(row):
    """A failed task is a failed task, also when the parent's id or the balance was the reason."""
    task = _look(state="failed", failCode=row["code"], failMsg=row["means"])

    assert task.error is not None
    assert ("failed", row["code"], row["means"]) == (
        task.status,
        task.error.code,
        task.error.message,
    )


@pytest.mark.parametrize(
    "more", [{}, {"failCode": None, "failMsg": None}, {"failCode": ""}, {"failCode": True}]
)
def test_a_failure_without_a_reason_is_a_failure(more):
    """The reason of a failed task may be missing."""
    task = _look(state="failed", **more)

    assert task.error is not None
    assert ("failed", None, "the provider gave no reason") == (
        task.status,
        task.error.code,
        task.error.message,
    )


@pytest.mark.parametrize("state", ["queued", "SUCCESS", "Failed", "cancelled", "", None, 3, []])
def test_a_state_that_nobody_knows_is_never_an_end(state):
    """Only `success` and `failed` end a task."""
    task = _look(state=state)

    assert "processing" == task.status


@pytest.mark.parametrize("data", [{}, {"taskId": _ID}, {"failCode": "X"}])
def test_a_task_without_a_state_is_not_at_its_end(data):
    """A missing state says as little as an unknown one."""
    task = apixo.asked(200, {}, _envelope(200, data))

    assert "processing" == task.status


def test_a_task_that_is_worked_on_is_not_gone():
    """Only where there is no task does the name of a missing one count."""
    task = _look(state="processing", failCode="INVALID_TASK_ID")

    assert "processing" == task.status


def test_the_pictures_may_come_without_the_text_around_them():
    """An object where the page has a text is read as well."""
    task = _look(state="success", resultJson={"resultUrls": [_URL]})

    assert (_URL,) == task.urls


@pytest.mark.parametrize(
    "result",
    [
        None,
        "",
        "{}",
        "[]",
        "null",
        '{"resultUrls":["https://cdn.apixo.ai/outp',
        "https://cdn.apixo.ai/output/abc123.jpg",
        '{"resultUrls": null}',
        '{"resultUrls": {"0": "x"}}',
        '{"resultUrls": "https://cdn.apixo.ai/output/abc123.jpg"}',
        "[" * 100_000,
        "\ud800",
        {},
        {"resultUrls": None},
        ["https://cdn.apixo.ai/output/abc123.jpg"],
        7,
    ],
    ids=lambda result: repr(result)[:30],
)
def test_a_success_may_have_no_pictures(result):
    """A result of any shape is read without a fault, and the task is still at its end."""
    task = _look(state="success", resultJson=result)

    assert ("completed", ()) == (task.status, task.urls)


def test_a_success_without_a_result_is_a_success():
    """The field may be missing altogether."""
    task = _look(state="success")

    assert ("completed", ()) == (task.status, task.urls)


def test_what_is_not_a_url_is_left_out():
    """Only text can be a URL."""
    task = _look(state="success", resultJson=json.dumps({"resultUrls": [None, _URL, 3, {}]}))

    assert (_URL,) == task.urls


def test_a_task_is_believed_whatever_the_code_beside_it():
    """A state is the task's own word; asking again would bring the same for ever."""
    raw = _envelope(500, {"taskId": _ID, "state": "failed", "failCode": "GENERATION_FAILED"})

    task = apixo.asked(200, {}, raw)

    assert "failed" == task.status


# Looks that show no task.


@pytest.mark.parametrize(
    ("status", "raw", "code"),
    [
        (404, _envelope(404), 404),
        (404, b"404 page not found", None),
        (404, b"", None),
        (200, _envelope(404), 404),
        (400, _envelope(400, {"error": "INVALID_TASK_ID"}), 400),
        (400, _envelope(400, {"failCode": "INVALID_TASK_ID"}), 400),
        (400, _envelope("INVALID_TASK_ID"), "INVALID_TASK_ID"),
        (200, _envelope(200, {"failCode": "INVALID_TASK_ID"}), "INVALID_TASK_ID"),
    ],
)
def test_an_unknown_task_is_not_found(status, raw, code):
    """By the status, by the code in the body or by its name; nobody says which it is."""
    with pytest.raises(TaskNotFound) as no:
        apixo.asked(status, {}, raw)

    assert (code, None) == (no.value.code, no.value.charged)


@pytest.mark.parametrize("status", [200, 401, 403])
def test_a_refused_key_stops_the_looking(status):
    """APIXO itself says so, by the status or only by the code in the body."""
    code = 401 if status == 200 else status

    with pytest.raises(Unauthorized) as no:
        apixo.asked(status, {}, _envelope(code))

    assert code == no.value.code


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("raw", [b"<html>sign in</html>", b'{"code": 401, "message": "sign in"}'])
def test_a_portal_that_wants_a_login_is_not_the_api(status, raw):
    """A refusal without APIXO's envelope says nothing of the key: it is asked again."""
    with pytest.raises(ServerFault):
        apixo.asked(status, {}, raw)


@pytest.mark.parametrize(
    ("status", "raw"), [(429, b""), (429, _envelope(429)), (200, _envelope(429))]
)
def test_a_look_may_be_limited(status, raw):
    """Looks share the rate limit."""
    with pytest.raises(RateLimited) as no:
        apixo.asked(status, {"retry-after": "2"}, raw)

    assert 2.0 == no.value.retry_after


@pytest.mark.parametrize("status", [204, 301, 302, 307, 400, 402, 408, 409, 500, 502, 503, 504])
@pytest.mark.parametrize("own", [True, False])
def test_a_look_that_says_nothing_of_the_task_is_asked_again(status, own):
    """What is said of anything but the task is no news of the task."""
    with pytest.raises(ServerFault) as no:
        apixo.asked(status, {}, _envelope(status) if own else b"<html>")

    assert no.value.again


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<html>",
        b"[]",
        b"null",
        b'"success"',
        b'{"code"',
        b"{}",
        _envelope(200),
        _envelope(200, []),
        _envelope(200, "success"),
        _envelope(400),
        _envelope(500),
        _envelope(1001, {"taskId": _ID}),
        _envelope("INSUFFICIENT_CREDITS"),
        _raw({"status": "completed", "output": {"image_urls": ["https://x.test/0.png"]}}),
    ],
    ids=lambda raw: raw[:50].decode(),
)
def test_a_look_that_is_not_a_task_is_asked_again(raw):
    """Half an answer is no answer, and neither is another provider's."""
    with pytest.raises(ServerFault):
        apixo.asked(200, {}, raw)


def test_every_cut_of_a_success_is_asked_again():
    """A body that was cut anywhere is never an end."""
    raw = _raw(_DATA["success"]["body"])

    for end in range(len(raw)):
        with pytest.raises(ServerFault):
            apixo.asked(200, {}, raw[:end])


# Slots, limits and the sandbox's own answers.


@pytest.mark.parametrize(
    ("names", "slots"),
    [
        (["abc123.jpg"], (0,)),
        (["a.png", "b.png", "c.png", "d.png"], (0, 1, 2, 3)),
        (["0.png", "1.png", "3.png"], (0, 1, 3)),
        (["3.png", "0.png"], (3, 0)),
        (["1.png", "2.png", "3.png", "4.png"], (0, 1, 2, 3)),
        (["0.png", "0.png"], (0, 1)),
        ([], ()),
    ],
    ids=str,
)
def test_a_picture_keeps_the_number_of_its_file_if_it_can_be_one(names, slots):
    """An `imageIndex` goes from 0 to 3: files that are numbered otherwise go by position."""
    urls = tuple(f"https://cdn.apixo.ai/output/{name}" for name in names)

    found = apixo.slots(urls)

    assert slots == found


def test_the_limits_are_those_of_the_page():
    """Lifetime, rate, tasks at once and cadence are the documented ones."""
    limits, cadence = _DATA["limits"], _DATA["cadence"]

    assert _DATA["url_lifetime_days"] * 86_400 == apixo.URL_LIFETIME_S
    assert (limits["requests"], limits["seconds"], limits["tasks"]) == (
        apixo.MOST_REQUESTS,
        apixo.WINDOW_S,
        apixo.MOST_TASKS,
    )
    assert (cadence["first_look_s"], cadence["pause_s"]) == (apixo.FIRST_LOOK_S, apixo.PAUSE_S)


def test_the_sandbox_answers_a_submit_as_documented():
    """Its answer is the documented one, field by field."""
    assert _DATA["submit"]["body"] == apixo.accepted_body(_ID)


def test_the_sandbox_refuses_as_documented():
    """Its envelope is the documented one, field by field; without a reason it has no data."""
    told = _DATA["error"]["body"]

    answer = apixo.error_body(told["code"], told["message"], told["data"]["error"])

    assert told == answer
    assert {"code": 401, "message": "no", "data": None} == apixo.error_body(401, "no")


@pytest.mark.parametrize("state", ["pending", "processing", "success", "failed"])
def test_the_sandbox_answers_a_look_as_documented(state):
    """Seconds become milliseconds, and the pictures a text."""
    told = _DATA[state]["body"]
    done = {"completed_at": 1704067212.5, "urls": _DATA["success"]["urls"]}
    why = {"fail_code": "CONTENT_VIOLATION", "fail_message": "Content violates usage policy"}
    more = {"success": done, "failed": why}.get(state, {})

    answer = apixo.task_body(_ID, state, created_at=1704067200.0, **more)

    assert told == answer


def test_a_look_at_the_sandboxs_task_brings_back_what_was_put_in():
    """Both sides of the house read and write the same."""
    raw = _raw(apixo.task_body(_ID, "success", created_at=1.0004, completed_at=3, urls=[_URL, "é"]))

    task = apixo.asked(200, {}, raw)

    assert ((_URL, "é"), 2000) == (task.urls, json.loads(raw)["data"]["costTime"])
