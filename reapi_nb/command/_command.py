"""What one line asks for, once it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reapi_nb.catalog import ImageRequest
    from reapi_nb.command._said import Said


@dataclass(frozen=True)
class Command:
    """
    What one line asks for.

    Attributes:
        requests: Each checked by its class, at least one and at most 40; the repeats of a prompt
            stand side by side.
        fresh: Send them again, even if the library has them.
        yes: Send them without asking.
        dry_run: Show them, and send nothing.
        notices: What was read differently from how it was typed.
    """

    requests: tuple[ImageRequest, ...]
    fresh: bool = False
    yes: bool = False
    dry_run: bool = False
    notices: tuple[str, ...] = ()

    @property
    def request(self) -> ImageRequest:
        """The first of them."""
        return self.requests[0]


def times(said: Said) -> int:
    """How often a line wants each of its prompts."""
    return said.own.get("repeat", 1)


def command(said: Said, requests: Iterable[ImageRequest], notices: Sequence[str] = ()) -> Command:
    """
    Everything that a line said, together.

    Args:
        requests: One for each prompt.
        notices: Beside those of the options.
    """
    return Command(
        tuple(request for request in requests for _ in range(times(said))),
        fresh="fresh" in said.own,
        yes="yes" in said.own,
        dry_run="dry-run" in said.own,
        notices=(*said.notices, *notices),
    )
