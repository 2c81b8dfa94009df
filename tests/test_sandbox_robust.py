"""Whatever is sent to the sandbox, it answers: in the API's envelope, and never with a fault."""

from __future__ import annotations

import asyncio
import copy
import json
import math
from contextlib import closing, suppress
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from reapi_nb import catalog
from reapi_nb.sandbox.ledger import FILE, Ledger
from tests.sandboxes import APIXO_LOOK, APIXO_SUBMIT, CAT, SUBMIT, Sandbox
from tests.witness import page

if TYPE_CHECKING:
    from collections.abc import Iterator

_REAPI = {"error"}
_APIXO = {"code", "message", "data"}


class Answer(NamedTuple):
    """What came back, without a client between."""

    status: int
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body, parse_constant=pytest.fail)


class Driver:
    """Asks the application itself, on one loop: as quick as it gets."""

    def __init__(self, sandbox: Sandbox, loop: asyncio.Runner) -> None:
        self.sandbox = sandbox
        self._app = sandbox.app
        self._loop = loop
        self._ignores = False

    def ignore(self, *, ignores: bool) -> None:
        """Whether unknown keys are ignored from now on."""
        if ignores != self._ignores:
            self._ignores = ignores
            told = {"unknown_keys": "ignore" if ignores else "refuse"}
            self.sandbox.ledger.notes.set(told)

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Answer:
        self.sandbox.clock.now += 10
        path, _, query = path.partition("?")
        told = {"authorization": "Bearer test-key"} | (headers or {})
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.encode(), text.encode("latin-1")) for name, text in told.items()],
        }
        return self._loop.run(self._ask(scope, body))

    async def _ask(self, scope: dict[str, Any], body: bytes) -> Answer:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self._app(scope, receive, send)
        return Answer(sent[0]["status"], b"".join(part.get("body", b"") for part in sent[1:]))


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    home = tmp_path_factory.mktemp("robust")
    with closing(Ledger(home / FILE)) as ledger, asyncio.Runner() as loop:
        yield Driver(Sandbox(ledger), loop)


# Bodies.


def _good() -> Iterator[tuple[str, dict[str, Any]]]:
    """Bodies that are right, with the name of their class; a few of each."""
    rows = [
        row["body"]
        for name in ("midjourney_v7", "wan_2_7", "gpt_image_2", "apixo_midjourney")
        for row in page(name)["valid"]
    ]
    others = [
        {"model": "flux-2", "prompt": "a cat", "aspect_ratio": "16:9"},
        {"model": "flux-2", "prompt": "a cat", "n": 3, "loras": [{"path": "x", "scale": 0.5}]},
    ]
    named = [(_kind(body).__name__, body) for body in (*rows, *others)]
    for name, bodies in groupby(sorted(named, key=lambda row: row[0]), key=lambda row: row[0]):
        # The longest have the most fields to break.
        longest = sorted((body for _, body in bodies), key=lambda body: -len(json.dumps(body)))
        yield from ((name, body) for body in longest[:6])


def _kind(body: dict[str, Any]) -> type[catalog.ImageRequest]:
    provider = "reapi" if "model" in body else "apixo"
    return type(catalog.read(body, provider, unchecked=True))


_GOOD = tuple(_good())

_TEXTS = (
    *("", " ", "x", "\ud800", "\x00", "a\udfffb", "🦊" * 5000, "x" * 9000, "__proto__", "task_1"),
    *("--", "--ar", "--s 1e9", "::", "{", "{a, b", "a cat --ar 0:0", "a cat --seed -1"),
    *("a cat --ar 99999999999999999999:1", "a cat --sref random", "a cat --brandnew 3"),
    *("a cat (sandbox: refuse)", "a cat (sandbox: fail)", "a cat (sandbox: three)", "4K", "1x1"),
    *("https://", "https://e.com/a.png", "http://[", "data:image/png;base64,AAAA", "16:9"),
    *("a cat --oref https://e.com/a.png", "mj-v7", "wan2.7-image-pro", "upscale", "callback"),
)
_NUMBERS = (
    *(0, -1, 1, 3, 5, 13, 2**31, 2**63, 2**64, 10**30, -(10**400), 10**4200),
    *(0.5, 1.1, 1e308, -1e308, 5e-324, -0.0, math.inf, math.nan),
)
_JUNK = (
    *_TEXTS,
    *_NUMBERS,
    *(None, True, False, [], {}, [[]], [{}], [None], {"url": None}, {"": {"": [0]}}),
    *([*_NUMBERS], [*_TEXTS[:8]], {"points": [1, 2]}, [[1, 2, 3, 4]], [[[1, 2, 3]]], {"x": 1e999}),
    *({"width": 1, "height": -1}, {"hex": "#ffffff", "ratio": "0%"}, {"model": "mj-v7"}),
)
_KEYS = ("task_id", "taskId", "model_params", "input", "mask", "n", "prompt", "x", "", "\ud800")
_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=6,
)


