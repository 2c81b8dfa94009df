"""
Wan 2.7: pictures from words, edits of pictures, boxed regions, and series that hang together.

There is no mode field: what is asked for follows from what is given. Without pictures it is
text-to-image, with `image_urls` an edit of up to nine, with `bbox_list` an edit inside boxes, and
`enable_sequential` makes a series of up to twelve. Billed per picture, whatever its size.

Source: reAPI docs, "wan-2-7-image".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from reapi_nb.catalog._geometry import Boxes, middle_box, pixels_of
from reapi_nb.catalog._links import SafePictureUrl, sent_picture
from reapi_nb.catalog._palette import Palette  # noqa: TC001 - pydantic reads it
from reapi_nb.catalog._rates import WAN_2_7
from reapi_nb.catalog._spec import ImageRequest
from reapi_nb.catalog._terms import Button, Refusal, Row, reject
from reapi_nb.catalog._words import check_length, check_prompt
from reapi_nb.errors import InvalidRequest
from reapi_nb.job import Latency

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reapi_nb.job import Picture

PRO = "wan2.7-image-pro"
LONGEST = 5000
"""Longest prompt in UTF-16 units."""

GEARS = ("1K", "2K", "4K")
RATIOS = ("1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3")
_ALONE, _SERIES = 4, 12
_SHORTEST_SIDE, _LONGEST_SIDE = 768, 2048


def _gear(text: str) -> str:
    if text.upper() not in GEARS:
        raise reject(f'invalid resolution "{text[:20]}" (allowed: 1K, 2K, 4K)')
    return text


def _size(text: str) -> str:
    if text.upper() not in GEARS and text not in RATIOS and pixels_of(text) is None:
        allowed = ", ".join((*GEARS, *RATIOS))
        raise reject(f'invalid size "{text[:20]}" (allowed: {allowed}, or WxH pixels)')
    return text


_MANY = Field(
    strict=False, max_length=9, description="pictures to edit or to learn from; the last one shapes"
)
_Pictures = Annotated[tuple[SafePictureUrl, ...], _MANY]


class Wan(ImageRequest):
    """Pictures from words, edits of up to nine pictures, boxed regions, and series."""

    nick: ClassVar = "wan"
    title: ClassVar = "Wan"
    group: ClassVar = "Wan"
    example: ClassVar = 'wan "a flower shop with delicate windows" --size 16:9 --resolution 2K'
    family: ClassVar = "wan"
    page: ClassVar = "wan-2-7-image"
    rank: ClassVar = 20
    rates: ClassVar[Mapping[Row, str]] = WAN_2_7
    switches: ClassVar = {"pro": {"model": PRO}}
    buttons: ClassVar = (
        Button("Wan edit", asks=("prompt",)),
        Button("Wan box", asks=("prompt", "bbox_list")),
    )

    model: Annotated[
        Literal["wan2.7-image", "wan2.7-image-pro"],
        Field(description="the pro tier draws finer, and up to 4K"),
    ] = "wan2.7-image"
    prompt: Annotated[str, Field(description="words; needed without pictures")] | None = None
    image_urls: _Pictures | None = None
    n: Annotated[
        int, Field(ge=1, description="how many pictures: 1 to 4, in a series up to 12")
    ] = 1
    size: (
        Annotated[
            str,
            AfterValidator(_size),
            Field(description="1K, 2K, 4K, a ratio like 16:9, or pixels like 1024x1024"),
        ]
        | None
    ) = None
    resolution: (
        Annotated[str, AfterValidator(_gear), Field(description="1K, 2K or 4K; 4K is pro's")] | None
    ) = None
    negative_prompt: Annotated[str, Field(description="what to keep out")] | None = None
    watermark: Annotated[bool, Field(description="mark it as made by AI, bottom right")] = False
    seed: (
        Annotated[int, Field(ge=0, le=2**31 - 1, description="the same seed, a similar picture")]
        | None
    ) = None
    thinking_mode: Annotated[bool, Field(description="think first; only without pictures")] = True
    enable_sequential: Annotated[bool, Field(description="a series that hangs together")] = False
    bbox_list: (
        Annotated[Boxes, Field(strict=False, description="where to edit, for each picture")] | None
    ) = None
    color_palette: (
        Annotated[Palette, Field(strict=False, description="colours to keep to; not in a series")]
        | None
    ) = None

    @field_validator("prompt")
    @classmethod
    def _is_not_too_long(cls, prompt: str) -> str:
        return check_length(prompt, LONGEST)

    @model_validator(mode="after")
    def _has_something_to_start_from(self) -> Self:
        if not self.image_urls:
            if self.prompt is None:
                said = "prompt is required for text-to-image (no image_urls)"
                raise reject(said, kind="missing")
            check_prompt(self.prompt, LONGEST)
        return self

    @model_validator(mode="after")
    def _counts_within_its_mode(self) -> Self:
        if self.n > (_SERIES if self.enable_sequential else _ALONE):
            raise reject("n must be 1-4 (or 1-12 when enable_sequential is true)")
        return self

    @model_validator(mode="after")
    def _boxes_each_picture(self) -> Self:
        if self.bbox_list is not None and len(self.bbox_list.root) != len(self.image_urls or ()):
            raise reject(
                "bbox_list length must equal image_urls length: give each picture its boxes, "
                "or [] for none"
            )
        return self

    @model_validator(mode="after")
    def _draws_4k_where_it_can(self) -> Self:
        if "4K" not in self._gears():
            return self
        if self.image_urls or self.enable_sequential:
            raise reject("4K is supported for text-to-image only (edit and group modes cap at 2K)")
        if self.model != PRO:
            raise reject("4K is supported by wan2.7-image-pro only: use --pro, or 2K")
        return self

    def _gears(self) -> tuple[str, ...]:
        """The gears that it names, in `size` and in `resolution`."""
        named = (self.size, self.resolution)
        return tuple(gear.upper() for gear in named if gear and gear.upper() in GEARS)

    def pixels(self) -> tuple[int, int] | None:
        """Width and height, where `size` names them."""
        return pixels_of(self.size)

    @property
    def names_gear(self) -> bool:
        """Whether it says how fine the result should be."""
        return bool(self._gears())

    def gear(self) -> str:
        """The gear in force; the resolution's wins over the size's."""
        return self._gears()[-1] if self._gears() else "2K"

    def notices(self) -> tuple[str, ...]:
        return tuple(self._remarks())

    def _remarks(self) -> Iterator[str]:
        pictures, series = bool(self.image_urls), self.enable_sequential
        thinks = self.thinking_mode and "thinking_mode" in self.model_fields_set
        if thinks and (pictures or series):
            yield f"thinking_mode is ignored {'with pictures' if pictures else 'in a series'}"
        if self.color_palette is not None and series:
            yield "color_palette is ignored in a series"
        if len(set(self._gears())) > 1:
            said = f"size says {self.size} and resolution {self.resolution}"
            yield f"{said}: the documents do not say which counts"
        if pictures and self.size in RATIOS:
            yield "the shape follows the last picture, so a ratio in size may be ignored"
        if sides := self.pixels():
            most = _LONGEST_SIDE * (2 if self.model == PRO and not pictures else 1)
            if min(sides) < _SHORTEST_SIDE or max(sides) > most:
                said = f"sides are said to be {_SHORTEST_SIDE} to {most} pixels"
                yield f"{said}: {self.size} may be refused or changed"

    def links(self) -> tuple[str, ...]:
        return self.image_urls or ()

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(reversed(self.image_urls or ()))  # the last one shapes the result

    def units(self) -> int:
        return self.n

    def makes(self) -> int:
        return self.n

    def kind_of_task(self) -> tuple[str, str, str]:
        return self.model, "series" if self.enable_sequential else "", self.gear()

    def latency(self) -> Latency:
        return Latency(20, 60) if self.gear() == "4K" else Latency(10, 40)

    def aspect(self, parent: tuple[float, float] | None = None) -> tuple[float, float] | None:
        if self.image_urls:
            return parent
        if self.size in RATIOS:
            width, _, height = self.size.partition(":")
            return int(width), int(height)
        return self.pixels() or (1, 1)

    def check_sizes(self, sizes: Mapping[str, tuple[int, int]]) -> None:
        boxes = self.bbox_list.root if self.bbox_list else ()
        for number, (url, inside) in enumerate(zip(self.image_urls or (), boxes, strict=False), 1):
            width, height = sizes.get(url, (0, 0))
            for _, _, right, low in inside if width else ():
                if right > width or low > height:
                    said = f"a box ends at {right},{low}, and picture {number} is {width}x{height}"
                    raise InvalidRequest(said, code=self.refusal_code)

    @classmethod
    def prefill(cls, picture: Picture) -> dict[str, Any] | Refusal:
        return sent_picture(picture, cls.title)

    @classmethod
    def sketch(cls, picture: Picture) -> dict[str, Any]:
        size = (picture.width, picture.height)
        return {"bbox_list": [[middle_box(*size)]]} if picture.width else {}
