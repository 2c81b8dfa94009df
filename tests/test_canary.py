"""A planted key in one process: what holds it, what shows it, and which wire carries it."""

from __future__ import annotations

import asyncio
import base64
import copy
import dataclasses
import gc
import json
import logging
import pickle
import sys
import traceback
import types
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from IPython.core.ultratb import VerboseTB

from reapi_nb.catalog import Imagine
from reapi_nb.client import Client
from reapi_nb.errors import BadSettings, NotSent, ReapiError, Unreachable
from reapi_nb.session import Session
from reapi_nb.settings import Secret, Settings, save_key
from tests.canary import KEY, traces
from tests.certificates import Authority
from tests.faults import acts
from tests.faults.kernel import Quick
from tests.faults.server import RecordingServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

_CLOSED = (types.ModuleType, types.FunctionType, types.FrameType, types.CodeType, type)
"""What is not looked into: a key may be in the closure that reveals it, and in nothing else."""


@pytest.fixture(scope="module", name="server")
def _server() -> Iterator[RecordingServer]:
    with RecordingServer() as server:
        yield server


@pytest.fixture(scope="module", name="session")
def _session(server, tmp_path_factory) -> Iterator[Session]:
    """A session with the planted key that has had an answer, a refusal and a doubt."""
    home = tmp_path_factory.mktemp("library")
    settings = Settings(place="reapi", origin=server.origin, key=Secret(KEY), home=home)
    with Session(settings) as session:
        server.cue("submit", acts.answer, acts.drop(), acts.refuse(400, acts.envelope(20003)))
        for prompt in ("a cat", "a lost cat", "a refused cat"):
            session.submit(Quick(prompt=prompt)).wait(30)
        yield session


# -- in memory


def test_no_object_of_ours_holds_the_key_as_text(session):
    """From a session, its engine and its client no text with the key in it can be reached."""
    jobs = session.history()
    seen: dict[int, Any] = {}
    waiting: list[Any] = [session, *jobs, session.settings, session._driver.engine.result()]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, _CLOSED):
            continue
        seen[id(one)] = one
        waiting += gc.get_referents(one)

    texts = [one for one in seen.values() if isinstance(one, (str, bytes, bytearray))]

    assert {Client, Secret, Settings} <= {type(one) for one in seen.values()}
    assert len(texts) > 100
    assert [] == [
        one for one in texts if traces(one.encode() if isinstance(one, str) else bytes(one))
    ]


_SHOWS: tuple[Callable[[Any], Any], ...] = (
    *(repr, str, ascii, "{0} {0!r}".format, vars, dir, list, dict, bytes, json.dumps),
    *(pickle.dumps, copy.copy, copy.deepcopy, dataclasses.asdict, Settings.__repr__),
)


@pytest.mark.parametrize("show", _SHOWS, ids=lambda show: show.__qualname__)
def test_nothing_that_is_public_shows_the_key(session, show):
    """However an object is printed, taken apart or copied: what comes of it has no key."""
    job = session.history()[0]
    public = (session, session.settings, session.settings.key, session.settings.account, job)

    told = []
    for one in (*public, job.snapshot, job.request, job.pictures, vars(session.settings)):
        try:
            told.append(repr(show(one)))
        except Exception as no:  # noqa: BLE001 - whatever it raises is shown as well
            told += [str(no), *_locals(no)]

    assert [] == traces("".join(told).encode())


def _locals(no: BaseException) -> Iterator[str]:
    """Every variable of every frame of ours and of others, as far as it can be shown."""
    for frame, _line in traceback.walk_tb(no.__traceback__.tb_next):
        for value in frame.f_locals.values():
            with suppress(Exception):  # half a copy cannot be shown
                yield repr(value)


# -- in tracebacks


