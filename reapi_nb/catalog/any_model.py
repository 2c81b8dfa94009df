"""
Every other image model of reAPI: its fields are whatever JSON its page asks for.

Nothing is checked but what holds for all of them: a model, plain JSON, and pictures by their
public address. Their price is unknown unless the user's own rates say it.

Source: reAPI docs, "overview".
"""

from __future__ import annotations

import json
import re
from itertools import takewhile
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import ConfigDict, model_validator

from reapi_nb.catalog._links import INLINE, has_inline_image, is_url
from reapi_nb.catalog._spec import ImageRequest
from reapi_nb.catalog._terms import reject
from reapi_nb.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OTHERS = (
    *("flux-2", "midjourney-v8", "z-image", "midjourney", "flux-2-flex", "qwen-image-2"),
    *("gemini-2.5-flash-image-preview", "gemini-3-pro-image-preview"),
    *("gemini-3.1-flash-image-preview", "doubao-seedream-5-0-lite", "doubao-seedream-5-0-pro"),
    *("imagen-4-0", "nano-banana-2-lite", "gpt-image-2-beta"),
)
"""Models that the documents name and that have no class of their own."""

_MOST = 12
_SHAPE = re.compile(r"([1-9]\d{0,4})[:x]([1-9]\d{0,4})")
# Words may begin with "data:" too; what makes an address of it is that no space comes soon.
_DATA_URI = re.compile(r"\s*data:(?:[^\s,]*,|\S*\s*\Z)", re.IGNORECASE)


class AnyModel(ImageRequest):
    """Any other image model of reAPI, by its own JSON."""

    model_config = ConfigDict(extra="allow")

    nick: ClassVar = "raw"
    title: ClassVar = "Raw"
    example: ClassVar = 'raw flux-2 {"prompt": "a cat", "aspect_ratio": "16:9"}'
    family: ClassVar = "any"
    page: ClassVar = "overview"
    rank: ClassVar = 90

    model: str

    @classmethod
    def models(cls) -> tuple[str, ...]:
        return OTHERS

    @model_validator(mode="before")
    @classmethod
    def _sends_no_null(cls, fields: dict[str, Any]) -> dict[str, Any]:
        return fields  # a model of which nothing is known may have a use for null

    @model_validator(mode="after")
    def _is_json_without_pictures(self) -> Self:
        if not self.model.strip():
            raise reject("say which model: raw flux-2 {...}", kind="missing")
        try:
            json.dumps(self._extra, allow_nan=False)
        except (TypeError, ValueError, RecursionError):
            raise reject("the fields of a raw request should be plain JSON") from None
        if any(has_inline_image(text) or _DATA_URI.match(text) for text in self._texts()):
            raise reject(INLINE)
        return self

    @property
    def _extra(self) -> Mapping[str, Any]:
        return self.__pydantic_extra__ or {}

    def _texts(self) -> Iterator[str]:
        return _texts(self._extra)

    @classmethod
    def read(cls, body: Mapping[str, Any], *, unchecked: bool = False) -> Self:
        if not isinstance(body.get("model"), str):
            raise InvalidRequest("Both `model` and `prompt` are required", code=20002)
        return cls.parse(body, unchecked=unchecked)

    def body(self) -> dict[str, Any]:
        return {"model": self.model, **self._extra}

    @property
    def words(self) -> str:
        prompt = self._extra.get("prompt")
        return prompt if isinstance(prompt, str) else ""

    @property
    def parent_task(self) -> None:
        return None

    @property
    def parent_slot(self) -> int:
        return 0

    @property
    def sources(self) -> tuple[str, ...]:
        urls = self._extra.get("image_urls")
        return tuple(filter(is_url, _texts(urls))) if isinstance(urls, list | tuple) else ()

    def aspect(self, parent: tuple[float, float] | None = None) -> tuple[float, float] | None:
        shapes = (_shape(self._extra.get(name)) for name in ("aspect_ratio", "size"))
        return next(filter(None, shapes), parent)

    def links(self) -> tuple[str, ...]:
        # Some models take pictures as Midjourney does: in front of the words of the prompt.
        return tuple(link for text in self._texts() for link in takewhile(is_url, text.split()))

    def makes(self) -> int:
        n = self._extra.get("n", 1)
        return n if type(n) is int and n in range(1, _MOST + 1) else 1

    def units(self) -> int:
        return self.makes()


def _shape(text: object) -> tuple[int, int] | None:
    """Width and height of a ratio or of pixels: the models spell it in three ways."""
    found = _SHAPE.fullmatch(text) if isinstance(text, str) else None
    return (int(found[1]), int(found[2])) if found else None


def _texts(value: object) -> Iterator[str]:
    """Every text in a JSON value."""
    waiting = [value]
    while waiting:
        match waiting.pop(0):
            case str(text):
                yield text
            case dict(fields):
                waiting += fields.values()
            case list(items) | tuple(items):
                waiting += items
