"""The served sandbox and web pages: whatever a page can make a browser send, it gets nothing."""

from __future__ import annotations

import json
import re
import socket
from itertools import product
from typing import Any

import psutil
import pytest

from reapi_nb.errors import BadSettings
from reapi_nb.sandbox.guard import Guard
from reapi_nb.sandbox.serve import serve
from tests.sandboxes import APIXO_SUBMIT, CAT, SUBMIT, serving

_KEY = b"Authorization: Bearer test key"
_JSON = b"Content-Type: application/json"
_LOOK = "/api/v1/tasks/task_1"
_CONTROLS = ("state", "ledger", "log", "clock", "faults", "keys", "balance", "settings", "uploads")
_PATHS = ("/", _LOOK, SUBMIT, APIXO_SUBMIT, "/media/tasks/x/0.png", "/_sandbox/state")
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
REAL = b"rk_" + b"live_" + b"Ab3" * 8
"""What a key that pays looks like."""


@pytest.fixture(scope="module", name="port")
def _port(tmp_path_factory) -> int:
    with serving(tmp_path_factory.mktemp("served")) as line:
        yield int(re.search(r"127\.0\.0\.1:(\d+)", line)[1])


def _say(port: int, *lines: bytes, body: bytes = b"") -> tuple[int, bytes, bytes]:
    """Status, head and body of the answer to exactly these bytes."""
    length = [b"Content-Length: %d" % len(body)] if body else []
    with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
        raw.sendall(b"\r\n".join([*lines, *length, b"Connection: close", b"", b""]) + body)
        received = b"".join(iter(lambda: raw.recv(65536), b""))
    head, _, rest = received.partition(b"\r\n\r\n")
    return int(head.split()[1]), head, rest


def _host(port: int) -> bytes:
    return b"Host: 127.0.0.1:%d" % port


def _charges(port: int) -> int:
    _, _, body = _say(port, b"GET /_sandbox/ledger HTTP/1.1", _host(port), _KEY)
    return len(json.loads(body)["tasks"])


_STRANGERS = {
    "none": [],
    "empty": [b"Host:"],
    "another": [b"Host: evil.example"],
    "a name that was pointed here": [b"Host: rebind.evil.example:8731"],
    "ours as a subdomain": [b"Host: localhost.evil.example"],
    "ours behind a dot": [b"Host: localhost."],
    "ours in front of a password": [b"Host: localhost@evil.example"],
    "ours and a path": [b"Host: localhost/evil"],
    "another of this machine": [b"Host: 127.0.0.2"],
    "a number": [b"Host: 2130706433"],
    "hexadecimal": [b"Host: 0x7f000001"],
    "all addresses": [b"Host: 0.0.0.0"],
    "IPv6 without brackets": [b"Host: ::1"],
    "IPv6 in full": [b"Host: [0:0:0:0:0:0:0:1]"],
    "mapped IPv6": [b"Host: [::ffff:127.0.0.1]"],
    "a port that is none": [b"Host: localhost:evil"],
    "twice": [b"Host: localhost", b"Host: localhost"],
    "ours and another": [b"Host: localhost", b"Host: evil.example"],
    "a list": [b"Host: localhost, evil.example"],
    "forwarded": [b"Host: evil.example", b"X-Forwarded-Host: localhost"],
}


@pytest.mark.parametrize("hosts", _STRANGERS.values(), ids=_STRANGERS)
def test_a_strange_name_is_refused_on_every_path_and_method(port, hosts):
    """Whatever a request asks for, it calls this machine by a name of its own, once."""
    answers = {
        _say(port, f"{method} {path} HTTP/1.1".encode(), *hosts, _KEY, _JSON)[0]
        for method, path in product(("GET", "POST", "OPTIONS"), _PATHS[1:3])
    }

    assert {400} == answers


@pytest.mark.parametrize("method", _METHODS)
def test_a_rebound_name_is_refused_on_every_path(port, method):
    """A page whose name was pointed to this machine reads nothing."""
    answers = {
        path: _say(port, f"{method} {path} HTTP/1.1".encode(), b"Host: evil.example", _KEY)
        for path in _PATHS
    }

    assert dict.fromkeys(_PATHS, 400) == {path: said[0] for path, said in answers.items()}
    assert not any(b"access-control" in head.lower() for _, head, _ in answers.values())


