"""Who stands in a picture that words change: who stays, who goes, who comes, and where."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PIL import Image, ImageChops

from reapi_nb.sandbox.artist.arrangement import figure_within
from reapi_nb.sandbox.artist.brush import blurred
from reapi_nb.sandbox.artist.composition import painted
from reapi_nb.sandbox.artist.cutting import stands_alone
from reapi_nb.sandbox.artist.edits import standing_for
from reapi_nb.sandbox.artist.guests import places_beside
from reapi_nb.sandbox.artist.joining import drawn_towards, filled
from reapi_nb.sandbox.artist.levels import MOST, NONE, levels
from reapi_nb.sandbox.artist.painting import Box, Painting
from reapi_nb.sandbox.artist.reading import read
from reapi_nb.sandbox.artist.repainting import Sheet, snug

if TYPE_CHECKING:
    from random import Random

    from reapi_nb.sandbox.artist.painting import Figure, Scene

_GONE = re.compile(r"\b(?:remove|erase|delete|without)((?:\s+\w+){1,3})", re.IGNORECASE)
_ADDED = re.compile(r"\b(?:add|adding|with|and|plus|beside|near|next to)\b", re.IGNORECASE)
_WIDER = levels(lambda value: 255 * (value > 20))


@dataclass(frozen=True)
class Staging:
    """A change of figures."""

    figures: tuple[Figure, ...]
    """All that the picture has afterwards."""

    fresh: tuple[Figure, ...] = ()
    """Those of them that are to be painted."""

    over: bool = False
    """Whether those that the picture had are painted over."""

    def on(self, base: Painting, scene: Scene, rng: Random) -> Painting:
        """The picture after the change; the scene says in which colours."""
        if not (self.fresh or self.over):
            return base
        size, reach = base.image.size, 0.02 * min(base.image.size)
        new = painted(replace(scene, figures=self.fresh), size, rng)
        # Without figures, what stands out is the ground's own.
        shape = new.subject if self.fresh else Image.new("L", size)
        todo = _around(shape, reach)
        if self.over:
            todo = ImageChops.lighter(todo, _around(base.subject, reach))
        image = drawn_towards(base.image, todo, new.image, 0.2 * min(size))
        new = replace(new, image=image, subject=shape)
        kept = Sheet(base.image, base.subject, todo)
        done = kept.finished(new, filled(base.image, todo.point(NONE)), rng)
        # Whoever comes does not fade into what was there.
        return replace(done, image=Image.composite(image, done.image, shape))


def _around(shape: Image.Image, reach: float) -> Image.Image:
    """A mask of a shape and of what is near it."""
    return blurred(shape.point(MOST), reach).point(_WIDER)


def staged(base: Painting, new: Scene, text: str, rng: Random) -> Staging:
    """What words change about the figures of a picture; `new` is the scene as they have it.

    "Remove the fox" takes it away, "a blue fox" paints it again, "with a cat" sets one beside it,
    and any other subject takes its place.
    """
    old, size = base.scene, base.image.size
    names = {figure.name for figure in old.figures}
    if gone := {read(words).subject for words in _GONE.findall(text)} - {None}:
        left = tuple(figure for figure in old.figures if figure.name not in gone)
        away = len(left) < len(names) if names else stands_alone(base)
        return Staging(left, left, over=True) if away else Staging(old.figures)
    name = read(text, home=old.reading.ground).subject
    if name is None:
        return Staging(old.figures)
    if name in names:
        same = old.reading.worn.get(name) == new.reading.worn.get(name)
        return Staging(old.figures) if same else Staging(old.figures, old.figures, over=True)
    if names and _ADDED.search(text):
        (place,) = places_beside(base, 1, Box(0, size[1] // 4, size[0], size[1] * 3 // 4))
        beside = figure_within(name, snug(place, rng), size)
        fresh = replace(old, figures=()).joined_by(beside).figures
        return Staging((*old.figures, *fresh), fresh)
    instead = standing_for(old, name, new.layout, size)
    return Staging(instead, instead, over=bool(names))
