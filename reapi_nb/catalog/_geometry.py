"""
Where on a picture something happens: masks, areas, canvases, placements and boxes, in pixels.

Each shape has two forms: the value of the wire, and the text one types behind a flag. The
origin is the top left corner, x grows to the right and y downwards.

Source: reAPI docs, "midjourney-v7", "wan-2-7-image".
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, model_validator

from reapi_nb.catalog._links import PictureUrl, is_url
from reapi_nb.catalog._terms import reject
from reapi_nb.errors import InvalidRequest

_Length = Annotated[int, Field(gt=0)]


_PIXELS = re.compile(r"([1-9]\d{0,8})x([1-9]\d{0,8})")


def pixels_of(text: str | None) -> tuple[int, int] | None:
    """Width and height of a text like `1024x1024`; None for any other."""
    found = _PIXELS.fullmatch(text or "")
    return (int(found[1]), int(found[2])) if found else None


class Typed:
    """A part of a request that is JSON on the wire and a text on the line."""

    takes: ClassVar[str]
    """What its text looks like, in words."""

    opens: ClassVar[str] = "{"
    """What its JSON begins with."""

    @classmethod
    def typed(cls, text: str) -> Any:
        """
        The wire value that a text means, not validated yet; every shape takes JSON.

        Raises:
            InvalidRequest: The text cannot be read.
        """
        if not text.startswith(cls.opens):
            raise InvalidRequest(f"it takes {cls.takes}, not {text!r}")
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as no:
            raise InvalidRequest(f"this JSON cannot be read ({no}): {text}") from None


class Shape(BaseModel, Typed):
    """One that is an object on the wire."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    def __str__(self) -> str:
        return json.dumps(self.model_dump(mode="json", exclude_unset=True), separators=(",", ":"))


class Canvas(Shape):
    """The size of the result: `1024x1024`."""

    takes: ClassVar = "WxH in pixels, like 1024x1024"

    width: _Length
    height: _Length

    @classmethod
    def typed(cls, text: str) -> Any:
        match = re.fullmatch(r"(\d{1,12})x(\d{1,12})", text.replace(" ", ""), re.IGNORECASE)
        if match is None:
            return super().typed(text)
        return {"width": int(match[1]), "height": int(match[2])}

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


class Placement(Shape):
    """
    Where the source picture lies on the canvas, and how large: `256,256,512x512`.

    `x` and `y` may be negative: then a part of it lies outside.
    """

    takes: ClassVar = "x,y,WxH in pixels, like 256,256,512x512"

    width: _Length
    height: _Length
    x: int
    y: int

    @classmethod
    def typed(cls, text: str) -> Any:
        number = r"([-+]?\d{1,12})"
        form = rf"{number},{number},(\d{{1,12}})x(\d{{1,12}})"
        match = re.fullmatch(form, text.replace(" ", ""), re.IGNORECASE)
        if match is None:
            return super().typed(text)
        x, y, width, height = map(int, match.groups())
        return {"width": width, "height": height, "x": x, "y": y}

    def __str__(self) -> str:
        return f"{self.x},{self.y},{self.width}x{self.height}"


def _pairs(points: tuple[int, ...]) -> tuple[int, ...]:
    if len(points) % 2 or len(points) < 6:
        raise reject(
            "points must be an even list of (x,y) pairs, three pairs at least: "
            f"x1,y1,x2,y2,x3,y3, not {len(points)} numbers"
        )
    return points


