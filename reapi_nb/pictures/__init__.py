"""
Pillow's room: is it a picture, how large, a thumbnail of it, a contact sheet of many.

It touches no disk and no network, and its functions are slow enough (a tenth of a second
a picture) that the engine calls them in worker threads.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

# Loaded by name: Pillow would load all its seventy formats for the first picture it writes.
from PIL import Image, ImageOps, JpegImagePlugin, PngImagePlugin, WebPImagePlugin  # noqa: F401

from reapi_nb.errors import BadPicture
from reapi_nb.pictures.claims import MOST_PIXELS, MOST_SIDE, Claim, claim_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = [
    "EXTENSIONS",
    "MOST_PIXELS",
    "MOST_SIDE",
    "Image",
    "Reading",
    "contact_sheet",
    "open_file",
    "read",
]

FORMATS = {
    "PNG": ("image/png", "png"),
    "JPEG": ("image/jpeg", "jpg"),
    "WEBP": ("image/webp", "webp"),
}
"""What is kept, by what the bytes say (never the name): MIME type and extension."""

EXTENSIONS = dict(FORMATS.values())
"""File name extensions by MIME type."""

THUMB_PX = 512
"""The longest side of a thumbnail."""

_CHECK_PX = 8
_CHECKS = (255, 228)
"""The greys of the board that shows where a picture is transparent, whatever lies behind it."""

_GAP = 4
_SHEET_PX = 960
"""The width that a contact sheet starts from, in pixels."""


@dataclass(frozen=True)
class Reading:
    """What a picture's bytes turned out to be."""

    mime: str
    width: int
    height: int
    thumb: bytes
    """WebP, at most `THUMB_PX` on the longer side, without metadata; transparency is chequered."""

    dhash: str
    """A perceptual hash: 64 bits in hex; near pictures differ in few bits."""


def read(data: bytes) -> Reading:
    """
    Decode a picture once, and keep what is worth knowing.

    Raises:
        BadPicture: It is no PNG, JPEG or WebP, too large, cut or damaged.
    """
    claim = claim_of(data)
    mime, _ = FORMATS[claim.kind]
    small = _reduced(_decoded(data, claim), claim)
    return Reading(mime, claim.width, claim.height, _thumb(small), _dhash(small))


def _decoded(data: bytes, claim: Claim) -> Image.Image:
    """All pixels of a picture, or of its first frame, as large as a thumbnail needs them."""
    try:
        with Image.open(io.BytesIO(data), formats=(claim.kind,)) as image:
            if image.size != claim[1:]:
                raise BadPicture("the file is not a whole picture: it says two sizes")
            # A JPEG is read to its end all the same, only into fewer pixels.
            image.draft(None, (2 * THUMB_PX, 2 * THUMB_PX))
            image.load()
            return image
    except BadPicture:
        raise
    except Exception as no:  # noqa: BLE001 - decoders raise anything when a file is damaged
        raise BadPicture(f"the file is not a whole picture: {no}") from None


def open_file(path: Path) -> Image.Image:
    """A kept picture at full size."""
    with Image.open(path, formats=tuple(FORMATS)) as image:
        image.load()
        return image


def contact_sheet(thumbs: Sequence[bytes], most_bytes: int) -> bytes | None:
    """
    All pictures of a board as one JPEG.

    Args:
        thumbs: WebP thumbnails, in reading order.
        most_bytes: The size to stay under; quality and then width give way.

    Returns:
        The JPEG, or None when there is nothing to show or no room to show it in.
    """
    if not thumbs or most_bytes <= 0:
        return None
    sheet = _lay_out([_opened(thumb) for thumb in thumbs])
    for scale in (1.0, 0.8, 0.6, 0.45, 0.3, 0.2):
        small = ImageOps.scale(sheet, scale) if scale < 1 else sheet
        for quality in (80, 60, 40):
            out = io.BytesIO()
            small.save(out, "JPEG", quality=quality, optimize=True)
            if out.tell() <= most_bytes:
                return out.getvalue()
    return None


def _opened(thumb: bytes) -> Image.Image:
    with Image.open(io.BytesIO(thumb), formats=("WEBP",)) as image:
        return _on_checks(image)


def _on_checks(image: Image.Image) -> Image.Image:
    """The picture in RGB; where it is transparent one sees a light chequered board."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    clear = image.convert("RGBA")
    small = (-(-clear.width // _CHECK_PX), -(-clear.height // _CHECK_PX))
    cells = bytes(_CHECKS[(x + y) % 2] for y in range(small[1]) for x in range(small[0]))
    board = Image.frombytes("L", small, cells).resize(
        (small[0] * _CHECK_PX, small[1] * _CHECK_PX), Image.Resampling.NEAREST
    )
    sheet = board.crop((0, 0, *clear.size)).convert("RGB")
    sheet.paste(clear, (0, 0), clear)
    return sheet


def _lay_out(images: list[Image.Image]) -> Image.Image:
    """Rows of up to four, every picture whole inside its cell."""
    across = min(len(images), 4)
    cell_w = (_SHEET_PX - _GAP * (across - 1)) // across
    cell_h = max(round(cell_w * image.height / image.width) for image in images)
    rows = -(-len(images) // across)
    size = (_SHEET_PX, rows * cell_h + _GAP * (rows - 1))
    sheet = Image.new("RGB", size, "white")
    for n, image in enumerate(images):
        fitted = ImageOps.contain(image, (cell_w, cell_h))
        left = (n % across) * (cell_w + _GAP) + (cell_w - fitted.width) // 2
        top = (n // across) * (cell_h + _GAP) + (cell_h - fitted.height) // 2
        sheet.paste(fitted, (left, top))
    return sheet


def _reduced(image: Image.Image, claim: Claim) -> Image.Image:
    """
    At thumbnail size, with as few passes over all pixels as possible and no copy of them.

    Whole pixels are averaged first, and bicubic does what is left.
    """
    image = _plain(image)
    if (times := max(image.size) // THUMB_PX) > 1:
        image = image.reduce(times)
    most = max(claim.width, claim.height)
    if most > THUMB_PX:  # by the picture's own shape: averaging and a JPEG's draft round it
        across, down = (max(1, round(side * THUMB_PX / most)) for side in claim[1:])
        image = image.resize((across, down), Image.Resampling.BICUBIC)
    return image


def _plain(image: Image.Image) -> Image.Image:
    """The picture with eight bits a colour and without a palette."""
    if image.mode.startswith("I"):  # sixteen bits of grey, which a plain conversion cuts off
        return image.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    clear = image.has_transparency_data
    if image.mode in ("RGB", "RGBA", "L", "LA") and clear is image.mode.endswith("A"):
        return image
    return image.convert("RGBA" if clear else "RGB")


def _thumb(small: Image.Image) -> bytes:
    out = io.BytesIO()
    # Else a profile, a place or a prompt would travel on into the notebook.
    _on_checks(small).save(out, "WEBP", quality=75, method=2, exif=b"", icc_profile=b"", xmp=b"")
    return out.getvalue()


def _dhash(image: Image.Image) -> str:
    clear = image.convert("RGBA") if image.has_transparency_data else image.convert("L")
    small = clear.resize((9, 8), Image.Resampling.BILINEAR, reducing_gap=2.0)
    if small.mode == "RGBA":  # what is under transparent parts is nobody's business
        white = Image.new("RGBA", small.size, "white")
        small = Image.alpha_composite(white, small).convert("L")
    dots = small.tobytes()
    bits = (dots[9 * y + x] > dots[9 * y + x + 1] for y in range(8) for x in range(8))
    return f"{sum(bit << n for n, bit in enumerate(bits)):016x}"
