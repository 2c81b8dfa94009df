"""Animals that sit and look at us: a table of traits, and one way to draw them.

They are one unit tall and stand on the brush's zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reapi_nb.sandbox.artist.brush import Brush, both, path
from reapi_nb.sandbox.artist.colour import Colour, ink, lighter, lit, mix, shadowed

if TYPE_CHECKING:
    from reapi_nb.sandbox.artist.easel import Easel

DARK, WHITE = ink("231d2b"), ink("fbf4e8")


@dataclass(frozen=True)
class Beast:
    """What makes one kind of animal recognisable."""

    coats: str
    ears: str
    head: str = "round"
    tail: str = "slim"
    marks: str = ""
    belly: float = 0.55  # how pale chest and muzzle are


BEASTS = {
    "cat": Beast("e0924a 7f8796 34303c d9b48a", "pricked", marks="tabby"),
    "tiger": Beast("e88a35", "round", marks="stripes", belly=0.8),
    "lion": Beast("dba24e", "round", tail="tuft", marks="mane"),
    "dog": Beast("b97a48 d8b17c 5b4a44 c9c2b8", "floppy", head="long", marks="patch"),
    "wolf": Beast("77808f 5c6472", "tall", head="wedge", tail="brush", marks="mask"),
    "fox": Beast("dd6f2d", "tall", head="wedge", tail="brush", marks="mask", belly=0.9),
    "rabbit": Beast("b89a80 d9cfc6 8c8480", "long", tail="puff"),
    "bear": Beast("6f4a35 8a5d3d", "round", tail="puff", belly=0.35),
    "panda": Beast("f2ede4", "round", tail="puff", marks="panda", belly=0.2),
}

_HEADS = {
    "round": both("0,-26 14,-23 24.5,-9 25.5,5 16,17 0,20"),
    "wedge": both("0,-23 13,-20.5 23,-6 29,7 14,15 0,25"),
    "long": both("0,-26 13,-22.5 20,-10 19,4 13,19 0,24"),
}
_BODY = both("0,-62 15,-56 20,-40 24,-20 20,-2")


def sitting(kind: str, e: Easel, b: Brush, tint: Colour | None) -> None:
    """The whole animal; in one picture of four it looks away, into the distance."""
    beast, coat, face = BEASTS[kind], _coat(kind, e, tint), e.layout.variant != 2
    pale = mix(coat, WHITE, beast.belly)
    if face:
        _tail(b, beast.tail, coat, pale)
    limbs = DARK if beast.marks == "panda" else coat
    for half in b.sides():
        half.blob(path("10,-30 28,-24 34,-8 26,0 8,0"), limbs, shadowed(limbs, 0.22))
        half.oval(0.23, -0.025, 0.11, 0.035, *lit(limbs, 0.03, 0.35))
    b.blob(_BODY, coat, shadowed(coat, 0.12), shade=0.35)
    if face:
        b.blob(both("0,-58 11,-50 12,-36 5,-22 0,-14"), pale, mix(pale, coat, 0.5))
        for half in b.sides():
            half.blob(path("3,-36 13,-34 12.5,-10 15,0 2,.5 3.5,-10"), *lit(limbs, 0.02, 0.1))
            paw = DARK if beast.marks in ("panda", "mask") else pale
            half.oval(0.085, -0.022, 0.075, 0.034, *lit(paw, 0, 0.2))
    if beast.marks == "stripes":
        for half in b.sides():
            for y in (-0.48, -0.36, -0.24, -0.13):
                half.at(0, y, 1).line(path("21,-1 16,1.5 10,0"), [0.04, 0.03, 0.004], DARK)
    if not face:
        _tail(b, beast.tail, lighter(coat, -0.02), pale)
    _head(b.at(0, -0.7, 1.05, e.rng.uniform(-6, 6)), beast, coat, face=face)


def bust(kind: str, e: Easel, b: Brush, tint: Colour | None) -> None:
    """Head and shoulders, from close by."""
    beast, coat = BEASTS[kind], _coat(kind, e, tint)
    pale = mix(coat, WHITE, beast.belly)
    b.blob(both("0,-34 20,-30 34,-16 43,6 46,60"), *lit(coat, 0, 0.3), shade=0.3)
    b.blob(both("0,-30 17,-20 15,2 0,26"), pale, mix(pale, coat, 0.6))
    _head(b.at(0, -0.48, 1.75, e.rng.uniform(-9, 9)), beast, coat, face=True)


def _coat(kind: str, e: Easel, tint: Colour | None) -> Colour:
    natural = ink(e.kin.choice(BEASTS[kind].coats.split()))
    return mix(natural, tint, 0.8) if tint else natural


def _tail(b: Brush, tail: str, coat: Colour, pale: Colour) -> None:
    if tail == "puff":
        b.oval(0.27, -0.12, 0.09, 0.09, pale)
    elif tail == "brush":
        brush = path("15,-6 40,-2 55,-18 52,-42 44,-56 36,-40 34,-22 20,-16")
        b.blob(brush, *lit(coat, 0), shade=0.3)
        b.blob(path("52.5,-38 45,-57.5 37,-42 42,-38 46,-42"), pale)
    else:
        bend = path("15,-5 38,-4 48,-16 42,-34 50,-47")
        b.line(bend, [0.09, 0.075, 0.07, 0.065, 0.05], coat)
        end, tone = (0.07, shadowed(coat, 0.5)) if tail == "tuft" else (0.027, coat)
        b.oval(0.5, -0.48, end, end, tone)


def _head(b: Brush, beast: Beast, coat: Colour, *, face: bool) -> None:
    pale = mix(coat, WHITE, beast.belly)
    if beast.marks == "mane":
        _mane(b, coat)
    for half in b.sides():
        _ear(half, beast, coat, pale if face else coat)
    b.blob(_HEADS[beast.head], *lit(coat, 0.03, 0.08), shade=0.28)
    if face:
        _markings(b, beast, coat, pale)
        _features(b, beast)
    if beast.ears == "floppy":
        for half in b.sides():
            flap = path("10,-23.5 20,-20 30,-2 29,15 20,14 16,-3")
            half.blob(flap, shadowed(coat, 0.3), shadowed(coat, 0.42))


def _mane(b: Brush, coat: Colour) -> None:
    tone = mix(coat, ink("7b3818"), 0.6)
    for radius, hair in ((0.42, shadowed(tone, 0.2)), (0.35, tone)):
        for k in range(16):
            b.at(0, 0.02, radius, k * 22.5).blob(path("0,0 24,-60 2,-105 -22,-60"), hair)


def _ear(b: Brush, beast: Beast, coat: Colour, pale: Colour) -> None:
    inner = mix(ink("e9a39a"), coat, 0.35) if pale != coat else coat
    if beast.ears == "pricked":
        b.shape(path("6,-20 20,-40 27,-5"), *lit(coat, 0))
        b.shape(path("11.5,-20 20,-34 23.5,-12"), inner)
    elif beast.ears == "tall":
        b.blob(path("5,-17 12,-34 21,-47 26,-30 26,-6"), *lit(coat, 0, 0.1))
        b.blob(path("11,-19 15,-31 20,-40 22.5,-28 22.5,-13"), pale, inner)
        b.shape(path("16.3,-39 21.3,-47.5 24.5,-38"), DARK)
    elif beast.ears == "long":
        b.blob(path("3,-18 3,-42 12,-63 20,-46 15,-18"), *lit(coat, 0, 0.1))
        b.blob(path("7,-22 7.5,-42 12,-56 16,-44 12,-22"), inner)
    elif beast.ears == "round":
        outer = DARK if beast.marks == "panda" else coat
        b.oval(0.2, -0.2, 0.095, 0.095, *lit(outer, 0, 0.2))
        b.oval(0.195, -0.19, 0.055, 0.055, DARK if beast.marks == "panda" else inner)


def _markings(b: Brush, beast: Beast, coat: Colour, pale: Colour) -> None:
    one, other = b.sides()
    if beast.marks == "patch":
        one.blob(path("3,-14 12,-17 17,-6 13,5 4,2"), shadowed(coat, 0.25))
    for half in (one, other):
        if beast.marks == "mask":
            half.blob(path("0,24 0,10 6,3 16,-2 27.5,7 14,14.5"), pale)
        elif beast.marks == "panda":
            half.oval(0.105, -0.01, 0.062, 0.082, DARK, turn=24)
        elif beast.marks in ("tabby", "stripes"):
            stripe = DARK if beast.marks == "stripes" else shadowed(coat, 0.4)
            for mark in ("25,3 17,4.5", "24.5,9 17,8.5", "6,-22 5,-12", "0,-24 0,-11"):
                half.line(path(mark), [0.03, 0.004], stripe)
    if beast.head != "wedge":
        b.blob(both("0,3 7,6 11,12 6,18 0,19"), pale, mix(pale, coat, 0.2))


def _features(b: Brush, beast: Beast) -> None:
    """Eyes, nose, mouth and whiskers."""
    nose = 0.19 if beast.head == "wedge" else 0.085
    for eye in b.sides(0.105, -0.005):
        if beast.ears == "pricked":
            eye.blob(path("-5.2,1.2 0,-3.6 5.5,-1.4 1,3.4"), ink("f4d35e"), ink("8fbf5a"))
        eye.oval(0, 0, *((0.016, 0.032) if beast.ears == "pricked" else (0.034, 0.038)), DARK)
    for x in (-0.117, 0.093):
        b.oval(x, -0.02, 0.01, 0.011, WHITE)
    for half in b.sides():
        half.at(0, nose, 1).line(path("0,2 1.2,5.2 5.2,5"), [0.01, 0.012, 0.003], DARK)
        if beast.ears in ("pricked", "round", "long"):
            for whisker in ("8,9 20,6.2 33,4.2", "8,13 20,13.4 33,17.8"):
                half.line(path(whisker), [0.004, 0.006, 0.002], WHITE)
    small = beast.ears in ("pricked", "long")
    tip = b.at(0, nose, 0.026 if small else 0.044)
    tip.blob(both("0,-55 100,-55 50,45 0,75"), ink("c9686d") if small else DARK)
    tip.oval(-0.3, -0.35, 0.3, 0.14, WHITE, opacity=0.6)
