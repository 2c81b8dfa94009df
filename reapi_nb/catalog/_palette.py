"""
A palette that steers a picture's colours: swatches whose shares make up the whole.

Source: reAPI docs, "wan-2-7-image".
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, ConfigDict, Field, RootModel

from reapi_nb.catalog._geometry import Shape, Typed
from reapi_nb.catalog._terms import reject

_HEX = re.compile(r"#[0-9A-Fa-f]{6}")
_RATIO = re.compile(r"\d{1,3}(?:\.\d{1,2})?%")
_WHOLE = Decimal(100)


def _hex(text: str) -> str:
    if _HEX.fullmatch(text) is None:
        raise reject(f"a colour is written as hex like #C2D1E6, not {text[:20]!r}")
    return text


def _ratio(text: str) -> str:
    if _RATIO.fullmatch(text) is None:
        raise reject(f"a ratio is a percentage like 23.51%, not {text[:20]!r}")
    return text


class Swatch(Shape):
    """One colour of a palette, and how much of the picture it takes."""

    takes: ClassVar = "#RRGGBB and a percentage, like #C2D1E6 23.51%"

    hex: Annotated[str, AfterValidator(_hex)]
    ratio: Annotated[str, AfterValidator(_ratio)]

    @property
    def share(self) -> Decimal:
        """Its part of the picture in percent."""
        return Decimal(self.ratio.removesuffix("%"))


def _make_up_the_whole(swatches: tuple[Swatch, ...]) -> tuple[Swatch, ...]:
    # Decimal, because in binary 33.33 + 33.33 + 33.34 is not 100.
    total = sum((swatch.share for swatch in swatches), Decimal(0))
    if total != _WHOLE:
        raise reject(f"the ratios of color_palette must sum to 100.00%: these make {total}%")
    return swatches


_Swatches = Annotated[
    tuple[Swatch, ...],
    Field(strict=False, min_length=3, max_length=10),
    AfterValidator(_make_up_the_whole),
]


class Palette(RootModel[_Swatches], Typed):
    """Three to ten colours, each with its share; the shares make up 100.00 %."""

    model_config = ConfigDict(strict=True, frozen=True)
    opens: ClassVar = "["
    takes: ClassVar = "colours and percentages, like #C2D1E6 50%, #636574 30%, #000000 20%"

    @classmethod
    def typed(cls, text: str) -> Any:
        pairs = [part.split() for part in text.split(",")]
        if text.startswith("[") or not all(len(pair) == 2 for pair in pairs):
            return super().typed(text)
        return [{"hex": hue, "ratio": ratio} for hue, ratio in pairs]

    def __str__(self) -> str:
        return ", ".join(f"{swatch.hex} {swatch.ratio}" for swatch in self.root)
