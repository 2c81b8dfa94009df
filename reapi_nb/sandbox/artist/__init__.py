"""The sandbox's painter: pictures from words and seeds, and edits of pictures.

Everything here is a pure function: the same arguments give the same pixels in every process, and
any thread may call it. It never reads a file, a clock or the network, and it imitates nobody's
model: its pictures are flat illustrations, good enough to tell apart and pleasant to look at.
"""

from __future__ import annotations

from reapi_nb.sandbox.artist.composition import imagine, stand_in
from reapi_nb.sandbox.artist.cutting import cut_out
from reapi_nb.sandbox.artist.edits import enhance, remix, upscale, vary
from reapi_nb.sandbox.artist.finish import png
from reapi_nb.sandbox.artist.fitting import fitted
from reapi_nb.sandbox.artist.framing import outpaint, pan, place
from reapi_nb.sandbox.artist.marks import watermarked
from reapi_nb.sandbox.artist.opening import opened
from reapi_nb.sandbox.artist.painting import Box, Painting
from reapi_nb.sandbox.artist.references import edited
from reapi_nb.sandbox.artist.regions import (
    Blob,
    Clear,
    Light,
    Polygons,
    Rectangles,
    Region,
    has_alpha_hole,
)
from reapi_nb.sandbox.artist.repainting import inpaint, repainted_in
from reapi_nb.sandbox.artist.series import series_of
from reapi_nb.sandbox.artist.sizes import area_size, size_for
from reapi_nb.sandbox.artist.texture import retexture
from reapi_nb.sandbox.artist.tinting import tinted

__all__ = [
    "Blob",
    "Box",
    "Clear",
    "Light",
    "Painting",
    "Polygons",
    "Rectangles",
    "Region",
    "area_size",
    "cut_out",
    "edited",
    "enhance",
    "fitted",
    "has_alpha_hole",
    "imagine",
    "inpaint",
    "opened",
    "outpaint",
    "pan",
    "place",
    "png",
    "remix",
    "repainted_in",
    "retexture",
    "series_of",
    "size_for",
    "stand_in",
    "tinted",
    "upscale",
    "vary",
    "watermarked",
]
