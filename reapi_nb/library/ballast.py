"""
Room on the disk: none is used up on purpose, and a little is put by for what is paid for.

A job is not sent when the disk is nearly full. When it is full all the same, a file that is there
to be removed makes room for the row of a task that the server has already accepted.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from reapi_nb.errors import LibraryFault
from reapi_nb.library.files import create

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LEAST_FREE = 256 << 20
"""Bytes that must be free before a job is sent: the pictures and rows of some jobs."""

SIZE = 1 << 20
"""Bytes of the ballast: room for hundreds of rows."""


def free_bytes(folder: Path) -> int:
    """How much room there is for this user."""
    return shutil.disk_usage(folder).free


class Ballast:
    """
    The library's room on the disk.

    Args:
        free: Free bytes where a folder is.
    """

    def __init__(self, home: Path, free: Callable[[Path], int] = free_bytes) -> None:
        self._home = home
        self._file = home / "ballast"
        self._free = free

    @property
    def free(self) -> int | None:
        """Free bytes; None where nobody can tell."""
        try:
            return self._free(self._home)
        except OSError:
            return None

    def check(self) -> None:
        """
        Refuse to send when the disk is nearly full.

        Raises:
            LibraryFault: Nothing was sent.
        """
        free = self.free
        if free is not None and free < LEAST_FREE:
            raise LibraryFault(
                f"nothing was sent: only {free >> 20} MB are free where the library is "
                f"({self._home}), and {LEAST_FREE >> 20} MB are needed for pictures; free some "
                "space or set REAPI_NB_HOME to another disk, then run the cell again"
            )

    def put_by(self) -> None:
        """Have the ballast ready, if there is room for it."""
        free = self.free
        if self._size() == SIZE or free is None or free < LEAST_FREE + SIZE:
            return
        with suppress(OSError):  # another kernel makes it, or the disk has just become full
            self._file.unlink(missing_ok=True)
            with os.fdopen(create(self._file), "wb") as out:
                # Not zeros: some file systems keep no room for those.
                out.write(os.urandom(SIZE))

    def drop(self) -> bool:
        """Make room; whether there is more of it now."""
        try:
            self._file.unlink()
        except OSError:
            return False
        return True

    def _size(self) -> int:
        try:
            return self._file.lstat().st_size
        except OSError:
            return 0
