"""
Midjourney at APIXO: five modes behind one model, with fields where reAPI has flags.

    _Apixo                    the envelope: request_type, callback_url, provider, input
        ApixoImagine          text-to-image, and with pictures image-to-image
        ApixoUploadPaint      upload-paint
        _FromTask             one picture of a finished task: taskId + imageIndex
            ApixoVary  ApixoUpscale

The model travels in the path and the mode in the body. Fields are called as in the rest of the
house and as APIXO calls them on the wire. What the page does not say is taken from reAPI's page
for the same operation.

Source: APIXO docs, "midjourney".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self, get_args

from pydantic import AfterValidator, Field, field_validator, model_validator

from reapi_nb.catalog._geometry import Area, Canvas, Mask, Placement, larger_canvas, middle
from reapi_nb.catalog._links import OnePicture, PictureUrl, has_inline_image, is_url, sent_picture
from reapi_nb.catalog._spec import ImageRequest
from reapi_nb.catalog._terms import Button, InParams, Named, Refusal, Row, Unsent, reject
from reapi_nb.catalog._words import check_prompt
from reapi_nb.errors import InvalidRequest
from reapi_nb.job import Latency

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reapi_nb.job import Picture

LONGEST = 8192
"""Longest prompt in UTF-16 units; reAPI's limit for the same operations."""

ON_REQUEST = ("outpaint", "retexture", "remove-background", "reroll")
"""Modes that APIXO opens to those who ask for them."""

_LATENCY = {"fast": Latency(30, 45), "turbo": Latency(15, 25)}


def _callback(url: str) -> str:
    if url[:8].lower() != "https://" or not is_url(url):
        raise reject("callback_url should be a public https URL")
    return url


def _address_or_picture(text: str) -> str:
    # Unlike reAPI, APIXO takes a mask's picture itself.
    if not (is_url(text) or has_inline_image(text)):
        raise reject("mask.url should be a public http(s) URL, or the picture in base64")
    return text


class ApixoMask(Mask):
    """What to repaint: either `areas`, or the `url` of an image that is white there."""

    areas: Annotated[tuple[Area, ...], Field(strict=False, min_length=1)] | None = None
    url: Annotated[str, AfterValidator(_address_or_picture)] | None = None


_Words = Annotated[str, InParams, Field(description="words; shape and style are options here")]
_Version = Annotated[
    Literal["v6", "v6.1", "v7", "niji 6", "niji 7"],
    InParams,
    Field(description="the newest is v7, for anime niji 7"),
]
_Speed = Annotated[Literal["fast", "turbo"], InParams, Field(description="turbo is quicker")]
_Aspect = Annotated[
    Literal["1:1", "1:2", "2:1", "2:3", "3:2", "3:4", "4:3", "5:6", "6:5", "9:16", "16:9"],
    InParams,
    Field(description="width to height"),
]


class _Apixo(ImageRequest):
    """The envelope that all modes share."""

    provider: ClassVar = "apixo"
    family: ClassVar = "midjourney"
    page: ClassVar = "midjourney"
    rank: ClassVar = 40
    nest: ClassVar = "input"
    always_sent: ClassVar = frozenset({"request_type", "mode"})
    implied: ClassVar = frozenset({"mode"})
    refusal_codes: ClassVar[Mapping[str, int | str]] = {}
    refusal_code: ClassVar[int | str] = 400

    model: Annotated[Literal["midjourney"], Unsent] = "midjourney"
    mode: Annotated[str, InParams]
    request_type: Annotated[
        Literal["async", "callback"], Field(description="callback tells callback_url as well")
    ] = "async"
    callback_url: (
        Annotated[str, AfterValidator(_callback), Field(description="told when it is done")] | None
    ) = None
    channel: Annotated[
        Literal["auto", "value", "official"],
        Named("provider"),
        Field(description="APIXO's own supplier"),
    ] = "auto"
    version: _Version = "v6.1"
    speed: _Speed = "fast"

    @field_validator("prompt", check_fields=False)
    @classmethod
    def _says_something(cls, prompt: str) -> str:
        return check_prompt(prompt, LONGEST)

    @model_validator(mode="after")
    def _knows_whom_to_tell(self) -> Self:
        if self.request_type == "callback" and self.callback_url is None:
            raise reject("callback_url is required when request_type is callback")
        return self

    @classmethod
    def modes(cls) -> tuple[str, ...]:
        """The modes that it speaks for."""
        return get_args(cls.model_fields["mode"].annotation)

    @classmethod
    def is_in(cls, body: Mapping[str, Any]) -> bool:
        return _mode(body) in cls.modes()

    @classmethod
    def stranger(
        cls, body: Mapping[str, Any], kinds: Sequence[type[ImageRequest]]
    ) -> InvalidRequest:
        mode = _mode(body)
        if mode is None:
            return InvalidRequest("Missing required field: input.mode", code=400)
        if isinstance(mode, str) and mode.lower() in ON_REQUEST:
            return InvalidRequest(f"APIXO opens {mode} on request only: ask them", code=400)
        known = [mode for kind in kinds if issubclass(kind, _Apixo) for mode in kind.modes()]
        return InvalidRequest(f"unknown mode {mode!r}; there are {', '.join(known)}", code=400)

    def price_rows(self) -> tuple[tuple[Row, ...], ...]:
        return (((self.model, self.mode),),)

    def latency(self) -> Latency:
        return _LATENCY[self.speed]

    def makes(self) -> int:
        return 4


