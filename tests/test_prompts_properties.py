"""Templates of every kind: what is never changed, and what is always true."""

from __future__ import annotations

import re
from itertools import product
from math import prod

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


def escaped(text):
    return re.sub(r"[{}]", r"\\\g<0>", text)


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
    texts, line = {""}, ""
    try:
        texts = expand(template, {"a": ["1", ""], "b": "2"}.__getitem__).texts
    except InvalidRequest as no:
        line = str(no)

    at = re.search(r" at character ([0-9]+) ", line)
    assert "\n" not in line
    assert at is None or template[int(at[1]) - 1] in "{}"
    assert 1 <= len(texts) == len(set(texts)) <= MOST


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
