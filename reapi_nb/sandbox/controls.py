"""
The routes by which tests and people steer a sandbox. The real API has none of them.

    GET  /_sandbox/state                  what is in force, and how many tasks there are
    GET  /_sandbox/ledger                 tasks, charges and refunds, balance of each account
    GET  /_sandbox/log                    the last 1000 requests
    GET  /_sandbox/clock    POST          {"advance": 3600}
    GET  /_sandbox/faults   POST  DELETE  {"on": "submit", "kind": "drop", "times": 2}, or a list
    POST /_sandbox/keys                   {"key": "k", "state": "revoked", "balance": 100}
    POST /_sandbox/balance                {"balance": 100}, and "account" if it is another's
    POST /_sandbox/settings               {"unknown_keys": "ignore", "latency_s": 0.5}
    POST /_sandbox/uploads                the bytes of a picture

Any active key opens them. They do not count against the rate limit, are not in the log, and
never tell a key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Route

from reapi_nb.errors import InvalidRequest
from reapi_nb.sandbox import media
from reapi_nb.sandbox.door import CONTROLS
from reapi_nb.sandbox.faults import Fault
from reapi_nb.sandbox.gate import account_of
from reapi_nb.sandbox.ledger.keys import State  # noqa: TC001 - pydantic reads it
from reapi_nb.sandbox.reading import body_of
from reapi_nb.sandbox.refusals import Json
from reapi_nb.sandbox.task import Task, settle

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from reapi_nb.sandbox.clerk import House
    from reapi_nb.sandbox.ledger import Entry
    from reapi_nb.sandbox.ledger.keys import Account

    _Act = Callable[[Request], Awaitable[dict[str, Any]]]

_Credits = Annotated[int, Field(ge=0, le=10**12)] | None
_Seconds = Annotated[float, Field(ge=0, le=10**10, allow_inf_nan=False)]


class _Order(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Advance(_Order):
    advance: _Seconds


class _Key(_Order):
    # What fits into a header, and does not begin or end with a space.
    key: Annotated[str, Field(pattern=r"^[!-~]([ -~]{0,198}[!-~])?$")]
    state: State = "active"
    balance: _Credits = None


class _Balance(_Order):
    balance: _Credits
    account: str | None = None


class _Settings(_Order):
    unknown_keys: Literal["refuse", "ignore"] = "refuse"
    latency_s: Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)] | None = None


_ADVANCE = TypeAdapter(_Advance)
_KEY = TypeAdapter(_Key)
_BALANCE = TypeAdapter(_Balance)
_SETTINGS = TypeAdapter(_Settings)
_FAULT = TypeAdapter(Fault)
_FAULTS = TypeAdapter(list[Fault])


class Controls:
    """Answers what is asked below `/_sandbox/`."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._ledger = house.ledger

    def routes(self) -> list[Route]:
        """Every route, guarded by a key."""
        return [
            Route(f"{CONTROLS}/{name}", self._guarded(methods), methods=list(methods))
            for name, methods in self._table().items()
        ]

    def _table(self) -> Mapping[str, Mapping[str, _Act]]:
        return {
            "state": {"GET": self._state},
            "ledger": {"GET": self._book},
            "log": {"GET": self._log},
            "clock": {"GET": self._clock, "POST": self._advance},
            "faults": {"GET": self._faults, "POST": self._post_faults, "DELETE": self._clear},
            "keys": {"POST": self._post_key},
            "balance": {"POST": self._post_balance},
            "settings": {"GET": self._settings, "POST": self._post_settings},
            "uploads": {"POST": self._upload},
        }

    def _guarded(self, methods: Mapping[str, _Act]) -> Callable[[Request], Awaitable[Response]]:
        async def act(http: Request) -> Response:
            http.state.account = account_of(self._ledger.keys, http.headers)
            method = "GET" if http.method == "HEAD" else http.method
            return Json(await methods[method](http))

        return act

    # -- reading

    async def _state(self, _http: Request) -> dict[str, Any]:
        self._settle()
        return {
            **self._shown_clock(),
            "latency_s": self._house.latency_s,
            "settings": self._house.settings,
            "tasks": self._ledger.tally(self._house.clock.now()),
            "accounts": [_account(account) for account in self._ledger.keys.all()],
            "faults": list(self._ledger.faults.left()),
        }

    async def _book(self, _http: Request) -> dict[str, Any]:
        self._settle()
        now = self._house.clock.now()
        entries = self._ledger.entries()
        return {
            "tasks": [_row(Task(entry), now) for entry in entries],
            "accounts": [
                _account(account) | _sums([e for e in entries if e.account == account.tag])
                for account in self._ledger.keys.all()
            ],
        }

    async def _log(self, _http: Request) -> dict[str, Any]:
        return {"requests": list(self._ledger.log.lines())}

    async def _clock(self, _http: Request) -> dict[str, Any]:
        return self._shown_clock()

    async def _faults(self, _http: Request) -> dict[str, Any]:
        return {"faults": list(self._ledger.faults.left())}

    async def _settings(self, _http: Request) -> dict[str, Any]:
        return self._house.settings

    # -- changing

    async def _advance(self, http: Request) -> dict[str, Any]:
        self._house.clock.advance(_order(await body_of(http), _ADVANCE).advance)
        return self._shown_clock()

    async def _post_faults(self, http: Request) -> dict[str, Any]:
        raw = await body_of(http)
        many = raw.lstrip().startswith(b"[")
        faults = _order(raw, _FAULTS) if many else [_order(raw, _FAULT)]
        self._ledger.faults.add((f.on, f.stage, f.told(), f.times) for f in faults)
        return await self._faults(http)

    async def _clear(self, _http: Request) -> dict[str, Any]:
        return {"cleared": self._ledger.faults.clear()}

    async def _post_key(self, http: Request) -> dict[str, Any]:
        order = _order(await body_of(http), _KEY)
        tag = self._ledger.keys.put(order.key, order.state).tag
        if "balance" in order.model_fields_set:
            self._ledger.keys.set_balance(tag, order.balance)
        return self._shown_account(tag)

    async def _post_balance(self, http: Request) -> dict[str, Any]:
        order = _order(await body_of(http), _BALANCE)
        tag = order.account or http.state.account
        if not self._ledger.keys.set_balance(tag, order.balance):
            raise HTTPException(404, "there is no such account")
        return self._shown_account(tag)

    async def _post_settings(self, http: Request) -> dict[str, Any]:
        order = _order(await body_of(http), _SETTINGS)
        self._ledger.notes.set(order.model_dump(exclude_unset=True))
        return self._house.settings

    async def _upload(self, http: Request) -> dict[str, Any]:
        data = await body_of(http, media.MOST_BYTES)
        now, origin = self._house.clock.now(), self._house.origin
        url, expires_at = media.put(self._ledger.uploads, data, now=now, origin=origin)
        return {"url": url, "expires_at": expires_at}

    def _settle(self) -> None:
        settle(self._ledger, self._house.clock.now())

    def _shown_clock(self) -> dict[str, Any]:
        return {"now": self._house.clock.now(), "ahead_s": self._house.clock.ahead_s}

    def _shown_account(self, tag: str) -> dict[str, Any]:
        return next(_account(a) for a in self._ledger.keys.all() if a.tag == tag)


