"""
What every request class is: the only description of a model.

A class states its fields and rules once. The wire body, local validation, flags and help,
price, poll prior and the buttons under a picture are all derived from it. This room sends
nothing and knows no price: it says what a request is and whether it is a good one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Self, get_args

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from reapi_nb.catalog._rates import DATED
from reapi_nb.catalog._terms import (
    Button,
    InParams,
    Named,
    Refusal,
    Row,
    Unsent,
    reject,
)
from reapi_nb.catalog._wording import in_words, unknown_field
from reapi_nb.errors import InvalidRequest
from reapi_nb.job import Latency

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reapi_nb.job import Picture


class ImageRequest(BaseModel):
    """
    A request for images: frozen, strict, equal to others by its wire body.

    Raises:
        InvalidRequest: On construction, when a rule is broken; nothing was sent.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", defer_build=True)

    nick: ClassVar[str]
    """What one types after `%reapi`."""

    title: ClassVar[str]
    """What people call it."""

    example: ClassVar[str]
    """A line that works, without `%reapi`."""

    provider: ClassVar[str] = "reapi"
    """Who takes it: `reapi` or `apixo`."""

    family: ClassVar[str]
    page: ClassVar[str] = ""
    """The page of the provider's documents that describes it; "" where there is none."""

    rank: ClassVar[int] = 50
    """Its family's place in lists, the lowest first."""

    nest: ClassVar[str] = "model_params"
    """The object of the wire body that fields marked `InParams` travel in."""

    rates: ClassVar[Mapping[Row, str]] = MappingProxyType({})
    """US dollars for one unit, by row of the rate card; a row that is missing has no price."""

    dated: ClassVar[str] = DATED
    """The day of these rates."""

    buttons: ClassVar[tuple[Button, ...]] = ()

    switches: ClassVar[Mapping[str, Mapping[str, Any]]] = MappingProxyType({})
    """Options of a line that stand for fields: `--pro` for a model."""

    implied: ClassVar[frozenset[str]] = frozenset()
    """Fields that follow from the others: nobody types them."""

    group: ClassVar[str] = ""
    """Where its buttons stand, in the words that users of the model know."""

    always_sent: ClassVar[frozenset[str]] = frozenset({"model"})

    refusal_codes: ClassVar[Mapping[str, int | str]] = {
        "missing": 20002,
        "string_too_long": 20007,
    }
    """The API's own code for each kind of complaint."""

    refusal_code: ClassVar[int | str] = 20003
    """The code of every other complaint."""

    model: str

    if not TYPE_CHECKING:  # type checkers keep the signature that the fields describe

        def __init__(self, **fields: Any) -> None:
            try:
                super().__init__(**fields)
            except ValidationError as no:
                raise self._refused(no) from None

    @model_validator(mode="before")
    @classmethod
    def _sends_no_null(cls, fields: dict[str, Any]) -> dict[str, Any]:
        for name, value in fields.items():
            if value is None:
                raise reject(f"{name} is none: give it a value, or leave it out")
        return fields

    @classmethod
    def parse(cls, fields: Mapping[str, Any], *, unchecked: bool = False) -> Self:
        """
        The request with these fields.

        Args:
            fields: Python names, nothing nested.
            unchecked: Let prompt flags through that this version does not know.
        """
        request = cls.__new__(cls)
        try:
            # Not `model_validate`: it calls our own `__init__`, which knows no context.
            cls.__pydantic_validator__.validate_python(
                dict(fields), self_instance=request, context={"unchecked": unchecked}
            )
        except ValidationError as no:
            raise cls._refused(no) from None
        return request

    @classmethod
    def models(cls) -> tuple[str, ...]:
        """The model ids that it speaks for."""
        return get_args(cls.model_fields["model"].annotation)

    @classmethod
    def is_in(cls, body: Mapping[str, Any]) -> bool:
        """Whether a wire body is one of this class, by the model it names."""
        return body.get("model") in cls.models()

    @classmethod
    def stranger(
        cls, body: Mapping[str, Any], kinds: Sequence[type[ImageRequest]]
    ) -> InvalidRequest:
        """Why a body is of none of a provider's classes."""
        model = body.get("model")
        if not isinstance(model, str) or not model:
            return InvalidRequest("Both `model` and `prompt` are required", code=20002)
        known = {name: name for kind in kinds for name in kind.models()}
        # In the code of the family that it is named after.
        codes = [kind.refusal_code for kind in kinds if model.startswith(f"{kind.family}-")]
        said = unknown_field(model, known).replace("field", "model", 1)
        return InvalidRequest(said, code=codes[0] if codes else 20003)

    @classmethod
    def read(cls, body: Mapping[str, Any], *, unchecked: bool = False) -> Self:
        """The request of a wire body; keys in the wrong place are refused."""
        nested = body.get(cls.nest, {})
        inner = cls._fields_of(nested, inside=True) if isinstance(nested, Mapping) else None
        if not cls._nests():  # the object itself is a key that nobody knows
            return cls.parse(cls._fields_of(body, inside=False), unchecked=unchecked)
        if inner is None:
            raise InvalidRequest(f"{cls.nest} should be an object", code=cls.refusal_code)
        flat = {name: value for name, value in body.items() if name != cls.nest}
        return cls.parse({**cls._fields_of(flat, inside=False), **inner}, unchecked=unchecked)

    @classmethod
    def _nests(cls) -> bool:
        return any(map(cls.in_params, cls.model_fields))

    @classmethod
    def _fields_of(cls, wire: Mapping[str, Any], *, inside: bool) -> dict[str, Any]:
        """One level of a wire body under the fields' own names; what nobody knows stays."""
        names = cls.wire_names()
        fields = {name: field for field, name in names.items()}
        for name in wire:
            field = fields.get(name)
            if field is not None and cls.in_params(field) is not inside:
                where = f"inside {cls.nest}" if not inside else "at the top level"
                raise InvalidRequest(f"{name} belongs {where}", code=cls.refusal_code)
            if field is None and name in cls.model_fields:
                raise InvalidRequest(unknown_field(name, names), code=cls.refusal_code)
        return {fields.get(name, name): value for name, value in wire.items()}

    @classmethod
    def in_params(cls, name: str) -> bool:
        """Whether a field travels inside the nested object."""
        return InParams in cls.model_fields[name].metadata

    @classmethod
    def wire_names(cls) -> dict[str, str]:
        """What each field that is sent is called on the wire."""
        return dict(cls._wire_names())

    @classmethod
    def _wire_names(cls) -> Iterator[tuple[str, str]]:
        for name, info in cls.model_fields.items():
            if Unsent not in info.metadata:
                named = (str(mark) for mark in info.metadata if isinstance(mark, Named))
                yield name, next(named, name)

    def body(self) -> dict[str, Any]:
        """The wire body: what the user set, and what must always be sent."""
        values = self.model_dump(mode="json", exclude_unset=True)
        values |= {name: getattr(self, name) for name in self.always_sent}
        top: dict[str, Any] = {}
        params: dict[str, Any] = {}
        for field, name in self._wire_names():
            if field in values:
                (params if self.in_params(field) else top)[name] = values[field]
        return {**top, self.nest: params} if params else top

    def body_hash(self) -> str:
        """SHA-256 of the canonical wire body, in hex."""
        canonical = json.dumps(self.body(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.body() == other.body()

    def __hash__(self) -> int:
        return hash(self.body_hash())

    def notices(self) -> tuple[str, ...]:
        """What is worth saying although nothing is wrong."""
        return ()

    def price_rows(self) -> tuple[tuple[Row, ...], ...]:
        """
        The rows of the rate card that may price one unit.

        Of each inner tuple the first row that has a rate counts, and of several the dearest.
        """
        return (((self.model, "image"),),)

    def units(self) -> int:
        """How many times the rate is charged."""
        return 1

    def latency(self) -> Latency:
        """The documented latency, the prior of progress bars and polling."""
        return Latency(20, 60)

    def kind_of_task(self) -> tuple[str, str, str]:
        """Model, speed or quality, and resolution: tasks of one kind take about as long."""
        return self.model, getattr(self, "speed", None) or "", ""

    def makes(self) -> int:
        """How many pictures to expect."""
        return 1

    def aspect(self, parent: tuple[float, float] | None = None) -> tuple[float, float] | None:
        """
        Width to height of the pictures, or None where nobody can know.

        Args:
            parent: Width and height of the picture it is made from.
        """
        return parent

    def links(self) -> tuple[str, ...]:
        """Every address that the server is asked to fetch."""
        return ()

    @property
    def words(self) -> str:
        """The prompt, or "" where there is none."""
        return getattr(self, "prompt", None) or ""

    @property
    def parent_task(self) -> str | None:
        """The task it builds on, if it names one."""
        return getattr(self, "task_id", None)

    @property
    def parent_slot(self) -> int:
        """The wire slot of the picture it builds on."""
        return getattr(self, "image_number", 0)

    @property
    def sources(self) -> tuple[str, ...]:
        """
        The addresses of the pictures that it works on, where they are what it names.

        The one that decides the shape of the result stands first.
        """
        return getattr(self, "image_urls", None) or ()

    @property
    def is_follow_up(self) -> bool:
        """Whether it is made from pictures: an edit, not a first request."""
        return self.parent_task is not None or bool(self.sources)

    @classmethod
    def prefill(cls, picture: Picture) -> dict[str, Any] | Refusal:  # noqa: ARG003
        """The fields that a picture supplies, or why it cannot be the parent."""
        return Refusal(f"{cls.title} starts from words, not from a picture")

    @classmethod
    def suits(cls, picture: Picture) -> bool:  # noqa: ARG003
        """Whether its buttons belong under a picture at all, refused or not."""
        return True

    @classmethod
    def joined(cls, supplied: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """What a picture supplies and what people filled in, as fields."""
        return {**supplied, **given}

    def check_sizes(self, sizes: Mapping[str, tuple[int, int]]) -> None:
        """
        Refuse what does not fit into the pictures that it names.

        Args:
            sizes: Width and height in pixels by address, as far as they are known.

        Raises:
            InvalidRequest: A region lies outside its picture.
        """

    @classmethod
    def concerns(cls, picture: Picture | None, words: str) -> tuple[str, ...]:  # noqa: ARG003
        """
        What is worth saying before it is made from a picture, although it may well work.

        Args:
            picture: None where nothing is known of it.
            words: The prompt that describes the picture; "" where nobody knows.
        """
        return ()

    @classmethod
    def sketch(cls, picture: Picture) -> dict[str, Any]:  # noqa: ARG003
        """
        What people may start from for the fields that neither picture nor button supplies.

        Nothing is guessed about a picture whose size is not known.
        """
        return {}

    @classmethod
    def check_parent(cls, picture: Picture) -> dict[str, Any]:
        """
        The fields that a picture supplies.

        Raises:
            InvalidRequest: The picture cannot be its parent.
        """
        if picture.provider != cls.provider:
            said = f"{picture.address} was made at {picture.provider}: {cls.title} is another's"
            raise InvalidRequest(said, code=cls.refusal_code)
        supplied = cls.prefill(picture)
        if isinstance(supplied, Refusal):
            raise InvalidRequest(supplied.reason, code=cls.refusal_code)
        return supplied

    @classmethod
    def of(cls, picture: Picture, **fields: Any) -> Self:
        """
        The follow-up made from a picture: `Upscale.of(job[2], type="creative")`.

        Raises:
            InvalidRequest: The picture cannot be its parent, or a field is wrong.
        """
        return cls(**cls.check_parent(picture), **fields)

    @classmethod
    def _refused(cls, complaints: ValidationError) -> InvalidRequest:
        """The first complaint, as one line in words that say what to type."""
        first = complaints.errors(include_url=False)[0]
        # A part that a field's own value lacks is no missing field.
        kind = first["type"] if len(first["loc"]) == 1 else ""
        kind = first.get("ctx", {}).get("kind") or kind
        code = cls.refusal_codes.get(kind, cls.refusal_code)
        return InvalidRequest(in_words(first, cls.wire_names()), code=code)
