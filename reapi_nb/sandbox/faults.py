"""
The faults that can be posted, in one table: where, what, and with which options.

A fault waits in the ledger until its place comes, and is used up once for each time. Stages say
what it waits for; of several in one stage the oldest comes first. `before`, `credits` and
`after` stand in one line, so that their order is the order in which they were posted.

    before       instead of any answer; nothing was created
    credits      where the bill would be written
    after        instead of the answer, although the task was created and charged
    shape        the answer of a good submit looks different
    end, pace    the task itself goes differently
    codes, id    the envelope of a refusal looks different
    wait, bytes  the picture comes late, or damaged
"""

from __future__ import annotations

from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

if TYPE_CHECKING:
    from collections.abc import Mapping

Place = Literal["submit", "look", "picture"]
OUTCOMES = ("before", "credits", "after")


class Rule(NamedTuple):
    """One kind of fault at one place."""

    stage: str
    options: Mapping[str, Any] = MappingProxyType({})
    """What may be said of it, and what holds where nothing is said."""


_LIMITED = Rule("before", {"retry_after": 1.0, "as_date": False})
_CODES = {"string_codes": Rule("codes", {"names": False}), "no_request_id": Rule("id")}

RULES: Mapping[str, Mapping[str, Rule]] = {
    "submit": {
        "rate_limit": _LIMITED,
        "no_credits": Rule("credits"),
        "error_before": Rule("before", {"status": 500}),
        "error_after": Rule("after", {"status": 500}),
        "html": Rule("before", {"status": 502, "after": False}),
        "drop": Rule("after"),
        "v8_envelope": Rule("shape"),
        "bare_id": Rule("shape"),
        "slow": Rule("pace", {"seconds": 60.0}),
        "fail": Rule("end", {"code": 80003, "message": ""}),
        "keep": Rule("end", {"n": 3, "layout": "gaps"}),
        "empty": Rule("end"),
        **_CODES,
    },
    "look": {
        "rate_limit": _LIMITED,
        "error": Rule("before", {"status": 500}),
        "html": Rule("before", {"status": 502}),
        "drop": Rule("before"),
        "not_found": Rule("before"),
        **_CODES,
    },
    "picture": {
        "gone": Rule("before", {"status": 410}),
        "html": Rule("before", {"status": 200}),
        "drop": Rule("before"),
        "slow": Rule("wait", {"seconds": 5.0}),
        "corrupt": Rule("bytes"),
    },
}

_BODILESS = (204, 205, 304)


def _has_a_body(status: int) -> int:
    if status not in set(HTTPStatus) or status < 200 or status in _BODILESS:
        raise ValueError(f"{status} is no HTTP status that comes with a body")
    return status


_Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]


class Fault(BaseModel):
    """A fault as it is posted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    on: Place
    kind: str
    times: Annotated[int, Field(ge=1, le=1_000_000)] = 1

    retry_after: _Seconds = 1.0
    as_date: bool = False
    status: Annotated[int, AfterValidator(_has_a_body)] = 500
    after: bool = False
    seconds: _Seconds = 0.0
    code: Annotated[int, Field(ge=0, le=99_999)] | Annotated[str, Field(max_length=80)] = 80003
    message: Annotated[str, Field(max_length=500)] = ""
    n: Annotated[int, Field(ge=0, le=12)] = 3
    layout: Literal["gaps", "packed"] = "gaps"
    names: bool = False

    @model_validator(mode="after")
    def _is_in_the_table(self) -> Self:
        kinds = RULES[self.on]
        if self.kind not in kinds:
            raise ValueError(f"{self.on} has no fault {self.kind!r}: there are {', '.join(kinds)}")
        for name in sorted(self.model_fields_set - {"on", "kind", "times"}):
            if name not in self._rule.options:
                options = ", ".join(self._rule.options) or "none"
                raise ValueError(f"{self.kind} has no option {name!r}; its options: {options}")
        return self

    @property
    def _rule(self) -> Rule:
        return RULES[self.on][self.kind]

    @property
    def stage(self) -> str:
        """What it waits for."""
        return "after" if self.after else self._rule.stage

    def told(self) -> dict[str, Any]:
        """What is kept of it: where, what, and its options."""
        given = {name: getattr(self, name) for name in self.model_fields_set - {"times"}}
        return {"on": self.on, "kind": self.kind, **self._rule.options, **given}
