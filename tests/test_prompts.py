"""Templates: {a, b} permutations, {{variables}}, and text that is nobody's business."""

from __future__ import annotations

import array
import re
import time
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from itertools import product
from math import prod

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from reapi_nb.errors import InvalidRequest
from reapi_nb.prompts import MOST, expand, is_plain, spans

QUICK = settings(max_examples=500, deadline=None, database=None)
THOROUGH = settings(max_examples=10_000, deadline=None, database=None)

ANYTHING = st.text(
    st.sampled_from("ab{},\\ \n\t$'\"-:;%#?\u00e9\u201c\u2014\u00a0\u3000\u732b\u72ac")
    | st.sampled_from("\U0001f408\U0001f469\u200d\ufe0f\x1c\x00")
    | st.characters(),
    max_size=30,
)
PLAIN = ANYTHING.map(lambda text: re.sub(r"[{}]", "", text))
WORDS = st.text("abc", min_size=1, max_size=3)


def made(template, **held):
    return list(expand(template, held.__getitem__).texts)


def refusal(template, **held):
    with pytest.raises(InvalidRequest) as no:
        expand(template, held.__getitem__)
    assert "\n" not in str(no.value)
    return str(no.value)


def escaped(text):
    return re.sub(r"[{}]", r"\\\g<0>", text)


class Series:
    """What arrays and series have in common."""

    def __init__(self, plain):
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


class Colour(str, Enum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("cat", ["cat"]),
        (Colour.RED, ["red"]),
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
        ([Colour.RED], ["red"]),
    ],
)
def test_text_numbers_and_lists_of_them_are_values(value, expected):
    """So are arrays and series, and anything else with a `tolist`."""
    assert expected == made("{{x}}", x=value)


class Broken:
    def tolist(self):
        raise RuntimeError("no memory\nleft")


@pytest.mark.parametrize(
    ("value", "holds"),
    [
        (None, "None"),
        (True, "True"),
        (False, "False"),
        (float("nan"), "nan"),
        ({"a": 1}, "a value of type dict"),
        ({"a"}, "a value of type set"),
        (b"a", "a value of type bytes"),
        (object(), "a value of type object"),
        (Series, "a value of type type"),
        ((name for name in "ab"), "a value of type generator"),
        ([], "an empty list"),
        ((), "an empty list"),
        (range(0), "an empty list"),
        (Series([]), "an empty list"),
        ([None], "None as item 1 of its list"),
        (["a", True], "True as item 2 of its list"),
        ([1, 2, ["a"]], "a value of type list as item 3 of its list"),
        (Series([[1], [2]]), "a value of type list as item 1 of its list"),
        (Series([1.0, float("nan")]), "nan as item 2 of its list"),
        (Series(None), "None"),
        (Series({}), "a value of type dict"),
        (Broken(), "a value of type Broken that cannot be read"),
        (10**5000, "a value of type int that cannot be read"),
    ],
)
def test_other_values_are_refused(value, holds):
    """A prompt with "None" in it would be paid for, so what is no text is not made into one."""
    says = refusal("a {{x}}", x=value)

    assert f"{{{{x}}}} holds {holds}: assign text, a number, or a list of these to it" == says


def test_an_unknown_name_is_refused():
    """It says the name, and what to do."""
    assert "no variable 'subjct': assign it in a cell first" == refusal("a {{subjct}}")
    with pytest.raises(InvalidRequest, match="no variable 'x': assign it"):
        expand("{{x}}")


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
    assert ["a a"] == made("{{cafe\u0301}} {{caf\u00e9}}", **{"caf\u00e9": "a"})


# What is typed wrong.


