"""What an unknown picture may show: its colours, its horizon, its light, and what stands out.

Nothing is recognised here. The guess serves edits, which need a scene: what they paint gets the
picture's own colours and its horizon, while ground and details are drawn by lot from a text.
"""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING

from PIL import Image, ImageStat

from reapi_nb.sandbox.artist.cast import GROUNDS
from reapi_nb.sandbox.artist.chance import dice, number
from reapi_nb.sandbox.artist.colour import from_lch, lch
from reapi_nb.sandbox.artist.cutting import standing_out
from reapi_nb.sandbox.artist.easel import Layout
from reapi_nb.sandbox.artist.levels import MOST
from reapi_nb.sandbox.artist.painting import Painting, Scene, on_paper
from reapi_nb.sandbox.artist.palette import MOODS, Palette
from reapi_nb.sandbox.artist.reading import Reading

if TYPE_CHECKING:
    from reapi_nb.sandbox.artist.colour import Colour

_CELLS = 32  # a side of the small picture that colours and light are judged by
_OUTDOORS = ("meadow", "mountains", "desert", "sea", "beach", "forest", "snow", "skyline", "stars")
_SUBJECTS = (0.02, 0.6)  # what stands out and covers less or more of a picture than this is none


def guessed(image: Image.Image, text: str) -> Painting:
    """A picture (RGB or RGBA) with the subject and the scene that it may have."""
    plain = on_paper(image)
    subject = _subject(image, plain)
    rng = dice("guessed", text)
    small = plain.resize((_CELLS, _CELLS), Image.Resampling.BOX)
    row = _horizon(small)
    palette = palette_of(plain, row / _CELLS)
    layout = Layout(
        horizon=row / _CELLS,
        light=_light(small, row),
        focus=_focus(subject),
        zoom=1.0,
        variant=rng.randrange(4),
    )
    reading = Reading(
        ground=_ground(palette, number("ground", text)),
        subject=None,
        mood=None,
        colours=(),
        land=None,
        worn={},
        weather=frozenset(),
        treatments=frozenset(),
    )
    scene = Scene(reading=reading, palette=palette, layout=layout, kin=rng.getrandbits(32))
    return Painting(image, subject, scene)


def palette_of(image: Image.Image, horizon: float) -> Palette:
    """The colours of a picture (RGB), by the parts they could play."""
    few = image.resize((64, 64), Image.Resampling.BOX).quantize(10, Image.Quantize.MEDIANCUT)
    colours = [colour for _, colour in (few.convert("RGB").getcolors() or [])]
    by_light = sorted(colours, key=lch)  # type: ignore[arg-type]  # RGB has three bands
    rich, *others = sorted(colours, key=lambda colour: -lch(colour)[1])  # type: ignore[arg-type]
    return Palette(
        high=_mean(image, 0, 0.3 * horizon),
        middle=_mean(image, 0.35 * horizon, 0.65 * horizon),
        low=_mean(image, 0.8 * horizon, horizon),
        light=by_light[-1],  # type: ignore[arg-type]
        far=_mean(image, horizon, horizon + 0.2 * (1 - horizon)),
        near=by_light[0],  # type: ignore[arg-type]
        accent=_livelier(rich),  # type: ignore[arg-type]
        second=_livelier((others or [rich])[0]),  # type: ignore[arg-type]
    )


def _mean(image: Image.Image, top: float, low: float) -> Colour:
    """The mean colour of a picture between two heights (shares of its own)."""
    strip = image.resize((1, 1), Image.Resampling.BOX, (0, *_rows(image, top, low)))
    red, green, blue = (round(value) for value in ImageStat.Stat(strip).mean)
    return red, green, blue


def _rows(image: Image.Image, top: float, low: float) -> tuple[float, int, float]:
    start = min(top * image.height, image.height - 1)
    return start, image.width, max(low * image.height, start + 1)


def _livelier(colour: Colour) -> Colour:
    light, chroma, hue = lch(colour)
    return from_lch(min(max(light, 0.45), 0.75), min(chroma * 1.3, 0.2), hue)


def _horizon(small: Image.Image) -> int:
    """The row at which a small picture changes most, somewhere in the middle."""
    rows = [_mean(small, y / _CELLS, (y + 1) / _CELLS) for y in range(_CELLS)]

    def change(y: int) -> int:
        above, below = (
            [sum(band) for band in zip(*rows[start : start + 4], strict=True)]
            for start in (y - 4, y)
        )
        return sum(abs(a - b) for a, b in zip(above, below, strict=True))

    return max(range(_CELLS * 3 // 10, _CELLS * 7 // 10), key=change)


def _light(small: Image.Image, row: int) -> tuple[float, float]:
    """Where the sky is brightest: share of the width, share of the way down to the horizon."""
    sky = list(small.convert("L").crop((3, 1, _CELLS - 3, row)).tobytes())
    y, x = divmod(sky.index(max(sky)), _CELLS - 6)
    return (x + 3.5) / _CELLS, min(max((y + 1.5) / row, 0.25), 0.9)


def _subject(image: Image.Image, plain: Image.Image) -> Image.Image:
    """A mask of what stands out, if it may well be a subject; else nothing."""
    if image.mode == "RGBA" and image.getchannel("A").point(MOST).getextrema() == (0, 255):
        return image.getchannel("A")
    shape = standing_out(plain, sure=True)
    low, high = _SUBJECTS
    share = ImageStat.Stat(shape).mean[0] / 255
    return shape if low < share < high else Image.new("L", plain.size)


def _focus(subject: Image.Image) -> float:
    left, _, right, _ = subject.point(MOST).getbbox() or (0, 0, *subject.size)
    return min(max((left + right) / 2 / subject.width, 0.28), 0.72)


def _ground(palette: Palette, lot: int) -> str:
    """A ground that suits the colours; among several, drawn by lot."""

    def apart(mood: str) -> int:
        pairs = zip(astuple(palette)[:6], astuple(MOODS[mood])[:6], strict=True)
        return sum(abs(a - b) for pair in pairs for a, b in zip(*pair, strict=True))

    moods = {mood for name in _OUTDOORS for mood in GROUNDS[name].moods.split()}
    best = min(sorted(moods), key=apart)
    suited = [name for name in _OUTDOORS if best in GROUNDS[name].moods.split()]
    return suited[lot % len(suited)]
