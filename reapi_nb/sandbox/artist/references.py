"""A whole picture made anew from others and words: the first one decides, the others join in.

What the words do not mention stays as it was, to the shape of every tree: hours and colours are
laid over the pixels, and only what is really new is painted.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PIL import Image, ImageChops

from reapi_nb.sandbox.artist.brush import blurred, clouds
from reapi_nb.sandbox.artist.chance import dice
from reapi_nb.sandbox.artist.composition import fallen, painted
from reapi_nb.sandbox.artist.cutting import cut_out, stands_alone
from reapi_nb.sandbox.artist.edits import recoloured
from reapi_nb.sandbox.artist.finish import treated
from reapi_nb.sandbox.artist.fitting import fitted
from reapi_nb.sandbox.artist.grading import graded
from reapi_nb.sandbox.artist.guests import joined_by
from reapi_nb.sandbox.artist.joining import moved
from reapi_nb.sandbox.artist.levels import faint
from reapi_nb.sandbox.artist.painting import Box, Painting
from reapi_nb.sandbox.artist.repainting import retold
from reapi_nb.sandbox.artist.staging import staged

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from reapi_nb.sandbox.artist.brush import Size
    from reapi_nb.sandbox.artist.painting import Scene
    from reapi_nb.sandbox.artist.staging import Staging

_AIRS = ("snow", "storm", "mist")  # moods that only lie in the air
_AIRY = 0.6  # how far they change the colours of a picture
_OWN = 0.5  # how far what stands out changes with its surroundings


def edited(parents: Sequence[Painting], *, size: Size, text: str, seed: int, slot: int) -> Painting:
    """A picture after other pictures and words, exactly of that size.

    Args:
        parents: At least one. The first decides the shape and can be recognised; of every other
            one its subject, or else its view, comes into the picture.
        size: Width and height in pixels.
        text: What is to be different: hour, colours, weather, treatment, ground or subject.
        seed: What new parts are made from, beside the words.
        slot: Which of a choice of results, from 0; each of them has another light.
    """
    rng = dice("edited", size, text, seed, slot)
    base = fitted(replace(parents[0], finished=None), size)
    base = replace(base, image=base.opaque)
    scene = _told(base.scene, text, rng)
    staging = staged(base, scene, text, rng)
    if scene.reading.ground != base.scene.reading.ground:
        done = _elsewhere(base, scene, staging, rng)
    else:
        done = staging.on(_in_its_colours(base, scene), scene, rng)
        done = replace(done, image=_under_its_sky(done.image, base.scene, scene, rng))
    if others := parents[1:]:
        done = joined_by(done, others, Box(0, 0, *size))
    image = _in_its_own_light(done.image, rng, slot)
    return Painting(image, done.subject, replace(scene, figures=staging.figures))


def _told(old: Scene, text: str, rng: Random) -> Scene:
    """The scene as the words have it; what catches the eye keeps its colours unless they are said.

    Words for an hour or a weather change that alone: snow falls on what is there.
    """
    scene = retold(old, text, rng)
    own = scene.reading
    if (own.ground == "snow" and "snow" in own.weather | {own.mood}) or (
        own.ground == "sea" and own.mood == "storm"
    ):
        own = replace(own, ground=old.reading.ground)
    own = replace(own, subject=own.subject or old.reading.subject)
    palette = scene.palette
    if own.ground == old.reading.ground and not own.colours:
        palette = replace(palette, accent=old.palette.accent, second=old.palette.second)
    return replace(scene, reading=own, palette=palette)


def _in_its_colours(base: Painting, scene: Scene) -> Painting:
    """The picture in the colours of a scene; what stands out keeps half of its own."""
    old, new, reading = base.scene.palette, scene.palette, scene.reading
    share = _AIRY if reading.mood in _AIRS and not reading.colours else 1.0
    image = graded(base.image, old, new, share)
    if old != new and base.scene.figures:
        image = Image.composite(graded(base.image, old, new, share * _OWN), image, base.subject)
    return replace(base, image=image)


def _elsewhere(base: Painting, scene: Scene, staging: Staging, rng: Random) -> Painting:
    """Another ground with the same horizon; the picture's own subject, or others, stand on it."""
    size = base.image.size
    fresh = painted(replace(scene, figures=staging.fresh), size, rng, corners=True)
    if staging.over:
        return fresh
    if stands_alone(base):
        whole = cut_out(base)
        subject = whole.subject
        own = graded(whole.image.convert("RGB"), base.scene.palette, scene.palette, _OWN / 2)
        both = ImageChops.lighter(subject, fresh.subject) if staging.fresh else subject
        return Painting(Image.composite(own, fresh.image, subject), both, scene)
    if staging.fresh:
        return fresh
    radius = min(size) / 14  # nothing stands out: light and dark, at least, stay where they were
    was, now = (blurred(image, radius) for image in (base.image, fresh.image))
    return replace(fresh, image=moved(fresh.image, ImageChops.subtract(was, now, 5, 128)))


def _under_its_sky(image: Image.Image, old: Scene, new: Scene, rng: Random) -> Image.Image:
    """The picture with the weather and the treatment that are new in a scene."""
    was, own = old.reading, new.reading
    image = fallen(image, new, own.weather - was.weather, rng)
    colour = next(iter((*own.colours, *own.worn.values())), None)
    return treated(image, own.treatments - was.treatments, colour)


def _in_its_own_light(image: Image.Image, rng: Random, slot: int) -> Image.Image:
    """The picture as one of a choice: a little warmer or cooler, lit from somewhere else."""
    way = 1 if slot % 2 else -1
    image = recoloured(image, turn=way * rng.uniform(2, 5), light=rng.choice((0.96, 1.03)))
    glow = clouds(rng, image.size, (3, 3), 1).point(faint(0.3))
    return ImageChops.soft_light(image, Image.merge("RGB", (glow,) * 3))
