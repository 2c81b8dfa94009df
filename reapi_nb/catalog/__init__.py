"""
Every model, one file per family. A file dropped in here is found by itself.

Public: `REQUESTS` (every request class), `find` (by nick), `read` (from a wire body),
`follow_ups` (the buttons of a picture), and each class by its own name.

Two providers may use one nick for the same edit: then the picture's provider decides.
"""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, NamedTuple

from reapi_nb.catalog._rates import DATED
from reapi_nb.catalog._spec import ImageRequest
from reapi_nb.catalog._terms import Button, InParams, Refusal, Row
from reapi_nb.catalog.any_model import AnyModel
from reapi_nb.job import Latency

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

    from reapi_nb.job import Picture

__all__ = [
    "DATED",
    "REQUESTS",
    "Button",
    "FollowUp",
    "ImageRequest",
    "InParams",
    "Latency",
    "Refusal",
    "Row",
    "find",
    "follow_ups",
    "models_of",
    "read",
]


class FollowUp(NamedTuple):
    """What one button under one picture would ask for."""

    kind: type[ImageRequest]
    button: Button
    fields: dict[str, Any]
    refusal: Refusal | None

    @property
    def action(self) -> str:
        """Names the button on its way to the browser and back."""
        return f"{self.kind.nick}/{self.button.label}"

    @property
    def missing(self) -> tuple[str, ...]:
        """The fields that people are asked for: words, regions, sizes."""
        return tuple(dict.fromkeys((*self._required, *self.button.asks)))

    @property
    def _required(self) -> tuple[str, ...]:
        """The fields that the class cannot be without and the picture does not supply."""
        fields = self.kind.model_fields.items()
        return tuple(
            name for name, info in fields if info.is_required() and name not in self.fields
        )

    @property
    def fixed(self) -> frozenset[str]:
        """The fields that the picture supplies and nobody else may."""
        return frozenset(self.fields).difference(self.button.asks)

    def trial(self, picture: Picture, words: str) -> ImageRequest:
        """
        The request with something in every gap: good enough for a price.

        Args:
            words: The prompt that describes the picture.

        Raises:
            InvalidRequest: Not even this one can be made.
        """
        # No price depends on a size, so where none is known any will do.
        sized = picture if picture.width else replace(picture, width=64, height=64)
        gaps = {**self.kind.sketch(sized), "prompt": words or "words"}
        given = {name: gaps[name] for name in (*self._required, "prompt") if name in gaps}
        known = {name: gap for name, gap in given.items() if name in self.kind.model_fields}
        return self.kind.parse(self.kind.joined(self.fields, known), unchecked=True)

    def request(self, **given: Any) -> ImageRequest:
        """
        The request; only where there is no refusal.

        Args:
            given: What is `missing`, and whatever else should differ.

        Raises:
            InvalidRequest: A field is wrong.
        """
        return self.kind(**self.kind.joined(self.fields, given))


def _families() -> Iterator[ModuleType]:
    for module in iter_modules(__path__):
        if not module.name.startswith("_"):
            yield import_module(f"{__name__}.{module.name}")


def _requests() -> Iterator[type[ImageRequest]]:
    for family in _families():
        for kind in vars(family).values():
            if (
                isinstance(kind, type)
                and issubclass(kind, ImageRequest)
                and kind.__module__ == family.__name__
                and "nick" in vars(kind)
            ):
                yield kind


REQUESTS: tuple[type[ImageRequest], ...] = tuple(sorted(_requests(), key=lambda kind: kind.rank))


def __getattr__(name: str) -> type[ImageRequest]:
    """Each request class by its own name: `catalog.Imagine`."""
    for kind in REQUESTS:
        if kind.__name__ == name:
            return kind
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def find(nick: str, provider: str = "") -> type[ImageRequest] | None:
    """
    The request class that one types as `nick`.

    Args:
        provider: Whose, where several have it; "" takes the first.
    """
    kinds = [kind for kind in REQUESTS if kind.nick == nick]
    return next((kind for kind in kinds if kind.provider == provider), kinds[0] if kinds else None)


def models_of(kind: type[ImageRequest]) -> tuple[str, ...]:
    """The model ids that a class speaks for."""
    return kind.models()


def read(
    body: Mapping[str, Any],
    provider: str = "reapi",
    *,
    unchecked: bool = False,
    strangers: bool = False,
) -> ImageRequest:
    """
    The request of a wire body.

    Args:
        body: The JSON object as it is posted, `model_params` or `input` nested.
        provider: `reapi` or `apixo`; their bodies differ.
        unchecked: Let prompt flags through that this version does not know.
        strangers: Read a model that nobody knows as `AnyModel`.

    Raises:
        InvalidRequest: With the API's own code in `.code`.
    """
    kinds = [kind for kind in REQUESTS if kind.provider == provider]
    for kind in kinds:
        if kind.is_in(body):
            return kind.read(body, unchecked=unchecked)
    if strangers and provider == AnyModel.provider:
        return AnyModel.read(body)
    raise kinds[0].stranger(body, kinds)


def follow_ups(picture: Picture) -> tuple[FollowUp, ...]:
    """
    Every button under a picture, the refused ones with their reason.

    A picture of one provider is never a parent at the other.
    """
    provider = picture.provider
    return tuple(
        FollowUp(
            kind,
            button,
            {} if isinstance(supplied, Refusal) else {**supplied, **button.fields},
            supplied if isinstance(supplied, Refusal) else None,
        )
        for kind in REQUESTS
        if kind.buttons and kind.provider == provider and kind.suits(picture)
        for supplied in (kind.prefill(picture),)
        for button in kind.buttons
    )
