"""
Small pictures of kept ones: thumbnails, and contact sheets of them.

They are copies: one that is gone is made again, and the original is what counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reapi_nb.errors import BadPicture

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reapi_nb.job import Picture
    from reapi_nb.library.files import Files


class Thumbs:
    """Thumbnails of the pictures below one folder. Any thread; slow where one must be made."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def of(self, picture: Picture) -> bytes | None:
        """A picture's thumbnail as WebP, or None while there is none."""
        file = self._files.thumb(picture.account.place, picture.task_id, picture.slot)
        try:
            return file.read_bytes()
        except OSError:
            pass
        if picture.path is None or not picture.path.exists():
            return None
        from reapi_nb import pictures  # noqa: PLC0415 - Pillow is loaded when it is needed

        try:
            thumb = pictures.read(picture.path.read_bytes()).thumb
        except (BadPicture, OSError):  # somebody else wrote into it; the others are still shown
            return None
        self._files.write(file, thumb, durable=False)
        return thumb

    def sheet(self, shown: Iterable[Picture], most_bytes: int) -> bytes | None:
        """A contact sheet as JPEG of at most this size; None where there is nothing to show."""
        from reapi_nb import pictures  # noqa: PLC0415 - Pillow is loaded when it is needed

        thumbs = [thumb for picture in shown if (thumb := self.of(picture))]
        return pictures.contact_sheet(thumbs, most_bytes)
