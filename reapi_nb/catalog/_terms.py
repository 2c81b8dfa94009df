"""The small words that request classes are written in: markers, buttons, latencies, refusals."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from collections.abc import Mapping

Row = tuple[str, str]
"""A row of a rate card: a model, and what else its rate depends on (`fast`, `2k high`)."""


class InParams:
    """Marks a field that travels inside the class's nested object (`model_params`, `input`)."""


class Unsent:
    """Marks a field that is no part of the wire body."""


class Named(str):
    """Marks a field that is called otherwise on the wire: `Named("taskId")`."""

    __slots__ = ()


class Refusal(NamedTuple):
    """Why a picture cannot become the parent of a follow-up."""

    reason: str


class Button(NamedTuple):
    """
    One button under a picture.

    Attributes:
        label: What it says.
        fields: What it stands for.
        asks: Fields that people are asked for, although the request could do without.
    """

    label: str
    fields: Mapping[str, Any] = MappingProxyType({})
    asks: tuple[str, ...] = ()


def reject(message: str, *, kind: str = "") -> PydanticCustomError:
    """
    A validator's refusal, in the API's words.

    Args:
        kind: Of complaint, where the class has a code for it: `missing`, `string_too_long`.
    """
    # Half of a character cannot be said as it is: pydantic would stumble over its own complaint.
    said = message.encode("utf-8", "backslashreplace").decode("utf-8")
    return PydanticCustomError("rejected", "{said}", {"said": said, "kind": kind})
