"""What the house needs of a provider, and that each one has it."""

from __future__ import annotations

import json

import pytest

from reapi_nb import wire
from reapi_nb.errors import (
    InvalidRequest,
    OutcomeUnknown,
    OutOfCredits,
    RateLimited,
    TaskNotFound,
)
from reapi_nb.wire import apixo, reapi
from reapi_nb.wire.answers import Accepted, Task

_ANSWERS = {
    "reapi": {
        "accepted": reapi.accepted_body("task_abc123xyz789", "mj-v7", 1),
        "refused": reapi.error_body("INVALID_REQUEST", "no", "req_1"),
        "completed": {"status": "completed", "output": {"image_urls": ["https://x.test/a.png"]}},
    },
    "apixo": {
        "accepted": apixo.accepted_body("task_abc123xyz789"),
        "refused": apixo.error_body(400, "Invalid request", "no"),
        "completed": apixo.task_body("t", "success", created_at=1, urls=["https://x.test/a.png"]),
    },
}
_PROVIDERS = sorted(_ANSWERS)


def _raw(provider: str, answer: str) -> bytes:
    return json.dumps(_ANSWERS[provider][answer]).encode()


def test_each_provider_has_its_wire():
    """A provider is named by a word, and no other word has a wire."""
    assert (reapi, apixo) == (wire.wire_of("reapi"), wire.wire_of("apixo"))
    with pytest.raises(KeyError):
        wire.wire_of("sandbox")


@pytest.mark.parametrize("provider", _PROVIDERS)
def test_a_wire_has_all_that_the_house_needs(provider):
    """Whatever the protocol names is there, and the numbers make sense."""
    spoken = wire.wire_of(provider)
    names = {name for name in vars(wire.Wire) if not name.startswith("_")}

    missing = {name for name in names | set(wire.Wire.__annotations__) if not hasattr(spoken, name)}

    assert set() == missing
    assert min(spoken.URL_LIFETIME_S, spoken.MOST_REQUESTS, spoken.WINDOW_S, spoken.PAUSE_S) > 0


@pytest.mark.parametrize("provider", _PROVIDERS)
def test_a_wire_reads_its_own_answers(provider):
    """Accepted, refused and completed mean the same whoever says it."""
    spoken = wire.wire_of(provider)

    accepted = spoken.submitted(200, {}, _raw(provider, "accepted"))
    task = spoken.asked(200, {}, _raw(provider, "completed"))

    assert Accepted("task_abc123xyz789") == accepted
    assert ("completed", ("https://x.test/a.png",)) == (task.status, task.urls)
    with pytest.raises(InvalidRequest):
        spoken.submitted(400, {}, _raw(provider, "refused"))


@pytest.mark.parametrize("provider", _PROVIDERS)
def test_a_wire_does_not_believe_a_strangers_refusal(provider):
    """Another provider's envelope is not the API's own: it proves nothing."""
    strangers = [_raw(other, "refused") for other in _PROVIDERS if other != provider]

    for raw in strangers:
        with pytest.raises(OutcomeUnknown):
            wire.wire_of(provider).submitted(400, {}, raw)


def test_what_others_take_from_reapi_is_still_there():
    """The names that moved are the same things under both names."""
    assert (Accepted, Task) == (reapi.Accepted, reapi.Task)
    assert sorted(reapi.__all__, key=lambda name: (not name.isupper(), name)) == reapi.__all__
    assert set(reapi.__all__) <= set(vars(reapi))


def test_the_paths_of_reapi_are_those_of_its_pages():
    """The model travels in the body, and an id cannot leave its path."""
    assert "/images/generations" == reapi.submit_path("mj-v7")
    assert "/tasks/task_018f" == reapi.look_path("task_018f", "mj-v7")
    assert "/tasks/..%2Fa%3Fb" == reapi.look_path("../a?b", "mj-v7")


def test_the_limits_of_reapi_are_those_of_its_pages():
    """Ten requests a second, a look at most once a second, and no number of tasks."""
    assert (10, 1.0) == (reapi.MOST_REQUESTS, reapi.WINDOW_S)
    assert (None, None, 1.0) == (reapi.MOST_TASKS, reapi.FIRST_LOOK_S, reapi.PAUSE_S)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("INSUFFICIENT_CREDITS", OutOfCredits),
        (50001, RateLimited),
        ("CONTENT_POLICY_VIOLATION", InvalidRequest),
        ("INVALID_REQUEST", InvalidRequest),
    ],
)
def test_a_known_code_of_reapi_counts_more_than_the_status(code, kind):
    """Codes are matched, statuses only where a code says nothing."""
    with pytest.raises(kind):
        reapi.submitted(403, {}, json.dumps(reapi.error_body(code, "no", "req_1")).encode())


def test_a_missing_task_of_reapi_can_be_asked_about():
    """Support wants the request's id, also where there is no task."""
    with pytest.raises(TaskNotFound) as no:
        reapi.asked(404, {}, json.dumps(reapi.error_body("NOT_FOUND", "no", "req_1")).encode())

    assert ("NOT_FOUND", "req_1") == (no.value.code, no.value.request_id)


@pytest.mark.parametrize("tail", [b"}", b""])
def test_reapis_own_id_is_taken_before_an_echoed_one(tail):
    """A body may name the parent as well, first even, whole or cut."""
    raw = b'{"task_id": "task_parent", "id": "task_child"' + tail

    assert Accepted("task_child") == reapi.submitted(200, {}, raw)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'{"error": {"code": "' + b"9" * 5000 + b'", "message": "no"}}', "9" * 5000),
        (b'{"error": {"code": "", "message": "no"}}', None),
    ],
    ids=["endless", "empty"],
)
def test_a_senseless_code_is_still_a_refusal(raw, code):
    """A number too long to be one is kept as the text that it is."""
    with pytest.raises(InvalidRequest) as no:
        reapi.submitted(400, {}, raw)

    assert code == no.value.code


@pytest.mark.parametrize("end", [b"", b"23", b' "x"'])
def test_a_torn_id_is_not_taken_for_a_whole_one(end):
    """A stray quote does not end an id: what follows must be JSON, or nothing."""
    raw = b'{"id": "task_018f"' + end

    if end:
        with pytest.raises(OutcomeUnknown):
            reapi.submitted(200, {}, raw)
    else:
        assert Accepted("task_018f") == reapi.submitted(200, {}, raw)
