"""What a template is refused for, where, and what it says to type instead."""

from __future__ import annotations

import time

import pytest

from reapi_nb.errors import InvalidRequest
from reapi_nb.prompts import MOST, expand


def made(template, **held):
    return list(expand(template, held.__getitem__).texts)


def refusal(template, **held):
    with pytest.raises(InvalidRequest) as no:
        expand(template, held.__getitem__)
    assert "\n" not in str(no.value)
    return str(no.value)


class Series:
    """What arrays and series have in common."""

    def __init__(self, plain) -> None:
        self.plain = plain

    def tolist(self):
        return self.plain


# Values.


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
        ([10**5000], "a value of type list that cannot be read"),
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

    shown = "...fox jumps over the } lazy dog that slee..."
    assert says.startswith(f'a }} without its {{ at character 36 ("{shown}"): ')


# Too much.


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
    ids=["groups", "nested", "options", "a range", "ranges"],
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
