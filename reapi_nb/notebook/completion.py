"""Tab completion of nicks, commands and flags, for `%reapi` and `%%reapi`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from IPython.core.completer import SimpleCompletion, SimpleMatcherResult, context_matcher

from reapi_nb import catalog, command

if TYPE_CHECKING:
    from collections.abc import Iterable

    from IPython.core.completer import CompletionContext

_LINE = re.compile(r"^\s*(?:[\w.]+\s*=\s*)?%%?reapi\s+(?P<rest>.*)$")


def matcher(commands: Iterable[str]) -> object:
    """A matcher that knows the catalog's nicks and these commands."""
    firsts = (*(kind.nick for kind in catalog.REQUESTS), *commands)

    @context_matcher()
    def reapi_matcher(context: CompletionContext) -> SimpleMatcherResult:
        found = _LINE.match(context.text_until_cursor)
        if found is None:
            return SimpleMatcherResult(completions=[])
        *before, typed = found["rest"].split(" ")
        words = firsts if not before else _next_words(before, commands=firsts)
        return SimpleMatcherResult(
            completions=[SimpleCompletion(word) for word in words if word.startswith(typed)],
            matched_fragment=typed,
            ordered=True,
            suppress=True,
        )

    return reapi_matcher


def _next_words(before: list[str], *, commands: Iterable[str]) -> Iterable[str]:
    """What may follow these words: flags of a nick, or the values of a flag."""
    kind = catalog.find(before[0])
    if kind is None:
        return commands if before == ["help"] else ()
    option = command.options(kind).get(before[-1].removeprefix("--"))
    return option.choices if option and option.choices else command.spellings(kind)
