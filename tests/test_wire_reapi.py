"""What the answer to a submit proves, held against answers copied by hand from the documents."""

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
_DATE = {"date": "Wed, 21 Oct 2015 07:28:00 GMT"}
_REFUSALS = [
    row for row in _DATA["midjourney_errors"] + _DATA["numeric_errors"] if row["http"] is not None
]


def _envelope(code: object) -> bytes:
    return json.dumps({"error": {"code": code, "message": "no", "request_id": "req_1"}}).encode()


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
