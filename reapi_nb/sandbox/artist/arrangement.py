"""Where things go: four ways to arrange a picture, and where its subject stands in each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from PIL import Image

from reapi_nb.sandbox.artist.cast import SUBJECTS
from reapi_nb.sandbox.artist.chance import dice
from reapi_nb.sandbox.artist.easel import Easel, Layout
from reapi_nb.sandbox.artist.levels import MOST
from reapi_nb.sandbox.artist.painting import Figure
from reapi_nb.sandbox.artist.palette import MOODS

if TYPE_CHECKING:
    from random import Random

    from reapi_nb.sandbox.artist.brush import Size
    from reapi_nb.sandbox.artist.painting import Box

# A grid holds each of them once.
_LAYOUTS = (
    Layout(horizon=0.50, light=(0.30, 0.45), focus=0.50, zoom=1.00, variant=0),
    Layout(horizon=0.60, light=(0.68, 0.60), focus=0.40, zoom=0.92, variant=1),
    Layout(horizon=0.40, light=(0.50, 0.38), focus=0.60, zoom=1.25, variant=2),
    Layout(horizon=0.54, light=(0.22, 0.72), focus=0.50, zoom=1.10, variant=3),
)


def layout_for(text: str, seed: int, slot: int, rng: Random, chaos: int) -> Layout:
    """The arrangement of one picture of a grid."""
    order = dice("layout", text, seed).sample(_LAYOUTS, 4)
    return loosened(order[slot % 4], rng, 1 + chaos / 40)


def loosened(layout: Layout, rng: Random, loose: float) -> Layout:
    """A layout like another; how much like it, `loose` says (1 is a picture's usual freedom)."""

    def near(value: float, spread: float, low: float, high: float) -> float:
        return min(max(value + rng.uniform(-spread, spread) * loose, low), high)

    return replace(
        layout,
        horizon=near(layout.horizon, 0.025, 0.36, 0.66),
        light=(near(layout.light[0], 0.07, 0.1, 0.9), near(layout.light[1], 0.06, 0.25, 0.9)),
        focus=near(layout.focus, 0.03, 0.28, 0.72),
        zoom=near(layout.zoom, 0.06, 0.8, 1.4),
    )


@dataclass(frozen=True)
class Stance:
    """Where a subject goes: its zero (share of the height) and its size in each variant."""

    foot: float
    sizes: tuple[float, float, float, float]  # shares of the shorter side
    close: float = 0.0  # the zero of a close-up
    shadow: bool = False


STANCES = {
    "stand": Stance(0.95, (0.66, 0.58, 0.46, 0.78), close=0.87, shadow=True),
    "home": Stance(0.9, (0.5, 0.42, 0.6, 0.36), shadow=True),
    "low": Stance(0.9, (0.36, 0.42, 0.3, 0.46)),
    "bust": Stance(0.52, (0.66, 0.78, 0.6, 0.72)),
    "table": Stance(0.9, (0.72, 0.66, 0.78, 0.7)),
    "float": Stance(0.66, (0.5, 0.42, 0.6, 0.36)),
    "swim": Stance(0.78, (0.56, 0.46, 0.66, 0.4)),
}


def figures_for(name: str | None, layout: Layout, size: Size) -> tuple[Figure, ...]:
    """A subject, if there is one, where it stands in a layout."""
    if name is None:
        return ()
    subject = SUBJECTS[name]
    stance = STANCES[subject.stance]
    close = subject.close is not None and layout.variant == 1
    y = stance.close if close else stance.foot
    unit = stance.sizes[layout.variant] * min(size) / size[1]
    return (Figure(name, layout.focus, y, unit, close),)


def figure_within(name: str, box: Box, size: Size) -> Figure:
    """A subject that fills a box on a canvas."""
    left, top, right, low = _extent(name)
    unit = 0.94 * min(box.width / (right - left), box.height / (low - top))
    x = box.left + box.width / 2 - unit * (left + right) / 2
    y = box.top + box.height * 0.97 - unit * low
    return Figure(name, x / size[0], y / size[1], unit / size[1])


@cache
def _extent(name: str) -> tuple[float, float, float, float]:
    """How far a subject reaches around its zero, in its own units; busts are cut at the chest."""
    side, unit = 480, 120
    easel = Easel(Image.new("RGB", (side, side)), MOODS["day"], _LAYOUTS[0], dice(1), dice(1))
    trace = Image.new("L", (side, side))
    brush = easel.brush.at(side / 2, side * 5 / 8, unit)
    SUBJECTS[name].paint(easel, replace(brush, trace=trace), None)
    left, top, right, low = trace.point(MOST).getbbox() or (0, 0, side, side)
    floor = 0.7 if SUBJECTS[name].stance == "bust" else 2.0
    return (
        left / unit - 2,
        top / unit - 2.5,
        right / unit - 2,
        min(low / unit - 2.5, floor),
    )
