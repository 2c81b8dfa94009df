"""
A local picture, put where the API can fetch it.

The API takes http(s) addresses only, so somebody has to keep the picture meanwhile: a bucket of
the user's own. This room decodes no pixels, remembers nothing, and never sees a credential.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reapi_nb.uploads.local import MOST_BYTES, NO_UPLOADER, Uploaded, Uploader, read_picture
from reapi_nb.uploads.s3 import DAY_S, S3Uploader

if TYPE_CHECKING:
    from reapi_nb.settings import Settings

__all__ = [
    "MOST_BYTES",
    "NO_UPLOADER",
    "S3Uploader",
    "Uploaded",
    "Uploader",
    "read_picture",
    "uploader_of",
]


def uploader_of(config: Settings) -> Uploader | None:
    """The uploader that the config file names under [uploads]; None where it names none."""
    if (uploads := config.uploads) is None:
        return None
    return S3Uploader(
        uploads.bucket,
        endpoint=uploads.endpoint,
        region=uploads.region,
        prefix=uploads.prefix,
        lifetime_s=uploads.days * DAY_S,
    )
