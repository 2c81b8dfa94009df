"""
Keys: where they are found, where they are kept, and that they show themselves to nobody.

A kept key is bound to the origin that it was kept for, so that no other address collects it.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn

from reapi_nb.errors import BadSettings
from reapi_nb.settings.config import config_folder

if TYPE_CHECKING:
    from pathlib import Path

    from reapi_nb.settings.places import Place


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


def key_of(place: Place, origin: str) -> Secret | None:
    """
    The key of a place at an origin: from the environment, or kept by `%reapi login`.

    Raises:
        BadSettings: There is one that cannot be used.
    """
    for name in place.key_names:
        if value := os.environ.get(name, "").strip():
            return Secret(value, name)
    file = _key_file()
    if not file.exists():
        return None
    if os.name == "posix" and file.stat().st_mode & 0o077:
        raise BadSettings(f"{file} can be read by others: type chmod 600 {file}")
    # Bound to its origin, so that a changed base URL cannot collect the key.
    saved = _saved_keys(file).get(origin)
    return Secret(saved, str(file)) if saved else None


def keep_key(key: Secret, origin: str) -> Path:
    """Keep a key for one origin in a file that only its owner can read."""
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


def _saved_keys(file: Path) -> dict[str, str]:
    """The keys in a file, by origin."""
    try:
        kept: Any = json.loads(file.read_text()) if file.exists() else {}
    except (OSError, ValueError):
        kept = None
    if not isinstance(kept, dict) or not all(isinstance(key, str) for key in kept.values()):
        raise BadSettings(f"{file} cannot be read: type %reapi login to write it anew")
    return kept
