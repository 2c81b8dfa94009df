"""From words and numbers to a picture: its colours, its arrangement, its painting."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import unquote

from PIL import Image

from reapi_nb.sandbox.artist import finish, weather
from reapi_nb.sandbox.artist.arrangement import STANCES, figures_for, layout_for
from reapi_nb.sandbox.artist.cast import GROUNDS, SUBJECTS
from reapi_nb.sandbox.artist.chance import dice, number
from reapi_nb.sandbox.artist.colour import ink
from reapi_nb.sandbox.artist.easel import Easel
from reapi_nb.sandbox.artist.painting import Figure, Painting, Scene
from reapi_nb.sandbox.artist.palette import (
    MOODS,
    Palette,
    blushed,
    landed,
    pastel,
    tinted,
    turned,
)
from reapi_nb.sandbox.artist.reading import Reading, read
from reapi_nb.sandbox.artist.sizes import LONGEST, size_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

    from reapi_nb.sandbox.artist.brush import Size
    from reapi_nb.sandbox.artist.colour import Colour

_FLIP = Image.Transpose.FLIP_LEFT_RIGHT
_MOST = 2_000_000  # pixels of a whole picture that are painted at most; more are got by enlarging
_FRESH = 1_300_000  # the same, of what lies beside older paint


def imagine(
    text: str,
    *,
    ratio: tuple[float, float] = (1, 1),
    size: Size | None = None,
    seed: int,
    slot: int,
    stylize: int = 100,
    chaos: int = 0,
    draft: bool = False,
) -> Painting:
    """One of a grid of pictures for a prompt: the same arguments give the same pixels.

    The slots of a grid share subject and colours and differ in arrangement; `chaos` (0-100) lets
    them differ more, `stylize` (0-1000) makes them richer. A `draft` is a rough sketch of the
    picture that the same arguments give without it.

    Args:
        text: The prompt.
        ratio: The shape of a picture of about 1 MP.
        size: Width and height in pixels, exactly, instead of a shape.
        seed: What the grid is made from, beside the words.
        slot: Which of the grid's pictures, from 0.
        stylize: How rich it is.
        chaos: How far it may be from its siblings.
        draft: Whether it is only sketched.
    """
    rng, reading, size = dice("imagine", text, seed, slot), read(text), size or size_for(ratio)
    palette = palette_for(reading, text, rng, chaos)
    layout = layout_for(text, seed, slot, rng, chaos)
    scene = Scene(
        reading=reading,
        palette=palette,
        layout=layout,
        kin=number("kin", text, seed),
        figures=figures_for(reading.subject, layout, size),
        stylize=stylize,
        mirrored=_mirrored(text, seed, slot),
    )
    whole = painted(scene, size, rng, corners=True, most=_MOST)
    if not draft:
        return whole
    return replace(whole, image=finish.roughened(whole.image, rng), finished=whole.image)


def stand_in(address: str) -> Painting:
    """What lies at an address that nobody may fetch: a square picture of the words in it."""
    words = unquote(address).replace("://", " ")
    return imagine(words, ratio=(1, 1), seed=number("stand-in", address), slot=0)


def painted(
    scene: Scene, size: Size, rng: Random, *, corners: bool = False, most: int = _FRESH
) -> Painting:
    """A scene in any size and shape; of more than `most` pixels it is painted smaller and enlarged.

    What is stretched beyond 16:1 is painted as 16:1 and stretched.
    """
    shrunk = min(1.0, math.sqrt(most / (size[0] * size[1])))
    width, height = (max(64, round(side * shrunk)) for side in size)
    small = min(width, round(height * LONGEST)), min(height, round(width * LONGEST))
    fresh = composed(scene, small, rng, corners=corners)
    if small == size:
        return fresh
    way = Image.Resampling.BICUBIC
    return Painting(fresh.image.resize(size, way), fresh.subject.resize(size, way), scene)


def composed(scene: Scene, size: Size, rng: Random, *, corners: bool = True) -> Painting:
    """The picture of a scene; `corners` darkens them."""
    reading = scene.reading
    easel = Easel(
        image=Image.new("RGB", size),
        palette=scene.palette,
        layout=scene.layout,
        rng=rng,
        kin=Random(scene.kin),  # noqa: S311  paint, not secrets
        scale=scene.scale,
        trace=Image.new("L", size),
    )
    GROUNDS[reading.ground].paint(easel)
    if scene.figures:
        easel = replace(easel, trace=Image.new("L", size))  # before them, all else is background
    for figure in scene.figures:
        _put(easel, figure, reading.worn.get(figure.name))
    _fall(easel, reading.weather)
    colour = next(iter((*reading.colours, *reading.worn.values())), None)
    image = finish.treated(easel.image, reading.treatments, colour)
    image = finish.polished(image, rng, scene.stylize, corners=corners)
    trace = easel.trace
    assert trace, "an easel of ours has one"
    if scene.mirrored:
        image, trace = image.transpose(_FLIP), trace.transpose(_FLIP)
    return Painting(image, trace, scene)


def fallen(
    image: Image.Image, scene: Scene, weather_names: AbstractSet[str], rng: Random
) -> Image.Image:
    """A picture (RGB) with rain, snow or fog before it, in the colours of a scene."""
    if not weather_names:
        return image
    easel = Easel(image.copy(), scene.palette, scene.layout, rng, rng, scene.scale)
    _fall(easel, weather_names)
    return easel.image


def _fall(easel: Easel, names: AbstractSet[str]) -> None:
    for name in sorted(names):
        _WEATHER[name](easel)


def _put(easel: Easel, figure: Figure, tint: Colour | None) -> None:
    subject = SUBJECTS[figure.name]
    place = figure.x * easel.width, figure.y * easel.height
    brush = easel.front.at(*place, figure.size * easel.height)
    if STANCES[subject.stance].shadow:
        replace(brush, trace=None).oval(
            0, 0, 0.5, 0.035, easel.palette.near, opacity=0.4, soft=0.03
        )
    paint = (subject.close if figure.close else None) or subject.paint
    paint(easel, brush, tint)


def _mirrored(text: str, seed: int, slot: int) -> bool:
    """One picture of each pair in a grid faces the other way."""
    return slot % 2 == dice("mirror", text, seed, slot // 2).randrange(2)


_WEATHER: dict[str, Callable[[Easel], None]] = {
    "rain": weather.rain,
    "snow": weather.snow,
    "fog": weather.fog,
}


def palette_for(reading: Reading, text: str, rng: Random, chaos: int) -> Palette:
    """The colours that words ask for, and those that suit the rest."""
    suited = GROUNDS[reading.ground].moods.split()
    mood = reading.mood or dice("mood", text).choice(suited)
    if rng.random() * 150 < chaos:
        mood = rng.choice(suited)
    palette = MOODS[mood]
    if GROUNDS[reading.ground].bloom:
        palette = replace(palette, second=ink(GROUNDS[reading.ground].bloom))
    if reading.colours:
        palette = tinted(palette, reading.colours)
    elif reading.land:
        palette = landed(palette, reading.land)
    for colour in reading.worn.values():
        palette = blushed(palette, colour, 0.12)
    if "vase" in reading.worn:
        palette = replace(palette, second=reading.worn["vase"])
    if "pastel" in reading.treatments:
        palette = pastel(palette)
    return turned(palette, rng.gauss(0, 3 + 0.25 * chaos))
