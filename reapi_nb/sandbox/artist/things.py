"""Things, one unit tall, standing on the brush's zero: flowers, houses, balloons, cups and so on."""

from __future__ import annotations

import math
from random import Random

from reapi_nb.sandbox.artist.brush import Brush, Point, oval, shadowed
from reapi_nb.sandbox.artist.palette import Colour, Palette, colour, lighter, mix
from reapi_nb.sandbox.artist.people import mirrored

_LEAF, _WOOD, _DARK = colour("4f8a5b"), colour("6b4a3a"), colour("231d2b")


def bouquet(b: Brush, kind: str, petal: Colour, vase: Colour, palette: Palette, rng: Random) -> None:
    """Flowers of one kind in a vase."""
    green = mix(_LEAF, palette.near, 0.25)
    b.oval(0, 0.0, 0.3, 0.03, palette.near, opacity=0.35, soft=0.02)
    heads = []
    for k in range(9):
        lean = (k - 4) / 4 + rng.uniform(-0.1, 0.1)
        heads.append((lean * 0.36, -0.8 - 0.16 * math.cos(lean * 1.4) + rng.uniform(-0.06, 0.07), lean))
    for x, y, lean in heads:
        b.line([(lean * 0.04, -0.36), (x * 0.5, (y - 0.4) / 2), (x, y)], [0.016, 0.014, 0.011], lighter(green, 0.05), green)
    for _ in range(12):
        lean = rng.uniform(-1, 1)
        leaf = b.at(lean * 0.05, -0.4, rng.uniform(0.26, 0.46), lean * 55)
        leaf.blob(path("0,0 12,-45 2,-100 -12,-50"), mix(green, palette.low, rng.uniform(0, 0.3)), green)
    rng.shuffle(heads)
    for x, y, lean in heads:
        tone = mix(petal, palette.light, rng.uniform(0, 0.25))
        BLOOMS[kind](b.at(x, y, rng.uniform(0.16, 0.21), lean * 24), tone)
    _vase(b, vase, rng)


def _vase(b: Brush, glaze: Colour, rng: Random) -> None:
    belly = rng.uniform(0.17, 0.22)
    b.blob(mirrored([(0, -0.43), (0.1, -0.43), (0.085, -0.37), (belly, -0.2), (belly * 0.85, -0.06), (0.1, 0.0), (0, 0.0)]), lighter(glaze, 0.06), shadowed(glaze, 0.15), shade=0.4)
    for y in (-0.27, -0.24):
        wide = belly * 0.88
        b.line([(-wide, y), (0, y + 0.018), (wide, y)], [0.004, 0.009, 0.004], mix(glaze, colour("fff6e6"), 0.6), opacity=0.8)
    b.line([(-belly * 0.62, -0.28), (-belly * 0.72, -0.18), (-belly * 0.6, -0.08)], [0.005, 0.028, 0.005], colour("ffffff"), opacity=0.4, soft=0.006)


def tulip(b: Brush, tone: Colour) -> None:
    b.blob(path("-12,10 -46,-20 -42,-85 -10,-40 5,0"), shadowed(tone, 0.12))
    b.blob(path("12,10 46,-20 42,-85 10,-40 -5,0"), shadowed(tone, 0.06))
    b.blob(path("0,12 30,-15 20,-60 0,-90 -20,-60 -30,-15"), lighter(tone, 0.05), shadowed(tone, 0.12))


def rose(b: Brush, tone: Colour) -> None:
    for r, dx, dy, dark in ((0.56, 0, 0, 0.22), (0.47, 0.05, -0.06, 0.08), (0.36, -0.05, -0.07, 0.17), (0.25, 0.03, -0.1, 0.02), (0.13, 0, -0.11, 0.25)):
        b.oval(dx, dy - 0.2, r, r * 0.92, lighter(shadowed(tone, dark), 0.03), shadowed(tone, dark), shade=0.25)


def daisy(b: Brush, tone: Colour) -> None:
    for k in range(11):
        b.at(0, -0.2, 0.62, k * 360 / 11).blob(path("0,0 17,-60 0,-100 -17,-60"), lighter(tone, 0.04), shadowed(tone, 0.08))
    b.oval(0, -0.2, 0.2, 0.2, colour("f2b632"), colour("c97a22"))


