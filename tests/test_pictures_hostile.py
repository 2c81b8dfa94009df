"""Files that pretend, explode, are damaged, or have something to hide."""

from __future__ import annotations

import io
import json
import random
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image, ImageCms, ImageFile, PngImagePlugin

from reapi_nb.errors import BadPicture
from reapi_nb.pictures import read
from tests.bombs import BOMBS, HEAVY, PNG, chunk, header, png
from tests.samples import picture

KINDS = ("PNG", "JPEG", "WEBP")
SCRIPT = b"<script>alert(1)</script>"


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("a.txt", "a")
    return out.getvalue()


def test_bombs_are_refused_and_nothing_grows(tmp_path):
    """All of them together cost less than 150 MB, also those that may be pictures."""
    for name, make in (BOMBS | HEAVY).items():
        (tmp_path / name).write_bytes(make())

    ran = subprocess.run(
        [sys.executable, "-m", "tests.bombs", str(tmp_path)],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=True,
    )

    told = json.loads(ran.stdout)
    assert not set(BOMBS) & set(told["taken"])
    assert {"20 PNG frames", "20 WebP frames"} <= set(told["taken"])
    assert 150 > told["grew_mb"]
    assert "" == ran.stderr


OTHERS = {
    "ICNS": picture(64, 64, kind="ICNS"),
    "ICO": picture(kind="ICO"),
    "PDF": picture(kind="PDF"),
    "AVIF": b"\0\0\0\x1cftypavif\0\0\0\0avifmif1",
    "PCX": picture(kind="PCX"),
    "TGA": picture(kind="TGA"),
    "zip": _zip(),
    "HTML with a picture in it": b"<html><body>" + SCRIPT + picture(),
    "a picture behind a line": b"\n" + picture(),
    "a RIFF of sound": b"RIFF" + struct.pack("<I", 4) + b"WAVE",
    "a signature and a page": PNG + b"<html>" + SCRIPT,
}


@pytest.mark.parametrize("data", OTHERS.values(), ids=OTHERS)
def test_only_three_formats_are_opened_at_all(data):
    """Pillow opens EPS, ICNS and others whatever they are called; here it is not asked to."""
    with pytest.raises(BadPicture):
        read(data)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("behind", [SCRIPT, _zip(), picture()], ids=["page", "zip", "picture"])
def test_a_picture_with_another_file_behind_it_is_refused(kind, behind):
    """It would be two things, depending on who looks."""
    with pytest.raises(BadPicture, match="behind it"):
        read(picture(kind=kind) + behind)


@pytest.mark.parametrize("kind", KINDS)
def test_padding_behind_a_picture_is_no_reason_to_lose_it(kind):
    """Some hosts fill up the last block."""
    assert (64, 48) == (read(picture(kind=kind) + b"\0\0\n").width, 48)


@pytest.mark.parametrize("lenient", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_that_is_cut_anywhere_is_refused(kind, lenient, monkeypatch):
    """Also by a byte, and where somebody told Pillow to be lenient in this very kernel."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", lenient)
    data = _busy(kind)

    for left in (*range(0, len(data), len(data) // 40 + 1), len(data) - 1, len(data) - 4):
        with pytest.raises(BadPicture):
            read(data[:left])


def test_a_png_with_a_wrong_bit_anywhere_is_refused():
    """Pillow does not look at the checksums of the pixels."""
    data = _busy("PNG")
    last = len(data) - 12 - 4  # where the checksum of the pixels is

    for at in (*range(0, len(data), len(data) // 100 + 1), *range(last, len(data))):
        changed = bytearray(data)
        changed[at] ^= 0x10
        with pytest.raises(BadPicture):
            read(bytes(changed))


@pytest.mark.parametrize("kind", KINDS)
def test_damage_is_never_any_other_error(kind):
    """Whatever is wrong with a file, a reading or a refusal comes of it."""
    good, chance = _busy(kind), random.Random(kind)

    for _ in range(100):
        data = bytearray(good)
        for _ in range(chance.choice((1, 4, 30))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        with suppress(BadPicture):
            read(bytes(data))


@pytest.mark.parametrize(
    "data",
    [
        PNG + chunk(b"IEND"),
        PNG + header(8, 8) + chunk(b"IEND"),
        PNG + header(8, 8) + header(8, 4) + png(8, 8, rows=8)[33:],
        PNG + header(0, 8) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND"),
        PNG + chunk(b"tEXt", b"a\0b") + png(8, 8, rows=8)[8:],
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8" + b"\xff" * 100,
        b"\xff\xd8" + b"\xff\xe0\0\0" * 100_000,
        b"RIFF\x04\0\0\0WEBP",
        b"RIFF\x0c\0\0\0WEBPVP8X\0\0\0\0",
    ],
    ids=range(10),
)
def test_files_that_lie_about_themselves_are_refused(data):
    """No header, two headers, no pixels, no end."""
    with pytest.raises(BadPicture):
        read(data)


def _busy(kind: str) -> bytes:
    """A picture with much to damage."""
    out = io.BytesIO()
    noise = random.Random(0).randbytes(80 * 60 * 3)
    Image.frombytes("RGB", (80, 60), noise).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("kind", KINDS)
def test_a_thumbnail_is_nothing_but_pixels(kind):
    """No profile, no EXIF, no XMP, no text; its container has no place for any."""
    exif = Image.Exif()
    exif[0x010E] = "a secret prompt"
    text = PngImagePlugin.PngInfo()
    text.add_text("parameters", "a secret prompt")
    text.add_itxt("XML:com.adobe.xmp", "a secret place")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    extra = {"pnginfo": text} if kind == "PNG" else {"xmp": b"a secret place"}
    data = picture(900, 700, kind=kind, exif=exif, icc_profile=profile, **extra)

    thumb = read(data).thumb

    assert b"secret" in data
    assert re.fullmatch(rb"RIFF....WEBPVP8 .*", thumb, re.DOTALL)
    assert len(thumb) == 20 + struct.unpack("<I", thumb[16:20])[0]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "I"])
def test_every_kind_of_png_has_a_thumbnail(mode):
    """Grey, palettes, transparency and sixteen bits."""
    source = Image.linear_gradient("L").resize((1_100, 700))
    if mode in ("I;16", "I"):
        wide = struct.pack("<770000H", *(256 * dot for dot in source.tobytes()))
        image = Image.frombytes("I;16", source.size, wide)
    else:
        image = source.convert(mode)
    out = io.BytesIO()
    image.save(out, "PNG")

    reading = read(out.getvalue())

    with Image.open(io.BytesIO(reading.thumb)) as thumb:
        assert ((1_100, 700), (512, 326)) == ((reading.width, reading.height), thumb.size)
        top, bottom = (thumb.convert("L").getpixel((256, y)) for y in (10, 315))
    assert 60 > top
    assert 190 < bottom


@pytest.mark.parametrize("mode", ["L", "CMYK", "RGB"])
def test_every_kind_of_jpeg_has_a_thumbnail(mode):
    """It is decoded into fewer pixels, and its own size is told."""
    out = io.BytesIO()
    Image.new("RGB", (4_001, 3_001), "white").convert(mode).save(out, "JPEG")

    reading = read(out.getvalue())

    with Image.open(io.BytesIO(reading.thumb)) as thumb:
        assert ((4_001, 3_001), (512, 384)) == ((reading.width, reading.height), thumb.size)
        assert min(thumb.convert("RGB").getpixel((256, 192))) > 250
