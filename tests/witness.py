"""
The outside witness: bodies copied by hand from the documents, and what every page is asked.

Client and sandbox share their validators, so neither can be the other's witness. Rows say why
they are there; a row with `code` is refused with it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from reapi_nb import catalog
from reapi_nb.errors import InvalidRequest
from tests.sandboxes import SUBMIT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reapi_nb.catalog import ImageRequest
    from tests.sandboxes import Sandbox

_DATA = Path(__file__).parent / "data"


def page(name: str) -> dict[str, Any]:
    """The data of one page."""
    return json.loads((_DATA / f"{name}.json").read_text("utf-8"))


def text(body: Any) -> str:
    """The JSON text of a body: 2 is not 2.0 here, and 1 is not true."""
    return json.dumps(body, sort_keys=True)


def why(row: dict[str, Any]) -> str:
    """What a test of a row is called."""
    return row["why"]


def long_prompt(row: dict[str, Any]) -> str:
    """A prompt that is too long to be written down."""
    character, times = row["times"]
    return character * times


def refusal(body: dict[str, Any], provider: str = "reapi") -> int | str | None:
    """The code that the client refuses a body with; None where it would send it as it is."""
    try:
        request = catalog.read(body, provider)
    except InvalidRequest as no:
        return no.code
    assert text(body) == text(request.body())
    return None


async def judged(sandbox: Sandbox, body: dict[str, Any]) -> set[int | str | None]:
    """The codes that client and sandbox refuse a body with; None where one takes it as it is."""
    before = sandbox.ledger.entries()
    answer = await sandbox.ask("POST", SUBMIT, json=body)
    more = sandbox.ledger.entries()[len(before) :]
    if 200 == answer.status_code:
        assert [text(body)] == [text(entry.body) for entry in more]
        return {refusal(body), None}
    assert (400, ()) == (answer.status_code, more)
    return {refusal(body), answer.json()["error"]["code"]}


def spoken(kind: type[ImageRequest]) -> Iterator[tuple[str, str]]:
    """Each field of a class that is sent, under its wire name, with each word that it knows."""
    for field, name in kind.wire_names().items():
        for word in _words(kind.model_fields[field].annotation):
            yield name, text(word)


def _words(annotation: Any) -> tuple[Any, ...]:
    """The words of a field, however wrapped; none where it takes more than words."""
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return tuple(word for part in get_args(annotation) for word in _words(part))


def sent(body: dict[str, Any], nest: str = "") -> Iterator[tuple[str, str]]:
    """Each field of a body, or of its nested object, with its value."""
    inside = body.get(nest)
    for name, value in (body | (inside if isinstance(inside, dict) else {})).items():
        yield name, text(value)


def left_out(rows: list[dict[str, Any]], words: dict[str, list[Any]], nest: str = "") -> list[Any]:
    """The documented words that no row sends."""
    seen = {pair for row in rows for pair in sent(row["body"], nest)}
    wanted = [(name, text(word)) for name, of in words.items() for word in of]
    return [pair for pair in wanted if pair not in seen]
