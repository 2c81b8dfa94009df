"""
A class, in words: help, Markdown, tables. A request, as text that asks for it again.

Everything is read off the catalog, so that help cannot disagree with what is accepted. Nothing
here shows anything, and no text ever holds a key.

Source: reAPI docs, "midjourney-v7" (the curl example); APIXO docs, "midjourney".
"""

from __future__ import annotations

import inspect
import json
import keyword
import shlex
from decimal import Decimal
from typing import TYPE_CHECKING, Any, get_args

import reapi_nb.catalog._flags as _flags  # noqa: PLR0402 - the package answers for any name
from reapi_nb import command, prices
from reapi_nb.catalog import DATED, REQUESTS, models_of
from reapi_nb.catalog._geometry import Area, Mask
from reapi_nb.catalog._palette import Palette
from reapi_nb.errors import InvalidRequest
from reapi_nb.settings import REAL
from reapi_nb.wire import wire_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from reapi_nb.catalog import ImageRequest, Row

    Rates = Mapping[Row, Decimal]

_EXAMPLES = (
    '%reapi mj "a red fox in the snow --ar 16:9" --speed draft',
    "%reapi upscale _#2 --type creative",
    "job = %reapi vary _#1 --type strong",
)

_COMMANDS = (
    ("wait, show, history", "wait for jobs; show one again; what was made"),
    ("send, cancel, resume", "a job that stands still: send it, drop it, or look for its task"),
    (
        "adopt, again, forget, delete",
        "an unknown outcome: its task id, a new charge; set aside, remove",
    ),
    ("status, spend, cap", "where you are, what was spent, the limits in credits"),
    ("use, login, doctor", "sandbox, reapi or apixo; keep a key; look the library over (--fix)"),
    ("form", "the fields of a model, to fill in and submit: form wan"),
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
    starts: dict[str, dict[str, None]] = {}
    for kind in REQUESTS:
        starts.setdefault(_start(kind), {})[kind.nick] = None
    return [(start, ", ".join(nicks)) for start, nicks in starts.items()]


def _start(kind: type[ImageRequest]) -> str:
    if command.parent_numbers(kind):
        return "a task's picture (_#2)"
    if command.has_source(kind):
        return "any picture, or its URL"
    return "any model's own JSON" if command.takes_json(kind) else "words, or pictures (--image)"


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
    if swatches := list(_palette_lines(kind)):
        blocks += swatches
    if any(option.is_picture for option in command.options(kind).values()):
        blocks.append(_PICTURES)
    if command.has_prompt(kind):
        blocks.append(_BRACES)
    if command.has_flags(kind):
        blocks += [
            "Inside the prompt, after the words:",
            _table(("flag", "takes", "default", "meaning"), _flag_rows()),
        ]
    return "\n\n".join([*blocks, *_price_lines(kind, own)])


_PIXELS = (
    "Shapes are in whole pixels from the top left corner. Widths and heights are at least 1, and "
    "a polygon has at least three points:"
)
_PICTURES = (
    "A picture is `task_x#2`, `_#2`, an http(s) URL, or a file of this machine like `./photo.png`; "
    "one with a space in its path stands in quotes."
)
_BRACES = (
    "In the prompt, `{a, b}` makes a request of each and `{{name}}` is what a variable of the "
    "notebook holds; a brace itself is typed `\\{`."
)


def models(own: Rates = prices.NO_RATES) -> str:
    """Every model and its price, as aligned text; `own` are the user's rates."""
    return "\n".join(_aligned((_HEADINGS, *_model_rows(own, REQUESTS))))


def documented_models() -> str:
    """Every model that a page of the documents describes, as the README's table."""
    return models_markdown(kinds=[kind for kind in REQUESTS if kind.page])


def models_markdown(
    own: Rates = prices.NO_RATES, kinds: Iterable[type[ImageRequest]] = REQUESTS
) -> str:
    """Models and their prices as a Markdown table; `own` are the user's rates."""
    rows = _model_rows(own, kinds)
    return _table(_HEADINGS, ((f"`{nick}`", f"`{model}`", *more) for nick, model, *more in rows))


_HEADINGS = ("nick", "model", "what", f"credits (~, rates of {DATED})")


def _model_rows(
    own: Rates, kinds: Iterable[type[ImageRequest]]
) -> Iterator[tuple[str, str, str, str]]:
    for kind in kinds:
        by_price: dict[str, list[str]] = {}
        for model in models_of(kind):
            by_price.setdefault(_price(kind, model, own), []).append(_named(kind, model))
        for price, names in by_price.items():
            yield kind.nick, _few(names), _doc(kind), price


_SHOWN = 3


def _few(names: Sequence[str]) -> str:
    """Names of one price; of many no more than three."""
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} others" if more > 0 else "")


