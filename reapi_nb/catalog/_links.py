"""
Addresses of pictures, as the API takes them: public http(s) URLs, never the picture itself.

Whether an address is public depends on who asks, so only its form is judged here.

Source: reAPI docs, "midjourney-v7", "wan-2-7-image", "gpt-image-2-official".
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator

from reapi_nb.catalog._terms import Refusal, reject

if TYPE_CHECKING:
    from reapi_nb.job import Picture

INLINE = "data: and base64 images are not accepted: use a public http(s) URL of the picture"

_URL = re.compile(r"https?://[^\s/?#]\S*", re.IGNORECASE)
_HERE = re.compile(
    r"http://(?:localhost|[^/?#@]+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?(?:[/?#]|$)",
    re.IGNORECASE,
)
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


def _https(text: str) -> str:
    """An https address. This machine's own may be http: only a sandbox here can fetch those."""
    address = _address(text)
    if address[:5].lower() == "http:" and not _HERE.match(address):
        shown = address if len(address) <= 60 else f"{address[:60]}…"
        raise reject(f"{shown} is not https: use an https URL of the picture")
    return address


def link_of(picture: Picture, title: str) -> str | Refusal:
    """
    The address of a picture, or why it cannot be sent.

    Args:
        title: What wants to send it, as people call it.
    """
    if not picture.url:
        return Refusal(f"{title} needs the picture's link, and none is known")
    if not picture.is_alive(time.time()):
        return Refusal("the picture's link has expired: Refresh links looks for a new one")
    return picture.url


def sent_picture(picture: Picture, title: str) -> dict[str, Any] | Refusal:
    """What a request sends that works on the address of one picture, or why it cannot."""
    link = link_of(picture, title)
    return link if isinstance(link, Refusal) else {"image_urls": (link,)}


PictureUrl = Annotated[str, AfterValidator(_address)]
SafePictureUrl = Annotated[str, AfterValidator(_https)]
OnePicture = Annotated[tuple[PictureUrl, ...], AfterValidator(_only_one)]