@pytest.mark.parametrize(
    ("target", "refusal"),
    [
        ("http://evil.example/_sandbox/state", 400),
        ("http://localhost/_sandbox/state", 400),
        ("//evil.example/_sandbox/state", 404),
        ("*", 400),
        ("evil.example:80", 400),
    ],
)
def test_a_request_line_names_no_host(port, target, refusal):
    """What a request line names would count instead of the header that was looked at."""
    status, _, body = _say(port, f"GET {target} HTTP/1.1".encode(), _host(port), _KEY)

    assert refusal == status
    assert b"ahead_s" not in body


async def test_two_names_are_refused_whatever_server_lets_them_pass():
    """Neither of them is chosen: behind another server than ours both might arrive."""

    async def served(scope, receive, send):
        raise AssertionError("it was let in")

    async def nothing():
        return {"type": "http.request", "body": b"", "more_body": False}

    said: list[dict[str, Any]] = []

    async def answer(message):
        said.append(message)

    names = [(b"host", b"localhost"), (b"host", b"localhost")]
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": names}

    await Guard(served, 8731)(scope, nothing, answer)

    assert 400 == said[0]["status"]


_PAGES = {
    "another page": [b"Origin: http://evil.example"],
    "a file": [b"Origin: null"],
    "a notebook": [b"Origin: http://localhost:8888"],
    "encrypted": [b"Origin: https://127.0.0.1:{port}"],
    "ours as a password": [b"Origin: http://127.0.0.1:{port}@evil.example"],
    "ours and more": [b"Origin: http://127.0.0.1:{port}.evil.example"],
    "ours and another": [b"Origin: http://127.0.0.1:{port}", b"Origin: http://evil.example"],
    "an extension": [b"Origin: chrome-extension://abcdefgh"],
    "empty": [b"Origin:"],
    "a picture on a page": [b"Sec-Fetch-Site: cross-site"],
    "another port": [b"Sec-Fetch-Site: same-site"],
    "a page that says it is ours": [
        b"Origin: http://127.0.0.1:{port}",
        b"Sec-Fetch-Site: cross-site",
    ],
}


@pytest.mark.parametrize("lines", _PAGES.values(), ids=_PAGES)
def test_what_a_page_asks_for_is_refused(port, lines):
    """Also with the right key, and no answer tells a browser that its page may read it."""
    before = _charges(port)
    lines = [line.replace(b"{port}", b"%d" % port) for line in lines]

    answers = [
        _say(
            port,
            f"{method} {path} HTTP/1.1".encode(),
            _host(port),
            _KEY,
            _JSON,
            *lines,
            body=json.dumps(CAT).encode() if method == "POST" else b"",
        )
        for method, path in product(("GET", "POST", "OPTIONS"), _PATHS)
    ]

    assert {403} == {status for status, _, _ in answers}
    assert not any(b"access-control" in head.lower() for _, head, _ in answers)
    assert before == _charges(port)


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]"])
def test_what_is_no_page_is_served(port, name):
    """Programs, a person who types the address, and the sandbox's own origin."""
    own = [
        b"Host: %b:%d" % (name.encode(), port),
        b"Origin: http://%b:%d" % (name.encode(), port),
        b"Sec-Fetch-Site: none",
    ]

    status, head, _ = _say(port, b"GET /_sandbox/state HTTP/1.1", _KEY, *own)

    assert 200 == status
    assert b"access-control" not in head.lower()


@pytest.mark.parametrize("method", _METHODS)
def test_no_page_is_ever_allowed_in(port, method):
    """No answer has a CORS header, to a preflight neither."""
    asked = [b"Access-Control-Request-Method: POST", b"Access-Control-Request-Headers: *"]

    heads = [
        _say(port, f"{method} {path} HTTP/1.1".encode(), _host(port), _KEY, *asked)[1]
        for path in _PATHS
    ]

    assert not any(b"access-control" in head.lower() for head in heads)


