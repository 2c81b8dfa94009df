"""Water and what lies beside it: the open sea, a beach, a Japanese garden."""

from __future__ import annotations

import math

from reapi_nb.sandbox.artist.brush import Brush, Point, oval, smooth
from reapi_nb.sandbox.artist.easel import Easel
from reapi_nb.sandbox.artist.palette import Colour, lighter, mix


def sea(e: Easel) -> None:
    """Waves rolling in under a sun that glitters on the water."""
    p, rng = e.palette, e.rng
    e.sky()
    e.sun(rng.uniform(6, 10))
    _streaks(e)
    top = e.horizon / e.height
    e.wash(mix(p.far, p.low, 0.4), p.far, p.near, top=top)
    _glitter(e)
    if e.layout.variant % 2:
        _sailboat(e.brush.at(rng.uniform(0.2, 0.8) * e.width, e.horizon + e.unit * 2, e.unit * 7), p.light, p.accent)
    else:
        e.birds(6, p.depth(0.8))
    for k in range(6):
        share = k / 5
        y = e.horizon + (0.07 + 0.9 * share**1.5 * (1 - top)) * e.height
        _wave(e, y, (0.8 + 5 * share) * e.unit * e.layout.zoom, share)


def _streaks(e: Easel) -> None:
    for _ in range(7):
        x, y = e.rng.random() * e.width, e.rng.uniform(0.2, 0.95) * e.horizon
        long = e.rng.uniform(0.1, 0.3) * e.width
        e.brush.oval(x, y, long, e.unit * e.rng.uniform(0.25, 0.7), e.palette.light, opacity=0.4, soft=e.unit * 0.15)


def _glitter(e: Easel) -> None:
    x = e.light[0]
    for k in range(60):
        share = e.rng.random()
        y = e.horizon + share**1.4 * (e.height - e.horizon)
        spread = (3 + 12 * share) * e.unit
        long = e.unit * (0.8 + 2.4 * share) * e.rng.uniform(0.5, 1.5)
        e.brush.oval(x + e.rng.gauss(0, 0.45) * spread, y, long, e.unit * (0.1 + 0.2 * share), e.palette.light, opacity=0.65)


def _wave(e: Easel, y: float, tall: float, share: float) -> None:
    """A row of curling crests with foam along the edge."""
    p = e.palette
    tone = mix(p.far, p.near, 0.15 + 0.75 * share)
    pitch = tall * e.rng.uniform(7, 9)
    start = e.rng.uniform(-1, 0) * pitch
    line: list[Point] = []
    for k in range(math.ceil(e.width / pitch) + 2):
        x, up = start + k * pitch, tall * e.rng.uniform(0.6, 1.15)
        line += [(x, y), (x + pitch * 0.35, y - up * 0.35), (x + pitch * 0.58, y - up)]
        line += [(x + pitch * 0.72, y - up * 0.82), (x + pitch * 0.78, y - up * 0.3)]
    curve = smooth(line, closed=False, steps=6)
    e.land(curve, lighter(tone, 0.06), tone, mix(tone, p.near, 0.5))
    foam = mix(p.light, tone, 0.25 - 0.15 * share)
    e.brush.shape([*curve, *((x, v + tall * (0.1 + 0.1 * math.sin(x / pitch * 19))) for x, v in reversed(curve))], foam)


def _sailboat(b: Brush, sail: Colour, hull: Colour) -> None:
    b.blob([(-0.55, -0.12), (0.6, -0.12), (0.42, 0.14), (-0.4, 0.14)], hull, lighter(hull, -0.12))
    b.shape([(0.02, -1.35), (0.02, -0.2), (0.58, -0.2)], sail, mix(sail, hull, 0.3))
    b.shape([(-0.04, -1.2), (-0.04, -0.2), (-0.46, -0.2)], sail, mix(sail, hull, 0.45))
    b.shape([(-0.02, -1.4), (0.02, -1.4), (0.02, -0.1), (-0.02, -0.1)], lighter(hull, -0.25))


def beach(e: Easel) -> None:
    """Sea, wet sand with lines of foam, and a palm leaning in."""
    p, rng = e.palette, e.rng
    e.sky()
    e.sun(rng.uniform(5, 9))
    _streaks(e)
    e.wash(p.far, mix(p.far, p.high, 0.5), mix(p.far, p.low, 0.5), top=e.horizon / e.height)
    _glitter(e)
    if e.layout.variant % 2 == 0:
        _sailboat(e.brush.at(rng.uniform(0.3, 0.7) * e.width, e.horizon + e.unit * 2, e.unit * 6), p.light, p.accent)
    sand = mix(p.second, p.light, 0.6)
    slope = rng.uniform(0.05, 0.12)
    for k, (tone, soft) in enumerate(((p.light, 0.2), (mix(p.far, sand, 0.45), 0.3), (p.light, 0.2), (mix(sand, p.far, 0.25), 0.3), (sand, 2))):
        y = e.height * (0.76 + 0.045 * k)
        line = [(x, v - (x / e.width - 0.5) * slope * e.height) for x, v in e.hills(y, e.height * 0.014, 1.6)]
        e.land(line, tone, mix(tone, p.accent, 0.12) if k == 4 else tone, soft=soft * e.unit * 0.2)
    _palm(e.brush.at(e.width * 0.08, e.height * 1.02, e.height * 0.8 * e.layout.zoom), p.near, rng.uniform(0.1, 0.22))
    _palm(e.brush.at(e.width * 0.0, e.height * 1.02, e.height * 0.6 * e.layout.zoom), p.near, rng.uniform(0.15, 0.3))


