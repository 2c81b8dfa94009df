"""Help and tables: what a class is, in words."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from reapi_nb import command, prices
from reapi_nb.catalog import (
    REQUESTS,
    Edit,
    Imagine,
    Inpaint,
    Outpaint,
    Pan,
    Remix,
    RemoveBackground,
    Retexture,
    UploadPaint,
    Upscale,
    Variation,
    models_of,
)
from reapi_nb.catalog._flags import FLAGS
from reapi_nb.describe import help_for, models, models_markdown, overview

COMMANDS = (
    *("wait", "show", "history", "status", "use", "login", "models", "help", "delete", "nest"),
    *("cap", "send", "forget", "resume"),
)

EVERY_KIND = pytest.mark.parametrize("kind", REQUESTS, ids=lambda kind: kind.nick)


# Help.


def test_the_overview_is_short_and_complete():
    """One screen names every model and every other command."""
    text = overview()

    assert len(text.splitlines()) <= 24
    assert max(map(len, text.splitlines())) <= 100
    for kind in REQUESTS:
        assert re.search(rf"^    \S.* (?:\S+, )*{kind.nick}(?:,|$)", text, re.MULTILINE), kind.nick
    for name in COMMANDS:
        assert re.search(rf"^    (?:\w+, )*{name}\b", text, re.MULTILINE), name


def test_the_overview_groups_the_nicks_by_what_they_start_from():
    """The edits stand on a line each way, not on eleven."""
    starts = overview().split("\n\n")[2].splitlines()[1:]

    assert [
        ["words", "mj"],
        [
            "a task's picture (_#2)",
            "upscale, vary, remix, pan, outpaint, inpaint, edit, enhance",
        ],
        ["any picture, or its URL", "remove-bg, retexture, upload-paint"],
    ] == [re.split(r"  +", line.strip()) for line in starts]


@pytest.mark.parametrize("typed", ["{red, blue}", "{{colour}}", "--dry-run"])
def test_the_overview_says_how_one_line_asks_for_several(typed):
    """Groups, variables, and how to look before paying."""
    assert re.search(rf"^    {re.escape(typed)} +\S", overview(), re.MULTILINE)


def test_what_the_overview_says_of_several_is_so():
    """A group and a list make a request of each."""
    line = "{red, blue} {{colour}} --dry-run"

    read = command.parse("mj", line, values={"colour": ["cat", "dog"]}.__getitem__)

    assert read.dry_run
    assert ["red cat", "red dog", "blue cat", "blue dog"] == [one.words for one in read.requests]


def test_the_examples_of_the_overview_work():
    """Each of the three lines can be typed, one after the other."""
    lines = re.findall(r"%reapi (\S+) (.*)", overview())

    made = [command.parse(*line, resolve={"_": "task_x"}.get).request for line in lines]

    assert [Imagine, Upscale, Variation] == [type(request) for request in made]


@EVERY_KIND
def test_help_names_every_option_of_a_class(kind):
    """Each option stands in a row with what it takes, its default and its meaning."""
    rows = [line.split(" | ") for line in help_for(kind).splitlines() if line.startswith("| `--")]

    by_name = {row[0]: row[1:] for row in rows}

    for option in command.options(kind).values():
        names = ", ".join(f"`--{name}`" for name in option.names)
        takes, default, meaning = by_name[f"| {names}"]
        assert (option.takes, f"{option.meaning} |") == (takes, meaning)
        assert default in (option.default, "(required)")
        assert option.meaning, option.name


@pytest.mark.parametrize(
    ("kind", "needed"),
    [
        (Upscale, []),
        (Pan, []),
        (Inpaint, ["mask"]),
        (Edit, ["canvas", "img-pos"]),
        (RemoveBackground, []),
        (UploadPaint, ["mask", "canvas", "img-pos"]),
    ],
    ids=lambda value: getattr(value, "nick", ""),
)
def test_help_says_which_options_are_required(kind, needed):
    """A source may stand first instead, so it is not among them."""
    found = re.findall(r"^\| `--([\w-]+)` .* \(required\) ", help_for(kind), re.MULTILINE)

    assert needed == found


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        (Pan, "| `--scale` | a number from 1.1 to 3 | 1.5 |"),
        (Outpaint, "| `--scale` | a number from 1.1 to 2 | 1.5 |"),
        (Pan, "| `--direction` | down, right, up or left | down |"),
        (Variation, "| `--type` | subtle or strong | subtle |"),
        (Upscale, "| `--type` | standard or creative | standard |"),
        (Remix, "| `--mode` | strong or subtle | strong |"),
        (Imagine, "| `--speed` | draft, fast or turbo | fast |"),
        (Retexture, "| `--speed` | fast or turbo | fast |"),
        (Edit, "| `--canvas` | WxH in pixels, like 1024x1024 | (required) |"),
        (Edit, "| `--img-pos` | x,y,WxH in pixels, like 256,256,512x512 | (required) |"),
    ],
    ids=lambda value: getattr(value, "nick", value),
)
def test_help_gives_the_ranges_of_the_page(kind, row):
    """What a value may be, and what the server assumes without it."""
    assert row in help_for(kind)


@pytest.mark.parametrize(
    ("kind", "shapes"),
    [
        (Upscale, {}),
        (Inpaint, {"mask": "An area is a closed polygon"}),
        (Edit, {"canvas": "1024x1024", "img-pos": "may be negative", "mask": "bounding box"}),
        (UploadPaint, {"mask": "white there", "canvas": "result", "img-pos": "lies outside"}),
    ],
    ids=lambda value: getattr(value, "nick", ""),
)
def test_help_explains_the_shapes_of_a_class(kind, shapes):
    """What each one means, and that it is counted in pixels from the top left corner."""
    text = help_for(kind)

    told = dict(re.findall(r"^- `--([\w-]+)`: (.+)", text, re.MULTILINE))

    assert shapes.keys() == told.keys()
    assert all(words in told[name] for name, words in shapes.items())
    assert bool(shapes) == ("pixels from the top left corner" in text)


@EVERY_KIND
def test_help_names_the_flags_of_the_prompt_where_there_are_any(kind):
    """Flags that V7 refuses are not offered."""
    text = help_for(kind)
    own = {name for option in command.options(kind).values() for name in option.names}

    for flag in FLAGS:
        offered = command.has_flags(kind) and not flag.refused
        for name in set(flag.names) - own:
            assert offered == (f"`--{name}`" in text), name


@EVERY_KIND
def test_help_speaks_of_groups_where_there_is_a_prompt(kind):
    """Only a prompt has braces."""
    assert command.has_prompt(kind) == ("`{a, b}`" in help_for(kind))


@EVERY_KIND
def test_help_shows_a_line_that_works_and_a_price(kind):
    """The example of the class, and an estimate with its date for each of its models."""
    text = help_for(kind)

    assert f"    %reapi {kind.example}" in text
    for model in models_of(kind):
        assert f"Price of {model}: " in text


@pytest.mark.parametrize(
    ("kind", "usage"),
    [
        (Imagine, '%reapi mj "prompt" [options]'),
        (Upscale, "%reapi upscale task_x#1\u20264 [options]"),
        (Variation, '%reapi vary task_x#1\u20264 ["prompt"] [options]'),
        (Inpaint, '%reapi inpaint task_x#1\u20264 ["prompt"] --mask \u2026 [options]'),
        (RemoveBackground, "%reapi remove-bg task_x#1|URL [options]"),
        (Retexture, '%reapi retexture task_x#1|URL "prompt" [options]'),
    ],
    ids=lambda value: getattr(value, "nick", ""),
)
def test_help_begins_with_how_to_type_it(kind, usage):
    """What may be left out stands in brackets."""
    assert f"### {kind.title}: `{usage}`" == help_for(kind).splitlines()[0]


# Models and prices.


@pytest.mark.parametrize(
    ("model", "price"),
    [
        ("mj-v7", "draft ~44, fast ~88, turbo ~175"),
        ("mj-v7-upscale", "~131"),
        ("mj-v7-variation", "fast ~131, turbo ~262"),
        ("mj-v7-remix", "fast ~131, turbo ~262"),
        ("mj-v7-pan", "fast ~88, turbo ~175"),
        ("mj-v7-outpaint", "fast ~88, turbo ~175"),
        ("mj-v7-inpaint", "fast ~131, turbo ~262"),
        ("mj-v7-edit", "fast ~131, turbo ~262"),
        ("mj-v7-enhance", "~88"),
        ("mj-v7-remove-bg", "~88"),
        ("mj-v7-retexture", "fast ~131, turbo ~262"),
        ("mj-v7-upload-paint", "fast ~131, turbo ~262"),
    ],
)
def test_a_price_is_an_estimate_for_each_choice_that_changes_it(model, price):
    """Credits are marked as estimates, rounded up, and dated in the heading."""
    lines = models().splitlines()

    row = next(line for line in lines if f" {model} " in line)

    assert row.endswith(f"  {price}")
    assert prices.DATED in lines[0]


def test_a_model_without_a_rate_has_an_unknown_price(monkeypatch):
    """An unknown price is never 0."""
    monkeypatch.delitem(prices.RATES, ("mj-v7-upscale", "fast"))

    assert "Price of mj-v7-upscale: unknown" in help_for(Upscale)
    assert "unknown" == models().splitlines()[2].split()[-1]


def test_the_columns_of_the_models_are_aligned():
    """Every row begins its columns where the heading does."""
    heading, *rows = models().splitlines()

    for title in ("model", "what", "credits"):
        column = heading.index(title)
        assert all(row[column - 2 : column] == "  " != row[column] for row in rows)


def test_the_readme_table_has_a_row_for_every_model():
    """Markdown, one row for each model id."""
    heading, rule, *rows = models_markdown().splitlines()

    assert heading.startswith("| nick | model | what | credits ")
    assert "| --- | --- | --- | --- |" == rule
    assert [model for kind in REQUESTS for model in models_of(kind)] == [
        row.split("`")[3] for row in rows
    ]


def test_rates_of_ones_own_are_told_in_tables_and_help():
    """Who has rates of their own sees their own prices, and that they are theirs."""
    own = {("mj-v7", "turbo"): Decimal("0.2")}

    assert "draft ~44, fast ~88, turbo ~200 (yours)" in models(own)
    assert "turbo ~200 (yours) credits" in help_for(Imagine, own)
    assert "(yours)" not in models()
