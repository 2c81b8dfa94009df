"""The sandbox's painter: pictures from words and seeds, and edits of pictures.

Everything here is a pure function: the same arguments give the same pixels in every process, and
any thread may call it. It never reads a file, a clock or the network, and it imitates nobody's
model: its pictures are flat illustrations, good enough to tell apart and pleasant to look at.
"""

from __future__ import annotations

from reapi_nb.sandbox.artist.composition import imagine, size_for
from reapi_nb.sandbox.artist.edits import upscale, vary
from reapi_nb.sandbox.artist.finish import png

__all__ = ["imagine", "png", "size_for", "upscale", "vary"]
