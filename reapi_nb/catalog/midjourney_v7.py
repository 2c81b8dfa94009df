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

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

import reapi_nb.catalog._flags as _flags  # noqa: PLR0402 - the package answers for any name
from reapi_nb.catalog._geometry import Mask, larger_canvas, middle
from reapi_nb.catalog._links import link_of, sent_picture
from reapi_nb.catalog._midjourney import (
    REGION,
    Factor,
    Midjourney,
    NewWords,
    PlacedAt,
    Region,
    ResultCanvas,
    Source,
    Speed,
    Words,
)
from reapi_nb.catalog._terms import Button, InParams, Refusal, reject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reapi_nb.job import Picture


class Imagine(Midjourney):
    """Four pictures from words, in native Midjourney syntax."""

    nick: ClassVar = "mj"
    title: ClassVar = "Imagine"
    group: ClassVar = "More"
    example: ClassVar = 'mj "a serene Japanese garden with cherry blossoms --ar 16:9 --s 500"'
    buttons: ClassVar = (Button("Image prompt", asks=("prompt",)),)

    model: Literal["mj-v7"] = "mj-v7"
    prompt: Words
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

    @classmethod
    def prefill(cls, picture: Picture) -> dict[str, Any] | Refusal:
        link = link_of(picture, "an image prompt")
        return link if isinstance(link, Refusal) else {"prompt": link}

    @classmethod
    def joined(cls, supplied: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        words = " ".join(said["prompt"] for said in (supplied, given) if "prompt" in said)
        return {**supplied, **given, "prompt": words}


class _FromPicture(Midjourney):
    """A request that names its parent task and one picture in it."""

    always_sent: ClassVar = frozenset({"model", "image_number"})

    task_id: Annotated[
        str, InParams, Field(min_length=1, description="the parent task, as task_x#2")
    ]
    image_number: Annotated[
        int, InParams, Field(ge=0, le=3, description="the parent picture's slot, from 0")
    ] = 0

    @classmethod
    def suits(cls, picture: Picture) -> bool:
        return picture.made_by is None or isinstance(picture.made_by, Midjourney)

    @classmethod
    def prefill(cls, picture: Picture) -> dict[str, Any] | Refusal:
        if not cls.suits(picture):
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
    prompt: NewWords | None = None
    type: Annotated[
        Literal["subtle", "strong"], InParams, Field(description="how far from the parent")
    ] = "subtle"
    speed: Speed = "fast"


class Remix(_FromPicture):
    """The composition of one picture, with another prompt."""

    nick: ClassVar = "remix"
    title: ClassVar = "Remix"
    group: ClassVar = "Remix"
    example: ClassVar = 'remix task_x#2 "the same garden under snow" --mode subtle'
    buttons: ClassVar = (Button("Remix"), Button("Remix subtle", {"mode": "subtle"}))

    model: Literal["mj-v7-remix"] = "mj-v7-remix"
    prompt: Words
    mode: Annotated[
        Literal["strong", "subtle"], InParams, Field(description="how far from the parent")
    ] = "strong"
    speed: Speed = "fast"


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
    prompt: NewWords | None = None
    direction: Annotated[
        Literal["down", "right", "up", "left"], InParams, Field(description="which side grows")
    ] = "down"
    scale: Annotated[
        Factor, InParams, Field(ge=1.1, le=3, description="how much longer that way")
    ] = 1.5
    speed: Speed = "fast"

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
    prompt: NewWords | None = None
    scale: Annotated[Factor, InParams, Field(ge=1.1, le=2, description="how much wider")] = 1.5
    speed: Speed = "fast"


class Inpaint(_Reframes):
    """One picture with a region painted anew."""

    nick: ClassVar = "inpaint"
    title: ClassVar = "Vary region"
    group: ClassVar = "Region"
    example: ClassVar = 'inpaint task_x#2 "a stone lantern" --mask https://example.com/mask.png'
    buttons: ClassVar = (Button("Vary region"),)

    model: Literal["mj-v7-inpaint"] = "mj-v7-inpaint"
    prompt: NewWords | None = None
    mask: Region
    speed: Speed = "fast"

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
    prompt: Words
    canvas: ResultCanvas
    img_pos: PlacedAt
    mask: Annotated[Mask | None, InParams, REGION] = None
    speed: Speed = "fast"

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
        if isinstance(made_by, Midjourney) and getattr(made_by, "speed", "fast") != "draft":
            return Refusal("Enhance is for drafts only: make one with --speed draft")
        return super().prefill(picture)

    @classmethod
    def concerns(cls, picture: Picture | None, words: str) -> tuple[str, ...]:
        known = super().concerns(picture, words)
        if picture is not None and picture.made_by is not None:
            return known
        return (*known, "Enhance is for drafts only, and the parent's speed is not known here")


class _FromImage(Midjourney):
    """A request that sends the address of a picture, whoever made it."""

    image_urls: Source

    def links(self) -> tuple[str, ...]:
        return (*self.image_urls, *super().links())

    @classmethod
    def prefill(cls, picture: Picture) -> dict[str, Any] | Refusal:
        return sent_picture(picture, cls.title)


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
    prompt: Words
    speed: Speed = "fast"


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
    prompt: Words
    mask: Region
    canvas: ResultCanvas
    img_pos: PlacedAt
    speed: Speed = "fast"

    def aspect(self, parent: object = None) -> tuple[float, float]:  # noqa: ARG002
        return self.canvas.width, self.canvas.height

    @classmethod
    def sketch(cls, picture: Picture) -> dict[str, Any]:
        canvas = Edit.sketch(picture)
        return {"mask": middle(**canvas["canvas"]), **canvas} if canvas else {}
