"""The sky by night and space beyond it."""

from __future__ import annotations

import math

from PIL import Image, ImageChops

from reapi_nb.sandbox.artist.brush import clouds, oval, ramp
from reapi_nb.sandbox.artist.easel import Easel
from reapi_nb.sandbox.artist.landscapes import firs
from reapi_nb.sandbox.artist.palette import Colour, lighter, mix


def stars(e: Easel, count: int, bottom: float) -> None:
    """Stars of many sizes above a row; a few of them sparkle."""
    p, rng = e.palette, e.rng
    for k in range(count):
        x, y = rng.random() * e.width, rng.random() * bottom
        size = e.unit * (0.05 + 0.2 * rng.random() ** 5)
        tone = mix(p.light, rng.choice((p.second, p.light, p.low)), 0.4)
        e.brush.oval(x, y, size, size, tone, opacity=rng.uniform(0.4, 1))
        if k % 40 == 0:
            b = e.brush.at(x, y, e.unit * rng.uniform(0.8, 1.8))
            b.glow(0, 0, 1.6, p.light, 0.7)
            b.shape([(0, -1), (0.09, -0.09), (1, 0), (0.09, 0.09), (0, 1), (-0.09, 0.09), (-1, 0), (-0.09, -0.09)], p.light)


def nebula(e: Easel, colours: tuple[Colour, ...]) -> None:
    """Clouds of glowing gas along a slanting band."""
    size = (e.width // 4, e.height // 4)
    tilt = e.rng.uniform(-28, 28)
    band = Image.linear_gradient("L").point([round(255 * math.sin(math.pi * v / 255) ** 3) for v in range(256)])
    band = band.resize((size[0] * 2, size[1] * 2)).rotate(tilt, Image.Resampling.BILINEAR)
    band = band.crop((size[0] // 2, size[1] // 2, size[0] // 2 + size[0], size[1] // 2 + size[1]))
    for k, tone in enumerate(colours):
        gas = clouds(e.rng, size, (4 + k, 3 + k), 4)
        gas = gas.point([max(0, min(255, round((v - 92) * 2.4))) for v in range(256)])
        mask = ImageChops.multiply(gas, band).resize(e.image.size, Image.Resampling.BICUBIC)
        e.image.paste(tone, None, mask)


def starry_night(e: Easel) -> None:
    """A milky way over dark hills and firs, with a moon."""
    p = e.palette
    e.wash(p.high, p.middle, p.low)
    nebula(e, (mix(p.middle, p.low, 0.7), mix(p.low, p.second, 0.4)))
    stars(e, 420, e.height * 0.85)
    moon(e, e.rng.uniform(5, 8))
    for k in range(3):
        y = e.horizon + (0.16 + 0.1 * k) * e.height
        tone = p.depth(0.3 + 0.3 * k)
        e.land(e.crags(y, (0.2 - 0.05 * k) * e.height, 3 + k), tone, mix(tone, p.low, 0.35 - 0.1 * k))
        e.veil(y, 0.06 * e.height, p.low, 0.25)
    firs(e)


def moon(e: Easel, radius: float) -> None:
    """A moon with seas, full or waning."""
    p, rng = e.palette, e.rng
    b = e.brush.at(*e.light, radius * e.unit)
    b.glow(0, 0, 4, p.light, 0.55)
    b.oval(0, 0, 1, 1, p.light)
    for _ in range(7):
        turn, far, r = rng.uniform(0, math.tau), rng.uniform(0.1, 0.7), rng.uniform(0.06, 0.24)
        b.oval(far * math.cos(turn), far * math.sin(turn), r, r * 0.9, mix(p.light, p.middle, 0.2), opacity=0.7)


def space(e: Easel) -> None:
    """Planets, one of them ringed, before a nebula."""
    p, rng = e.palette, e.rng
    e.wash(p.high, p.near, p.high)
    nebula(e, (p.middle, p.low, p.second, p.accent))
    stars(e, 480, e.height)
    x, y = e.layout.focus * e.width, (0.35 + 0.35 * e.layout.horizon) * e.height
    planet(e, x, y, 17 * e.layout.zoom, (p.accent, mix(p.accent, p.light, 0.45), p.second), ringed=e.layout.variant % 2 == 0)
    for _ in range(2):
        turn, far = rng.uniform(0, math.tau), rng.uniform(27, 42) * e.unit
        tone = rng.choice((p.second, p.low, p.light))
        planet(e, x + far * math.cos(turn), y + far * 0.7 * math.sin(turn), rng.uniform(2.5, 6), (tone, mix(tone, p.middle, 0.4)), ringed=False)


def planet(e: Easel, x: float, y: float, radius: float, colours: tuple[Colour, ...], *, ringed: bool) -> None:
    """A banded ball lit from one side."""
    p, rng = e.palette, e.rng
    size = round(2 * radius * e.unit)
    tilt = rng.uniform(-30, 30)
    e.brush.glow(x, y, radius * e.unit * 1.7, mix(colours[0], p.light, 0.4), 0.55)
    ring = e.brush.at(x, y, radius * e.unit, tilt)
    if ringed:
        _ring(ring, colours, 180, 360)
    bands = clouds(rng, (size, size), (2, 9), 3)
    ball = ramp([rng.choice(colours) for _ in range(6)], (size, size))
    ball.paste(mix(colours[-1], p.light, 0.5), None, bands.point([max(0, min(255, (v - 128) * 4)) for v in range(256)]))
    ball = ball.rotate(-tilt, Image.Resampling.BILINEAR, fillcolor=colours[0])
    shade = Image.radial_gradient("L").resize((size * 2, size * 2)).crop((size // 3, size // 4, size // 3 + size, size // 4 + size))
    ball.paste(p.near, None, shade.point([min(235, round((v / 255) ** 1.7 * 620)) for v in range(256)]))
    e.image.paste(ball, (round(x - size / 2), round(y - size / 2)), _disc(size))
    if ringed:
        _ring(ring, colours, 0, 180)


def _disc(size: int) -> Image.Image:
    from PIL import ImageDraw

    mask = Image.new("L", (size * 2, size * 2))
    ImageDraw.Draw(mask).ellipse((2, 2, size * 2 - 3, size * 2 - 3), fill=255)
    return mask.reduce(2)


def _ring(b: object, colours: tuple[Colour, ...], start: int, end: int) -> None:
    from reapi_nb.sandbox.artist.brush import Brush

    assert isinstance(b, Brush)
    for outer, inner, opacity in ((1.95, 1.72, 0.75), (1.66, 1.5, 0.9), (1.46, 1.3, 0.5)):
        arc = [math.radians(t) for t in range(start, end + 1, 5)]
        points = [(outer * math.cos(t), outer * 0.3 * math.sin(t)) for t in arc]
        points += [(inner * math.cos(t), inner * 0.3 * math.sin(t)) for t in reversed(arc)]
        b.shape(points, lighter(colours[1], 0.1), opacity=opacity)


__all__ = ["moon", "nebula", "oval", "planet", "space", "starry_night", "stars"]