def sunflower(b: Brush, tone: Colour) -> None:
    for row, size in ((0, 0.86), (11, 0.72)):
        for k in range(16):
            b.at(0, -0.2, size, k * 22.5 + row).blob(path("0,0 13,-60 0,-100 -13,-60"), lighter(tone, 0.05 - row * 0.008), shadowed(tone, 0.12))
    b.oval(0, -0.2, 0.36, 0.36, colour("5b3a26"), colour("3a241c"))
    for k in range(34):
        r, t = 0.058 * math.sqrt(k), k * 2.4
        b.oval(r * math.cos(t), -0.2 + r * math.sin(t), 0.026, 0.026, colour("9a6a3a"))


BLOOMS = {"tulip": tulip, "rose": rose, "daisy": daisy, "sunflower": sunflower}


def house(b: Brush, wall: Colour, palette: Palette, rng: Random) -> None:
    """A cottage with lit windows, smoke above the chimney."""
    roof, lamp = shadowed(palette.accent, 0.08), mix(palette.light, palette.second, 0.4)
    for k in range(5):
        b.oval(0.26 + 0.05 * k + 0.02 * math.sin(k * 2), -1.02 - 0.085 * k, 0.035 + 0.016 * k, 0.03 + 0.013 * k, palette.light, opacity=0.5 - 0.07 * k, soft=0.012)
    b.shape(_box(0.2, -0.98, 0.3, -0.6), shadowed(roof, 0.25))
    b.shape(_box(-0.42, -0.52, 0.42, 0.0), lighter(wall, 0.05), shadowed(wall, 0.15))
    b.shape(path("-54,-48 -32,-88 32,-88 54,-48"), roof, shadowed(roof, 0.2))
    b.shape(path("-30,-46 -8,-84 14,-46"), lighter(wall, 0.08), wall)
    b.shape(path("-36,-43 -8,-92 20,-43 13,-43 -8,-80 -29,-43"), shadowed(roof, 0.2))
    for x, y in ((-0.27, -0.28), (0.27, -0.28), (-0.08, -0.55)):
        b.glow(x, y, 0.24, lamp, 0.65)
        b.shape(_box(x - 0.065, y - 0.075, x + 0.065, y + 0.075), lamp, mix(lamp, palette.accent, 0.25))
        b.shape(_box(x - 0.006, y - 0.075, x + 0.006, y + 0.075), shadowed(wall, 0.5))
        b.shape(_box(x - 0.065, y - 0.006, x + 0.065, y + 0.006), shadowed(wall, 0.5))
    b.blob(path("-7,0 -7.5,-26 0,-33 7.5,-26 7,0"), shadowed(roof, 0.35), shadowed(roof, 0.5))
    b.oval(0.04, -0.13, 0.011, 0.011, lamp)
    for _ in range(7):
        b.oval(rng.choice((-1, 1)) * rng.uniform(0.2, 0.46), -0.02, 0.1, 0.065, mix(palette.far, palette.near, 0.6), palette.near)


def _box(left: float, top: float, right: float, bottom: float) -> list[Point]:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def castle(b: Brush, wall: Colour, palette: Palette, rng: Random) -> None:
    """Towers with pointed roofs and banners."""
    lamp = mix(palette.light, palette.second, 0.4)
    b.shape(_battlements(-0.45, 0.45, -0.36), lighter(wall, 0.02), shadowed(wall, 0.25))
    for x, wide, tall in ((-0.3, 0.075, 0.62), (0.27, 0.085, 0.7), (-0.1, 0.09, 0.82), (0.1, 0.07, 0.6), (-0.46, 0.085, 0.48), (0.46, 0.085, 0.5)):
        high = tall * rng.uniform(0.92, 1.05)
        b.shape(_box(x - wide, -high, x + wide, 0), lighter(wall, 0.07), shadowed(wall, 0.22))
        b.shape(_box(x + wide * 0.25, -high, x + wide, 0), shadowed(wall, 0.35), opacity=0.35)
        b.shape([(x - wide * 1.3, -high + 0.01), (x, -high - wide * 3.1), (x + wide * 1.3, -high + 0.01)], lighter(palette.accent, 0.03), shadowed(palette.accent, 0.25))
        top = -high - wide * 3.1
        b.blob([(x, top - 0.08), (x + 0.07, top - 0.065), (x + 0.13, top - 0.05), (x + 0.06, top - 0.035), (x, top - 0.03)], palette.second)
        b.line([(x, top + 0.02), (x, top - 0.09)], [0.01, 0.008], shadowed(wall, 0.5))
        for y in (0.8, 0.55):
            b.oval(x - wide * 0.1, -high * y, 0.014, 0.028, lamp)
    b.blob(path("-8,1 -8,-14 0,-21 8,-14 8,1"), shadowed(wall, 0.6), shadowed(wall, 0.75))


