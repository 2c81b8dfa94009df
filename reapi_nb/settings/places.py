"""The real places: where each is, what its key is called, and which addresses may be used."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from reapi_nb.errors import BadSettings
from reapi_nb.settings.addresses import is_loopback

API_PATH = "/api/v1"
REAPI = "https://reapi.ai"
APIXO = "https://api.apixo.ai"
SANDBOX = "http://sandbox.localhost"
"""The embedded sandbox's origin: a loopback name that nothing ever resolves."""

_HOST = re.compile(r"[\w.:-]+")


class Place(NamedTuple):
    """A provider's API as settings know it."""

    name: str
    """What one types after `%reapi use`; the provider's name as well."""

    title: str
    """What people call it."""

    url: str
    """Where it is, unless the settings say otherwise."""

    key_names: tuple[str, ...]
    """Environment variables that hold its key, the first one first."""

    url_name: str
    """The environment variable that names its base URL."""

    setting: str
    """What the config file calls its base URL."""

    login: str
    """What to type to have a key kept."""


REAL: dict[str, Place] = {
    place.name: place
    for place in (
        Place(
            "reapi",
            "reAPI",
            REAPI,
            ("REAPI_API_KEY", "REAPI_KEY"),
            "REAPI_BASE_URL",
            "base_url",
            "%reapi login",
        ),
        Place(
            "apixo",
            "APIXO",
            APIXO,
            ("APIXO_API_KEY",),
            "APIXO_BASE_URL",
            "apixo_base_url",
            "%reapi login apixo",
        ),
    )
}
"""Places where credits are money, in the order in which a key is looked for."""


def real(name: str) -> Place:
    """
    The real place of this name.

    Raises:
        BadSettings: There is none.
    """
    if name not in REAL:
        *most, last = (f"%reapi use {place}" for place in ("sandbox", *REAL))
        raise BadSettings(f"unknown place {name!r}: type {', '.join(most)} or {last}")
    return REAL[name]


def origin_of(url: str, place: Place) -> str:
    """
    The origin of a place's base URL, which may end with `/api/v1`.

    Raises:
        BadSettings: It makes no sense, or others could read along.
    """
    refused = f"base URL {url!r} cannot be used: write it as {place.url} or {place.url}{API_PATH}"
    parts = server_of(url.strip())
    if parts is None or parts.path.rstrip("/") not in ("", API_PATH):
        raise BadSettings(refused)
    if is_overheard(parts):
        raise BadSettings(f"base URL {url!r} is not encrypted: only this machine may be http")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def server_of(url: str) -> SplitResult | None:
    """The parts of a server's address; None for what is no such address, or says more than that."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return None
    plain = not (parts.query or parts.fragment or "@" in parts.netloc)
    fits = plain and parts.scheme in ("http", "https") and _HOST.fullmatch(host)
    return parts if fits else None


def is_overheard(server: SplitResult) -> bool:
    """Whether others can read along on the way to a server."""
    return server.scheme == "http" and not is_loopback(server.hostname or "")
