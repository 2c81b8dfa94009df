"""Everything the artist can paint: grounds and subjects, with the words that call for them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from reapi_nb.sandbox.artist import (
    abstracts,
    animals,
    buildings,
    cities,
    creatures,
    flowers,
    gardens,
    heavens,
    landscapes,
    people,
    rooms,
    tableware,
    vehicles,
    waters,
    woods,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from reapi_nb.sandbox.artist.brush import Brush
    from reapi_nb.sandbox.artist.colour import Colour
    from reapi_nb.sandbox.artist.easel import Easel


@dataclass(frozen=True)
class Ground:
    """A whole picture, on which a subject may stand."""

    paint: Callable[[Easel], None]
    moods: str  # the palettes that suit it
    words: str
    bloom: str = ""  # what grows there, in this colour at every hour


@dataclass(frozen=True)
class Subject:
    """Something that stands out from its ground."""

    paint: Callable[[Easel, Brush, Colour | None], None]
    stance: str  # a row of `composition.STANCES`
    ground: str  # where it is at home
    words: str
    close: Callable[[Easel, Brush, Colour | None], None] | None = None  # seen from close by


GROUNDS = {
    "garden": Ground(
        gardens.garden,
        "blossom blossom dawn",
        "garden japanese japan zen pond cherry blossom sakura pagoda temple shrine bridge koi",
        bloom="f3a6bd",
    ),
    "forest": Ground(
        woods.forest,
        "leaf mist",
        "forest wood woodland jungle rainforest grove tree pine moss fern fairy",
    ),
    "mountains": Ground(
        landscapes.mountains,
        "dawn dusk day mist",
        "mountain alps alpine peak valley canyon cliff lake fjord landscape highland volcano",
    ),
    "snow": Ground(
        woods.snowfield,
        "snow snow dawn",
        "snow snowy snowfall winter ice icy arctic frozen frost christmas",
    ),
    "desert": Ground(
        landscapes.desert,
        "golden sand dusk",
        "desert dune sahara sand sandy cactus savanna savannah mars martian egypt",
    ),
    "meadow": Ground(
        landscapes.meadow,
        "meadow meadow day dawn",
        "meadow field hill countryside farm grass grassland prairie pasture village park spring",
    ),
    "sea": Ground(
        waters.sea,
        "ocean lagoon dusk dawn",
        "sea ocean wave sail sailing harbour harbor river water underwater nautical storm",
    ),
    "beach": Ground(
        waters.beach,
        "ocean ocean golden dusk",
        "beach tropical island palm coast coastal shore summer hawaii",
    ),
    "street": Ground(
        cities.street,
        "neon neon plum",
        "street neon alley cyberpunk tokyo market futuristic dystopian",
    ),
    "skyline": Ground(
        cities.skyline,
        "dusk day dawn plum",
        "city cityscape skyline skyscraper town downtown metropolis urban london paris york",
    ),
    "stars": Ground(
        heavens.starry_night,
        "night",
        "star starry aurora moonlit moonlight milky constellation campfire",
    ),
    "space": Ground(
        heavens.space,
        "cosmos cosmos plum",
        "space galaxy planet nebula cosmos cosmic universe saturn jupiter orbit alien",
    ),
    "tiles": Ground(
        abstracts.tiles,
        "lagoon clay plum day",
        "geometric geometry bauhaus pattern mosaic tile cubist cubism quilt",
    ),
    "bands": Ground(
        abstracts.bands,
        "plum lagoon dusk clay",
        "abstract flowing fluid layer paper marble psychedelic ribbon texture background",
    ),
    "forms": Ground(
        abstracts.forms,
        "clay sage lagoon",
        "shape minimal minimalist kandinsky constructivist suprematist collage logo",
    ),
    "stones": Ground(
        abstracts.stones, "sage clay mist", "stone pebble rock balance calm meditation wellness"
    ),
    "wall": Ground(rooms.wall, "clay sage plum lagoon blossom", "studio interior room wall poster"),
    "table": Ground(rooms.table, "clay sage blossom", "table kitchen breakfast still"),
}


def _beast(kind: str, ground: str, words: str) -> Subject:
    whole, close = (partial(paint, kind) for paint in (animals.sitting, animals.bust))
    return Subject(whole, "stand", ground, words, close)


def _bouquet(kind: str, words: str) -> Subject:
    return Subject(partial(flowers.bouquet, kind), "table", "table", words)


SUBJECTS = {
    "cat": _beast("cat", "wall", "cat kitten kitty feline"),
    "tiger": _beast("tiger", "forest", "tiger leopard cheetah"),
    "lion": _beast("lion", "desert", "lion lioness"),
    "dog": _beast("dog", "meadow", "dog puppy corgi retriever hound beagle poodle"),
    "wolf": _beast("wolf", "snow", "wolf husky coyote"),
    "fox": _beast("fox", "forest", "fox foxes"),
    "rabbit": _beast("rabbit", "meadow", "rabbit bunny hare"),
    "bear": _beast("bear", "forest", "bear"),
    "panda": _beast("panda", "forest", "panda"),
    "owl": Subject(creatures.owl, "stand", "forest", "owl"),
    "bird": Subject(creatures.bird, "float", "wall", "bird robin sparrow parrot hummingbird raven"),
    "whale": Subject(creatures.whale, "swim", "sea", "whale dolphin fish shark orca"),
    "astronaut": Subject(people.astronaut, "bust", "space", "astronaut cosmonaut spaceman"),
    "robot": Subject(people.robot, "bust", "wall", "robot android cyborg droid"),
    "person": Subject(
        people.person,
        "bust",
        "wall",
        "woman women man men girl boy lady person people queen king princess prince wizard witch "
        "warrior knight samurai model dancer musician elf face",
    ),
    "tulip": _bouquet("tulip", "tulip"),
    "rose": _bouquet("rose", "rose peony peonies"),
    "sunflower": _bouquet("sunflower", "sunflower"),
    "flower": _bouquet("daisy", "flower floral bouquet daisy daisies vase chrysanthemum"),
    "house": Subject(buildings.cottage, "home", "meadow", "house cottage cabin hut barn home"),
    "castle": Subject(buildings.castle, "home", "mountains", "castle palace fortress"),
    "lighthouse": Subject(buildings.lighthouse, "swim", "sea", "lighthouse"),
    "balloon": Subject(vehicles.balloon, "float", "mountains", "balloon"),
    "rocket": Subject(vehicles.rocket, "float", "space", "rocket spaceship spacecraft"),
    "car": Subject(vehicles.car, "low", "desert", "car taxi automobile truck vehicle porsche"),
    "boat": Subject(vehicles.boat, "swim", "sea", "boat ship sailboat yacht"),
    "cup": Subject(tableware.cup, "table", "table", "coffee cup tea mug latte cappuccino teapot"),
    "fruit": Subject(tableware.fruit, "table", "table", "fruit apple bowl food pear"),
}
