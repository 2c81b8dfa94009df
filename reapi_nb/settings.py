"""
Environment, config file and arguments, read once into one frozen `Settings`.

The only room that looks at `os.environ` or at the platform's folders. Keys leave it only
inside a `Secret`, which no repr, log or pickle opens.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import os
import re
import tomllib
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

import platformdirs

from reapi_nb.errors import BadSettings
from reapi_nb.job import Account

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

API_PATH = "/api/v1"
REAPI = "https://reapi.ai"
SANDBOX = "http://sandbox.localhost"
"""The embedded sandbox's origin: a loopback name that nothing ever resolves."""

MOST_DOLLARS = 1000
"""A rate from here on is a slip of the fingers."""

_HOST = re.compile(r"[\w.:-]+")
_KEY_NAMES = ("REAPI_API_KEY", "REAPI_KEY")
_CONFIG_KEYS = {
    "daily_cap": int,
    "sheet_kb": int,
    "run_at_once": int,
    "base_url": str,
    "rates": dict,
}
_TABLE = 'is a table: write [rates."mj-v7"] and below it, for example, fast = 0.09'


class Secret:
    """
    A key that shows itself to nobody; `reveal` is called where a request is signed.

    Args:
        source: Where it was found, in words.
    """

    __slots__ = ("__reveal", "source")

    def __init__(self, value: str, source: str = "an argument") -> None:
        if not value:
            raise BadSettings("no key was given")
        if not (value.isascii() and value.isprintable() and " " not in value):
            raise BadSettings("the key has characters that no key has: copy it again")

        def reveal() -> str:  # a closure, so that `vars` and debuggers see no text
            return value

        self.__reveal = reveal
        self.source = source

    def reveal(self) -> str:
        return self.__reveal()

    def tag(self, origin: str) -> str:
        """A short hash that tells accounts apart and cannot be turned back into the key."""
        salted = hashlib.blake2s(self.reveal().encode(), key=origin.encode()[:32], digest_size=4)
        return salted.hexdigest()

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is never pickled or copied")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where requests go, where pictures are kept, and how much a day may cost."""

    place: str = "sandbox"
    origin: str = SANDBOX
    """Scheme, host and port of the API."""

    key: Secret | None = None
    home: Path
    """The library's folder."""

    daily_cap: int = 20_000
    """The most credits a day on real keys, over all kernels of this machine."""

    sheet_kb: int = 48
    """The largest contact sheet that a saved notebook keeps, in KB; 0 for none."""

    run_at_once: int = 4
    """The most new requests that one line sends without asking."""

    rates: Mapping[tuple[str, ...], Decimal] = field(default_factory=dict)
    """Rates of the user's, in US dollars for one unit, by model and speed."""

    sandbox_latency_s: float = 3.0
    """How long the embedded sandbox takes for a task, in seconds."""

    by_choice: bool = False
    """The place was asked for; otherwise it follows from whether there is a key."""

    notebook: str = ""
    """The notebook's path, where the front end tells it."""

    @classmethod
    def read(cls, place: str | None = None, **given: Any) -> Settings:
        """
        The settings in force: arguments, then the environment, then the config file.

        Args:
            place: `sandbox` or `reapi`; None takes the real place when there is a key.
            given: Any field of this class.

        Raises:
            BadSettings: With one line that says what to change.
        """
        config = _config()
        base_url = _base_url(config)
        origin = _origin(given.pop("origin", None) or base_url)
        key = given.pop("key", None) or _key(origin)
        if place is None and os.environ.get("REAPI_NB_SANDBOX", "0") not in ("", "0"):
            place = "sandbox"
        by_choice = place is not None
        if place is None:
            place = "sandbox" if key is None else "reapi"
        if place == "sandbox":
            origin, key = SANDBOX, Secret("sandbox")
        elif place != "reapi":
            raise BadSettings(
                f"unknown place {place!r}: type %reapi use sandbox or %reapi use reapi"
            )
        elif key is None:
            raise BadSettings("no key for reAPI: type %reapi login, or set REAPI_API_KEY")
        return cls(
            **{
                "place": place,
                "origin": origin,
                "key": key,
                "home": _home(),
                "by_choice": by_choice,
                "notebook": os.environ.get("JPY_SESSION_NAME", ""),
                **config,
                **given,
            }
        )

    @property
    def account(self) -> Account:
        """Who takes the jobs made with these settings."""
        return Account(self.place, self.origin, self.key.tag(self.origin) if self.key else "")

    @property
    def base_url(self) -> str:
        return self.origin + API_PATH

    @property
    def real(self) -> bool:
        """Whether credits are money here."""
        return self.place != "sandbox"


