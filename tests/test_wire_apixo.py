"""What APIXO's answer to a submit proves, held against answers copied by hand from its pages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reapi_nb import errors
from reapi_nb.errors import (
    InvalidRequest,
    OutcomeUnknown,
    OutOfCredits,
    RateLimited,
    ReapiError,
    ServerFault,
    TaskNotFound,
    Unauthorized,
)
from reapi_nb.wire import apixo
from reapi_nb.wire.answers import Accepted, Task

_DATA = json.loads((Path(__file__).parent / "data" / "apixo_answers.json").read_text("utf-8"))
_ID = _DATA["submit"]["task_id"]
_SUBMIT = json.dumps(_DATA["submit"]["body"]).encode()
_ERROR = json.dumps(_DATA["error"]["body"]).encode()
_PROOFS = tuple(status for status in range(400, 500) if status not in (408, 409, 425, 429))
_DOUBTFUL = [100, 301, 302, 307, 308, 408, 409, 425, 500, 502, 503, 504, 520]

_JUNK = st.text(
    [chr(byte) for byte in (*range(0x21), 0x5C, *range(0x7F, 0x100))], min_size=1, max_size=6
)
"""What no id has in it. A letter gone, or another letter, would be a change nobody could see."""

_BROKEN = st.integers(0, len(_SUBMIT)).map(lambda end: _SUBMIT[:end]) | st.builds(
    lambda start, junk, width: _SUBMIT[:start] + junk + _SUBMIT[start + width :],
    st.integers(0, len(_SUBMIT) - 1),
    (_JUNK | st.just('"')).map(lambda junk: junk.encode("latin-1")),
    st.integers(0, 1),
)
"""The documented success, cut anywhere, or with junk anywhere."""


def _envelope(code: object, data: object = None, message: object = "no") -> bytes:
    return json.dumps({"code": code, "message": message, "data": data}).encode()


def _outcome(status: int, raw: bytes) -> Accepted | ReapiError:
    try:
        return apixo.submitted(status, {}, raw)
    except ReapiError as no:
        return no


# Paths.


def test_the_paths_are_those_of_the_page():
    """The model is a part of both paths; the task's id is a query."""
    paths = (apixo.submit_path("midjourney"), apixo.look_path(_ID, "midjourney"))

    assert ("/generateTask/midjourney", f"/statusTask/midjourney?taskId={_ID}") == paths


def test_an_id_cannot_leave_its_query():
    """An id, and a model, may hold anything; in a path they are only themselves."""
    path = apixo.look_path("a/b?c&d=é #%", "../x")

    assert "/statusTask/..%2Fx?taskId=a%2Fb%3Fc%26d%3D%C3%A9%20%23%25" == path
    assert "/generateTask/..%2Fx%3F" == apixo.submit_path("../x?")


# What proves that a task exists.


@pytest.mark.parametrize("status", [200, 201, 202])
@pytest.mark.parametrize("row", _DATA["submit_shapes"], ids=lambda row: row["why"])
def test_the_id_is_found_wherever_it_may_be(row, status):
    """The documented answer is an accepted task, and so are its near relatives."""
    accepted = apixo.submitted(status, {}, json.dumps(row["body"]).encode())

    assert Accepted(_ID) == accepted


def test_an_id_needs_no_prefix():
    """Ids of the live service are bare hexadecimal numbers, whole or cut."""
    raw = _envelope(200, {"taskId": "0123456789abcdef0123456789abcdef"})

    for end in (len(raw), len(raw) - 1, len(raw) - 2):
        assert Accepted("0123456789abcdef0123456789abcdef") == apixo.submitted(200, {}, raw[:end])


@pytest.mark.parametrize("row", _DATA["submit_shapes"], ids=lambda row: row["why"])
def test_a_whole_answer_may_have_an_id_of_any_kind(row):
    """Ids are theirs to choose: only in a torn body must one look like those we know."""
    raw = json.dumps(row["body"]).replace(_ID, "eu.0123:abcd/1").encode()

    assert Accepted("eu.0123:abcd/1") == apixo.submitted(200, {}, raw)


@pytest.mark.parametrize("status", [0, 200])
@pytest.mark.parametrize("row", _DATA["submit_shapes"], ids=lambda row: row["why"])
def test_a_cut_answer_is_believed_as_soon_as_its_id_is_whole(row, status):
    """A body that was cut anywhere gives the whole id or none, never half of it."""
    raw = json.dumps(row["body"]).encode()
    whole = raw.index(_ID.encode()) + len(_ID) + 1

    found = [_outcome(status, raw[:end]) for end in range(len(raw))]

    assert {OutcomeUnknown} == {type(one) for one in found[:whole]}
    assert {Accepted(_ID)} == set(found[whole:])


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbf" + _SUBMIT,
        _SUBMIT + b"<html>",
        b"\x00garbage" + _SUBMIT,
        b'{"code": NaN, "data": {"taskId" :\n"' + _ID.encode() + b'" , "x',
    ],
    ids=["byte order mark", "trailing text", "leading garbage", "cut"],
)
def test_a_mangled_answer_that_shows_an_id_is_accepted(raw):
    """The task exists and was charged, so its id is read out of whatever came."""
    accepted = apixo.submitted(200, {}, raw)

    assert Accepted(_ID) == accepted


