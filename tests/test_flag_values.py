"""The values of Midjourney flags: which fit, and the line that says why one does not."""

from __future__ import annotations

import pytest

from reapi_nb.catalog import _flags as flags

URL = "https://example.com/a.png"
OTHER = "https://example.com/b.png"

# Copied by hand from the table of the spec page.
NUMBERS = {
    "s": (0, 1000),
    "stylize": (0, 1000),
    "c": (0, 100),
    "chaos": (0, 100),
    "w": (0, 3000),
    "weird": (0, 3000),
    "exp": (0, 100),
    "seed": (0, 4294967295),
    "sw": (0, 1000),
    "sv": (1, 6),
    "ow": (1, 1000),
}


def said(prompt: str, *, unchecked: bool = False) -> str:
    """The refusal of a prompt that must be refused."""
    line = flags.refusal(prompt, unchecked=unchecked)
    assert line is not None, prompt
    return line


@pytest.mark.parametrize(("name", "low", "high"), [(n, *r) for n, r in NUMBERS.items()])
def test_a_number_may_be_anything_in_its_range(name, low, high):
    """Both ends of a range are allowed."""
    assert None is flags.refusal(f"a cat --{name} {low}")
    assert None is flags.refusal(f"a cat --{name} {high}")


@pytest.mark.parametrize(("name", "low", "high"), [(n, *r) for n, r in NUMBERS.items()])
def test_a_number_outside_its_range_is_refused_with_the_range(name, low, high):
    """One below, one above and everything that is not a whole number name the range."""
    for value in (low - 1, high + 1, f"{low + 1}.5", "many", "1e2", f"+{low}", "9" * 5000):
        line = said(f"a cat --{name} {value}")

        assert f"--{name} takes a whole number from {low} to {high}, not " in line


@pytest.mark.parametrize("value", ["0", "3", "1.5", ".5", "0.25"])
def test_iw_takes_decimals(value):
    """The image weight is a number from 0 to 3."""
    assert None is flags.refusal(f"{URL} a cat --iw {value}")


@pytest.mark.parametrize("value", ["-1", "3.01", "4", "much", "1,5", "1.", "NaN"])
def test_iw_refuses_the_rest(value):
    """Beyond 0 to 3, or no number."""
    assert "--iw takes a number from 0 to 3, not " in said(f"{URL} a cat --iw {value}")


@pytest.mark.parametrize("value", ["1", "2", "4"])
def test_quality_is_allowed_with_a_notice(value):
    """V7 has 1, 2 and 4, and nobody knows what they cost at reAPI."""
    prompt = f"a cat --q {value}"

    assert None is flags.refusal(prompt)
    assert any(line.startswith("--q is not on reAPI's page") for line in flags.notices(prompt))


@pytest.mark.parametrize("value", ["0.5", "3", "0", "5", "high"])
def test_quality_has_three_values(value):
    """The values of older versions are refused."""
    assert f'--q takes one of 1, 2, 4 in V7, not "{value}"' == said(f"a cat --q {value}")


@pytest.mark.parametrize("value", ["1:1", "16:9", "9:16", "139:100", "14:1", "200:1"])
def test_any_ratio_of_whole_numbers_is_allowed(value):
    """reAPI takes any ratio."""
    assert None is flags.refusal(f"a cat --ar {value}")


@pytest.mark.parametrize(
    ("value", "next_try"),
    [
        ("1.39:1", "139:100"),
        ("2.35:1", "47:20"),
        ("16x9", "16:9"),
        ("16/9", "16:9"),
        ("9 :16", "9:16"),
        ("16 : 9", "16:9"),
        ("1024x576", "16:9"),
        ("16:9,", "16:9"),
    ],
)
def test_a_ratio_written_otherwise_is_told_in_whole_numbers(value, next_try):
    """The refusal names the ratio to type."""
    assert said(f"a cat --ar {value}").endswith(f": type --ar {next_try}")


