"""What is a picture, what is not, and what is made of one."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest
from PIL import Image, PngImagePlugin

from reapi_nb.errors import BadPicture
from reapi_nb.pictures import EXTENSIONS, MOST_PIXELS, THUMB_PX, contact_sheet, open_file, read
from tests.bombs import png
from tests.samples import picture

EPS = b"""%!PS-Adobe-3.0 EPSF-3.0
%%BoundingBox: 0 0 10 10
%%EndComments
0 0 moveto 10 10 lineto stroke
%%EOF
"""
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>x()</script></svg>'
HTML = b"<!doctype html><title>404</title><p>Not here</p>"


def _thumb(colour: str = "teal", width: int = 512, height: int = 288) -> bytes:
    return read(picture(width, height, colour=colour)).thumb


@pytest.mark.parametrize(
    ("kind", "mime", "ext"),
    [("PNG", "image/png", "png"), ("JPEG", "image/jpeg", "jpg"), ("WEBP", "image/webp", "webp")],
)
def test_three_formats_are_kept(kind, mime, ext):
    """PNG, JPEG and WebP are recognised by their bytes, and their size and hash are noted."""
    data = picture(64, 48, kind)

    reading = read(data)

    assert (mime, 64, 48) == (reading.mime, reading.width, reading.height)
    assert ext == EXTENSIONS[mime]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        HTML,
        SVG,
        EPS,
        b'{"error": {"code": 404}}',
        picture(kind="GIF"),
        picture(kind="TIFF"),
        picture(kind="BMP"),
        picture(kind="PPM"),
        picture()[:100],
        picture(kind="JPEG")[: len(picture(kind="JPEG")) // 2],
        picture(kind="WEBP")[: len(picture(kind="WEBP")) // 2],
        b"GIF89a" + picture(),
    ],
    ids=[
        *("nothing", "a signature only", "HTML", "SVG", "EPS", "JSON"),
        *("GIF", "TIFF", "BMP", "PPM", "cut PNG", "cut JPEG", "cut WebP", "mixed"),
    ],
)
def test_what_is_no_whole_picture_is_refused(data):
    """Whatever it is called or claims to be, only a whole picture is kept."""
    with pytest.raises(BadPicture) as refused:
        read(data)

    assert "\n" not in refused.value.message


@pytest.mark.parametrize(
    ("width", "height"),
    [(60_000, 60_000), (10_000, 10_000), (16_385, 1), (1, 16_385), (8_000, 5_001)],
)
def test_too_many_pixels_are_refused_before_they_are_decoded(width, height):
    """A small file can hold an enormous picture; its header is enough to refuse it."""
    with pytest.raises(BadPicture, match="pixels"):
        read(png(width, height))


def test_the_largest_picture_is_read():
    """Forty million pixels are still a picture."""
    width, height = 8_000, 5_000
    assert width * height == MOST_PIXELS

    reading = read(png(width, height, rows=height))

    assert (width, height) == (reading.width, reading.height)


@pytest.mark.parametrize(
    ("width", "height", "shown"),
    [(1456, 816, (512, 287)), (816, 1456, (287, 512)), (512, 512, (512, 512)), (64, 48, (64, 48))],
)
def test_a_thumbnail_is_a_webp_of_at_most_512_pixels(width, height, shown):
    """It keeps its shape, and a small picture is not blown up."""
    thumb = Image.open(io.BytesIO(read(picture(width, height)).thumb))

    assert "WEBP" == thumb.format
    assert THUMB_PX >= max(thumb.size)
    assert shown == pytest.approx(thumb.size, abs=1)


def test_a_thumbnail_tells_nothing_about_its_picture():
    """Prompt, place and camera that a file carries do not travel into the notebook."""
    exif = Image.Exif()
    exif[0x010E] = "a secret prompt"
    text = PngImagePlugin.PngInfo()
    text.add_text("prompt", "a secret prompt")
    both = [picture(exif=exif, pnginfo=text), picture(kind="JPEG", exif=exif, comment=b"a secret")]

    thumbs = [read(data).thumb for data in both]

    assert all(b"secret" in data for data in both)
    assert not any(b"secret" in thumb or b"EXIF" in thumb for thumb in thumbs)


def _cut_out(mode: str = "RGBA") -> bytes:
    """A red square on a transparent ground, under which everything is black."""
    image = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    image.paste((220, 20, 20, 255), (24, 24, 40, 40))
    out = io.BytesIO()
    (image.quantize(16) if mode == "P" else image.convert(mode)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_a_transparent_ground_is_chequered_in_a_thumbnail(mode):
    """One sees where a picture has no ground, and it is light, whatever the page's colour is."""
    thumb = Image.open(io.BytesIO(read(_cut_out(mode)).thumb))

    ground = thumb.convert("L").crop((0, 0, 64, 20))
    low, high = ground.getextrema()
    assert "RGB" == thumb.mode
    assert 200 < low < 240 < high
    assert 120 > thumb.convert("L").getpixel((32, 32))


