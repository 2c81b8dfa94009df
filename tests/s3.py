"""
A server that speaks S3, in this process, on a free port of this machine: moto's.

It records what reaches it and stumbles on cue. Everybody may do everything while it is not
`guarded`.
"""

from __future__ import annotations

import json
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count
from typing import TYPE_CHECKING, Self
from urllib.request import Request, urlopen

import boto3
from moto.server import ThreadedMotoServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import pytest

REGION = "us-east-1"
SOMEBODY = {"AWS_ACCESS_KEY_ID": "test-id", "AWS_SECRET_ACCESS_KEY": "test-word"}
"""Credentials that are good for every server that is not guarded."""

_users = count(1)


def leave_aws(monkeypatch: pytest.MonkeyPatch, environ: Iterable[str]) -> None:
    """Nothing of the person who runs the tests: no variable, no file, no machine's role."""
    for name in [name for name in environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent/config")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@dataclass(frozen=True)
class Heard:
    """One request, as it arrived."""

    method: str
    path: str
    """Without the query."""

    headers: dict[str, str]
    """Names in lower case."""


class S3Server:
    """The server, alive inside a `with` block."""

    def __init__(self) -> None:
        self.requests: list[Heard] = []
        self._coming: deque[int] = deque()
        self._moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)

    @property
    def endpoint(self) -> str:
        return "http://{}:{}".format(*self._moto.get_host_and_port())

    @property
    def puts(self) -> list[str]:
        """Where something was put, in order."""
        return [heard.path for heard in self.requests if heard.method == "PUT"]

    def bucket(self, name: str) -> str:
        """Make a bucket."""
        self._ask("PUT", f"/{name}")
        self.requests.clear()
        return name

    def cue(self, *statuses: int) -> None:
        """Answer the next requests with these statuses and nothing else, one each."""
        self._coming.extend(statuses)

    def user(self, *actions: str) -> dict[str, str]:
        """A user's credentials, as variables, who may do these actions on everything."""
        iam = boto3.session.Session(
            aws_access_key_id="test-id", aws_secret_access_key="test-word", region_name=REGION
        ).client("iam", endpoint_url=self.endpoint)
        name = f"user-{next(_users)}"
        iam.create_user(UserName=name)
        may = [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]
        policy = json.dumps({"Version": "2012-10-17", "Statement": may})
        iam.put_user_policy(UserName=name, PolicyName="may", PolicyDocument=policy)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        iam.close()
        self.requests.clear()
        return {
            "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
        }

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Let in nobody meanwhile but users of its own; it cannot read signed links then."""
        self._ask("POST", "/moto-api/reset-auth", b"0")
        try:
            yield
        finally:
            self._ask("POST", "/moto-api/reset-auth", b"inf")

    def reset(self) -> None:
        """Forget all buckets and users."""
        self._coming.clear()
        self._ask("POST", "/moto-api/reset")
        self.requests.clear()

    def __enter__(self) -> Self:
        self._moto.start()
        server = self._moto._server
        assert server is not None
        server.app = self._recording(server.app)
        return self

    def __exit__(self, *_: object) -> None:
        self.reset()  # moto keeps its buckets in this process, not in the server
        self._moto.stop()

    def _ask(self, method: str, path: str, body: bytes = b"") -> None:
        plain = {"Content-Type": "text/plain"}
        with urlopen(Request(self.endpoint + path, body, plain, method=method), timeout=10):
            pass

    def _recording(self, app: Callable) -> Callable:
        def recorded(environ, start_response):
            method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
            self.requests.append(Heard(method, path, dict(_headers(environ))))
            if not self._coming:
                return app(environ, start_response)
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            status = HTTPStatus(self._coming.popleft())
            start_response(f"{status.value} {status.phrase}", [("Content-Length", "0")])
            return [b""]

        return recorded


def _headers(environ: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            yield name.removeprefix("HTTP_").lower().replace("_", "-"), value