def is_loopback(host: str) -> bool:
    """Whether a host name can only mean this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def config_folder() -> Path:
    """Where the config file and the saved keys live."""
    return platformdirs.user_config_path("reapi-nb")


def save_key(key: Secret, origin: str | None = None) -> Path:
    """Keep a key for one origin in a file that only its owner can read."""
    origin = origin or _origin(_base_url(_config()))
    file = _key_file()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept: dict[str, str] = {}
    with suppress(BadSettings):  # a damaged file is written anew
        kept = _saved_keys(file)
    fresh = file.with_suffix(f".{os.getpid()}.tmp")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump({**kept, origin: key.reveal()}, out)
    fresh.replace(file)
    return file


def _key_file() -> Path:
    return config_folder() / "keys.json"


def _key(origin: str) -> Secret | None:
    for name in _KEY_NAMES:
        if value := os.environ.get(name, "").strip():
            return Secret(value, name)
    file = _key_file()
    if not file.exists():
        return None
    if os.name == "posix" and file.stat().st_mode & 0o077:
        raise BadSettings(f"{file} can be read by others: type chmod 600 {file}")
    # Bound to its origin, so that a changed REAPI_BASE_URL cannot collect the key.
    saved = _saved_keys(file).get(origin)
    return Secret(saved, str(file)) if saved else None


def _saved_keys(file: Path) -> dict[str, str]:
    """The keys in a file, by origin."""
    try:
        kept: Any = json.loads(file.read_text()) if file.exists() else {}
    except (OSError, ValueError):
        kept = None
    if not isinstance(kept, dict) or not all(isinstance(key, str) for key in kept.values()):
        raise BadSettings(f"{file} cannot be read: type %reapi login to write it anew")
    return kept


def _home() -> Path:
    named = os.environ.get("REAPI_NB_HOME")
    return Path(named).expanduser() if named else platformdirs.user_data_path("reapi-nb")


def _base_url(config: dict[str, Any]) -> str:
    """The base URL in force, taken out of the config."""
    named: str = config.pop("base_url", REAPI)
    return os.environ.get("REAPI_BASE_URL") or named


def _origin(url: str) -> str:
    """The origin of a base URL, with or without `/api/v1`."""
    refused = f"base URL {url!r} cannot be used: write it as {REAPI} or {REAPI}{API_PATH}"
    try:
        parts = urlsplit(url.strip())
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise BadSettings(refused) from None
    plain = parts.path.rstrip("/") in ("", API_PATH) and not (parts.query or parts.fragment)
    named = _HOST.fullmatch(host) and "@" not in parts.netloc
    if parts.scheme not in ("http", "https") or not named or not plain:
        raise BadSettings(refused)
    if parts.scheme == "http" and not is_loopback(host):
        raise BadSettings(f"base URL {url!r} is not encrypted: only this machine may be http")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _config() -> dict[str, Any]:
    file = config_folder() / "config.toml"
    try:
        # Decimal, because a rate in binary would round up to a credit too many.
        found = tomllib.loads(file.read_text("utf-8"), parse_float=Decimal) if file.exists() else {}
    except (OSError, ValueError) as no:
        raise BadSettings(f"{file} is not TOML: {no}") from None
    except InvalidOperation:
        raise BadSettings(f"{file}: a number in it is out of range") from None
    for name, value in found.items():
        kind = _CONFIG_KEYS.get(name)
        if kind is None:
            raise BadSettings(f"{file}: unknown setting {name!r}; known: {', '.join(_CONFIG_KEYS)}")
        if type(value) is not kind:
            should = _TABLE if kind is dict else f"should be of type {kind.__name__}"
            raise BadSettings(f"{file}: {name} {should}")
        if isinstance(value, int) and value < 0:
            raise BadSettings(f"{file}: {name} should not be negative")
    if "rates" in found:
        found["rates"] = dict(_rates(found["rates"], file))
    return found


def _rates(by_model: dict[str, Any], file: Path) -> Iterator[tuple[tuple[str, ...], Decimal]]:
    """The rows of the config's table of rates: [rates."mj-v7"], then fast = 0.09."""
    for model, by_speed in by_model.items():
        for speed, rate in by_speed.items() if isinstance(by_speed, dict) else [("", by_speed)]:
            if not speed or type(rate) not in (int, Decimal):
                raise BadSettings(
                    f'{file}: write a rate as [rates."{model}"] and below it, for example, '
                    "fast = 0.09, in US dollars for one request"
                )
            dollars = Decimal(rate)
            if not (dollars.is_finite() and 0 <= dollars < MOST_DOLLARS):
                raise BadSettings(f"{file}: the rate of {model} {speed} is out of range")
            yield (model, speed), dollars
