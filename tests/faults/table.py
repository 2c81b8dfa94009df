"""
The table of faults: what may happen to a submit, to a look and to the fetch of a picture.

A submit's fault says what it must leave the job in. Looks and fetches are free, so theirs leave
nothing: they are repeated until an answer comes. Nothing here is random.
"""

from __future__ import annotations

import json
import time
from email.utils import formatdate
from typing import TYPE_CHECKING, NamedTuple

from tests.faults import acts
from tests.faults.acts import HTML, envelope, mangle, refuse, status, truncate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.faults.acts import Act, Exchange

TAKEN, UNKNOWN, EITHER, AGAIN, REFUSED = "taken", "unknown", "either", "again", "refused"

SUBMIT_S, LOOK_S, PICTURE_S = 6.0, 3.0, 4.0
"""The client's deadlines in a storm, so long that a slow machine never meets them by itself."""

HANG_S = 8.0
_PAD = 2 << 20
_ENDLESS = b"HTTP/1.1 200 OK\r\n" + b"X-Pad: nothing\r\n" * 20_000
_DEEP = b"[" * 100_000


class Fault(NamedTuple):
    """One thing that goes wrong, and what it leaves a submit in."""

    name: str
    act: Act
    leaves: str = AGAIN


def _json(change: dict[str, object]) -> Act:
    return mangle(lambda good: json.dumps(json.loads(good) | change).encode())


def _only(key: str) -> Act:
    return mangle(lambda good: json.dumps({key: json.loads(good)["id"]}).encode())


async def _limit_by_date(exchange: Exchange) -> None:
    await acts.limit(formatdate(time.time() + 1, usegmt=True))(exchange)


# The id came through, whatever became of the rest: the task is ours.
_TAKEN: Mapping[str, Act] = {
    "cut behind the id": truncate(-8),
    "reset behind the id": truncate(-8, reset=True),
    "byte order mark": mangle(lambda good: b"\xef\xbb\xbf" + good),
    "NaN": mangle(lambda good: good[:-1] + b', "cost": NaN}'),
    "rubbish behind": mangle(lambda good: good + b"}}"),
    "two megabytes": mangle(lambda good: good[:-1] + b', "pad": "' + bytes(_PAD) + b'"}'),
    "deep behind the id": mangle(lambda good: good[:-1] + b', "deep": ' + _DEEP + b"}"),
    "HTTP 201": mangle(lambda good: good, 201),
    "wrong types beside": _json({"status": 7, "created_at": "soon", "model": None}),
    "unknown fields": _json({"queue": {"place": 3}, "id2": "x"}),
    "under task_id": _only("task_id"),
    "packed by its own account": mangle(lambda good: good, 200, **{"Content-Encoding": "gzip"}),
    "hint first": acts.hint_first,
    "piece by piece": acts.drip(0.02, 16),
}

