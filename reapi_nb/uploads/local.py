"""
A picture's file on this machine, and the address that it is to get.

What counts as a picture here is how its bytes start; whether it is whole, others find out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from reapi_nb.errors import InvalidRequest

NO_UPLOADER = (
    "{path} needs a public address: put it on the web and use its URL, "
    "or name a bucket under [uploads] in config.toml"
)
"""What is said of a local picture where there is no uploader."""

MOST_BYTES = 20 * 1024 * 1024


class Kind(NamedTuple):
    """How the files of one MIME type look."""

    extension: str
    starts: re.Pattern[bytes]


KINDS = {
    "image/png": Kind("png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    "image/jpeg": Kind("jpg", re.compile(rb"\xff\xd8\xff")),
    "image/webp": Kind("webp", re.compile(rb"RIFF.{4}WEBP", re.DOTALL)),
}
"""What can be sent, by MIME type."""


@dataclass(frozen=True)
class Uploaded:
    """Where a picture can be fetched, and how long."""

    url: str
    expires_at: float
    """Seconds since the epoch, never later than the link's real end; `math.inf` for no end."""


class Uploader(Protocol):
    """Puts pictures where the API can fetch them."""

    @property
    def name(self) -> str:
        """Tells uploaders and their targets apart; holds no secret."""

    def put(self, data: bytes, mime: str) -> Uploaded:
        """
        Give a picture an address. Blocks; called on worker threads, also on several at once.

        Raises:
            ReapiError: With one line that says what to do.
        """


def read_picture(path: str) -> tuple[bytes, str]:
    """
    A local picture's bytes and MIME type; nothing is decoded.

    Args:
        path: As a user types it, also with `~`.

    Raises:
        InvalidRequest: There is no such file, or it is too large or no PNG, JPEG or WebP.
    """
    data = _read(path)
    if len(data) > MOST_BYTES:
        raise InvalidRequest(f"{path!r} is larger than {MOST_BYTES >> 20} MB: make it smaller")
    for mime, kind in KINDS.items():
        if kind.starts.match(data):
            return data, mime
    raise InvalidRequest(f"{path!r} is no PNG, JPEG or WebP: save it as one of them")


def _read(path: str) -> bytes:
    """The file's bytes, at most one more than are allowed."""
    try:
        file = Path(path).expanduser()
        if not file.exists():
            raise InvalidRequest(f"there is no file {path!r}: correct the path")
        if not file.is_file():  # found out before it is opened: a pipe would never end
            raise InvalidRequest(f"{path!r} is not a file: name the picture itself")
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as no:
        raise InvalidRequest(
            f"{path!r} cannot be read ({no.strerror}): correct the path, or who may read it"
        ) from None
    except RuntimeError:  # of a ~somebody
        raise InvalidRequest(f"{path!r} begins with no user's home: correct the path") from None