def test_an_id_is_believed_whatever_the_code_says():
    """A 200 that names a task is a task, although the code beside it is an error's."""
    accepted = apixo.submitted(200, {}, _envelope(500, {"taskId": _ID}))

    assert Accepted(_ID) == accepted


@settings(max_examples=500, deadline=None)
@given(status=st.sampled_from([0, 200, 201, *_DOUBTFUL, *_PROOFS]), raw=_BROKEN)
@example(status=200, raw=_SUBMIT.replace(b"bc1", b'b"1'))
@example(status=200, raw=_SUBMIT.replace(b"bc1", rb"\bc1"))
@example(status=200, raw=_SUBMIT.replace(b"bc1", rb"b\\1"))
def test_a_broken_success_is_never_another_task_nor_free(status, raw):
    """A success that was cut or spoilt anywhere is its own task or an unknown outcome."""
    outcome = _outcome(status, raw)

    assert outcome == Accepted(_ID) or (
        isinstance(outcome, OutcomeUnknown) and outcome.charged is None
    )


# What proves that there is none, and what proves nothing.


@pytest.mark.parametrize("row", _DATA["errors"], ids=lambda row: str(row["http"]))
def test_every_documented_refusal_proves_that_nothing_was_charged(row):
    """The code in the body repeats the HTTP status: that is APIXO's own word."""
    with pytest.raises(getattr(errors, row["means"])) as no:
        apixo.submitted(row["http"], {}, _envelope(row["http"], None, row["situation"]))

    assert (row["http"], row["situation"], False) == (
        no.value.code,
        no.value.message,
        no.value.charged,
    )


def test_the_error_of_the_page_is_read_whole():
    """The reason in the data says more than the message, so it is the one that is shown."""
    with pytest.raises(InvalidRequest) as no:
        apixo.submitted(_DATA["error"]["http"], {}, _ERROR)

    assert (400, "Missing required field: input.prompt") == (no.value.code, no.value.message)


@pytest.mark.parametrize("data", [None, {}, {"error": ""}, {"error": None}, {"error": {"a": 1}}])
def test_without_a_reason_the_message_is_shown(data):
    """A missing or senseless reason leaves the message."""
    with pytest.raises(InvalidRequest) as no:
        apixo.submitted(422, {}, _envelope(422, data, "Unprocessable"))

    assert (422, "Unprocessable") == (no.value.code, no.value.message)


@pytest.mark.parametrize(
    ("status", "raw"),
    [
        (402, _envelope(402)),
        (400, _envelope(400, {"error": "INSUFFICIENT_CREDITS"})),
        (403, _envelope(403, {"failCode": "INSUFFICIENT_CREDITS", "failMsg": "no"})),
        (400, _envelope(400, None, "INSUFFICIENT_CREDITS")),
        (402, _envelope("INSUFFICIENT_CREDITS")),
        (400, _envelope("INSUFFICIENT_CREDITS", {})),
    ],
)
def test_an_empty_account_is_told_from_a_bad_request(status, raw):
    """Its status is documented nowhere, so the name counts as well, wherever it is written."""
    with pytest.raises(OutOfCredits) as no:
        apixo.submitted(status, {}, raw)

    assert no.value.code == json.loads(raw)["code"]


@pytest.mark.parametrize("name", ["CONTENT_VIOLATION", "NSFW_DETECTED", "INVALID_TASK_ID"])
def test_refused_content_is_not_a_refused_key(name):
    """A 403 is about the key, unless it names something that is wrong with the request."""
    raw = _envelope(403, {"failCode": name, "failMsg": "look at the prompt"})

    with pytest.raises(InvalidRequest) as no:
        apixo.submitted(403, {}, raw)

    assert (403, "look at the prompt") == (no.value.code, no.value.message)


@pytest.mark.parametrize("raw", [_envelope("400"), b"\xef\xbb\xbf" + _envelope(400)])
def test_an_unusual_spelling_is_the_same_code(raw):
    """A number written as text, or a byte order mark before everything, changes nothing."""
    with pytest.raises(InvalidRequest) as no:
        apixo.submitted(400, {}, raw)

    assert 400 == no.value.code


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<html>",
        b"{}",
        b"[]",
        b'{"code": 400, "message": "no"}',
        b'{"code": 400, "data": null}',
        b'{"message": "no", "data": null}',
        b'{"error": {"code": "INVALID_REQUEST", "message": "no"}}',
        _envelope(400, [], "no"),
        _envelope(400, "no"),
        _envelope(400, None, None),
        _envelope(401),
        _envelope(200),
        _envelope(200, {"error": "INSUFFICIENT_CREDITS"}),
        _envelope(40),
        _envelope(400.0),
        _envelope(True),  # noqa: FBT003 - as on the wire
        _envelope("BAD_REQUEST"),
        _envelope("9" * 5000),
        _envelope(400, {"taskId": _ID, "state": "processing"}),
        _SUBMIT,
        _ERROR[:-1],
    ],
    ids=lambda raw: raw[:70].decode(),
)
def test_a_refusal_that_is_not_apixos_own_proves_nothing(raw):
    """Something between here and the API may have written it after the request got through."""
    with pytest.raises(OutcomeUnknown) as no:
        apixo.submitted(400, {}, raw)

    assert no.value.charged is None


