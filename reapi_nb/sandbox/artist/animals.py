"""Animals, one unit tall, standing on the brush's zero: a table of traits and one way to draw them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from reapi_nb.sandbox.artist.brush import Brush, Point, shadowed
from reapi_nb.sandbox.artist.palette import Colour, colour, lighter, mix

_DARK = colour("231d2b")
_WHITE = colour("fbf4e8")


@dataclass(frozen=True)
class Beast:
    """What makes one kind of animal recognisable."""

    coats: tuple[str, ...]
    ears: str
    head: str = "round"
    tail: str = "slim"
    marks: str = ""
    belly: float = 0.55  # how pale chest and muzzle are


BEASTS = {
    "cat": Beast(("e0924a", "7f8796", "34303c", "d9b48a"), "pricked", marks="tabby"),
    "tiger": Beast(("e88a35",), "round", marks="stripes", belly=0.8),
    "lion": Beast(("dba24e",), "round", tail="tuft", marks="mane"),
    "dog": Beast(("b97a48", "d8b17c", "5b4a44", "c9c2b8"), "floppy", head="long", marks="patch"),
    "wolf": Beast(("77808f", "5c6472"), "tall", head="wedge", tail="brush", marks="mask"),
    "fox": Beast(("dd6f2d",), "tall", head="wedge", tail="brush", marks="mask", belly=0.9),
    "rabbit": Beast(("b89a80", "d9cfc6", "8c8480"), "long", tail="puff"),
    "bear": Beast(("6f4a35", "8a5d3d"), "round", tail="puff", belly=0.35),
    "panda": Beast(("f2ede4",), "round", tail="puff", marks="panda", belly=0.2),
}

_HEADS: dict[str, list[Point]] = {
    "round": path("0,-24 15,-22 25,-8 25.5,5 16,17 0,20"),
    "wedge": path("0,-22 14,-20 23,-6 29,7 14,15 0,25"),
    "long": path("0,-24 14,-22 20,-10 19,4 13,19 0,24"),
}


def animal(b: Brush, kind: str, coat: Colour | None, rng: Random, *, face: bool = True) -> None:
    """A sitting animal; without its face it looks away, into the picture."""
    beast = BEASTS[kind]
    fur = coat or colour(rng.choice(beast.coats))
    pale = mix(fur, _WHITE, beast.belly)
    dark = shadowed(fur, 0.35)
    if face:
        _tail(b, beast.tail, fur, pale)
    limbs = _DARK if beast.marks == "panda" else fur
    for side in (-1, 1):
        half = b.at(0, 0, 1, 0, side)
        half.blob(path("10,-30 28,-24 34,-8 26,0 8,0"), limbs, shadowed(limbs, 0.22))
        half.oval(0.23, -0.025, 0.11, 0.035, lighter(limbs, 0.03), dark)
    body = path("0,-62 15,-56 20,-40 24,-20 20,-2")
    b.blob([*body, *((-x, y) for x, y in body[:0:-1])], fur, shadowed(fur, 0.12), shade=0.35)
    if face:
        chest = path("0,-58 11,-50 12,-36 5,-22 0,-14")
        b.blob([*chest, *((-x, y) for x, y in chest[-2:0:-1])], pale, mix(pale, fur, 0.5))
        for side in (-1, 1):
            leg = b.at(0, 0, 1, 0, side)
            leg.blob(path("3,-36 13,-34 12.5,-10 15,0 2,0.5 3.5,-10"), lighter(limbs, 0.02), shadowed(limbs, 0.1))
            paw = _DARK if beast.marks in ("panda", "mask") else pale
            leg.oval(0.085, -0.022, 0.075, 0.034, paw, mix(paw, dark, 0.3))
    else:
        _tail(b.at(0, 0, 1, 0, rng.choice((-1, 1))), beast.tail, lighter(fur, -0.02), pale)
    if beast.marks == "stripes":
        _stripes(b, body)
    head(b.at(0, -0.7, 1.05, rng.uniform(-6, 6)), kind, fur, rng, face=face)


def _tail(b: Brush, tail: str, fur: Colour, pale: Colour) -> None:
    if tail == "puff":
        b.oval(0.27, -0.12, 0.09, 0.09, pale)
    elif tail == "brush":
        b.blob(path("15,-6 40,-2 55,-18 52,-42 44,-56 36,-40 34,-22 20,-16"), fur, shadowed(fur, 0.15), shade=0.3)
        b.blob(path("52.5,-38 45,-57.5 37,-42 42,-38 46,-42"), pale)
    else:
        b.line(path("15,-5 38,-4 48,-16 42,-34 50,-47"), [0.09, 0.075, 0.07, 0.065, 0.05], fur)
        tip = 0.07 if tail == "tuft" else 0.027
        b.oval(0.5, -0.48, tip, tip, shadowed(fur, 0.5) if tail == "tuft" else fur)


def _stripes(b: Brush, body: list[Point]) -> None:
    for y in (-0.48, -0.36, -0.24, -0.13):
        for side in (-1, 1):
            b.at(0, 0, 1, 0, side).line([(0.27, y - 0.02), (0.18, y + 0.015), (0.11, y)], [0.045, 0.03, 0.004], _DARK)


def head(b: Brush, kind: str, fur: Colour, rng: Random, *, face: bool = True) -> None:
    """The head alone, around the brush's zero."""
    beast = BEASTS[kind]
    pale = mix(fur, _WHITE, beast.belly)
    if beast.marks == "mane":
        _mane(b, fur)
    for side in (-1, 1):
        _ear(b.at(0, 0, 1, 0, side), beast, fur, pale, behind=True)
    half = _HEADS[beast.head]
    outline = [*half, *((-x, y) for x, y in half[-2:0:-1])]
    b.blob(outline, lighter(fur, 0.03), shadowed(fur, 0.08), shade=0.28)
    if face:
        _face(b, beast, fur, pale)
    if beast.ears == "floppy":
        for side in (-1, 1):
            _ear(b.at(0, 0, 1, 0, side), beast, fur, pale, behind=False)