@pytest.mark.parametrize(
    "value", ["0:1", "1:0", "0.0:1", "wide", "16", "-16:9", "1:1:1", "1" * 5000]
)
def test_what_is_no_ratio_is_refused(value):
    """Both sides are positive whole numbers."""
    assert "--ar takes W:H in positive whole numbers" in said(f"a cat --ar {value}")


@pytest.mark.parametrize("value", ["0:1", "0.0:1", "1:0"])
def test_no_ratio_is_suggested_for_a_side_of_nothing(value):
    """A suggestion that would be refused next is no help."""
    assert ": type" not in said(f"a cat --ar {value}")


def test_long_values_are_shortened():
    """A refusal stays readable whatever was pasted."""
    assert len(said(f"a cat --ar {'x' * 5000}")) < 160


@pytest.mark.parametrize(
    "value",
    [
        URL,
        f"{URL} {OTHER}",
        f"{URL}::2 {OTHER}::0.5",
        "1234567890",
        "123 456::2",
        "random",
        f"random::3 {URL}",
        "http://[::1]/a.png",
    ],
)
def test_sref_takes_references_with_weights(value):
    """URLs, numeric codes and random, each with an optional ::weight."""
    assert None is flags.refusal(f"a cat --sref {value}")


@pytest.mark.parametrize(
    ("value", "blamed"),
    [
        ("./a.png", "./a.png"),
        ("monet", "monet"),
        (f"{URL}, {OTHER}", f"{URL},"),
        (f"{URL}::", f"{URL}::"),
        (f"{URL}::big", f"{URL}::big"),
        (f"{URL} 12a", "12a"),
        ("-5", "-5"),
    ],
)
def test_sref_names_the_reference_that_is_none(value, blamed):
    """The refusal quotes the one word that does not fit."""
    line = said(f"a cat --sref {value}")

    assert line.startswith("--sref takes http(s) URLs, numeric codes or random")
    assert line.endswith(f'not "{blamed}"')


@pytest.mark.parametrize("value", [f"{URL} {OTHER}", f"{URL}::2", "123", "random", "ftp://a/b.png"])
def test_oref_takes_exactly_one_url(value):
    """No second image, no weight, no code."""
    assert "--oref takes exactly one http(s) URL, not " in said(f"a cat --oref {value}")


def test_no_takes_several_words_up_to_the_next_flag():
    """Commas and spaces belong to the value."""
    parsed = flags.parse("a cat --no red hats, dogs --ar 16:9")

    assert "red hats, dogs" == parsed.value("no")
    assert "16:9" == parsed.value("ar")
    assert "a cat" == parsed.text


@pytest.mark.parametrize(
    "name", [f.name for f in flags.FLAGS if not f.refused and f.kind not in {"none", "version"}]
)
def test_a_missing_value_is_told(name):
    """A flag at the end or directly before another needs its value first."""
    for prompt in (f"a cat --{name}", f"a cat --{name} --raw"):
        assert said(prompt).startswith(f"--{name} needs a value: ")


@pytest.mark.parametrize("name", ["raw", "tile"])
def test_words_after_a_flag_without_value_are_told_where_to_go(name):
    """Text behind --raw or --tile would be lost in it."""
    assert None is flags.refusal(f"a cat --{name}")
    assert f'--{name} takes no value: move "on a mat" in front of the flags' == said(
        f"a cat --{name} on a mat"
    )


@pytest.mark.parametrize(
    "taken", ["--ar 16:9", "--s 5", "--iw 1", f"--oref {URL}", f"--sref 7 {URL}", "--v 7"]
)
def test_words_behind_a_complete_value_are_told_where_to_go(taken):
    """Flags come last, so words after a value belong in front."""
    line = said(f"a cat {taken} on a mat")

    assert line.startswith('"on a mat" stands after --')
    assert line.endswith(": move it in front of the flags")