# Nobody can know: each has a twin that creates nothing and looks the same.
_LOST: Mapping[str, Act] = {
    "end of file": acts.drop(),
    "reset": acts.drop(reset=True),
    "silence": acts.hang(HANG_S),
    "head only": truncate(0),
    "cut in the id": truncate(16),
    "reset in the id": truncate(16, reset=True),
    "HTTP 500": status(500),
    "HTTP 502": status(502),
    "HTTP 503 in its own words": status(503, envelope("UPSTREAM_ERROR")),
    "HTTP 504, empty": status(504, b""),
    "HTTP 400 without envelope": status(400, HTML),
    "HTTP 403 without envelope": status(403, b'{"error": "blocked"}'),
    "HTTP 404 without envelope": status(404, b"{}"),
    "HTTP 408": status(408, envelope(50001)),
    "HTTP 409": status(409, envelope("INVALID_REQUEST")),
    "HTTP 425": status(425, envelope("INVALID_REQUEST")),
    "HTTP 301": status(301, b"", Location="/api/v1/images/generations"),
    "HTTP 307": status(307, b"", Location="/api/v1/images/generations"),
    "HTTP 308 elsewhere": status(308, b"", Location="https://example.com/"),
    "HTML": mangle(lambda _: HTML),
    "an empty object": mangle(lambda _: b"{}"),
    "a list": mangle(lambda _: b"[]"),
    "a number as id": mangle(lambda _: b'{"id": 7}'),
    "no id": mangle(lambda _: b'{"id": null, "status": "processing"}'),
    "an error with HTTP 200": mangle(lambda _: envelope("INVALID_REQUEST")),
    "deep": mangle(lambda _: _DEEP),
    "not HTTP": acts.speak(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "endless headers": acts.speak(_ENDLESS),
    "hint only": acts.speak(b"HTTP/1.1 103 Early Hints\r\n\r\n"),
}

_LIMITS: Mapping[str, Act] = {
    "429 for a second": acts.limit("1"),
    "429": acts.limit(),
    "429 for no time": acts.limit("0"),
    "429 for less than no time": acts.limit("-5"),
    "429 for a moment": acts.limit("0.3"),
    "429 for some time": acts.limit("soon"),
    "429 for nan": acts.limit("nan"),
    "429 until": _limit_by_date,
    "429 in HTML": refuse(429, HTML),
}

_REFUSALS: Mapping[str, Act] = {
    "400": refuse(400, envelope("INVALID_REQUEST")),
    "400, a number": refuse(400, envelope(20003)),
    "400, a number in quotes": refuse(400, envelope("20007")),
    "400, moderation": refuse(400, envelope("CONTENT_POLICY_VIOLATION")),
    "404": refuse(404, envelope("INVALID_REQUEST")),
    "413": refuse(413, envelope(20002)),
    "422": refuse(422, envelope("SOMETHING_NEW")),
}


def _all(table: Mapping[str, Act], leaves: str) -> tuple[Fault, ...]:
    return tuple(Fault(name, act, leaves) for name, act in table.items())


LIMITS = _all(_LIMITS, AGAIN)
SUBMITS = {
    TAKEN: _all(_TAKEN, TAKEN),
    UNKNOWN: _all(_LOST, UNKNOWN)
    + _all({f"{name}, not taken": acts.without_effect(_LOST[name]) for name in _LOST}, UNKNOWN),
    EITHER: (Fault("slower than the deadline", acts.drip(0.06), EITHER),),
    REFUSED: _all(_REFUSALS, REFUSED),
}

LOOKS = _all(
    {
        "end of file": acts.drop(accepted=False),
        "reset": acts.drop(accepted=False, reset=True),
        "silence": acts.hang(HANG_S, accepted=False),
        "cut": truncate(20),
        "reset in the body": truncate(20, reset=True),
        "HTTP 500": refuse(500, HTML),
        "HTTP 502 in its own words": refuse(502, envelope("UPSTREAM_ERROR")),
        "HTTP 503, empty": refuse(503, b""),
        "HTTP 408": refuse(408, envelope(50001)),
        "HTTP 302": acts.redirect("https://example.com/"),
        "401 of a portal": refuse(401, HTML),
        "429": acts.limit("0.3"),
        "429 without end": acts.limit("-1"),
        "HTML": refuse(200, HTML),
        "a list": refuse(200, b"[]"),
        "deep": refuse(200, _DEEP),
        "not HTTP": acts.speak(b"\x00\x01\x02\xff" * 9),
        "endless headers": acts.speak(_ENDLESS),
        "hint only": acts.speak(b"HTTP/1.1 103 Early Hints\r\n\r\n"),
        "slower than the deadline": acts.drip(0.06),
        "a status nobody knows": acts.say({"id": "task_x", "status": "moderating", "eta": "soon"}),
        "a status that is a number": acts.say({"id": "task_x", "status": 3}),
        "no status": acts.say({"output": {"image_urls": []}}),
        "done without output": acts.say({"id": "task_x", "status": "completed", "output": None}),
        "done without pictures": acts.say({"status": "completed", "output": {"image_urls": []}}),
        "done with numbers": acts.say({"status": "completed", "output": {"image_urls": [7, None]}}),
    },
    AGAIN,
)

LATE = Fault("not known yet", refuse(404, envelope("INVALID_REQUEST", "task not found")))
"""Its own row, because a task that is not known is left alone for ten seconds."""

FLAP = Fault("processing again", acts.say({"id": "task_x", "status": "processing"}))
"""What a task that was completed says from then on."""

FAILED = Fault(
    "failed",
    acts.say({"id": "task_x", "status": "failed", "error": {"code": 80001, "message": "no luck"}}),
)

PICTURES = _all(
    {
        "end of file": acts.drop(accepted=False),
        "reset": acts.drop(accepted=False, reset=True),
        "silence": acts.hang(HANG_S, accepted=False),
        "cut": truncate(100),
        "reset in the body": truncate(100, reset=True),
        "HTTP 500": refuse(500, HTML),
        "HTTP 502": refuse(502, HTML),
        "HTTP 503": refuse(503, b""),
        "HTTP 429": refuse(429, b"", **{"Retry-After": "1"}),
        "longer than it is": acts.misstate(+200),
        "shorter than it is": acts.misstate(-200),
        "nothing": refuse(200, b"", **{"Content-Type": "image/png"}),
        "HTML": refuse(200, HTML, **{"Content-Type": "image/png"}),
        "JSON": refuse(200, envelope(50001)),
        "SVG": refuse(200, b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        "half a picture": mangle(lambda good: good[: len(good) // 2]),
        "other bytes": mangle(lambda good: bytes(len(good))),
        "in circles": acts.redirect("/circle.png"),
        "not HTTP": acts.speak(b"\x00\x01\x02\xff" * 9),
        "endless headers": acts.speak(_ENDLESS),
        "slower than the deadline": acts.drip(0.02),
    },
    AGAIN,
)

GONE = tuple(Fault(f"HTTP {code}, another link", refuse(code, HTML)) for code in (403, 404, 410))
"""The link is dead; the next look at the task has another one."""