def _mane(b: Brush, fur: Colour) -> None:
    tone = shadowed(mix(fur, colour("8a3f1c"), 0.6), 0.1)
    for radius, ink in ((0.42, shadowed(tone, 0.2)), (0.35, tone)):
        for k in range(16):
            b.at(0, 0.02, radius, k * 22.5).blob(path("0,0 24,-60 2,-105 -22,-60"), ink)


def _ear(b: Brush, beast: Beast, fur: Colour, pale: Colour, *, behind: bool) -> None:
    inner = mix(colour("e9a39a"), fur, 0.35)
    if beast.ears == "pricked":
        b.shape(path("6,-20 20,-40 27,-5"), fur, shadowed(fur, 0.15))
        b.shape(path("11.5,-20 20,-34 23.5,-12"), inner)
    elif beast.ears == "tall":
        b.blob(path("5,-17 12,-34 21,-47 26,-30 26,-6"), fur, shadowed(fur, 0.1))
        b.blob(path("11,-19 15,-31 20,-40 22.5,-28 22.5,-13"), pale, inner)
        b.shape(path("16.3,-39 21.3,-47.5 24.5,-38"), _DARK)
    elif beast.ears == "long":
        b.blob(path("3,-18 3,-42 12,-63 20,-46 15,-18"), fur, shadowed(fur, 0.1))
        b.blob(path("7,-22 7.5,-42 12,-56 16,-44 12,-22"), inner)
    elif beast.ears == "round":
        tone = _DARK if beast.marks == "panda" else fur
        b.oval(0.2, -0.2, 0.095, 0.095, tone, shadowed(tone, 0.2))
        b.oval(0.195, -0.19, 0.055, 0.055, _DARK if beast.marks == "panda" else inner)
    elif not behind:
        tone = shadowed(fur, 0.3)
        b.blob(path("10,-23.5 20,-20 30,-2 29,15 20,14 16,-3"), tone, shadowed(tone, 0.15))


