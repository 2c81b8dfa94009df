"""Help, tables, and a request as text that asks for it again."""

from __future__ import annotations

import json
import re
import shlex
import subprocess

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

import reapi_nb.catalog
from reapi_nb import command, prices
from reapi_nb.catalog import REQUESTS, Imagine, Upscale, Variation, models_of
from reapi_nb.catalog._flags import FLAGS
from reapi_nb.describe import (
    as_curl,
    as_magic,
    as_python,
    help_for,
    models,
    models_markdown,
    overview,
)
from reapi_nb.errors import InvalidRequest

BASE_URL = "https://reapi.ai/api/v1"
COMMANDS = (
    *("wait", "show", "history", "status", "use", "login", "models", "help", "delete", "nest"),
    *("cap", "send", "forget"),
)

NASTY = [
    'it\'s a "cat"',
    "$(rm -rf /) `id` $HOME !! %d ; & | > x",
    "back\\slash \\n \\",
    "two\nlines\r\n\ttab",
    "\U0001f600 caf\u00e9 \u732b \u2028 \x00 \x7f",
    "@file --ar 16:9",
    "'''\"\"\"",
]

EVERY_KIND = pytest.mark.parametrize("kind", REQUESTS, ids=lambda kind: kind.nick)


def example(kind):
    nick, _, line = kind.example.partition(" ")
    return command.parse(nick, line).request


# Help.


def test_the_overview_is_short_and_complete():
    """One screen names every model and every other command."""
    text = overview()

    assert len(text.splitlines()) <= 20
    for kind in REQUESTS:
        assert re.search(rf"^    {kind.nick} +\S", text, re.MULTILINE)
    for name in COMMANDS:
        assert re.search(rf"^    (?:\w+, )*{name}\b", text, re.MULTILINE), name


def test_the_examples_of_the_overview_work():
    """Each of the three lines can be typed, one after the other."""
    lines = re.findall(r"%reapi (\S+) (.*)", overview())

    made = [command.parse(*line, resolve={"_": "task_x"}.get).request for line in lines]

    assert [Imagine, Upscale, Variation] == [type(request) for request in made]


@EVERY_KIND
def test_help_names_every_option_of_a_class(kind):
    """Each option stands in a row with what it takes, its default and its meaning."""
    text = help_for(kind)

    for option in command.options(kind).values():
        row = f"| `--{option.name}` | {option.takes} | {option.default} | {option.meaning} |"
        assert row in text
        assert option.meaning, option.name


@EVERY_KIND
def test_help_names_the_flags_of_the_prompt_where_there_are_any(kind):
    """Flags that V7 refuses are not offered."""
    text = help_for(kind)

    for flag in FLAGS:
        offered = command.has_flags(kind) and not flag.refused
        for name in flag.names:
            if name not in command.options(kind):
                assert offered == (f"`--{name}`" in text), name


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


# A request as text.


def test_a_request_as_a_magic_is_a_cell():
    """One line where it fits, else the prompt below it."""
    assert '%reapi mj "a cat"' == as_magic(Imagine(prompt="a cat"))
    assert "%%reapi mj\na\nb" == as_magic(Imagine(prompt="a\nb"))


def test_a_request_as_python_is_a_script():
    """It can be pasted into a file; only what was set is in it."""
    request = Imagine(prompt="a cat", speed="turbo")

    assert (
        "from reapi_nb import Session\n"
        "from reapi_nb.catalog import Imagine\n"
        "\n"
        "session = Session()\n"
        "job = session.submit(Imagine(prompt='a cat', speed='turbo'))"
    ) == as_python(request)


def made_by(script):
    """The request in a script, made as Python makes it."""
    imported = re.search(r"from reapi_nb.catalog import (\w+)\n", script)[1]
    constructor = re.search(r"session.submit\((.*)\)\Z", script)[1]
    return eval(constructor, {imported: getattr(reapi_nb.catalog, imported)})


@pytest.mark.parametrize(
    "request_",
    [
        *map(example, REQUESTS),
        *(Imagine(prompt=prompt) for prompt in NASTY),
        Variation(task_id="task_x"),
        Variation(task_id="task_x", image_number=3, prompt=NASTY[0], speed="turbo"),
        Imagine.parse({"prompt": "a cat --foobar 5"}, unchecked=True),
    ],
    ids=repr,
)
def test_a_script_makes_an_equal_request(request_):
    """What a click copies is what the click sent."""
    assert request_ == made_by(as_python(request_))


def shell(script):
    """What a real shell hands to curl."""
    done = subprocess.run(
        ["bash", "-c", f'curl() {{ printf "%s\\0" "$@"; }}\n{script}'],
        env={"REAPI_API_KEY": "test-key"},
        capture_output=True,
        check=True,
    )
    return done.stdout.decode().split("\0")[:-1]


@pytest.mark.parametrize("request_", [*map(example, REQUESTS)], ids=repr)
def test_a_request_as_curl_posts_its_body(request_):
    """Address, key, content type, body: as on the API's own page."""
    got = shell(as_curl(request_, BASE_URL))

    assert [
        "https://reapi.ai/api/v1/images/generations",
        *("-H", "Authorization: Bearer test-key"),
        *("-H", "Content-Type: application/json"),
        "-d",
    ] == got[:-1]
    assert request_.body() == json.loads(got[-1])


@pytest.mark.parametrize("prompt", NASTY)
def test_a_shell_runs_nothing_in_a_prompt(prompt):
    """Whatever the words hold, bash reads the command and passes them on unchanged."""
    script = as_curl(Imagine(prompt=prompt), BASE_URL)

    assert 0 == subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode
    assert prompt == json.loads(shell(script)[-1])["prompt"]


def test_a_curl_command_holds_no_key():
    """The shell fills the key in when it runs."""
    assert 'Authorization: Bearer $REAPI_API_KEY"' in as_curl(Imagine(prompt="a cat"), BASE_URL)


@given(st.text(min_size=1))
@settings(max_examples=150, deadline=None, database=None)
def test_a_curl_command_quotes_any_prompt(prompt):
    """Its last word is the wire body, for every prompt that its class accepts."""
    try:
        request = Imagine(prompt=prompt)
    except InvalidRequest:
        reject()

    words = shlex.split(as_curl(request, BASE_URL))

    assert request.body() == json.loads(words[-1])


def test_a_strange_address_is_quoted_too():
    """A base URL comes from a setting, so it may hold anything."""
    script = as_curl(Imagine(prompt="a cat"), "http://127.0.0.1:8/a b;$(id)")

    assert "http://127.0.0.1:8/a b;$(id)/images/generations" == shell(script)[0]