def _paths(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield at
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in inner:
            yield from _paths(part, (*at, key))


_TO_BREAK = tuple(
    ("model" not in body, json.dumps(body), tuple(_paths(body))[1:]) for _, body in _GOOD
)


def _replace(at: Any, key: Any, junk: Any, _: str) -> None:
    at[key] = junk


def _remove(at: Any, key: Any, *_: Any) -> None:
    del at[key]


def _wrap(at: Any, key: Any, *_: Any) -> None:
    at[key] = [at[key]]


def _add(at: Any, _key: Any, junk: Any, name: str) -> None:
    if isinstance(at, dict):
        at[name] = junk
    else:
        at.append(junk)


def _rename(at: Any, key: Any, _junk: Any, name: str) -> None:
    _add(at, key, at.pop(key), name)


_WAYS = (_replace, _replace, _replace, _remove, _wrap, _add, _rename)


@st.composite
def _broken(draw: st.DrawFn) -> tuple[bool, Any]:
    """A good body with one or two things wrong with it, and whether it is APIXO's."""
    # Few draws, and each of a number: choosing is what takes the time here.
    there, text, paths = draw(st.sampled_from(_TO_BREAK))
    body = json.loads(text)
    for wound in draw(st.lists(st.integers(0, 10**9), min_size=1, max_size=2)):
        way, path, name, junk, own = _digits(
            wound, len(_WAYS), len(paths), len(_KEYS), len(_JUNK), 8
        )
        put = draw(_JSON) if own == 0 else copy.deepcopy(_JUNK[junk])
        _break(body, paths[path], _WAYS[way], put, _KEYS[name])
    return there, body


def _digits(number: int, *bases: int) -> Iterator[int]:
    for base in bases:
        number, digit = divmod(number, base)
        yield digit


def _break(body: Any, path: tuple[Any, ...], way: Any, put: Any, name: str) -> None:
    at = body
    with suppress(KeyError, IndexError, TypeError, AttributeError):  # what was there is gone
        for key in path[:-1]:
            at = at[key]
        way(at, path[-1], put, name)


@st.composite
def _posted(draw: st.DrawFn) -> tuple[bool, bytes]:
    """A body and whether it goes to APIXO; mostly JSON, and mostly to whom it belongs."""
    kind = draw(st.integers(0, 30))
    there, body = (kind == 0, draw(_JSON)) if kind < 2 else draw(_broken())
    text = json.dumps(body).encode()
    match kind:
        case 2:
            return not there, text
        case 3:
            return there, text[: draw(st.integers(0, len(text)))]
        case 4:
            return there, draw(st.binary(max_size=20)) + text
        case _:
            return there, text


def test_every_model_is_among_the_bodies():
    """What is broken here is broken for every class of the catalog."""
    assert {kind.__name__ for kind in catalog.REQUESTS} == {name for name, _ in _GOOD}


@settings(
    max_examples=10_000,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(posted=_posted(), ignores=st.booleans())
@example(posted=(False, b'{"model": "flux-2", "x": 1e999}'), ignores=False)
@example(posted=(True, b"[" * 900_000), ignores=True)
@example(posted=(False, b'{"a":' * 150_000 + b"1" + b"}" * 150_000), ignores=True)
def test_any_body_is_answered_in_the_envelope(driver, posted, ignores):
    """It becomes a task that can be looked at, or is refused with 400, whatever it is."""
    there, raw = posted
    driver.ignore(ignores=ignores)

    answer = driver.ask("POST", APIXO_SUBMIT if there else SUBMIT, raw)

    assert answer.status in (200, 400), answer
    assert answer.status == 200 or set(answer.json) == (_APIXO if there else _REAPI)
    if answer.status == 200:
        task_id = answer.json["data"]["taskId"] if there else answer.json["id"]
        path = f"{APIXO_LOOK}?taskId={task_id}" if there else f"/api/v1/tasks/{task_id}"
        assert 200 == driver.ask("GET", path).status


@settings(max_examples=300, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(
    method=st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"]),
    begin=st.sampled_from(
        [SUBMIT, APIXO_SUBMIT, APIXO_LOOK, "/api/v1/tasks", "/media/tasks/1", "/media/uploads", ""]
    ),
    rest=st.text(st.characters(exclude_characters="?"), max_size=12),
    headers=st.dictionaries(
        st.sampled_from(["authorization", "content-type", "idempotency-key", "accept", "origin"]),
        st.text(st.characters(max_codepoint=255), max_size=12),
        max_size=3,
    ),
    body=st.binary(max_size=30),
)
def test_any_method_path_and_header_is_answered_in_the_envelope(  # noqa: PLR0917 - by name
    driver, method, begin, rest, headers, body
):
    """Nothing of it leads anywhere, and all of it is told so."""
    path = f"{begin}/{rest}" if rest else begin

    answer = driver.ask(method, path, body, headers)

    assert answer.status in (400, 401, 404, 405), answer
    if method == "HEAD":
        assert b"" == answer.body
    else:
        assert set(answer.json) in (_REAPI, _APIXO)


@settings(max_examples=500, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.sampled_from(["clock", "faults", "keys", "balance", "settings", "uploads"]),
    raw=st.one_of(
        st.binary(max_size=30),
        _JSON.map(lambda value: json.dumps(value).encode()),
        st.dictionaries(
            st.sampled_from(
                [
                    *("advance", "on", "kind", "times", "key", "state", "account", "status"),
                    *("seconds", "n", "code", "after", "unknown_keys", "latency_s"),
                ]
            ),
            st.one_of(_JSON, st.sampled_from(["nobody", "look", "picture", "gone", "active"])),
            min_size=1,
        ).map(lambda value: json.dumps(value).encode()),
    ),
)
def test_any_order_to_the_controls_is_answered_in_the_envelope(driver, name, raw):
    """An order that is none is a 400; one that is some is obeyed."""
    answer = driver.ask("POST", f"/_sandbox/{name}", raw)

    assert answer.status in (200, 400, 404), answer
    assert isinstance(answer.json, dict)
    driver.ask("DELETE", "/_sandbox/faults")
    driver.sandbox.ledger.notes.set({"latency_s": None})


@pytest.mark.parametrize("path", [SUBMIT, APIXO_SUBMIT, "/_sandbox/faults"])
def test_a_body_of_more_than_a_megabyte_is_refused(driver, path):
    """413, and a byte less is read."""
    body = json.dumps(CAT).encode()

    long, longer = [driver.ask("POST", path, body.ljust(size)) for size in (1_000_000, 1_000_001)]

    assert long.status in (200, 400)
    assert (413, True) == (longer.status, set(longer.json) in (_REAPI, _APIXO))


@pytest.mark.parametrize("path", [SUBMIT, APIXO_SUBMIT])
@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999", "-1e999", "1" * 5000, "01"])
def test_numbers_that_json_does_not_have_are_refused(driver, path, number):
    """What JavaScript would not read is no number here either."""
    raw = b'{"model": "flux-2", "input": {"mode": "text-to-image", "prompt": "a"}, "x": %s}'

    answer = driver.ask("POST", path, raw % number.encode())

    assert 400 == answer.status


def test_a_picture_of_a_broken_prompt_can_be_painted(driver):
    """Whatever is accepted can be fetched."""
    odd = {"model": "flux-2", "prompt": ["no text"], "n": 2, "seed": -(10**40), "speed": [math.pi]}

    made = driver.ask("POST", SUBMIT, json.dumps(odd).encode()).json["id"]
    answer = driver.ask("GET", f"/media/tasks/{made.removeprefix('task_')}/1.png")

    assert (200, b"\x89PNG") == (answer.status, answer.body[:4])
