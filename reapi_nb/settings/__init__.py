"""
Environment, config file and arguments, read once into one frozen `Settings`.

The only room that looks at `os.environ` or at the platform's folders. Keys leave it only
inside a `Secret`, which no repr, log or pickle opens.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from reapi_nb.errors import BadSettings
from reapi_nb.job import Account
from reapi_nb.settings.addresses import is_inside, is_loopback, is_public
from reapi_nb.settings.config import MOST_DAYS, MOST_DOLLARS, Uploads, config_folder, read_config
from reapi_nb.settings.keys import Secret, gives_away, keep_key, key_of, looks_live
from reapi_nb.settings.places import (
    API_PATH,
    APIXO,
    REAL,
    REAPI,
    SANDBOX,
    Place,
    origin_of,
    real,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

__all__ = [
    "APIXO",
    "API_PATH",
    "MOST_DAYS",
    "MOST_DOLLARS",
    "REAL",
    "REAPI",
    "SANDBOX",
    "Place",
    "Secret",
    "Settings",
    "Uploads",
    "config_folder",
    "gives_away",
    "is_inside",
    "is_loopback",
    "is_public",
    "key_source",
    "looks_live",
    "save_key",
]


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

    kernel_cap: int | None = None
    """The most credits that one kernel spends on real keys; None for no limit of its own."""

    sheet_kb: int = 48
    """The largest contact sheet that a saved notebook keeps, in KB; 0 for none."""

    run_at_once: int = 4
    """The most new requests that one line sends without asking."""

    confirm_credits: int = 2_000
    """The most credits that one line spends without asking; 0 asks whatever it costs."""

    rates: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    """Rates of the user's, in US dollars for one unit, by model and speed."""

    uploads: Uploads | None = None
    """Where local pictures are put, so that the API can fetch them."""

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
            place: `sandbox`, `reapi` or `apixo`; None takes the first real place that there is
                a key for, and the sandbox without any.
            given: Any field of this class. An origin or a key without a place is reAPI's.

        Raises:
            BadSettings: With one line that says what to change.
        """
        config = read_config()
        urls = _urls(config)
        if place is None and os.environ.get("REAPI_NB_SANDBOX", "0") not in ("", "0"):
            place = "sandbox"
        by_choice = place is not None
        place, origin, key = _where(place, urls, given.pop("origin", None), given.pop("key", None))
        # On a line of its own: a traceback shows all of `os.environ` beside one that fails.
        notebook = os.environ.get("JPY_SESSION_NAME", "")
        return cls(
            **{
                "place": place,
                "origin": origin,
                "key": key,
                "home": _home(),
                "by_choice": by_choice,
                "notebook": notebook,
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

    @property
    def provider(self) -> str:
        """Whose requests it takes: `reapi` or `apixo`; "" where it takes everybody's."""
        return self.place if self.real else ""

    def can_serve(self, provider: str) -> bool:
        """Whether a provider's requests may go here: the sandbox plays all of them."""
        return self.provider in ("", provider)


def save_key(key: Secret, origin: str | None = None, *, place: str = "reapi") -> Path:
    """
    Keep a key for one origin in a file that only its owner can read.

    Args:
        origin: None takes the one in force for the place.
    """
    return keep_key(key, origin or _origin_in_force(real(place)))


def key_source(place: str) -> str:
    """
    Where the key of a real place is found, in words; "" where there is none.

    Raises:
        BadSettings: There is one that cannot be used.
    """
    found = key_of(real(place), _origin_in_force(real(place)))
    return found.source if found else ""


def _where(
    name: str | None, urls: Mapping[str, str], given: str | None, key: Secret | None
) -> tuple[str, str, Secret]:
    """Place, origin and key."""
    if name is None:
        # An address that was meant for one provider never gets the key of another.
        for place in [REAL["reapi"]] if given else REAL.values():
            origin = origin_of(given or urls[place.name], place)
            if found := key or key_of(place, origin):
                return place.name, origin, found
        name = "sandbox"
    if name == "sandbox":
        return name, SANDBOX, Secret("sandbox")
    place = real(name)
    origin = origin_of(given or urls[name], place)
    if found := key or key_of(place, origin):
        return name, origin, found
    raise BadSettings(f"no key for {place.title}: type {place.login}, or set {place.key_names[0]}")


def _urls(config: dict[str, Any]) -> dict[str, str]:
    """The base URL in force of each real place, taken out of the config."""
    configured = {place: config.pop(place.setting, place.url) for place in REAL.values()}
    for place in configured:
        if gives_away(_url(place, configured)):
            configured.clear()  # a traceback may show every variable
            raise BadSettings(
                f"there is a key in {place.url_name}: write {place.url}, and type {place.login}"
            )
    return {place.name: _url(place, configured) for place in configured}


def _url(place: Place, configured: Mapping[Place, str]) -> str:
    return os.environ.get(place.url_name) or configured[place]


def _origin_in_force(place: Place) -> str:
    return origin_of(_urls(read_config())[place.name], place)


def _home() -> Path:
    named = os.environ.get("REAPI_NB_HOME")
    return Path(named).expanduser() if named else platformdirs.user_data_path("reapi-nb")
