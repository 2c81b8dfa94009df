"""
Keys where no key belongs: in a line, a prompt, an address, a body.

What is typed is kept by notebooks and their history, and what is sent is read by others. So it is
refused before anything is sent or kept, in words that do not repeat it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reapi_nb import cell
from reapi_nb.errors import InvalidRequest
from reapi_nb.settings import gives_away, looks_live

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reapi_nb.settings import Secret

KEY_SHOWN = (
    "there is an API key in this: nothing was sent; rotate it now, because whatever is typed is "
    "kept, and never type a key into a cell: %reapi login asks for it"
)


def refuse_keys(*said: Any, key: Secret | None = None) -> None:
    """
    Refuse what has a key in it, and whatever is said in a cell that shows one.

    Args:
        said: Texts, or JSON with texts in it.
        key: One that is in force besides those that are set or kept.

    Raises:
        InvalidRequest: With one line that does not repeat it.
    """
    # No key has a line break in it, so texts are looked through together.
    if gives_away("\n".join(_texts(said)), key) or looks_live(cell.source()):
        raise InvalidRequest(KEY_SHOWN)


def shows_key(text: str) -> bool:
    """Whether a text has a key in it."""
    return gives_away(text)


def guarded(values: Callable[[str], object]) -> Callable[[str], object]:
    """The variables of a notebook, but for those that hold a key."""

    def value(name: str) -> object:
        found = values(name)
        refuse_keys(found)
        return found

    return value


def _texts(said: Any) -> Iterator[str]:
    """Every text in it, names too."""
    if isinstance(said, str):
        yield said
    elif isinstance(said, dict):
        yield from _texts([*said.keys(), *said.values()])
    elif isinstance(said, (list, tuple)):
        for one in said:
            yield from _texts(one)
