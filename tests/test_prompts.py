"""Templates: {a, b} permutations, {{variables}}, and where a line must not be read."""

from __future__ import annotations

import array
from decimal import Decimal
from fractions import Fraction

import pytest

from reapi_nb.errors import InvalidRequest
from reapi_nb.prompts import expand, is_plain, spans


def made(template, **held):
    return list(expand(template, held.__getitem__).texts)


class Series:
    """What arrays and series have in common."""

    def __init__(self, plain) -> None:
        self.plain = plain

    def tolist(self):
        return self.plain


# What Midjourney documents.


def test_nested_groups_count_inside_their_own_option():
    """The documented nesting makes eight texts, and the leftmost group varies slowest."""
    template = (
        "A {sculpture, painting} of a "
        "{seagull {on a pier, on a beach}, poodle {on a sofa, in a truck}}."
    )

    expansion = expand(template)

    assert (
        "A sculpture of a seagull on a pier.",
        "A sculpture of a seagull on a beach.",
        "A sculpture of a poodle on a sofa.",
        "A sculpture of a poodle in a truck.",
        "A painting of a seagull on a pier.",
        "A painting of a seagull on a beach.",
        "A painting of a poodle on a sofa.",
        "A painting of a poodle in a truck.",
    ) == expansion.texts
    assert 0 == expansion.duplicates


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (
            "a {red, green, yellow} bird",
            ["a red bird", "a green bird", "a yellow bird"],
        ),
        (
            "a bird --ar {3:2, 1:1, 2:3}",
            ["a bird --ar 3:2", "a bird --ar 1:1", "a bird --ar 2:3"],
        ),
        (
            "a bird --{v 5, niji, test}",
            ["a bird --v 5", "a bird --niji", "a bird --test"],
        ),
        (
            "a {red, green} bird in the {jungle, desert}",
            [
                "a red bird in the jungle",
                "a red bird in the desert",
                "a green bird in the jungle",
                "a green bird in the desert",
            ],
        ),
        (r"{red, pastel \, yellow} bird", ["red bird", "pastel, yellow bird"]),
        (
            "{https://x.io/a.png, https://x.io/b.png} a cat",
            ["https://x.io/a.png a cat", "https://x.io/b.png a cat"],
        ),
    ],
)
def test_groups_stand_wherever_midjourney_lets_them(template, expected):
    """In words, image URLs, the value of a flag and half of a flag."""
    assert expected == made(template)


