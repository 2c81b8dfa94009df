"""
What a kept job asked for, read back as it was sent.

What was accepted once is read although today's rules would refuse it: whatever became of the
models, a picture that was paid for is still shown. What no class reads any more is never sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import PrivateAttr

from reapi_nb import catalog
from reapi_nb.catalog.any_model import AnyModel
from reapi_nb.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reapi_nb.catalog import ImageRequest


class Unreadable(AnyModel):
    """A request that no class accepts any more: its body as it was sent, to be looked at."""

    title: ClassVar = "Kept"
    group: ClassVar = ""

    _sent: dict[str, Any] = PrivateAttr(default_factory=dict)

    def holding(self, body: Mapping[str, Any]) -> Self:
        """The same request with this body, which nothing checks."""
        self._sent = dict(body)
        return self

    @property
    def _extra(self) -> Mapping[str, Any]:
        return {name: value for name, value in self._sent.items() if name != "model"}

    def body(self) -> dict[str, Any]:
        return dict(self._sent)

    @property
    def words(self) -> str:
        return next(_prompts(self._sent), "")


class _UnreadableApixo(Unreadable):
    """The same of APIXO's."""

    provider: ClassVar = "apixo"


_KEPT: dict[str, type[Unreadable]] = {
    kind.provider: kind for kind in (Unreadable, _UnreadableApixo)
}


def read(body: object, provider: str, model: str) -> ImageRequest:
    """
    The request of a kept wire body.

    Args:
        model: What the library has beside the body; APIXO's bodies do not say it.
    """
    known = body if isinstance(body, dict) else {}
    try:
        return catalog.read(known, provider, unchecked=True, strangers=True)
    except (InvalidRequest, LookupError):  # of a model or a provider that is no more, or not yet
        return _KEPT.get(provider, Unreadable).model_construct(model=model).holding(known)


def _prompts(body: Mapping[str, Any]) -> Iterator[str]:
    """The prompt, at the top level or in the object that it travels in."""
    nested = (value for value in body.values() if isinstance(value, dict))
    for fields in (body, *nested):
        if isinstance(prompt := fields.get("prompt"), str):
            yield prompt
