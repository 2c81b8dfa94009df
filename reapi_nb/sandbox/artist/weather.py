"""What falls or hangs between us and the picture: rain, snow, fog."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reapi_nb.sandbox.artist.easel import Easel


def rain(e: Easel) -> None:
    """Slanting rain."""
    rng = e.rng
    for _ in range(140):
        x, y = rng.uniform(-0.05, 1.05) * e.width, rng.random() * e.height
        long, thin = e.unit * rng.uniform(2, 6), rng.uniform(0.7, 1.6)
        foot = x - long * 0.16, y + long
        drop = [(x, y), (x + thin, y), (foot[0] + thin, foot[1]), foot]
        e.brush.shape(drop, e.palette.light, opacity=rng.uniform(0.15, 0.4))


def snow(e: Easel) -> None:
    """Falling snow; near flakes are large and soft."""
    rng = e.rng
    for _ in range(170):
        size = e.unit * (0.12 + 0.75 * rng.random() ** 4)
        x, y = rng.random() * e.width, rng.random() * e.height
        strength = rng.uniform(0.45, 0.95)
        e.brush.oval(x, y, size, size, e.palette.light, opacity=strength, soft=size * 0.25)


def fog(e: Easel) -> None:
    """Banks of fog across the middle."""
    for share in (0.45, 0.6, 0.8):
        y = (share + e.rng.uniform(-0.06, 0.06)) * e.height
        e.veil(y, 0.2 * e.height, e.palette.low, 0.4)
