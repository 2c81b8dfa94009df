"""The subject of a picture, cut out of its background.

The painter remembers what stands before what. Where it put nothing before anything, the pixels are
judged instead: what differs from the picture's own margins, and lies towards its middle, stands
out.
"""

from __future__ import annotations

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageStat

from reapi_nb.sandbox.artist.joining import filled
from reapi_nb.sandbox.artist.levels import ALL, ANY, MOST, levels
from reapi_nb.sandbox.artist.painting import Painting

_SMALL = 160  # pixels along the longer side are enough to judge by
_FAINT = 12  # levels apart that need not mean anything
_SOLID = levels(lambda value: (value - 40) * 255 / 215)
_CLOSED = (ImageFilter.MaxFilter(7), ImageFilter.MinFilter(7), ImageFilter.MedianFilter(5))
_CENTRAL = levels(lambda value: 255 * (1 - min(1.0, value / 150) ** 3))


def stands_alone(painting: Painting) -> bool:
    """Whether something in a picture can be lifted out of it: no ridge from edge to edge."""
    if painting.image.mode == "RGBA" or painting.scene.figures:
        return True
    edges = painting.subject.point(MOST).getbbox()
    return edges is not None and edges[2] - edges[0] < 0.9 * painting.image.width


def cut_out(parent: Painting) -> Painting:
    """The picture in RGBA: its subject opaque, its background transparent."""
    plain = parent.opaque
    if parent.image.mode == "RGBA":
        shape = parent.image.getchannel("A")
    elif ImageStat.Stat(parent.subject).mean[0] > 1:
        shape = parent.subject.point(_SOLID)
    else:
        shape = standing_out(plain)
    # A soft edge keeps the subject's own colour: no rim of what was behind it.
    solid = shape.point(ALL)
    image = Image.composite(plain, filled(plain, solid), solid)
    image = Image.composite(image, Image.new("RGB", image.size, "white"), shape.point(ANY))
    image.putalpha(shape)
    return Painting(image, shape, parent.scene)


def standing_out(image: Image.Image, *, sure: bool = False) -> Image.Image:
    """A mask of what differs from the margins of a picture.

    Where nothing does it is the middle; if one is to be `sure`, nothing.
    """
    scale = _SMALL / max(image.size)
    size = max(8, round(image.width * scale)), max(8, round(image.height * scale))
    small = image.resize(size, Image.Resampling.BOX).filter(ImageFilter.MedianFilter(3))
    margin, rim = Image.new("L", size, 255), max(1, min(size) // 16)
    margin.paste(0, (rim, rim, size[0] - rim, size[1] - rim))
    behind = filled(small, margin).filter(ImageFilter.GaussianBlur(3))
    red, green, blue = ImageChops.difference(small, behind).split()
    odd = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    central = Image.radial_gradient("L").resize(size).point(_CENTRAL)
    odd = ImageChops.multiply(odd.filter(ImageFilter.GaussianBlur(1.5)), central)
    level = _parting(odd.histogram())
    if sure and level < _FAINT:
        return Image.new("L", image.size)
    shape = odd.point([255 * (value >= level) for value in range(256)])
    for step in _CLOSED:
        shape = shape.filter(step)
    if shape.getbbox() is None:
        shape = central.point(MOST)  # nothing does
    large = _without_holes(shape).resize(image.size, Image.Resampling.BICUBIC)
    soft = large.filter(ImageFilter.GaussianBlur(2 / scale))
    return soft.point(levels(lambda value: (value - 96) * 4))


def _parting(counts: list[int]) -> int:
    """The level that parts the dark from the light best (Otsu's)."""
    total, whole = sum(counts), sum(value * count for value, count in enumerate(counts))
    best, level, below, mass = -1.0, 1, 0, 0
    for value, count in enumerate(counts):
        below += count
        mass += value * count
        if not 0 < below < total:
            continue
        apart = mass / below - (whole - mass) / (total - below)
        spread = below * (total - below) * apart**2
        if spread > best:
            best, level = spread, value + 1
    return level


def _without_holes(shape: Image.Image) -> Image.Image:
    framed = Image.new("L", (shape.width + 2, shape.height + 2))
    framed.paste(shape, (1, 1))
    ImageDraw.floodfill(framed, (0, 0), 128)
    inner = framed.crop((1, 1, shape.width + 1, shape.height + 1))
    return inner.point(levels(lambda value: 255 * (value != 128)))