# Groups.


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        # Around the options.
        ("a {cat}", ["a cat"]),
        ("{  cat\n,\tdog }", ["cat", "dog"]),
        ("{\u3000cat\u00a0, dog}", ["cat", "dog"]),
        ("x{a,b}y", ["xay", "xby"]),
        ("{a, b}{c, d}", ["ac", "ad", "bc", "bd"]),
        ("{a  b, c}", ["a  b", "c"]),
        ("a, {b, c}, d", ["a, b, d", "a, c, d"]),
        # Groups in groups.
        ("{a {b, c}, d}", ["a b", "a c", "d"]),
        ("{ {a, b}, c}", ["a", "b", "c"]),
        ("{c, {a, b} }", ["c", "a", "b"]),
        ("{c, {a, b}}", ["c", "a", "b"]),
        ("{a{b{c{d, e}, f}, g}, h}", ["abcd", "abce", "abf", "ag", "h"]),
        ("{ { {a} } }", ["a"]),
        ("{a {b} c {d, e} f}", ["a b c d f", "a b c e f"]),
        # Escapes.
        (r"{a\,b, c}", ["a,b", "c"]),
        (r"{a  \, b \, c}", ["a, b, c"]),
        (r"{\, a, b}", [", a", "b"]),
        (r"{a \,, b}", ["a,", "b"]),
        (r"{a {b, c} \, d}", ["a b, d", "a c, d"]),
        (r"x \, {a, b} \, y", [r"x \, a \, y", r"x \, b \, y"]),
        (r"\{a, b\}", ["{a, b}"]),
        (r"{\{a\} , \}b}", ["{a}", "}b"]),
        (r"\{{a, b}\}", ["{a}", "{b}"]),
        (r"{a\, \{b\, c\}, d}", ["a, {b, c}", "d"]),
        # Other backslashes.
        (r"C:\x {a\b, c\ }", [r"C:\x a\b", "C:\\x c\\"]),
        (r"\\ {a\\b}", [r"\\ a\\b"]),
        (r"\\{a, b\\}", [r"\{a, b\}"]),
        (r"{a \\, b}", [r"a \, b"]),
        (r"\n{a}\\", [r"\na\\"]),
    ],
)
def test_a_group_stands_for_each_of_its_options(template, expected):
    """Options lose the white space around them; nothing else is lost or repaired."""
    assert expected == made(template)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("a cat {, --raw} --ar 1:1", ["a cat --ar 1:1", "a cat --raw --ar 1:1"]),
        ("a cat {--raw, } --ar 1:1", ["a cat --raw --ar 1:1", "a cat --ar 1:1"]),
        ("a cat {, --raw}", ["a cat", "a cat --raw"]),
        ("{, big} cat", ["cat", "big cat"]),
        ("{, big}", ["", "big"]),
        ("a {big, , small} cat", ["a big cat", "a cat", "a small cat"]),
        # With white space on one side only, all of it stays.
        ("a cat{, s} --raw", ["a cat --raw", "a cats --raw"]),
        ("a {, un}kind cat", ["a kind cat", "a unkind cat"]),
        ("a {, big}, cat", ["a , cat", "a big, cat"]),
        ("{, un}kind", ["kind", "unkind"]),
        ("cat{, s}", ["cat", "cats"]),
        # Only the gap that is too much goes, as it was typed.
        ("a\n{, x}  b", ["a  b", "a\nx  b"]),
        ("a cat {, x}\n", ["a cat\n", "a cat x\n"]),
        ("a cat {, x} ", ["a cat ", "a cat x "]),
        (" {, x} a", [" a", " x a"]),
        # Several that are nothing.
        ("a {, x} {, y} b", ["a b", "a y b", "a x b", "a x y b"]),
        ("a {, x} {, y}", ["a", "a y", "a x", "a x y"]),
        ("{, x} {, y} b", ["b", "y b", "x b", "x y b"]),
        ("a {, x}{, y} b", ["a b", "a y b", "a x b", "a xy b"]),
        ("a{, x} {, y} b", ["a b", "a y b", "ax b", "ax y b"]),
        # Inside an option, whose ends are edges.
        ("{red {, pale}, blue} cat", ["red cat", "red pale cat", "blue cat"]),
        ("x-{a, {, b} c} y", ["x-a y", "x-c y", "x-b c y"]),
        ("a {b, {, c}} d", ["a b d", "a d", "a c d"]),
        ("a {b {, x} {, y}, c}.", ["a b.", "a b y.", "a b x.", "a b x y.", "a c."]),
    ],
)
def test_an_empty_option_is_nothing_and_closes_its_gap(template, expected):
    """Of two gaps around nothing one stays; none is left over at the end of the text."""
    assert expected == made(template)


def test_equal_texts_are_one():
    """The first of them stays in its place, and the others are counted."""
    expansion = expand("{a, b, a} {c, c}")

    assert ("a c", "b c") == expansion.texts
    assert 4 == expansion.duplicates


def test_texts_that_come_out_equal_are_one():
    """However they came about: by groups side by side, or by items of a list."""
    sides = expand("{a, ab}{bc, c}")
    items = expand("{{x}} {{x}}", {"x": ["a", 1, "a", "1"]}.__getitem__)

    assert (("abc", "ac", "abbc"), 1) == (sides.texts, sides.duplicates)
    assert (("a a", "1 1"), 2) == (items.texts, items.duplicates)


