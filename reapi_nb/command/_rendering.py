"""
A request, as the line or cell that asks for it.

Nothing is assumed about what a line can hold: each line is read back before it is given away.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from reapi_nb.catalog._geometry import Shape
from reapi_nb.command._grammar import QUOTES, REFERENCE, one_line
from reapi_nb.command._options import (
    SOURCE,
    WORDS,
    Option,
    has_source,
    options,
    parent_numbers,
    takes_json,
)
from reapi_nb.command._reading import parse
from reapi_nb.errors import InvalidRequest
from reapi_nb.job import number_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reapi_nb.catalog import ImageRequest

Sources = Mapping[str, str]
"""What to call pictures, by their addresses."""

NO_SOURCES: Sources = MappingProxyType({})

_BRACE = re.compile(r"[{}]")


def is_unchecked(request: ImageRequest) -> bool:
    """Whether a request has flags that only `--unchecked` lets through."""
    try:
        type(request).parse(request.model_dump(exclude_unset=True))
    except InvalidRequest:
        return True
    return False


def escaped(prompt: str) -> str:
    """The template that means a prompt and nothing else: its braces are braces."""
    return _BRACE.sub(r"\\\g<0>", prompt)


def render(request: ImageRequest, sources: Sources = NO_SOURCES) -> str:
    """
    The line that asks for a request, without `%reapi`; `parse` reads it back as an equal one.

    A prompt of several lines stands in its quotes as it is: `render_cell` makes a cell of it.

    Args:
        request: What to ask for.
        sources: Written in place of the addresses of pictures that it sends, like `task_x#2`.
            The caller knows what they stand for; what is no such name is left out.

    Raises:
        InvalidRequest: No line can hold it.
    """
    for names, unchecked, front, prompt, words in _ways(request, sources):
        line = one_line(front, prompt, _behind(request, names, words, unchecked=unchecked))
        if _reads_back(line, None, request, names):
            return line
    raise InvalidRequest(
        f"no line can hold this request: put the prompt below %%reapi {request.nick}"
    )


def render_cell(request: ImageRequest, sources: Sources = NO_SOURCES) -> str:
    """
    The text of a cell that asks for a request: one line, or the prompt below its line.

    Args:
        request: What to ask for.
        sources: As for `render`.

    Raises:
        InvalidRequest: No cell can hold it, because of another value than its prompt.
    """
    try:
        line = f"%reapi {render(request, sources)}"
    except InvalidRequest:
        line = ""  # the body of a cell needs no quotes
    if line and not _breaks_a_line(line):
        return line
    # IPython ends a cell with a line break where there is none, and `parse` takes one away.
    text = escaped(request.words)
    body = f"{text}\n" if text.endswith("\n") else text
    for names, unchecked, front, _, words in _ways(request, sources):
        line = one_line(front, _behind(request, names, words, unchecked=unchecked))
        if not _breaks_a_line(line) and _reads_back(line, f"{text}\n", request, names):
            return f"%%reapi {line}\n{body}"
    raise InvalidRequest("no cell can hold this request: ask for it in Python")


_Way = tuple[Sources, bool, str, str, str]


def _ways(request: ImageRequest, sources: Sources) -> Iterator[_Way]:
    """
    How a request may be written, the best way first.

    Its names of pictures, whether it says --unchecked, what stands in front, the prompt in
    quotes, and the quote around other words.
    """
    known = {url: name for url, name in sources.items() if REFERENCE.fullmatch(name)}
    prompts = [""]
    if takes_json(type(request)):
        prompts = [f"{request.model} {_json(_fields(request))}"]
    elif getattr(request, "prompt", None) is not None:
        escape = escaped(request.words)
        prompts = [f"{opening}{escape}{closing}" for opening, closing in QUOTES.items()]
    has_words = any(_is_said(option, request) for option in _words(type(request)))
    for names, unchecked, words, prompt in product(
        [known, NO_SOURCES] if known else [NO_SOURCES],
        dict.fromkeys((is_unchecked(request), True)),
        QUOTES if has_words else [""],
        prompts,
    ):
        yield names, unchecked, _front(request, names), prompt, words


def _words(kind: type[ImageRequest]) -> list[Option]:
    return [option for option in options(kind).values() if option.takes == WORDS]


def _front(request: ImageRequest, names: Sources) -> str:
    kind = type(request)
    if has_source(kind):
        (address,) = getattr(request, SOURCE)
        return f"{kind.nick} {names.get(address, address)}"
    if parent_numbers(kind):
        return f"{kind.nick} {request.parent_task}#{number_of(request.parent_slot)}"
    return kind.nick


def _behind(request: ImageRequest, names: Sources, words: str, *, unchecked: bool) -> str:
    kind = type(request)
    given = [
        _typed(option, getattr(request, option.field), names, words)
        for option in options(kind).values()
        # The source stands in front.
        if _is_said(option, request) and not (option.field == SOURCE and has_source(kind))
    ]
    own = ["--unchecked"] if unchecked and not takes_json(kind) else []
    return " ".join([*given, *own])


def _is_said(option: Option, request: ImageRequest) -> bool:
    """Whether an option has something to say: what is sent anyway need not be said."""
    name = option.field
    if not name or name not in request.model_fields_set:
        return False
    default = type(request).model_fields[name].default
    return name not in request.always_sent or getattr(request, name) != default


def _typed(option: Option, value: Any, names: Sources, words: str) -> str:
    """An option and its value, as people type them."""
    if option.opposite:
        return f"--{option.name if value else option.opposite}"
    if option.is_picture:
        urls = value if isinstance(value, tuple) else (value,)
        return " ".join(f"--{option.name} {names.get(url, url)}" for url in urls)
    if option.takes == WORDS:
        return f"--{option.name} {words}{value}{QUOTES[words]}"
    plain = _plain(value)
    # Without a prompt it stands in front of nothing, where an unquoted value is one word.
    is_loose = option.shape is not None and " " in plain and plain[0] not in "{["
    return f'--{option.name} "{plain}"' if is_loose else f"--{option.name} {plain}"


def _plain(value: object) -> str:
    """A value as text: 2 and not 2.0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value)
    return _shaped(value, text) if isinstance(value, Shape) else text


def _shaped(value: Shape, text: str) -> str:
    """The text of a shape, or its JSON where the text would mean something else."""
    wire = value.model_dump(mode="json", exclude_unset=True)
    try:
        return text if type(value).typed(text) == wire else _json(wire)
    except InvalidRequest:
        return _json(wire)


def _fields(request: ImageRequest) -> dict[str, Any]:
    return {name: value for name, value in request.body().items() if name != "model"}


def _json(value: object) -> str:
    """Words as they are, unless they would break a line."""
    text = json.dumps(value, ensure_ascii=False)
    return json.dumps(value) if _breaks_a_line(text) else text


def _reads_back(line: str, body: str | None, request: ImageRequest, names: Sources) -> bool:
    nick, _, rest = line.partition(" ")
    addresses = {name: url for url, name in names.items()}

    def link(task_id: str, slot: int) -> str:
        return addresses.get(f"{task_id}#{number_of(slot)}", "")

    def resolve(name: str) -> str | None:
        return name if names else None

    try:
        read = parse(nick, rest, body, resolve=resolve, link=link, provider=request.provider)
    except InvalidRequest:
        return False
    return read.requests == (request,)


def _breaks_a_line(text: str) -> bool:
    """Whether IPython or a front end may end the line inside a text."""
    return any(unicodedata.category(mark) in {"Cc", "Zl", "Zp"} for mark in text if mark != "\t")
