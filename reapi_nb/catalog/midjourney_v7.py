"""
Midjourney V7: one generator and the eleven edits that grow from its grids.

Billed per request, not per picture; Omni Reference doubles the bill. Native flags are
written inside the prompt (`_flags.py`); only speed and the edits' own fields are JSON.

    Imagine              words, and pictures in front of them
    _FromPicture         one picture of a finished task: task_id + image_number
        Upscale  Variation  Remix  Pan  Outpaint  Inpaint  Edit  Enhance
    _FromImage           any public picture: image_urls
        RemoveBackground  Retexture  UploadPaint

Source: reAPI docs, "midjourney-v7".
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, PlainSerializer, ValidationInfo, field_validator, model_validator

import reapi_nb.catalog._flags as _flags  # noqa: PLR0402 - the package answers for any name
from reapi_nb.catalog._geometry import Canvas, Mask, Placement, larger_canvas, middle
from reapi_nb.catalog._links import OnePicture
from reapi_nb.catalog._spec import Button, ImageRequest, InParams, Latency, Refusal, reject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reapi_nb.job import Picture

_LATENCY = {"draft": Latency(10, 20), "fast": Latency(30, 45), "turbo": Latency(15, 25)}

_Words = Annotated[str, Field(description="words, image links first, then --flags")]
_NewWords = Annotated[str, Field(description="new words, if they should change")]
_Speed = Annotated[Literal["fast", "turbo"], InParams, Field(description="turbo is quicker")]
# JSON knows one kind of number: 2.0 goes out as 2, as a browser would write it.
_Factor = Annotated[float, PlainSerializer(lambda x: int(x) if x.is_integer() else x)]
_REGION = Field(strict=False, description="what to repaint; in a mask image, what is white")
_Mask = Annotated[Mask, InParams, _REGION]
_Canvas = Annotated[
    Canvas, InParams, Field(strict=False, description="the size of the result, in pixels")
]
_Placement = Annotated[
    Placement,
    InParams,
    Field(strict=False, description="where the picture lies on the canvas; may begin outside"),
]
_Image = Annotated[
    OnePicture, Field(strict=False, description="the picture: a public URL, or task_x#2")
]


class _Midjourney(ImageRequest):
    """What the whole family shares."""

    family: ClassVar = "mj-v7"
    refusal_codes: ClassVar[Mapping[str, int | str]] = {}
    refusal_code: ClassVar[int | str] = "INVALID_REQUEST"

    @field_validator("prompt", check_fields=False)
    @classmethod
    def _speaks_midjourney(cls, prompt: str, info: ValidationInfo) -> str:
        units = _flags.utf16_length(prompt)
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
    prompt: _Words
    speed: Annotated[
        Literal["draft", "fast", "turbo"],
        InParams,
        Field(description="draft is the cheapest, turbo the quickest"),
    ] = "fast"

    @model_validator(mode="after")
    def _drafts_without_omni_reference(self) -> Self:
        if self.speed == "draft" and _flags.parse(self.prompt).has("oref"):
            raise reject("--oref does not work in draft speed: use fast or turbo, or leave it out")
        return self

    def aspect(self, parent: object = None) -> tuple[float, float]:  # noqa: ARG002
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


class _Reframes(_FromPicture):
    """An edit of the frame or of a region, which Omni Reference pictures may not take."""

    @classmethod
    def concerns(cls, picture: Picture | None, words: str) -> tuple[str, ...]:
        known = super().concerns(picture, words)
        if not _flags.parse(words).has("oref"):
            return known
        return (*known, "made with --oref: Midjourney may refuse to change it this way")


class Upscale(_FromPicture):
    """The same picture, larger."""

    nick: ClassVar = "upscale"
    title: ClassVar = "Upscale"
    group: ClassVar = "Upscale"
    example: ClassVar = "upscale task_x#2 --type creative"
    buttons: ClassVar = (Button("Upscale"), Button("Upscale creative", {"type": "creative"}))

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
    group: ClassVar = "Vary"
    example: ClassVar = "vary task_x#2 --type strong"
    buttons: ClassVar = (Button("Vary subtle"), Button("Vary strong", {"type": "strong"}))

    model: Literal["mj-v7-variation"] = "mj-v7-variation"
    prompt: _NewWords | None = None
    type: Annotated[
        Literal["subtle", "strong"], InParams, Field(description="how far from the parent")
    ] = "subtle"
    speed: _Speed = "fast"


class Remix(_FromPicture):
    """The composition of one picture, with another prompt."""

    nick: ClassVar = "remix"
    title: ClassVar = "Remix"
    group: ClassVar = "Remix"
    example: ClassVar = 'remix task_x#2 "the same garden under snow" --mode subtle'
    buttons: ClassVar = (Button("Remix"), Button("Remix subtle", {"mode": "subtle"}))

    model: Literal["mj-v7-remix"] = "mj-v7-remix"
    prompt: _Words
    mode: Annotated[
        Literal["strong", "subtle"], InParams, Field(description="how far from the parent")
    ] = "strong"
    speed: _Speed = "fast"


class Pan(_Reframes):
    """One picture with more canvas on one side."""

    nick: ClassVar = "pan"
    title: ClassVar = "Pan"
    group: ClassVar = "Pan"
    example: ClassVar = "pan task_x#2 --direction left --scale 2"
    buttons: ClassVar = tuple(
        Button(f"Pan {direction}", {"direction": direction})
        for direction in ("left", "right", "up", "down")
    )

    model: Literal["mj-v7-pan"] = "mj-v7-pan"
    prompt: _NewWords | None = None
    direction: Annotated[
        Literal["down", "right", "up", "left"], InParams, Field(description="which side grows")
    ] = "down"
    scale: Annotated[
        _Factor, InParams, Field(ge=1.1, le=3, description="how much longer that way")
    ] = 1.5
    speed: _Speed = "fast"

    def aspect(self, parent: tuple[float, float] | None = None) -> tuple[float, float] | None:
        if parent is None:
            return None
        width, height = parent
        if self.direction in ("left", "right"):
            return width * self.scale, height
        return width, height * self.scale


class Outpaint(_Reframes):
    """One picture with more canvas all around."""

    nick: ClassVar = "outpaint"
    title: ClassVar = "Zoom out"
    group: ClassVar = "Zoom out"
    example: ClassVar = "outpaint task_x#2 --scale 2"
    buttons: ClassVar = (Button("Zoom out"), Button("Zoom 2x", {"scale": 2}))

    model: Literal["mj-v7-outpaint"] = "mj-v7-outpaint"
    prompt: _NewWords | None = None
    scale: Annotated[_Factor, InParams, Field(ge=1.1, le=2, description="how much wider")] = 1.5
    speed: _Speed = "fast"


class Inpaint(_Reframes):
    """One picture with a region painted anew."""

    nick: ClassVar = "inpaint"
    title: ClassVar = "Vary region"
    group: ClassVar = "Region"
    example: ClassVar = 'inpaint task_x#2 "a stone lantern" --mask https://example.com/mask.png'
    buttons: ClassVar = (Button("Vary region"),)

    model: Literal["mj-v7-inpaint"] = "mj-v7-inpaint"
    prompt: _NewWords | None = None
    mask: _Mask
    speed: _Speed = "fast"

    @classmethod
    def sketch(cls, picture: Picture) -> dict[str, Any]:
        return {"mask": middle(picture.width, picture.height)} if picture.width else {}


class Edit(_FromPicture):
    """One picture placed on a new canvas, and the rest painted."""

    nick: ClassVar = "edit"
    title: ClassVar = "Edit canvas"
    group: ClassVar = "Region"
    example: ClassVar = 'edit task_x#2 "a wide garden" --canvas 1536x1024 --img-pos 256,0,1024x1024'
    buttons: ClassVar = (Button("Edit canvas"),)

    model: Literal["mj-v7-edit"] = "mj-v7-edit"
    prompt: _Words
    canvas: _Canvas
    img_pos: _Placement
    mask: Annotated[Mask | None, InParams, _REGION] = None
    speed: _Speed = "fast"

    def aspect(self, parent: object = None) -> tuple[float, float]:  # noqa: ARG002
        return self.canvas.width, self.canvas.height

    @classmethod
    def sketch(cls, picture: Picture) -> dict[str, Any]:
        return larger_canvas(picture.width, picture.height) if picture.width else {}


class Enhance(_FromPicture):
    """A draft, worked out."""

    nick: ClassVar = "enhance"
    title: ClassVar = "Enhance"
    group: ClassVar = "More"
    example: ClassVar = "enhance task_x#2"
    buttons: ClassVar = (Button("Enhance"),)

    model: Literal["mj-v7-enhance"] = "mj-v7-enhance"

    @classmethod
    def prefill(cls, picture: Picture) -> dict[str, Any] | Refusal:
        # The server does not tell a task's speed: only we remember it.
        made_by = picture.made_by
        if isinstance(made_by, _Midjourney) and getattr(made_by, "speed", "fast") != "draft":
            return Refusal("Enhance is for drafts only: make one with --speed draft")
        return super().prefill(picture)

    @classmethod
    def concerns(cls, picture: Picture | None, words: str) -> tuple[str, ...]:
        known = super().concerns(picture, words)
        if picture is not None and picture.made_by is not None:
            return known
        return (*known, "Enhance is for drafts only, and the parent's speed is not known here")


class _FromImage(_Midjourney):
    """A request that sends the address of a picture, whoever made it."""

    image_urls: _Image

    def links(self) -> tuple[str, ...]:
        return (*self.image_urls, *super().links())

    @classmethod
    def prefill(cls, picture: Picture) -> dict[str, Any] | Refusal:
        if not picture.url:
            return Refusal(f"{cls.title} needs the picture's link, and none is known")
        if not picture.is_alive(time.time()):
            return Refusal("the picture's link has expired: Refresh links looks for a new one")
        return {"image_urls": (picture.url,)}


class RemoveBackground(_FromImage):
    """A picture's subject on a transparent background."""

    nick: ClassVar = "remove-bg"
    title: ClassVar = "Remove background"
    group: ClassVar = "More"
    example: ClassVar = "remove-bg task_x#2"
    buttons: ClassVar = (Button("Remove background"),)

    model: Literal["mj-v7-remove-bg"] = "mj-v7-remove-bg"

    def makes(self) -> int:
        return 1


