"""A mark on a picture that says where it comes from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

    from reapi_nb.sandbox.artist.painting import Painting

_WORDS = "AI generated"
_SHARE = 1 / 36  # the height of its letters, in shares of the shorter side
_LEAST = 7  # smaller letters than this cannot be read
_INK, _RIM = (255, 255, 255, 255), (20, 16, 30, 255)


def watermarked(painting: Painting) -> Painting:
    """A painting with "AI generated" in its lower right corner; elsewhere not a byte changes.

    Light letters with a dark rim can be read on any ground. On a picture too small for them they
    are as large as there is room for.
    """
    mark = _mark(*painting.image.size)
    image = painting.image.copy()
    gap = mark.height // 3
    corner = max(0, image.width - mark.width - gap), max(0, image.height - mark.height - gap)
    image.paste(mark if image.mode == "RGBA" else mark.convert("RGB"), corner, mark)
    if image.mode == "RGBA":  # pasting halves what is half transparent; letters are to be seen
        alpha = image.getchannel("A")
        alpha.paste(255, corner, mark.getchannel("A"))
        image.putalpha(alpha)
    return replace(painting, image=image)


def _mark(width: int, height: int) -> Image.Image:
    """The words on nothing, cropped, for a picture of a size."""
    letters = max(_LEAST, round(min(width, height) * _SHARE))
    while letters > 1 and _extent(letters)[2] * 1.1 > width:
        letters -= 1
    left, top, right, low = _extent(letters)
    sheet = Image.new("RGBA", (round(right - left), round(low - top)), (*_RIM[:3], 0))
    ImageDraw.Draw(sheet).text(
        (-left, -top),
        _WORDS,
        _INK,
        _font(letters),
        stroke_width=_rim(letters),
        stroke_fill=_RIM,
    )
    return sheet


def _rim(letters: int) -> int:
    return max(1, round(letters / 14))


def _font(letters: int) -> FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(letters)


def _extent(letters: int) -> tuple[float, float, float, float]:
    sheet = ImageDraw.Draw(Image.new("L", (1, 1)))
    return sheet.textbbox((0, 0), _WORDS, _font(letters), stroke_width=_rim(letters))