def _mode(body: Mapping[str, Any]) -> object:
    given = body.get("input")
    return given.get("mode") if isinstance(given, dict) else None


class ApixoImagine(_Apixo):
    """Four pictures from words, or from words and pictures, at APIXO."""

    nick: ClassVar = "apixo"
    title: ClassVar = "APIXO Imagine"
    group: ClassVar = "More"
    example: ClassVar = 'apixo "a lighthouse in a storm" --aspect 16:9 --version niji 6'
    buttons: ClassVar = (Button("Image to image"),)

    mode: Annotated[Literal["text-to-image", "image-to-image"], InParams] = "text-to-image"
    prompt: _Words
    image_urls: Annotated[
        tuple[PictureUrl, ...] | None,
        InParams,
        Field(strict=False, min_length=1, description="pictures to start from; 1 or 2 do best"),
    ] = None
    aspect_ratio: Annotated[_Aspect, Named("aspect")] = "1:1"
    chaos: Annotated[int, InParams, Field(ge=0, le=100, description="how different they are")] = 0
    stylize: Annotated[int, InParams, Field(ge=0, le=1000, description="how artistic")] = 100
    weird: Annotated[int, InParams, Field(ge=0, le=3000, description="how strange")] = 0
    enable_translation: Annotated[
        bool, InParams, Named("enableTranslation"), Field(description="translate the prompt first")
    ] = False

    @model_validator(mode="before")
    @classmethod
    def _follows_its_pictures(cls, fields: dict[str, Any]) -> dict[str, Any]:
        implied = "image-to-image" if fields.get("image_urls") else "text-to-image"
        return {"mode": implied, **fields}

    @model_validator(mode="after")
    def _has_what_its_mode_needs(self) -> Self:
        if (self.mode == "image-to-image") is not bool(self.image_urls):
            needs = "needs" if self.mode == "image-to-image" else "takes no"
            raise reject(f"{self.mode} {needs} image_urls")
        return self

    def notices(self) -> tuple[str, ...]:
        styled = {"aspect_ratio", "chaos", "stylize", "weird", "enable_translation"}
        told = [name for name in type(self).model_fields if name in styled & self.model_fields_set]
        if not told or not self.image_urls:
            return ()
        names = ", ".join(self.wire_names()[name] for name in told)
        return (f"{names}: the documents name these for text-to-image only",)

    def links(self) -> tuple[str, ...]:
        return self.image_urls or ()

    def aspect(self, parent: tuple[float, float] | None = None) -> tuple[float, float] | None:
        if self.image_urls and "aspect_ratio" not in self.model_fields_set:
            return parent
        width, _, height = self.aspect_ratio.partition(":")
        return int(width), int(height)

    @classmethod
    def prefill(cls, picture: Picture) -> dict[str, Any] | Refusal:
        return sent_picture(picture, cls.title)


