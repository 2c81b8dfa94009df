"""reAPI's envelopes, held against answers copied by hand from the documents."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reapi_nb import errors
from reapi_nb.errors import (
    InvalidRequest,
    OutcomeUnknown,
    OutOfCredits,
    RateLimited,
    ServerFault,
    TaskNotFound,
    Unauthorized,
)
from reapi_nb.wire import reapi

_DATA = json.loads((Path(__file__).parent / "data" / "reapi_answers.json").read_text("utf-8"))
_ID = _DATA["submit"]["task_id"]
_SUBMIT = json.dumps(_DATA["submit"]["body"]).encode()
_ERROR = json.dumps(_DATA["error"]["body"]).encode()
_COMPLETED = _DATA["completed"]["body"]
_URLS = tuple(_COMPLETED["output"]["image_urls"])
_DATE = {"date": "Wed, 21 Oct 2015 07:28:00 GMT"}
_REFUSALS = [
    row for row in _DATA["midjourney_errors"] + _DATA["numeric_errors"] if row["http"] is not None
]


def _envelope(code: object) -> bytes:
    return json.dumps({"error": {"code": code, "message": "no", "request_id": "req_1"}}).encode()


def _failed(error: object) -> bytes:
    return json.dumps({"id": _ID, "status": "failed", "output": None, "error": error}).encode()


# Submits: what proves that a task exists, what proves that none does, and the rest.


@pytest.mark.parametrize("status", [200, 201, 202])
def test_the_documented_answer_names_the_task(status):
    """The answer of the documents is an accepted task, under any status of success."""
    accepted = reapi.submitted(status, {}, _SUBMIT)

    assert reapi.Accepted(_ID) == accepted


@pytest.mark.parametrize("row", _DATA["submit_shapes"], ids=lambda row: row["why"])
def test_every_documented_place_of_the_task_id_is_found(row):
    """The pages put the id under several names; all of them are read."""
    accepted = reapi.submitted(200, {}, json.dumps(row["body"]).encode())

    assert reapi.Accepted(_ID) == accepted


@pytest.mark.parametrize("status", [0, 200])
@pytest.mark.parametrize("row", _DATA["submit_shapes"], ids=lambda row: row["why"])
def test_a_cut_answer_is_believed_as_soon_as_its_id_is_whole(row, status):
    """A body that was cut anywhere gives the whole id or none, never half of it."""
    raw = json.dumps(row["body"]).encode()
    whole = raw.index(_ID.encode()) + len(_ID) + 1

    found = {}
    for end in range(len(raw)):
        try:
            found[end] = reapi.submitted(status, {}, raw[:end]).task_id
        except OutcomeUnknown:
            found[end] = None

    assert {None} == {found[end] for end in range(whole)}
    assert {_ID} == {found[end] for end in range(whole, len(raw))}


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbf" + _SUBMIT,
        _SUBMIT + b"<html>",
        b"\x00garbage" + _SUBMIT,
        b'{"id": "' + _ID.encode() + b'", "created_at": NaN}',
    ],
    ids=["byte order mark", "trailing text", "leading garbage", "NaN"],
)
def test_a_mangled_answer_that_shows_an_id_is_accepted(raw):
    """The task exists and was charged, so its id is read out of whatever came."""
    accepted = reapi.submitted(200, {}, raw)

    assert reapi.Accepted(_ID) == accepted


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"id": ""}',
        b'{"id": 5}',
        b'{"id": null}',
        b'{"data": []}',
        b"<html>OK</html>",
        b"[" * 100_000,
        b'{"request_id": "req_1"}',
        _ERROR,
    ],
    ids=lambda raw: raw[:20].decode(),
)
@pytest.mark.parametrize("status", [0, 200, 202])
def test_a_success_without_an_id_proves_nothing(status, raw):
    """No id was read, but the request arrived: it may have been charged."""
    with pytest.raises(OutcomeUnknown) as no:
        reapi.submitted(status, {}, raw)

    assert no.value.charged is None


@pytest.mark.parametrize("row", _REFUSALS, ids=lambda row: f"{row['code']}")
def test_every_documented_refusal_proves_that_nothing_was_charged(row):
    """Each documented code, by name or by number, becomes one error that keeps it."""
    kind = getattr(errors, row["means"])

    with pytest.raises(kind) as no:
        reapi.submitted(row["http"], {}, _envelope(row["code"]))

    assert (row["code"], "req_1", False) == (
        no.value.code,
        no.value.request_id,
        no.value.charged,
    )


def test_the_error_of_the_overview_is_read_whole():
    """Code, message and request id are kept as the server wrote them."""
    told = _DATA["error"]["body"]["error"]

    with pytest.raises(InvalidRequest) as no:
        reapi.submitted(400, {}, _ERROR)

    assert (told["code"], told["message"], told["request_id"]) == (
        no.value.code,
        no.value.message,
        no.value.request_id,
    )


@pytest.mark.parametrize("row", _DATA["numeric_errors"], ids=lambda row: f"{row['code']}")
def test_a_number_written_as_text_is_the_same_code(row):
    """`"20003"` and `20003` are one code."""
    with pytest.raises(getattr(errors, row["means"])) as no:
        reapi.submitted(row["http"], {}, _envelope(str(row["code"])))

    assert row["code"] == no.value.code


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, InvalidRequest),
        (401, Unauthorized),
        (402, OutOfCredits),
        (403, Unauthorized),
        (404, InvalidRequest),
        (413, InvalidRequest),
        (422, InvalidRequest),
        (429, RateLimited),
    ],
)
@pytest.mark.parametrize("code", ["SOMETHING_NEW", 29999, None, True])
def test_a_code_that_nobody_knows_goes_by_the_status(code, status, kind):
    """An envelope with a new code still says that nothing was created."""
    with pytest.raises(kind) as no:
        reapi.submitted(status, {}, _envelope(code))

    assert no.value.charged is False


@pytest.mark.parametrize("raw", [b"", b"<html>", b"{}", b'{"error": "bad"}', b'{"error": {}}'])
@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 413, 422])
def test_a_refusal_without_the_envelope_proves_nothing(status, raw):
    """Something between here and the API may have written it after the request got through."""
    with pytest.raises(OutcomeUnknown):
        reapi.submitted(status, {}, raw)


@pytest.mark.parametrize(
    "status", [100, 301, 302, 307, 308, 408, 409, 425, 500, 502, 503, 504, 520]
)
@pytest.mark.parametrize("raw", [b"", b"<html>", _ERROR, _SUBMIT], ids=["", "html", "error", "id"])
def test_other_statuses_prove_nothing_whatever_the_body(status, raw):
    """Redirects, server errors and three doubtful refusals may follow a charge."""
    with pytest.raises(OutcomeUnknown) as no:
        reapi.submitted(status, {}, raw)

    assert str(status) in no.value.message


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": " 7 "}, 7.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "-5"}, -5.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "1e9"}, 1e9),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:09 GMT", **_DATE}, 9.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:09 GMT"}, None),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:09 GMT", "date": "today"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": ""}, None),
        ({}, None),
    ],
    ids=str,
)
@pytest.mark.parametrize("raw", [_envelope(50001), b"<html>"], ids=["envelope", "html"])
def test_a_429_says_how_long_to_wait_and_that_nothing_was_created(raw, said, seconds):
    """Retry-After is seconds or a date by the server's own clock; anything else is no answer."""
    with pytest.raises(RateLimited) as no:
        reapi.submitted(429, said, raw)

    assert (seconds, False) == (no.value.retry_after, no.value.charged)


@settings(max_examples=200, deadline=None)
@given(
    status=st.integers(0, 599),
    headers=st.dictionaries(st.sampled_from(["retry-after", "date"]), st.text(max_size=40)),
    raw=st.binary(max_size=80)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(
                st.sampled_from(["id", "task_id", "data", "error", "code", "message", "status"]),
                inner,
                max_size=3,
            )
        ),
        max_leaves=6,
    ).map(lambda body: json.dumps(body).encode()),
)
def test_no_answer_can_break_the_reader(status, headers, raw):
    """Whatever a server says, a submit is accepted, refused, limited or unknown: nothing else."""
    try:
        outcome = reapi.submitted(status, headers, raw)
    except (InvalidRequest, Unauthorized, OutOfCredits, RateLimited, OutcomeUnknown) as no:
        outcome = no
    try:
        look = reapi.asked(status, headers, raw)
    except (ServerFault, RateLimited, Unauthorized, TaskNotFound) as no:
        look = no

    assert isinstance(outcome, reapi.Accepted | errors.ReapiError)
    assert isinstance(look, reapi.Task | errors.ReapiError)


# Looks at a task.


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
