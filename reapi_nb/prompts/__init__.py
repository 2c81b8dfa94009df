r"""
`{{variable}}` templates and `{a, b}` permutations: text -> texts.

    A {sculpture, painting} of a {{animal}}      a sculpture of a cat, a sculpture of a dog, ...

| typed | means |
| --- | --- |
| `{a, b}` | one text each; several groups multiply, and the leftmost varies slowest |
| `{a {b, c}, d}` | a group in a group counts inside its own option only: three texts |
| `{a}`, `{, a}` | a single option; an empty option is nothing, and closes the gap that it leaves |
| `{{name}}` | the value of a variable; the values of a list are alternatives, like a group's |
| `\{`, `\}` | a brace itself, anywhere |
| `\,` in a group | a comma itself, without the white space before it |

A backslash means something directly before these characters only, so `\\` is two backslashes, and
`\\{` is a backslash and a brace itself. With a backslash before each of its braces, any text means
itself.

`{{` always opens a variable, so a group that begins with a group is typed `{ {a, b}, c}`. Only
three braces in a row begin a group that begins with a variable: `{{{name}}, b}`.

This room evaluates nothing, sends nothing and knows no notebook: what a name stands for, its caller
looks up. What a variable holds is words and nothing else: braces in it are never expanded, and it
is never trimmed. Not a character of the text around groups and variables is changed, but for the
gap beside a group or a variable that is nothing.

Source: Midjourney docs, "Permutations"; they leave open what braces alone, empty options and equal
texts mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reapi_nb.prompts._template import read, spans
from reapi_nb.prompts._texts import MOST, texts
from reapi_nb.prompts._values import values

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MOST", "Expansion", "expand", "is_plain", "spans"]


@dataclass(frozen=True)
class Expansion:
    """
    What one template makes.

    Attributes:
        texts: One for each request: 1 to 40, no two equal, in order.
        duplicates: How many more there would be if equal ones counted.
    """

    texts: tuple[str, ...]
    duplicates: int


def _nobody_knows(name: str) -> object:
    raise KeyError(name)


def expand(template: str, look_up: Callable[[str], object] = _nobody_knows) -> Expansion:
    """
    Every text that a template makes.

    A variable varies at the place where it first stands in a text, and has one value in all of it:
    a list that is named twice is no product, two different lists are.

    Args:
        template: As typed. Without a brace it comes back unchanged, and nothing is looked up.
        look_up: Returns what a variable holds, or raises `KeyError`. It is asked once for each
            name, in the order of the text, and only when the braces are right. It may return text,
            a number, or a list, a tuple, a range or anything with `tolist()` of these.

    Raises:
        InvalidRequest: A brace has no partner, a group is empty, or groups are nested more than 20
            deep; something else than a name stands in `{{...}}`; nobody knows a name, or it holds
            what is no text; or there are more than 40 different texts. One line, which says what
            to type, and for what is typed wrong the number of the character, from 1.
    """
    if is_plain(template):
        return Expansion((template,), 0)
    found = read(template)
    made = texts(found.parts, values(found.names, look_up))
    return Expansion(tuple(made), sum(made.values()) - len(made))


def is_plain(template: str) -> bool:
    r"""
    Whether there is nothing to expand: no brace at all.

    A plain text is what `expand` makes of it. One with `\{` is not plain, although it makes one
    text only, because that has lost a backslash.
    """
    return "{" not in template and "}" not in template
