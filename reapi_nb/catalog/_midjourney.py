"""
What the classes of Midjourney V7 share: how they are refused, priced and timed, and their fields.

Source: reAPI docs, "midjourney-v7".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, PlainSerializer, ValidationInfo, field_validator

import reapi_nb.catalog._flags as _flags  # noqa: PLR0402 - the package answers for any name
from reapi_nb.catalog._geometry import Canvas, Mask, Placement
from reapi_nb.catalog._links import OnePicture
from reapi_nb.catalog._rates import MIDJOURNEY_V7
from reapi_nb.catalog._spec import ImageRequest
from reapi_nb.catalog._terms import InParams, Row, reject
from reapi_nb.catalog._words import utf16_length
from reapi_nb.job import Latency

if TYPE_CHECKING:
    from collections.abc import Mapping

_LATENCY = {"draft": Latency(10, 20), "fast": Latency(30, 45), "turbo": Latency(15, 25)}

Words = Annotated[str, Field(description="words, image links first, then --flags")]
NewWords = Annotated[str, Field(description="new words, if they should change")]
Speed = Annotated[Literal["fast", "turbo"], InParams, Field(description="turbo is quicker")]
# JSON knows one kind of number: 2.0 goes out as 2, as a browser would write it.
Factor = Annotated[float, PlainSerializer(lambda x: int(x) if x.is_integer() else x)]
REGION = Field(strict=False, description="what to repaint; in a mask image, what is white")
Region = Annotated[Mask, InParams, REGION]
ResultCanvas = Annotated[
    Canvas, InParams, Field(strict=False, description="the size of the result, in pixels")
]
PlacedAt = Annotated[
    Placement,
    InParams,
    Field(strict=False, description="where the picture lies on the canvas; may begin outside"),
]
Source = Annotated[
    OnePicture, Field(strict=False, description="the picture: a public URL, or task_x#2")
]


class Midjourney(ImageRequest):
    """What the whole family shares."""

    family: ClassVar = "mj-v7"
    page: ClassVar = "midjourney-v7"
    rank: ClassVar = 10
    rates: ClassVar[Mapping[Row, str]] = MIDJOURNEY_V7
    refusal_codes: ClassVar[Mapping[str, int | str]] = {}
    refusal_code: ClassVar[int | str] = "INVALID_REQUEST"

    @field_validator("prompt", check_fields=False)
    @classmethod
    def _speaks_midjourney(cls, prompt: str, info: ValidationInfo) -> str:
        units = utf16_length(prompt)
        if units > _flags.LONGEST:
            raise reject(f"the prompt has {units} characters; at most {_flags.LONGEST} are allowed")
        unchecked = bool(info.context and info.context["unchecked"])
        if refusal := _flags.refusal(prompt, unchecked=unchecked):
            raise reject(refusal)
        return prompt

    def notices(self) -> tuple[str, ...]:
        return _flags.notices(self.words)

    def links(self) -> tuple[str, ...]:
        mask: Mask | None = getattr(self, "mask", None)
        return (*_flags.parse(self.words).links, *((mask.url,) if mask and mask.url else ()))

    def units(self) -> int:
        return _flags.units(self.words)

    def price_rows(self) -> tuple[tuple[Row, ...], ...]:
        return (((self.model, getattr(self, "speed", "fast")),),)

    def latency(self) -> Latency:
        return _LATENCY[getattr(self, "speed", "fast")]

    def makes(self) -> int:
        return 4
