"""What is around a library: the file with the keys, and packages that are known to hurt."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from reapi_nb.doctor.finding import Finding
from reapi_nb.settings import config_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reapi_nb.doctor.finding import World


def key_file(_home: Path, _world: World, fix: bool) -> Iterator[Finding]:  # noqa: FBT001 - a table calls it
    """Keys that others on this machine can read."""
    file = config_folder() / "keys.json"
    if os.name != "posix" or not file.exists() or not file.stat().st_mode & 0o077:
        return
    if fix:
        file.chmod(0o600)
    advice = "closed" if fix else "type reapi-nb doctor --fix"
    yield Finding("bad", f"others can read your keys in {file}", advice, mended=fix)


def packages(_home: Path, world: World, _fix: bool) -> Iterator[Finding]:  # noqa: FBT001
    """Versions of Jupyter's packages that lose clicks or news."""
    kernel, nest = world.version("ipykernel"), world.version("nest-asyncio")
    if kernel.startswith("7.0."):
        what = f"ipykernel {kernel} drops what boards are told from a thread"
        yield Finding("bad", what, 'type pip install -U "ipykernel>=7.1"')
    if nest and kernel.partition(".")[0].isdigit() and int(kernel.partition(".")[0]) >= 7:
        what = f"nest_asyncio {nest} loses queued cells and clicks under ipykernel {kernel}"
        yield Finding("note", what, "where your code applies it, type %reapi nest instead")
