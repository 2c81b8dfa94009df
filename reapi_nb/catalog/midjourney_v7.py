"""
Midjourney V7: one generator and the edits that grow from its grids.

Billed per request, not per picture; Omni Reference doubles the bill. Native flags are
written inside the prompt (`_flags.py`); only speed and the edits' own fields are JSON.

Source: reAPI docs, "midjourney-v7".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator

import reapi_nb.catalog._flags as _flags  # noqa: PLR0402 - the package answers for any name
from reapi_nb.catalog._spec import Button, ImageRequest, InParams, Latency, Refusal, reject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reapi_nb.job import Picture

_LATENCY = {"draft": Latency(10, 20), "fast": Latency(30, 45), "turbo": Latency(15, 25)}


class _Midjourney(ImageRequest):
    """What the whole family shares."""

    family: ClassVar = "mj-v7"
    refusal_codes: ClassVar[Mapping[str, int | str]] = {}
    refusal_code: ClassVar[int | str] = "INVALID_REQUEST"

    @field_validator("prompt", check_fields=False)
    @classmethod
    def _speaks_midjourney(cls, prompt: str | None, info: ValidationInfo) -> str | None:
        if prompt is None:
            raise reject("leave the prompt out instead of sending none")
        units = _flags.utf16_length(prompt)
        if units > _flags.LONGEST:
            raise reject(f"the prompt has {units} characters; at most {_flags.LONGEST} are allowed")
        unchecked = bool(info.context and info.context["unchecked"])
        if refusal := _flags.refusal(prompt, unchecked=unchecked):
            raise reject(refusal)
        return prompt

    def notices(self) -> tuple[str, ...]:
        return _flags.notices(self.words)

    def units(self) -> int:
        return _flags.units(self.words)

    def rate(self) -> tuple[str, ...]:
        return (self.model, getattr(self, "speed", "fast"))

    def latency(self) -> Latency:
        return _LATENCY[getattr(self, "speed", "fast")]

    def makes(self) -> int:
        return 4


class Imagine(_Midjourney):
    """Four pictures from words, in native Midjourney syntax."""

    nick: ClassVar = "mj"
    title: ClassVar = "Imagine"
    example: ClassVar = 'mj "a serene Japanese garden with cherry blossoms --ar 16:9 --s 500"'

    model: Literal["mj-v7"] = "mj-v7"
    prompt: Annotated[str, Field(description="words, image links first, then --flags")]
    speed: Annotated[
        Literal["draft", "fast", "turbo"],
        InParams,
        Field(description="draft is the cheapest, turbo the quickest"),
    ] = "fast"

    def aspect(self) -> tuple[int, int]:
        return _flags.parse(self.prompt).ratio()


class _FromPicture(_Midjourney):
    """A request that names its parent task and one picture in it."""

    always_sent: ClassVar = frozenset({"model", "image_number"})

    task_id: Annotated[
        str, InParams, Field(min_length=1, description="the parent task, as task_x#2")
    ]
    image_number: Annotated[
        int, InParams, Field(ge=0, le=3, description="the parent picture's slot, from 0")
    ] = 0

    @classmethod
    def prefill(cls, picture: Picture) -> dict[str, Any] | Refusal:
        made_by = picture.made_by
        if made_by is not None and not isinstance(made_by, _Midjourney):
            return Refusal(f"{cls.title} works on Midjourney V7 pictures only")
        return {"task_id": picture.task_id, "image_number": picture.slot}


class Upscale(_FromPicture):
    """The same picture, larger."""

    nick: ClassVar = "upscale"
    title: ClassVar = "Upscale"
    example: ClassVar = "upscale task_x#2 --type creative"
    buttons: ClassVar = (
        Button("Upscale", {}),
        Button("Upscale creative", {"type": "creative"}),
    )

    model: Literal["mj-v7-upscale"] = "mj-v7-upscale"
    type: Annotated[
        Literal["standard", "creative"],
        InParams,
        Field(description="faithful, or with new detail"),
    ] = "standard"

    def makes(self) -> int:
        return 1

    @classmethod
    def prefill(cls, picture: Picture) -> dict[str, Any] | Refusal:
        if isinstance(picture.made_by, Upscale):
            return Refusal("already upscaled: Midjourney upscales a picture once")
        return super().prefill(picture)


class Variation(_FromPicture):
    """Four new pictures that resemble one."""

    nick: ClassVar = "vary"
    title: ClassVar = "Vary"
    example: ClassVar = "vary task_x#2 --type strong"
    buttons: ClassVar = (
        Button("Vary subtle", {}),
        Button("Vary strong", {"type": "strong"}),
    )

    model: Literal["mj-v7-variation"] = "mj-v7-variation"
    prompt: Annotated[str, Field(description="new words, if they should change")] | None = None
    type: Annotated[
        Literal["subtle", "strong"], InParams, Field(description="how far from the parent")
    ] = "subtle"
    speed: Annotated[Literal["fast", "turbo"], InParams, Field(description="turbo is quicker")] = (
        "fast"
    )
