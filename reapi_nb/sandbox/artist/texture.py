"""Another surface on the same shapes: the edges and the layout of light and dark stay.

Colours and material come from the words, and every family of old hues gets one new tone.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageFilter

from reapi_nb.sandbox.artist.brush import blurred
from reapi_nb.sandbox.artist.chance import dice, number
from reapi_nb.sandbox.artist.colour import from_lch, ink, lch
from reapi_nb.sandbox.artist.composition import palette_for
from reapi_nb.sandbox.artist.levels import faint
from reapi_nb.sandbox.artist.reading import read
from reapi_nb.sandbox.artist.stuffs import PLAIN, STUFFS, Stuff

if TYPE_CHECKING:
    from random import Random

    from reapi_nb.sandbox.artist.colour import Colour
    from reapi_nb.sandbox.artist.painting import Painting

_GRID = 13  # points a side of the table that turns old colours into new ones
_GREY = 0.035  # less chroma than this has no hue to speak of


def retexture(parent: Painting, *, text: str, seed: int, slot: int) -> Painting:
    """The shapes of a picture in the colours and the material that the words name."""
    rng, stuff, old = dice("retexture", text, seed, slot), _stuff(text), parent.opaque
    image = _coarse(old, stuff.cell).filter(_recolouring(_tones(stuff, text, rng), rng))
    sheet = stuff.sheet(rng, old.size).point(faint(stuff.weight))
    image = ImageChops.overlay(image, Image.merge("RGB", (sheet,) * 3))
    relief = blurred(old.convert("L"), 1).filter(ImageFilter.EMBOSS).point(faint(stuff.relief))
    image = ImageChops.hard_light(image, Image.merge("RGB", (relief,) * 3))
    if parent.image.mode == "RGBA":
        image.putalpha(parent.image.getchannel("A"))
    return replace(parent, image=image, finished=None)


def _stuff(text: str) -> Stuff:
    words = reversed(re.findall(r"[a-z]+", text.lower()))  # "a gold mosaic" is a mosaic
    named = (stuff for word in words for stuff in STUFFS.values() if word in stuff.words.split())
    return next(named, STUFFS[PLAIN[number("stuff", text) % len(PLAIN)]])


def _coarse(image: Image.Image, cell: int) -> Image.Image:
    """The picture without any detail smaller than a cell."""
    small = max(1, image.width // cell), max(1, image.height // cell)
    way = Image.Resampling.NEAREST if cell > 8 else Image.Resampling.BICUBIC
    return image.resize(small, Image.Resampling.BOX).resize(image.size, way)


def _tones(stuff: Stuff, text: str, rng: Random) -> list[Colour]:
    """The colours of the new surface; its main one first."""
    reading = read(text)
    own = [ink(digits) for digits in stuff.tones.split()]
    if own and not reading.colours:
        return [own[0], *rng.sample(own[1:], len(own) - 1)]
    p = palette_for(reading, text, rng, 20)
    return [p.middle, *rng.sample((p.accent, p.second, p.far, p.high), 4)]


def _recolouring(tones: list[Colour], rng: Random) -> ImageFilter.Color3DLUT:
    """Old colours to new ones, equally light."""
    main, *others = map(lch, tones)
    start = rng.uniform(0, 360)

    def new(red: float, green: float, blue: float) -> tuple[float, float, float]:
        light, chroma, hue = lch((round(red * 255), round(green * 255), round(blue * 255)))
        family = int((hue - start) % 360 / 360 * len(others))
        _, rich, tone = main if chroma < _GREY else others[family]
        r, g, b = from_lch(light, rich * (1 - abs(light - 0.6)), tone)
        return r / 255, g / 255, b / 255

    return ImageFilter.Color3DLUT.generate(_GRID, new)