@pytest.mark.parametrize(
    "kind",
    [
        [],
        [b"Content-Type:"],
        [b"Content-Type: text/plain"],
        [b"Content-Type: text/plain; application/json"],
        [b"Content-Type: application/x-www-form-urlencoded"],
        [b"Content-Type: multipart/form-data; boundary=x"],
        [b"Content-Type: application/jsonp"],
        [_JSON, b"Content-Type: text/plain"],
    ],
    ids=lambda kind: b", ".join(kind).decode() or "none",
)
def test_a_body_that_a_form_could_send_is_refused(port, kind):
    """A browser sends these for any page without asking anybody."""
    before = _charges(port)
    paths = (SUBMIT, APIXO_SUBMIT, "/_sandbox/clock", "/_sandbox/uploads")

    answers = {
        _say(port, f"POST {path} HTTP/1.1".encode(), _host(port), _KEY, *kind, body=b"{}")[0]
        for path in paths
    }

    assert {415} == answers
    assert before == _charges(port)


@pytest.mark.parametrize("path", [SUBMIT, "/_sandbox/uploads"])
def test_each_route_takes_what_it_is_for(port, path):
    """JSON is submitted, and only a picture is uploaded."""
    picture = b"\x89PNG\r\n\x1a\n" + bytes(20)
    kind, body = {SUBMIT: (_JSON, json.dumps(CAT).encode())}.get(
        path, (b"Content-Type: image/png", picture)
    )

    status, _, said = _say(
        port, f"POST {path} HTTP/1.1".encode(), _host(port), _KEY, kind, body=body
    )

    assert 200 == status, said


@pytest.mark.parametrize(
    ("target", "lines"),
    [
        (_LOOK, [b"Authorization: Bearer " + REAL]),
        (_LOOK, [b"Authorization: " + REAL]),
        (_LOOK, [_KEY, b"X-Api-Key: " + REAL]),
        (_LOOK, [_KEY, b"Cookie: key=" + REAL]),
        (_LOOK, [_KEY, b"Idempotency-Key: " + REAL]),
        (f"{_LOOK}?key={REAL.decode()}", [_KEY]),
        (f"/api/v1/tasks/{REAL.decode()}", [_KEY]),
        (f"/api/v1/tasks/rk%5Flive%5F{'Ab3' * 8}", [_KEY]),
    ],
    ids=["bearer", "bare", "header", "cookie", "idempotency", "query", "path", "quoted path"],
)
def test_a_real_key_is_refused_and_not_written_down(port, target, lines):
    """Whoever forgot to unset it is told so, and neither answer nor log repeats it."""
    status, head, body = _say(port, f"GET {target} HTTP/1.1".encode(), _host(port), *lines)
    _, _, log = _say(port, b"GET /_sandbox/log HTTP/1.1", _host(port), _KEY)

    assert 403 == status
    assert "real key" in json.loads(body)["error"]["message"]
    assert REAL not in head + body + log


def test_a_sandbox_is_not_started_with_a_real_key(home):
    """It would print the key, for others to copy."""
    with pytest.raises(BadSettings, match="takes no real key") as refused:
        serve(port=0, key=REAL.decode(), latency_s=0.0, home=home)

    assert REAL.decode() not in refused.value.message


@pytest.mark.parametrize(
    "lines", [[], [b"Authorization: Bearer another"], [b"Authorization: test key"]]
)
def test_controls_open_to_its_own_key_only(port, lines):
    """Each of them, for reading and for changing."""
    answers = {
        _say(
            port,
            f"{method} /_sandbox/{name} HTTP/1.1".encode(),
            _host(port),
            b"Content-Type: image/png" if name == "uploads" else _JSON,
            *lines,
        )[0]
        for method, name in product(("GET", "POST", "DELETE"), _CONTROLS)
    }

    assert answers <= {401, 405}
    assert 401 in answers


def test_it_listens_on_this_machine_only(port):
    """One address, 127.0.0.1, and no other."""
    listening = [
        one.laddr.ip
        for one in psutil.net_connections("inet")
        if one.status == psutil.CONN_LISTEN and one.laddr.port == port
    ]

    assert ["127.0.0.1"] == listening