def _palm(b: Brush, colour: Colour, lean: float) -> None:
    b.line([(0, 0), (lean * 0.25, -0.4), (lean, -0.9)], [0.05, 0.034, 0.026], colour)
    for turn in (-170, -140, -100, -60, -20, 15, 160):
        leaf = b.at(lean, -0.9, 0.36, turn, 1)
        droop = 0.42 if abs(turn) < 90 else -0.42
        spine = smooth([(0, 0), (0.5, -droop * 0.25), (1, droop)], closed=False)
        edge = thorns(spine, 0.11)
        leaf.shape(edge, colour)


def thorns(spine: list[Point], reach: float) -> list[Point]:
    """A leaf with a toothed edge around a spine."""
    out, back = [], []
    for k, (x, y) in enumerate(spine):
        half = reach * math.sin(math.pi * (k + 0.6) / (len(spine) + 0.6)) * (1 if k % 2 else 0.55)
        out.append((x, y - half * 0.6))
        back.append((x, y + half))
    return out + back[::-1]


def garden(e: Easel) -> None:
    """A pond with a red bridge, a pagoda in the haze and cherry blossom overhead."""
    p, rng = e.palette, e.rng
    e.wash(p.high, p.middle, p.low, top=0, bottom=0.7)
    e.sun(rng.uniform(6, 10))
    e.land(e.crags(e.horizon, 0.2 * e.height, 2), mix(p.far, p.low, 0.35), mix(p.far, p.low, 0.8))
    e.veil(e.horizon - 0.02 * e.height, 0.1 * e.height, p.low, 0.7)
    x = e.width * (0.72 if e.layout.variant % 2 else 0.58)
    pagoda(e.brush.at(x, e.horizon + 0.06 * e.height, e.height * 0.3 * e.layout.zoom), mix(p.near, p.far, 0.35), p.accent)
    _shrubs(e, e.horizon + 0.07 * e.height, 12, mix(p.far, p.near, 0.3))
    shore = e.horizon + 0.12 * e.height
    _shrubs(e, shore, 9, mix(p.far, p.near, 0.55))
    bridge = e.brush.at(e.width * e.layout.focus, shore + 0.02 * e.height, e.width * 0.21 * e.layout.zoom)
    _bridge(bridge, p.accent)
    e.lake(shore + 0.025 * e.height)
    _lilies(e, shore)
    _bank(e)
    _cherry(e, rng.uniform(0.9, 1.1))
    _petals(e)


def pagoda(b: Brush, wall: Colour, roof: Colour) -> None:
    """A tower of three roofs, one unit tall."""
    dark = mix(wall, roof, 0.3)
    for k, y in enumerate((0.0, -0.3, -0.56)):
        wide = 0.26 - 0.055 * k
        b.shape([(-wide * 0.62, y), (wide * 0.62, y), (wide * 0.62, y - 0.2), (-wide * 0.62, y - 0.2)], lighter(wall, 0.12), wall)
        up = y - 0.17
        b.blob([(-wide * 1.3, up - 0.03), (-wide * 0.8, up + 0.03), (0, up + 0.04), (wide * 0.8, up + 0.03), (wide * 1.3, up - 0.03),
                (wide * 0.6, up - 0.06), (wide * 0.3, up - 0.12), (-wide * 0.3, up - 0.12), (-wide * 0.6, up - 0.06)], dark, wall)  # fmt: skip
    b.line([(0, -0.8), (0, -1.0)], [0.03, 0.006], dark)


def _shrubs(e: Easel, y: float, count: int, tone: Colour) -> None:
    for _ in range(count):
        x, r = e.rng.random() * e.width, e.unit * e.rng.uniform(3, 7)
        blush = e.rng.random() < 0.35
        colour = mix(tone, e.palette.second, 0.75) if blush else tone
        for dx, dy, s in ((-0.7, 0, 0.7), (0.7, 0, 0.7), (0, -0.35, 0.9)):
            e.brush.oval(x + dx * r, y + dy * r, r * s, r * s * 0.8, lighter(colour, 0.05), colour)
    e.land(e.hills(y, e.unit * 0.5, 2), tone, mix(tone, e.palette.near, 0.3))


