"""The last touches on a painted picture: treatment, bloom, grain, vignette; and the file."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageEnhance, ImageFilter, ImageOps

from reapi_nb.sandbox.artist.brush import Size, blurred, clouds
from reapi_nb.sandbox.artist.colour import Colour, from_lch, ink, lch
from reapi_nb.sandbox.artist.levels import faint, levels

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from random import Random

_GREY, _SEPIA = ink("8a8788"), ink("a8763e")
_PAPER = ink("fbf1e2")
_BICUBIC = Image.Resampling.BICUBIC


def treated(image: Image.Image, treatments: AbstractSet[str], colour: Colour | None) -> Image.Image:
    """The picture in one colour, faded or vivid, as its words demand."""
    toned = {"grey": _GREY, "sepia": _SEPIA, "mono": colour or _GREY}
    for name, tone in toned.items():
        if name in treatments:
            return _toned(image, tone)
    if "muted" in treatments:
        image = Image.blend(ImageEnhance.Color(image).enhance(0.62), _sheet(image), 0.12)
    if "pastel" in treatments:
        image = Image.blend(image, _sheet(image), 0.16)
    if "vivid" in treatments:
        image = ImageEnhance.Color(image).enhance(1.3)
    return image


def _sheet(image: Image.Image) -> Image.Image:
    return Image.new("RGB", image.size, _PAPER)


def _toned(image: Image.Image, colour: Colour) -> Image.Image:
    _, chroma, hue = lch(colour)
    dark, middle, pale = (
        from_lch(light, min(chroma, 0.14) * part, hue)
        for light, part in ((0.16, 0.5), (0.58, 1.0), (0.97, 0.25))
    )
    grey = ImageOps.autocontrast(image.convert("L"), cutoff=1)
    return ImageOps.colorize(grey, dark, pale, middle)


def polished(image: Image.Image, rng: Random, stylize: int, *, corners: bool = True) -> Image.Image:
    """The picture with bloom, grain and darkened corners; more `stylize` (0-1000), more of it."""
    style = (min(max(stylize, 0), 1000) / 1000) ** 0.5
    image = ImageEnhance.Color(image).enhance(0.94 + 0.3 * style)
    bloom = blurred(image, image.width / 60)
    image = Image.blend(image, ImageChops.soft_light(image, bloom), 0.1 + 0.5 * style)
    texture = _paper(rng, image.size, 3 + 5 * style)
    image = ImageChops.soft_light(image, Image.merge("RGB", (texture,) * 3))
    if not corners:
        return image
    dark = levels(lambda value: 255 - (value / 255) ** 3 * 36 * style**2)
    shade = Image.radial_gradient("L").resize(image.size, _BICUBIC).point(dark)
    return ImageChops.multiply(image, Image.merge("RGB", (shade,) * 3))


def roughened(image: Image.Image, rng: Random) -> Image.Image:
    """A sketch of the picture: broad, soft strokes and a few pencil lines on rough paper."""
    small = _shrunk(image, 5).filter(ImageFilter.MedianFilter(5))
    rough = small.filter(ImageFilter.GaussianBlur(0.6)).resize(image.size, _BICUBIC)
    lines = _pencilled(_shrunk(image.convert("L"), 3)).resize(image.size, _BICUBIC)
    rough = ImageChops.multiply(rough, Image.merge("RGB", (lines,) * 3))
    rough = Image.blend(rough, _sheet(image), 0.12)
    texture = blurred(grain(rng, image.size, 40), 1.2)
    return ImageChops.soft_light(rough, Image.merge("RGB", (texture,) * 3))


def _shrunk(image: Image.Image, times: int) -> Image.Image:
    size = image.width // times, image.height // times
    return image.resize(size, Image.Resampling.BOX)


def _pencilled(grey: Image.Image) -> Image.Image:
    """Faint lines along the edges of a picture; none along its own."""
    lines = grey.filter(ImageFilter.CONTOUR).point(levels(lambda value: max(120, value + 40)))
    inner = lines.crop((1, 1, grey.width - 1, grey.height - 1))
    return ImageOps.expand(inner, 1, 255).filter(ImageFilter.GaussianBlur(0.5))


def grain(rng: Random, size: Size, amplitude: float) -> Image.Image:
    """Fine noise around middle grey, in levels of 0-255."""
    tile = Image.frombytes("L", (256, 256), rng.randbytes(256 * 256))
    tile = tile.point([round(127.5 + (v / 127.5 - 1) * amplitude) for v in range(256)])
    sheet = Image.new("L", size)
    for y in range(0, size[1], 256):
        for x in range(0, size[0], 256):
            sheet.paste(tile, (x, y))
    return sheet


def _paper(rng: Random, size: Size, amplitude: float) -> Image.Image:
    """Grain on faintly blotchy paper."""
    blotches = clouds(rng, size, (9, 7), 4)
    blotches = blotches.point(faint(0.12))
    return ImageChops.add(blotches, grain(rng, size, amplitude), offset=-128)


def png(image: Image.Image) -> bytes:
    """The picture as a PNG file, packed fast and without metadata."""
    bare, file = image.copy(), BytesIO()
    bare.info.clear()
    # Grain has nothing to find but runs, so this strategy is both faster and smaller.
    bare.save(file, "PNG", compress_level=1, compress_type=Image.RLE)
    return file.getvalue()
