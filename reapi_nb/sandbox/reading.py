"""
What was posted: bytes of a bounded size, as JSON of a bounded depth, as a request of the catalog.

Nothing that anybody can send makes it stumble: what it cannot read it refuses.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel
from pydantic_core import from_json
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from reapi_nb import catalog
from reapi_nb.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from starlette.requests import Request

MOST_BYTES = 1_000_000
"""The longest body of a submit; what the real API takes is not documented."""

_DRAINED_BYTES = 64_000_000
"""How much of a body that is too long is read on, so that its sender hears the answer."""

_PATIENCE_S = 30.0
"""How long a body may take to arrive."""


async def body_of(http: Request, most: int = MOST_BYTES) -> bytes:
    """
    A request's body.

    Raises:
        HTTPException: It is longer than `most` bytes, or it does not arrive.
    """
    read = bytearray()
    length = 0
    try:
        async with asyncio.timeout(_PATIENCE_S):
            async for chunk in http.stream():
                length += len(chunk)
                if length <= most:
                    read += chunk
                elif length > _DRAINED_BYTES:
                    break
    except (TimeoutError, ClientDisconnect):
        raise HTTPException(408, "the body did not arrive") from None
    if length > most:
        raise HTTPException(413, f"the body is too long: at most {most:,} bytes are taken")
    return bytes(read)


def plain_json(raw: bytes) -> Any:
    """
    The JSON value of some bytes, of a depth that everybody can handle.

    Raises:
        ValueError: They are none.
    """
    value = from_json(raw, allow_inf_nan=False)
    json.dumps(value, allow_nan=False)  # 1e999 is read as infinity all the same
    return value


def json_object(raw: bytes) -> dict[str, Any]:
    """
    A body as a JSON object, as JavaScript would read it: no NaN, no half of a character.

    Raises:
        InvalidRequest: It is none.
    """
    try:
        body = plain_json(raw)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise InvalidRequest("the body should be a JSON object", code=20003)
    return body


def request_of(
    body: Mapping[str, Any], provider: str = "reapi", *, ignores_unknown: bool
) -> tuple[dict[str, Any], catalog.ImageRequest]:
    """
    A body and the request that it means; the body without what is ignored.

    Prompt flags that nobody knows are let through, because the real API's answer to them is not
    documented. A model that no page names is refused.

    Args:
        ignores_unknown: Strip keys that the model does not have or has elsewhere, as zod does
            by default, instead of refusing them.

    Raises:
        InvalidRequest: With the code that the documents give to it.
    """
    kinds = [kind for kind in catalog.REQUESTS if kind.provider == provider]
    kind = next((kind for kind in kinds if kind.is_in(body)), None)
    meant = stripped(body, kind) if ignores_unknown and kind else dict(body)
    return meant, catalog.read(meant, provider, unchecked=True)


def stripped(body: Mapping[str, Any], kind: type[catalog.ImageRequest]) -> dict[str, Any]:
    """A wire body without the keys that its class does not have there, however deep."""
    if _is_open(kind):
        return dict(body)
    fields = {name: field for field, name in kind.wire_names().items()}

    def level(wire: Mapping[str, Any], *, inside: bool) -> dict[str, Any]:
        return {
            name: _plain(value, kind.model_fields[fields[name]].annotation)
            for name, value in wire.items()
            if name in fields and kind.in_params(fields[name]) is inside
        }

    nested = body.get(kind.nest)
    top = level(body, inside=False)
    if kind.nest not in body or not any(map(kind.in_params, fields.values())):
        return top
    return {**top, kind.nest: level(nested, inside=True) if isinstance(nested, dict) else nested}


def _plain(value: Any, annotation: Any) -> Any:
    """A value without the keys that its shape does not have."""
    shape = next(_shapes(annotation), None)
    if shape is None:
        return value
    if isinstance(value, list):
        return [_plain(item, annotation) for item in value]
    if not isinstance(value, dict):
        return value
    fields = shape.model_fields
    return {
        name: _plain(inner, fields[name].annotation)
        for name, inner in value.items()
        if name in fields
    }


def _shapes(annotation: Any) -> Iterator[type[BaseModel]]:
    """The shape that an annotation is or holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        root = annotation.model_fields.get("root")
        # A list with rules of its own: what is in it counts.
        yield from _shapes(root.annotation) if root else (annotation,)
        return
    for part in get_args(annotation):
        yield from _shapes(part)


def _is_open(kind: type[catalog.ImageRequest]) -> bool:
    """Whether any key may be right."""
    return kind.model_config.get("extra") != "forbid"
