"""
Local pictures, put where the server can fetch them.

The same picture is put there once and keeps its address for as long as that lives, because
another address would be another request, and another charge.
"""

from __future__ import annotations

import hashlib
import time
from functools import cached_property
from typing import TYPE_CHECKING

from reapi_nb.errors import BadPicture, InvalidRequest

if TYPE_CHECKING:
    from reapi_nb.library import Library
    from reapi_nb.settings import Settings
    from reapi_nb.uploads import Uploaded, Uploader

SPARE_S = 2 * 3600.0
"""How long an address must still live when it is sent: a task may wait for an hour."""


class Uploading:
    """
    Gives local pictures their addresses.

    Args:
        library: Remembers what was put where.
    """

    def __init__(self, library: Library, settings: Settings) -> None:
        self._library = library
        self._settings = settings
        self._told: dict[str, float] = {}

    def address(self, path: str, *, old: bool = False) -> str:
        """
        The public address of a picture on this machine. Blocks while it is uploaded.

        Args:
            path: As people type it, `~` included.
            old: The address that it had once will do, even if it is dead by now.

        Raises:
            InvalidRequest: There is no such picture, or nobody to put it anywhere.
            ReapiError: The upload failed.
        """
        from reapi_nb import uploads  # noqa: PLC0415 - loaded with the first local picture

        data, mime = uploads.read_picture(path)
        _check(path, data)
        uploader = self._uploader
        if uploader is None:
            raise InvalidRequest(uploads.NO_UPLOADER.format(path=path))
        sha256 = hashlib.sha256(data).hexdigest()
        kept = self._library.uploaded(sha256, uploader.name)
        put = uploads.Uploaded(*kept) if kept else None
        if put is None or not (old or _lives(put.expires_at)):
            put = uploader.put(data, mime)
            self._library.keep_upload(sha256, uploader.name, put.url, put.expires_at)
        self._told[put.url] = put.expires_at
        return put.url

    @cached_property
    def _uploader(self) -> Uploader | None:
        """Who puts pictures where the server of the place can fetch them; None for nobody."""
        from reapi_nb import uploads  # noqa: PLC0415 - loaded with the first local picture

        if self._settings.real:
            return uploads.uploader_of(self._settings)
        return _SandboxUploader(self._settings)

    def is_dead(self, address: str) -> bool:
        """Whether an address was given out here and does not live long enough to be sent."""
        return address in self._told and not _lives(self._told[address])


class _SandboxUploader:
    """Leaves pictures in the sandbox, whose ledger lies beside the library."""

    name = "sandbox"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def put(self, data: bytes, mime: str) -> Uploaded:  # noqa: ARG002 - the bytes say what they are
        from reapi_nb import sandbox, uploads  # noqa: PLC0415 - loaded where it is used

        return uploads.Uploaded(
            *sandbox.put(self._settings.home, data, origin=self._settings.origin)
        )


def _lives(expires_at: float) -> bool:
    return time.time() + SPARE_S < expires_at


def _check(path: str, data: bytes) -> None:
    """Refuse what cannot be decoded: the server would, after the upload."""
    from reapi_nb import pictures  # noqa: PLC0415 - Pillow is loaded when it is needed

    try:
        pictures.read(data)
    except BadPicture as no:
        raise InvalidRequest(f"{path} cannot be sent: {no.message}") from None