class Retexture(_FromImage):
    """A picture's shapes in another material, light or style."""

    nick: ClassVar = "retexture"
    title: ClassVar = "Retexture"
    group: ClassVar = "More"
    example: ClassVar = 'retexture task_x#2 "cut from coloured paper"'
    buttons: ClassVar = (Button("Retexture"),)

    model: Literal["mj-v7-retexture"] = "mj-v7-retexture"
    prompt: _Words
    speed: _Speed = "fast"


class UploadPaint(_FromImage):
    """Any picture placed on a canvas, with a region painted anew."""

    nick: ClassVar = "upload-paint"
    title: ClassVar = "Upload paint"
    group: ClassVar = "More"
    example: ClassVar = (
        'upload-paint https://example.com/cat.png "a cat in a boat" --canvas 1024x1024 '
        "--img-pos 256,256,512x512 --mask https://example.com/mask.png"
    )
    buttons: ClassVar = (Button("Upload paint"),)

    model: Literal["mj-v7-upload-paint"] = "mj-v7-upload-paint"
    prompt: _Words
    mask: _Mask
    canvas: _Canvas
    img_pos: _Placement
    speed: _Speed = "fast"

    def aspect(self, parent: object = None) -> tuple[float, float]:  # noqa: ARG002
        return self.canvas.width, self.canvas.height

    @classmethod
    def sketch(cls, picture: Picture) -> dict[str, Any]:
        canvas = Edit.sketch(picture)
        return {"mask": middle(**canvas["canvas"]), **canvas} if canvas else {}
