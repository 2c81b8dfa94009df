"""
A class, in words: help, Markdown, tables. A request, as text that asks for it again.

Everything is read off the catalog, so that help cannot disagree with what is accepted. Nothing
here shows anything, and no text ever holds a key.

Source: reAPI docs, "midjourney-v7" (the curl example).
"""

from __future__ import annotations

import inspect
import json
import shlex
from typing import TYPE_CHECKING, Any

import reapi_nb.catalog._flags as _flags  # noqa: PLR0402 - the package answers for any name
from reapi_nb import command, prices
from reapi_nb.catalog import REQUESTS, models_of
from reapi_nb.catalog._geometry import Area, Mask
from reapi_nb.wire.reapi import SUBMIT_PATH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from reapi_nb.catalog import ImageRequest

    Rates = Mapping[prices.Row, Decimal]

_EXAMPLES = (
    '%reapi mj "a red fox in the snow --ar 16:9" --speed draft',
    "%reapi upscale _#2 --type creative",
    "job = %reapi vary _#1 --type strong",
)

_COMMANDS = (
    ("wait, show", "wait for jobs; show one again"),
    ("history, delete", "what was made; remove a job from the library"),
    ("send, forget", "a job that waits for you: send it, or set it aside"),
    ("resume", "look again for a task that was given up on"),
    ("status, cap", "place, library and spending; the daily limit in credits"),
    ("use, login", "sandbox or reapi; keep a key"),
    ("models, help, nest", "prices; help mj explains mj; asyncio.run() in cells"),
)


_IN_PROMPTS = (
    ("{red, blue}", "in a prompt: a request of each"),
    ("{{colour}}", "in a prompt: what a variable holds; a list is a request of each"),
    ("--dry-run", "shows what would be sent and what it costs, and sends nothing"),
)


def overview() -> str:
    """What `%reapi` alone says: examples that work, the nicks, the other commands."""
    blocks = (
        ["Ask for pictures; the cell returns at once and its board fills by itself."],
        [f"    {line}" for line in _EXAMPLES],
        ["What there is, by what it starts from:", *_indented(_starts())],
        _indented(_IN_PROMPTS),
        ["Other commands:", *_indented(_COMMANDS)],
    )
    return "\n\n".join("\n".join(block) for block in blocks)


def _starts() -> list[tuple[str, str]]:
    """What requests start from, and the nicks of those that do."""
    starts: dict[str, list[str]] = {}
    for kind in REQUESTS:
        starts.setdefault(_start(kind), []).append(kind.nick)
    return [(start, ", ".join(nicks)) for start, nicks in starts.items()]


def _start(kind: type[ImageRequest]) -> str:
    if command.parent_numbers(kind):
        return "a task's picture (_#2)"
    return "any picture, or its URL" if command.has_source(kind) else "words"


def help_for(kind: type[ImageRequest], own: Rates = prices.NO_RATES) -> str:
    """Everything a line of one nick may say, as Markdown; `own` are the user's rates."""
    blocks = [
        f"### {kind.title}: `{_usage(kind)}`",
        _doc(kind),
        f"    %reapi {kind.example}",
        _table(("option", "takes", "default", "meaning"), _option_rows(kind)),
    ]
    if shapes := list(_shape_lines(kind)):
        blocks += [_PIXELS, "\n".join(shapes)]
    if command.has_prompt(kind):
        blocks.append(_BRACES)
    if command.has_flags(kind):
        blocks += [
            "Inside the prompt, after the words:",
            _table(("flag", "takes", "default", "meaning"), _flag_rows()),
        ]
    blocks += [f"Price of {model}: {_price_line(kind, model, own)}" for model in models_of(kind)]
    return "\n\n".join(blocks)


_PIXELS = (
    "Shapes are in whole pixels from the top left corner. Widths and heights are at least 1, and "
    "a polygon has at least three points:"
)
_BRACES = (
    "In the prompt, `{a, b}` makes a request of each and `{{name}}` is what a variable of the "
    "notebook holds; a brace itself is typed `\\{`."
)


def models(own: Rates = prices.NO_RATES) -> str:
    """Every model and its price, as aligned text; `own` are the user's rates."""
    return "\n".join(_aligned((_HEADINGS, *_model_rows(own))))


def models_markdown() -> str:
    """Every model and its price, as the README's table."""
    return _table(
        _HEADINGS,
        ((f"`{nick}`", f"`{model}`", *more) for nick, model, *more in _model_rows(prices.NO_RATES)),
    )


_HEADINGS = ("nick", "model", "what", f"credits (~, rates of {prices.DATED})")


def _model_rows(own: Rates) -> Iterator[tuple[str, str, str, str]]:
    for kind in REQUESTS:
        for model in models_of(kind):
            yield kind.nick, model, _doc(kind), _price(kind, model, own)


def _doc(kind: type[ImageRequest]) -> str:
    return (inspect.getdoc(kind) or "").partition("\n")[0]


