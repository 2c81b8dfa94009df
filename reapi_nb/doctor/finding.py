"""What a doctor says, and what it asks."""

from __future__ import annotations

import time
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Literal

from reapi_nb.library import free_bytes, mounted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from reapi_nb.library import Library

Level = Literal["ok", "note", "warn", "bad"]


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


@dataclass(frozen=True)
class Finding:
    """One thing worth saying."""

    level: Level
    """`bad` is a loss or will be one; `warn` wants somebody; `note` is good to know."""

    what: str
    advice: str = ""
    mended: bool = False

    def __str__(self) -> str:
        level = "mended" if self.mended else self.level
        return f"{level:<6}  {self.what}" + (f" ({self.advice})" if self.advice else "")


@dataclass(frozen=True, kw_only=True)
class World:
    """What is asked about clocks, disks and packages."""

    clock: Callable[[], float] = time.time
    free: Callable[[Path], int] = free_bytes
    mounted: Callable[[], Iterable[tuple[str, str]]] = mounted
    version: Callable[[str], str] = _version
    """The installed version of a package; "" where it is not installed."""


@dataclass(frozen=True)
class Case:
    """A library under examination."""

    library: Library
    world: World
    fix: bool
    """Mend what can be mended."""
