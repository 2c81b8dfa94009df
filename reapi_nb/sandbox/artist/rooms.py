"""Plain grounds for a single subject: a wall or a table, with something calm behind."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from reapi_nb.sandbox.artist.brush import arc, clouds, path
from reapi_nb.sandbox.artist.colour import lighter, lit, mix

if TYPE_CHECKING:
    from reapi_nb.sandbox.artist.easel import Easel


def wall(e: Easel) -> None:
    """A wall with a disc, an arch, rays or a frame of leaves."""
    p = e.palette
    e.wash(mix(p.middle, p.high, 0.45), p.middle, mix(p.middle, p.low, 0.5))
    cells = (2 + e.width // 400, 2 + e.height // 400)
    plaster = clouds(e.rng, e.image.size, cells, 4)
    e.image.paste(p.low, None, plaster.point([max(0, v - 110) * 2 // 3 for v in range(256)]))
    (_disc, _arch, _rays, _leaves)[e.layout.variant](e)


def table(e: Easel) -> None:
    """The wall with a table before it, and sunlight through a window."""
    p, edge = e.palette, e.row(0.8) / e.height
    wall(e)
    top = mix(p.far, p.near, 0.35)
    e.wash(lighter(top, 0.1), lighter(top, 0.02), mix(top, p.near, 0.35), top=edge)
    e.wash(lighter(top, 0.18), top=edge, bottom=edge + 0.006 * e.tall / e.height)
    x, y, u = e.focus + 6 * e.unit, e.row(0.9), e.unit
    e.brush.oval(x, y, 30 * u, 4 * u, p.near, opacity=0.35, soft=2 * u)
    _sunlight(e)


def _sunlight(e: Easel) -> None:
    x, y = (0.06 + 0.5 * e.rng.random()) * e.width, e.row(0.1)
    wide, tall, slant, sag = 0.13 * e.width, 0.28 * e.tall, 0.1 * e.width, 0.02 * e.tall
    for column in range(2):
        for row in range(2):
            left = x + column * wide * 1.12 + row * slant
            top = y + row * tall * 1.08 + column * sag
            low, foot = top + tall, left + slant * 0.93
            pane = [(left, top), (left + wide, top + sag), (foot + wide, low), (foot, low - sag)]
            e.brush.shape(pane, e.palette.light, opacity=0.3, soft=0.5 * e.unit)


def _disc(e: Easel) -> None:
    p, r = e.palette, 32 * e.unit * e.layout.zoom
    e.brush.glow(e.focus, e.row(0.45), r * 1.8, p.light, 0.5)
    tone = mix(p.second, p.light, 0.25)
    e.brush.oval(e.focus, e.row(0.45), r, r, lighter(tone, 0.04), mix(tone, p.far, 0.3))


def _arch(e: Easel) -> None:
    p, x, top = e.palette, e.focus, e.row(0.42)
    tones = (mix(p.far, p.low, 0.4), mix(p.second, p.low, 0.35), mix(p.high, p.light, 0.35))
    for k, tone in enumerate(tones):
        r = 27 * e.unit * e.layout.zoom * (1.22 - 0.2 * k)
        outline = [*arc(x, top, r, 180, 360), (x + r, e.height + 5), (x - r, e.height + 5)]
        e.brush.shape(outline, lighter(tone, 0.03), tone)


def _rays(e: Easel) -> None:
    p, x, y = e.palette, e.focus, e.row(0.5)
    far, spin = math.hypot(e.width, e.height), e.rng.uniform(0, 0.2)
    for k in range(20):
        turns = [(k + half) * math.tau / 20 + spin for half in (-0.25, 0.25)]
        fan = [(x + far * math.cos(turn), y + far * math.sin(turn)) for turn in turns]
        e.brush.shape([(x, y), *fan], mix(p.second, p.low, 0.45), opacity=0.5)
    r = 26 * e.unit * e.layout.zoom
    e.brush.oval(x, y, r, r, mix(p.light, p.low, 0.4), mix(p.second, p.low, 0.6))


def _leaves(e: Easel) -> None:
    p, rng = e.palette, e.rng
    for _ in range(38):
        turn = rng.uniform(0, math.tau)
        x = e.width * (0.5 + 0.56 * math.cos(turn)) + rng.gauss(0, 4) * e.unit
        y = e.height * (0.5 + 0.56 * math.sin(turn)) + rng.gauss(0, 4) * e.unit
        inward = math.degrees(math.atan2(e.height / 2 - y, e.width / 2 - x)) + 90
        leaf = e.brush.at(x, y, e.unit * rng.uniform(12, 24), inward + rng.uniform(-50, 50))
        tone = mix(mix(p.far, p.second, 0.2), p.near, rng.uniform(0, 0.7))
        leaf.blob(path("0,10 20,-35 13,-75 0,-100 -13,-75 -20,-35"), *lit(tone, 0.05, 0))
        leaf.line(path("0,5 0,-90"), [0.018, 0.003], mix(tone, p.low, 0.35))