def _verbose(no: BaseException) -> str:
    """
    What IPython shows of an error in its mode Verbose, and what others do with all locals.

    The first frame is the test's own, and that has the key.
    """
    inside = no.__traceback__.tb_next if no.__traceback__ else None
    shown: str = VerboseTB().text(type(no), no, inside)
    every = traceback.TracebackException(type(no), no, inside, capture_locals=True)
    return shown + "".join(every.format())


_UNUSABLE = {
    "a space": f"{KEY} x",
    "an accent": f"{KEY}\u00e9",
    "a line break": f"{KEY}\nx",
    "a control character": f"{KEY}\x07",
}


@pytest.mark.parametrize("key", _UNUSABLE.values(), ids=_UNUSABLE)
def test_a_key_that_cannot_be_used_is_in_no_frame(environ, key):
    """Its refusal has no variable with the key, and no line beside which the environment stands."""
    environ(REAPI_API_KEY=key)

    with pytest.raises(BadSettings) as refused:
        Settings.read()

    frames = _verbose(refused.value)
    assert "key_of" in frames
    assert [] == traces(frames.encode())


@pytest.mark.parametrize("given", [{"nonsense": 1}, {"daily_cap": 1, "homes": 2}])
def test_a_slip_in_an_argument_shows_no_environment(environ, given):
    """IPython shows whatever a failing line names, and `os.environ` would be all of it."""
    environ(REAPI_API_KEY=KEY)

    with pytest.raises(TypeError) as slip:
        Settings.read(**given)

    assert [] == traces(_verbose(slip.value).encode())


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.write_text(file.read_text() + "7"),
        lambda file: file.write_text(file.read_text()[:-1] + ', "https://x.example": 7}'),
        lambda file: file.write_text(f'["{KEY}"]'),
        lambda file: file.write_text(json.dumps({"https://reapi.ai": f"{KEY} x"})),
        lambda file: file.chmod(0o644),
    ],
    ids=["not JSON", "a number", "a list", "a key with a space", "open to others"],
)
def test_a_damaged_key_file_is_in_no_frame(damage):
    """Neither the key that was meant nor those of other origins."""
    damage(save_key(Secret(KEY)))

    with pytest.raises(BadSettings) as refused:
        Settings.read("reapi")

    assert [] == traces(_verbose(refused.value).encode())


def test_a_key_that_cannot_be_kept_leaves_nothing_behind(tmp_path):
    """No frame has it, no other origin's key either, and no half of a file."""
    file = save_key(Secret(KEY))
    file.unlink()
    file.mkdir()

    with pytest.raises(BadSettings, match="nothing was kept") as refused:
        save_key(Secret(KEY))

    assert [file.name] == [one.name for one in file.parent.iterdir()]
    assert [] == traces(_verbose(refused.value).encode())


