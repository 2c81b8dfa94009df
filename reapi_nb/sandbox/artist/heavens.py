"""The sky by night, and space beyond it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PIL import Image, ImageChops

from reapi_nb.sandbox.artist.brush import Brush, arc, clouds, oval, ramp
from reapi_nb.sandbox.artist.colour import Colour, lighter, mix
from reapi_nb.sandbox.artist.woods import firs

if TYPE_CHECKING:
    from reapi_nb.sandbox.artist.easel import Easel


def starry_night(e: Easel) -> None:
    """A milky way and a moon over dark hills and firs."""
    p = e.palette
    e.wash(p.high, p.middle, p.low)
    _nebula(e, (mix(p.middle, p.low, 0.7), mix(p.low, p.second, 0.4)), 0.9)
    e.stars(420, e.height * 0.85)
    _moon(e, e.brush.at(*e.light, e.rng.uniform(5, 8) * e.unit))
    for k in range(3):
        y = e.horizon + (0.16 + 0.1 * k) * e.tall
        tone = p.depth(0.3 + 0.3 * k)
        line = e.crags(y, (0.2 - 0.05 * k) * e.tall, 3 + k)
        e.land(line, tone, mix(tone, p.low, 0.35 - 0.1 * k), front=True)
        e.veil(y, 0.06 * e.tall, p.low, 0.25)
    firs(e)


def _nebula(e: Easel, colours: tuple[Colour, ...], strength: float) -> None:
    """Clouds of glowing gas along a slanting band."""
    width, height = e.width // 4, e.height // 4
    fade = [round(255 * strength * math.sin(math.pi * v / 255) ** 3) for v in range(256)]
    band = Image.linear_gradient("L").point(fade).resize((width * 2, height * 2))
    band = band.rotate(e.rng.uniform(-28, 28), Image.Resampling.BILINEAR)
    left, top = width // 2, height // 2
    band = band.crop((left, top, left + width, top + height))
    for k, tone in enumerate(colours):
        gas = clouds(e.rng, band.size, (4 + k, 3 + k), 4)
        gas = gas.point([max(0, min(255, round((v - 104) * 2.4))) for v in range(256)])
        mask = ImageChops.multiply(gas, band).resize(e.image.size, Image.Resampling.BICUBIC)
        e.image.paste(tone, None, mask)


def _moon(e: Easel, b: Brush) -> None:
    p, rng = e.palette, e.rng
    b.glow(0, 0, 4, p.light, 0.55)
    b.oval(0, 0, 1, 1, p.light)
    for _ in range(7):
        turn, far, r = rng.uniform(0, math.tau), rng.uniform(0.1, 0.7), rng.uniform(0.06, 0.24)
        sea = mix(p.light, p.middle, 0.2)
        b.oval(far * math.cos(turn), far * math.sin(turn), r, r * 0.9, sea, opacity=0.7)


def space(e: Easel) -> None:
    """Planets before a nebula; every other time the great one wears a ring."""
    p, rng = e.palette, e.rng
    e.wash(p.high, p.near, p.high)
    _nebula(e, (p.middle, p.low, p.second, p.accent), 0.7)
    e.stars(480, e.height)
    x, y = e.focus, e.row(0.35) + 0.35 * (e.horizon - e.row(0))
    great = (p.accent, mix(p.accent, p.light, 0.45), p.second)
    _planet(e, x, y, 17 * e.layout.zoom, great, ringed=e.layout.variant % 2 == 0)
    for _ in range(2):
        turn, far = rng.uniform(0, math.tau), rng.uniform(27, 42) * e.unit
        tone = rng.choice((p.second, p.low, p.light))
        place = x + far * math.cos(turn), y + far * 0.7 * math.sin(turn)
        _planet(e, *place, rng.uniform(2.5, 6), (tone, mix(tone, p.middle, 0.4)))


def _planet(
    e: Easel,
    x: float,
    y: float,
    radius: float,
    colours: tuple[Colour, ...],
    *,
    ringed: bool = False,
) -> None:
    """A banded ball, `radius` units wide, lit from the upper left."""
    size, tilt = max(4, round(2 * radius * e.unit)), e.rng.uniform(-30, 30)
    b = e.front.at(x, y, size / 2, tilt)
    e.brush.glow(x, y, 0.85 * size, mix(colours[0], e.palette.light, 0.4), 0.55)
    if ringed:
        _ring(b, colours[1], 180)
    b.oval(0, 0, 1, 1, colours[0])
    ball = _banded(e, size, colours).rotate(-tilt, Image.Resampling.BILINEAR, fillcolor=colours[0])
    far_side = Image.radial_gradient("L").resize((size * 2, size * 2))
    left, top = round(size * 0.68), round(size * 0.72)
    far_side = far_side.crop((left, top, left + size, top + size))
    shade = [min(235, round((v / 255) ** 1.7 * 620)) for v in range(256)]
    ball.paste(e.palette.near, None, far_side.point(shade))
    disc = Image.new("L", (size, size))
    Brush(disc).shape(oval(size / 2, size / 2, size / 2 - 1, size / 2 - 1), (255, 255, 255))
    e.image.paste(ball, (round(x - size / 2), round(y - size / 2)), disc)
    if ringed:
        _ring(b, colours[1], 0)


def _banded(e: Easel, size: int, colours: tuple[Colour, ...]) -> Image.Image:
    ball = ramp([e.rng.choice(colours) for _ in range(6)], (size, size))
    streaks = clouds(e.rng, (size, size), (2, 9))
    streaks = streaks.point([max(0, min(255, (v - 128) * 4)) for v in range(256)])
    ball.paste(mix(colours[-1], e.palette.light, 0.5), None, streaks)
    return ball


def _ring(b: Brush, colour: Colour, start: int) -> None:
    """Half of a ring: the far one is painted before the ball, the near one after it."""
    for outer, inner, opacity in ((1.95, 1.72, 0.75), (1.66, 1.5, 0.9), (1.46, 1.3, 0.5)):
        edge = [*arc(0, 0, outer, start, start + 180), *arc(0, 0, inner, start, start + 180)[::-1]]
        b.shape([(x, y * 0.3) for x, y in edge], lighter(colour, 0.1), opacity=opacity)
