"""What a prompt asks for: ground, subject, mood, colours, weather and treatment, by its words.

Understands English nouns and colours only; anything else is decided by the text's own number,
so that the same words always lead to the same kind of picture.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from reapi_nb.sandbox.artist.cast import GROUNDS, SUBJECTS
from reapi_nb.sandbox.artist.chance import number
from reapi_nb.sandbox.artist.colour import Colour, ink


def _table(rows: Mapping[str, str]) -> dict[str, str]:
    return {word: name for name, words in rows.items() for word in words.split()}


_GROUND_WORDS = _table({name: ground.words for name, ground in GROUNDS.items()})
_SUBJECT_WORDS = _table({name: subject.words for name, subject in SUBJECTS.items()})
_MOOD_WORDS = _table(
    {
        "dusk": "dusk sunset twilight evening bluehour",
        "dawn": "dawn sunrise morning",
        "golden": "goldenhour",
        "night": "night midnight nocturnal moon moonlit moonlight",
        "neon": "neon cyberpunk synthwave vaporwave",
        "day": "day sunny noon midday bright",
        "mist": "mist misty fog foggy hazy ethereal serene dreamy",
        "storm": "storm stormy thunder gloomy overcast moody rain rainy",
        "autumn": "autumn autumnal fall october harvest",
        "snow": "winter snow snowy snowfall icy frozen",
        "plum": "dark gothic mysterious magical mystical fantasy",
    }
)
_WEATHER_WORDS = _table(
    {
        "rain": "rain rainy raining storm stormy drizzle",
        "snow": "snow snowy snowing snowfall blizzard",
        "fog": "mist misty fog foggy hazy",
    }
)
_TREATMENT_WORDS = _table(
    {
        "mono": "monochrome monochromatic blackandwhite noir greyscale grayscale charcoal",
        "sepia": "sepia",
        "pastel": "pastel soft delicate",
        "vivid": "vivid vibrant colorful colourful psychedelic saturated neon",
        "muted": "muted faded vintage retro desaturated minimalist",
    }
)
_COLOURS = {
    word: ink(digits)
    for digits, words in {
        "d4262f": "red crimson scarlet ruby",
        "8e1f33": "maroon burgundy",
        "ee7f22": "orange tangerine amber",
        "f2c42f": "yellow lemon",
        "d9a526": "gold golden",
        "2f9a4c": "green emerald",
        "7f8436": "olive",
        "8fd6b5": "mint",
        "158a86": "teal",
        "2fc0c4": "turquoise cyan aqua",
        "1f5fd0": "blue sapphire azure cobalt",
        "1c2f66": "navy indigo",
        "7d3fb8": "purple violet",
        "b79ae0": "lavender lilac mauve",
        "f08ab0": "pink",
        "d8338f": "magenta fuchsia",
        "f57f6c": "coral salmon",
        "f5b48c": "peach",
        "b0602f": "copper bronze rust terracotta",
        "845334": "brown chocolate",
        "dcc7a1": "beige cream ivory tan",
        "b9c0c8": "silver",
        "8b8f97": "grey gray",
        "f3f0ea": "white",
        "2a2830": "black",
    }.items()
    for word in words.split()
}
_PHRASES = {
    "golden hour": "goldenhour",
    "blue hour": "bluehour",
    "black and white": "blackandwhite",
    "black & white": "blackandwhite",
    "milky way": "milky",
}


@dataclass(frozen=True)
class Reading:
    """What the words of one prompt say, names only."""

    ground: str
    subject: str | None
    moods: tuple[str, ...]  # in the order of the text; empty: what suits the ground
    colours: tuple[Colour, ...]  # said of the picture as a whole
    worn: Mapping[str, Colour]  # said of a subject, or of the vase
    weather: frozenset[str]
    treatments: frozenset[str]


def read(text: str) -> Reading:
    """What a prompt asks for; flags at its end are not part of it."""
    words = _words(text)
    subject = _subject(words)
    ground, said = _ground(words, subject, text)
    colours, worn = _coloured(words)
    if subject and SUBJECTS[subject].stance == "table" and said and "vase" not in words:
        subject = None  # flowers of a meadow, not in a vase
    return Reading(
        ground="table" if subject and SUBJECTS[subject].stance == "table" else ground,
        subject=subject,
        moods=tuple(_MOOD_WORDS[word] for word in words if word in _MOOD_WORDS),
        colours=colours,
        worn=worn,
        weather=frozenset(_WEATHER_WORDS[word] for word in words if word in _WEATHER_WORDS),
        treatments=frozenset(_TREATMENT_WORDS[word] for word in words if word in _TREATMENT_WORDS),
    )


def _words(text: str) -> list[str]:
    plain = text.split(" --")[0].lower()
    for phrase, word in _PHRASES.items():
        plain = plain.replace(phrase, word)
    return [_singular(word) for word in re.findall(r"[a-z]+", plain)]


def _singular(word: str) -> str:
    known = _GROUND_WORDS.keys() | _SUBJECT_WORDS.keys() | _COLOURS.keys() | _MOOD_WORDS.keys()
    for ending in ("", "s", "es"):
        stem = word.removesuffix(ending)
        if stem in known:
            return stem
    return word


def _subject(words: list[str]) -> str | None:
    named = [_SUBJECT_WORDS[word] for word in words if word in _SUBJECT_WORDS]
    # "A bouquet of tulips" is about the tulips.
    named.sort(key=lambda name: name == "flower")
    return named[0] if named else "person" if "portrait" in words else None


def _ground(words: list[str], subject: str | None, text: str) -> tuple[str, bool]:
    """The ground's name, and whether the text itself names it."""
    for word in words:
        if word in _GROUND_WORDS:
            return _GROUND_WORDS[word], True
    if subject:
        return SUBJECTS[subject].ground, False
    if "night" in words or "moon" in words:
        return "stars", False
    choice = [name for name in GROUNDS if name not in ("wall", "table", "snow", "street")]
    return choice[number("ground", text) % len(choice)], False


def _coloured(words: list[str]) -> tuple[tuple[Colour, ...], dict[str, Colour]]:
    """Colours of the whole, and colours that stand before the thing they belong to."""
    free: list[Colour] = []
    worn: dict[str, Colour] = {}
    for index, word in enumerate(words):
        if word not in _COLOURS:
            continue
        nouns = [w for w in words[index + 1 : index + 3] if w in _SUBJECT_WORDS]
        if nouns:
            worn["vase" if nouns[0] == "vase" else _SUBJECT_WORDS[nouns[0]]] = _COLOURS[word]
        else:
            free.append(_COLOURS[word])
    return tuple(free), worn
