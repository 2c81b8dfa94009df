"""What holds for any line and cell at all, whatever people type into it."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import assume, event, example, given, reject, settings
from hypothesis import strategies as st

from reapi_nb.catalog import REQUESTS, Imagine, Inpaint
from reapi_nb.command import options, parse
from reapi_nb.errors import InvalidRequest
from reapi_nb.prompts import MOST
from tests.lines import link, read

THOROUGH = settings(max_examples=4_000, deadline=None, database=None)
QUICK = settings(max_examples=500, deadline=None, database=None)

# What has a meaning somewhere on the way comes up more often than in random text.
_MARKS = st.sampled_from(
    [
        *(" ", "  ", "\t", '"', "'", "\u201c", "\u201d", "\u2018", "\u2019", ",", ";", "?", "#2"),
        *("-", "--", "---", " \u2014 ", "\u2013", "$5", "$x", "\\", "\\\\", "\\n", "%", "!", "@"),
        *("a cat", "it's", "\u732b", "\U0001f408", "\U0001f469\u200d\U0001f3a8", "caf\u00e9"),
        *("task_x#1", "_#2", "https://example.com/a.png", "\u00a0", "\u2028", "-ar", "=", "|"),
    ]
)
WORDS = st.lists(_MARKS | st.text(max_size=6), min_size=1, max_size=8).map("".join)
PLAIN = WORDS.filter(
    lambda text: (
        not re.search(r"[{}]", text)
        and not re.search(r"(?<!\S)(?:--|[\u2013-\u2015])[^\W\d_]", text)
    )
)


def sent_or_refused(fields, *, unchecked=False):
    """What the class itself makes of it: the prompt, or the words of its refusal."""
    try:
        return Imagine.parse(fields, unchecked=unchecked).words, None
    except InvalidRequest as no:
        return None, str(no)


def outcome(line, body=None, **known):
    """What the line makes of it, in the same form."""
    try:
        return read(line, body, **known).request.words, None
    except InvalidRequest as no:
        return None, str(no)


def tears_quotes(prompt):
    """Whether quotes around it would look like two pairs: OPEN" or "CLOSED."""
    return re.search(r'\S"', prompt) and re.search(r'"\w', prompt)


@THOROUGH
@given(PLAIN)
@example("a 5\" nail, it's $5 \\, 100% \\\\ \u2014 \u732b \U0001f408")
@example("a cat;")
@example("\\")
@example('"')
@example("\u201ca cat\u201d")
def test_a_prompt_in_quotes_arrives_byte_by_byte(prompt):
    """Without flags and braces, not one character of it is touched or missed."""
    assume(not tears_quotes(prompt))

    assert sent_or_refused({"prompt": prompt}) == outcome(f'mj "{prompt}"')


@THOROUGH
@given(PLAIN)
@example('"a cat" asleep;')
@example("a cat\r\n\r\n")
@example("\na cat\n")
@example("a \\, cat\\")
@example("\u201ca cat\u201d \u2014 'tis $5")
def test_a_prompt_below_its_line_arrives_byte_by_byte(prompt):
    """All but the one line break that the front end puts behind it."""
    assert sent_or_refused({"prompt": prompt}) == outcome("mj", f"{prompt}\n")
    if not prompt.endswith("\n"):
        assert sent_or_refused({"prompt": prompt}) == outcome("mj", prompt)


@QUICK
@given(PLAIN)
@example("it's a dog's")
def test_a_prompt_without_quotes_arrives_byte_by_byte(prompt):
    """All but the space around it, and the mark that silences a cell."""
    bare = prompt.strip()
    assume(bare and bare[0] not in "\"'\u201c\u2018" and not bare.endswith(";"))

    assert sent_or_refused({"prompt": bare}) == outcome(f"mj  {prompt} ")


# Flags, options and braces too.
_GRAMMAR = st.sampled_from(
    [
        *(" ", " ", " ", "{", "}", "{{", "}}", "\\{", ",", '"', "'", "\u201c", "\u201d", "\n"),
        *("{red, green}", "{, --raw}", "{a --ar 1:1, b}", "{{x}}", "{{zz}}", '{"a": "}"}', "{}"),
        *(" --ar 16:9", " --ar {3:2, 1:1}", " --no red hats, dogs", " --{v 5, niji}", " --zz 5"),
        *(" --speed turbo", " --fresh", " --yes", " --repeat 2", " --r x", " --unchecked"),
        *(" --mask ", " --canvas 4x3", " --img-pos 1,-2,3x4", " --image ", " --scale 2"),
        *(" --pro", " --watermark", " --no-watermark", " --n 2", " --size 2K", " --bbox-list "),
        *(" --color-palette ", " --negative-prompt ", "[[1,2,3,4]]", "./a.png", '"a b.png"', "[]"),
        *('{"prompt": "a"}', "flux-2 ", " --version niji 6", " --callback-url "),
        *(" \u2014ar 1:1", " \u2014fresh", "task_x#1 ", "_#2", "https://example.com/a.png ", "cat"),
    ]
)
ANYTHING = st.lists(_GRAMMAR | _MARKS | st.text(max_size=4), max_size=6).map("".join)
HELD = {"x": ["red", "--yes {a, b} --speed turbo"], "y": 5}


@settings(max_examples=1500, deadline=None, database=None)
@given(st.sampled_from(REQUESTS), st.booleans(), ANYTHING, st.none() | ANYTHING)
def test_any_line_is_read_or_refused(kind, is_begun, line, body):
    """Never anything else; a refusal is one line, and there are never too many requests."""
    if is_begun:
        line = kind.example.partition(" ")[2] + line
    try:
        got = parse(
            kind.nick,
            line,
            body,
            link=link,
            values=HELD.__getitem__,
            provider=kind.provider,
            upload=lambda path: f"https://example.com/{len(path)}.png",
        )
    except InvalidRequest as refused:
        says = str(refused)
        event("refused")
    else:
        says = "one line"
        event("read")
        assert 1 <= len(got.requests) <= MOST
        assert {kind} == set(map(type, got.requests))
        bodies = [request.body() for request in got.requests]
        assert list(got.requests) == [kind.read(body, unchecked=True) for body in bodies]
    assert [says] == says.splitlines()


# What a variable holds.


@settings(max_examples=800, deadline=None, database=None)
@given(ANYTHING, st.sampled_from(["mj a {{v}} cat", 'mj "a {{v}} cat"', "mj"]))
@example('" --speed turbo', 'mj "a {{v}} cat"')
@example("--unchecked --zz", "mj a {{v}} cat")
@example("{a, b} {{v}}", "mj")
@example("\u2014ar 2:1", "mj")
def test_a_value_is_only_words(value, line):
    """It goes to the class as it is, and nothing in it acts on the line."""
    body = "a {{v}} cat\n" if line == "mj" else None
    assume(value)

    assert sent_or_refused({"prompt": f"a {value} cat"}) == outcome(
        line, body, values={"v": value}.__getitem__
    )


# Options.

_OPTIONS = (" --speed turbo", " --repeat 2", " --fresh", " --yes", " --dry-run")


@QUICK
@given(
    st.lists(st.sampled_from(["a cat", "{red, blue}", "it's", "{, --raw}", "-", "$5"]), min_size=1),
    st.sets(st.sampled_from(_OPTIONS), min_size=1),
    st.booleans(),
    st.booleans(),
)
def test_an_option_means_the_same_on_either_side(words, given_options, quoted, in_front):
    """It is cut out of the line, and the prompt is what it is without it."""
    prompt = " ".join(["a", *words])
    typed = "".join(sorted(given_options))
    written = f'"{prompt}"' if quoted else prompt
    try:
        plain = read(f"mj {written}").requests
    except InvalidRequest:
        reject()
    times = 2 if " --repeat 2" in given_options else 1
    assume(len(plain) * times <= MOST)

    got = read(f"mj{typed} {written}" if in_front else f"mj {written}{typed}")

    assert [each.words for each in plain for _ in range(times)] == [
        each.words for each in got.requests
    ]
    assert (" --fresh" in given_options) == got.fresh
    assert (" --yes" in given_options) == got.yes
    assert (" --dry-run" in given_options) == got.dry_run
    speeds = {each.body().get("model_params", {}).get("speed") for each in got.requests}
    assert {"turbo" if " --speed turbo" in given_options else None} == speeds


URLS = st.text('ab/{}[]"\\,.#?&=-', max_size=15).map("https://example.com/".__add__)


@QUICK
@given(URLS, st.sampled_from([None, (", ", ": "), (",", ":")]), st.booleans())
def test_json_is_taken_whole(url, separators, in_front):
    """Braces and quotes in its strings end nothing, on either side of the prompt."""
    mask = json.dumps({"url": url}, separators=separators)
    where = "inpaint task_x#1 --mask {} a {{red, blue}} cat --speed turbo"
    behind = 'inpaint task_x#1 "a {{red, blue}} cat" --mask {} --speed turbo'

    got = read((where if in_front else behind).format(mask)).requests

    assert [
        Inpaint(task_id="task_x", prompt=f"a {colour} cat", mask={"url": url}, speed="turbo")
        for colour in ("red", "blue")
    ] == list(got)


@pytest.mark.parametrize("kind", REQUESTS, ids=lambda kind: kind.__name__)
def test_a_missing_value_is_told_for_every_option(kind):
    """With what it takes, wherever the option stands."""
    for option in options(kind).values():
        if not option.has_value:
            continue
        start = kind.nick if option.field == "image_urls" else kind.example.partition(" --")[0]
        for line in (f"{start} --{option.name}", f"{start} --{option.name} --fresh"):
            with pytest.raises(InvalidRequest) as no:
                read(line, link=link, provider=kind.provider)
            takes = option.meaning if option.takes == "one word" else option.takes
            assert f"--{option.name} needs a value: {takes}" == str(no.value)
