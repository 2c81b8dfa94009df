"""Help and tables: what a class is, in words."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from reapi_nb import command
from reapi_nb.catalog import (
    DATED,
    REQUESTS,
    AnyModel,
    ApixoImagine,
    ApixoUploadPaint,
    ApixoUpscale,
    ApixoVary,
    Edit,
    GptImage,
    GptImageBasic,
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
    Wan,
    models_of,
)
from reapi_nb.catalog._flags import FLAGS
from reapi_nb.describe import documented_models, help_for, models, models_markdown, overview

COMMANDS = (
    *("wait", "show", "history", "status", "use", "login", "models", "help", "delete", "nest"),
    *("cap", "send", "forget", "resume"),
)

EVERY_KIND = pytest.mark.parametrize("kind", REQUESTS, ids=lambda kind: kind.__name__)


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
        ["words, or pictures (--image)", "mj, wan, gpt, gpt-basic, apixo"],
        [
            "a task's picture (_#2)",
            "upscale, vary, remix, pan, outpaint, inpaint, edit, enhance",
        ],
        ["any picture, or its URL", "remove-bg, retexture, upload-paint"],
        ["any model's own JSON", "raw"],
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
        (ApixoUploadPaint, ["mask", "canvas", "img-pos"]),
        (ApixoVary, []),
        (Wan, []),
        (GptImage, []),
        (AnyModel, []),
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
        (Wan, "| `--model` | wan2.7-image or wan2.7-image-pro | wan2.7-image |"),
        (Wan, "| `--watermark`, `--no-watermark` | no value | off |"),
        (Wan, "| `--thinking-mode`, `--no-thinking-mode` | no value | on |"),
        (Wan, "| `--size`, `--ar`, `--aspect-ratio` | one word |  | 1K, 2K, 4K, a ratio like"),
        (Wan, "| `--pro` | no value |  | the same as --model wan2.7-image-pro |"),
        (Wan, "| `--seed` | a whole number from 0 to 2147483647 |  |"),
        (Wan, "| `--image` | task_x#2, an http(s) URL or a file like ./photo.png |  |"),
        (GptImage, "| `--quality` | auto, low, medium or high | auto |"),
        (GptImage, "| `--mask-url`, `--mask` | task_x#2, an http(s) URL or a file like"),
        (ApixoImagine, "| `--stylize`, `--s` | a whole number from 0 to 1000 | 100 |"),
        (ApixoImagine, "| `--version`, `--v` | v6, v6.1, v7, niji 6 or niji 7 | v6.1 |"),
        (ApixoUpscale, "| `--type` | a whole number from 0 to 3 | 0 |"),
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
        (ApixoUploadPaint, {"mask": "closed polygon", "canvas": "result", "img-pos": "negative"}),
        (Wan, {"bbox-list": "up to two boxes"}),
        (GptImage, {}),
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


def test_help_explains_a_palette():
    """It is no place in a picture."""
    assert "`--color-palette`: Three to ten colours" in help_for(Wan)
    assert "colours" not in help_for(GptImage)


@EVERY_KIND
def test_help_says_what_a_picture_is_where_one_may_be_named(kind):
    """By its task, its URL, or a file."""
    takes = any(option.is_picture for option in command.options(kind).values())

    assert takes == ("or a file of this machine" in help_for(kind))


@EVERY_KIND
def test_help_speaks_of_midjourneys_flags_to_nobody_else(kind):
    """Only a prompt in its language has any."""
    assert command.has_flags(kind) == ("Inside the prompt, after the words:" in help_for(kind))


@EVERY_KIND
def test_help_shows_a_line_that_works_and_a_price(kind):
    """The example of the class, and for each of its models an estimate with its date, or none."""
    text = help_for(kind)

    assert f"    %reapi {kind.example}" in text
    for model in models_of(kind):
        [line] = [line for line in text.splitlines() if re.search(rf"^Price .*{model}[:,]", line)]
        assert DATED in line or line.endswith(": unknown")


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        (Wan, "Price of wan2.7-image-pro: ~60 credits a picture (rates of "),
        (
            GptImage,
            (
                "Price of gpt-image-2-official: 1k low ~5, 1k high ~169 credits a picture, "
                "others unknown (rates of "
            ),
        ),
        (GptImageBasic, "Price of gpt-image-2: 1k ~30, 2k ~50, 4k ~80 credits a picture (rates"),
        (Upscale, "Price of mj-v7-upscale: ~131 credits a request (rates of "),
        (ApixoImagine, "Price of midjourney: unknown"),
        (AnyModel, "Price of flux-2, midjourney-v8, z-image, "),
    ],
    ids=lambda value: getattr(value, "nick", ""),
)
def test_help_says_what_a_price_is_for(kind, line):
    """A request, or each of its pictures."""
    assert f"\n{line}" in help_for(kind)


@pytest.mark.parametrize(
    ("kind", "usage"),
    [
        (Imagine, '%reapi mj "prompt" [options]'),
        (Upscale, "%reapi upscale task_x#1\u20264 [options]"),
        (Variation, '%reapi vary task_x#1\u20264 ["prompt"] [options]'),
        (Inpaint, '%reapi inpaint task_x#1\u20264 ["prompt"] --mask \u2026 [options]'),
        (RemoveBackground, "%reapi remove-bg task_x#1|URL|file [options]"),
        (Retexture, '%reapi retexture task_x#1|URL|file "prompt" [options]'),
        (Wan, '%reapi wan ["prompt"] [options]'),
        (GptImageBasic, '%reapi gpt-basic "prompt" [options]'),
        (AnyModel, "%reapi raw model {JSON} [options]"),
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
        ("wan2.7-image", "~24"),
        ("wan2.7-image-pro", "~60"),
        ("gpt-image-2-official", "1k low ~5, 1k high ~169, others unknown"),
        ("gpt-image-2", "1k ~30, 2k ~50, 4k ~80"),
        ("midjourney: vary", "unknown"),
        ("flux-2, midjourney-v8, z-image and 11 others", "unknown"),
    ],
)
def test_a_price_is_an_estimate_for_each_choice_that_changes_it(model, price):
    """Credits are marked as estimates, rounded up, and dated in the heading."""
    lines = models().splitlines()

    row = next(line for line in lines if f" {model} " in line)

    assert row.endswith(f"  {price}")
    assert DATED in lines[0]


def test_a_model_without_a_rate_has_an_unknown_price(monkeypatch):
    """An unknown price is never 0."""
    monkeypatch.setattr(Upscale, "rates", {})

    assert "Price of mj-v7-upscale: unknown" in help_for(Upscale)
    assert "unknown" == models().splitlines()[2].split()[-1]


def test_the_columns_of_the_models_are_aligned():
    """Every row begins its columns where the heading does."""
    heading, *rows = models().splitlines()

    for title in ("model", "what", "credits"):
        column = heading.index(title)
        assert all(row[column - 2 : column] == "  " != row[column] for row in rows)


def test_the_readme_table_has_a_row_for_every_model():
    """Markdown, one row for each model id that has a class of its own."""
    heading, rule, *rows = documented_models().splitlines()

    assert heading.startswith("| nick | model | what | credits ")
    assert "| --- | --- | --- | --- |" == rule
    documented = [kind for kind in REQUESTS if kind.page and kind is not AnyModel]
    assert [model for kind in documented for model in models_of(kind)] == [
        row.split("`")[3].partition(":")[0] for row in rows[:-1]
    ]
    assert rows[-1].startswith("| `raw` | `flux-2, ")


def test_the_readme_table_leaves_out_what_is_not_documented(monkeypatch):
    """The table for the screen has it."""
    monkeypatch.setattr(Wan, "page", "")

    assert "wan2.7-image" not in documented_models()
    assert "wan2.7-image" in models()
    assert "wan2.7-image" in models_markdown()


def test_classes_that_share_a_model_are_told_apart_by_their_modes():
    """Each with those it speaks for."""
    rows = [line.split("`")[1:4:2] for line in models_markdown().splitlines() if "APIXO" in line]

    assert [
        ["apixo", "midjourney: text-to-image, image-to-image"],
        ["upload-paint", "midjourney: upload-paint"],
        ["vary", "midjourney: vary"],
        ["upscale", "midjourney: upscale"],
    ] == rows


def test_rates_of_ones_own_are_told_in_tables_and_help():
    """Who has rates of their own sees their own prices, and that they are theirs."""
    own = {("mj-v7", "turbo"): Decimal("0.2")}

    assert "draft ~44, fast ~88, turbo ~200 (yours)" in models(own)
    assert "turbo ~200 (yours) credits" in help_for(Imagine, own)
    assert "(yours)" not in models()


def test_a_rate_of_ones_own_may_be_the_only_one():
    """What the card does not know, the user may."""
    own = {
        ("flux-2", "image"): Decimal("0.03"),
        ("gpt-image-2-official", "1k medium"): Decimal("0.05"),
    }
    text = models(own)

    assert re.search(r"^raw +flux-2 .* ~30 \(yours\)$", text, re.MULTILINE)
    assert "1k low ~5, 1k high ~169, 1k medium ~50 (yours)\n" in text
    assert "Price of flux-2: ~30 (yours) credits a request (rates" in help_for(AnyModel, own)
