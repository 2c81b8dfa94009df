"""
From a request to what the artist does for it: one row for each class that edits.

A class that has no row is painted from its words, so a model that is new to the catalog has
pictures at once.

Sources: reAPI docs, "midjourney-v7", "wan-2-7-image", "gpt-image-2-official"; APIXO docs,
"midjourney". Where they give no size, ours are those of the models behind them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reapi_nb.catalog import any_model, gpt_image_2, wan_2_7
from reapi_nb.catalog import apixo_midjourney as apixo
from reapi_nb.catalog import midjourney_v7 as v7
from reapi_nb.sandbox import artist

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reapi_nb.catalog import ImageRequest, _flags

    Size = tuple[int, int]

_SIDES = {"1K": 1024, "2K": 2048, "4K": 4096}
_STEP = 16
_MOST_PIXELS, _MOST_SIDE = 8_294_400, 3840
"""What GPT Image can draw."""


@dataclass(frozen=True)
class Sitting:
    """What a picture is painted from."""

    request: ImageRequest
    inputs: tuple[artist.Painting, ...]
    """The pictures it works on, the one that decides the shape first."""

    mask: artist.Painting | None
    """The picture that says where to paint, where it is to be had."""

    text: str
    prompt: _flags.Parsed
    seed: int
    slot: int

    @property
    def parent(self) -> artist.Painting:
        """The picture that is edited."""
        assert self.inputs, "an edit names its picture"
        return self.inputs[0]

    @property
    def new(self) -> dict[str, Any]:
        """What decides the parts that are new."""
        return {"text": self.text, "seed": self.seed, "slot": self.slot}


def paint(sitting: Sitting) -> artist.Painting:
    """The picture that a request asks for."""
    return _EDITS.get(type(sitting.request), _imagine)(sitting.request, sitting)


def _imagine(request: ImageRequest, s: Sitting) -> artist.Painting:
    return artist.imagine(
        s.text,
        ratio=request.aspect() or (1, 1),
        seed=s.seed,
        slot=s.slot,
        stylize=s.prompt.number("stylize", getattr(request, "stylize", 100)),
        chaos=s.prompt.number("chaos", getattr(request, "chaos", 0)),
        draft=getattr(request, "speed", None) == "draft",
    )


def _after_pictures(request: ImageRequest, s: Sitting) -> artist.Painting:
    """After its pictures where it has some, and else from its words."""
    if not s.inputs:
        return _imagine(request, s)
    ratio = request.aspect(s.parent.image.size) or (1, 1)
    return artist.edited(s.inputs, size=artist.size_for(ratio), **s.new)


# Midjourney V7, and what APIXO calls otherwise.


def _upscale(request: v7.Upscale, s: Sitting) -> artist.Painting:
    return artist.upscale(s.parent, style=request.type)


def _vary(request: v7.Variation, s: Sitting) -> artist.Painting:
    return artist.vary(s.parent, strength=request.type, **s.new)


def _remix(request: v7.Remix, s: Sitting) -> artist.Painting:
    return artist.remix(s.parent, mode=request.mode, **s.new)


def _enhance(_request: v7.Enhance, s: Sitting) -> artist.Painting:
    return artist.enhance(s.parent, seed=s.seed, slot=s.slot)


def _pan(request: v7.Pan, s: Sitting) -> artist.Painting:
    return artist.pan(s.parent, direction=request.direction, scale=request.scale, **s.new)


def _outpaint(request: v7.Outpaint, s: Sitting) -> artist.Painting:
    return artist.outpaint(s.parent, scale=request.scale, **s.new)


def _inpaint(request: v7.Inpaint, s: Sitting) -> artist.Painting:
    region = _region(request, s)
    assert region, "the catalog requires a mask"
    return artist.inpaint(s.parent, region=region, **s.new)


def _place(
    request: v7.Edit | v7.UploadPaint | apixo.ApixoUploadPaint, s: Sitting
) -> artist.Painting:
    canvas, at = request.canvas, request.img_pos
    box = artist.Box(at.x, at.y, at.width, at.height)
    size = (canvas.width, canvas.height)
    return artist.place(s.parent, canvas=size, box=box, region=_region(request, s), **s.new)


def _region(request: Any, s: Sitting) -> artist.Region | None:
    """Midjourney's: areas, or an image that is white there."""
    mask = request.mask
    if mask is None:
        return None
    if mask.areas is not None:
        return artist.Polygons.of([area.points for area in mask.areas])
    return artist.Light(s.mask) if s.mask else artist.Blob(mask.url)


def _remove_background(_request: v7.RemoveBackground, s: Sitting) -> artist.Painting:
    return artist.cut_out(s.parent)


def _retexture(_request: v7.Retexture, s: Sitting) -> artist.Painting:
    return artist.retexture(s.parent, **s.new)