# Variables.


@pytest.mark.parametrize(
    ("template", "held", "expected"),
    [
        ("a {{x}} sits", {"x": "cat"}, ["a cat sits"]),
        ("a {{ x }}", {"x": "cat"}, ["a cat"]),
        ("a {{\tx\n}}", {"x": "cat"}, ["a cat"]),
        ("{{x}}{{y}}", {"x": "a", "y": "b"}, ["ab"]),
        ("{{größe}} {{猫}} {{_1}}", {"größe": "a", "猫": "b", "_1": "c"}, ["a b c"]),
        ("--s {{s}}", {"s": [50, 100]}, ["--s 50", "--s 100"]),
        ("{{x}} {a, b}", {"x": [1, 2]}, ["1 a", "1 b", "2 a", "2 b"]),
        ("{a, b} {{x}}", {"x": [1, 2]}, ["a 1", "a 2", "b 1", "b 2"]),
        # The same name is the same value in all of one text.
        ("{{x}} {{x}}", {"x": [1, 2]}, ["1 1", "2 2"]),
        ("{{x}} {{ x }}", {"x": [1, 2]}, ["1 1", "2 2"]),
        ("{{x}}-{{x}}", {"x": ["", "a"]}, ["-", "a-a"]),
        ("{{x}} {{y}}", {"x": [1, 2], "y": [1, 2]}, ["1 1", "1 2", "2 1", "2 2"]),
        (
            "{{x}} {{y}} {{x}}",
            {"x": [1, 2], "y": ["a", "b"]},
            ["1 a 1", "1 b 1", "2 a 2", "2 b 2"],
        ),
        ("{{x}}{a, b}{{x}}", {"x": [1, 2]}, ["1a1", "1b1", "2a2", "2b2"]),
        # It varies where it first stands in that text.
        ("{p {{x}}, q} {{x}}", {"x": [1, 2]}, ["p 1 1", "p 2 2", "q 1", "q 2"]),
        ("{p {{x}}, q}", {"x": [1, 2]}, ["p 1", "p 2", "q"]),
        ("{{x}} {p {{x}}, q}", {"x": [1, 2]}, ["1 p 1", "1 q", "2 p 2", "2 q"]),
        (
            "{p, {{x}}} {c, d} {{x}}",
            {"x": [1, 2]},
            ["p c 1", "p c 2", "p d 1", "p d 2", "1 c 1", "1 d 1", "2 c 2", "2 d 2"],
        ),
        # Braces in a row.
        ("{{{x}}}", {"x": [1, 2]}, ["1", "2"]),
        ("{{{x}}, b}", {"x": [1, 2]}, ["1", "2", "b"]),
        ("{a, {{x}}}", {"x": "b"}, ["a", "b"]),
        ("{a {b, {{x}}}}", {"x": "c"}, ["a b", "a c"]),
        ("{ { {{x}}, b}, c}", {"x": "a"}, ["a", "b", "c"]),
        ("{ {{{x}}, b}, c}", {"x": "a"}, ["a", "b", "c"]),
        (r"\{{{x}}\}", {"x": "a"}, ["{a}"]),
        # A value is words, whatever is in it.
        (
            "a {{x}}!",
            {"x": r" {b, c} {{y}} \{ \, $z , "},
            [r"a  {b, c} {{y}} \{ \, $z , !"],
        ),
        ("{a, {{x}} , c}", {"x": " b, \n"}, ["a", " b, \n", "c"]),
        (r"{ {{x}} \, c}", {"x": "b "}, ["b , c"]),
        ("{{x}} {, c}", {"x": "b "}, ["b ", "b  c"]),
        ("{{x}}{, c} d", {"x": "b "}, ["b  d", "b c d"]),
        ("{, c}{{x}}", {"x": " b"}, [" b", "c b"]),
        # No text is nothing, as in a group.
        ("a {{x}} b", {"x": ""}, ["a b"]),
        ("a cat {{x}}", {"x": ["", "--raw"]}, ["a cat", "a cat --raw"]),
        ("{a, {{x}}} cat", {"x": ""}, ["a cat", "cat"]),
    ],
)
def test_a_variable_stands_for_what_it_holds(template, held, expected):
    """A list's items are alternatives like a group's; the value itself is never read or trimmed."""
    assert expected == made(template, **held)