def test_a_transparent_ground_is_light_on_a_contact_sheet():
    """A sheet is light under a picture without a ground, also when its thumbnail has none."""
    clear = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    out = io.BytesIO()
    clear.save(out, "WEBP", lossless=True)

    for thumb in (read(_cut_out()).thumb, out.getvalue()):
        sheet = contact_sheet([thumb], 48_000)

        assert sheet is not None
        with Image.open(io.BytesIO(sheet)) as image:
            assert 190 < image.convert("L").crop((0, 0, image.width, 100)).getextrema()[0]


def test_what_lies_under_transparency_does_not_count():
    """Two cut-outs that look the same have the same hash, whatever was under them."""
    shape = Image.open(io.BytesIO(_cut_out())).getchannel("A")
    hashes = set()
    for under in ("black", "white"):
        image = Image.new("RGB", (64, 64), under)
        image.paste((220, 20, 20), (24, 24, 40, 40))
        image.putalpha(shape)
        out = io.BytesIO()
        image.save(out, "PNG")
        hashes.add(read(out.getvalue()).dhash)

    assert 1 == len(hashes)
    assert {"0" * 16} != hashes


def test_pictures_that_look_alike_have_near_hashes():
    """Another size and format changes few of the 64 bits; another picture changes many."""
    large = int(read(picture(640, 480)).dhash, 16)
    small = int(read(picture(320, 240, "JPEG")).dhash, 16)
    mirrored = io.BytesIO()
    with Image.open(io.BytesIO(picture(640, 480))) as image:
        image.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(mirrored, "PNG")
    other = int(read(mirrored.getvalue()).dhash, 16)

    assert (large ^ small).bit_count() <= 6
    assert (large ^ other).bit_count() >= 8


def test_a_kept_file_opens_at_full_size(tmp_path):
    """What was saved can be worked with after the file is closed."""
    (tmp_path / "0.png").write_bytes(picture(64, 48))

    image = open_file(tmp_path / "0.png")

    assert ((64, 48), (0, 128, 128)) == (image.size, image.convert("RGB").getpixel((0, 0)))


@pytest.mark.parametrize("count", range(1, 17))
def test_a_contact_sheet_stays_within_its_bytes(count):
    """However many pictures there are, the sheet fits into the saved notebook's share."""
    thumbs = [_thumb(colour) for _, colour in zip(range(count), ["teal", "gold"] * 8, strict=False)]

    sheet = contact_sheet(thumbs, 48_000)

    assert sheet is not None
    assert 48_000 >= len(sheet)
    with Image.open(io.BytesIO(sheet)) as image:
        assert "JPEG" == image.format


def test_a_crowded_sheet_gets_smaller_instead_of_larger():
    """Quality and then width give way to a small budget."""
    noise = Image.effect_noise((512, 512), 100).convert("RGB")
    out = io.BytesIO()
    noise.save(out, "WEBP", quality=75)

    sheet = contact_sheet([out.getvalue()] * 16, 20_000)

    assert sheet is not None
    assert 20_000 >= len(sheet)


def test_every_picture_of_a_sheet_is_whole_and_in_order():
    """Rows of four, in reading order, each picture inside a cell of its own."""
    colours = ["red", "lime", "blue", "yellow", "cyan"]
    out = []
    for colour in colours:
        file = io.BytesIO()
        Image.new("RGB", (200, 100), colour).save(file, "WEBP", lossless=True)
        out.append(file.getvalue())

    sheet = contact_sheet(out, 200_000)

    image = Image.open(io.BytesIO(sheet)).convert("RGB")
    cell_w, cell_h = image.width / 4, image.height / 2
    seen = [
        image.getpixel((int((n % 4 + 0.5) * cell_w), int((n // 4 + 0.5) * cell_h)))
        for n in range(len(colours))
    ]
    wanted = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (0, 255, 255)]
    for colour, shown in zip(wanted, seen, strict=True):
        assert colour == pytest.approx(shown, abs=12)


@pytest.mark.parametrize(("count", "most_bytes"), [(0, 48_000), (4, 0), (4, -1), (4, 100)])
def test_there_is_no_sheet_of_nothing_and_none_without_room(count, most_bytes):
    """No pictures, a budget of zero or one that nothing fits into give no sheet."""
    assert contact_sheet([_thumb()] * count, most_bytes) is None


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc, and glibc is meant")
def test_memory_that_pictures_took_is_given_back():
    """In a process of its own: after some decoding it is nearly as small as before."""
    code = """
import io, psutil
from PIL import Image
from reapi_nb import pictures
from reapi_nb.pictures.memory import give_back
size = lambda: psutil.Process().memory_info().rss >> 20
out = io.BytesIO()
Image.effect_noise((1500, 1500), 90).convert("RGB").save(out, "PNG")
pictures.read(out.getvalue())
give_back()
before = size()
kept = [bytearray(b"x" * 90_000) for _ in range(400)]
del kept[:-1]
taken = size()
give_back()
print(before, taken, size())
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    before, taken, after = map(int, ran.stdout.split())
    assert taken > before + 20
    assert after < before + 10
