"""The Midjourney flags inside a prompt: the table, the grammar, notices, and what flags cost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reapi_nb.catalog import _flags as flags
from reapi_nb.catalog._words import utf16_length

URL = "https://example.com/a.png"
OTHER = "https://example.com/b.png"
EM, EN, BAR = "\u2014", "\u2013", "\u2015"

QUICK = settings(max_examples=150, deadline=None, database=None)

# Copied by hand from the spec page.
DEFAULTS = {
    "ar": "1:1",
    "s": "100",
    "chaos": "0",
    "no": "",
    "seed": "random",
    "weird": "0",
    "exp": "0",
    "raw": "",
    "tile": "",
    "sref": "",
    "sw": "100",
    "sv": "4",
    "oref": "",
    "ow": "100",
    "iw": "1",
}


# The table.


def test_every_name_belongs_to_one_flag():
    """No name or alias is claimed twice, and each finds its row in capitals too."""
    names = [name for flag in flags.FLAGS for name in flag.names]

    assert len(set(names)) == len(names)
    assert all(name in flags.find(name.upper()).names for name in names)


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("aspect", "ar"),
        ("s", "stylize"),
        ("c", "chaos"),
        ("w", "weird"),
        ("q", "quality"),
        ("v", "version"),
        ("p", "profile"),
        ("r", "repeat"),
        ("h", "height"),
    ],
)
def test_an_alias_finds_the_flag(alias, name):
    """Short and long spelling are one flag."""
    assert flags.find(alias) is flags.find(name)


def test_nobody_knows_a_made_up_name():
    """A name outside the table is not found."""
    assert flags.find("stilize") is None


@pytest.mark.parametrize(("name", "default"), DEFAULTS.items())
def test_the_defaults_are_those_of_the_page(name, default):
    """Help shows the server's own defaults."""
    assert default == flags.find(name).default


@pytest.mark.parametrize("flag", flags.FLAGS, ids=lambda flag: flag.name)
def test_every_flag_says_what_it_takes_and_means(flag):
    """Help has a line for each row, with no blank left in it."""
    line = f"{flag.meaning}: {flag.takes}"

    assert flag.meaning
    assert "None" not in line
    assert "{" not in line


# Straightening.


@pytest.mark.parametrize(
    ("dash", "name"), [(EM, "em dash"), (EN, "en dash"), (BAR, "horizontal bar")]
)
def test_a_long_dash_before_a_flag_becomes_two(dash, name):
    """What an Apple keyboard joins is taken apart, and said."""
    text, told = flags.straighten(f"{dash}ar 16:9 {dash}S 5")

    assert "--ar 16:9 --S 5" == text
    assert (f"read the {name} before ar, S as --",) == told


def test_each_kind_of_dash_has_one_notice():
    """Two kinds, two lines."""
    text, told = flags.straighten(f"a cat {EM}ar 16:9\n{EN}no dogs {EM}raw")

    assert "a cat --ar 16:9\n--no dogs --raw" == text
    assert 2 == len(told)


@pytest.mark.parametrize(
    "text",
    [
        f"rain {EM} neon",
        f"rain {EM}neon",
        f"rain{EM}no people",
        f"rain {EM} no people",
        f"rain {EM}nobody",
        f"rain {EM}no, neon",
        f"rain {EM}ar16:9",
        f"1990{EN}s",
        f"rain {EM}, ar 16:9",
        f"rain {EM}\u017f 5",
        f"{EM}",
        "a cat --ar 16:9",
    ],
)
def test_a_dash_in_prose_is_never_touched(text):
    """Not one byte changes where no known flag follows directly."""
    assert (text, ()) == flags.straighten(text)


