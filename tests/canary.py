"""Keys that are planted to be found nowhere, and the search for them in whatever was written."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY = "rk_" + "live_" + "CANARY4f9c2b7e81d35a60"
APIXO_KEY = "apixo+" + "CANARY/d81b5e7c4a90f236"
"""This one looks different when it is quoted for an address."""

KEYS = {"reapi": KEY, "apixo": APIXO_KEY}


def traces(data: bytes) -> list[str]:
    """In which forms a key is in these bytes: `reapi reversed`, for example."""
    return [name for name, form in _FORMS.items() if form in data]


def traces_below(folder: Path, *but: str) -> dict[str, list[str]]:
    """The same for every file and file name below a folder, but for files of these names."""
    found = {
        str(file.relative_to(folder)): traces(str(file).encode() + b"\n" + file.read_bytes())
        for file in folder.rglob("*")
        if file.is_file() and file.name not in but
    }
    return {name: forms for name, forms in found.items() if forms}


def _forms(key: str) -> Iterator[tuple[str, bytes]]:
    raw = key.encode()
    half = len(raw) // 2
    yield "itself", raw
    yield "first half", raw[:half]
    yield "second half", raw[half:]
    yield "reversed", raw[::-1]
    yield "quoted", quote(key, safe="").encode()
    yield "hexadecimal", raw.hex().encode()
    yield "wide", key.encode("utf-16-le")
    for before in range(3):  # in Base64 it looks as what stands before it makes it look
        coded = base64.b64encode(bytes(before) + raw)
        yield f"Base64 at {before}", coded[-(-before * 4 // 3) + (before > 0) : -4]


_FORMS = {f"{name} {how}": form for name, key in KEYS.items() for how, form in _forms(key)}