def _face(b: Brush, beast: Beast, fur: Colour, pale: Colour) -> None:
    for side in (-1, 1):
        half = b.at(0, 0, 1, 0, side)
        if beast.marks == "mask":
            half.blob(path("0,24 0,10 6,3 16,-2 27.5,7 14,14.5"), pale)
        elif beast.marks == "panda":
            half.oval(0.105, -0.01, 0.062, 0.082, _DARK, turn=24)
        elif beast.marks == "patch" and side > 0:
            half.blob(path("3,-14 12,-17 17,-6 13,5 4,2"), shadowed(fur, 0.25))
        elif beast.marks in ("tabby", "stripes"):
            ink = _DARK if beast.marks == "stripes" else shadowed(fur, 0.4)
            half.line([(0.25, 0.03), (0.17, 0.045)], [0.03, 0.004], ink)
            half.line([(0.245, 0.09), (0.17, 0.085)], [0.03, 0.004], ink)
            half.line([(0.06, -0.22), (0.05, -0.12)], [0.03, 0.004], ink)
    if beast.marks in ("tabby", "stripes"):
        b.line([(0, -0.235), (0, -0.11)], [0.034, 0.004], shadowed(fur, 0.4) if beast.marks == "tabby" else _DARK)
    if beast.head != "wedge":
        b.blob(path("0,3 7,6 11,12 6,18 0,19 -6,18 -11,12 -7,6"), pale, mix(pale, fur, 0.2))
    _features(b, beast)


def _features(b: Brush, beast: Beast) -> None:
    nose = 0.19 if beast.head == "wedge" else 0.085
    for side in (-1, 1):
        eye = b.at(0.105 * side, -0.005, 1, 0, side)
        if beast.ears == "pricked":
            eye.blob(path("-5.2,1.2 0,-3.6 5.5,-1.4 1,3.4"), colour("f4d35e"), colour("8fbf5a"))
            eye.oval(0, 0, 0.016, 0.032, _DARK)
        else:
            eye.oval(0, 0, 0.034, 0.038, _DARK)
        b.oval(0.105 * side - 0.012, -0.02, 0.01, 0.011, _WHITE)
        b.at(0, nose, 1, 0, side).line(path("0,2 1.2,5.2 5.2,5"), [0.01, 0.012, 0.003], _DARK)
        if beast.ears in ("pricked", "round", "long") and beast.marks != "panda":
            for lift in (-0.02, 0.02):
                b.at(0, 0.11, 1, 0, side).line([(0.08, lift), (0.2, lift * 1.8 - 0.012), (0.33, lift * 3.4)], [0.004, 0.006, 0.002], _WHITE)
    small = beast.ears in ("pricked", "long")
    tone = colour("c9686d") if small else _DARK
    wide = 0.026 if small else 0.044
    b.blob([(-wide, nose - wide * 0.55), (wide, nose - wide * 0.55), (wide * 0.5, nose + wide * 0.45), (0, nose + wide * 0.75), (-wide * 0.5, nose + wide * 0.45)], tone)
    b.oval(-wide * 0.3, nose - wide * 0.35, wide * 0.3, wide * 0.14, _WHITE, opacity=0.6)


def bust(b: Brush, kind: str, coat: Colour | None, rng: Random) -> None:
    """Head and shoulders, about one unit tall."""
    beast = BEASTS[kind]
    fur = coat or colour(rng.choice(beast.coats))
    pale = mix(fur, _WHITE, beast.belly)
    shoulder = path("0,-34 20,-30 34,-16 43,6 46,40")
    b.blob([*shoulder, *((-x, y) for x, y in shoulder[:0:-1])], fur, shadowed(fur, 0.3), shade=0.3)
    b.blob(path("0,-30 17,-20 15,2 0,26 -15,2 -17,-20"), pale, mix(pale, fur, 0.6))
    head(b.at(0, -0.48, 1.75, rng.uniform(-9, 9)), kind, fur, rng)


