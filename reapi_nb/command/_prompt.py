"""
From the template of a prompt to the texts that are sent, one for each request.

What a variable holds is put in last, so nothing in it is ever read as an option of the line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import reapi_nb.catalog._flags as _flags  # noqa: PLR0402 - the package answers for any name
from reapi_nb import prompts
from reapi_nb.command._grammar import bare, joined, shown
from reapi_nb.errors import InvalidRequest
from reapi_nb.prompts import MOST, Expansion

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Flag = tuple[str, str]
    Values = Callable[[str], object]


def nobody_knows(name: str) -> object:
    """What a variable holds, where there are none."""
    raise KeyError(name)


def below(body: str, flags: Sequence[Flag], values: Values) -> tuple[Expansion, tuple[str, ...]]:
    """
    The texts of a cell's body, each with those flags of its line that it has not itself.

    Args:
        body: The template.
        flags: Of the line, spelling and value; a value may be a template too.
        values: What a variable holds.

    Returns:
        The texts, and a notice for each flag that was left out.

    Raises:
        InvalidRequest: The line has a flag twice, or the template is wrong.
    """
    _refuse_twins(flags)
    own = [_flags.parse(text) for text in prompts.expand(body, values).texts] if flags else []
    having = [(flag, sum(text.has(bare(flag[0])) for text in own)) for flag in flags]
    left_out = [flag for flag, count in having if count == len(own)]
    doubled = [flag for flag, count in having if 0 < count < len(own)]
    added = [joined(*flag) for flag in flags if flag not in left_out]
    made = prompts.expand(_flags.append(body, added), values)
    told = [f"left out {joined(*flag)}: the prompt has its own" for flag in left_out]
    told += [f"left out {joined(*flag)} where the prompt has its own" for flag in doubled]
    return (_without(made, doubled) if doubled else made), tuple(told)


def _refuse_twins(flags: Sequence[Flag]) -> None:
    seen: dict[str, str] = {}
    for spelled, _ in flags:
        flag = _flags.find(bare(spelled))
        name = flag.name if flag else spelled
        if name in seen:
            raise InvalidRequest(f"{spelled} repeats {seen[name]}: keep one of them")
        seen[name] = spelled


def _without(made: Expansion, doubled: Sequence[Flag]) -> Expansion:
    """The texts, with a flag of the line only in those that have none of their own."""
    texts = made.texts
    for spelled, _ in doubled:
        texts = tuple(_without_second(text, spelled) for text in texts)
    different = tuple(dict.fromkeys(texts))
    return Expansion(different, made.duplicates + len(texts) - len(different))


def _without_second(text: str, spelled: str) -> str:
    flag = _flags.find(bare(spelled))
    found = [given for given in _flags.parse(text).flags if given.flag is flag]
    if len(found) < 2:
        return text
    # The line's own was put behind all of the body's.
    before, behind = text[: found[-1].start], text[found[-1].end :].lstrip()
    return before + behind if behind else before.removesuffix(" ")


def behind(links: Sequence[str], text: str) -> str:
    """A text behind the addresses of pictures, which are no part of its template."""
    return " ".join([*links, text] if text else links)


def repeated(made: Expansion) -> tuple[str, ...]:
    """A notice, where equal texts became one."""
    total = len(made.texts) + made.duplicates
    said = "is the same as another" if made.duplicates == 1 else "are the same as others"
    return (f"{made.duplicates} of {total} prompts {said}: left out",) if made.duplicates else ()


def lone(template: str, made: Expansion) -> tuple[str, ...]:
    """A notice, where groups were typed that give no choice, as in a prompt made of JSON."""
    groups = [template[start:end] for start, end in prompts.spans(template)]
    groups = [group for group in groups if not group.startswith("{{")]
    if not groups or len(made.texts) + made.duplicates > 1:
        return ()
    return (
        f"{shown(groups[0])} has one option, and goes without its braces: \\{{ is a brace itself",
    )


def check_count(texts: int, times: int) -> None:
    """
    Refuse more requests than one line may make.

    Raises:
        InvalidRequest: They are too many; it says how many.
    """
    if texts * times <= MOST:
        return
    fits = MOST // texts
    advice = f"type --repeat {fits}" if fits > 1 else "leave out --repeat"
    raise InvalidRequest(
        f"{texts} prompts, {times} times each, are {texts * times} requests, "
        f"and one line may make {MOST}: {advice}"
    )
