"""Pictures that belong together: one place and one subject, while time goes on.

All of them are painted with the same dice, so hills, trees and faces are the same in each; the
hour moves on from picture to picture, and the camera comes nearer and draws back again.
"""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from reapi_nb.sandbox.artist.arrangement import figures_for, layout_for
from reapi_nb.sandbox.artist.chance import dice, number
from reapi_nb.sandbox.artist.composition import painted, palette_for
from reapi_nb.sandbox.artist.fitting import Window, seen
from reapi_nb.sandbox.artist.painting import Painting, Scene
from reapi_nb.sandbox.artist.palette import MOODS, blended
from reapi_nb.sandbox.artist.reading import read

if TYPE_CHECKING:
    from reapi_nb.sandbox.artist.brush import Size
    from reapi_nb.sandbox.artist.easel import Layout
    from reapi_nb.sandbox.artist.palette import Palette

_MOST = 2_000_000  # pixels that are painted at most; more are got by enlarging
_SHOTS = (1.0, 1.22, 1.5)  # from afar, nearer, near
_LATER = {"dusk": "night", "night": "dawn", "neon": "dawn", "plum": "dawn"}
_HOURS = 0.45  # how far the last picture's colours are on the way to the later hour


def series_of(text: str, *, size: Size, seed: int, slot: int, count: int) -> Painting:
    """Picture `slot` (from 0) of a series of `count`: the same subject, place and colours.

    Light and hour move on evenly from the first picture to the last, and every picture differs
    from all others of its series. Exactly of that size, in pixels.
    """
    start, reading = dice("series", text, seed), read(text)
    palette = palette_for(reading, text, start, 0)
    layout = replace(layout_for(text, seed, 0, start, 0), variant=0, focus=0.5)
    share = slot / max(1, count - 1)
    # The subject walks; the place, which is arranged around the focus, stays as it is.
    walk = replace(layout, focus=0.38 + 0.24 * share)
    scene = Scene(
        reading=reading,
        palette=_later(palette, reading.mood, share),
        layout=_lit(layout, share),
        kin=number("kin", text, seed),
        figures=figures_for(reading.subject, walk, size),
    )
    shrunk = min(1.0, math.sqrt(_MOST / (size[0] * size[1])))
    canvas = max(64, round(size[0] * shrunk)), max(64, round(size[1] * shrunk))
    chance = Random(start.getrandbits(64))  # noqa: S311  paint, not secrets
    whole = painted(scene, canvas, chance, corners=True, most=_MOST)
    return seen(whole, Window.around(_sight(scene, share), _SHOTS[slot % 3], canvas), size)


def _later(palette: Palette, mood: str | None, share: float) -> Palette:
    """The colours of a place when time has gone on; what catches the eye keeps its own."""
    later = MOODS[_LATER.get(mood or "", "dusk")]
    moved = blended(palette, later, _HOURS * share)
    return replace(moved, accent=palette.accent, second=palette.second)


def _lit(layout: Layout, share: float) -> Layout:
    """The arrangement with the light further on its way, which is highest half-way."""
    return replace(layout, light=(0.14 + 0.72 * share, 0.3 + 1.6 * (share - 0.5) ** 2))


def _sight(scene: Scene, share: float) -> tuple[float, float]:
    """What the camera looks at: the subject, or a place further on along the horizon."""
    if scene.figures:
        figure = scene.figures[0]
        return figure.x, figure.y - 0.6 * figure.size
    return 0.3 + 0.4 * share, scene.layout.horizon
