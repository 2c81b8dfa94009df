"""
The rate card: US dollars for one unit, as text, by model and what else decides.

The API publishes no rates. These are a snapshot of its price list; a row that is missing has
no price, and nobody guesses one.

Source: reAPI docs, "midjourney-v7", "wan-2-7-image", "gpt-image-2-official" (formulas only).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reapi_nb.catalog._terms import Row

DATED = "2026-07-28"
"""The day of the snapshot."""

_SPEEDS = ("draft", "fast", "turbo")
_LIGHT = ("", "0.087318", "0.174636")
_HEAVY = ("", "0.130977", "0.261954")
_FLAT_LIGHT = ("", "0.087318", "")
_FLAT_HEAVY = ("", "0.130977", "")

_MIDJOURNEY_V7: dict[str, tuple[str, str, str]] = {
    "mj-v7": ("0.043659", "0.087318", "0.174636"),
    "mj-v7-upscale": _FLAT_HEAVY,
    "mj-v7-variation": _HEAVY,
    "mj-v7-remix": _HEAVY,
    "mj-v7-pan": _LIGHT,
    "mj-v7-outpaint": _LIGHT,
    "mj-v7-inpaint": _HEAVY,
    "mj-v7-edit": _HEAVY,
    "mj-v7-enhance": _FLAT_LIGHT,
    "mj-v7-remove-bg": _FLAT_LIGHT,
    "mj-v7-retexture": _HEAVY,
    "mj-v7-upload-paint": _HEAVY,
}
"""By speed; "" where a model does not have that speed."""

MIDJOURNEY_V7: dict[Row, str] = {
    (model, speed): rate
    for model, rates in _MIDJOURNEY_V7.items()
    for speed, rate in zip(_SPEEDS, rates, strict=True)
    if rate
}

WAN_2_7: dict[Row, str] = {
    ("wan2.7-image", "image"): "0.02376",
    ("wan2.7-image-pro", "image"): "0.05984",
}
"""Flat for each picture, whatever its size."""

GPT_IMAGE_2: dict[Row, str] = {
    ("gpt-image-2-official", "1k low"): "0.0048",
    ("gpt-image-2-official", "1k high"): "0.1688",
    ("gpt-image-2", "1k"): "0.03",
    ("gpt-image-2", "2k"): "0.05",
    ("gpt-image-2", "4k"): "0.08",
}
"""
The official channel by resolution and quality, and by ratio where that decides: the page says
that it does at 2k and 4k only. Of its grid no more than two cells are known.
"""
