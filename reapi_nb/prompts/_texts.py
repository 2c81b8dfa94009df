"""
The texts that the parts of a template make, each with the number of ways in which it comes about.

Texts grow side by side, part by part, in the order of the template, and equal ones are one from
the moment they are equal: thirty groups of ten options are refused at the third of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias, TypeVar

from reapi_nb.errors import InvalidRequest
from reapi_nb.prompts._template import Variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reapi_nb.prompts._template import Group, Part, Parts

MOST: Final = 40
"""Most requests one line may make, Midjourney's own largest limit."""
COUNTED: Final = 400
"""How many different texts are counted before it is only said that there are more."""

Bound: TypeAlias = tuple[tuple[str, str], ...]
"""The variables that have a value in one text, in the order in which they took it."""
Ways: TypeAlias = "dict[tuple[str, Bound], int]"
Values: TypeAlias = "Mapping[str, Mapping[str, int]]"

_T = TypeVar("_T")


class _Draft(NamedTuple):
    """
    The beginning of a text.

    Attributes:
        text: So far.
        bound: What its variables stand for.
        gap: How many of its last characters are white space that was typed in the template.
        is_closing: Whether something that is nothing stands behind them.
    """

    text: str
    bound: Bound
    gap: int = 0
    is_closing: bool = False

    def then_typed(self, words: str) -> _Draft:
        """With words of the template; of two gaps around nothing only one stays."""
        if self.is_closing and words[0].isspace():
            if not self.text:
                return _Draft("", self.bound).then_typed(words.lstrip())
            return self.closed().then_typed(words)
        return _Draft(self.text + words, self.bound, gap=len(words) - len(words.rstrip()))

    def then_chosen(self, words: str, bound: Bound) -> _Draft:
        """With what a variable or an option stands for, to the letter."""
        if words:
            return _Draft(self.text + words, bound)
        return _Draft(self.text, bound, self.gap, is_closing=True)

    def closed(self) -> _Draft:
        """At the edge, or before another gap."""
        gap = self.gap if self.is_closing else 0
        return _Draft(self.text[: len(self.text) - gap], self.bound)


def texts(parts: Parts, values: Values) -> dict[str, int]:
    """
    Every different text of a template, in order, and in how many ways it comes about.

    Args:
        parts: Of the template.
        values: What each variable in it may stand for, and how often; in order.

    Raises:
        InvalidRequest: They are more than one line may make.
    """
    made: dict[str, int] = {}
    for (text, _), ways in _written(parts, values, ()).items():
        made[text] = made.get(text, 0) + ways
    if len(made) > MOST:
        raise _too_many(f"{len(made)}")
    return made


def _written(parts: Parts, values: Values, bound: Bound) -> Ways:
    """The texts of one template or option, with the variables that it has bound."""
    drafts = {_Draft("", bound): 1}
    for part in parts:
        drafts = _grown(drafts, part, values)
    return _summed(((draft.closed().text, draft.bound), ways) for draft, ways in drafts.items())


def _grown(drafts: dict[_Draft, int], part: Part, values: Values) -> dict[_Draft, int]:
    """Each draft with each thing that the next part may be; earlier drafts vary slowest."""
    if isinstance(part, str):
        return {draft.then_typed(part): ways for draft, ways in drafts.items()}
    choices: dict[Bound, Ways] = {}
    for draft in drafts:
        if draft.bound not in choices:
            choices[draft.bound] = _choices(part, values, draft.bound)
    return _summed(
        (draft.then_chosen(words, bound), ways * more)
        for draft, ways in drafts.items()
        for (words, bound), more in choices[draft.bound].items()
    )


def _choices(part: Variable | Group, values: Values, bound: Bound) -> Ways:
    """What a variable or a group may be, given the variables before it."""
    if isinstance(part, Variable):
        return _named(part.name, values, bound)
    return _summed(
        choice for option in part.options for choice in _written(option, values, bound).items()
    )


def _named(name: str, values: Values, bound: Bound) -> Ways:
    """The value that a variable has in this text, or all that it may take."""
    known = dict(bound).get(name)
    if known is not None:
        return {(known, bound): 1}
    return {(value, (*bound, (name, value))): ways for value, ways in values[name].items()}


def _summed(counted: Iterable[tuple[_T, int]]) -> dict[_T, int]:
    """With equal ones as one, at the place of the first."""
    summed: dict[_T, int] = {}
    for one, ways in counted:
        summed[one] = summed.get(one, 0) + ways
        if len(summed) > COUNTED:
            raise _too_many(f"more than {COUNTED}")
    return summed


def _too_many(count: str) -> InvalidRequest:
    return InvalidRequest(
        f"this makes {count} different texts, and one line may make {MOST} at most: "
        "use fewer options, or several lines"
    )
