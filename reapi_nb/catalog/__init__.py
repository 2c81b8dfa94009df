"""
Every model, one file per family. A file dropped in here is found by itself.

Public: `REQUESTS` (every request class), `find` (by nick), `read` (from a wire body),
`follow_ups` (the buttons of a picture), and each class by its own name.
"""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from reapi_nb.catalog._spec import Button, ImageRequest, InParams, Latency, Refusal
from reapi_nb.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

    from reapi_nb.job import Picture

__all__ = [
    "REQUESTS",
    "Button",
    "FollowUp",
    "ImageRequest",
    "InParams",
    "Latency",
    "Refusal",
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
        """The required fields that people have to supply: words, regions, sizes."""
        return tuple(
            name
            for name, info in self.kind.model_fields.items()
            if info.is_required() and name not in self.fields
        )

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
        given = {name: gaps[name] for name in self.missing if name in gaps}
        return self.kind.parse({**self.fields, **given}, unchecked=True)

    def request(self, **given: Any) -> ImageRequest:
        """
        The request; only where there is no refusal.

        Args:
            given: What is `missing`, and whatever else should differ.

        Raises:
            InvalidRequest: A field is wrong.
        """
        return self.kind(**{**self.fields, **given})


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


REQUESTS: tuple[type[ImageRequest], ...] = tuple(_requests())


def __getattr__(name: str) -> type[ImageRequest]:
    """Each request class by its own name: `catalog.Imagine`."""
    for kind in REQUESTS:
        if kind.__name__ == name:
            return kind
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def find(nick: str) -> type[ImageRequest] | None:
    """The request class that one types as `nick`."""
    return next((kind for kind in REQUESTS if kind.nick == nick), None)


def models_of(kind: type[ImageRequest]) -> tuple[str, ...]:
    """The model ids that a class speaks for."""
    return get_args(kind.model_fields["model"].annotation)


def read(
    body: Mapping[str, Any], provider: str = "reapi", *, unchecked: bool = False
) -> ImageRequest:
    """
    The request of a wire body.

    Args:
        body: The JSON object as it is posted, `model_params` nested.
        provider: `reapi` or `apixo`; their bodies differ.
        unchecked: Let prompt flags through that this version does not know.

    Raises:
        InvalidRequest: With the API's own code in `.code`.
    """
    model = body.get("model")
    if not isinstance(model, str) or not model:
        raise InvalidRequest("Both `model` and `prompt` are required", code=20002)
    for kind in REQUESTS:
        if kind.provider == provider and model in models_of(kind):
            return kind.read(body, unchecked=unchecked)
    raise _stranger(model, provider)


def _stranger(model: str, provider: str) -> InvalidRequest:
    """A model that nobody knows, in the code of the family that it is named after."""
    kinds = [kind for kind in REQUESTS if kind.provider == provider]
    near = get_close_matches(model, [name for kind in kinds for name in models_of(kind)], n=1)
    codes = [kind.refusal_code for kind in kinds if model.startswith(f"{kind.family}-")]
    hint = f": did you mean {near[0]!r}?" if near else ""
    return InvalidRequest(f"unknown model {model!r}{hint}", code=codes[0] if codes else 20003)


def follow_ups(picture: Picture) -> tuple[FollowUp, ...]:
    """Every button under a picture, the refused ones with their reason."""
    return tuple(
        FollowUp(
            kind,
            button,
            {} if isinstance(supplied, Refusal) else {**supplied, **button.fields},
            supplied if isinstance(supplied, Refusal) else None,
        )
        for kind in REQUESTS
        if kind.buttons
        for supplied in (kind.prefill(picture),)
        for button in kind.buttons
    )
