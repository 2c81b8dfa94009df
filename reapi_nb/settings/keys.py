"""
Keys: where they are found, where they are kept, and that they show themselves to nobody.

A kept key is bound to the origin that it was kept for, so that no other address collects it. No
frame that may fail has one among its variables: a traceback may show them all.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import unquote

from reapi_nb.errors import BadSettings
from reapi_nb.settings.config import config_folder
from reapi_nb.settings.places import REAL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from reapi_nb.settings.places import Place

_LIVE = re.compile(r"rk_(?:live|test)_\w{8,}")
_LEAST = 8
"""Characters of the shortest key that is looked for in a text: a shorter one may be any word."""


class Secret:
    """
    A key that shows itself to nobody; `reveal` is called where a request is signed.

    Args:
        source: Where it was found, in words.
    """

    __slots__ = ("__reveal", "source")

    def __init__(self, value: str, source: str = "an argument") -> None:
        if trouble := _trouble(value):
            del value
            raise BadSettings(trouble)

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

    def is_in(self, text: str) -> bool:
        """Whether a text gives it away."""
        return len(self.reveal()) >= _LEAST and self.reveal() in text

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
        if found := _set_in(name):
            return found
    file = _key_file()
    if not file.exists():
        return None
    if os.name == "posix" and file.stat().st_mode & 0o077:
        raise BadSettings(f"{file} can be read by others: type chmod 600 {file}")
    # Bound to its origin, so that a changed base URL cannot collect the key.
    return _saved_keys(file).get(origin)


def looks_live(text: str) -> bool:
    """Whether a text has something in it that looks like a key of reAPI's."""
    return bool(_LIVE.search(text) or _LIVE.search(unquote(text)))


def gives_away(text: str, *keys: Secret | None) -> bool:
    """
    Whether a text has a key in it: what looks like one, one that is in force here, or one of these.

    APIXO's keys look like nothing in particular, so they are known by being in force.
    """
    return looks_live(text) or any(
        key.is_in(text) or key.is_in(unquote(text)) for key in (*filter(None, keys), *_in_force())
    )


def keep_key(key: Secret, origin: str) -> Path:
    """Keep a key for one origin in a file that only its owner can read."""
    file = _key_file()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept: Mapping[str, Secret] = {}
    with suppress(BadSettings):  # a damaged file is written anew
        kept = _saved_keys(file)
    if why := _written(file, {**kept, origin: key}):
        raise BadSettings(f"{file} cannot be written ({why}): nothing was kept")
    return file


def _key_file() -> Path:
    return config_folder() / "keys.json"


def _trouble(value: str) -> str:
    """What is wrong with a key; "" where nothing is."""
    if not value:
        return "no key was given"
    if not (value.isascii() and value.isprintable() and " " not in value):
        return "the key has characters that no key has: copy it again"
    return ""


def _set_in(name: str) -> Secret | None:
    """The key in a variable of the environment, if there is one."""
    return Secret(_variable(name), name) if _variable(name) else None


def _variable(name: str) -> str:
    # Away from whatever may fail: a traceback shows all of `os.environ` beside a line that has it.
    return os.environ.get(name, "").strip()


def _in_force() -> Iterator[Secret]:
    """Every key that is set or kept here, for whatever place and origin."""
    for name in (name for place in REAL.values() for name in place.key_names):
        with suppress(BadSettings):
            if found := _set_in(name):
                yield found
    with suppress(BadSettings):
        yield from _saved_keys(_key_file()).values()


def _written(file: Path, keys: Mapping[str, Secret]) -> str:
    """Write keys by their origins, all or nothing; why that did not work, or ""."""
    fresh = file.with_suffix(f".{os.getpid()}.tmp")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            json.dump({origin: key.reveal() for origin, key in keys.items()}, out)
        fresh.replace(file)
    except OSError as no:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        return no.strerror or type(no).__name__
    return ""


def _saved_keys(file: Path) -> Mapping[str, Secret]:
    """The keys in a file, by origin."""
    kept = _read(file)
    if kept is None:
        raise BadSettings(f"{file} cannot be read: type %reapi login to write it anew")
    return kept


def _read(file: Path) -> dict[str, Secret] | None:
    """The same; None where it is damaged."""
    try:
        kept = json.loads(file.read_text()) if file.exists() else {}
        return {origin: Secret(key, str(file)) for origin, key in kept.items()}
    except (OSError, ValueError, AttributeError, BadSettings):
        return None