def _apixo_vary(request: apixo.ApixoVary, s: Sitting) -> artist.Painting:
    return artist.vary(s.parent, strength="strong" if request.type else "subtle", **s.new)


def _apixo_upscale(request: apixo.ApixoUpscale, s: Sitting) -> artist.Painting:
    larger = artist.upscale(s.parent, style="creative" if request.type == 1 else "standard")
    return artist.upscale(larger, style="standard") if request.type == 3 else larger


# Wan 2.7.


def _wan(request: wan_2_7.Wan, s: Sitting) -> artist.Painting:
    painting = _wan_edit(request, s) if s.inputs else _wan_words(request, s)
    if request.color_palette is not None and not request.enable_sequential:
        swatches = [(swatch.hex, swatch.share) for swatch in request.color_palette.root]
        painting = artist.tinted(painting, swatches)
    return artist.watermarked(painting) if request.watermark else painting


def _wan_words(request: wan_2_7.Wan, s: Sitting) -> artist.Painting:
    side = _SIDES[request.gear()]
    size = request.pixels() or artist.area_size(request.aspect() or (1, 1), side)
    if request.enable_sequential:
        return artist.series_of(s.text, size=size, seed=s.seed, slot=s.slot, count=request.n)
    return artist.imagine(s.text, size=size, seed=s.seed, slot=s.slot)


def _wan_edit(request: wan_2_7.Wan, s: Sitting) -> artist.Painting:
    size = s.parent.image.size
    if request.names_gear:
        size = artist.area_size(size, _SIDES[request.gear()])
    # The last picture shapes the result, and its boxes stand last.
    boxes = request.bbox_list.root[-1] if request.bbox_list else ()
    if boxes:
        region = artist.Rectangles.of(boxes)
        return artist.repainted_in(s.parent, region, size=size, guests=s.inputs[1:], **s.new)
    return artist.edited(s.inputs, size=size, **s.new)


# GPT Image 2.


def _gpt(request: gpt_image_2.GptImage | gpt_image_2.GptImageBasic, s: Sitting) -> artist.Painting:
    size = _gpt_size(request, s)
    if not s.inputs:
        return artist.imagine(s.text, size=size, seed=s.seed, slot=s.slot)
    mask_url = getattr(request, "mask_url", None)
    if mask_url is None:
        return artist.edited(s.inputs, size=size, **s.new)
    region = artist.Clear(s.mask) if s.mask else artist.Blob(mask_url)
    return artist.repainted_in(s.parent, region, size=size, guests=s.inputs[1:], **s.new)


def _gpt_size(request: gpt_image_2.GptImage | gpt_image_2.GptImageBasic, s: Sitting) -> Size:
    named = request.pixels()
    if named is None:
        shape = s.parent.image.size if s.inputs else (1, 1)
        return _nearest_cell(shape, request.gear)
    return named if request.size in gpt_image_2.RATIOS or request.size is None else snapped(named)


def _nearest_cell(shape: tuple[float, float], gear: str) -> Size:
    """The cell of the page's grid that is shaped most like a picture."""

    def distance(ratio: str) -> float:
        wide, _, high = ratio.partition(":")
        return abs(math.log(int(wide) / int(high) / (shape[0] / shape[1])))

    ratios = (ratio for ratio in gpt_image_2.RATIOS if gpt_image_2.grid(ratio, gear))
    found = gpt_image_2.grid(min(ratios, key=distance), gear)
    assert found, "it was asked for"
    return found


def snapped(size: Size) -> Size:
    """The nearest size that the model has: multiples of 16, 3840 a side, 8.3 megapixels."""
    width, height = size
    factor = min(1, _MOST_SIDE / max(size), math.sqrt(_MOST_PIXELS / (width * height)))
    wide, high = (max(_STEP, math.floor(side * factor / _STEP) * _STEP) for side in size)
    return wide, high


_EDITS: Mapping[type[ImageRequest], Callable[[Any, Sitting], artist.Painting]] = {
    v7.Upscale: _upscale,
    v7.Variation: _vary,
    v7.Remix: _remix,
    v7.Enhance: _enhance,
    v7.Pan: _pan,
    v7.Outpaint: _outpaint,
    v7.Inpaint: _inpaint,
    v7.Edit: _place,
    v7.UploadPaint: _place,
    v7.RemoveBackground: _remove_background,
    v7.Retexture: _retexture,
    wan_2_7.Wan: _wan,
    gpt_image_2.GptImage: _gpt,
    gpt_image_2.GptImageBasic: _gpt,
    apixo.ApixoImagine: _after_pictures,
    apixo.ApixoUploadPaint: _place,
    apixo.ApixoVary: _apixo_vary,
    apixo.ApixoUpscale: _apixo_upscale,
    any_model.AnyModel: _after_pictures,
}