def _bridge(b: Brush, red: Colour) -> None:
    deck = [(math.sin(t) * 1.05, -0.34 * math.cos(t) + 0.03) for t in (k * math.pi / 24 for k in range(-11, 12))]
    dark = lighter(red, -0.16)
    b.shape(thicken(deck, 0.07), red, dark)
    b.shape(thicken([(x, y + 0.05) for x, y in deck], 0.03), dark)
    rail = [(x, y - 0.17) for x, y in deck]
    for k in range(1, 22, 3):
        (x, y), (_, top) = deck[k], rail[k]
        b.shape([(x - 0.014, top - 0.03), (x + 0.014, top - 0.03), (x + 0.014, y), (x - 0.014, y)], red, dark)
    b.shape(thicken(rail[1:-1], 0.026), lighter(red, 0.05))
    b.shape(thicken([(x, y + 0.08) for x, y in rail[1:-1]], 0.014), red)
    for x in (-0.6, 0.6):
        b.shape([(x - 0.02, -0.2), (x + 0.02, -0.2), (x + 0.02, 0.12), (x - 0.02, 0.12)], dark)


def thicken(line: list[Point], width: float) -> list[Point]:
    """A band of one width along a line."""
    return [(x, y - width / 2) for x, y in line] + [(x, y + width / 2) for x, y in reversed(line)]


def _lilies(e: Easel, shore: float) -> None:
    p = e.palette
    for _ in range(16):
        share = e.rng.uniform(0.15, 0.75)
        x, y = e.rng.random() * e.width, shore + share * (e.height - shore)
        r = e.unit * (0.8 + 2.6 * share)
        green = mix(p.far, p.near, 0.35 + 0.3 * e.rng.random())
        e.brush.shape([(x, y), *((a, b) for a, b in oval(x, y, r, r * 0.36)[3:])], lighter(green, 0.06), green)
        if e.rng.random() < 0.4:
            for turn in (-50, -20, 20, 50):
                e.brush.at(x, y - r * 0.1, r * 0.5, turn).oval(0, -0.5, 0.24, 0.55, p.light, p.second)


def _bank(e: Easel) -> None:
    p, rng = e.palette, e.rng
    line = [(x, y - max(0.0, 0.30 - x / e.width) * 0.5 * e.height) for x, y in e.hills(e.height * 0.965, e.height * 0.01, 1.5)]
    for _ in range(5):
        x, y = rng.choice(line)
        r = rng.uniform(2, 5) * e.unit
        e.brush.oval(x, y, r * 1.4, r, mix(p.far, p.near, 0.5), p.near, shade=0.5)
    e.land(line, mix(p.near, p.far, 0.25), p.near)


def _cherry(e: Easel, reach: float) -> None:
    """A dark trunk at the left edge, branches and clouds of blossom."""
    p, rng = e.palette, e.rng
    w, h = e.width, e.height
    bark = lighter(mix(p.near, p.accent, 0.18), -0.02)
    trunk = [(w * 0.02, h * 1.02), (w * 0.07, h * 0.7), (w * 0.05, h * 0.42), (w * 0.12, h * 0.18), (w * 0.1, -h * 0.05)]
    e.brush.line(trunk, [e.unit * 11, e.unit * 6, e.unit * 5, e.unit * 4, e.unit * 3], bark)
    tips: list[Point] = [(w * 0.1, h * 0.02)]
    for start, rise, long in ((0.42, -0.26, 0.34), (0.30, -0.12, 0.48), (0.22, -0.16, 0.3), (0.5, -0.12, 0.2)):
        x0, y0 = w * 0.07, h * start
        x1, y1 = x0 + w * long * reach, y0 + h * (rise + rng.uniform(-0.05, 0.05))
        limb = [(x0, y0), (x0 + (x1 - x0) * 0.4, y0 + (y1 - y0) * 0.75), (x0 + (x1 - x0) * 0.75, y1 + h * 0.01), (x1, y1)]
        e.brush.line(limb, [e.unit * 3, e.unit * 1.6, e.unit, 0.5], bark)
        tips += smooth(limb, closed=False, steps=4)[4:]
    for depth, tone in enumerate((mix(p.second, p.near, 0.28), p.second, mix(p.second, p.light, 0.5), p.light)):
        for x, y in tips:
            for _ in range((7, 7, 5, 2)[depth]):
                r = e.unit * rng.uniform(0.7, (2.8, 2.2, 1.5, 0.7)[depth])
                cx, cy = x + rng.gauss(0, 3.2) * e.unit, y + rng.gauss(-0.4 * depth, 2.3) * e.unit
                e.brush.oval(cx, cy, r, r * 0.85, tone)


def _petals(e: Easel) -> None:
    for _ in range(60):
        x, y = e.rng.random() * e.width, e.rng.uniform(0.1, 1) * e.height
        r = e.unit * e.rng.uniform(0.25, 0.65)
        tone = mix(e.palette.second, e.palette.light, e.rng.random() * 0.6)
        e.brush.oval(x, y, r, r * 0.5, tone, turn=e.rng.uniform(0, 180), opacity=0.9)
