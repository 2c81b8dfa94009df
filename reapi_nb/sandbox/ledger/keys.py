"""
The keys that a sandbox knows, by salted hash: their accounts, states and balances.

No key is ever written down. Every kernel that shares the file knows the same keys.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from reapi_nb.sandbox.ledger.file import writing

if TYPE_CHECKING:
    import sqlite3

State = Literal["active", "revoked", "session"]
"""What a key is good for; `session` is one that needs a person to sign in."""


@dataclass(frozen=True)
class Account:
    """Who stands behind a key."""

    tag: str
    state: State
    balance: int | None
    """Credits that are left, or None for any number."""


def tag_of(key: str) -> str:
    """A short hash that tells keys apart and cannot be turned back into one."""
    return hashlib.blake2s(_bytes(key), person=b"sandbox", digest_size=4).hexdigest()


class Keys:
    """The table of keys."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        with writing(db):
            db.execute("INSERT OR IGNORE INTO notes VALUES ('salt', ?)", (secrets.token_hex(16),))
        (salt,) = db.execute("SELECT value FROM notes WHERE name = 'salt'").fetchone()
        self._salt = bytes.fromhex(salt)

    def open(self, key: str) -> None:
        """Let a key be active, whatever it was."""
        known = self.of(key)
        if known is None or known.state != "active":
            self.put(key, "active")

    def put(self, key: str, state: State) -> Account:
        """Let a key be known in a state; the balance of one that is known stays."""
        with writing(self._db) as db:
            db.execute(
                "INSERT INTO keys (account, hash, state) VALUES (?, ?, ?) "
                "ON CONFLICT DO UPDATE SET state = excluded.state",
                (tag_of(key), self._hash(key), state),
            )
        found = self.of(key)
        assert found, "it was just written"
        return found

    def of(self, key: str) -> Account | None:
        """The account of a key; None for a key that nobody knows."""
        row = self._db.execute(
            "SELECT account, state, balance FROM keys WHERE hash = ?", (self._hash(key),)
        ).fetchone()
        return Account(*row) if row else None

    def all(self) -> tuple[Account, ...]:
        """Every account, in the order that their keys came."""
        rows = self._db.execute("SELECT account, state, balance FROM keys ORDER BY rowid")
        return tuple(Account(*row) for row in rows)

    def set_balance(self, tag: str, balance: int | None) -> bool:
        """Let an account have so many credits; whether there is such an account."""
        with writing(self._db) as db:
            done = db.execute("UPDATE keys SET balance = ? WHERE account = ?", (balance, tag))
        return done.rowcount == 1

    def can_pay(self, tag: str, credits_: int) -> bool:
        """Whether an account has so many credits at this moment."""
        row = self._db.execute("SELECT balance FROM keys WHERE account = ?", (tag,)).fetchone()
        return row is None or row[0] is None or row[0] >= credits_

    def pay(self, tag: str, credits_: int) -> bool:
        """Take credits from an account, inside a transaction; whether it had so many."""
        if not self.can_pay(tag, credits_):
            return False
        self._db.execute("UPDATE keys SET balance = balance - ? WHERE account = ?", (credits_, tag))
        return True

    def _hash(self, key: str) -> bytes:
        return hashlib.blake2b(_bytes(key), salt=self._salt, digest_size=32).digest()


def _bytes(key: str) -> bytes:
    return key.encode("utf-8", "surrogatepass")
