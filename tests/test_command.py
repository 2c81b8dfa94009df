"""What a typed line or cell asks for."""

from __future__ import annotations

import pytest
from pydantic import Field, create_model

from reapi_nb import command
from reapi_nb.catalog import REQUESTS, ImageRequest, Imagine, Upscale, Variation
from reapi_nb.command import Command, nearest, options
from tests.lines import read, refusal

EM, EN = "\u2014", "\u2013"

JOBS = {"job": "task_of_job", "_": "task_of_last", "task_x": "task_of_variable"}


# The prompt.


@pytest.mark.parametrize(
    ("line", "prompt"),
    [
        # Without quotes.
        ("mj a cat", "a cat"),
        ("mj   a  cat  ", "a  cat"),
        ("mj it's a cat's", "it's a cat's"),
        ("mj $5 [a, b] %x !y \\n `z`", "$5 [a, b] %x !y \\n `z`"),
        ("mj 'tis the season", "'tis the season"),
        ('mj a 5" nail', 'a 5" nail'),
        ("mj a - b -- c", "a - b -- c"),
        ("mj well-known --- dashes", "well-known --- dashes"),
        ("mj a cat;", "a cat"),
        ("mj a cat ; ", "a cat"),
        ("mj a cat;;", "a cat;"),
        # In quotes.
        ('mj "a cat"', "a cat"),
        ("mj 'a cat'", "a cat"),
        ("mj \u201ca cat\u201d", "a cat"),
        ("mj \u2018it\u2019s a cat\u2019", "it\u2019s a cat"),
        ('mj "it\'s $5 \\, [a, b]"', "it's $5 \\, [a, b]"),
        ("mj 'it's a dog's'", "it's a dog's"),
        ('mj "a cat  "', "a cat  "),
        ('mj "a cat;"', "a cat;"),
        ('mj "a cat" ;', "a cat"),
        ('mj "a "neon" sign"', 'a "neon" sign'),
        ('mj "a sign "OPEN""', 'a sign "OPEN"'),
        ('mj "a 5" nail"', 'a 5" nail'),
        ('mj "who is there?"', "who is there?"),
        # Quotes that are part of the prompt.
        ('mj "OPEN" in neon', '"OPEN" in neon'),
        ('mj "OPEN" or "CLOSED"', '"OPEN" or "CLOSED"'),
        ('mj "a cat', '"a cat'),
        ("mj \u201cOPEN\u201d or \u201cCLOSED\u201d", "\u201cOPEN\u201d or \u201cCLOSED\u201d"),
    ],
)
def test_a_prompt_goes_out_as_it_was_typed(line, prompt):
    """One pair of quotes around it is taken off, and nothing else is touched."""
    assert prompt == read(line).request.prompt


@pytest.mark.parametrize(
    ("line", "prompt"),
    [
        # Behind the prompt they stay where they are.
        ("mj a cat --ar 16:9 --s 5", "a cat --ar 16:9 --s 5"),
        ("mj a cat  --ar  16:9", "a cat  --ar  16:9"),
        ("mj a cat --AR 16:9", "a cat --AR 16:9"),
        ('mj "a cat --ar 16:9"', "a cat --ar 16:9"),
        ('mj "a cat" --ar 16:9', "a cat --ar 16:9"),
        ('mj "a cat --s 5" --ar 16:9', "a cat --s 5 --ar 16:9"),
        ('mj "a cat" --no "red", blue', 'a cat --no "red", blue'),
        ('mj "a sign "OPEN" --ar 16:9"', 'a sign "OPEN" --ar 16:9'),
        ('mj "OPEN" or "CLOSED" --ar 16:9', '"OPEN" or "CLOSED" --ar 16:9'),
        ("mj a cat --no text, people --tile", "a cat --no text, people --tile"),
        # In front of it they take one word or none, and go behind.
        ("mj --ar 16:9 a cat", "a cat --ar 16:9"),
        ("mj --tile a cat", "a cat --tile"),
        ("mj --tile --ar 16:9 a cat --s 5", "a cat --s 5 --tile --ar 16:9"),
        ('mj --ar 16:9 "a cat" --s 5', "a cat --s 5 --ar 16:9"),
        ('mj --ar 16:9 "a cat --s 5"', "a cat --s 5 --ar 16:9"),
        # Options are cut out wherever they stand.
        ("mj --speed turbo a cat", "a cat"),
        ("mj a cat --speed turbo", "a cat"),
        ("mj a cat --ar 16:9 --speed turbo --s 5", "a cat --ar 16:9 --s 5"),
        ("mj --ar 16:9 --speed turbo a cat --fresh", "a cat --ar 16:9"),
        ('mj "a cat" --speed turbo --tile', "a cat --tile"),
        ('mj --speed turbo "a cat"', "a cat"),
    ],
)
def test_flags_may_stand_on_either_side_of_the_prompt(line, prompt):
    """Midjourney's flags end up behind the words, options end up nowhere in them."""
    assert prompt == read(line).request.prompt