# Notices.


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("a cat --w 50 --seed 7", "--weird and --seed do not go well together"),
        (f"a cat --oref {URL}", "--oref doubles the price"),
        (f"a cat --oref {URL} --q 4", "Midjourney does not combine --oref with --quality 4"),
        ("a cat --ar 15:1", "--ar 15:1 is beyond 14:1"),
        ("a cat --ar 1:15", "--ar 1:15 is beyond 14:1"),
        ("a cat --sref 123", "reAPI's page names only URLs for --sref"),
        ("a cat --sw 50", "--sw has no effect without --sref"),
        ("a cat --sv 6", "--sv has no effect without --sref"),
        ("a cat --ow 50", "--ow has no effect without --oref"),
        ("a cat --iw 2", "--iw has no effect without an image URL at the start"),
        (f"a cat like {URL}", "a URL after the first words is read as text"),
        (f"{URL}?sig=abc a cat", f"{URL} has a query string"),
        (f"a cat --oref {URL}?sig=abc", f"{URL} has a query string"),
        ("https://example.com/page a cat", "https://example.com/page may not be a direct link"),
    ],
)
def test_what_is_worth_saying_is_said(prompt, expected):
    """Each notice comes with the prompt that deserves it."""
    assert any(line.startswith(expected) for line in flags.notices(prompt))


@pytest.mark.parametrize(
    "prompt",
    [
        "a cat",
        "a cat --ar 14:1 --s 500 --no dogs --raw",
        f"{URL} a cat --iw 2 --sref {OTHER}::2 --sw 5 --sv 6",
        "https://example.com/A.PNG a cat",
        "a cat --weird 50",
        "a -stop sign",
    ],
)
def test_nothing_is_said_about_a_good_prompt(prompt):
    """Silence, so that notices are read."""
    assert () == flags.notices(prompt)


def test_a_signature_is_never_repeated():
    """The part of a link that opens it stays out of notices."""
    assert "secret" not in " ".join(flags.notices(f"{URL}?sig=secret a cat"))


# Reading numbers, units, lengths, rendering.


def test_the_ratio_and_numbers_are_read_by_any_name():
    """A painter asks for a ratio and numbers, and gets the default where there is none."""
    parsed = flags.parse("a cat --aspect 16:9 --c 30 --s x")

    assert (16, 9) == parsed.ratio()
    assert 30 == parsed.number("chaos", 0)
    assert 100 == parsed.number("stylize", 100)
    assert 7 == parsed.number("seed", 7)


@pytest.mark.parametrize("prompt", ["a cat", "a cat --ar wide", "a cat --ar 0:1", "a cat --ar"])
def test_the_ratio_is_square_by_default(prompt):
    """1:1 when nothing better can be read."""
    assert (1, 1) == flags.parse(prompt).ratio()


def test_absent_flags_and_flags_without_value_differ():
    """A flag without value is there, with nothing in it."""
    parsed = flags.parse("a cat --raw --made-up 1")

    assert "" == parsed.value("raw")
    assert None is parsed.value("tile")
    assert parsed.has("raw")
    assert not parsed.has("tile")
    assert not parsed.has("made-up")


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        (f"a cat --oref {URL}", 2),
        (f"a cat --OREF {URL} --ow 50", 2),
        ("a cat", 1),
        (f"a cat --sref {URL}", 1),
        ("an oref of a cat", 1),
        ("a cat --no oref, orefs", 1),
        ("https://example.com/--oref a cat", 1),
        ("", 1),
    ],
)
def test_only_the_omni_reference_flag_doubles(prompt, expected):
    """Two units with --oref, one otherwise, whatever the words are."""
    assert expected == flags.units(prompt)


@pytest.mark.parametrize(
    ("text", "length"), [("", 0), ("cat", 3), ("\u732b", 1), ("\U0001f408", 2), ("\ud800", 1)]
)
def test_length_is_counted_as_the_server_counts(text, length):
    """An emoji counts two."""
    assert length == utf16_length(text)


def test_the_longest_prompt_is_measured_in_utf16():
    """4096 emoji are exactly the 8192 that the page allows."""
    assert 8192 == flags.LONGEST
    assert flags.LONGEST == utf16_length("\U0001f408" * 4096)


@pytest.mark.parametrize(
    ("prompt", "added", "expected"),
    [
        ("a cat", ["--ar 16:9", "--raw"], "a cat --ar 16:9 --raw"),
        (f"{URL} a  cat", ["--s 5"], f"{URL} a  cat --s 5"),
        ("a cat\n", ["--s 5"], "a cat\n--s 5"),
        ("a cat  ", [], "a cat  "),
        ("", ["--s 5", "--raw"], "--s 5 --raw"),
    ],
)
def test_flags_are_added_behind_the_prompt(prompt, added, expected):
    """The prompt's own bytes stay, one space goes between."""
    assert expected == flags.append(prompt, added)