def _named(kind: type[ImageRequest], model: str) -> str:
    """A model, and its modes where several classes share it."""
    if "mode" not in kind.implied:
        return model
    return f"{model}: {', '.join(get_args(kind.model_fields['mode'].annotation))}"


def _doc(kind: type[ImageRequest]) -> str:
    return (inspect.getdoc(kind) or "").partition("\n")[0]


def _usage(kind: type[ImageRequest]) -> str:
    if command.takes_json(kind):
        return f"%reapi {kind.nick} model {{JSON}} [options]"
    parts = ["%reapi", kind.nick]
    if numbers := command.parent_numbers(kind):
        parts.append(f"task_x#{numbers[0]}…{numbers[-1]}")
    if command.has_source(kind):
        parts.append("task_x#1|URL|file")
    if command.has_prompt(kind):
        needed = kind.model_fields["prompt"].is_required()
        parts.append('"prompt"' if needed else '["prompt"]')
    needed_options = (f"--{name} …" for name in command.options(kind) if _needs(kind, name))
    return " ".join([*parts, *needed_options, "[options]"])


def _needs(kind: type[ImageRequest], option: str) -> bool:
    """Whether no line can be without an option; a source may stand first instead."""
    field = command.options(kind)[option].field
    is_source = command.has_source(kind) and field == command.SOURCE
    return bool(field) and kind.model_fields[field].is_required() and not is_source


def _option_rows(kind: type[ImageRequest]) -> Iterator[tuple[str, ...]]:
    for option in command.options(kind).values():
        names = ", ".join(f"`--{name}`" for name in option.names)
        default = "(required)" if _needs(kind, option.name) else option.default
        yield names, option.takes, default, option.meaning


def _shape_lines(kind: type[ImageRequest]) -> Iterator[str]:
    """What the shapes of a class are, in their own words."""
    for option in command.options(kind).values():
        if option.shape and option.shape is not Palette:
            more = f" {_whole_doc(Area)}" if issubclass(option.shape, Mask) else ""
            yield f"- `--{option.name}`: {_whole_doc(option.shape)}{more}"


def _palette_lines(kind: type[ImageRequest]) -> Iterator[str]:
    for option in command.options(kind).values():
        if option.shape is Palette:
            yield f"`--{option.name}`: {_whole_doc(Palette)}"


def _whole_doc(of: type) -> str:
    return " ".join((inspect.getdoc(of) or "").split())


def _flag_rows() -> Iterator[tuple[str, ...]]:
    for flag in _flags.FLAGS:
        if not flag.refused:
            names = ", ".join(f"`--{name}`" for name in flag.names)
            meaning = f"{flag.meaning} ({flag.notice})" if flag.notice else flag.meaning
            yield names, flag.takes, flag.default, meaning


