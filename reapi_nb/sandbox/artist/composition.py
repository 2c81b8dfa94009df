"""From words and numbers to a picture: its size, its arrangement, its colours, its painting."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PIL import Image

from reapi_nb.sandbox.artist import finish, weather
from reapi_nb.sandbox.artist.cast import GROUNDS, SUBJECTS
from reapi_nb.sandbox.artist.chance import dice
from reapi_nb.sandbox.artist.colour import ink
from reapi_nb.sandbox.artist.easel import Easel, Layout
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

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from reapi_nb.sandbox.artist.brush import Size

_AREA = 1024 * 1024
_LONGEST = 16.0  # more stretched than this would leave nothing to see


def size_for(ratio: tuple[int, int]) -> Size:
    """Width and height in pixels for an aspect ratio, in multiples of 16.

    About 1 MP when square and 1.19 MP from 3:2 on, which gives Midjourney's own sizes: 1024x1024,
    1344x896, 1456x816. Ratios beyond 16:1 are painted as 16:1.
    """
    stretch = min(max(ratio[0] / ratio[1], 1 / _LONGEST), _LONGEST)
    growth = 0.136 * min(1.0, abs(math.log(stretch)) / math.log(1.5))
    width = math.sqrt(_AREA * (1 + growth) * stretch)
    return _sixteenths(width), _sixteenths(width / stretch)


def _sixteenths(length: float) -> int:
    return max(64, round(length / 16) * 16)


def imagine(
    text: str,
    *,
    ratio: tuple[int, int],
    seed: int,
    slot: int,
    stylize: int = 100,
    chaos: int = 0,
) -> Image.Image:
    """One of a grid of pictures for a prompt: the same arguments give the same pixels.

    The slots of a grid share subject and colours and differ in arrangement; `chaos` (0-100) lets
    them differ more, `stylize` (0-1000) makes them richer.
    """
    reading = read(text)
    rng = dice("imagine", text, seed, slot)
    easel = Easel(
        image=Image.new("RGB", size_for(ratio)),
        palette=_palette(reading, text, rng, chaos),
        layout=_layout(text, seed, slot, rng, chaos),
        rng=rng,
        kin=dice("kin", text, seed),
    )
    GROUNDS[reading.ground].paint(easel)
    if reading.subject:
        _place(easel, reading, reading.subject)
    for name in sorted(reading.weather):
        _WEATHER[name](easel)
    colour = next(iter((*reading.colours, *reading.worn.values())), None)
    image = finish.treated(easel.image, reading.treatments, colour)
    image = finish.polished(image, rng, stylize)
    if _mirrored(text, seed, slot):
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return image


def _mirrored(text: str, seed: int, slot: int) -> bool:
    """One picture of each pair in a grid faces the other way."""
    return slot % 2 == dice("mirror", text, seed, slot // 2).randrange(2)


_WEATHER: dict[str, Callable[[Easel], None]] = {
    "rain": weather.rain,
    "snow": weather.snow,
    "fog": weather.fog,
}


def _palette(reading: Reading, text: str, rng: Random, chaos: int) -> Palette:
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


# Four ways to arrange a picture; a grid holds each of them once.
_LAYOUTS = (
    Layout(horizon=0.50, light=(0.30, 0.45), focus=0.50, zoom=1.00, variant=0),
    Layout(horizon=0.60, light=(0.68, 0.60), focus=0.40, zoom=0.92, variant=1),
    Layout(horizon=0.40, light=(0.50, 0.38), focus=0.60, zoom=1.25, variant=2),
    Layout(horizon=0.54, light=(0.22, 0.72), focus=0.50, zoom=1.10, variant=3),
)


def _layout(text: str, seed: int, slot: int, rng: Random, chaos: int) -> Layout:
    order = dice("layout", text, seed).sample(_LAYOUTS, 4)
    base, loose = order[slot % 4], 1 + chaos / 40

    def near(value: float, spread: float, low: float, high: float) -> float:
        return min(max(value + rng.uniform(-spread, spread) * loose, low), high)

    return Layout(
        horizon=near(base.horizon, 0.025, 0.36, 0.66),
        light=(near(base.light[0], 0.07, 0.1, 0.9), near(base.light[1], 0.06, 0.25, 0.9)),
        focus=near(base.focus, 0.03, 0.28, 0.72),
        zoom=near(base.zoom, 0.06, 0.8, 1.4),
        variant=base.variant,
    )


@dataclass(frozen=True)
class Stance:
    """Where a subject goes: its zero (share of the height) and its size in each variant."""

    foot: float
    sizes: tuple[float, float, float, float]  # shares of the shorter side
    close: float = 0.0  # the zero of a close-up


STANCES = {
    "stand": Stance(0.95, (0.66, 0.58, 0.46, 0.78), close=0.87),
    "home": Stance(0.9, (0.5, 0.42, 0.6, 0.36)),
    "low": Stance(0.9, (0.36, 0.42, 0.3, 0.46)),
    "bust": Stance(0.52, (0.66, 0.78, 0.6, 0.72)),
    "table": Stance(0.9, (0.72, 0.66, 0.78, 0.7)),
    "float": Stance(0.66, (0.5, 0.42, 0.6, 0.36)),
    "swim": Stance(0.78, (0.56, 0.46, 0.66, 0.4)),
}


def _place(easel: Easel, reading: Reading, name: str) -> None:
    subject, layout = SUBJECTS[name], easel.layout
    stance = STANCES[subject.stance]
    side = min(easel.height, easel.width)
    size, y, paint = stance.sizes[layout.variant], stance.foot, subject.paint
    if subject.close and layout.variant == 1:
        y, paint = stance.close, subject.close
    brush = easel.brush.at(easel.focus, y * easel.height, size * side)
    if subject.stance in ("stand", "home"):
        brush.oval(0, 0, 0.5, 0.035, easel.palette.near, opacity=0.4, soft=0.03)
    paint(easel, brush, reading.worn.get(name))