def _battlements(left: float, right: float, top: float) -> list[Point]:
    line: list[Point] = []
    step = (right - left) / 15
    for k in range(15):
        y = top - (0.035 if k % 2 == 0 else 0)
        line += [(left + k * step, y), (left + (k + 1) * step, y)]
    return [*line, (right, 0), (left, 0)]


def lighthouse(b: Brush, stripe: Colour, palette: Palette, rng: Random) -> None:
    """A striped tower on a rock, its beam swinging out."""
    side = rng.choice((-1, 1))
    beam = [(0.0, -0.91), (2.2 * side, -1.3), (2.2 * side, -0.62), (0.0, -0.85)]
    b.shape(beam, palette.light, opacity=0.35, soft=0.03)
    white = mix(palette.light, palette.low, 0.15)
    b.blob(path("-50,6 -36,-6 -15,-13 16,-12 34,-4 55,6 30,12 -30,12"), palette.depth(0.7), palette.near, shade=0.3)
    for k in range(6):
        low, high = -0.1 - 0.115 * k, -0.1 - 0.115 * (k + 1)
        a, c = 0.135 - 0.009 * k, 0.135 - 0.009 * (k + 1)
        tone = stripe if k % 2 else white
        b.shape([(-a, low), (-c, high), (c, high), (a, low)], tone)
        b.shape([(a * 0.25, low), (c * 0.25, high), (c, high), (a, low)], shadowed(tone, 0.45), opacity=0.4)
    b.shape(_box(-0.125, -0.82, 0.125, -0.785), shadowed(stripe, 0.5))
    b.shape(_box(-0.065, -0.95, 0.065, -0.82), palette.light, mix(palette.light, palette.second, 0.6))
    b.glow(0, -0.885, 0.45, palette.light, 0.95)
    for x in (-0.065, 0.0, 0.065):
        b.shape(_box(x - 0.006, -0.95, x + 0.006, -0.82), shadowed(stripe, 0.5))
    b.blob(path("-9.5,-94.5 -5,-100 0,-105 5,-100 9.5,-94.5"), stripe, shadowed(stripe, 0.3))


def balloon(b: Brush, cloth: Colour, palette: Palette, rng: Random) -> None:
    """A hot-air balloon in gores of two colours."""
    other = rng.choice((palette.light, palette.second))
    gores = 7
    for k in range(gores):
        edges = [math.sin(math.pi * ((k + d) / gores - 0.5)) for d in (0, 1)]
        tone = shadowed(cloth if k % 2 == 0 else other, 0.25 * max(0.0, (k - 2) / gores))
        sides = [[(s * w, y) for w, y in ((0.02, -1.0), (0.24, -0.95), (0.37, -0.76), (0.35, -0.58), (0.22, -0.4), (0.1, -0.25))] for s in edges]
        left, right = (_curve(side) for side in sides)
        b.shape([*left, *right[::-1]], lighter(tone, 0.05), shadowed(tone, 0.12))
    for x in (-0.09, -0.03, 0.03, 0.09):
        b.line([(x, -0.26), (x * 0.6, -0.1)], [0.006, 0.006], _WOOD)
    b.blob(path("-6.5,-12 6.5,-12 5,0 -5,0"), lighter(_WOOD, 0.12), _WOOD)


