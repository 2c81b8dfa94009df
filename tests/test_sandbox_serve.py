"""The sandbox on a port: who reaches it, and what it says."""

from __future__ import annotations

import json
import re
import socket
import sys

import httpx
import pytest

from reapi_nb.errors import BadSettings
from reapi_nb.sandbox.serve import serve
from tests.sandboxes import CAT, SUBMIT, serving


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The line that a served sandbox prints."""
    with serving(tmp_path_factory.mktemp("served")) as line:
        yield line


def _origin(line: str) -> str:
    return re.search(r"http://\S+", line)[0]


def test_it_says_what_to_set_and_the_port_it_found(served):
    """One line can be pasted into a shell; port 0 is a free one."""
    assert re.fullmatch(
        r"export REAPI_BASE_URL=http://127\.0\.0\.1:[1-9]\d+ REAPI_API_KEY='test key'\n", served
    )


def test_it_is_the_same_api_over_a_socket(served):
    """A task is made, looked at and fetched under the printed address."""
    headers = {"Authorization": "Bearer test key"}
    with httpx.Client(base_url=_origin(served), headers=headers) as client:
        task_id = client.post(SUBMIT, json=CAT).json()["id"]
        task = client.get(f"/api/v1/tasks/{task_id}").json()

        picture = client.get(task["output"]["image_urls"][3])

    assert (200, "image/png") == (picture.status_code, picture.headers["content-type"])


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 401),
        ("localhost", 401),
        ("[::1]", 401),
        ("LOCALHOST", 401),
        ("evil.example", 400),
        ("localhost.evil.example", 400),
        ("127.0.0.1.evil.example", 400),
        ("www.localhost", 400),
        ("127.0.0.2", 400),
    ],
)
def test_it_answers_only_to_the_names_of_this_machine(served, host, status):
    """A web page that points its own name at this machine gets nothing, on any route."""
    port = _origin(served).rpartition(":")[2]
    headers = {"Host": f"{host}:{port}"}

    answer = httpx.get(f"{_origin(served)}/api/v1/tasks/task_1", headers=headers)

    assert status == answer.status_code


def test_the_answer_to_a_paid_submit_is_really_lost(served):
    """The connection breaks without a byte, on each submit that was told so; the task exists."""
    headers = {"Authorization": "Bearer test key"}
    with httpx.Client(base_url=_origin(served), headers=headers) as client:
        before = len(client.get("/_sandbox/ledger").json()["tasks"])
        client.post("/_sandbox/faults", json={"on": "submit", "kind": "drop", "times": 2})

        for _ in range(2):
            with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
                client.post(SUBMIT, json=CAT)
        answered = client.post(SUBMIT, json=CAT)
        tasks = client.get("/_sandbox/ledger").json()["tasks"]
        lines = client.get("/_sandbox/log").json()["requests"][-3:]

    assert (200, 3) == (answered.status_code, len(tasks) - before)
    assert [None, None, 200] == [line["status"] for line in lines]


def test_no_byte_of_a_lost_answer_is_sent(served):
    """Not even a status line."""
    headers = {"Authorization": "Bearer test key"}
    httpx.post(
        f"{_origin(served)}/_sandbox/faults",
        json={"on": "look", "kind": "drop"},
        headers=headers,
    )
    port = int(_origin(served).rpartition(":")[2])

    with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
        raw.sendall(
            b"GET /api/v1/tasks/task_1 HTTP/1.1\r\nHost: localhost\r\n"
            b"Authorization: Bearer test key\r\n\r\n"
        )
        received = raw.recv(1000)

    assert b"" == received


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /api/v1/tasks/%ff%00 HTTP/1.1\r\nHost: localhost", b"401"),
        (b"BREW /api/v1/images/generations HTTP/1.1\r\nHost: localhost", b"405"),
        (b"GET /" + b"x" * 8000 + b" HTTP/1.1\r\nHost: localhost", b"404"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization: \xff", b"404"),
        (b"GET / HTTP/1.0", b"400"),
    ],
    ids=["odd path", "odd method", "long path", "odd header", "no host"],
)
def test_odd_requests_are_answered_in_the_envelope(served, request_, status):
    """Whatever is HTTP at all gets JSON back."""
    port = int(_origin(served).rpartition(":")[2])

    with socket.create_connection(("127.0.0.1", port), timeout=10) as raw:
        raw.sendall(request_ + b"\r\nConnection: close\r\n\r\n")
        received = b"".join(iter(lambda: raw.recv(65536), b""))

    head, _, body = received.partition(b"\r\n\r\n")
    assert status == head.split()[1]
    assert {"code", "message", "request_id"} == set(json.loads(body)["error"])


def test_a_long_body_is_refused_and_its_sender_hears_it(served):
    """413 comes back although more was sent than was read."""
    headers = {"Authorization": "Bearer test key", "Content-Type": "application/json"}

    answer = httpx.post(_origin(served) + SUBMIT, content=b" " * 8_000_000, headers=headers)

    assert (413, {"error"}) == (answer.status_code, set(answer.json()))


def test_every_answer_has_one_date(served):
    """The sandbox's own, and not the server's beside it."""
    answer = httpx.get(_origin(served))

    assert 1 == len(answer.headers.get_list("date"))


def test_it_listens_on_the_loopback_address_only(served):
    """Another address of this machine does not lead to it."""
    port = int(_origin(served).rpartition(":")[2])

    with pytest.raises(OSError), socket.create_connection(("127.0.0.2", port), timeout=5):
        pass


def test_a_taken_port_is_refused_in_one_line(home):
    """Whoever asks for a taken port is told to choose another."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(BadSettings, match=f"port {port}"):
            serve(port=port, key="test-key", latency_s=0.0, home=home)


def test_a_port_that_does_not_exist_is_refused_in_one_line(home):
    """Ports end at 65535."""
    with pytest.raises(BadSettings, match="port 65536"):
        serve(port=65536, key="test-key", latency_s=0.0, home=home)


def test_a_missing_uvicorn_is_named_with_the_cure(home, monkeypatch):
    """Whoever has not installed the server is told what to type."""
    monkeypatch.setitem(sys.modules, "uvicorn", None)

    with pytest.raises(BadSettings, match=re.escape('pip install "reapi-nb[lab]"')):
        serve(port=0, key="test-key", latency_s=0.0, home=home)
