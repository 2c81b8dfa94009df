"""Tab completion of nicks, commands and flags, for `%reapi` and `%%reapi`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from IPython.core.completer import SimpleCompletion, SimpleMatcherResult, context_matcher

if TYPE_CHECKING:
    from collections.abc import Iterable

    from IPython.core.completer import CompletionContext

_LINE = re.compile(r"^\s*(?:[\w.]+\s*=\s*)?%%?reapi\s+(?P<rest>.*)$")


@context_matcher()
def reapi_matcher(context: CompletionContext) -> SimpleMatcherResult:
    """Completes `%reapi` and `%%reapi` lines, and nothing else."""
    found = _LINE.match(context.text_until_cursor)
    if found is None:
        return SimpleMatcherResult(completions=[])
    *before, typed = found["rest"].split(" ")
    return SimpleMatcherResult(
        completions=[
            SimpleCompletion(word) for word in _next_words(before) if word.startswith(typed)
        ],
        matched_fragment=typed,
        ordered=True,
        suppress=True,
    )


def _next_words(before: list[str]) -> Iterable[str]:
    """What may follow these words: a nick or command, what it takes, or the value of a flag."""
    from reapi_nb import catalog, command  # noqa: PLC0415 - loaded with the first Tab
    from reapi_nb.catalog.any_model import OTHERS, AnyModel  # noqa: PLC0415
    from reapi_nb.notebook.commands import NAMES  # noqa: PLC0415
    from reapi_nb.notebook.decisions import ALL  # noqa: PLC0415
    from reapi_nb.notebook.spending import BY, KERNEL, OFF  # noqa: PLC0415
    from reapi_nb.session import REAL  # noqa: PLC0415

    nicks = dict.fromkeys(kind.nick for kind in catalog.REQUESTS)
    firsts = (*nicks, *NAMES)
    after: dict[str, tuple[Iterable[str], ...]] = {
        "help": (firsts,),
        "form": (nicks,),
        "use": (("sandbox", *REAL),),
        "login": (REAL,),
        "spend": (("--by",), BY),
        "cap": ((OFF, KERNEL), (KERNEL,)),
        "doctor": (("--fix",),),
        "send": ((ALL,),),
        "resume": ((ALL,),),
    }
    if not before:
        return firsts
    kinds = [kind for kind in catalog.REQUESTS if kind.nick == before[0]]
    if not kinds:
        return next(iter(after.get(before[0], ())[len(before) - 1 :]), ())
    if kinds == [AnyModel] and not set(before).intersection(OTHERS):
        return (*OTHERS, *command.spellings(AnyModel))
    # Several providers may have the nick, and the picture that decides is not read here.
    last = before[-1].removeprefix("--") if before[-1].startswith("--") else ""
    found = [command.find_option(kind, last) for kind in kinds]
    values = [choice for option in found if option for choice in option.choices]
    return dict.fromkeys(values or [each for kind in kinds for each in command.spellings(kind)])