_WRONG = {
    "closed": acts.drop(),
    "reset": acts.drop(reset=True),
    "not HTTP": acts.speak(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "endless headers": acts.speak(b"HTTP/1.1 200 OK\r\n" + b"X-Pad: nothing\r\n" * 20_000),
    "a bad gateway": acts.status(502),
    "a refusal": acts.refuse(401, acts.envelope(10003)),
    "silence": acts.hang(2.0),
}


@pytest.mark.parametrize("kind", ["submit", "look"])
@pytest.mark.parametrize("act", _WRONG.values(), ids=_WRONG)
async def test_an_error_of_the_api_has_no_key_in_its_frames(server, home, act, kind):
    """Whatever the transport was at work on: an error of ours tells nothing of it."""
    settings = Settings(place="reapi", origin=server.origin, key=Secret(KEY), home=home)
    client = Client(settings, None, submit_s=0.3, look_s=0.3)
    server._cues[kind].clear()
    server.cue(kind, act)

    with pytest.raises(ReapiError) as failed:
        await (
            client.submit(Imagine(prompt="a cat"))
            if kind == "submit"
            else client.task("task_x", "reapi", "mj-v7")
        )
    await client.close()

    assert [] == traces(_verbose(failed.value).encode())


async def test_an_api_that_is_not_there_has_no_key_in_its_frames(home):
    """Nor has an error before anything was sent."""
    settings = Settings(place="reapi", origin="http://127.0.0.1:9", key=Secret(KEY), home=home)
    client = Client(settings, None)

    for asking in (client.submit(Imagine(prompt="a cat")), client.task("x", "reapi", "mj-v7")):
        with pytest.raises((NotSent, Unreachable)) as failed:
            await asking
        assert [] == traces(_verbose(failed.value).encode())
    await client.close()


def test_an_error_on_the_engines_thread_has_no_key_in_its_frames(server, session, caplog):
    """A job's error, with all that led to it and every variable of every frame."""
    caplog.set_level(logging.DEBUG)
    errors = [job.error for job in session.history() if job.error is not None]

    told = "".join(map(_verbose, errors)) + caplog.text

    assert len(errors) == 2
    assert [] == traces(told.encode())


# -- on the wire


async def test_only_http_1_is_spoken_whatever_is_offered(home, monkeypatch, tmp_path):
    """A server that offers HTTP/2 gets HTTP/1.1: the other one's coder logs headers."""
    heard: list[Any] = []
    authority = Authority.found(tmp_path)
    believed = tmp_path / "believed.pem"
    believed.write_bytes(authority.own.public_bytes(Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(believed))

    async with _offering(authority, heard) as port:
        settings = Settings(
            place="reapi", origin=f"https://localhost:{port}", key=Secret(KEY), home=home
        )
        client = Client(settings, None)
        accepted = await client.submit(Imagine(prompt="a cat"))
        await client.close()

    assert "task_of_a_test" == accepted.task_id
    [(protocol, line)] = heard
    assert protocol in ("http/1.1", None)
    assert line.endswith(b" HTTP/1.1")
    assert "h2" not in sys.modules
    assert "hpack" not in sys.modules


@asynccontextmanager
async def _offering(authority: Authority, heard: list[Any]) -> AsyncIterator[int]:
    """A server that would rather speak HTTP/2; its port."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        spoken = writer.get_extra_info("ssl_object").selected_alpn_protocol()
        heard.append((spoken, head.splitlines()[0]))
        body = b'{"id": "task_of_a_test", "model": "mj-v7", "status": "processing"}'
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()

    context = authority.serving("localhost")
    context.set_alpn_protocols(["h2", "http/1.1"])
    server = await asyncio.start_server(converse, "localhost", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "https://reapi.ai.evil.example", "https://reapi.ai:8443", None],
)
def test_a_kept_key_is_bound_to_its_origin(environ, origin):
    """Whoever changes the address, by variable, file or argument, gets no key that was kept."""
    save_key(Secret(KEY), "https://reapi.ai")

    if origin is None:
        assert KEY == Settings.read("reapi").key.reveal()
        return
    environ(REAPI_BASE_URL=origin)
    for given in ({"origin": origin}, {}):
        with pytest.raises(BadSettings, match="no key for reAPI"):
            Settings.read("reapi", **given)
    assert "sandbox" == Settings.read().place


def test_a_key_in_an_address_is_refused_and_not_repeated(environ):
    """An address stands in status lines, logs and errors."""
    environ(REAPI_BASE_URL=f"https://{KEY}@reapi.ai")

    with pytest.raises(BadSettings, match="there is a key in REAPI_BASE_URL") as refused:
        Settings.read()

    assert [] == traces(_verbose(refused.value).encode())


def test_the_search_finds_what_it_searches_for():
    """Each form of the key, wherever it stands in other bytes; and nothing in innocent ones."""
    forms = [KEY, KEY[::-1], KEY[: len(KEY) // 2 + 1], KEY[len(KEY) // 2 :], KEY.encode().hex()]
    coded = [base64.b64encode(b"x" * n + KEY.encode() + b"yz").decode() for n in range(6)]

    assert all(traces(f"some {form} text".encode()) for form in (*forms, *coded))
    assert [] == traces(b"rk_live_ is how they begin")