class Loud(str):
    """Says something else than it holds."""

    __slots__ = ()

    def __str__(self) -> str:
        return self.upper()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("cat", ["cat"]),
        (Loud("red"), ["red"]),
        (7, ["7"]),
        (-0.5, ["-0.5"]),
        (Decimal("1.50"), ["1.50"]),
        (Fraction(1, 3), ["1/3"]),
        (["a", 1], ["a", "1"]),
        (("a", Decimal("2.0")), ["a", "2.0"]),
        (range(0, 300, 100), ["0", "100", "200"]),
        (array.array("d", [0.5, 1.5]), ["0.5", "1.5"]),
        (Series(["a", 2]), ["a", "2"]),
        (Series(3), ["3"]),
        ([Loud("red")], ["red"]),
    ],
)
def test_text_numbers_and_lists_of_them_are_values(value, expected):
    """So are arrays and series, and anything else with a `tolist`."""
    assert expected == made("{{x}}", x=value)


def test_each_name_is_looked_up_once():
    """In the order of the text, however often it stands there."""
    asked = []

    expand("{{b}} {{a}} {c {{b}}, {{d}}} {{a}}", lambda name: asked.append(name) or "x")

    assert ["b", "a", "d"] == asked


@pytest.mark.parametrize("template", ["a cat", r"\{\}", "{a, b}", "{{x}} {", "{{x}} {}"])
def test_nothing_is_looked_up_in_vain(template):
    """Nobody is asked for a template without variables, or with something wrong in it."""
    asked = []

    try:
        expand(template, lambda name: asked.append(name) or "x")
    except InvalidRequest:
        assert "{{x}}" in template

    assert [] == asked


def test_names_are_those_of_python():
    """An accent typed as a character of its own is the same name, as it is in a cell."""
    assert ["a a"] == made("{{cafe\u0301}} {{caf\u00e9}}", café="a")


# Where a line must not be read.


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("", []),
        ("a cat --raw", []),
        ("a {red, blue} cat {{x}}", ["{red, blue}", "{{x}}"]),
        ("{a {b, c}, d} --ar {1:1}", ["{a {b, c}, d}", "{1:1}"]),
        ("{a}{b}{{c}}{d}", ["{a}", "{b}", "{{c}}", "{d}"]),
        ("{{{x}}, b} c", ["{{{x}}, b}"]),
        (r"\{ --raw {a \} b} \}", [r"{a \} b}"]),
        (r"\\{a", []),
        ("a {b --raw", ["{b --raw"]),
        ("a {{b} --raw", ["{{b} --raw"]),
        ("{a} b} --raw {c}", ["{a}", "} --raw {c}"]),
        ("{" * 500, ["{" * 500]),
    ],
)
def test_spans_are_what_stands_in_braces(template, expected):
    """The outermost groups and variables; a brace without its partner spans to the end."""
    assert expected == [template[start:end] for start, end in spans(template)]


@pytest.mark.parametrize(
    ("template", "plain"),
    [("", True), (r"a \, cat\\", True), ("{a}", False), ("{{x}}", False), ("}", False)],
)
def test_a_text_without_braces_is_plain(template, plain):
    """Every other one has something to expand, or something wrong."""
    assert plain == is_plain(template)


def test_an_escaped_brace_is_not_plain():
    """The text loses its backslash, so who takes a plain text as typed must not take this one."""
    assert not is_plain(r"a \{ b")
    assert ["a { b"] == made(r"a \{ b")