def _usage(kind: type[ImageRequest]) -> str:
    numbers = command.parent_numbers(kind)
    parts = ["%reapi", kind.nick]
    if numbers:
        parts.append(f"task_x#{numbers[0]}…{numbers[-1]}")
    if command.has_source(kind):
        parts.append("task_x#1|URL")
    if command.has_prompt(kind):
        needed = kind.model_fields["prompt"].is_required()
        parts.append('"prompt"' if needed else '["prompt"]')
    needed_options = (f"--{name} …" for name in command.options(kind) if _needs(kind, name))
    return " ".join([*parts, *needed_options, "[options]"])


def _needs(kind: type[ImageRequest], option: str) -> bool:
    """Whether no line can be without an option; a source may stand first instead."""
    field = command.options(kind)[option].field
    is_source = command.has_source(kind) and field == "image_urls"
    return bool(field) and kind.model_fields[field].is_required() and not is_source


def _option_rows(kind: type[ImageRequest]) -> Iterator[tuple[str, ...]]:
    for option in command.options(kind).values():
        names = ", ".join(f"`--{name}`" for name in option.names)
        default = "(required)" if _needs(kind, option.name) else option.default
        yield names, option.takes, default, option.meaning


def _shape_lines(kind: type[ImageRequest]) -> Iterator[str]:
    """What the shapes of a class are, in their own words."""
    for option in command.options(kind).values():
        if option.shape:
            told = (option.shape, Area) if option.shape is Mask else (option.shape,)
            yield f"- `--{option.name}`: {' '.join(map(_whole_doc, told))}"


def _whole_doc(of: type) -> str:
    return " ".join((inspect.getdoc(of) or "").split())


def _flag_rows() -> Iterator[tuple[str, ...]]:
    for flag in _flags.FLAGS:
        if not flag.refused:
            names = ", ".join(f"`--{name}`" for name in flag.names)
            meaning = f"{flag.meaning} ({flag.notice})" if flag.notice else flag.meaning
            yield names, flag.takes, flag.default, meaning


def _price_line(kind: type[ImageRequest], model: str, own: Rates) -> str:
    price = _price(kind, model, own)
    if price == _UNKNOWN:
        return price
    return f"{price} credits (rates of {prices.DATED}; 1 credit = $0.001)"


_UNKNOWN = "unknown"


def _price(kind: type[ImageRequest], model: str, own: Rates) -> str:
    """The estimate with nothing but what is required; by choice, where a choice changes it."""
    line = command.parse(kind.nick, kind.example.partition(" ")[2], link=_anywhere)
    needed = {
        name: getattr(line.request, name)
        for name, info in kind.model_fields.items()
        if info.is_required()
    }

    def credits_for(**chosen: str) -> str:
        estimate = prices.estimate(kind.parse({**needed, "model": model, **chosen}), own)
        if estimate.credits is None:
            return _UNKNOWN
        return f"~{estimate.credits:,}{' (yours)' if estimate.basis == prices.OWN else ''}"

    for option in command.options(kind).values():
        by_choice = {choice: credits_for(**{option.field: choice}) for choice in option.choices}
        if len(set(by_choice.values())) > 1:
            return ", ".join(f"{choice} {price}" for choice, price in by_choice.items())
    return credits_for()


def _anywhere(_task_id: str, _slot: int) -> str:
    """An address for an example: no price depends on it."""
    return "https://example.com/picture.png"


def _indented(rows: Iterable[Sequence[str]]) -> list[str]:
    return [f"    {line}" for line in _aligned(rows)]


def _aligned(rows: Iterable[Sequence[str]]) -> list[str]:
    """Rows as lines of text, each column as wide as it must be."""
    rows = list(rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows as a Markdown table."""
    lines = (headings, ["---"] * len(headings), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def as_magic(request: ImageRequest, source: str = "") -> str:
    """
    The text of a cell that asks for a request.

    Args:
        request: What to ask for.
        source: Written in place of the address of the picture that it sends, like `task_x#2`.
    """
    return command.render_cell(request, source)


def as_python(request: ImageRequest) -> str:
    """A script that asks for a request."""
    kind = type(request).__name__
    fields = _set_fields(request)
    if command.is_unchecked(request):
        made = f"{kind}.parse({fields!r}, unchecked=True)"
    else:
        made = f"{kind}({', '.join(f'{name}={value!r}' for name, value in fields.items())})"
    return (
        "from reapi_nb import Session\n"
        f"from reapi_nb.catalog import {kind}\n"
        "\n"
        "session = Session()\n"
        f"job = session.submit({made})"
    )


def _set_fields(request: ImageRequest) -> dict[str, Any]:
    """What the user set, in plain Python; a model only where the class speaks for several."""
    plain = request.model_dump(mode="json", exclude_unset=True)
    if len(models_of(type(request))) == 1:
        plain.pop("model", None)
    return plain


def as_curl(request: ImageRequest, base_url: str) -> str:
    """
    A POSIX shell command that asks for a request; the shell fills the key in.

    Args:
        request: What to ask for.
        base_url: With its version, like `https://reapi.ai/api/v1`.
    """
    body = json.dumps(request.body(), ensure_ascii=False)
    return " \\\n  ".join(
        (
            f"curl {shlex.quote(base_url + SUBMIT_PATH)}",
            '-H "Authorization: Bearer $REAPI_API_KEY"',
            "-H 'Content-Type: application/json'",
            f"-d {shlex.quote(body)}",
        )
    )
