"""
Midjourney --flags inside a prompt: what is wrong with them, what is worth saying, what they cost.

Everything is said before anything is paid, and a prompt is never repaired behind one's back. The
rows are in `_flag_table`, the rules for one value in `_flag_values`, the grammar in
`_flag_grammar`; the rest of the house needs this room only.

Source: reAPI docs, "midjourney-v7".
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from reapi_nb.catalog._flag_grammar import Given, Parsed, long_dashes, parse, straighten
from reapi_nb.catalog._flag_table import FLAGS, Flag, find
from reapi_nb.catalog._flag_values import fault, quoted, shortened
from reapi_nb.catalog._links import INLINE, has_inline_image, is_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = [
    "FLAGS",
    "LONGEST",
    "Flag",
    "Given",
    "Parsed",
    "append",
    "find",
    "notices",
    "parse",
    "refusal",
    "straighten",
    "units",
]

LONGEST = 8192
"""Longest prompt the API takes, in UTF-16 units (see `_words`)."""

_USABLE = tuple(name for flag in FLAGS if not flag.refused for name in flag.names)
_PICTURE_ENDS = (".png", ".gif", ".webp", ".jpg", ".jpeg")

_HYPHEN = re.compile(r"(?<!\S)-([A-Za-z]+)(?!\S)")
_OPENING = r"\"'(\[{\u2018\u201c\u00ab"
# A name stuck to what stands before it, unless that is only an opening quote or bracket.
_STUCK = re.compile(
    rf"(?<!\S)(?!(?i:https?)://)[{_OPENING}]*[^\s{_OPENING}]\S*?--([A-Za-z]+)(?!\S)"
)
# A flag and its value without a space between them: --ar16:9, --s=500, --no-text.
_RUN_TOGETHER = re.compile(r"--([A-Za-z]+)(?=[0-9=:_-])[=:_-]*(.*)")


def refusal(prompt: str, *, unchecked: bool = False) -> str | None:
    """
    Why a prompt must not be sent, in one line that says what to type; None when it may.

    Args:
        prompt: As it would be sent.
        unchecked: Let flags pass that nobody knows, and nothing else.
    """
    return next(_faults(prompt, parse(prompt), unchecked=unchecked), None)


def _faults(prompt: str, parsed: Parsed, *, unchecked: bool) -> Iterator[str]:
    if has_inline_image(prompt):
        yield INLINE
    yield from _hidden_flags(prompt)
    if parsed.has("weird") and parsed.has("height"):
        # Said before either value is judged: sizes are out of range for --weird.
        yield "--h is gone, and --w means --weird now: type --ar W:H, like --ar 16:9"
    yield from _flag_faults(parsed, unchecked=unchecked)
    yield from _text_faults(parsed)


def _hidden_flags(prompt: str) -> Iterator[str]:
    """Flags that would be paid for and read as words; --oref might double the bill all the same."""
    for match in long_dashes(prompt):
        typed = match[1] + match[2]
        yield f"{typed} begins with a long dash: type --{match[2]}, or a space after the dash"
    for match in _STUCK.finditer(prompt):
        if find(match[1]):
            yield f"{quoted(match[0])}: put a space before --{match[1]}, or use one - in a word"


def _flag_faults(parsed: Parsed, *, unchecked: bool) -> Iterator[str]:
    seen: dict[str, str] = {}
    for given in parsed.flags:
        if given.flag is None:
            yield from _unknown(given, unchecked=unchecked)
            continue
        if given.flag.name in seen:
            yield f"{given.spelled} repeats {seen[given.flag.name]}: keep one of them"
        seen[given.flag.name] = given.spelled
        if line := fault(given.flag, given.spelled, given.value):
            yield line


def _unknown(given: Given, *, unchecked: bool) -> Iterator[str]:
    if match := _RUN_TOGETHER.fullmatch(given.spelled):
        yield from _without_space(match[1], f"{match[2]} {given.value}".strip())
    if unchecked:
        return
    near = get_close_matches(given.spelled[2:].lower(), _USABLE, n=1)
    hint = f"did you mean --{near[0]}?" if near else "leave it out, or use the option --unchecked"
    yield f"{shortened(given.spelled)} is not a flag of Midjourney V7: {hint}"


def _without_space(name: str, value: str) -> Iterator[str]:
    flag = find(name)
    if flag and flag.refused:
        yield f"--{name} {flag.refused}"
    elif flag and fault(flag, f"--{name}", value) is None:
        yield f"--{name} needs a space before its value: type --{name} {shortened(value)}"


def _text_faults(parsed: Parsed) -> Iterator[str]:
    for word in parsed.text.split():
        if "::" in word and not is_url(word):
            yield f"{quoted(word)}: V7 has no multi-prompts (::), write it as plain words"
    if parsed.text:
        return
    for name in ("sref", "oref"):
        if parsed.has(name):
            yield f"--{name} needs a text prompt: say in words what the picture should show"
    if not parsed.images:
        yield "the prompt has no words: say what the picture should show"
    if len(parsed.images) == 1:
        yield "a single image with no text is rejected: add a short description after its URL"


def notices(prompt: str) -> tuple[str, ...]:
    """What is worth saying about a prompt although nothing is wrong, a line each."""
    parsed = parse(prompt)
    lines = (
        *_flag_notices(parsed),
        *_pair_notices(parsed),
        *_shape_notices(parsed),
        *_link_notices(parsed),
        *_typing_notices(prompt, parsed),
    )
    return tuple(dict.fromkeys(lines))


def _flag_notices(parsed: Parsed) -> Iterator[str]:
    for given in parsed.flags:
        if given.flag is None:
            continue
        if given.flag.notice:
            yield f"{given.spelled} {given.flag.notice}"
        if missing := _missing(given.flag.weighs, parsed):
            yield f"{given.spelled} has no effect without {missing}"


def _missing(weighed: str, parsed: Parsed) -> str:
    if weighed == "image":
        return "" if parsed.images else "an image URL at the start"
    return "" if not weighed or parsed.has(weighed) else f"--{weighed}"


_PAIRS = (
    ("weird", "seed", "--weird and --seed do not go well together: results may not repeat"),
    ("oref", "quality", "Midjourney does not combine --oref with --quality 4"),
)


def _pair_notices(parsed: Parsed) -> Iterator[str]:
    for one, other, line in _PAIRS:
        if parsed.has(one) and parsed.has(other):
            yield line


def _shape_notices(parsed: Parsed) -> Iterator[str]:
    width, height = parsed.ratio()
    if max(width, height) > 14 * min(width, height):
        yield f"--ar {width}:{height} is beyond 14:1, Midjourney's own limit"


def _link_notices(parsed: Parsed) -> Iterator[str]:
    if not all(map(is_url, parsed.style)):
        yield "reAPI's page names only URLs for --sref: codes and random are sent as typed"
    for link in parsed.links:
        # What stands after the ? may be a signature, so it is not repeated.
        path, query, _ = link.partition("?")
        if query:
            yield f"{shortened(path)} has a query string: a signed link may fail or expire"
        elif not path.lower().endswith(_PICTURE_ENDS):
            yield f"{shortened(path)} may not be a direct link to a .png, .jpg, .webp or .gif"


def _typing_notices(prompt: str, parsed: Parsed) -> Iterator[str]:
    """What looks like a slip of the fingers and is sent as words."""
    if any(map(is_url, parsed.text.split())):
        yield "a URL after the first words is read as text: image URLs go at the start"
    if any(brace in prompt for brace in "{}"):
        yield "braces are sent as typed: only a %reapi line expands {a, b}"
    for match in _HYPHEN.finditer(prompt):
        if match[1].lower() in _USABLE:
            yield f"{match[0]} is read as text: a flag begins with two dashes, -{match[0]}"


def units(prompt: str) -> int:
    """How many times the rate is charged: Omni Reference doubles the bill."""
    return 2 if parse(prompt).has("oref") else 1


def append(prompt: str, flags: Sequence[str]) -> str:
    """
    A prompt with flags such as "--ar 16:9" behind it, one space between.

    The prompt itself is not changed, so a space or line break at its end stays and does for one.
    """
    if not flags or not prompt or prompt[-1].isspace():
        return prompt + " ".join(flags)
    return " ".join((prompt, *flags))