@pytest.mark.parametrize(
    ("template", "at"),
    [
        ("{", 1),
        ("a {red, blue", 3),
        ("a {b, {c, d}", 3),
        ("a {b, {c", 7),
        (r"{a\}", 1),
        ("{{{x}}", 1),
    ],
)
def test_a_group_without_an_end_is_refused(template, at):
    """It says where the group begins, and how to type a brace."""
    says = refusal(template, x="a")

    assert f"a {{ without its }} at character {at} " in says
    assert r"type \{ and \} for braces themselves" in says


@pytest.mark.parametrize(
    ("template", "at"),
    [("}", 1), ("a cat}", 6), ("{a, b}}", 7), (r"\{a}", 4), ("{{x}}}", 6), ("\U0001f408}", 2)],
)
def test_an_end_without_a_group_is_refused(template, at):
    """It says where, and how to type a brace."""
    says = refusal(template, x="a")

    assert f"a }} without its {{ at character {at} " in says
    assert r"type \{ and \} for braces themselves" in says


@pytest.mark.parametrize(
    ("template", "at"),
    [
        ("a {{name} cat", 3),
        ("{{", 1),
        ("{{name", 1),
        ("a {{a, b}, c}", 3),
        ("{{a {b}}}", 1),
        ("{{{{x}}}}", 1),
        ("{{{{x}}, b}, c}", 1),
        ("{{{a, b}, c}, d}", 1),
        ("{a, {{b, c}, d}}", 5),
        (r"{{\{}}", 1),
    ],
)
def test_two_braces_open_a_variable_and_nothing_else(template, at):
    """It says where, and how to type a group in a group, or a brace."""
    says = refusal(template, x="a")

    assert f"a {{{{ without its }}}} at character {at} " in says
    assert r"or type { { for a group in a group, or \{ and \} for braces themselves" in says


@pytest.mark.parametrize(
    "inside",
    [
        *("", " ", "a.b", "f()", "a[0]", "a b", "a, b", "1", "1a", "'a'", "a!r", "a:>5", "a-b"),
        *("class", "None", "a\\", "$a", "a;b", "\U0001f408"),
    ],
)
def test_only_a_name_stands_in_two_braces(inside):
    """Nothing is evaluated, so nothing that would have to be is let in."""
    says = refusal(f"my {{{{{inside}}}}} cat", a="x", **{"None": "x", "class": "x"})

    assert says.startswith("{{...}} without a name at character 4 (")
    assert "only a variable's name may stand there, such as {{subject}}" in says


@pytest.mark.parametrize(
    ("template", "at"), [("{}", 1), ("a { } b", 3), ("{a, {}}", 5), ("{\n}", 1), ("{a} {}", 5)]
)
def test_an_empty_group_is_refused(template, at):
    """It says where."""
    assert f"an empty group at character {at} " in refusal(template)


def test_two_empty_options_are_no_empty_group():
    """A comma makes two options, both of them nothing."""
    expansion = expand("a {,} cat")

    assert ("a cat",) == expansion.texts
    assert 1 == expansion.duplicates


def test_a_refusal_shows_the_place_on_one_line():
    """Some twenty characters on either side, without the line breaks."""
    template = "The quick brown fox jumps\nover\nthe } lazy dog that sleeps all day long"

    says = refusal(template)

    shown = "...own fox jumps over the } lazy dog that slee..."
    assert says.startswith(f'a }} without its {{ at character 36 ("{shown}"): ')


# Too much.


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


def test_forty_texts_are_as_many_as_one_line_may_make():
    """The limit is on different texts, and the refusal says how many there are."""
    options = ",".join(map(str, range(MOST)))

    assert MOST == len(made(f"{{{options}}}{{a, a}}")) == 40
    assert "this makes 41 different texts, and one line may make 40" in refusal(f"{{{options},x}}")
    assert "this makes 50 different texts" in refusal("{1,2,3,4,5}{{x}}", x=range(10))
    assert "this makes 400 different texts" in refusal("{{x}}", x=range(400))


