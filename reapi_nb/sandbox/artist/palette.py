"""The colours of one picture: ready-made moods, and how a colour word bends them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, replace

from reapi_nb.sandbox.artist.colour import Colour, from_lch, ink, lch, lighter, mix

Shift = Callable[[float, float, float], tuple[float, float, float]]


@dataclass(frozen=True)
class Palette:
    """Eight colours by the part they play."""

    high: Colour  # top of the sky or wall
    middle: Colour
    low: Colour  # haze at the horizon
    light: Colour  # sun, moon, lamps, highlights
    far: Colour  # distant shapes
    near: Colour  # foreground shapes, the darkest
    accent: Colour  # what the eye should find
    second: Colour  # its companion

    def depth(self, share: float) -> Colour:
        """The colour of a shape between far (0) and near (1)."""
        return mix(self.far, self.near, share)

    def each(self, shift: Shift) -> Palette:
        """The palette with lightness, chroma and hue of every colour passed through a function."""
        return Palette(*(from_lch(*shift(*lch(value))) for value in astuple(self)))


def _mood(digits: str) -> Palette:
    return Palette(*map(ink, digits.split()))


#      high   middle low    light  far    near   accent second
MOODS = {
    "meadow": _mood("55a3cf a7d5e0 f3f5e2 fffbe6 a9cda4 1e5a3e e8604c f7c948"),
    "dawn": _mood("7c9cc4 eeb6a8 fde4c4 fff4d8 b3a0bd 33365c e2574c f4a259"),
    "day": _mood("3c8fc6 8dc8e2 eaf4ea fffae4 8fb5c0 1f4a55 e4673f f4b942"),
    "dusk": _mood("2b2f63 b0507c f7a65f ffe6b0 95527f 1c1738 ff6f5c ffd07a"),
    "golden": _mood("df9650 f5bf68 fdebbd fffae0 d9924f 54261d b83a28 2f6f6a"),
    "night": _mood("0a0f2e 1c2c60 51659f f8efcc 2e4176 070b1f f2c14e 6fb7d6"),
    "neon": _mood("0c0620 35115a b12a78 ffa8de 41206b 0a0518 1fe0f5 ff3a8c"),
    "mist": _mood("93b3ac cbdac6 f4f0da fffbe8 a3bcae 26443f c96a45 e3b35a"),
    "autumn": _mood("d99a63 efc48e faeccb fffae8 d48a44 4f2118 bf3b28 eba63a"),
    "leaf": _mood("8cc0a0 cfe2b4 f8f3cb fffbdc 8fb886 143a31 dd7a3b f0cd6a"),
    "snow": _mood("86a9cd c4d7e9 f4f2f2 ffffff a6bcd4 2c4464 d1495b edae49"),
    "blossom": _mood("8fbfd0 cfe0dc fcebe4 fffaf2 a9c3b0 2b4a4a d8433c f3a6bd"),
    "ocean": _mood("2f7fb8 7ec4d4 f2efd6 fff7da 5aa3b8 0e3a5a ef6f53 f6c667"),
    "sand": _mood("5aa0b8 e7c9a0 fbe9c8 fff9e0 e3ab6e 7a3b2a c8452f 2b7f7b"),
    "storm": _mood("39465c 6d7f93 b9c4c6 f0efe0 64768a 18202e e0a13a 8fb8c4"),
    "cosmos": _mood("080a22 231a4f 5b3b86 ffeec8 3f2f74 05060f f08a5d 59c1d6"),
    "clay": _mood("e7cdb4 eedcc6 f6ebda fffaf0 cf9f80 4b2f33 cc5a3c 2f6b69"),
    "sage": _mood("c3cfbb d9e0cd eef0e2 fffdf4 93a98e 263b3a d9784c e5b64f"),
    "plum": _mood("5a3d6b a36a8a eec1b0 fff0dc 8a5c86 24162f f0a050 62b6a8"),
    "lagoon": _mood("1d6a78 4fa8a4 dcead0 fffbe2 4b9a9a 0c2f3c f07d5a f6cf72"),
}


def tinted(palette: Palette, field: Sequence[Colour]) -> Palette:
    """The palette moved to the hue of one colour; further colours become its accents."""
    light, chroma, hue = lch(field[0])
    grey = chroma < 0.04

    def towards(own_light: float, _: float, own_hue: float) -> tuple[float, float, float]:
        turn = (own_hue - hue + 180) % 360 - 180
        swing = max(-16.0, min(16.0, turn * 0.12))  # keeps neighbours apart, within one family
        spread = max(0.25, 1 - abs(own_light - 0.62) * 1.1)  # extremes stay nearly neutral
        paler = own_light + (light - own_light) * 0.4 * spread
        return paler, min(chroma, 0.2) * 1.05 * spread, own_hue if grey else hue + swing

    accent, second, *_ = (
        *field[1:],
        lighter(field[0], 0.08),
        from_lch(0.8, chroma * 0.7, hue + 35),
    )
    moved = palette.each(towards)
    sun = mix(palette.light, moved.light, 0.4)
    return replace(moved, light=sun, accent=accent, second=second)


def landed(palette: Palette, colour: Colour) -> Palette:
    """The palette with land or water in a colour; the sky follows a little, the accents stay."""
    land = tinted(palette, [colour])
    sky = (mix(own, new, 0.3) for own, new in zip(astuple(palette), astuple(land), strict=True))
    return replace(Palette(*sky), far=land.far, near=land.near, accent=palette.accent)


def turned(palette: Palette, degrees: float) -> Palette:
    """The palette with every hue turned."""
    return palette.each(lambda light, chroma, hue: (light, chroma, hue + degrees))


def pastel(palette: Palette) -> Palette:
    """The palette in light, milky colours."""
    return palette.each(lambda light, chroma, hue: (0.42 + 0.58 * light, chroma * 0.7, hue))


def blushed(palette: Palette, colour: Colour, share: float) -> Palette:
    """The palette with a breath of one colour in all of it."""
    return Palette(*(mix(value, colour, share) for value in astuple(palette)))


def blended(one: Palette, other: Palette, share: float) -> Palette:
    """A palette on the way from one (0) to the other (1)."""
    pairs = zip(astuple(one), astuple(other), strict=True)
    return Palette(*(mix(value, towards, share) for value, towards in pairs))
