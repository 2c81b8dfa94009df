"""
A model without a class of its own: `raw flux-2 {"prompt": "a cat"}`, by the JSON of its page.

The JSON is sent as it is: nothing in it is expanded, and nothing in it is an option.

Source: reAPI docs, "overview".
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

from reapi_nb.catalog import REQUESTS
from reapi_nb.catalog.any_model import OTHERS, AnyModel
from reapi_nb.command import _prompt
from reapi_nb.command._command import Command, command, times
from reapi_nb.command._grammar import QUOTES, first_word, nearest, short, shown, unsilenced
from reapi_nb.command._line import Line
from reapi_nb.errors import InvalidRequest

if TYPE_CHECKING:
    from reapi_nb.command._said import Said

_TAUGHT = 'raw flux-2 {"prompt": "a cat"}'


def read(said: Said, line: str, body: str | None) -> Command:
    """
    The request of a `raw` line or cell.

    Args:
        line: Behind the nick, verbatim.
        body: The JSON, where it stands below the line.

    Raises:
        InvalidRequest: With one line that says what to type.
    """
    reader = Line(said, below=body is not None)
    model, rest = first_word(reader.front(reader.text(unsilenced(line))))
    _check_model(model)
    text = reader.front(rest).typed
    if body is None:
        fields, text = _fields(model, text)
    elif text.lstrip().startswith("{"):
        raise InvalidRequest("the JSON goes below %%reapi raw, not on its line: move it down")
    else:
        fields, behind = _fields(model, body)
        if behind.strip():
            raise InvalidRequest(f"{shown(behind)} stands behind the JSON: leave it out")
    stray = reader.cut(reader.text(text))
    if reader.doubt:
        raise InvalidRequest(reader.doubt)
    if stray:
        raise InvalidRequest(f"{shown(stray)} is neither JSON nor an option: type {_TAUGHT}")
    _prompt.check_count(1, times(said))
    return command(said, [AnyModel.parse({"model": model, **fields})], _doubts(model))


def _check_model(model: str) -> None:
    if not model or "{" in model:
        raise InvalidRequest(f"say which model: {_TAUGHT}")
    if model[0] in QUOTES:
        raise InvalidRequest(f"the model stands without quotes: {_TAUGHT}")
    for kind in REQUESTS:
        if kind.provider == AnyModel.provider and kind is not AnyModel and model in kind.models():
            raise InvalidRequest(f"{model} is %reapi {kind.nick}")


def _doubts(model: str) -> tuple[str, ...]:
    """A notice, where a model is nearly called like one that is known."""
    near = None if model in OTHERS else nearest(model, OTHERS)
    return (f"{short(model)} is sent as typed: did you mean {near}?",) if near else ()


def _fields(model: str, text: str) -> tuple[dict[str, Any], str]:
    """The object that a text begins with, and what stands behind it."""
    text = text.lstrip()
    if not text.startswith("{"):
        raise InvalidRequest(f'{short(model)} needs JSON: raw {short(model)} {{"prompt": "a cat"}}')
    try:
        fields, end = _DECODER.raw_decode(text)
    except json.JSONDecodeError as no:
        where = (
            f"line {no.lineno}, column {no.colno}" if "\n" in text else f"character {no.pos + 1}"
        )
        raise InvalidRequest(f"this JSON cannot be read ({no.msg}) at {where}") from None
    except (ValueError, RecursionError):  # a number of thousands of digits, or too deep
        raise InvalidRequest(
            "this JSON cannot be read: it is too deep, or a number too long"
        ) from None
    if "model" in fields:
        raise InvalidRequest(f"leave model out of the JSON: {short(model)} stands in front of it")
    return fields, text[end:]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys are there once."""
    seen: dict[str, Any] = {}
    for name, value in pairs:
        if name in seen:
            raise InvalidRequest(f"{shown(name)} is in the JSON twice: keep one of them")
        seen[name] = value
    return seen


def _no_number(name: str) -> NoReturn:
    raise InvalidRequest(f"{name} is no JSON: give a number, or leave it out")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_number)
