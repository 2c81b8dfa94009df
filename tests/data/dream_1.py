"""
Dream 1: a model that nobody has, in the one file that a model needs.

Source: none.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from reapi_nb.catalog._links import PictureUrl, link_of
from reapi_nb.catalog._spec import ImageRequest
from reapi_nb.catalog._terms import Button, Refusal


class Dream(ImageRequest):
    """Two pictures of a dream."""

    nick: ClassVar = "dream"
    title: ClassVar = "Dream"
    group: ClassVar = "Dream"
    example: ClassVar = 'dream "a cat on the moon" --mood wild'
    family: ClassVar = "dream"
    rates: ClassVar = {("dream-1", "image"): "0.01"}
    buttons: ClassVar = (Button("Dream on"),)

    model: Literal["dream-1"] = "dream-1"
    prompt: Annotated[str, Field(min_length=1, description="what is dreamt")]
    mood: Annotated[Literal["calm", "wild"], Field(description="how it feels")] = "calm"
    image_urls: Annotated[tuple[PictureUrl, ...], Field(strict=False)] | None = None

    def makes(self) -> int:
        return 2

    def units(self) -> int:
        return 2

    @classmethod
    def prefill(cls, picture: Any) -> dict[str, Any] | Refusal:
        link = link_of(picture, cls.title)
        return link if isinstance(link, Refusal) else {"image_urls": (link,)}