class Area(Shape):
    """
    An area is a closed polygon, in pixels of the picture, drawn in either direction.

    Its `width` and `height` are those of the polygon's bounding box unless they are given.
    """

    takes: ClassVar = 'JSON like {"points": [x1,y1,x2,y2,x3,y3]}'

    # First, so that sizes which broken points leave unknown are not the first complaint.
    points: Annotated[tuple[int, ...], Field(strict=False), AfterValidator(_pairs)]
    width: _Length
    height: _Length

    @model_validator(mode="before")
    @classmethod
    def _fill_in_size(cls, values: Any) -> Any:
        """The bounding box, where the size is left out. What has none is refused later."""
        points = values.get("points") if isinstance(values, dict) else None
        if not isinstance(points, list | tuple) or not all(type(at) is int for at in points):
            return values
        sizes = {
            name: max(along) - min(along)
            for name, along in (("width", points[::2]), ("height", points[1::2]))
            if along
        }
        return {**sizes, **values}


class Mask(Shape):
    """What to repaint: either `areas`, or the `url` of an image that is white there."""

    takes: ClassVar = 'JSON like {"areas": [{"points": [50,50,50,250,250,250]}]}, or an image URL'

    areas: Annotated[tuple[Area, ...], Field(strict=False, min_length=1)] | None = None
    url: PictureUrl | None = None

    @model_validator(mode="after")
    def _is_one_of_two(self) -> Self:
        # By what was set, so that an explicit null beside the other is refused as well.
        if len(self.model_fields_set) != 1 or (self.areas is None and self.url is None):
            raise reject("mask must set exactly one of areas or url")
        return self

    @classmethod
    def typed(cls, text: str) -> Any:
        return {"url": text} if is_url(text) else super().typed(text)

    def __str__(self) -> str:
        return self.url or super().__str__()


def _corners(box: tuple[int, ...]) -> tuple[int, ...]:
    if len(box) != 4 or min(box) < 0 or box[0] >= box[2] or box[1] >= box[3]:
        raise reject(
            "a box is [x1, y1, x2, y2] in pixels from the top left corner, x1 below x2 and y1 "
            f"below y2, not {list(box[:6])}"
        )
    return box


_Box = Annotated[tuple[int, ...], Field(strict=False), AfterValidator(_corners)]
_BoxesOfOne = Annotated[tuple[_Box, ...], Field(strict=False, max_length=2)]


class Boxes(RootModel[Annotated[tuple[_BoxesOfOne, ...], Field(strict=False)]], Typed):
    """
    For each picture up to two boxes `[x1, y1, x2, y2]`, in pixels of that picture; `[]` for none.

    The right and the lower edge lie outside the box.
    """

    model_config = ConfigDict(strict=True, frozen=True)
    opens: ClassVar = "["
    takes: ClassVar = "x1,y1,x2,y2, or a list for each picture like [[],[[989,515,1138,681]]]"

    @classmethod
    def typed(cls, text: str) -> Any:
        if re.fullmatch(r"[\d,\s]+", text) is None:
            return super().typed(text)
        return [[[int(edge) for edge in box.split(",") if edge] for box in text.split()]]

    def __str__(self) -> str:
        return json.dumps(self.model_dump(mode="json"), separators=(",", ":"))


def middle_box(width: int, height: int) -> list[int]:
    """A box over the middle of a picture, in wire form."""
    (left, right), (top, low) = _middle(width), _middle(height)
    return [left, top, right, low]


def middle(width: int, height: int) -> dict[str, Any]:
    """A mask over the middle of a picture, in wire form."""
    left, top, right, low = middle_box(width, height)
    return {"areas": [{"points": [left, top, right, top, right, low, left, low]}]}


def _middle(length: int) -> tuple[int, int]:
    """The middle half of a length; at least a pixel, because a region has an inside."""
    start = length // 4
    return start, max(start + 1, length * 3 // 4)


def larger_canvas(width: int, height: int) -> dict[str, Any]:
    """A canvas half as large again, with the picture in its middle, in wire form."""
    # Rounded up: on a canvas of the picture's own size nothing would be painted.
    wide, high = (length + (length + 1) // 2 for length in (width, height))
    x, y = (wide - width) // 2, (high - height) // 2
    return {
        "canvas": {"width": wide, "height": high},
        "img_pos": {"width": width, "height": height, "x": x, "y": y},
    }
