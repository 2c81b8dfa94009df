"""
On what kind of file system a folder is.

SQLite's write-ahead log needs memory that all its readers share, which a network file system does
not have.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Mount = tuple[str, str]
"""Where something is mounted, and what kind of file system it is."""

_NETWORK = {
    *("nfs", "nfs3", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afs", "afpfs", "ncpfs"),
    *("lustre", "gpfs", "beegfs", "fhgfs", "ceph", "glusterfs", "orangefs", "pvfs2", "panfs"),
    *("9p", "webdav", "davfs", "vboxsf", "prl_fs", "drvfs", "fuse", "osxfuse", "macfuse"),
}
_LOCAL_FUSE = ("fuse.fuse-overlayfs", "fuse.overlayfs")
"""What looks like FUSE and has shared memory: the disks of containers."""


def mounted() -> list[Mount]:
    """What is mounted on this machine; nothing where nobody tells."""
    with suppress(OSError):
        return _parsed(Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace"))
    with suppress(OSError, psutil.Error):
        return [(part.mountpoint, part.fstype) for part in psutil.disk_partitions(all=True)]
    return []


def network_kind(folder: Path, mounts: Callable[[], Iterable[Mount]] = mounted) -> str:
    """The kind of the network file system that a folder is on; "" for a disk of this machine."""
    folder = folder.resolve()
    # The last one of the longest: a later mount covers an earlier one.
    covering = [
        (len(point), n, kind)
        for n, (point, kind) in enumerate(mounts())
        if folder.is_relative_to(point)
    ]
    kind = max(covering, default=(0, 0, ""))[2].lower()
    is_fuse = kind.startswith("fuse.") and kind not in _LOCAL_FUSE
    return kind if kind in _NETWORK or is_fuse else ""


def _parsed(text: str) -> list[Mount]:
    lines = (line.split(" ") for line in text.splitlines())
    return [(_unescaped(words[1]), words[2]) for words in lines if len(words) > 2]


def _unescaped(point: str) -> str:
    """Spaces, tabs and the like are written as octal numbers there."""
    for escaped, char in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        point = point.replace(escaped, char)
    return point
