"""
What every request class is: the only description of a model.

A class states its fields and rules once. The wire body, local validation, flags and help,
price, poll prior and the buttons under a picture are all derived from it. This room sends
nothing and knows no price: it says what a request is and whether it is a good one.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from reapi_nb.errors import InvalidRequest

if TYPE_CHECKING:
    from reapi_nb.job import Picture

PARAMS = "model_params"


class InParams:
    """Marks a field that travels inside `model_params` on the wire."""


class Refusal(NamedTuple):
    """Why a picture cannot become the parent of a follow-up."""

    reason: str


class Latency(NamedTuple):
    """How long such a task usually takes, in seconds, from submit to completed."""

    low_s: float
    high_s: float

    @property
    def middle_s(self) -> float:
        return (self.low_s + self.high_s) / 2


class Button(NamedTuple):
    """One button under a picture: a label and the fields it stands for."""

    label: str
    fields: Mapping[str, Any] = MappingProxyType({})


def reject(message: str, *, code: int | str | None = None) -> PydanticCustomError:
    """A validator's refusal, in the API's words; `code` overrides the family's own."""
    return PydanticCustomError("rejected", "{said}", {"said": message, "code": code})


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
    family: ClassVar[str]
    buttons: ClassVar[tuple[Button, ...]] = ()

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
    def read(cls, body: Mapping[str, Any], *, unchecked: bool = False) -> Self:
        """The request of a wire body; keys in the wrong place are refused."""
        nested = body.get(PARAMS, {})
        if not isinstance(nested, Mapping):
            raise InvalidRequest(f"{PARAMS} should be an object", code=cls.refusal_code)
        flat = {name: value for name, value in body.items() if name != PARAMS}
        for names, inside in ((flat, False), (nested, True)):
            for name in names:
                if name in cls.model_fields and cls.in_params(name) is not inside:
                    where = f"inside {PARAMS}" if cls.in_params(name) else "at the top level"
                    raise InvalidRequest(f"{name} belongs {where}", code=cls.refusal_code)
        return cls.parse({**flat, **nested}, unchecked=unchecked)

    @classmethod
    def in_params(cls, name: str) -> bool:
        """Whether a field travels inside `model_params`."""
        return InParams in cls.model_fields[name].metadata

    def body(self) -> dict[str, Any]:
        """The wire body: what the user set, and what must always be sent."""
        values = self.model_dump(mode="json", exclude_unset=True)
        values |= {name: getattr(self, name) for name in self.always_sent}
        top: dict[str, Any] = {}
        params: dict[str, Any] = {}
        for name in type(self).model_fields:
            if name in values:
                (params if self.in_params(name) else top)[name] = values[name]
        return {**top, PARAMS: params} if params else top

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

    def rate(self) -> tuple[str, ...]:
        """The row of the rate card that prices one unit."""
        return (self.model,)

    def units(self) -> int:
        """How many times the rate is charged."""
        return 1

    def latency(self) -> Latency:
        """The documented latency, the prior of progress bars and polling."""
        return Latency(20, 60)

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
        """The addresses of the pictures that it works on, where they are what it names."""
        return getattr(self, "image_urls", ())

    @property
    def is_follow_up(self) -> bool:
        """Whether it is made from pictures: an edit, not a first request."""
        return self.parent_task is not None or bool(self.sources)

    @classmethod
    def prefill(cls, picture: Picture) -> dict[str, Any] | Refusal:  # noqa: ARG003
        """The fields that a picture supplies, or why it cannot be the parent."""
        return Refusal(f"{cls.title} starts from words, not from a picture")

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
        code = first.get("ctx", {}).get("code") or cls.refusal_codes.get(
            first["type"], cls.refusal_code
        )
        return InvalidRequest(_in_words(first, tuple(cls.model_fields)), code=code)


def _in_words(complaint: ErrorDetails, names: tuple[str, ...]) -> str:
    """One of pydantic's complaints as a sentence about a field."""
    name = ".".join(str(part) for part in complaint["loc"]) or "request"
    match complaint["type"]:
        case "rejected":
            return complaint["msg"]
        case "missing":
            return f"{name} is required"
        case "extra_forbidden":
            # The keys of a field's own object are not in `names`.
            near = get_close_matches(name, names, n=1) if len(complaint["loc"]) == 1 else ()
            return f"unknown field {name!r}" + (f": did you mean {near[0]!r}?" if near else "")
    given = repr(complaint["input"])
    shown = given if len(given) <= 40 else f"{given[:40]}…"
    _subject, should, rule = _in_json(complaint["msg"]).partition(" should ")
    return f"{name}{should}{rule}, not {shown}" if should else f"{name}: {complaint['msg']}"


_PYTHONISMS = (
    (re.compile(r" after validation, not \d+"), ""),
    (re.compile(r"\btuple\b"), "list"),
    (re.compile(r"a valid dictionary or instance of \w+"), "an object"),
)


def _in_json(message: str) -> str:
    """A message of pydantic's in the words of the wire."""
    for python, wire in _PYTHONISMS:
        message = python.sub(wire, message)
    return message