@pytest.mark.parametrize(
    "line",
    [
        "mj --speed turbo a cat",
        "mj a cat --speed turbo",
        "mj a cat --SPEED  turbo ",
        'mj "a cat" --speed turbo;',
        f"mj a cat {EM}speed turbo",
    ],
)
def test_an_option_sets_its_field(line):
    """`--speed turbo` is `speed="turbo"` wherever it stands."""
    assert Imagine(prompt="a cat", speed="turbo") == read(line).request


@pytest.mark.parametrize(
    ("line", "fresh"),
    [("mj a cat", False), ("mj --fresh a cat", True), ("mj a cat --fresh", True)],
)
def test_fresh_is_said_beside_the_request(line, fresh):
    """Sending it again is no part of what is sent."""
    assert Command((Imagine(prompt="a cat"),), fresh=fresh) == read(line)


# Long dashes.


@pytest.mark.parametrize(
    ("line", "prompt"),
    [
        (f"mj a cat {EM}ar 16:9", "a cat --ar 16:9"),
        (f'mj "a cat {EN}ar 16:9"', "a cat --ar 16:9"),
        (f'mj "a cat" {EM}ar 16:9', "a cat --ar 16:9"),
        (f"mj {EM}ar 16:9 a cat", "a cat --ar 16:9"),
    ],
)
def test_a_long_dash_before_a_flag_is_read_as_two(line, prompt):
    """What a keyboard made of `--` is put right, and told."""
    got = read(line)

    assert prompt == got.request.prompt
    assert 1 == len(got.notices)
    assert "before ar as --" in got.notices[0]


def test_a_long_dash_in_prose_stays():
    """A dash between words is no flag."""
    line = f"mj a cat {EM} asleep {EM}or not"

    assert Command((Imagine(prompt=line[3:]),)) == read(line)


def test_a_long_dash_before_an_option_is_refused():
    """`—fresh` must neither be paid for as a word nor be guessed at."""
    assert f"{EM}fresh begins with a long dash: type --fresh" in refusal(f"mj a cat {EM}fresh")
    assert "type --type" in refusal(f"vary task_x#1 more rain {EM}type strong")
    assert f"wet {EM}fresh paint" == read(f'mj "wet {EM}fresh paint"').request.prompt


# The parent picture.


@pytest.mark.parametrize(
    ("line", "task_id", "slot"),
    [
        ("upscale task_abc#2", "task_abc", 1),
        ("upscale task_abc#1;", "task_abc", 0),
        ("upscale --type creative task_abc#4", "task_abc", 3),
        ("upscale job#2", "task_of_job", 1),
        ("upscale _#3", "task_of_last", 2),
        ("upscale task_x#1", "task_of_variable", 0),
    ],
)
def test_a_follow_up_starts_with_its_picture(line, task_id, slot):
    """`#2` is the wire's slot 1, and a variable that holds a job wins over an id."""
    got = read(line, resolve=JOBS.get).request

    assert (task_id, slot) == (got.parent_task, got.parent_slot)


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("vary task_x#2", {}),
        ("vary task_x#2 --type strong", {"type": "strong"}),
        ("vary task_x#2 more rain", {"prompt": "more rain"}),
        ("vary task_x#2 --type strong more rain", {"prompt": "more rain", "type": "strong"}),
        ("vary --speed turbo task_x#2 more rain", {"prompt": "more rain", "speed": "turbo"}),
        ('vary task_x#2 "more --ar 1:2" --s 5', {"prompt": "more --ar 1:2 --s 5"}),
        ("vary task_x#2 --ar 1:2 more", {"prompt": "more --ar 1:2"}),
    ],
)
def test_words_and_flags_follow_the_picture(line, fields):
    """A prompt that may be left out is sent only when it was typed."""
    assert Variation(task_id="task_x", image_number=1, **fields) == read(line).request


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("upscale", "say which picture: upscale task_x#1 to #4"),
        ("upscale task_abc", "say which picture: upscale task_abc#1 to #4"),
        ("upscale job", "say which picture: upscale job#1 to #4"),
        ("upscale job#two", "say which picture: upscale job#1 to #4"),
        ("upscale the cat", "say which picture: upscale task_x#1 to #4"),
        ("upscale #2", "say which picture: upscale task_x#1 to #4"),
        ("vary more rain task_x#2", "say which picture: vary task_x#1 to #4"),
        ("upscale task_abc#0", "pictures are numbered #1 to #4"),
        ("upscale task_abc#5", "pictures are numbered #1 to #4"),
        ("upscale task_abc#99999999", "say which picture: upscale task_abc#1 to #4"),
    ],
)
def test_a_picture_is_asked_for_by_its_number(line, says):
    """Nothing is guessed about which of four pictures was meant."""
    assert says == refusal(line, resolve=JOBS.get)


def test_an_underscore_needs_a_job():
    """`_` is never sent as a task id."""
    assert "_ holds no job yet: name a task, like task_x#1" == refusal("upscale _#1")