def _curve(points: list[Point]) -> list[Point]:
    from reapi_nb.sandbox.artist.brush import smooth

    return smooth(points, closed=False)


def rocket(b: Brush, paint: Colour, palette: Palette, rng: Random) -> None:
    """A rocket climbing on its flame."""
    shell = mix(palette.light, colour("dfe3ea"), 0.5)
    b.glow(0, 0.0, 0.5, palette.second, 0.8)
    for k in range(9):
        r = rng.uniform(0.06, 0.12)
        b.oval(rng.uniform(-0.16, 0.16), 0.1 + 0.05 * k, r, r, palette.light, opacity=0.35, soft=0.02)
    b.blob(path("-9,-16 9,-16 11,0 0,34 -11,0"), colour("ffd36b"), colour("f0683a"))
    b.blob(path("-4.5,-16 4.5,-16 0,16"), colour("fff4cf"))
    for side in (-1, 1):
        b.at(0, 0, 1, 0, side).blob(path("10,-46 24,-26 25,-6 12,-18"), paint, shadowed(paint, 0.3))
    b.blob(half("0,-102 10,-86 16,-60 14,-30 9,-14 0,-13"), shell, shadowed(shell, 0.15), shade=0.35)
    b.blob(half("0,-103 9,-88 11.8,-78 0,-76"), paint, shadowed(paint, 0.15))
    b.oval(0, -0.58, 0.075, 0.075, paint, shadowed(paint, 0.3))
    b.oval(0, -0.58, 0.053, 0.053, palette.middle, palette.high)
    b.blob(path("-3.5,-34 3.5,-34 3,-6 -3,-6"), paint, shadowed(paint, 0.3))


def cup(b: Brush, glaze: Colour, palette: Palette, rng: Random) -> None:
    """A steaming cup on a saucer."""
    b.oval(0, -0.01, 0.62, 0.075, palette.near, opacity=0.3, soft=0.03)
    b.oval(0, -0.05, 0.55, 0.085, lighter(glaze, 0.05), shadowed(glaze, 0.3))
    b.oval(0, -0.06, 0.36, 0.05, shadowed(glaze, 0.2))
    for width, tone in ((0.085, shadowed(glaze, 0.12)),):
        b.line(path("30,-46 50,-48 52,-30 26,-20"), [width, width, width, width * 0.7], tone)
    b.blob(half("0,-56 36,-56 35.5,-40 28,-16 16,-5 0,-4.5"), lighter(glaze, 0.06), shadowed(glaze, 0.12), shade=0.35)
    b.oval(0, -0.555, 0.36, 0.075, lighter(glaze, 0.1), glaze)
    b.oval(0, -0.547, 0.325, 0.06, colour("4a2a1c"), colour("8a5632"))
    for _ in range(3):
        x, bend = rng.uniform(-0.16, 0.16), rng.choice((-1, 1)) * 0.08
        b.line([(x, -0.6), (x + bend, -0.75), (x - bend, -0.9), (x + bend * 0.6, -1.05)], [0.01, 0.04, 0.035, 0.005], palette.light, opacity=0.5, soft=0.015)


def fruit(b: Brush, skin: Colour, palette: Palette, rng: Random) -> None:
    """A bowl of round fruit."""
    b.oval(0, 0.0, 0.5, 0.045, palette.near, opacity=0.3, soft=0.03)
    tones = (skin, palette.second, mix(skin, palette.second, 0.5), colour("8fa84a"))
    for x, y in ((-0.3, -0.45), (0.3, -0.45), (0, -0.48), (-0.16, -0.63), (0.17, -0.62), (0.0, -0.78)):
        tone, r = rng.choice(tones), rng.uniform(0.155, 0.185)
        b.oval(x, y, r, r * 0.95, lighter(tone, 0.06), shadowed(tone, 0.12), shade=0.4)
        b.oval(x - r * 0.35, y - r * 0.4, r * 0.2, r * 0.14, colour("ffffff"), opacity=0.45, turn=-35, soft=0.01)
        b.line([(x, y - r * 0.8), (x + 0.02, y - r * 1.2)], [0.014, 0.01], _WOOD)
        b.at(x + 0.02, y - r * 1.12, 0.11, rng.uniform(40, 80)).blob(path("0,0 28,-50 0,-100 -28,-50"), lighter(_LEAF, 0.08), _LEAF)
    bowl = mix(palette.far, palette.light, 0.3)
    b.blob(half("0,-40 56,-42 50,-20 26,-3 18,0 0,0"), lighter(bowl, 0.05), shadowed(bowl, 0.25), shade=0.35)