class ApixoUploadPaint(_Apixo):
    """Any picture placed on a canvas, with a region painted anew, at APIXO."""

    nick: ClassVar = "upload-paint"
    title: ClassVar = "Upload paint"
    group: ClassVar = "Region"
    example: ClassVar = (
        'upload-paint https://example.com/cat.png "a cat in a boat" --canvas 1024x1024 '
        "--img-pos 256,256,512x512 --mask https://example.com/mask.png"
    )
    buttons: ClassVar = (Button("Upload paint"),)

    mode: Annotated[Literal["upload-paint"], InParams] = "upload-paint"
    prompt: _Words
    image_urls: Annotated[
        OnePicture,
        InParams,
        Field(strict=False, description="the picture: a public URL, or task_x#2"),
    ]
    mask: Annotated[
        ApixoMask,
        InParams,
        Field(strict=False, description="what to repaint; in a mask image, what is white"),
    ]
    canvas: Annotated[
        Canvas, InParams, Field(strict=False, description="the size of the result, in pixels")
    ]
    img_pos: Annotated[
        Placement,
        InParams,
        Named("imgPos"),
        Field(strict=False, description="where the picture lies on the canvas"),
    ]

    def links(self) -> tuple[str, ...]:
        mask = self.mask.url
        return (*self.image_urls, *((mask,) if mask and is_url(mask) else ()))

    def aspect(self, parent: object = None) -> tuple[float, float]:  # noqa: ARG002
        return self.canvas.width, self.canvas.height

    @classmethod
    def prefill(cls, picture: Picture) -> dict[str, Any] | Refusal:
        return sent_picture(picture, cls.title)

    @classmethod
    def sketch(cls, picture: Picture) -> dict[str, Any]:
        if not picture.width:
            return {}
        canvas = larger_canvas(picture.width, picture.height)
        return {"mask": middle(**canvas["canvas"]), **canvas}


class _FromTask(_Apixo):
    """A request that names its parent task and one picture in it."""

    always_sent: ClassVar = frozenset({"request_type", "mode", "image_number"})

    task_id: Annotated[
        str,
        InParams,
        Named("taskId"),
        Field(min_length=1, description="the parent task, as task_x#2"),
    ]
    image_number: Annotated[
        int,
        InParams,
        Named("imageIndex"),
        Field(ge=0, le=3, description="the parent picture's slot, from 0"),
    ] = 0

    @classmethod
    def suits(cls, picture: Picture) -> bool:
        return picture.made_by is None or isinstance(picture.made_by, _Apixo)

    @classmethod
    def prefill(cls, picture: Picture) -> dict[str, Any] | Refusal:
        if not cls.suits(picture):
            return Refusal(f"{cls.title} works on APIXO's own pictures only")
        return {"task_id": picture.task_id, "image_number": picture.slot}


class ApixoVary(_FromTask):
    """Four new pictures that resemble one, at APIXO."""

    nick: ClassVar = "vary"
    title: ClassVar = "Vary"
    group: ClassVar = "Vary"
    example: ClassVar = "vary task_x#2 --type 1"
    buttons: ClassVar = (Button("Vary subtle", {"type": 0}), Button("Vary strong", {"type": 1}))

    mode: Annotated[Literal["vary"], InParams] = "vary"
    type: Annotated[int, InParams, Field(ge=0, le=1, description="0 subtle, 1 strong")] = 0
    prompt: Annotated[str | None, InParams, Field(description="new words")] = None


class ApixoUpscale(_FromTask):
    """The same picture, larger, at APIXO."""

    nick: ClassVar = "upscale"
    title: ClassVar = "Upscale"
    group: ClassVar = "Upscale"
    example: ClassVar = "upscale task_x#2 --type 2"
    buttons: ClassVar = (
        Button("Upscale", {"type": 0}),
        Button("Upscale creative", {"type": 1}),
        Button("Upscale 2x", {"type": 2}),
        Button("Upscale 4x", {"type": 3}),
    )

    mode: Annotated[Literal["upscale"], InParams] = "upscale"
    type: Annotated[
        int,
        InParams,
        Field(ge=0, le=3, description="0 standard, 1 creative, 2 twice the size, 3 four times"),
    ] = 0

    def makes(self) -> int:
        return 1