# Cells.


@pytest.mark.parametrize(
    ("line", "body", "prompt"),
    [
        ("mj", "a cat\n", "a cat"),
        ("mj", "a cat", "a cat"),
        ("mj", '\n  a cat \n\nit\'s "one"\n\n', '\n  a cat \n\nit\'s "one"\n'),
        ("mj", '"a cat" asleep;\n', '"a cat" asleep;'),
        ("mj --ar 16:9", "a cat\n", "a cat --ar 16:9"),
        ("mj --ar 16:9 --speed turbo", "a cat --s 5\n", "a cat --s 5 --ar 16:9"),
        ("mj --no text, people --tile", "a cat\n", "a cat --no text, people --tile"),
        ("mj --tile;", "a cat\n", "a cat --tile"),
        ("mj --unchecked", "a cat --foobar 5\n", "a cat --foobar 5"),
    ],
)
def test_the_body_of_a_cell_is_the_prompt(line, body, prompt):
    """One line break is taken off its end; the flags of the line are put behind it."""
    assert prompt == read(line, body).request.prompt


@pytest.mark.parametrize("alias", ["--stylize 9", "--s 9"])
def test_a_flag_in_the_body_wins(alias):
    """The same flag on the line is left out, and told."""
    got = read(f"mj {alias} --tile", "a cat --s 5\n")

    assert (
        Command(
            (Imagine(prompt="a cat --s 5 --tile"),),
            notices=(f"left out {alias}: the prompt has its own",),
        )
        == got
    )


def test_a_long_dash_in_the_body_is_read_as_two():
    """A pasted prompt is put right like a typed one."""
    got = read("mj", f"a cat {EM}ar 16:9\n")

    assert "a cat --ar 16:9" == got.request.prompt
    assert 1 == len(got.notices)


def test_a_cell_may_start_from_a_picture():
    """The picture and the options stand on the line, the words below."""
    got = read("vary job#2 --type strong", "more rain\n", resolve=JOBS.get).request

    assert (
        Variation(task_id="task_of_job", image_number=1, type="strong", prompt="more rain") == got
    )


def test_an_empty_body_is_no_prompt():
    """A follow-up without words may be written as a cell."""
    assert Upscale(task_id="task_x", image_number=0) == read("upscale task_x#1", "\n").request


# Options come from the class.


def test_the_fields_of_a_class_are_its_options():
    """Every field but the model, the prompt and the parent picture is an option."""
    names = {kind.nick: list(options(kind)) for kind in (Imagine, Upscale, Variation)}

    assert {
        "mj": ["speed", "image", "fresh", "repeat", "yes", "dry-run", "unchecked"],
        "upscale": ["type", "fresh", "repeat", "yes", "dry-run", "unchecked"],
        "vary": ["type", "speed", "fresh", "repeat", "yes", "dry-run", "unchecked"],
    } == names


@pytest.mark.parametrize(
    ("kind", "has", "lacks"),
    [
        (Imagine, {"--speed", "--fresh", "--ar", "--stylize"}, {"--draft", "--type", "--s"}),
        (Upscale, {"--type", "--fresh"}, {"--ar", "--speed"}),
    ],
)
def test_completion_offers_what_a_line_may_have(kind, has, lacks):
    """Options, and the flags of the prompt where there is one; each by one name."""
    offered = set(command.spellings(kind))

    assert has <= offered
    assert not lacks & offered


_Numbers = create_model(
    "_Numbers",
    __base__=ImageRequest,
    how_many=(int, Field(default=1, ge=1, le=4, description="pictures")),
    scale=(float, Field(ge=1.1, le=3)),
    name=(str | None, None),
)


@pytest.mark.parametrize(
    ("name", "takes", "default"),
    [
        ("how-many", "a whole number from 1 to 4", "1"),
        ("scale", "a number from 1.1 to 3", ""),
        ("name", "one word", ""),
        ("fresh", "no value", ""),
    ],
)
def test_an_option_says_what_it_takes(name, takes, default):
    """Ranges and defaults are read off the field."""
    option = options(_Numbers)[name]

    assert (takes, default) == (option.takes, option.default)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [("how_many", "3", 3), ("scale", "1.5", 1.5), ("scale", "wide", "wide"), ("name", "3", "3")],
)
def test_a_value_is_read_as_its_field_wants_it(name, text, value):
    """What does not fit stays text, for the class to refuse in its own words."""
    from reapi_nb.command._fields import value_of

    got = value_of(_Numbers.model_fields[name], text)

    assert (value, type(value)) == (got, type(got))


@pytest.mark.parametrize(
    ("word", "near"), [("upscal", "upscale"), ("VARY", "vary"), ("mjj", "mj"), ("qqq", None)]
)
def test_the_nearest_word_is_offered(word, near):
    """A slip of the finger finds what was meant; a strange word finds nothing."""
    assert near == nearest(word, (kind.nick for kind in REQUESTS))
