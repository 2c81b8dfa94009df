"""
A request, as the line or cell that asks for it.

Nothing is assumed about what a line can hold: each line is read back before it is given away.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from reapi_nb.command._grammar import QUOTES, REFERENCE
from reapi_nb.command._options import SOURCE, has_source, options, parent_numbers
from reapi_nb.command._reading import parse
from reapi_nb.errors import InvalidRequest
from reapi_nb.job import number_of

if TYPE_CHECKING:
    from reapi_nb.catalog import ImageRequest

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


def render(request: ImageRequest, source: str = "") -> str:
    """
    The line that asks for a request, without `%reapi`; `parse` reads it back as an equal one.

    A prompt of several lines stands in its quotes as it is: `render_cell` makes a cell of it.

    Args:
        request: What to ask for.
        source: Written in place of the address of the picture that it sends, like `task_x#2`.
            The caller knows that it stands for that address; what is no such name is left out.

    Raises:
        InvalidRequest: No quotes can hold the prompt.
    """
    prompt = getattr(request, "prompt", None)
    for opening, closing in QUOTES.items():
        quoted = "" if prompt is None else f"{opening}{escaped(prompt)}{closing}"
        line = _line(_front(request, source), quoted, _behind(request))
        if _reads_back(line, request, source):
            return line
    raise InvalidRequest(
        f"no line can hold this request: put the prompt below %%reapi {request.nick}"
    )


def render_cell(request: ImageRequest, source: str = "") -> str:
    """
    The text of a cell that asks for a request: one line, or the prompt below its line.

    Args:
        request: What to ask for.
        source: As for `render`.
    """
    if not _breaks_a_line(request.words):
        try:
            return f"%reapi {render(request, source)}"
        except InvalidRequest:
            pass  # the body of a cell needs no quotes
    line = _line(_front(request, source), _behind(request))
    # IPython ends a cell with a line break, and `parse` takes one away.
    end = "\n" if request.words.endswith("\n") else ""
    return f"%%reapi {line}\n{escaped(request.words)}{end}"


def _line(*parts: str) -> str:
    """
    The parts as one line.

    An address may end it in what IPython takes for its own: `?` for help, `;` for silence. One
    more `;` behind it is the one that is taken away.
    """
    line = " ".join(filter(None, parts))
    return f"{line};" if line.endswith(("?", ";")) else line


def _front(request: ImageRequest, source: str) -> str:
    kind = type(request)
    if has_source(kind):
        named = REFERENCE.fullmatch(source) is not None
        return f"{kind.nick} {source if named else getattr(request, SOURCE)[0]}"
    if parent_numbers(kind):
        return f"{kind.nick} {request.parent_task}#{number_of(request.parent_slot)}"
    return kind.nick


def _behind(request: ImageRequest) -> str:
    # The source stands in front.
    given = [
        f"--{option.name} {_typed(getattr(request, option.field))}"
        for option in options(type(request)).values()
        if option.field in request.model_fields_set and option.field != SOURCE
    ]
    return " ".join([*given, "--unchecked"] if is_unchecked(request) else given)


def _typed(value: object) -> str:
    """A value as people type it: 2 and not 2.0."""
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)


def _reads_back(line: str, request: ImageRequest, source: str) -> bool:
    nick, _, rest = line.partition(" ")
    try:
        if not source:
            return parse(nick, rest).requests == (request,)
        (address,) = getattr(request, SOURCE, ("",))
        read = parse(nick, rest, resolve=lambda name: name, link=lambda *_: address)
    except InvalidRequest:
        return False
    return read.requests == (request,)


def _breaks_a_line(prompt: str) -> bool:
    """Whether IPython or a front end may end the line inside the prompt."""
    return any(unicodedata.category(mark) in {"Cc", "Zl", "Zp"} for mark in prompt if mark != "\t")
