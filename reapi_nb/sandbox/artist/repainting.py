"""Parts of a picture painted anew: from its own scene, or as other words have it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, ImageChops, ImageStat

from reapi_nb.sandbox.artist.arrangement import figure_within, figures_for, layout_for
from reapi_nb.sandbox.artist.cast import SUBJECTS
from reapi_nb.sandbox.artist.chance import dice
from reapi_nb.sandbox.artist.composition import painted, palette_for
from reapi_nb.sandbox.artist.fitting import fitted, fitted_mask
from reapi_nb.sandbox.artist.guests import joined_by
from reapi_nb.sandbox.artist.joining import drawn_towards, filled, joined
from reapi_nb.sandbox.artist.levels import NONE
from reapi_nb.sandbox.artist.painting import Box, Painting, Scene, on_paper
from reapi_nb.sandbox.artist.palette import turned
from reapi_nb.sandbox.artist.reading import read
from reapi_nb.sandbox.artist.regions import Rectangles

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from reapi_nb.sandbox.artist.brush import Size
    from reapi_nb.sandbox.artist.regions import Region

_ALOFT = ("bird", "balloon")
_ASHORE = ("rabbit", "cat", "owl", "bird", "house")


@dataclass(frozen=True)
class Sheet:
    """A canvas on which an older picture lies."""

    image: Image.Image  # of the older picture's mode; where nothing lies it means nothing
    subject: Image.Image
    todo: Image.Image  # white where nothing lies, or where it is to be painted over

    @property
    def opaque(self) -> Image.Image:
        """The canvas in RGB."""
        return on_paper(self.image)

    def finished(self, fresh: Painting, strip: Image.Image, rng: Random) -> Painting:
        """The canvas with fresh paint wherever it is to be painted, and nowhere else."""
        reach = 0.03 * min(self.image.size)
        image = joined(self.opaque, self.todo, fresh.image, strip, rng, reach=reach)
        if self.image.mode == "RGBA":
            image = image.convert("RGBA")
            image.paste(self.image, (0, 0), ImageChops.invert(self.todo))
        subject = Image.composite(fresh.subject, self.subject, self.todo)
        return Painting(image, subject, fresh.scene)


def retold(scene: Scene, text: str, rng: Random) -> Scene:
    """The scene as other words have it; what they do not mention stays."""
    old, own = scene.reading, read(text, home=scene.reading.ground)
    same = own.ground == old.ground
    kept = same and not (own.mood or own.colours or own.land)
    reading = replace(
        own,
        worn={**old.worn, **own.worn},
        weather=own.weather | old.weather if same else own.weather,
        treatments=own.treatments | old.treatments,
    )
    palette = scene.palette if kept else palette_for(own, text, rng, 0)
    return replace(scene, reading=reading, palette=palette)


def snug(box: Box, rng: Random) -> Box:
    """Most of a box, nearer to its lower edge."""
    share = rng.uniform(0.65, 0.92)
    width, height = max(1, round(box.width * share)), max(1, round(box.height * share))
    left = box.left + round((box.width - width) * rng.uniform(0.2, 0.8))
    return Box(left, box.top + (box.height - height) * 3 // 4, width, height)


def inpaint(parent: Painting, *, region: Region, text: str, seed: int, slot: int) -> Painting:
    """A picture with a region painted anew; outside of it not a byte changes.

    With words, the region shows what they say; without, something else that the picture's own
    words could have led to.
    """
    return repainted_in(parent, region, text=text, seed=seed, slot=slot)


def repainted_in(
    parent: Painting,
    region: Region,
    *,
    size: Size | None = None,
    text: str,
    seed: int,
    slot: int,
    guests: Sequence[Painting] = (),
) -> Painting:
    """A picture in an exact size, with a region painted anew as `inpaint` does.

    Outside the region it is the fitted picture, to the byte; all fading happens inside.

    Args:
        parent: The picture.
        region: In pixels of the picture as it was, not as it is fitted.
        size: Width and height of the result in pixels; the picture's own if None.
        text: What to paint.
        seed: What the new paint is made from, beside the words.
        slot: Which of a choice of results, from 0.
        guests: Paintings whose subjects come into the region; without words, nothing else does.
    """
    masks = [part.mask(parent.image.size) for part in _parts(region)]
    if size is not None:
        parent, masks = fitted(parent, size), [fitted_mask(mask, size) for mask in masks]
    for index, todo in enumerate(masks):
        new = _New(text, seed, slot, guests[index :: len(masks)])
        parent = _repainted(parent, todo, new)
    return parent


def _parts(region: Region) -> Sequence[Region]:
    """What is painted one after the other: something whole is to be seen in every box."""
    return region.parts if isinstance(region, Rectangles) else (region,)


class _New(NamedTuple):
    """What decides new paint."""

    text: str
    seed: int
    slot: int
    guests: Sequence[Painting]


def _repainted(parent: Painting, todo: Image.Image, new: _New) -> Painting:
    """The picture painted anew where a mask is white."""
    edges = todo.getbbox()
    if edges is None:
        return parent
    size, (text, seed, slot, guests) = parent.image.size, new
    box, rng = Box.between(edges), dice("inpaint", edges, text, seed, slot)
    old = parent.opaque
    scene: Scene | None = replace(parent.scene, figures=())
    if text:
        scene = _as_told(parent, text, box, rng, crowded=bool(guests))
    elif not guests:
        scene = _otherwise(parent, todo, box, rng)
    if scene:
        fresh = painted(scene, size, rng)
        image = drawn_towards(old, todo, fresh.image, 0.2 * min(size))
        fresh = replace(fresh, image=image)
    else:
        fresh = _vignette(parent, text, box, rng)
    if guests:
        fresh = joined_by(fresh, guests, box)
    sheet = Sheet(parent.image, parent.subject, todo)
    done = sheet.finished(fresh, filled(old, todo.point(NONE)), rng)
    return replace(done, scene=parent.scene)


def _as_told(parent: Painting, text: str, box: Box, rng: Random, *, crowded: bool) -> Scene | None:
    """The scene with what the words name in the box; None when they name another ground.

    Where they name nothing something turns up, unless the box will be crowded anyway.
    """
    size, old = parent.image.size, parent.scene
    scene = retold(old, text, rng)
    if scene.reading.ground != old.reading.ground:
        return None
    name = scene.reading.subject
    scene = replace(scene, figures=(), kin=rng.getrandbits(32))
    if name is None and crowded:
        return scene
    name = name or _incident(scene, box, size, rng)
    return scene.joined_by(figure_within(name, snug(box, rng), size))


def _otherwise(parent: Painting, todo: Image.Image, box: Box, rng: Random) -> Scene:
    """Another scene that the same words could have led to, with a change in the box."""
    size, old = parent.image.size, parent.scene
    # What was said of a red fox's coat would make every fox a red one.
    scene = replace(old, reading=replace(old.reading, worn={}), kin=rng.getrandbits(32))
    way = rng.choice((-1, 1))
    if ImageStat.Stat(parent.subject, todo).mean[0] > 50:
        return replace(scene, palette=turned(old.palette, way * rng.uniform(30, 70)))
    name = _incident(scene, box, size, rng)
    scene = replace(
        scene,
        palette=turned(old.palette, way * rng.uniform(8, 20)),
        layout=replace(old.layout, variant=rng.randrange(4)),
        figures=(),
    )
    return scene.joined_by(figure_within(name, snug(box, rng), size))


def _incident(scene: Scene, box: Box, size: Size, rng: Random) -> str:
    """A subject that may well turn up somewhere in a scene."""
    if box.top + box.height < scene.layout.horizon * size[1]:
        return rng.choice(_ALOFT)
    home = [name for name, one in SUBJECTS.items() if one.ground == scene.reading.ground]
    return rng.choice(home or _ASHORE)


def _vignette(parent: Painting, text: str, box: Box, rng: Random) -> Painting:
    """A picture of its own in the box; around it nothing."""
    reading, size = read(text), (box.width, box.height)
    layout = layout_for(text, rng.getrandbits(32), rng.randrange(4), rng, 0)
    scene = Scene(
        reading=reading,
        palette=palette_for(reading, text, rng, 0),
        layout=layout,
        kin=rng.getrandbits(32),
        figures=figures_for(reading.subject, layout, size),
        stylize=parent.scene.stylize,
    )
    fresh = painted(scene, size, rng)
    image, subject = Image.new("RGB", parent.image.size), Image.new("L", parent.image.size)
    image.paste(fresh.image, box.corner)
    subject.paste(fresh.subject, box.corner)
    return Painting(image, subject, scene)