def owl(b: Brush, coat: Colour | None, rng: Random) -> None:
    """An owl with great round eyes, one unit tall."""
    fur = coat or colour(rng.choice(("8a6a4f", "a98d6b", "6d7482")))
    pale = mix(fur, _WHITE, 0.7)
    for side in (-1, 1):
        half = b.at(0, 0, 1, 0, side)
        half.shape(path("10,-90 30,-106 30,-75"), shadowed(fur, 0.15))
    b.blob(path("0,-97 27,-93 35,-68 34,-35 22,-6 0,0 -22,-6 -34,-35 -35,-68 -27,-93"), fur, shadowed(fur, 0.15), shade=0.35)
    b.blob(path("0,-60 20,-52 22,-25 0,-5 -22,-25 -20,-52"), pale, mix(pale, fur, 0.4))
    for row in range(4):
        for k in range(4 - row % 2):
            x = (k - (3 - row % 2) / 2) * 0.095
            b.blob([(x - 0.03, -0.45 + row * 0.09), (x, -0.41 + row * 0.09), (x + 0.03, -0.45 + row * 0.09)], mix(fur, pale, 0.15))
    for side in (-1, 1):
        half = b.at(0, 0, 1, 0, side)
        half.blob(path("30,-62 40,-40 33,-14 22,-10 24,-40"), shadowed(fur, 0.25), shadowed(fur, 0.4))
        half.oval(0.145, -0.72, 0.155, 0.155, pale)
        half.oval(0.14, -0.72, 0.1, 0.1, colour("f3b63f"), colour("e08a2c"))
        half.oval(0.135, -0.72, 0.058, 0.062, _DARK)
        for toe in (0.07, 0.11, 0.15):
            half.oval(toe, 0.0, 0.022, 0.035, colour("d99a3e"))
        b.oval(0.135 * side - 0.022, -0.745, 0.018, 0.018, _WHITE)
    b.blob(path("-3.5,-68 0,-70 3.5,-68 0,-57"), colour("e5a23a"), colour("b9752a"))


def bird(b: Brush, coat: Colour | None, rng: Random) -> None:
    """A songbird in profile on a twig, about one unit long."""
    body = coat or colour(rng.choice(("3f7fae", "d9573f", "e0a33a", "4c8f6b")))
    dark, pale = shadowed(body, 0.3), mix(body, _WHITE, 0.75)
    b.line(path("-80,6 -20,2 40,5 95,-5"), [0.05, 0.045, 0.035, 0.01], colour("4a3a38"))
    for x, y, turn in ((0.55, -0.02, 30), (0.75, -0.05, -40), (-0.55, 0.06, 150)):
        b.at(x, y, 0.2, turn).blob(path("0,0 35,-22 95,0 35,22"), colour("7fa06a"), colour("55804f"))
    b.blob(path("-20,-20 -55,8 -62,20 -50,20 -12,-5"), dark)
    b.blob(path("33,-62 18,-70 3,-62 -12,-42 -26,-18 -10,-2 12,0 29,-14 34,-40"), body, mix(body, dark, 0.5), shade=0.25)
    b.blob(path("33,-46 20,-42 8,-20 4,-2 18,-4 30,-18"), pale, mix(pale, body, 0.3))
    b.blob(path("4,-42 -14,-32 -42,6 -18,-2 6,-16"), dark, shadowed(dark, 0.3))
    b.shape(path("33,-58 50,-53 33,-48"), colour("f0b13e"), colour("c77f28"))
    b.oval(0.24, -0.56, 0.035, 0.038, _DARK)
    b.oval(0.23, -0.575, 0.011, 0.011, _WHITE)
    for x in (0.05, 0.13):
        b.line([(x, -0.02), (x, 0.04)], [0.02, 0.02], colour("6b4a34"))


def whale(b: Brush, coat: Colour | None, rng: Random) -> None:
    """A whale arching through the water, about one unit long."""
    back = coat or colour(rng.choice(("3d6f8e", "2f5675")))
    pale = mix(back, _WHITE, 0.65)
    b.blob(path("55,-10 48,-32 20,-44 -15,-36 -42,-20 -55,-30 -72,-44 -66,-26 -78,-14 -58,-12 -40,-2 -10,6 30,6"), lighter(back, 0.06), shadowed(back, 0.2), shade=0.3)
    b.blob(path("54,-11 35,-12 10,-5 -20,0 -10,6 30,6"), pale, mix(pale, back, 0.3))
    b.blob(path("12,-6 6,6 -6,16 0,2 2,-8"), shadowed(back, 0.2))
    b.oval(0.36, -0.17, 0.018, 0.02, _DARK)
    for side in (-1, 1):
        spout = b.at(0.26, -0.45, 1, 0, side)
        spout.line(path("0,0 2,-12 10,-20 17,-14"), [0.012, 0.03, 0.03, 0.006], _WHITE)
