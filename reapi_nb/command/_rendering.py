"""
A request, as the line or cell that asks for it.

Nothing is assumed about what a line can hold: each line is read back before it is given away.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from reapi_nb.command._grammar import QUOTES
from reapi_nb.command._options import options, parent_numbers
from reapi_nb.command._reading import parse
from reapi_nb.errors import InvalidRequest
from reapi_nb.job import number_of

if TYPE_CHECKING:
    from reapi_nb.catalog import ImageRequest


def is_unchecked(request: ImageRequest) -> bool:
    """Whether a request has flags that only `--unchecked` lets through."""
    try:
        type(request).parse(request.model_dump(exclude_unset=True))
    except InvalidRequest:
        return True
    return False


def render(request: ImageRequest) -> str:
    """
    The line that asks for a request, without `%reapi`; `parse` reads it back as an equal one.

    A prompt of several lines stands in its quotes as it is: `render_cell` makes a cell of it.

    Raises:
        InvalidRequest: No quotes can hold the prompt.
    """
    prompt = getattr(request, "prompt", None)
    for opening, closing in QUOTES.items():
        quoted = "" if prompt is None else f"{opening}{prompt}{closing}"
        line = " ".join(filter(None, (_front(request), quoted, _behind(request))))
        if _reads_back(line, request):
            return line
    raise InvalidRequest(
        f"no line can hold this request: put the prompt below %%reapi {request.nick}"
    )


def render_cell(request: ImageRequest) -> str:
    """The text of a cell that asks for a request: one line, or the prompt below its line."""
    if not _breaks_a_line(request.words):
        try:
            return f"%reapi {render(request)}"
        except InvalidRequest:
            pass  # the body of a cell needs no quotes
    line = " ".join(filter(None, (_front(request), _behind(request))))
    # IPython ends a cell with a line break, and `parse` takes one away.
    end = "\n" if request.words.endswith("\n") else ""
    return f"%%reapi {line}\n{request.words}{end}"


def _front(request: ImageRequest) -> str:
    if not parent_numbers(type(request)):
        return request.nick
    return f"{request.nick} {request.parent_task}#{number_of(request.parent_slot)}"


def _behind(request: ImageRequest) -> str:
    given = [
        f"--{option.name} {getattr(request, option.field)}"
        for option in options(type(request)).values()
        if option.field in request.model_fields_set
    ]
    return " ".join([*given, "--unchecked"] if is_unchecked(request) else given)


def _reads_back(line: str, request: ImageRequest) -> bool:
    nick, _, rest = line.partition(" ")
    try:
        return parse(nick, rest).request == request
    except InvalidRequest:
        return False


def _breaks_a_line(prompt: str) -> bool:
    """Whether IPython or a front end may end the line inside the prompt."""
    return any(unicodedata.category(mark) in {"Cc", "Zl", "Zp"} for mark in prompt if mark != "\t")
