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
from reapi_nb.sandbox.artist.framing import outpaint, pan, place
from reapi_nb.sandbox.artist.painting import Box, Painting
from reapi_nb.sandbox.artist.regions import Blob, Light, Polygons, Region
from reapi_nb.sandbox.artist.repainting import inpaint
from reapi_nb.sandbox.artist.sizes import size_for
from reapi_nb.sandbox.artist.texture import retexture

__all__ = [
    "Blob",
    "Box",
    "Light",
    "Painting",
    "Polygons",
    "Region",
    "cut_out",
    "enhance",
    "imagine",
    "inpaint",
    "outpaint",
    "pan",
    "place",
    "png",
    "remix",
    "retexture",
    "size_for",
    "stand_in",
    "upscale",
    "vary",
]