def car(b: Brush, paint: Colour, palette: Palette, rng: Random) -> None:
    """A small rounded car in profile, about two units long."""
    chrome = mix(palette.light, colour("c9d0d6"), 0.5)
    b.oval(0, 0.0, 1.05, 0.06, palette.near, opacity=0.45, soft=0.03)
    b.blob(path("-98,-20 -96,-42 -72,-52 -55,-55 -34,-86 22,-88 48,-58 86,-50 100,-36 98,-16 30,-12 -50,-12"), lighter(paint, 0.06), shadowed(paint, 0.15), shade=0.3)
    for window in (path("-44,-56 -29,-79 -8,-81 -8,-56"), path("0,-56 0,-81 19,-80 37,-56")):
        b.shape(window, palette.high, palette.low)
        (x, y), (x1, y1) = window[0], window[1]
        b.shape([(x + 0.08, y), (x1 + 0.08, y1 + 0.02), (x1 + 0.13, y1 + 0.02), (x + 0.13, y)], palette.light, opacity=0.4)
    b.shape(_box(-0.93, -0.335, 0.97, -0.31), mix(paint, palette.light, 0.55))
    b.line([(-0.04, -0.54), (-0.04, -0.16)], [0.01, 0.01], shadowed(paint, 0.4))
    b.shape(_box(0.03, -0.47, 0.12, -0.445), chrome)
    b.glow(0.97, -0.4, 0.3, palette.light, 0.7)
    b.oval(0.94, -0.4, 0.055, 0.07, palette.light, chrome)
    b.oval(-0.96, -0.38, 0.025, 0.05, colour("d8433c"))
    for x in (-0.58, 0.6):
        b.oval(x, -0.17, 0.24, 0.23, shadowed(paint, 0.7))
        b.oval(x, -0.16, 0.19, 0.19, _DARK)
        b.oval(x, -0.16, 0.11, 0.11, chrome, shadowed(chrome, 0.35))
        b.oval(x, -0.16, 0.04, 0.04, paint)
    if rng.random() < 0.5:
        for x, tone in ((-0.22, palette.second), (0.06, palette.far)):
            b.shape(_box(x - 0.13, -1.02, x + 0.13, -0.9), tone, shadowed(tone, 0.25))


def boat(b: Brush, hull: Colour, palette: Palette, rng: Random) -> None:
    """A sailing boat with its mirror image."""
    sail = mix(palette.light, palette.low, 0.2)
    lean = rng.uniform(-0.05, 0.05)
    for _ in range(7):
        y = rng.uniform(0.02, 0.3)
        b.oval(rng.uniform(-0.2, 0.2), y, rng.uniform(0.1, 0.32), 0.012, mix(hull, palette.far, 0.4), opacity=0.5)
    b.line([(0, -0.1), (lean, -1.02)], [0.024, 0.014], shadowed(_WOOD, 0.2))
    b.blob([(0.03, -0.18), (0.03 + lean * 0.5, -0.6), (0.02 + lean, -0.98), (0.3, -0.55), (0.44, -0.2)], sail, mix(sail, palette.second, 0.3), shade=0.2)
    b.blob([(-0.03, -0.2), (-0.02 + lean * 0.8, -0.82), (-0.2, -0.5), (-0.34, -0.22)], mix(sail, palette.accent, 0.5), mix(sail, palette.accent, 0.75), shade=0.2)
    b.blob(path("-46,-15 -10,-12 30,-13 56,-17 42,0 20,4 -30,4 -40,-2"), lighter(hull, 0.05), shadowed(hull, 0.3), shade=0.2)
    b.line(path("-42,-10 0,-7.5 50,-12"), [0.012, 0.016, 0.01], palette.light, opacity=0.7)


__all__ = ["BLOOMS", "oval"]
