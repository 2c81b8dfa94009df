"""
Peers side by side on the same mock: low1k, fixed windows, 20 ms round trip, all requests at once.

Each has a mock process, and so a limiter, of its own, and its default settings; completed counts
stand beside makespans, because who loses its tasks is fast. What was charged and never handed over
is lost; what was refused as too much and then given up is never sent. Peers' own services allow
more than ten requests a second: what is shown is how their defaults fare under this limit. They
are pinned in the extra `bench`; who is not installed is left out, and said so.

`snippet` is the documents' example as it stands, one request after the other: ten are run, and the
time of all is derived from them. `naive` is the same example under `asyncio.gather`, `cadence` the
documented polling pattern as coroutines, `openai` its client's one helper that submits and polls.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks import makespan
from tests.benchmarks.figure import Figure
from tests.benchmarks.makespan import Part
from tests.benchmarks.mock import Setup
from tests.benchmarks.mocks import Client, Report, mocked

if TYPE_CHECKING:
    from collections.abc import Iterator

_MANY, _MANY_QUICK = 200, 40
_SNIPPETS = 10
_AT_ONCE = 2
_MODULES = {"replicate": "replicate", "fal": "fal_client", "openai": "openai"}
PARTS = ("ours", "cadence", "naive", *_MODULES, "snippet")
_SETUP = Setup(profile="low1k", rtt_s=0.02)


def run(*parts: str, quick: bool = False) -> Iterator[Figure]:
    many = _MANY_QUICK if quick else _MANY
    wanted = [part for part in parts or PARTS if _is_here(part)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for figures in pool.map(lambda name: _figures(name, many), wanted):
            yield from figures


def _is_here(name: str) -> bool:
    missing = name in _MODULES and importlib.util.find_spec(_MODULES[name]) is None
    if missing:
        print(f"peers.{name} is left out: pip install 'reapi-nb[bench]'")
    return not missing


def _figures(name: str, many: int) -> list[Figure]:
    here = f"peers.{name}"
    asked = _SNIPPETS if name == "snippet" else many
    completed, report = _ran(name, asked)
    figures = [
        Figure(f"{here}.makespan", report.makespan, "s"),
        Figure(f"{here}.over_bound", report.ratio, "x"),
        Figure(f"{here}.completed", completed, f"of {asked}"),
        Figure(f"{here}.charged", len(report.tasks), "tasks"),
        Figure(f"{here}.lost", len(report.tasks) - completed, "tasks"),
        Figure(f"{here}.never_sent", asked - len(report.tasks), "tasks"),
        Figure(f"{here}.requests", len(report.requests), "requests"),
        Figure(f"{here}.limited", report.limited, "429s"),
        Figure(f"{here}.lag", report.lag if report.seen else 0.0, "s"),
    ]
    if name == "snippet":
        derived = report.makespan * many / asked
        figures.append(Figure(f"{here}.derived_makespan_of_{many}", derived, "s"))
    return figures


def _ran(name: str, many: int) -> tuple[int, Report]:
    """How many tasks a client has in the end, and what its mock has seen of it."""
    if name == "ours":
        return makespan.ours_of(Part("low1k", many))
    with ExitStack() as stack:
        setup, variables = _SETUP, {}
        if name == "fal":  # speaks TLS only
            cert = _certificate(stack.enter_context(tempfile.TemporaryDirectory()))
            setup, variables = replace(_SETUP, cert=cert), {"SSL_CERT_FILE": cert}
        mock = stack.enter_context(mocked(setup))
        variables["PYTHONWARNINGS"] = "ignore"  # what peers say of their own future
        variables["FAL_QUEUE_RUN_HOST"] = mock.origin.partition("://")[2]
        called = "gather" if name == "naive" else name
        told = {"name": called, "profile": "low1k", "n": many, "origin": mock.origin}
        client = stack.enter_context(Client("others", told, **variables))
        client.ready()
        client.go()
        completed = client.end()["completed"]
        return completed, mock.report()


def _certificate(folder: str) -> str:
    """A certificate for this machine that nobody else trusts."""
    file = Path(folder) / "cert.pem"
    openssl = shutil.which("openssl")
    assert openssl, "openssl is needed for a mock that speaks TLS"
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", f"{file}.key", "-out", str(file)),
        ],
        check=True,
        capture_output=True,
    )
    return str(file)