@pytest.mark.parametrize(
    "prompt",
    [
        "a serene Japanese garden with cherry blossoms --ar 16:9 --s 500",
        f'{URL} {OTHER} a cat\'s "hat"\non a mat --aspect 2:3 --c 5 --iw 1.5 --tile',
        f"a cat --sref {URL} random --sw 5 --sv 1 --oref {OTHER} --ow 1 --exp 10 --raw",
        "caf\u00e9, $5, 100% {curly} a-b #1 --no red hats, dogs",
    ],
)
def test_good_prompts_pass(prompt):
    """What the page shows and people write is not in the way."""
    assert None is flags.refusal(prompt)


def test_leading_urls_are_image_prompts():
    """URLs at the start are images, the rest is text with its own quotes."""
    parsed = flags.parse(f'  {URL}\n{OTHER} the "big"  cat\'s hat --raw')

    assert (URL, OTHER) == parsed.images
    assert 'the "big"  cat\'s hat' == parsed.text


# Rules for any text at all.

PIECES = st.sampled_from(
    [
        *(f"--{name}" for flag in flags.FLAGS for name in flag.names),
        *(
            URL,
            OTHER,
            f"{URL}?a=b::2",
            "data:image/png;base64,AA",
            "random",
            "16:9",
            "1.39:1",
            "::",
        ),
        *(EM, EN, BAR, f"{EM}ar", f"{EN}s", "-ar", "--", "---", "--zz", "--\u00e9", "--ar16:9"),
        *(
            " ",
            "  ",
            "\n",
            "\r\n",
            "\u2028",
            "\u00a0",
            "\x85",
            "\x00",
            '"',
            "(",
            "{a, b}",
            "5",
            ".5",
        ),
        *("a cat", "\u732b", "\U0001f408", "\u017f", "\ud800", "x" * 90, "9" * 30),
    ]
)
PROMPTS = st.lists(st.one_of(PIECES, PIECES, st.text(max_size=5)), max_size=12).map("".join)
SPACED = st.lists(PIECES, max_size=12).map(" ".join)


@QUICK
@given(st.text().filter(lambda text: not any(dash in text for dash in ("--", EM, EN, BAR))))
def test_text_without_dashes_has_no_flags(text):
    """A prompt with no flags is never altered."""
    assert () == flags.parse(text).flags
    assert (text, ()) == flags.straighten(text)


@QUICK
@given(st.one_of(PROMPTS, SPACED))
def test_spans_cut_out_what_was_typed(prompt):
    """A span holds the flag as spelled, its value, and only space between and around them."""
    parsed = flags.parse(prompt)

    for each in parsed.flags:
        span = prompt[each.start : each.end]
        assert span.startswith(each.spelled)
        assert each.value == span[len(each.spelled) :].strip()
        assert span == span.strip()
    head = prompt[: parsed.flags[0].start] if parsed.flags else prompt
    assert [*parsed.images, *parsed.text.split()] == head.split()


@QUICK
@given(st.one_of(PROMPTS, SPACED), st.booleans())
def test_whatever_is_typed_is_answered_in_single_lines(prompt, unchecked):
    """Nothing raises, and no line holds another."""
    line = flags.refusal(prompt, unchecked=unchecked)

    for each in (line or "fine", *flags.notices(prompt), *flags.straighten(prompt)[1]):
        assert [each] == each.splitlines()
    assert flags.units(prompt) in {1, 2}
    assert min(flags.parse(prompt).ratio()) > 0


@QUICK
@given(st.one_of(PROMPTS, SPACED))
def test_straightening_twice_changes_nothing_more(prompt):
    """Once straight, always straight, and no refusal speaks of long dashes any more."""
    text, _ = flags.straighten(prompt)

    assert (text, ()) == flags.straighten(text)
    assert "long dash" not in (flags.refusal(text) or "")


@QUICK
@given(PROMPTS, st.lists(st.sampled_from(["--ar 16:9", "--s 5", "--raw"]), unique=True))
def test_added_flags_are_found_again(prompt, added):
    """Rendering and parsing agree, and the prompt comes first, untouched."""
    text = flags.append(prompt, added)

    typed = [f"{each.spelled} {each.value}".strip() for each in flags.parse(text).flags]
    assert text.startswith(prompt)
    assert added == typed[len(typed) - len(added) :]
