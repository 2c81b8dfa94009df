"""What a prompt asks for: ground, subject, mood, colours, weather and treatment, by its words.

Understands English nouns and colours only; anything else is decided by the text's own number,
so that the same words always lead to the same kind of picture.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reapi_nb.sandbox.artist.cast import GROUNDS, SUBJECTS
from reapi_nb.sandbox.artist.chance import number
from reapi_nb.sandbox.artist.colour import Colour, ink

if TYPE_CHECKING:
    from collections.abc import Mapping


def _table(rows: Mapping[str, str]) -> dict[str, str]:
    return {word: name for name, words in rows.items() for word in words.split()}


_GROUND_WORDS = _table({name: ground.words for name, ground in GROUNDS.items()})
_SUBJECT_WORDS = _table({name: subject.words for name, subject in SUBJECTS.items()})
_MOODS = {  # where a text names several, the first row wins: the hour before the weather
    "neon": "neon cyberpunk synthwave vaporwave",
    "golden": "goldenhour",
    "dusk": "dusk sunset twilight evening bluehour",
    "dawn": "dawn sunrise morning",
    "night": "night midnight nocturnal moon moonlit moonlight",
    "autumn": "autumn autumnal fall october harvest",
    "snow": "winter snow snowy snowfall icy frozen",
    "storm": "storm stormy thunder gloomy overcast moody rain rainy",
    "mist": "mist misty fog foggy hazy",
    "plum": "dark gothic mysterious magical mystical fantasy",
    "day": "day sunny noon midday bright",
}
_MOOD_WORDS = _table(_MOODS)
_WEATHER_WORDS = _table(
    {
        "rain": "rain rainy raining storm stormy drizzle",
        "snow": "snow snowy snowing snowfall blizzard",
        "fog": "mist misty fog foggy hazy",
    }
)
_TREATMENT_WORDS = _table(
    {
        "grey": "blackandwhite noir greyscale grayscale charcoal",
        "mono": "monochrome monochromatic",
        "sepia": "sepia",
        "pastel": "pastel soft delicate",
        "vivid": "vivid vibrant colorful colourful psychedelic saturated neon",
        "muted": "muted faded vintage retro desaturated minimalist",
    }
)
_LAND = "hill mountain field meadow forest tree sea ocean water river lake sand dune desert beach"
_THINGS = _SUBJECT_WORDS | dict.fromkeys(_LAND.split(), "land") | {"vase": "vase"}
_VAGUE = ("abstract", "landscape", "background", "texture", "paper", "studio", "room", "pattern")
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
_ASHORE = ("stand", "home", "low")  # stances that need firm ground
_SHORES = {"sea": "beach", "skyline": "street"}
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
    mood: str | None
    colours: tuple[Colour, ...]  # said of the picture as a whole
    land: Colour | None  # said of its hills, sands or waters
    worn: Mapping[str, Colour]  # said of a subject, or of the vase
    weather: frozenset[str]
    treatments: frozenset[str]


def read(text: str, *, home: str | None = None) -> Reading:
    """What a prompt asks for; addresses in it and flags at its end say nothing.

    Args:
        text: The prompt.
        home: The ground on which everything happens unless the text names one.
    """
    words = _words(text)
    subject = _subject(words)
    ground, said = _ground(words, subject, text)
    if home and not said:
        ground = home
    elif subject and SUBJECTS[subject].stance == "table":
        if said and not {"vase", "bouquet", "cup", "bowl", "table"} & set(words):
            subject = None  # flowers of a meadow, not in a vase
        else:
            ground = "table"
    elif subject and SUBJECTS[subject].stance in _ASHORE:
        ground = _SHORES.get(ground, ground)
    worn = _worn(words)
    moods = {_MOOD_WORDS[word] for word in words if word in _MOOD_WORDS}
    return Reading(
        ground=ground,
        subject=subject,
        mood=next((mood for mood in _MOODS if mood in moods), None),
        colours=tuple(colour for thing, colour in worn if thing is None),
        land=next((colour for thing, colour in worn if thing == "land"), None),
        worn={thing: colour for thing, colour in worn if thing not in (None, "land")},
        weather=frozenset(_WEATHER_WORDS[word] for word in words if word in _WEATHER_WORDS),
        treatments=frozenset(_TREATMENT_WORDS[word] for word in words if word in _TREATMENT_WORDS),
    )


def _words(text: str) -> list[str]:
    plain = re.sub(r"\S+://\S+|\s--.*", " ", text.lower())
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
    named = sorted((word for word in words if word in _GROUND_WORDS), key=_VAGUE.__contains__)
    if named:
        return _GROUND_WORDS[named[0]], True
    if subject:
        return SUBJECTS[subject].ground, False
    if "night" in words or "moon" in words:
        return "stars", False
    choice = [name for name in GROUNDS if name not in ("wall", "table", "snow", "street")]
    return choice[number("ground", text) % len(choice)], False


def _worn(words: list[str]) -> list[tuple[str | None, Colour]]:
    """Every colour of the text, with the thing it stands before, or right behind."""
    found = []
    for index, word in enumerate(words):
        if word in _COLOURS:
            after = [one for one in words[index + 1 :] if one not in _COLOURS and one != "and"]
            # "A blue fox", and "make the fox blue".
            near = (*after[:2], *words[max(0, index - 1) : index])
            things = (_THINGS.get(one) for one in near)
            found.append((next(filter(None, things), None), _COLOURS[word]))
    return found
