"""
Envelopes of each provider, both ways: what is sent, and what an answer means.

One file for each provider; this one says what the house needs of a provider, and which there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from reapi_nb.wire import apixo, reapi

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reapi_nb.wire.answers import Accepted, Task


class Wire(Protocol):
    """What the client and the engine need of a provider; its module has it."""

    URL_LIFETIME_S: int
    """How long a picture's URL lives."""

    MOST_REQUESTS: int
    WINDOW_S: float
    """How many requests of an account, submits and looks together, in how many seconds."""

    MOST_TASKS: int | None
    """How many tasks may be under way at once; None where nobody says."""

    FIRST_LOOK_S: float | None
    """When to look at a task first, in seconds; None where it is left to the pace."""

    PAUSE_S: float
    """The shortest time between two looks at one task, in seconds."""

    def submit_path(self, model: str) -> str:
        """Where to ask for a task, below the base URL."""

    def look_path(self, task_id: str, model: str) -> str:
        """Where to look at a task, below the base URL, with the id made safe."""

    def submitted(self, status: int, headers: Mapping[str, str], raw: bytes) -> Accepted:
        """What the answer to a submit proves."""

    def asked(self, status: int, headers: Mapping[str, str], raw: bytes) -> Task:
        """What the answer to a look says."""

    def slots(self, urls: tuple[str, ...]) -> tuple[int, ...]:
        """The wire slot of each picture, from 0."""


_WIRES: dict[str, Wire] = {"reapi": reapi, "apixo": apixo}


def wire_of(provider: str) -> Wire:
    """
    The wire of a provider, `"reapi"` or `"apixo"`.

    Raises:
        KeyError: There is no such provider.
    """
    return _WIRES[provider]
