"""
Addresses of pictures, as the API takes them: public http(s) URLs, never the picture itself.

Whether an address is public depends on who asks, so only its form is judged here.

Source: reAPI docs, "midjourney-v7".
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

from reapi_nb.catalog._spec import reject

INLINE = "data: and base64 images are not accepted: use a public http(s) URL of the picture"

_URL = re.compile(r"https?://[^\s/?#]\S*", re.IGNORECASE)
_INLINE = re.compile(
    r"(?i:\bdata:(?:image/|[\w.+/-]*;base64))"
    # PNG, JPEG, GIF and WebP in base64 without "data:" in front.
    r"|(?<![\w/+])(?:iVBORw0KGgo|/9j/|R0lGOD|UklGR)[A-Za-z0-9+/]{24}"
)


def is_url(text: str) -> bool:
    """Whether it is an http(s) address, and nothing else."""
    return bool(_URL.fullmatch(text))


def has_inline_image(text: str) -> bool:
    """Whether a picture itself stands in a text, instead of its address."""
    return bool(_INLINE.search(text))


def _address(text: str) -> str:
    if text[:5].lower() == "data:" or has_inline_image(text):
        raise reject(INLINE)
    if not is_url(text):
        shown = text if len(text) <= 40 else f"{text[:40]}…"
        raise reject(f"{shown!r} is no public http(s) URL of a picture")
    return text


def _only_one(urls: tuple[str, ...]) -> tuple[str, ...]:
    if len(urls) != 1:
        raise reject(f"image_urls takes exactly one picture, not {len(urls)}")
    return urls


PictureUrl = Annotated[str, AfterValidator(_address)]
OnePicture = Annotated[tuple[PictureUrl, ...], AfterValidator(_only_one)]
