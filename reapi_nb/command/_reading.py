"""
One line, and the cell below it, read into requests of one class.

Flags may stand in front of the prompt or behind it. In front, a flag takes one word or none;
behind, its value runs to the next flag. Whatever could be read in two ways is refused. The prompt
is a template: what stands in its braces belongs to it, and is expanded last of all.

Source: reAPI docs, "midjourney-v7".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import reapi_nb.catalog._flags as _flags  # noqa: PLR0402 - the package answers for any name
from reapi_nb import prompts
from reapi_nb.catalog import REQUESTS, find
from reapi_nb.command import _pictures, _prompt
from reapi_nb.command._grammar import QUOTES, Text, listed, nearest, shown, unquoted, unsilenced
from reapi_nb.command._line import Line
from reapi_nb.command._options import has_flags, has_prompt
from reapi_nb.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from reapi_nb.catalog import ImageRequest


@dataclass(frozen=True)
class Command:
    """
    What one line asks for.

    Attributes:
        requests: Each checked by its class, at least one and at most 40; the repeats of a prompt
            stand side by side.
        fresh: Send them again, even if the library has them.
        yes: Send them without asking.
        dry_run: Show them, and send nothing.
        notices: What was read differently from how it was typed.
    """

    requests: tuple[ImageRequest, ...]
    fresh: bool = False
    yes: bool = False
    dry_run: bool = False
    notices: tuple[str, ...] = ()

    @property
    def request(self) -> ImageRequest:
        """The first of them."""
        return self.requests[0]


def parse(
    nick: str,
    line: str,
    body: str | None = None,
    *,
    resolve: Callable[[str], str | None] = lambda _: None,
    link: Callable[[str, int], str] = _pictures.nobody_knows,
    values: Callable[[str], object] = _prompt.nobody_knows,
) -> Command:
    """
    The requests of one line or cell.

    Args:
        nick: The first word after `%reapi`.
        line: The rest of the line, verbatim.
        body: What stands below a `%%reapi` line: the prompt, verbatim. None for a line alone.
        resolve: The task id of a notebook variable that holds a job, or None. It is asked with
            what stands before the `#` of a picture, `_` too; a variable wins over an id.
        link: The public address of a picture, by task id and slot; it raises `InvalidRequest`
            where there is none. It is asked only by classes that send an address.
        values: What a notebook variable holds, for `{{name}}`; it raises `KeyError` for a name
            that nobody knows. It is asked only for names in the prompt.

    Raises:
        InvalidRequest: With one line that says what to type; nothing was sent.
    """
    kind = find(nick)
    if kind is None:
        raise InvalidRequest(_unknown_nick(nick))
    said = Line(kind, _pictures.Pictures(kind, resolve, link), below=body is not None)
    rest = said.front(said.text(said.straight(unsilenced(line))))
    rest = said.front(said.picture(rest))
    made = _on_line(said, rest, values) if body is None else _below(said, rest, body, values)
    return _command(said, made)


def _unknown_nick(nick: str) -> str:
    nicks = [kind.nick for kind in REQUESTS]
    near = nearest(nick, nicks)
    hint = f"did you mean {near}?" if near else f"there are {listed(nicks, 'and')}"
    return f"unknown model {shown(nick)}: {hint}"


def _on_line(said: Line, text: Text, values: _prompt.Values) -> prompts.Expansion | None:
    """The texts of a prompt that stands on the line; None when there is none."""
    quoted = unquoted(text) if has_prompt(said.kind) else None
    prompt = _unwrapped(said, text.veil[0], *quoted) if quoted else said.cut(text)
    said.need_picture()
    if prompt and not has_prompt(said.kind):
        raise InvalidRequest(f"{said.kind.nick} has no prompt: leave out {shown(prompt)}")
    template = _flags.append(prompt, said.tail())
    if not (template or quoted or _needs_prompt(said.kind)):
        return None
    made = prompts.expand(template, values)
    said.notices += _prompt.lone(template, made)
    return made


def _unwrapped(said: Line, opening: str, inside: Text, behind: Text) -> str:
    """A prompt in quotes, with the flags that stand behind them."""
    for _, spelled in inside.flags():
        if said.option(spelled):
            raise InvalidRequest(f"put {spelled} outside the quotes")
    if not opening.isascii():
        said.notices.append(f"read {opening}…{QUOTES[opening]} as quotes around the prompt")
    tail = said.cut(behind)
    return _flags.append(inside.typed, [tail] if tail else [])


def _below(said: Line, text: Text, body: str, values: _prompt.Values) -> prompts.Expansion | None:
    """The texts of a prompt that stands below the line; None when there is none."""
    if stray := said.cut(text):
        where = f"the prompt goes below %%reapi {said.kind.nick}, not on its line"
        raise InvalidRequest(f"{where}: move {shown(stray)} down")
    said.need_picture()
    if not has_prompt(said.kind):
        if body.strip():
            raise InvalidRequest(f"{said.kind.nick} has no prompt: type it as one %reapi line")
        return None
    template = said.straight(body.removesuffix("\n"))
    _refuse_options_below(said, template)
    made, told = _prompt.below(template, said.flags, values)
    said.notices += (*told, *_prompt.lone(template, made))
    return made


def _refuse_options_below(said: Line, body: str) -> None:
    """Options below the line are words of the prompt, and its class may not say that of all."""
    if said.unchecked:
        return
    for _, spelled in said.text(body).flags():
        is_flag = has_flags(said.kind) and _flags.find(spelled[2:])
        if said.option(spelled) and not is_flag:
            raise InvalidRequest(f"put {spelled} on the %%reapi line, not below it")


def _needs_prompt(kind: type[ImageRequest]) -> bool:
    return has_prompt(kind) and kind.model_fields["prompt"].is_required()


def _command(said: Line, made: prompts.Expansion | None) -> Command:
    """Everything together, checked by the request class."""
    if said.doubt and not said.unchecked:
        raise InvalidRequest(said.doubt)
    times = said.own.get("repeat", 1)
    _prompt.check_count(len(made.texts) if made else 1, times)
    requests = _requests(said, made.texts) if made else [_request(said, {})]
    return Command(
        tuple(request for request in requests for _ in range(times)),
        fresh="fresh" in said.own,
        yes="yes" in said.own,
        dry_run="dry-run" in said.own,
        notices=(*said.notices, *(_prompt.repeated(made) if made else ())),
    )


def _requests(said: Line, texts: Sequence[str]) -> Iterator[ImageRequest]:
    """One for each text; what is wrong with one of several says which."""
    if len(texts) > 1:
        _request(said, {"prompt": "words"})  # what is wrong beside them is wrong with none of them
    for number, text in enumerate(texts, 1):
        try:
            yield _request(said, {"prompt": text})
        except InvalidRequest as no:
            if len(texts) == 1:
                raise
            which = f"prompt {number} of {len(texts)}, {shown(text)}"
            raise InvalidRequest(f"{which}: {no}", code=no.code) from None


def _request(said: Line, words: dict[str, str]) -> ImageRequest:
    return said.kind.parse(said.fields | words, unchecked=said.unchecked)
