"""
What the bytes of a file claim to be, before anything decodes them.

The name and the content type count for nothing. A claim is cheap to make: it decides whether
Pillow may open the file at all, and whether the file is whole, which a decoder that has all its
pixels does not always ask.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, NamedTuple

from reapi_nb.errors import BadPicture

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_PIXELS = 40_000_000
MOST_SIDE = 16_384

MOST_PARTS = 1 << 16
"""Chunks and segments: a picture of 64 MB has some thousands, a file that wastes time millions."""

MOST_SCANS = 100
"""Passes over a JPEG; a progressive one has about ten, and each costs as much as the picture."""

_PNG, _JPEG, _RIFF, _WEBP = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF", b"WEBP"
_PADDING = b"\0\r\n\t "
_SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
"""JPEG's segments that tell the size."""

_ALONE = {0x01, *range(0xD0, 0xD9)}
"""JPEG's markers that nothing belongs to."""


class Claim(NamedTuple):
    """What a file says of itself."""

    kind: str
    """`PNG`, `JPEG` or `WEBP`, as Pillow calls them."""

    width: int
    height: int


def claim_of(data: bytes) -> Claim:
    """
    What a file's bytes say it is.

    Raises:
        BadPicture: No PNG, JPEG or WebP; more pixels than are opened; cut, damaged, or followed
            by something else.
    """
    kind = _kind(data)
    try:
        claim = Claim(kind, *_READERS[kind](data))
    except (struct.error, IndexError):
        raise BadPicture("the file is not a whole picture: it ends too soon") from None
    if claim.width * claim.height > MOST_PIXELS or max(claim.width, claim.height) > MOST_SIDE:
        raise BadPicture(f"the picture has {claim.width}x{claim.height} pixels, too many to open")
    return claim


def _kind(data: bytes) -> str:
    if data.startswith(_PNG):
        return "PNG"
    if data.startswith(_JPEG):
        return "JPEG"
    if data.startswith(_RIFF) and data[8:12] == _WEBP:
        return "WEBP"
    raise BadPicture("the file is no PNG, JPEG or WebP")


def _png(data: bytes) -> tuple[int, int]:
    """Every chunk is whole, by its own checksum, and the last one is the end."""
    if data[12:16] != b"IHDR":
        raise _damaged("it begins with no header")
    size = _pair(">II", data, 16)
    at, view = len(_PNG), memoryview(data)  # a slice of it copies nothing
    for _part in range(MOST_PARTS):
        length, name = struct.unpack_from(">I4s", data, at)
        behind = at + 8 + length
        (said,) = struct.unpack_from(">I", data, behind)
        if zlib.crc32(view[at + 4 : behind]) != said:
            raise _damaged("a checksum is wrong")
        at = behind + 4
        if name == b"IEND":
            _check_end(data, at)
            return size
    raise _damaged("it has too many parts")


def _jpeg(data: bytes) -> tuple[int, int]:
    """The size stands before the pixels, and the last thing in the file is its end."""
    if data.count(b"\xff\xda") > MOST_SCANS:
        raise _damaged("it has too many scans")
    at = 2
    for _part in range(MOST_PARTS):
        while data[at + 1] == 0xFF:  # any marker may be padded
            at += 1
        mark, name = data[at], data[at + 1]
        if mark != 0xFF or name in (0xD9, 0xDA):
            break
        if name in _SIZES:
            height, width = _pair(">HH", data, at + 5)
            end = data.rfind(b"\xff\xd9")
            _check_end(data, end + 2 if end > at else len(data) + 1)
            return width, height
        at += 2 if name in _ALONE else 2 + int(struct.unpack_from(">H", data, at + 2)[0])
    raise _damaged("it says no size")


def _webp(data: bytes) -> tuple[int, int]:
    """The container says how long it is."""
    (length,) = struct.unpack_from("<I", data, 4)
    _check_end(data, 8 + length)
    name = data[12:16]
    if name == b"VP8X":
        return 1 + _three(data, 24), 1 + _three(data, 27)
    if name == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = _pair("<HH", data, 26)
    return width & 0x3FFF, height & 0x3FFF


_READERS: dict[str, Callable[[bytes], tuple[int, int]]] = {
    "PNG": _png,
    "JPEG": _jpeg,
    "WEBP": _webp,
}


def _check_end(data: bytes, end: int) -> None:
    """Refuse what ends sooner, and a second file behind the picture; hosts may pad."""
    if end > len(data):
        raise _damaged("it ends too soon")
    if data[end:].strip(_PADDING):
        raise _damaged("something else is behind it")


def _pair(form: str, data: bytes, at: int) -> tuple[int, int]:
    one, two = struct.unpack_from(form, data, at)
    return int(one), int(two)


def _three(data: bytes, at: int) -> int:
    """Three bytes, the lowest first."""
    return int(data[at]) | int(data[at + 1]) << 8 | int(data[at + 2]) << 16


def _damaged(how: str) -> BadPicture:
    return BadPicture(f"the file is not a whole picture: {how}")