def _price_lines(kind: type[ImageRequest], own: Rates) -> Iterator[str]:
    """The price of each model; one line for all of those that have none."""
    unknown = [model for model in models_of(kind) if _price(kind, model, own) == _UNKNOWN]
    unit = "a picture" if "n" in kind.model_fields else "a request"
    for model in models_of(kind):
        if model not in unknown:
            known, *others = _price(kind, model, own).partition(_OTHERS)[:2]
            dated = f"rates of {DATED}; 1 credit = $0.001"
            yield f"Price of {model}: {known} credits {unit}{''.join(others)} ({dated})"
    if unknown:
        yield f"Price of {', '.join(unknown)}: {_UNKNOWN}"


_UNKNOWN = "unknown"
_OTHERS = f", others {_UNKNOWN}"


def _price(kind: type[ImageRequest], model: str, own: Rates) -> str:
    """What is known of the price of one unit, by row of the rate card where there are several."""
    rates = {row: Decimal(rate) for row, rate in kind.rates.items() if row[0] == model}
    rates |= {row: rate for row, rate in own.items() if row[0] == model}
    if not rates:
        return _UNKNOWN
    told = {
        what: f"~{prices.credits_for(rate):,}{' (yours)' if (model, what) in own else ''}"
        for (model, what), rate in rates.items()
    }
    more = _has_more(kind, model, own)
    if len(told) == 1 and not more:
        return next(iter(told.values()))
    known = ", ".join(f"{what} {price}" for what, price in told.items())
    return f"{known}{_OTHERS}" if more else known


def _has_more(kind: type[ImageRequest], model: str, own: Rates) -> bool:
    """Whether a choice of the request's leads to a price that nobody knows."""
    nick, line = kind.example.split(" ", 1)
    shown = command.parse(nick, line, link=_anywhere, provider=kind.provider).request
    fields = kind.model_fields.items()
    needed = {name: getattr(shown, name) for name, info in fields if info.is_required()}
    asked: list[dict[str, str]] = [{}]
    for option in command.options(kind).values():
        asked += [{option.field: choice} for choice in option.choices]
    for chosen in asked:
        try:
            request = kind.parse({**needed, **chosen, "model": model})
        except InvalidRequest:
            continue  # a choice that needs another one
        if prices.estimate(request, own).credits is None:
            return True
    return False


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


def as_magic(request: ImageRequest, sources: Mapping[str, str] = command.NO_SOURCES) -> str:
    """
    The text of a cell that asks for a request; plain Python where no line can hold it.

    Args:
        request: What to ask for.
        sources: Written in place of the addresses of pictures that it sends, like `task_x#2`.
    """
    try:
        return command.render_cell(request, sources)
    except InvalidRequest:
        return as_python(request)


def as_python(request: ImageRequest) -> str:
    """A script that asks for a request."""
    kind = type(request).__name__
    fields = _set_fields(request)
    names = all(name.isidentifier() and not keyword.iskeyword(name) for name in fields)
    if command.is_unchecked(request):
        made = f"{kind}.parse({fields!r}, unchecked=True)"
    elif not names or "self" in fields:
        made = f"{kind}.parse({fields!r})"
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
    if command.takes_json(type(request)):
        return request.body()
    plain = request.model_dump(mode="json", exclude_unset=True)
    kind = type(request)
    unsaid = kind.implied | ({"model"} if len(models_of(kind)) == 1 else set())
    return {name: value for name, value in plain.items() if name not in unsaid}


def as_curl(request: ImageRequest, base_url: str) -> str:
    """
    A POSIX shell command that asks for a request; the shell fills the key in.

    Args:
        request: What to ask for.
        base_url: With its version, like `https://reapi.ai/api/v1`.
    """
    body = json.dumps(request.body(), ensure_ascii=False)
    address = base_url + wire_of(request.provider).submit_path(request.model)
    return " \\\n  ".join(
        (
            f"curl {shlex.quote(address)}",
            f'-H "Authorization: Bearer ${REAL[request.provider].key_names[0]}"',
            "-H 'Content-Type: application/json'",
            f"-d {shlex.quote(body)}",
        )
    )
