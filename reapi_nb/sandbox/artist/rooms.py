"""Plain grounds for a single subject: a wall with an arch, a disc, a window or leaves."""

from __future__ import annotations

import math

from reapi_nb.sandbox.artist.brush import Point, clouds, oval
from reapi_nb.sandbox.artist.easel import Easel
from reapi_nb.sandbox.artist.palette import lighter, mix


def wall(e: Easel) -> None:
    """A wall in soft light, with something calm behind the subject."""
    p = e.palette
    e.wash(mix(p.middle, p.high, 0.45), p.middle, mix(p.middle, p.low, 0.5))
    texture = clouds(e.rng, e.image.size, (5, 4), 4)
    e.image.paste(p.low, None, texture.point([max(0, v - 110) * 2 // 3 for v in range(256)]))
    (_disc, _arch, _rays, _leaves)[e.layout.variant](e)


def table(e: Easel) -> None:
    """The wall, and a table top below it."""
    p = e.palette
    wall(e)
    y = e.height * 0.8
    top = mix(p.far, p.near, 0.35)
    e.wash(lighter(top, 0.1), lighter(top, 0.02), mix(top, p.near, 0.35), top=y / e.height)
    e.wash(lighter(top, 0.18), top=y / e.height, bottom=y / e.height + 0.006)
    x = e.layout.focus * e.width
    e.brush.oval(x + 6 * e.unit, y + 0.1 * e.height, 30 * e.unit, 4 * e.unit, p.near, opacity=0.35, soft=2 * e.unit)
    _sunlight(e)


def _sunlight(e: Easel) -> None:
    """Window panes of light slanting over everything."""
    x, y = (0.06 + 0.5 * e.rng.random()) * e.width, 0.1 * e.height
    wide, tall, slant = 0.13 * e.width, 0.28 * e.height, 0.1 * e.width
    for column in range(2):
        for row in range(2):
            a, c = x + column * wide * 1.12 + row * slant, y + row * tall * 1.08 + column * 0.02 * e.height
            pane = [(a, c), (a + wide, c + 0.02 * e.height), (a + wide + slant * 0.93, c + tall), (a + slant * 0.93, c + tall - 0.02 * e.height)]
            e.brush.shape(pane, e.palette.light, opacity=0.3, soft=0.5 * e.unit)


def _disc(e: Easel) -> None:
    p = e.palette
    x, y = e.layout.focus * e.width, e.height * 0.45
    r = 32 * e.unit * e.layout.zoom
    e.brush.glow(x, y, r * 1.8, p.light, 0.5)
    e.brush.oval(x, y, r, r, mix(p.second, p.light, 0.35), mix(p.second, p.accent, 0.3))


def _arch(e: Easel) -> None:
    p = e.palette
    x, r = e.layout.focus * e.width, 27 * e.unit * e.layout.zoom
    top = 0.42 * e.height
    for k, tone in enumerate((mix(p.far, p.low, 0.4), mix(p.second, p.low, 0.35), mix(p.high, p.light, 0.35))):
        s = r * (1.22 - 0.2 * k)
        curve: list[Point] = [(x + s * math.cos(t), top - s * math.sin(t)) for t in (math.pi * i / 32 for i in range(33))]
        e.brush.shape([(x + s, e.height + 5), *curve, (x - s, e.height + 5)], lighter(tone, 0.03), tone)


def _rays(e: Easel) -> None:
    p = e.palette
    x, y = e.layout.focus * e.width, e.height * 0.5
    far = math.hypot(e.width, e.height)
    spin = e.rng.uniform(0, 0.2)
    for k in range(20):
        turn, half = k * math.tau / 20 + spin, math.tau / 80
        fan = [(x + far * math.cos(turn + s), y + far * math.sin(turn + s)) for s in (-half, half)]
        e.brush.shape([(x, y), *fan], mix(p.second, p.low, 0.45), opacity=0.5)
    r = 26 * e.unit * e.layout.zoom
    e.brush.oval(x, y, r, r, mix(p.light, p.low, 0.4), mix(p.second, p.low, 0.6))


def _leaves(e: Easel) -> None:
    p, rng = e.palette, e.rng
    for _ in range(38):
        turn = rng.uniform(0, math.tau)
        x = e.width * (0.5 + 0.56 * math.cos(turn)) + rng.gauss(0, 4) * e.unit
        y = e.height * (0.5 + 0.56 * math.sin(turn)) + rng.gauss(0, 4) * e.unit
        inward = math.degrees(math.atan2(e.height / 2 - y, e.width / 2 - x)) + 90 + rng.uniform(-50, 50)
        leaf = e.brush.at(x, y, e.unit * rng.uniform(12, 24), inward)
        tone = mix(mix(p.far, p.second, 0.2), p.near, rng.uniform(0, 0.7))
        leaf.blob(path("0,10 20,-35 13,-75 0,-100 -13,-75 -20,-35"), lighter(tone, 0.05), tone)
        leaf.line([(0, 0.05), (0, -0.9)], [0.018, 0.003], mix(tone, p.low, 0.35))


__all__ = ["oval", "table", "wall"]