@pytest.mark.parametrize(
    ("template", "held"),
    [
        ("{0,1,2,3,4,5,6,7,8,9} " * 30, {}),
        ("{a, {b, {c, d}}, e} {f, g}" * 30, {}),
        ("{" + ",".join(map(str, range(100_000))) + "}", {}),
        ("{{x}}", {"x": range(10**15)}),
        ("{{x}} {{y}} {{z}}", dict.fromkeys("xyz", range(10**15))),
    ],
)
def test_an_explosion_is_refused_at_once(template, held):
    """It is said that there are more than 400; nobody builds them to count them."""
    began = time.perf_counter()

    says = refusal(template, **held)

    assert "this makes more than 400 different texts, and one line may make 40" in says
    assert time.perf_counter() - began < 2


def test_an_explosion_of_equal_texts_is_one_text():
    """Thirty groups of ten equal options are counted, not built."""
    expansion = expand("{a,a,a,a,a,a,a,a,a,a}" * 30)

    assert ("a" * 30,) == expansion.texts
    assert 10**30 - 1 == expansion.duplicates


def test_groups_may_be_twenty_deep():
    """One more is refused, with its place."""
    deep = "{ " * 20 + "a" + ", b}" * 20

    assert ["a", "b"] == made(deep)
    assert "more than 20 groups in one another at character 41 " in refusal(f"{{ {deep} }}")


@pytest.mark.parametrize("brace", ["{", "{ ", "{a", "{a,", "}", "{{", "{{x}}{", "{a}{"])
@pytest.mark.parametrize("end", ["", "}", "x}"])
def test_a_thousand_braces_are_refused_politely(brace, end):
    """No crash, and no long wait."""
    began = time.perf_counter()

    assert "at character " in refusal(brace * 1000 + end * 1000, x="a")
    assert time.perf_counter() - began < 2


def test_a_page_of_code_is_not_a_template():
    """More than 400 groups and variables are refused, with the place of the one too many."""
    assert ["a" * 400] == made("{a}" * 200 + "{{x}}" * 200, x="a")
    assert "more than 400 groups and variables at character 1201 " in refusal("{a}" * 401)
    assert "more than 400 groups and variables at character 2001 " in refusal("{{x}}" * 401, x="a")


# Text that is nobody's business.


@THOROUGH
@given(PLAIN)
@example("")
@example(r"\ \\ \, $x \n % -- ")
@example("It's \u201cquoted\u201d \u2014 --ar 16:9\r\n\U0001f469\u200d\U0001f3a8 \u732b")
def test_a_text_without_braces_is_never_changed(text):
    """Not one character of it, whatever it is."""
    expansion = expand(text)

    assert is_plain(text)
    assert ((text,), 0) == (expansion.texts, expansion.duplicates)
    assert () == spans(text)


@QUICK
@given(ANYTHING)
@example("\\{")
@example("{}\\\\")
def test_a_text_with_a_backslash_before_each_brace_means_itself(text):
    """So any prompt can be typed, also one that ends its words in backslashes."""
    template = escaped(text)

    expansion = expand(template)

    assert ((text,), 0) == (expansion.texts, expansion.duplicates)
    assert () == spans(template)


@QUICK
@given(PLAIN, st.lists(WORDS, min_size=1, max_size=4, unique=True), PLAIN)
def test_the_text_around_a_group_is_never_changed(before, options, after):
    """Not one character of it."""
    assume(not before.endswith("\\"))

    assert [before + option + after for option in options] == made(
        f"{before}{{{', '.join(options)}}}{after}"
    )


@QUICK
@given(PLAIN, st.lists(ANYTHING.filter(bool), min_size=1, max_size=4, unique=True), PLAIN)
def test_a_value_is_never_changed(before, values, after):
    """Whatever it looks like, in a template and in an option."""
    assume(not before.endswith("\\"))
    expected = [before + value + after for value in values]

    assert expected == made(f"{before}{{{{v}}}}{after}", v=values)
    assert expected == made(f"{before}{{ {{{{v}}}} }}{after}", v=values)


