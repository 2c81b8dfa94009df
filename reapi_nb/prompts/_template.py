r"""
The grammar of a template: text -> words, variables and groups. Knows no values, makes no texts.

Read once from left to right, with a list of open groups instead of recursion, so that a thousand
braces are refused and not a crash.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import groupby
from keyword import iskeyword
from typing import TYPE_CHECKING, ClassVar, Final, NoReturn, TypeAlias
from unicodedata import normalize

from reapi_nb.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

DEEPEST: Final = 20
"""How many groups may stand in one another."""
_MOST_PARTS: Final = 400
"""Groups and variables in one template: far more than 40 texts need, and a page of code or LaTeX
that was pasted as a prompt has more."""

_AROUND: Final = 20
"""Characters that a refusal shows on either side of what it is about."""
_OWN: Final = r"\{ and \} for braces themselves"

_VARIABLE = re.compile(r"\{\{([^{}]*)\}\}")
_TOKEN = re.compile(rf"{_VARIABLE.pattern}|\\?[{{}},]")
_BRACE = re.compile(r"\\[{}]|[{}]")


@dataclass(frozen=True)
class Variable:
    """`{{name}}`."""

    name: str


@dataclass(frozen=True)
class Group:
    """`{a, b}`: the parts of each option, without the white space around it."""

    options: tuple[Parts, ...]


Part: TypeAlias = str | Variable | Group
Parts: TypeAlias = tuple[Part, ...]
"""What a template or an option is made of; no two pieces of text stand side by side."""


@dataclass(frozen=True)
class Template:
    """
    A template that was read.

    Attributes:
        parts: In their order.
        names: Of all variables in it, in the order in which they first occur.
    """

    parts: Parts
    names: tuple[str, ...]


@dataclass
class _Open:
    """A group that has not ended yet; the first of all is the template itself."""

    at: int
    options: list[Parts] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)


def read(template: str) -> Template:
    """
    The parts of a template.

    Raises:
        InvalidRequest: Something is typed wrong; the line says where.
    """
    reader = _Reader(template)
    for token in _TOKEN.finditer(template):
        reader.take(token)
    return reader.finished()


def spans(template: str) -> tuple[tuple[int, int], ...]:
    """
    Start and end of every outermost `{...}` and `{{name}}`, the end exclusive.

    It never refuses anything: a brace without its partner spans to the end of the text.
    """
    found: list[tuple[int, int]] = []
    depth = start = 0
    for brace in _BRACE.finditer(template):
        if brace[0] == "{":
            start = start if depth else brace.start()
            depth += 1
        elif brace[0] == "}" and depth:
            depth -= 1
            found += [] if depth else [(start, brace.end())]
        elif brace[0] == "}":
            return (*found, (brace.start(), len(template)))
    return (*found, (start, len(template))) if depth else tuple(found)


class _Reader:
    """Takes the tokens of one template, one after the other."""

    def __init__(self, template: str) -> None:
        self.template = template
        self.open = [_Open(at=0)]
        self.names: list[str] = []
        self.taken = 0
        self.count = 0

    def take(self, token: re.Match[str]) -> None:
        """The text up to a token, and the token."""
        self.open[-1].parts.append(self.template[self.taken : token.start()])
        self.taken = token.end()
        self._acts.get(token[0], _Reader._variable)(self, token)

    def finished(self) -> Template:
        if len(self.open) > 1:
            advice = f"close the group, or type {_OWN}"
            self._refuse(self.open[-1].at, "a { without its }", advice)
        self.open[0].parts.append(self.template[self.taken :])
        return Template(_joined(self.open[0].parts), tuple(dict.fromkeys(self.names)))

    def _begin(self, token: re.Match[str]) -> None:
        at = token.start()
        if self.template.startswith("{{", at) and not _VARIABLE.match(self.template, at + 1):
            advice = "close it after a variable's name, or type { { for a group in a group"
            self._refuse(at, "a {{ without its }}", f"{advice}, or {_OWN}")
        self._count(at)
        if len(self.open) > DEEPEST:
            self._refuse(at, f"more than {DEEPEST} groups in one another", "use fewer of them")
        self.open.append(_Open(at))

    def _end(self, token: re.Match[str]) -> None:
        if len(self.open) == 1:
            advice = f"begin the group, or type {_OWN}"
            self._refuse(token.start(), "a } without its {", advice)
        self._end_option()
        group = self.open.pop()
        if group.options == [()]:
            self._refuse(group.at, "an empty group", "put options into it, such as {red, blue}")
        self.open[-1].parts.append(Group(tuple(group.options)))

    def _comma(self, token: re.Match[str]) -> None:
        if len(self.open) > 1:
            self._end_option()
        else:
            self._text(token)

    def _literal_comma(self, token: re.Match[str]) -> None:
        parts = self.open[-1].parts
        if len(self.open) > 1:
            parts[-1] = str(parts[-1]).rstrip()  # the text before the token, which `take` put there
            parts.append(",")
        else:
            self._text(token)

    def _literal_brace(self, token: re.Match[str]) -> None:
        self.open[-1].parts.append(token[0][1:])

    def _text(self, token: re.Match[str]) -> None:
        self.open[-1].parts.append(token[0])

    def _variable(self, token: re.Match[str]) -> None:
        # Python itself reads a name this way, so an accent may be typed in one piece or in two.
        name = normalize("NFKC", token[1].strip())
        if not name.isidentifier() or iskeyword(name):
            advice = "only a variable's name may stand there, such as {{subject}}"
            self._refuse(token.start(), "{{...}} without a name", f"{advice}; type {_OWN}")
        self._count(token.start())
        self.names.append(name)
        self.open[-1].parts.append(Variable(name))

    def _end_option(self) -> None:
        group = self.open[-1]
        group.options.append(_trimmed(_joined(group.parts)))
        group.parts.clear()

    def _count(self, at: int) -> None:
        self.count += 1
        if self.count > _MOST_PARTS:
            advice = f"make several lines of it, or type {_OWN}"
            self._refuse(at, f"more than {_MOST_PARTS} groups and variables", advice)

    def _refuse(self, at: int, what: str, advice: str) -> NoReturn:
        raise InvalidRequest(
            f'{what} at character {at + 1} ("{_excerpt(self.template, at)}"): {advice}'
        )

    _acts: ClassVar[dict[str, Callable[[_Reader, re.Match[str]], None]]] = {
        "{": _begin,
        "}": _end,
        ",": _comma,
        r"\{": _literal_brace,
        r"\}": _literal_brace,
        r"\,": _literal_comma,
    }
    """What to do at a token; any other is a variable."""


def _joined(parts: Iterable[Part]) -> Parts:
    """With one piece of text for all that stand side by side, and none that is empty."""
    joined: list[Part] = []
    for is_text, same in groupby(parts, key=lambda part: isinstance(part, str)):
        run = list(same)
        joined += ["".join(map(str, run))] if is_text else run
    return tuple(part for part in joined if part != "")


def _trimmed(parts: Parts) -> Parts:
    """Without the white space that was typed at either end; a variable's own stays."""
    found = list(parts)
    for end, strip in ((0, str.lstrip), (-1, str.rstrip)):
        if found and isinstance(edge := found[end], str):
            found[end] = strip(edge)
    return _joined(found)


def _excerpt(template: str, at: int) -> str:
    """What stands around a character, on one line."""
    start, end = max(at - _AROUND, 0), at + _AROUND
    before, after = "..." if start else "", "..." if end < len(template) else ""
    return f"{before}{' '.join(template[start:end].split())}{after}"
