"""A typed line and the request it stands for, both ways."""

from __future__ import annotations

import ast
import re

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager
from pydantic import Field, create_model

from reapi_nb import catalog, command
from reapi_nb.catalog import REQUESTS, ImageRequest, Imagine, Upscale, Variation
from reapi_nb.command import Command, nearest, options, parse, render, render_cell
from reapi_nb.errors import InvalidRequest

EM, EN = "\u2014", "\u2013"
URL = "https://example.com/a.png"

QUICK = settings(max_examples=150, deadline=None, database=None)

JOBS = {"job": "task_of_job", "_": "task_of_last", "task_x": "task_of_variable"}


def read(line, body=None, resolve=lambda _: None):
    nick, _, rest = line.partition(" ")
    return parse(nick, rest, body, resolve=resolve)


def refusal(line, body=None, resolve=lambda _: None):
    with pytest.raises(InvalidRequest) as no:
        read(line, body, resolve)
    assert "\n" not in str(no.value)
    return str(no.value)


# The prompt.


@pytest.mark.parametrize(
    ("line", "prompt"),
    [
        # Without quotes.
        ("mj a cat", "a cat"),
        ("mj   a  cat  ", "a  cat"),
        ("mj it's a cat's", "it's a cat's"),
        ("mj $5 {a, b} %x !y \\n `z`", "$5 {a, b} %x !y \\n `z`"),
        ("mj a {red, green} bird --ar {1:1", None),
        ("mj 'tis the season", "'tis the season"),
        ('mj a 5" nail', 'a 5" nail'),
        ("mj a - b -- c", "a - b -- c"),
        ("mj well-known --- dashes", "well-known --- dashes"),
        ("mj a cat;", "a cat"),
        ("mj a cat ; ", "a cat"),
        # In quotes.
        ('mj "a cat"', "a cat"),
        ("mj 'a cat'", "a cat"),
        ("mj \u201ca cat\u201d", "a cat"),
        ("mj \u2018it\u2019s a cat\u2019", "it\u2019s a cat"),
        ('mj "it\'s $5 \\ {a, b}"', "it's $5 \\ {a, b}"),
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
    if prompt is None:
        assert "--ar" in refusal(line)
    else:
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
    assert Command(Imagine(prompt="a cat"), fresh=fresh) == read(line)


@given(st.text(min_size=1))
@QUICK
def test_a_plain_prompt_is_never_altered(prompt):
    """Without flags and quotes, all but the space around a prompt arrives byte by byte."""
    bare = prompt.strip().rstrip(";").strip()
    assume(bare and not re.search(r"(?<!\S)--[A-Za-z]", bare) and bare[0] not in "\"'\u201c\u2018")
    try:
        wanted = Imagine(prompt=bare)
        got = parse("mj", f" {bare} ").request
    except InvalidRequest:
        reject()

    assert wanted.prompt == got.prompt


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

    assert Command(Imagine(prompt=line[3:])) == read(line)


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


# Refusals.


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("mjj a cat", 'unknown model "mjj": did you mean mj?'),
        ("dalle a cat", 'unknown model "dalle": there are mj, upscale and vary'),
        # Unknown flags.
        ("mj a cat --sped turbo", "mj has no --sped: did you mean --speed?"),
        ("mj a cat --speed=turbo", "mj has no --speed=turbo: did you mean --speed turbo?"),
        ("mj --spede turbo a cat", "mj has no --spede: did you mean --speed?"),
        ("mj --ar16:9 a cat", "mj has no --ar16:9: did you mean --ar 16:9?"),
        ("mj a cat --frsh", "mj has no --frsh: did you mean --fresh?"),
        ("mj a cat --wierd 5", "--wierd is not a flag of Midjourney V7: did you mean --weird?"),
        ("mj a cat --ar16:9", "--ar needs a space before its value: type --ar 16:9"),
        (
            "mj --foobar 5 a cat",
            "mj has no --foobar: leave it out, or put it after the prompt with --unchecked",
        ),
        (
            "mj --unchecked --foobar 5 a cat",
            "mj has no --foobar: leave it out, or put it after the prompt with --unchecked",
        ),
        ("upscale task_x#1 --typ creative", "upscale has no --typ: did you mean --type?"),
        (
            "upscale task_x#1 --speed turbo",
            "upscale has no --speed: it takes --type, --fresh and --unchecked",
        ),
        ("upscale task_x#1 --frash --unchecked", "upscale has no --frash: did you mean --fresh?"),
        # Values.
        (
            "mj a cat --speed warp",
            "speed should be 'draft', 'fast' or 'turbo', not 'warp'",
        ),
        (
            "mj a cat --speed turbo in the rain",
            "speed should be 'draft', 'fast' or 'turbo', not 'turbo in the rain'",
        ),
        (
            "vary task_x#1 --type standard",
            "type should be 'subtle' or 'strong', not 'standard'",
        ),
        ("mj a cat --speed", "--speed needs a value: draft, fast or turbo"),
        ("mj --speed --tile a cat", "--speed needs a value: draft, fast or turbo"),
        ("mj --speed fast a cat --speed turbo", "--speed is given twice: keep one of them"),
        (
            "mj a cat --fresh in the rain",
            '--fresh takes no value: move "in the rain" in front of it',
        ),
        ("mj --ar 1:1 a cat --ar 2:1", "--ar repeats --ar: keep one of them"),
        # Where things stand.
        (
            "mj --no red, blue a cat",
            "put --no after the prompt: in front of it, its words look like the prompt",
        ),
        (
            f"mj --sref {URL} 123 a cat",
            "put --sref after the prompt: in front of it, its words look like the prompt",
        ),
        ('mj "a cat --speed turbo"', "put --speed outside the quotes"),
        ("mj 'a cat --fresh' --tile", "put --fresh outside the quotes"),
        (f'mj "a cat {EM}speed turbo"', "put --speed outside the quotes"),
        ("upscale task_x#1 more rain", 'upscale has no prompt: leave out "more rain"'),
        ('upscale task_x#1 "more"', 'upscale has no prompt: leave out ""more""'),
        # What the request class says of the prompt.
        ("mj", "the prompt has no words: say what the picture should show"),
        ("mj ;", "the prompt has no words: say what the picture should show"),
        ('mj ""', "the prompt has no words: say what the picture should show"),
        ("mj --ar 16:9", "the prompt has no words: say what the picture should show"),
        ('vary task_x#1 ""', "the prompt has no words: say what the picture should show"),
        (
            "mj " + "x" * 8193,
            "the prompt has 8193 characters; at most 8192 are allowed",
        ),
        (
            f"mj {URL}",
            "a single image with no text is rejected: add a short description after its URL",
        ),
        (
            "mj a cat data:image/png;base64,AAAA",
            "data: and base64 images are not accepted: use a public http(s) URL of the picture",
        ),
        (
            "mj a cat --relax",
            "--relax is no speed of reAPI: use --speed draft, fast or turbo",
        ),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_in_one_line(line, says):
    """The line says what to type instead, and nothing is sent."""
    assert says == refusal(line)


@pytest.mark.parametrize(
    ("line", "prompt"),
    [
        ("mj a cat --foobar 5 --unchecked", "a cat --foobar 5"),
        ("mj --unchecked a cat --sped --ar 1:2", "a cat --sped --ar 1:2"),
        ('mj "a cat --foobar 5" --unchecked', "a cat --foobar 5"),
        ("vary task_x#1 more --foobar --unchecked --type strong", "more --foobar"),
    ],
)
def test_unchecked_lets_unknown_flags_through(line, prompt):
    """They stay in the prompt as they were typed."""
    assert prompt == read(line).request.prompt


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
            Imagine(prompt="a cat --s 5 --tile"),
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
    got = read("vary job#2 --type strong", "more rain\n", JOBS.get).request

    assert (
        Variation(task_id="task_of_job", image_number=1, type="strong", prompt="more rain") == got
    )


@pytest.mark.parametrize(
    ("line", "body", "says"),
    [
        (
            "mj a cat",
            "a dog\n",
            'the prompt goes below %%reapi mj, not on its line: move "a cat" down',
        ),
        (
            "mj --ar 16:9 a cat",
            "a dog\n",
            'the prompt goes below %%reapi mj, not on its line: move "a cat" down',
        ),
        (
            "vary task_x#1 rain",
            "snow\n",
            'the prompt goes below %%reapi vary, not on its line: move "rain" down',
        ),
        (f"mj {EM}fresh", "a dog\n", None),
        (
            "upscale task_x#1",
            "more\n",
            "upscale has no prompt: type it as one %reapi line",
        ),
        ("mj", "  \n", "the prompt has no words: say what the picture should show"),
        (
            "mj",
            "a cat --speed turbo",
            '--speed is an option of the line, not part of the prompt (in Python speed="fast")',
        ),
    ],
)
def test_a_cell_that_cannot_be_read_is_refused_in_one_line(line, body, says):
    """Words on the line and below it are not put together by guessing."""
    said = refusal(line, body)

    assert "long dash" in said if says is None else says == said


def test_an_empty_body_is_no_prompt():
    """A follow-up without words may be written as a cell."""
    assert Upscale(task_id="task_x", image_number=0) == read("upscale task_x#1", "\n").request


# Options come from the class.


def test_the_fields_of_a_class_are_its_options():
    """Every field but the model, the prompt and the parent picture is an option."""
    names = {kind.nick: list(options(kind)) for kind in (Imagine, Upscale, Variation)}

    assert {
        "mj": ["speed", "fresh", "unchecked"],
        "upscale": ["type", "fresh", "unchecked"],
        "vary": ["type", "speed", "fresh", "unchecked"],
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
        ("name", "text", ""),
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
    from reapi_nb.command._options import value_of

    got = value_of(_Numbers.model_fields[name], text)

    assert (value, type(value)) == (got, type(got))


@pytest.mark.parametrize(
    ("word", "near"), [("upscal", "upscale"), ("VARY", "vary"), ("mjj", "mj"), ("qqq", None)]
)
def test_the_nearest_word_is_offered(word, near):
    """A slip of the finger finds what was meant; a strange word finds nothing."""
    assert near == nearest(word, (kind.nick for kind in REQUESTS))


# Rendering.


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        (
            Imagine(prompt="a cat --ar 16:9", speed="turbo"),
            'mj "a cat --ar 16:9" --speed turbo',
        ),
        (Imagine(prompt="a cat"), 'mj "a cat"'),
        (Imagine(prompt="a cat", speed="fast"), 'mj "a cat" --speed fast'),
        (Imagine(prompt='a sign "OPEN"'), 'mj "a sign "OPEN""'),
        (Imagine(prompt='a" --no "b'), "mj 'a\" --no \"b'"),
        (Upscale(task_id="task_x", type="creative"), "upscale task_x#1 --type creative"),
        (Variation(task_id="task_x", image_number=3), "vary task_x#4"),
        (
            Variation(task_id="task_x", image_number=1, prompt="rain", type="strong"),
            'vary task_x#2 "rain" --type strong',
        ),
        (
            Imagine.parse({"prompt": "a cat --foobar"}, unchecked=True),
            'mj "a cat --foobar" --unchecked',
        ),
    ],
)
def test_a_request_is_one_line(request_, line):
    """Only what was set is in it."""
    assert line == render(request_)


@pytest.mark.parametrize(
    ("prompt", "cell"),
    [
        ("a cat", '%reapi mj "a cat" --speed turbo'),
        ("who?", '%reapi mj "who?" --speed turbo'),
        ("a\nb", "%%reapi mj --speed turbo\na\nb"),
        ("a\n", "%%reapi mj --speed turbo\na\n\n"),
        ("a\u2028b", "%%reapi mj --speed turbo\na\u2028b"),
        ("a\tb", '%reapi mj "a\tb" --speed turbo'),
    ],
)
def test_a_prompt_that_would_break_a_line_stands_below_it(prompt, cell):
    """A click's cell can be pasted and run as it is."""
    assert cell == render_cell(Imagine(prompt=prompt, speed="turbo"))


def test_a_prompt_that_no_quotes_can_hold_stands_below_its_line():
    """An option's name in the words is a word, and must not be read as the option."""
    request = Imagine.parse({"prompt": "a cat --fresh"}, unchecked=True)

    assert "%%reapi mj --unchecked\na cat --fresh" == render_cell(request)
    with pytest.raises(InvalidRequest):
        render(request)


# Pieces that have a meaning in the grammar come up more often than in random text.
_PIECES = [
    *(" ", "\n", '"', "'", "\u201c", "\u201d", "\u2018", "\u2019", ";", "\\", "?", "{", "$x"),
    *(EM, "--", "- ", "cat", "it's", URL, " --ar 16:9", " --no red, blue", " --tile", " --foo"),
]
_PIECE = st.sampled_from(_PIECES) | st.text(max_size=5)
PROMPTS = st.lists(_PIECE, min_size=1, max_size=12).map("".join)


def given_request(kind, fields, *, unchecked):
    try:
        return kind.parse(fields, unchecked=unchecked)
    except InvalidRequest:
        reject()


@st.composite
def requests(draw):
    """Any request that its class accepts."""
    kind = draw(st.sampled_from(REQUESTS))
    fields = {
        option.field: draw(st.sampled_from(option.choices))
        for option in options(kind).values()
        if option.field and draw(st.booleans())
    }
    if command.parent_numbers(kind):
        fields["task_id"] = "task_" + draw(st.text("abcXYZ0189_-", min_size=1, max_size=30))
        fields["image_number"] = draw(st.integers(0, 3))
    if command.has_prompt(kind) and ("task_id" not in fields or draw(st.booleans())):
        fields["prompt"] = draw(PROMPTS)
    return given_request(kind, fields, unchecked=draw(st.booleans()))


@given(requests())
@QUICK
def test_a_line_is_read_back_as_the_request_it_was_made_from(request_):
    """What a caption shows and what was sent are the same."""
    assert request_ == read(render(request_)).request


def run(cell):
    """The request of a cell's text, through IPython's own rewriting of cells."""
    call = ast.parse(TransformerManager().transform_cell(cell)).body[0].value
    magic, *texts = (argument.value for argument in call.args)
    assert "reapi" == magic
    assert ("run_cell_magic" if cell.startswith("%%") else "run_line_magic") == call.func.attr
    return read(*texts).request


def ipython_keeps(prompt):
    """IPython empties lines of mere space and strips pasted Python prompts, in any cell."""
    lines = prompt.split("\n")
    return not any(re.match(r"[ \t]+\Z|\s*>>>|\s*In ?\[|\s*\.\.\.", line) for line in lines)


@given(requests())
@QUICK
def test_a_rendered_cell_runs_as_the_request_it_was_made_from(request_):
    """IPython hands the magic the same request, whatever the prompt holds."""
    assume(ipython_keeps(request_.words))

    assert request_ == run(render_cell(request_))


# Every class of the catalog.


@pytest.mark.parametrize("kind", REQUESTS, ids=lambda kind: kind.nick)
def test_every_example_works(kind):
    """The line in a class's help can be typed, and is read back as it was rendered."""
    got = read(kind.example).request

    assert kind is type(got)
    assert got == read(render(got)).request
    assert kind is catalog.find(kind.example.split()[0])
