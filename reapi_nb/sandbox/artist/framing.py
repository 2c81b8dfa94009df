"""Pictures on larger canvases: panned, zoomed out, or placed anywhere; the rest is painted.

What is kept of a picture is kept to the byte. Only a canvas of more than 16 megapixels, or with
more than 8,192 pixels a side, is painted smaller, and then the picture on it is scaled with it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from PIL import Image, ImageChops

from reapi_nb.sandbox.artist.arrangement import figure_within
from reapi_nb.sandbox.artist.chance import dice
from reapi_nb.sandbox.artist.composition import painted
from reapi_nb.sandbox.artist.joining import drawn_towards, filled, mirrored
from reapi_nb.sandbox.artist.levels import NONE
from reapi_nb.sandbox.artist.painting import Box, Painting
from reapi_nb.sandbox.artist.repainting import Sheet, retold, snug
from reapi_nb.sandbox.artist.sizes import MOST_PIXELS, scaled, shrinkage

if TYPE_CHECKING:
    from random import Random

    from reapi_nb.sandbox.artist.brush import Size
    from reapi_nb.sandbox.artist.easel import Layout
    from reapi_nb.sandbox.artist.painting import Scene
    from reapi_nb.sandbox.artist.regions import Region

Direction = Literal["down", "right", "up", "left"]
_Edges = tuple[int, int, int, int]

_FARTHEST = 10**9  # longer or further away than this is as good as that
_LANCZOS = Image.Resampling.LANCZOS


def pan(
    parent: Painting, *, direction: Direction, scale: float, text: str, seed: int, slot: int
) -> Painting:
    """A picture with more canvas on one side; on the others nothing changes."""
    width, height = parent.image.size
    level = direction in ("left", "right")
    size = (round(width * scale), height) if level else (width, round(height * scale))
    back = direction in ("left", "up")
    corner = (size[0] - width, size[1] - height) if back else (0, 0)
    box = Box(*corner, width, height)
    return place(parent, canvas=size, box=box, text=text, seed=seed, slot=slot)


def outpaint(parent: Painting, *, scale: float, text: str, seed: int, slot: int) -> Painting:
    """A picture in the middle of a larger canvas."""
    width, height = parent.image.size
    size = round(width * scale), round(height * scale)
    box = Box((size[0] - width) // 2, (size[1] - height) // 2, width, height)
    return place(parent, canvas=size, box=box, text=text, seed=seed, slot=slot)


def place(
    parent: Painting,
    *,
    canvas: Size,
    box: Box,
    text: str,
    seed: int,
    slot: int,
    region: Region | None = None,
) -> Painting:
    """A picture laid into a box on a canvas; everything else, and the region, is painted.

    The box may be larger than the canvas or lie outside it. The region is in pixels of the canvas.
    """
    size, box, factor = _bounded(canvas, box)
    rng = dice("place", size, box, text, seed, slot)
    wanted = region.mask(size, factor) if region else Image.new("L", size)
    sheet, edges = _laid(parent, box, size)
    sheet = replace(sheet, todo=ImageChops.lighter(sheet.todo, wanted))
    scene = parent.scene.framed(box, size)
    if sheet.todo.getbbox() is None:
        return Painting(sheet.image, sheet.subject, scene)
    if text:
        scene = _told(scene, text, _rooms(edges, size, wanted), size, rng)
    fresh = painted(scene, size, rng)
    if edges is None:
        return sheet.finished(fresh, fresh.image, rng)
    old = sheet.opaque
    image = drawn_towards(old, sheet.todo, fresh.image, 0.45 * min(size))
    strip = mirrored(old.crop(edges), size, edges[:2])
    if region:
        strip = Image.composite(filled(old, sheet.todo.point(NONE)), strip, wanted)
    return sheet.finished(replace(fresh, image=image), strip, rng)


def _bounded(canvas: Size, box: Box) -> tuple[Size, Box, float]:
    """Canvas and box in the pixels that are really painted, and the factor between them."""
    wide, tall = (min(side, _FARTHEST) for side in canvas)
    factor = shrinkage(wide, tall)
    left, top, *sides = (min(max(at, -_FARTHEST), _FARTHEST) for at in box)
    width, height = (scaled(side, factor) for side in sides)
    box = Box(round(left * factor), round(top * factor), width, height)
    return (scaled(wide, factor), scaled(tall, factor)), box, factor


def _laid(parent: Painting, box: Box, size: Size) -> tuple[Sheet, _Edges | None]:
    """The picture on an empty canvas, and the edges of what of it lies there, if any does."""
    image, subject = Image.new(parent.image.mode, size), Image.new("L", size)
    todo = Image.new("L", size, 255)
    left, top, right, low = box.edges
    edges = max(0, left), max(0, top), min(size[0], right), min(size[1], low)
    if edges[0] >= edges[2] or edges[1] >= edges[3]:
        return Sheet(image, subject, todo), None
    image.paste(_fitted(parent.image, box, edges), edges)
    subject.paste(_fitted(parent.subject, box, edges), edges)
    todo.paste(0, edges)
    return Sheet(image, subject, todo), edges


def _fitted(image: Image.Image, box: Box, edges: _Edges) -> Image.Image:
    """What is seen between the edges of a picture that fills the box."""
    (left, top), size = box.corner, (box.width, box.height)
    seen = edges[0] - left, edges[1] - top, edges[2] - left, edges[3] - top
    if image.size == size:
        return image.crop(seen)
    if box.width * box.height <= MOST_PIXELS:
        return image.resize(size, _LANCZOS).crop(seen)
    # Only what is seen: such a box may have more pixels than there is memory.
    across, down = image.width / box.width, image.height / box.height
    source = seen[0] * across, seen[1] * down, seen[2] * across, seen[3] * down
    return image.resize((seen[2] - seen[0], seen[3] - seen[1]), _LANCZOS, source)


def _told(scene: Scene, text: str, rooms: list[Box], size: Size, rng: Random) -> Scene:
    """The scene with what the words add to it, where there is room."""
    told = retold(scene, text, rng)
    if not rooms:
        return told
    room, name = rng.choice(rooms), told.reading.subject
    if told.reading.ground != scene.reading.ground:
        told = replace(told, layout=_moved(told.layout, room, size, rng))
    if name is None or name == scene.reading.subject:
        return told  # the picture goes on; it does not begin again
    return told.joined_by(figure_within(name, snug(room, rng), size))


def _moved(layout: Layout, room: Box, size: Size, rng: Random) -> Layout:
    """The layout with its focus in a room of the canvas; horizon and light stay."""
    left, right = room.left / size[0], (room.left + room.width) / size[0]
    top, low = room.top / size[1], (room.top + room.height) / size[1]
    focus = left + rng.uniform(0.4, 0.6) * (right - left)
    return replace(layout, focus=focus, west=left, east=right, zenith=top, floor=low)


def _rooms(edges: _Edges | None, size: Size, wanted: Image.Image) -> list[Box]:
    """Where something new may stand: in the region, or beside or below the picture, or above."""
    width, height = size
    if inside := wanted.getbbox():
        return [Box.between(inside)]
    if edges is None:
        return [Box(0, 0, width, height)]
    left, top, right, low = edges
    beside = ((0, 0, left, height), (right, 0, width, height), (0, low, width, height))
    for sides in (beside, ((0, 0, width, top),)):
        boxes = [Box.between(side) for side in sides]
        roomy = [box for box in boxes if box.width * 8 > width and box.height * 8 > height]
        if roomy:
            most = max(min(box.width, box.height) for box in roomy)
            return [box for box in roomy if min(box.width, box.height) > 0.75 * most]
    return []
