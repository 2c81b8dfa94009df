"""The same words and numbers always throw the same dice.

Python's own `hash` differs from process to process, so every random choice starts here instead.
"""

from __future__ import annotations

import hashlib
from random import Random


def number(*parts: object) -> int:
    """A large whole number that depends on nothing but the parts."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())


def dice(*parts: object) -> Random:
    """A generator of random numbers that starts from the parts."""
    return Random(number(*parts))  # noqa: S311  paint, not secrets