OPTIONS = st.recursive(
    WORDS,
    lambda inner: st.lists(st.lists(inner, min_size=1, max_size=2), min_size=1, max_size=3),
    max_leaves=8,
)


def typed(tree):
    """A tree of words and groups, as somebody types it; a group is a list of options."""
    if isinstance(tree, str):
        return tree
    return "{ " + " , ".join("".join(map(typed, option)) for option in tree) + " }"


def meant(tree):
    """The texts of such a tree, by the book."""
    if isinstance(tree, str):
        return [tree]
    return ["".join(chosen) for option in tree for chosen in product(*map(meant, option))]


@QUICK
@given(st.lists(OPTIONS, min_size=1, max_size=3))
def test_groups_make_what_a_product_makes(trees):
    """In its order, without repeats, however they are nested."""
    texts = [" ".join(chosen) for chosen in product(*map(meant, trees))]
    different = list(dict.fromkeys(texts))
    assume(len(different) <= MOST)

    expansion = expand(" ".join(map(typed, trees)))

    assert different == list(expansion.texts)
    assert len(texts) - len(different) == expansion.duplicates


@QUICK
@given(
    st.lists(st.sampled_from("xyz") | st.lists(WORDS, min_size=1, max_size=3), max_size=5),
    st.fixed_dictionaries(dict.fromkeys("xyz", st.lists(WORDS, min_size=1, max_size=3))),
)
def test_variables_vary_where_they_first_occur(parts, held):
    """A template's axes are its groups and its different names, in the order of the text."""
    axes = {part if isinstance(part, str) else number: part for number, part in enumerate(parts)}
    choices = [held[part] if isinstance(part, str) else part for part in axes.values()]
    assume(prod(map(len, choices)) <= 400)
    texts = []
    for chosen in product(*choices):
        of = dict(zip(axes, chosen, strict=True))
        texts.append(
            "".join(of.get(number, of.get(str(part))) for number, part in enumerate(parts))
        )
    different = list(dict.fromkeys(texts))
    assume(len(different) <= MOST)

    typed_parts = (f"{{{{{p}}}}}" if isinstance(p, str) else f"{{{','.join(p)}}}" for p in parts)
    expansion = expand("".join(typed_parts), held.__getitem__)

    assert different == list(expansion.texts)
    assert len(texts) - len(different) == expansion.duplicates


BRACES = st.text("{{{}}},, ab\\\n", max_size=25)


@THOROUGH
@given(BRACES)
def test_any_template_is_expanded_or_refused(template):
    """Never anything else, and a refusal is one line that points into the text."""
    try:
        expansion = expand(template, {"a": ["1", ""], "b": "2"}.__getitem__)
    except InvalidRequest as no:
        at = re.search(r" at character ([0-9]+) ", str(no))
        assert "\n" not in str(no)
        assert at is None or template[int(at[1]) - 1] in "{}"
    else:
        assert 1 <= len(expansion.texts) == len(set(expansion.texts)) <= MOST
        assert 0 <= expansion.duplicates


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
        ("{" * 5000, ["{" * 5000]),
    ],
)
def test_spans_are_what_stands_in_braces(template, expected):
    """The outermost groups and variables; a brace without its partner spans to the end."""
    assert expected == [template[start:end] for start, end in spans(template)]


@QUICK
@given(BRACES)
def test_no_brace_stands_outside_the_spans(template):
    """They follow one another, and what is left of the text has only escaped braces."""
    found = spans(template)

    edges = [edge for span in found for edge in span]
    outside = [template[a:b] for a, b in zip([0, *edges[1::2]], [*edges[::2], None], strict=True)]
    assert sorted(edges) == edges
    assert all(template[start] in "{}" for start, _ in found)
    assert not any(re.search(r"(?<!\\)[{}]", text) for text in outside)


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
