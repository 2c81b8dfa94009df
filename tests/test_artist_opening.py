"""Picture files of others: opened as they are meant to be seen, refused where they are none."""

from __future__ import annotations

import io
import struct
import zlib
from random import Random

import pytest
from PIL import Image, ImageDraw, ImageStat

from reapi_nb.sandbox import artist
from tests.paintings import made, mean_difference, painted, polygon, same_where

_FORMATS = ("PNG", "JPEG", "WEBP")


def _file(image: Image.Image, form: str = "PNG", **how) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **how)
    return out.getvalue()


def _corners(width: int = 80, height: int = 48) -> Image.Image:
    """Four corners in four colours, to see which way up a picture is."""
    image = Image.new("RGB", (width, height), "white")
    image.paste("red", (0, 0, width // 2, height // 2))
    image.paste("lime", (width // 2, 0, width, height // 2))
    image.paste("blue", (0, height // 2, width // 2, height))
    return image


def _chunk(kind: bytes, body: bytes) -> bytes:
    whole = kind + body
    return struct.pack(">I", len(body)) + whole + struct.pack(">I", zlib.crc32(whole))


def _declared(width: int, height: int) -> dict[str, bytes]:
    """Small files that say how large they are, and hold next to nothing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    png = (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(b"\0" * 99))
    )
    jpeg = bytearray(_file(Image.new("RGB", (8, 8)), "JPEG"))
    at = jpeg.index(b"\xff\xc0") + 5
    jpeg[at : at + 4] = struct.pack(">HH", min(height, 65500), min(width, 65500))
    webp = b"\x2f" + struct.pack("<I", min(width, 16383) - 1 | (min(height, 16383) - 1) << 14)
    body = b"WEBPVP8L" + struct.pack("<I", 69 + 1) + webp + b"\0" * 65
    return {
        "PNG": png + _chunk(b"IEND", b""),
        "JPEG": bytes(jpeg),
        "WEBP": b"RIFF" + struct.pack("<I", len(body)) + body,
    }


def _exif(orientation: int, order: str = "<") -> bytes:
    head = b"II*\0" if order == "<" else b"MM\0*"
    field = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    return head + struct.pack(f"{order}IH", 8, 1) + field + b"\0" * 4


# What can be opened.


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_file_without_loss_is_opened_to_the_byte(form, mode):
    """Pixels and transparency are those of the file."""
    image = made(mode=mode).image

    opened = artist.opened(
        _file(image, form, **({"lossless": True, "exact": True} if form == "WEBP" else {}))
    )

    assert (mode, image.tobytes()) == (opened.image.mode, opened.image.tobytes())
    assert image.size == opened.subject.size


def test_a_jpeg_is_opened():
    """Nearly to the byte."""
    image = _corners()

    assert 3 > mean_difference(image, artist.opened(_file(image, "JPEG", quality=95)).image)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "I;16", "YCbCr"])
def test_every_kind_of_pixels_becomes_rgb(mode):
    """Greys, palettes, print colours and 16 bits; what can be transparent becomes RGBA."""
    grey = Image.linear_gradient("L")
    if mode == "I;16":
        image = grey.convert("I").point(lambda value: value * 257).convert("I;16")
    elif mode == "P":
        image = grey.convert("RGB").quantize(256)
    else:
        image = (grey if mode in ("1", "LA") else grey.convert("RGB")).convert(mode)

    opened = artist.opened(_file(image, "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"))

    assert ("RGBA" if mode == "LA" else "RGB") == opened.image.mode
    assert mode == "1" or 3 > mean_difference(grey, opened.image)
    assert 120 < ImageStat.Stat(opened.image).mean[0] < 135


def test_a_transparent_palette_becomes_rgba():
    """Its hole stays a hole."""
    image = Image.new("P", (40, 30), 1)
    image.putpalette([0, 0, 0, 255, 0, 0])
    image.paste(0, (0, 0, 20, 30))

    opened = artist.opened(_file(image, "PNG", transparency=0))

    assert "RGBA" == opened.image.mode
    assert [(0, 0, 0, 0), (255, 0, 0, 255)] == [opened.image.getpixel((x, 9)) for x in (5, 30)]
    assert artist.has_alpha_hole(opened)


@pytest.mark.parametrize("form", _FORMATS)
@pytest.mark.parametrize("order", ["<", ">"])
def test_a_picture_is_turned_as_its_exif_says(form, order):
    """All eight orientations: seen upright, the four corners are where they belong."""
    upright = _corners()
    turns = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    for orientation, turn in turns.items():
        stored = upright.transpose(turn) if turn is not None else upright
        exif = _exif(orientation, order)
        how = {"exif": b"Exif\0\0" + exif if form == "JPEG" else exif}

        opened = artist.opened(_file(stored, form, quality=95, **how))

        assert upright.size == opened.image.size
        assert 6 > mean_difference(upright, opened.image)


@pytest.mark.parametrize(
    "exif",
    [
        b"",
        b"II",
        b"II*\0\xff\xff\xff\xff",
        b"MM\0*\0\0\0\x08\xff\xff",
        b"rubbish",
        struct.pack("<4sIHH", b"II*\0", 8, 3, 0x0128),
    ],
)
@pytest.mark.parametrize("form", _FORMATS)
def test_damaged_exif_is_no_reason_to_refuse_a_picture(form, exif):
    """It is opened as it lies, and nobody is warned."""
    image = _corners()
    how = {"exif": b"Exif\0\0" + exif if form == "JPEG" else exif}

    assert 3 > mean_difference(image, artist.opened(_file(image, form, quality=95, **how)).image)


def test_damaged_extras_are_no_reason_either():
    """An animation's broken header, and a comment that is none, never reach the decoder."""
    whole = _file(_corners())
    extra = _chunk(b"acTL", struct.pack(">II", 0, 0)) + _chunk(b"zTXt", b"a\0\0nonsense")

    opened = artist.opened(whole[:33] + extra + whole[33:])

    assert _corners().tobytes() == opened.image.tobytes()


def test_of_an_animation_the_first_picture_is_taken():
    """One painting for one file."""
    first, second = _corners(), Image.new("RGB", (80, 48), "black")

    for form in ("PNG", "WEBP"):
        opened = artist.opened(
            _file(first, form, save_all=True, append_images=[second], lossless=True)
        )

        assert first.tobytes() == opened.image.convert("RGB").tobytes()


# What cannot.


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"<svg/>",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8",
        b"\xff\xd8\xff\xe0",
        b"RIFF",
        b"\xff\xd8\xff\xc0\0\4\0\0\xff\xd9",
        b"\xff\xd8" * 50,
    ],
)
def test_what_is_no_picture_is_refused(data):
    """With a ValueError, whatever the decoder says."""
    with pytest.raises(ValueError, match="PNG, JPEG"):
        artist.opened(data)


@pytest.mark.parametrize("form", ["GIF", "BMP", "TIFF"])
def test_other_formats_are_refused(form):
    """Only PNG, JPEG and WebP, as the APIs want them."""
    with pytest.raises(ValueError, match="no PNG, JPEG or WebP"):
        artist.opened(_file(_corners(), form))


@pytest.mark.parametrize("form", _FORMATS)
def test_a_cut_file_is_refused(form):
    """Half a picture is none."""
    data = _file(made(400, 300).image, form)

    for length in (len(data) // 2, len(data) // 9, 40, 20):
        with pytest.raises(ValueError, match="PNG, JPEG"):
            artist.opened(data[:length])


@pytest.mark.parametrize("form", _FORMATS)
@pytest.mark.parametrize("size", [(8001, 8001), (16000, 16000), (60000, 60000)])
def test_an_enormous_picture_is_refused_before_it_is_decoded(form, size):
    """A small file may not fill the memory, and Pillow does not warn of it."""
    data = _declared(*size)[form]

    with pytest.raises(ValueError, match=r"pixels"):
        artist.opened(data)
    assert len(data) < 1000


@pytest.mark.parametrize("form", _FORMATS)
def test_damage_leads_to_a_painting_or_a_refusal(form):
    """Nothing else may come of it, whichever bytes are wrong; nor a warning."""
    whole, rng = _file(made(30, 20).image, form), Random(1)
    outcomes = set()
    for _ in range(80):
        data = bytearray(whole)
        for _ in range(rng.randrange(1, 9)):
            data[rng.randrange(min(len(data), rng.choice((60, 700, 9999))))] = rng.randrange(256)
        try:
            outcomes.add(artist.opened(bytes(data)).image.mode)
        except ValueError:
            outcomes.add("refused")

    assert "refused" in outcomes


# What becomes of it.


def test_a_large_picture_is_shrunk():
    """To 16 megapixels, in its shape."""
    opened = artist.opened(_file(Image.new("RGB", (6000, 3000), "teal"), "JPEG", quality=5))

    width, height = opened.image.size
    assert 16_000_000 < width * height <= 1 << 24
    assert 2 == pytest.approx(width / height, rel=0.001)


def test_the_scene_of_a_picture_has_its_colours_and_its_horizon():
    """What is painted beside it goes on in them."""
    image = Image.new("RGB", (400, 300), "#d0e8ff")
    image.paste("#2a6b1f", (0, 180, 400, 300))

    scene = artist.opened(_file(image)).scene

    assert 0.6 == pytest.approx(scene.layout.horizon, abs=0.05)
    assert 30 > max(abs(a - b) for a, b in zip(scene.palette.high, (0xD0, 0xE8, 0xFF), strict=True))
    assert 30 > max(abs(a - b) for a, b in zip(scene.palette.far, (0x2A, 0x6B, 0x1F), strict=True))


def test_what_stands_out_is_its_subject():
    """A thing on an even ground is found; on an even ground alone there is none."""
    image = Image.new("RGB", (400, 300), "#e8e4da")
    empty = artist.opened(_file(image))
    ImageDraw.Draw(image).ellipse((140, 80, 260, 240), "#a01818")

    subject = artist.opened(_file(image)).subject

    assert 200 < ImageStat.Stat(subject.crop((160, 110, 240, 210))).mean[0]
    assert 20 > ImageStat.Stat(subject.crop((0, 0, 100, 300))).mean[0]
    assert empty.subject.getbbox() is None


def test_the_same_bytes_are_the_same_painting():
    """Other bytes may be another scene, even of the same picture."""
    data = [_file(_corners()), _file(_corners(), compress_level=1)]

    first, again, other = (artist.opened(one) for one in (data[0], data[0], data[1]))

    assert first.scene == again.scene
    assert first.subject.tobytes() == again.subject.tobytes()
    assert first.scene.kin != other.scene.kin


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_an_opened_picture_can_be_edited(mode):
    """By every kind of edit, like any other painting."""
    parent = artist.opened(_file(painted().image.resize((300, 200)).convert(mode)))
    new = {"text": "a cat at night", "seed": 1, "slot": 0}
    region = polygon((50, 50, 200, 150))

    done = [
        artist.vary(parent, strength="strong", **new),
        artist.inpaint(parent, region=region, **new),
        artist.outpaint(parent, scale=1.5, **new),
        artist.edited([parent, parent], size=(300, 200), **new),
        artist.remix(parent, mode="subtle", **new),
        artist.retexture(parent, **new),
        artist.cut_out(parent),
    ]

    assert 7 == len({one.image.tobytes() for one in done})
    outside = region.mask((300, 200)).point([255 * (value == 0) for value in range(256)])
    assert same_where(parent.image, done[1].image, outside)
