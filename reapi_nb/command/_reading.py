"""
One line, and the cell below it, read into requests of one class.

Flags may stand in front of the prompt or behind it. In front, a flag takes one word or none;
behind, its value runs to the next flag. Whatever could be read in two ways is refused. The prompt
is a template: what stands in its braces belongs to it, and is expanded last of all.

Source: reAPI docs, "midjourney-v7".
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import reapi_nb.catalog._flags as _flags  # noqa: PLR0402 - the package answers for any name
from reapi_nb import prompts
from reapi_nb.catalog import REQUESTS, find
from reapi_nb.command import _pictures, _prompt, _raw
from reapi_nb.command._command import Command, command, times
from reapi_nb.command._grammar import QUOTES, Text, listed, nearest, shown, unquoted, unsilenced
from reapi_nb.command._keys import KEY_SHOWN, guarded, refuse_keys, shows_key
from reapi_nb.command._line import Line
from reapi_nb.command._options import has_flags, has_prompt, takes_json
from reapi_nb.command._pictures import Pictures
from reapi_nb.command._said import Said
from reapi_nb.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from reapi_nb.catalog import ImageRequest

    Made = prompts.Expansion | None


def parse(
    nick: str,
    line: str,
    body: str | None = None,
    *,
    resolve: Callable[[str], str | None] = lambda _: None,
    link: Callable[[str, int], str] = _pictures.nobody_knows,
    values: Callable[[str], object] = _prompt.nobody_knows,
    provider: str = "",
    maker: Callable[[str], str | None] = lambda _: None,
    upload: Callable[[str], str] = _pictures.nobody_uploads,
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
        provider: The one in force, for a nick that several have; "" takes the first.
        maker: The provider that made a picture, asked like `resolve`; None where nobody knows.
            It wins over `provider`, because a picture is only edited where it was made.
        upload: The public address of a local picture, by its path as typed; it raises
            `InvalidRequest` where there is none. It is asked once for each path, when all else
            of the line is sound, and never for a dry run.

    Raises:
        InvalidRequest: With one line that says what to type; nothing was sent.
    """
    known = cache(link)

    def reading(kind: type[ImageRequest], place: Callable[[str], str]) -> _Reading:
        said = Said(kind, Pictures(kind, resolve, known, place))
        return _Reading(said, line, body, guarded(values))

    kind = _kind(nick, provider, maker, reading)
    files: list[str] = []

    def later(path: str) -> str:
        files.append(path)
        return _pictures.stand_in(path)

    trial = reading(kind, later).command()
    refuse_keys([request.body() for request in trial.requests])  # before anything is uploaded
    if not files:
        return trial
    if trial.dry_run:
        told = (f"{path} is uploaded when it is sent" for path in dict.fromkeys(files))
        return replace(trial, notices=(*trial.notices, *told))
    return reading(kind, cache(upload)).command()


def _kind(
    nick: str,
    provider: str,
    maker: Callable[[str], str | None],
    reading: Callable[[type[ImageRequest], Callable[[str], str]], _Reading],
) -> type[ImageRequest]:
    """The class of a nick; of several, the one whose provider made the picture of the line."""
    kind = find(nick, provider)
    if kind is None:
        raise InvalidRequest(_unknown_nick(nick))
    kinds = [one for one in REQUESTS if one.nick == nick]
    for one in kinds if len(kinds) > 1 else ():
        for name in reading(one, _pictures.stand_in).named():
            if by := maker(name):
                return find(nick, by) or kind
    return kind


def _unknown_nick(nick: str) -> str:
    nicks = list(dict.fromkeys(kind.nick for kind in REQUESTS))
    near = nearest(nick, nicks)
    hint = f"did you mean {near}?" if near else f"there are {listed(nicks, 'and')}"
    return f"unknown model {shown(nick)}: {hint}"


