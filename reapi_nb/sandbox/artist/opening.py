"""Picture files of others, opened: PNG, JPEG and WebP, turned upright, and never enormous.

Only those parts of a file that make pixels reach the decoder, so that no damaged comment, date or
profile can stop it or make it warn. Sizes are read before anything is decoded.
"""

from __future__ import annotations

import hashlib
import struct
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from reapi_nb.sandbox.artist.guessing import guessed
from reapi_nb.sandbox.artist.sizes import scaled, shrinkage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reapi_nb.sandbox.artist.painting import Painting

MOST_DECLARED = 64_000_000
"""Pixels that a file may say it has."""

_PNG = b"\x89PNG\r\n\x1a\n"
_PIXELS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_ADOBE = 0xEE  # says which way colours are stored
_BARE_MARKERS = {0xD8, 0x01, *range(0xD0, 0xD8)}  # without a length
_SCAN, _EXIF_SEGMENT = 0xDA, 0xE1
_ORIENTATION = 0x0112
_BROKEN = (OSError, SyntaxError, Image.DecompressionBombError)
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def opened(data: bytes) -> Painting:
    """A picture file as a painting, with at most 16 megapixels and 8,192 pixels a side.

    It is turned as its Exif orientation says. RGBA if it can be transparent, else RGB. Of an
    animation, the first picture. The scene is guessed from the pixels and the bytes' own hash.

    Raises:
        ValueError: It is no whole PNG, JPEG or WebP, or has more than 64 megapixels.
    """
    try:
        image = _upright(*_decoded(data))
    except _BROKEN as no:
        raise ValueError(f"the file is no whole PNG, JPEG or WebP picture: {no}") from None
    factor = shrinkage(*image.size)
    if factor < 1:
        size = scaled(image.width, factor), scaled(image.height, factor)
        image = image.resize(size, Image.Resampling.LANCZOS)
    return guessed(image, hashlib.sha256(data).hexdigest())


def _decoded(data: bytes) -> tuple[Image.Image, int]:
    """The pixels of a file, in RGB or RGBA, and its Exif orientation (1 is upright)."""
    for sign, read in _FORMATS.items():
        if data.startswith(sign):
            image, exif = read(data)
            break
    else:
        raise ValueError("the file is no PNG, JPEG or WebP picture")
    width, height = image.size
    if width * height > MOST_DECLARED:
        raise ValueError(f"the picture has {width}x{height} pixels, more than 64 megapixels")
    image.load()
    return _in_colours(image), _orientation(exif)


def _in_colours(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits; Pillow would cut off all but the darkest
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    way = _UPRIGHT.get(orientation)
    return image if way is None else image.transpose(way)


def _png(data: bytes) -> tuple[Image.Image, bytes]:
    bare, exif = [_PNG], b""
    for kind, body, whole in _png_chunks(data):
        if kind in _PIXELS:
            bare.append(whole)
        elif kind == b"eXIf":
            exif = body
    return PngImagePlugin.PngImageFile(BytesIO(b"".join(bare))), exif


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    at = len(_PNG)
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        yield kind, data[at + 8 : at + 8 + length], data[at : at + 12 + length]
        at += 12 + length


def _jpeg(data: bytes) -> tuple[Image.Image, bytes]:
    bare, exif = [b"\xff\xd8"], b""
    for kind, body, whole in _jpeg_segments(data):
        if kind == _EXIF_SEGMENT and body.startswith(b"Exif\0\0"):
            exif = body[6:]
        elif kind < 0xE0 or kind == _ADOBE:  # from 0xE0 on: what programs and people left there
            bare.append(whole)
    return JpegImagePlugin.JpegImageFile(BytesIO(b"".join(bare))), exif


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """The segments after the first marker; the last one is the scan with all that follows."""
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF or data[at + 1] in _BARE_MARKERS or data[at + 1] == 0xFF:
            at += 1  # fill bytes between segments
            continue
        kind, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if kind == _SCAN:
            yield kind, b"", data[at:]
            return
        yield kind, data[at + 4 : at + 2 + length], data[at : at + 2 + length]
        at += 2 + length


def _webp(data: bytes) -> tuple[Image.Image, bytes]:
    image = WebPImagePlugin.WebPImageFile(BytesIO(data))
    return image, image.info.get("exif", b"").removeprefix(b"Exif\0\0")


_FORMATS: dict[bytes, Callable[[bytes], tuple[Image.Image, bytes]]] = {
    _PNG: _png,
    b"\xff\xd8": _jpeg,
    b"RIFF": _webp,
}


def _orientation(exif: bytes) -> int:
    """The orientation among the first fields of Exif data; 1 where there is none to be read."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(f"{order}I", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, start)
        for field in range(count):
            at = start + 2 + 12 * field
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", exif, at)
            if tag == _ORIENTATION:
                return int(value)
    except struct.error:
        return 1
    return 1