def _order(raw: bytes, kind: TypeAdapter[Any]) -> Any:
    """
    What was posted.

    Raises:
        InvalidRequest: It is not what the route takes.
    """
    try:
        return kind.validate_json(raw)
    except ValidationError as no:
        first = no.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "body"
        code = 20002 if first["type"] == "missing" else 20003
        said = first["msg"].removeprefix("Value error, ")
        raise InvalidRequest(f"{where}: {said}", code=code) from None


def _account(account: Account) -> dict[str, Any]:
    return {"account": account.tag, "state": account.state, "balance": account.balance}


def _sums(entries: list[Entry]) -> dict[str, int]:
    return {
        "tasks": len(entries),
        "charged": sum(entry.credits for entry in entries),
        "refunded": sum(entry.credits for entry in entries if entry.refunded),
    }


def _row(task: Task, now: float) -> dict[str, Any]:
    entry = task.entry
    return {
        "task_id": entry.task_id,
        "provider": entry.provider,
        "account": entry.account,
        "model": entry.model,
        "status": task.status(now),
        "credits": entry.credits,
        "refunded": entry.refunded,
        "made_at": entry.made_at,
        "ends_at": task.ends_at,
        "slots": list(task.slots),
        "error": task.failure,
        "body": entry.body,
    }