class _Reading:
    """One line, read as one class would."""

    def __init__(self, said: Said, line: str, body: str | None, values: _prompt.Values) -> None:
        self._said = said
        self._typed = line
        self._body = body
        self._values = values
        self._line = Line(said, below=body is not None)

    def named(self) -> tuple[str, ...]:
        """The jobs whose pictures the line names, as far as it can be read."""
        with suppress(InvalidRequest):  # refused by whoever it turns out to be for
            self._made()
        return tuple(self._said.pictures.named)

    def command(self) -> Command:
        """What it asks for; what is wrong with it is said in one line, whatever it holds."""
        try:
            return self._command()
        except InvalidRequest as no:
            if shows_key(str(no)):
                raise InvalidRequest(KEY_SHOWN) from None
            if len(lines := str(no).splitlines()) < 2:
                raise
            said = " ".join(lines)
            raise InvalidRequest(said, code=no.code, request_id=no.request_id) from None

    def _command(self) -> Command:
        """Everything together, checked by the request class."""
        said = self._said
        if takes_json(said.kind):
            return _raw.read(said, self._typed, self._body)
        made = self._made()
        if self._line.doubt and not self._line.unchecked:
            raise InvalidRequest(self._line.doubt)
        _prompt.check_count(len(made.texts) if made else 1, times(said))
        requests = self._requests(made.texts) if made else [self._request()]
        return command(said, requests, _prompt.repeated(made) if made else ())

    def _made(self) -> Made:
        """The texts of the prompt; None when there is none."""
        line = self._line
        rest = line.front(line.text(line.straight(unsilenced(self._typed))))
        rest = line.front(line.picture(rest))
        return self._on_line(rest) if self._body is None else self._below(rest, self._body)

    def _on_line(self, text: Text) -> Made:
        kind = self._said.kind
        quoted = unquoted(text) if has_prompt(kind) else None
        prompt = self._unwrapped(text.veil[0], *quoted) if quoted else self._line.cut(text)
        self._line.need_picture()
        if prompt and not has_prompt(kind):
            raise InvalidRequest(f"{kind.nick} has no prompt: leave out {shown(prompt)}")
        template = _flags.append(prompt, self._line.tail())
        if not (template or quoted or _needs_prompt(kind)):
            return None
        return self._expanded(template)

    def _expanded(self, template: str) -> prompts.Expansion:
        made = prompts.expand(template, self._values)
        self._line.doubt_flags_in(template)
        self._said.notices += _prompt.lone(template, made)
        return made

    def _unwrapped(self, opening: str, inside: Text, behind: Text) -> str:
        """A prompt in quotes, with the flags that stand behind them."""
        for _, spelled in inside.flags():
            if self._said.option(spelled):
                raise InvalidRequest(f"put {spelled} outside the quotes")
        if not opening.isascii():
            self._said.notices.append(
                f"read {opening}…{QUOTES[opening]} as quotes around the prompt"
            )
        tail = self._line.cut(behind)
        return _flags.append(inside.typed, [tail] if tail else [])

    def _below(self, text: Text, body: str) -> Made:
        kind = self._said.kind
        if stray := self._line.cut(text):
            where = f"the prompt goes below %%reapi {kind.nick}, not on its line"
            raise InvalidRequest(f"{where}: move {shown(stray)} down")
        self._line.need_picture()
        if not has_prompt(kind):
            if body.strip():
                raise InvalidRequest(f"{kind.nick} has no prompt: type it as one %reapi line")
            return None
        template = self._line.straight(body.removesuffix("\n"))
        self._refuse_options_in(template)
        made, told = _prompt.below(template, self._line.flags, self._values)
        self._line.doubt_flags_in(template)
        self._said.notices += (*told, *_prompt.lone(template, made))
        return made

    def _refuse_options_in(self, body: str) -> None:
        """Options below the line are words of the prompt, and its class may not say that of all."""
        if self._line.unchecked:
            return
        for _, spelled in self._line.text(body).flags():
            is_flag = has_flags(self._said.kind) and _flags.find(spelled[2:])
            if self._said.option(spelled) and not is_flag:
                raise InvalidRequest(f"put {spelled} on the %%reapi line, not below it")

    def _requests(self, texts: Sequence[str]) -> Iterator[ImageRequest]:
        """One for each text; what is wrong with one of several says which."""
        if len(texts) > 1:
            self._request("words")  # what is wrong beside them is wrong with none of them
        for number, text in enumerate(texts, 1):
            try:
                yield self._request(text)
            except InvalidRequest as no:
                if len(texts) == 1:
                    raise
                which = f"prompt {number} of {len(texts)}, {shown(text)}"
                raise InvalidRequest(f"{which}: {no}", code=no.code) from None

    def _request(self, text: str | None = None) -> ImageRequest:
        said = self._said
        words = {} if text is None else {"prompt": _prompt.behind(said.links, text)}
        return said.kind.parse(said.fields | words, unchecked=self._line.unchecked)


def _needs_prompt(kind: type[ImageRequest]) -> bool:
    return has_prompt(kind) and kind.model_fields["prompt"].is_required()
