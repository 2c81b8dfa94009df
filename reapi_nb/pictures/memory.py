"""
Memory that pictures took, handed back.

Pixels are freed as soon as they are not needed, but glibc keeps what is freed for the next time,
and a notebook's kernel would hold tens of megabytes for the rest of its life.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress


def give_back() -> None:
    """Let the system have what is free. Takes some milliseconds; does nothing without glibc."""
    with suppress(OSError, AttributeError, TypeError):  # TypeError: Windows has no such handle
        ctypes.CDLL(None).malloc_trim(0)
