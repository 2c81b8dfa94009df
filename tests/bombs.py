"""
Files that are small on the wire and would be enormous in memory, or that pretend.

`python -m tests.bombs FOLDER` reads each file of a folder and prints by how many MB the process
grew, and which of them were taken for pictures. Whoever makes the files has grown already.
"""

from __future__ import annotations

import io
import json
import struct
import sys
import zlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from reapi_nb import pictures
from reapi_nb.errors import BadPicture

if TYPE_CHECKING:
    from collections.abc import Callable

PNG = b"\x89PNG\r\n\x1a\n"
MB = 1 << 20


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def header(width: int, height: int, bits: int = 1, colours: int = 0) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colours, 0, 0, 0))


def png(width: int, height: int, *between: bytes, rows: int = 1, bits: int = 1) -> bytes:
    """A PNG of a header that claims a size, of so many rows, and of chunks in front of them."""
    pixels = zlib.compress(b"\0" * (1 + -(-width * bits // 8)) * rows)
    return PNG + header(width, height, bits) + b"".join(between) + _pixels(pixels)


def _pixels(packed: bytes) -> bytes:
    return chunk(b"IDAT", packed) + chunk(b"IEND")


@cache
def zeros() -> bytes:
    """200 MB of nothing, packed a thousand to one."""
    packer = zlib.compressobj(6)
    return b"".join(packer.compress(bytes(MB)) for _ in range(200)) + packer.flush()


def _jpeg(width: int, height: int) -> bytes:
    """A small JPEG whose header claims another size."""
    out = io.BytesIO()
    Image.new("RGB", (64, 64)).save(out, "JPEG")
    data = bytearray(out.getvalue())
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def _scans(count: int) -> bytes:
    """A progressive JPEG that goes over its picture again and again."""
    out = io.BytesIO()
    Image.new("RGB", (4_000, 4_000)).save(out, "JPEG", progressive=True)
    data = out.getvalue()
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * count + data[-2:]


def _webp(side: int, frame_side: int, count: int) -> bytes:
    """An animation of so many frames on a canvas that may be larger than they are."""
    out = io.BytesIO()
    Image.new("RGB", (frame_side, frame_side)).save(out, "WEBP", lossless=True, method=0)
    size, canvas = ((one - 1).to_bytes(3, "little") * 2 for one in (frame_side, side))
    frame = bytes(6) + size + bytes(4) + out.getvalue()[12:]
    parts = [(b"VP8X", b"\x02\0\0\0" + canvas), (b"ANIM", bytes(6)), *[(b"ANMF", frame)] * count]
    body = b"WEBP" + b"".join(
        name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in parts
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _apng(side: int, count: int) -> bytes:
    """The same as a PNG; one that knows no animations sees its first frame."""
    packed = zlib.compress(bytes(side * (1 + side * 3)), 1)
    place = struct.pack(">IIIIHHBB", side, side, 0, 0, 1, 100, 0, 0)
    more = (
        chunk(b"fcTL", struct.pack(">I", 2 * n - 1) + place)
        + chunk(b"fdAT", struct.pack(">I", 2 * n) + packed)
        for n in range(1, count)
    )
    return b"".join(
        (
            *(PNG, header(side, side, 8, 2), chunk(b"acTL", struct.pack(">II", count, 0))),
            *(chunk(b"fcTL", bytes(4) + place), chunk(b"IDAT", packed), *more, chunk(b"IEND")),
        )
    )


BOMBS: dict[str, Callable[[], bytes]] = {
    "PNG of 3.6 billion pixels": lambda: png(60_000, 60_000, rows=100),
    "PNG of 100 million pixels": lambda: png(10_000, 10_000, rows=100, bits=8),
    "JPEG of 4 billion pixels": lambda: _jpeg(65_000, 65_000),
    "JPEG of 100 million pixels": lambda: _jpeg(10_000, 10_000),
    "JPEG of a thousand scans": lambda: _scans(1_000),
    "WebP of 268 million pixels": lambda: _webp(16_384, 16, 1),
    "zTXt of 200 MB": lambda: png(8, 8, chunk(b"zTXt", b"x\0\0" + zeros()), rows=8),
    "iTXt of 200 MB": lambda: png(8, 8, chunk(b"iTXt", b"x\0\1\0\0\0" + zeros()), rows=8),
    "zTXt behind the pixels": lambda: (
        png(8, 8, rows=8)[:-12] + chunk(b"zTXt", b"x\0\0" + zeros()) + chunk(b"IEND")
    ),
    "a million empty chunks": lambda: png(8, 8, chunk(b"tEXt", b"x\0") * 1_000_000, rows=8),
}
"""What has to be refused."""

HEAVY: dict[str, Callable[[], bytes]] = {
    "a profile of 200 MB": lambda: png(8, 8, chunk(b"iCCP", b"x\0\0" + zeros()), rows=8),
    "a thousand times the rows": lambda: png(8, 8, rows=75 * MB),
    "20 PNG frames": lambda: _apng(2_000, 20),
    "20 WebP frames": lambda: _webp(2_000, 2_000, 20),
}
"""What may be a picture, as long as it stays small."""


def main(folder: str) -> None:
    files = [(file.name, file.read_bytes()) for file in sorted(Path(folder).iterdir())]
    pictures.read(png(8, 8, rows=8))  # what reading itself needs is loaded
    before, taken = _most_mb(), []
    for name, data in files:
        try:
            pictures.read(data)
        except BadPicture:
            continue
        taken.append(name)
    print(json.dumps({"grew_mb": _most_mb() - before, "taken": taken}))


def _most_mb() -> float:
    """The most memory that this process ever had; `getrusage` would count its parent's as well."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