@pytest.mark.parametrize("status", _DOUBTFUL)
@pytest.mark.parametrize("shape", ["", "html", "error", "id"])
def test_other_statuses_prove_nothing_whatever_the_body(status, shape):
    """Redirects, server errors and three doubtful refusals may follow a charge."""
    raw = {"": b"", "html": b"<html>", "error": _envelope(status), "id": _SUBMIT}[shape]

    with pytest.raises(OutcomeUnknown) as no:
        apixo.submitted(status, {}, raw)

    assert str(status) in no.value.message


@pytest.mark.parametrize("code", [400, 401, 402, 403, 404, 408, 422, 429, 500, 503])
@pytest.mark.parametrize("status", [200, 202])
def test_a_success_that_calls_itself_an_error_proves_nothing(status, code):
    """The code should repeat the status; where it does not, nobody knows what happened."""
    with pytest.raises(OutcomeUnknown) as no:
        apixo.submitted(status, {}, _envelope(code, {"error": "the queue is full"}))

    assert (code, None) == (no.value.code, no.value.charged)
    assert f"HTTP {status} and yet with code {code}" in no.value.message
    assert "the queue is full" in no.value.message


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"<html>OK</html>",
        b"[" * 100_000,
        _envelope(200),
        _envelope(200, {}),
        _envelope(200, {"taskId": None}),
        _envelope(200, {"taskId": ""}),
        _envelope(200, {"taskId": 5}),
        _envelope(200, {"taskId": "task_a\u0308bc"}),
        _envelope(200, {"taskId": "task_abc 123"}),
        _envelope(200, {"taskId": "task_\ud800"}),
        _envelope(200, []),
        _envelope(200, "taskId"),
        b'{"id": "req-12345678"}',
        b'{"data": {"taskId": "abc"',
    ],
    ids=lambda raw: raw[:70].decode(),
)
@pytest.mark.parametrize("status", [0, 200, 202])
def test_a_success_without_an_id_proves_nothing(status, raw):
    """No id was read, but the request arrived: it may have been charged."""
    with pytest.raises(OutcomeUnknown) as no:
        apixo.submitted(status, {}, raw)

    assert "lost before a task id" in no.value.message


def test_an_answer_without_a_status_is_no_word_of_apixos():
    """What came without a status line is the rest of something, whatever it says."""
    with pytest.raises(OutcomeUnknown) as no:
        apixo.submitted(0, {}, _envelope(400))

    assert ("lost" in no.value.message, no.value.code) == (True, None)


@pytest.mark.parametrize("raw", [_envelope(429), b"<html>", b"", _envelope(400)])
def test_a_429_says_how_long_to_wait_and_that_nothing_was_created(raw):
    """Whoever counts the requests, one too many went no further."""
    with pytest.raises(RateLimited) as no:
        apixo.submitted(429, {"retry-after": "7"}, raw)

    assert (7.0, False) == (no.value.retry_after, no.value.charged)


_KEYS = ["code", "message", "data", "taskId", "error", "state", "failCode", "resultJson"]
_VALUES = st.sampled_from([200, 400, 404, 429, "success", "failed", "INVALID_TASK_ID", "a b", _ID])


@settings(max_examples=300, deadline=None)
@given(
    status=st.integers(0, 599) | st.just(200),
    headers=st.dictionaries(st.sampled_from(["retry-after", "date"]), st.text(max_size=40)),
    raw=st.binary(max_size=80)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8) | _VALUES,
        lambda inner: (
            st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=5)
        ),
        max_leaves=10,
    ).map(lambda body: json.dumps(body).encode()),
)
def test_no_answer_can_break_the_reader(status, headers, raw):
    """Whatever a server says, a submit is accepted, refused, limited or unknown: nothing else."""
    try:
        outcome = apixo.submitted(status, headers, raw)
    except (InvalidRequest, Unauthorized, OutOfCredits, RateLimited, OutcomeUnknown) as no:
        outcome = no
    try:
        look = apixo.asked(status, headers, raw)
    except (ServerFault, RateLimited, Unauthorized, TaskNotFound) as no:
        look = no

    assert isinstance(outcome, Accepted | ReapiError)
    assert isinstance(look, Task | ReapiError)
