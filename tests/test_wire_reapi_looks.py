"""What reAPI says of a task, held against answers copied by hand from the documents."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reapi_nb.errors import RateLimited, ServerFault, TaskNotFound, Unauthorized
from reapi_nb.wire import reapi

_DATA = json.loads((Path(__file__).parent / "data" / "reapi_answers.json").read_text("utf-8"))
_ID = _DATA["submit"]["task_id"]
_COMPLETED = _DATA["completed"]["body"]
_URLS = tuple(_COMPLETED["output"]["image_urls"])


def _envelope(code: object) -> bytes:
    return json.dumps({"error": {"code": code, "message": "no", "request_id": "req_1"}}).encode()


def _failed(error: object) -> bytes:
    return json.dumps({"id": _ID, "status": "failed", "output": None, "error": error}).encode()


def test_the_documented_completed_task_is_read_whole():
    """The pictures come in the order of the answer, and the answer is kept."""
    task = reapi.asked(200, {}, json.dumps(_COMPLETED).encode())

    assert reapi.Task("completed", _URLS, raw=_COMPLETED) == task


def test_midjourneys_shorter_example_is_read_as_well():
    """Fields that an example leaves out are not missed."""
    body = _DATA["completed_midjourney"]["body"]

    task = reapi.asked(200, {}, json.dumps(body).encode())

    assert ("completed", tuple(body["output"]["image_urls"])) == (task.status, task.urls)


@pytest.mark.parametrize("status", ["processing", "queued", "cancelled", "", None, 3])
def test_a_status_that_nobody_knows_is_never_an_end(status):
    """Only `completed` and `failed` end a task."""
    task = reapi.asked(200, {}, json.dumps({"id": _ID, "status": status}).encode())

    assert "processing" == task.status


@pytest.mark.parametrize("output", [None, {}, [], "x", {"image_urls": None}, {"image_urls": []}])
def test_a_completed_task_may_have_no_pictures(output):
    """An output of any shape is read without a fault."""
    task = reapi.asked(200, {}, json.dumps({"status": "completed", "output": output}).encode())

    assert reapi.Task("completed", (), raw=task.raw) == task


def test_what_is_not_a_url_is_left_out():
    """Only text can be a URL."""
    body = {"status": "completed", "output": {"image_urls": [None, _URLS[0], 3, {}]}}

    task = reapi.asked(200, {}, json.dumps(body).encode())

    assert (_URLS[0],) == task.urls


def test_the_documented_failed_task_is_a_failure_although_the_status_is_200():
    """A task's failure hides behind HTTP 200, with its own code."""
    told = _DATA["failed"]["body"]

    task = reapi.asked(200, {}, json.dumps(told).encode())

    assert task.error is not None
    assert ("failed", told["error"]["code"], told["error"]["message"]) == (
        task.status,
        task.error.code,
        task.error.message,
    )
    assert "credits refunded" == task.error.money


@pytest.mark.parametrize("code", [*(row["code"] for row in _DATA["task_errors"]), "UPSTREAM_ERROR"])
def test_every_documented_failure_keeps_its_code(code):
    """Numbers and names are kept as they came."""
    task = reapi.asked(200, {}, _failed({"code": code, "message": "no"}))

    assert task.error is not None
    assert code == task.error.code


@pytest.mark.parametrize("error", [None, {}, "x", [], {"code": None}, {"message": None}])
def test_a_failure_without_a_reason_is_a_failure(error):
    """The error of a failed task may be missing or of any shape."""
    task = reapi.asked(200, {}, _failed(error))

    assert task.error is not None
    assert ("failed", None) == (task.status, task.error.code)


@pytest.mark.parametrize("raw", [_envelope("NOT_FOUND"), b"404 task not found", b""])
def test_an_unknown_task_is_not_found(raw):
    """A 404 means the task, with or without an envelope."""
    with pytest.raises(TaskNotFound) as no:
        reapi.asked(404, {}, raw)

    assert no.value.charged is None


def test_a_look_may_be_limited_or_unauthorized():
    """Looks share the rate limit and need the key."""
    with pytest.raises(RateLimited) as limited:
        reapi.asked(429, {"retry-after": "2"}, _envelope(50001))
    with pytest.raises(Unauthorized) as unknown:
        reapi.asked(401, {}, _envelope(10003))

    assert (2.0, 10003) == (limited.value.retry_after, unknown.value.code)


@pytest.mark.parametrize("status", [204, 301, 302, 307, 400, 402, 408, 409, 500, 502, 503, 504])
def test_a_look_that_says_nothing_of_the_task_is_asked_again(status):
    """What an intermediary answers is no news of the task."""
    with pytest.raises(ServerFault) as no:
        reapi.asked(status, {}, b"<html>")

    assert no.value.again


@pytest.mark.parametrize("raw", [b"", b"<html>", b"[]", b"null", b'"completed"', b'{"status"'])
def test_a_look_that_is_not_a_task_is_asked_again(raw):
    """Half an answer is no answer."""
    with pytest.raises(ServerFault):
        reapi.asked(200, {}, raw)


# Slots, ids and the sandbox's own answers.


@pytest.mark.parametrize(
    ("names", "slots"),
    [
        (["0.png", "1.png", "2.png", "3.png"], (0, 1, 2, 3)),
        (["0.png", "1.png", "3.png"], (0, 1, 3)),
        (["3.png", "0.png"], (3, 0)),
        (["2.webp"], (2,)),
        (["1.png?sig=a/9.png", "2.png?sig=b"], (1, 2)),
        (["0.png", "11.png"], (0, 11)),
        (["0.png", "12.png"], (0, 1)),
        (["0.png", "0.png"], (0, 1)),
        (["0.png", "b.png"], (0, 1)),
        (["a.png", "b.png", "c.png"], (0, 1, 2)),
        ([], ()),
    ],
    ids=str,
)
def test_a_picture_keeps_the_number_of_its_file(names, slots):
    """Review may remove pictures: the file's number is the slot, else the position is."""
    urls = tuple(f"https://cdn.reapi.ai/media/tasks/018f/{name}" for name in names)

    found = reapi.slots(urls)

    assert slots == found


@pytest.mark.parametrize(
    ("task_id", "safe"),
    [(_ID, True), ("task_xxx", True), ("", False), ("../x", False), ("a/b", False), ("a\n", False)],
)
def test_only_plain_ids_become_file_names(task_id, safe):
    """An id that could leave its folder is not safe."""
    assert safe is reapi.is_safe_id(task_id)


def test_the_sandbox_answers_a_submit_as_documented():
    """Its answer is the documented one, field by field."""
    told = _DATA["submit"]["body"]

    answer = reapi.accepted_body(told["id"], told["model"], told["created_at"])

    assert told == answer


def test_the_sandbox_refuses_as_documented():
    """Its envelope is the documented one, field by field."""
    told = _DATA["error"]["body"]["error"]

    answer = reapi.error_body(told["code"], told["message"], told["request_id"])

    assert {"error": told} == answer


def test_a_url_lives_as_long_as_documented():
    """The documents give a picture's URL seven days."""
    assert _DATA["completed"]["url_lifetime_days"] * 86_400 == reapi.URL_LIFETIME_S


@pytest.mark.parametrize("status", [401, 403])
def test_a_portal_that_wants_a_login_is_not_the_api(status):
    """A refusal without the API's envelope says nothing of the key: it is asked again."""
    with pytest.raises(ServerFault):
        reapi.asked(status, {}, b"<html>sign in to this network</html>")
