"""
GPT Image 2: the stable channel with all its fields, and the cheaper one without most of them.

    _Gpt                 words, references, ratio and resolution: both channels
        GptImage         gpt-image-2-official: quality, batches, masks, background, moderation
        GptImageBasic    gpt-image-2: one picture, a flat price

The first reference decides the shape, so a size that nobody chose is never sent. In a mask what
is transparent is painted, the opposite of Midjourney's white.

Source: reAPI docs, "gpt-image-2-official".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from reapi_nb.catalog._geometry import pixels_of
from reapi_nb.catalog._links import PictureUrl, sent_picture
from reapi_nb.catalog._rates import GPT_IMAGE_2
from reapi_nb.catalog._spec import ImageRequest
from reapi_nb.catalog._terms import Button, Refusal, Row, reject
from reapi_nb.catalog._words import check_prompt
from reapi_nb.job import Latency

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reapi_nb.job import Picture

LONGEST = 4000
"""Longest prompt in UTF-16 units."""

GEARS = ("1k", "2k", "4k")

_GRID: dict[str, tuple[tuple[int, int] | None, ...]] = {
    "1:1": ((1024, 1024), (2048, 2048), None),
    "3:2": ((1536, 1024), (2048, 1360), None),
    "4:3": ((1024, 768), (2048, 1536), None),
    "5:4": ((1280, 1024), (2560, 2048), None),
    "16:9": ((1536, 864), (2048, 1152), (3840, 2160)),
    "2:1": ((2048, 1024), (2688, 1344), (3840, 1920)),
    "21:9": ((2016, 864), (2688, 1152), (3840, 1648)),
}
"""Width and height by ratio and gear; None where the model cannot. Upright ones are turned."""

RATIOS = (
    *("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3"),
    *("5:4", "4:5", "2:1", "1:2", "21:9", "9:21"),
)
WIDE = ("16:9", "9:16", "2:1", "1:2", "21:9", "9:21")
AUTO = "auto"

_SECONDS = {("low", "1k"): (20, 40), ("medium", "1k"): (30, 60), ("high", "2k"): (60, 120)}
_LONGEST_S = (120, 180)


def _gear(text: str) -> str:
    if text.lower() not in GEARS:
        raise reject(f'invalid resolution "{text[:20]}" (allowed: 1k, 2k, 4k)')
    return text


def grid(ratio: str, gear: str) -> tuple[int, int] | None:
    """
    The pixels of a ratio at a gear, as the page's table has them.

    Args:
        ratio: One of `RATIOS`.
        gear: `1k`, `2k` or `4k`.
    """
    wide, _, high = ratio.partition(":")
    turned = int(wide) < int(high)
    cell = _GRID[f"{high}:{wide}" if turned else ratio][GEARS.index(gear)]
    return cell[::-1] if cell and turned else cell


_MANY = Field(
    strict=False, max_length=16, description="pictures to start from; the first one shapes"
)
_Pictures = Annotated[tuple[PictureUrl, ...], _MANY]


class _Gpt(ImageRequest):
    """What both channels share."""

    family: ClassVar = "gpt-image-2"
    page: ClassVar = "gpt-image-2-official"
    rank: ClassVar = 30
    rates: ClassVar[Mapping[Row, str]] = GPT_IMAGE_2
    group: ClassVar = "GPT"
    allowed: ClassVar[str] = ", ".join((*RATIOS, AUTO))
    """The sizes there are, in words."""

    prompt: Annotated[str, Field(description="words; the ratio belongs into --size")]
    size: Annotated[str, Field(description=f"a ratio: {', '.join(RATIOS)}, or auto")] | None = None
    resolution: Annotated[
        str,
        AfterValidator(_gear),
        Field(description="1k, 2k, or with the widest ratios 4k"),
    ] = "1k"
    image_urls: _Pictures | None = None

    @field_validator("prompt")
    @classmethod
    def _says_something(cls, prompt: str) -> str:
        return check_prompt(prompt, LONGEST)

    @field_validator("size")
    @classmethod
    def _has_a_size_of_the_list(cls, size: str) -> str:
        if size not in (*RATIOS, AUTO) and not cls.is_pixels(size):
            raise reject(f'invalid size "{size[:20]}" (allowed: {cls.allowed})')
        return size

    @model_validator(mode="after")
    def _is_wide_in_4k(self) -> Self:
        if self.gear == "4k" and self.size not in WIDE:
            raise reject("4K requires an explicit size in {16:9, 9:16, 2:1, 1:2, 21:9, 9:21}")
        return self

    @classmethod
    def is_pixels(cls, size: str) -> bool:  # noqa: ARG003
        """Whether a size is a pair of lengths, where those are taken."""
        return False

    @property
    def gear(self) -> str:
        """The resolution in lower case."""
        return self.resolution.lower()

    def pixels(self) -> tuple[int, int] | None:
        """Width and height of the result; None where the server picks them."""
        if self.size == AUTO or (self.size is None and self.image_urls):
            return None
        return pixels_of(self.size) or grid(self.size or "1:1", self.gear)

    def aspect(self, parent: tuple[float, float] | None = None) -> tuple[float, float] | None:
        return self.pixels() or parent

    def links(self) -> tuple[str, ...]:
        return self.image_urls or ()

    @classmethod
    def prefill(cls, picture: Picture) -> dict[str, Any] | Refusal:
        return sent_picture(picture, cls.title)


class GptImage(_Gpt):
    """Pictures from words and references, with quality, batches and masks."""

    nick: ClassVar = "gpt"
    title: ClassVar = "GPT Image"
    example: ClassVar = 'gpt "ancient castle beneath a starry sky" --size 16:9 --quality low'
    buttons: ClassVar = (Button("GPT edit"), Button("GPT mask", asks=("mask_url",)))
    allowed: ClassVar = f"{_Gpt.allowed}, or WxH pixels"

    model: Literal["gpt-image-2-official"] = "gpt-image-2-official"
    quality: Annotated[
        Literal["auto", "low", "medium", "high"],
        Field(description="decides the price; auto is billed as high"),
    ] = "auto"
    n: Annotated[int, Field(description="how many pictures, 1 to 4, each billed")] = 1
    mask_url: (
        Annotated[PictureUrl, Field(description="a PNG, transparent where to paint")] | None
    ) = None
    background: Annotated[
        Literal["auto", "opaque", "transparent"], Field(description="transparent comes out opaque")
    ] = "auto"
    moderation: Annotated[Literal["auto", "low"], Field(description="low is more lenient")] = "auto"

    @field_validator("n")
    @classmethod
    def _makes_a_few(cls, n: int) -> int:
        if n not in range(1, 5):
            raise reject("n must be between 1 and 4")
        return n

    @model_validator(mode="after")
    def _masks_a_picture(self) -> Self:
        if self.mask_url is not None and not self.image_urls:
            raise reject("mask_url requires at least one entry in image_urls")
        return self

    @classmethod
    def is_pixels(cls, size: str) -> bool:
        return pixels_of(size) is not None

    @property
    def billed_quality(self) -> str:
        return "high" if self.quality == "auto" else self.quality

    def price_rows(self) -> tuple[tuple[Row, ...], ...]:
        usual = f"{self.gear} {self.billed_quality}"
        if self.size is not None and self.is_pixels(self.size):
            return (((self.model, f"{usual} pixels"),),)  # what those cost nobody says
        picked_later = self.size == AUTO or (self.size is None and self.image_urls)
        ratios = RATIOS if picked_later else (self.size or "1:1",)
        return tuple(((self.model, f"{usual} {ratio}"), (self.model, usual)) for ratio in ratios)

    def units(self) -> int:
        return self.n

    def makes(self) -> int:
        return self.n

    def kind_of_task(self) -> tuple[str, str, str]:
        return self.model, self.billed_quality, self.gear

    def latency(self) -> Latency:
        low, high = _SECONDS.get((self.billed_quality, self.gear), (30, 60))
        return Latency(*(_LONGEST_S if self.gear == "4k" else (low, high)))

    def notices(self) -> tuple[str, ...]:
        return tuple(self._remarks())

    def _remarks(self) -> Iterator[str]:
        if self.quality == "auto":
            yield "quality auto is billed as high: --quality low or medium costs less"
        if self.background == "transparent":
            yield "a transparent background comes out opaque: this model makes no other"
        if self.size is not None and self.is_pixels(self.size):
            yield f"{self.size} is moved to the nearest size that the model has"

    def links(self) -> tuple[str, ...]:
        return (*super().links(), *((self.mask_url,) if self.mask_url else ()))

    @classmethod
    def sketch(cls, picture: Picture) -> dict[str, Any]:
        return {"mask_url": ""} if picture.width else {}


class GptImageBasic(_Gpt):
    """One picture from words and references, at a flat price."""

    nick: ClassVar = "gpt-basic"
    title: ClassVar = "GPT Image basic"
    example: ClassVar = 'gpt-basic "ancient castle beneath a starry sky" --size 16:9'
    buttons: ClassVar = (Button("GPT basic edit"),)

    model: Literal["gpt-image-2"] = "gpt-image-2"
    n: Annotated[int, Field(description="always 1")] = 1

    @field_validator("n")
    @classmethod
    def _makes_one(cls, n: int) -> int:
        if n != 1:
            raise reject("gpt-image-2 makes one picture a request: use gpt for up to 4")
        return n

    def price_rows(self) -> tuple[tuple[Row, ...], ...]:
        return (((self.model, self.gear),),)

    def kind_of_task(self) -> tuple[str, str, str]:
        return self.model, "", self.gear

    def latency(self) -> Latency:
        return Latency(30, 60) if self.gear == "1k" else Latency(60, 120)
