"""
Every Midjourney flag there is something to say about, one row each.

Data only: which flags exist, what their values look like, and for those that V7 refuses or
ignores, why and what to type instead. The grammar lives in `_flags`.

Source: reAPI docs, "midjourney-v7" (ranges and defaults), and Midjourney's own version chart for
what V7 dropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["int", "decimal", "ratio", "words", "refs", "url", "version", "none"]


@dataclass(frozen=True)
class Flag:
    """
    One flag, without its dashes.

    Attributes:
        name: As reAPI and Midjourney V7 spell it.
        kind: What its value looks like; `takes` says it in words.
        meaning: One line for help and forms.
        aliases: Other names for the same flag.
        low: Smallest number allowed, None where there is no range.
        high: Largest number allowed, None where there is no range.
        only: The few numbers allowed, where a range would allow too many.
        default: What the server assumes without the flag; empty when it has no default.
        weighs: The flag, or "image", without which this one has no effect.
        notice: Said about every prompt that has the flag, after its name; not an error.
        refused: Why the flag is refused and what to type instead, after its name; empty when
            the flag works.
    """

    name: str
    kind: Kind
    meaning: str
    aliases: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    only: tuple[int, ...] = ()
    default: str = ""
    weighs: str = ""
    notice: str = ""
    refused: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Everything it may be called, the canonical name first."""
        return (self.name, *self.aliases)

    @property
    def takes(self) -> str:
        """What its value looks like, in words."""
        if self.only:
            return f"one of {', '.join(map(str, self.only))} in V7"
        return _TAKES[self.kind].format(low=self.low, high=self.high)


_TAKES: dict[Kind, str] = {
    "int": "a whole number from {low} to {high}",
    "decimal": "a number from {low} to {high}",
    "ratio": "W:H in positive whole numbers, like 16:9",
    "words": "words separated by commas",
    "refs": "http(s) URLs, numeric codes or random, separated by spaces",
    "url": "exactly one http(s) URL",
    "version": "a version number",
    "none": "no value",
}

_LOCKED = "is ignored: the version is locked to V7"
_VIDEO = "belongs to video, and V7 makes pictures only: leave it out"
_SPEED = 'has no effect inside a prompt: use the option --speed {0} (in Python speed="{0}")'


def _refused(name: str, meaning: str, why: str, *aliases: str) -> Flag:
    return Flag(name, "none", meaning, aliases, refused=why)


FLAGS: tuple[Flag, ...] = (
    # What V7 understands, in the order of reAPI's page.
    Flag("ar", "ratio", "Aspect ratio", ("aspect",), default="1:1"),
    Flag("stylize", "int", "How much style is added", ("s",), 0, 1000, default="100"),
    Flag("chaos", "int", "How much the four pictures differ", ("c",), 0, 100, default="0"),
    Flag("no", "words", "What should not be in the picture"),
    Flag("seed", "int", "Makes a result repeatable", (), 0, 4294967295, default="random"),
    Flag("weird", "int", "How unconventional it may get", ("w",), 0, 3000, default="0"),
    Flag("exp", "int", "Experimental aesthetics", (), 0, 100, default="0"),
    Flag("raw", "none", "No default beautification"),
    Flag("tile", "none", "A seamless tile"),
    Flag("sref", "refs", "Style reference"),
    Flag("sw", "int", "Style reference weight", (), 0, 1000, default="100", weighs="sref"),
    Flag("sv", "int", "Style reference version", (), 1, 6, default="4", weighs="sref"),
    Flag("oref", "url", "Omni reference", notice="doubles the price of the request"),
    Flag("ow", "int", "Omni reference weight", (), 1, 1000, default="100", weighs="oref"),
    Flag("iw", "decimal", "Image prompt weight", (), 0, 3, default="1", weighs="image"),
    # Midjourney V7 knows it, reAPI's page does not name it.
    Flag(
        "quality",
        "int",
        "Time spent on details",
        ("q",),
        only=(1, 2, 4),
        default="1",
        notice="is not on reAPI's page: it may be ignored, or change the price",
    ),
    # Ignored by the server.
    Flag("version", "version", "Midjourney's version", ("v",), notice=_LOCKED),
    Flag("niji", "version", "Midjourney's anime model", notice=_LOCKED),
    # Speed belongs to the request. Upstream drops these, so they must not look as if they worked.
    _refused("draft", "Cheaper and rough", _SPEED.format("draft")),
    _refused("fast", "The normal speed", _SPEED.format("fast")),
    _refused("turbo", "Dearer and sooner", _SPEED.format("turbo")),
    _refused(
        "relax", "Midjourney's slow queue", "is no speed of reAPI: use --speed draft, fast or turbo"
    ),
    _refused(
        "speed",
        "The speed of the request",
        'is an option of the line, not part of the prompt (in Python speed="fast")',
    ),
    # Dropped by V7, or never part of it.
    _refused(
        "cref",
        "Character reference of V6",
        "is not part of V7: use --oref URL (it doubles the price)",
    ),
    _refused("cw", "Character weight of V6", "is not part of V7: use --ow together with --oref"),
    _refused("style", "Style of older versions", "is gone: for --style raw type --raw"),
    _refused("stop", "Ends a picture early, in older versions", "is not part of V7: leave it out"),
    _refused("hd", "Large pictures of V8", "is not part of V7: upscale a picture afterwards"),
    _refused("sd", "Small pictures of V8", "is not part of V7: leave it out"),
    _refused("video", "Midjourney's video", _VIDEO),
    _refused("motion", "Movement in a video", _VIDEO),
    _refused("loop", "A video that loops", _VIDEO),
    _refused("end", "The last frame of a video", _VIDEO),
    _refused(
        "profile",
        "Personal style of a Midjourney account",
        "needs a Midjourney account, and reAPI has none of yours: use --sref for a style",
        *("p", "personalize"),
    ),
    _refused(
        "repeat",
        "The same prompt several times",
        "is an option of the line: put it outside quotes and braces, or on the %%reapi line",
        "r",
    ),
    _refused("width", "Width in pixels, long gone", "is gone: type --ar W:H, like --ar 16:9"),
    _refused(
        "height",
        "Height in pixels, long gone",
        "is gone, and --w means --weird now: type --ar W:H, like --ar 16:9",
        "h",
    ),
)

_BY_NAME = {name: flag for flag in FLAGS for name in flag.names}


def find(name: str) -> Flag | None:
    """The flag of that name or alias, in capitals or not, without dashes."""
    return _BY_NAME.get(name.lower())
