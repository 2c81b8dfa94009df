"""The pictures that people put into a sandbox: by the hash of their bytes, never looked into."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from reapi_nb.sandbox.ledger.file import writing

if TYPE_CHECKING:
    import sqlite3


class Upload(NamedTuple):
    """A picture that was put here."""

    name: str
    """The SHA-256 of its bytes, and the end that its kind has: `<hex>.png`."""

    mime: str
    data: bytes
    dies_at: float
    """Seconds since the epoch after which its URL is dead."""


class Uploads:
    """The table of uploads. What was put twice is kept once."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def put(self, data: bytes, mime: str, extension: str, dies_at: float) -> Upload:
        """Keep a picture; one that is already here lives on."""
        name = f"{hashlib.sha256(data).hexdigest()}.{extension}"
        with writing(self._db) as db:
            db.execute(
                "INSERT INTO uploads VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE "
                "SET dies_at = max(dies_at, excluded.dies_at)",
                (name, mime, data, dies_at),
            )
        return Upload(name, mime, data, dies_at)

    def get(self, name: str) -> Upload | None:
        """The picture of that name, dead or alive."""
        try:
            row = self._db.execute(
                "SELECT name, mime, data, dies_at FROM uploads WHERE name = ?", (name,)
            ).fetchone()
        except UnicodeEncodeError:
            return None
        return Upload(*row) if row else None
