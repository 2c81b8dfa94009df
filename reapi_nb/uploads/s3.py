"""
Buckets: AWS, and every server that speaks S3.

boto3 is loaded with the first picture that is put, and credentials are its business alone: the
environment, ~/.aws, a role.
"""

from __future__ import annotations

import hashlib
import math
import time
from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from typing import Any

from reapi_nb.errors import BadSettings, InvalidRequest
from reapi_nb.settings import MOST_DAYS, Uploads
from reapi_nb.uploads.local import KINDS, Uploaded
from reapi_nb.uploads.troubles import told

DAY_S = 24 * 60 * 60

TRIES = 3
"""How often a request is sent at most: what is named by its hash may be put again and again."""

_CONNECT_S, _READ_S = 10, 60

_SURE_S = 15 * 60
"""How long a link is sure to live whose passing credentials do not say when they end."""


@dataclass(frozen=True)
class S3Uploader:
    """
    Puts pictures into a bucket.

    A picture is named by its hash, so the same bytes are stored once, and they stay until the
    bucket's own rules remove them. Links are signed, so the bucket need not be public.

    Raises:
        BadSettings: An argument cannot be used.
    """

    bucket: str
    _: KW_ONLY
    endpoint: str | None = None
    """The server's address; None for AWS. No variable and no file of AWS's changes it."""

    region: str | None = None
    """None leaves it to boto3."""

    prefix: str = Uploads.prefix
    """What the names of all objects begin with."""

    lifetime_s: int = MOST_DAYS * DAY_S
    """How long a link lives, in seconds: 1 to 604800, the most that can be signed."""

    def __post_init__(self) -> None:
        Uploads(bucket=self.bucket, endpoint=self.endpoint, region=self.region, prefix=self.prefix)
        most = MOST_DAYS * DAY_S
        if self.lifetime_s not in range(1, most + 1):
            raise BadSettings(f"no link lives {self.lifetime_s} seconds: take 1 to {most}")

    @property
    def name(self) -> str:
        return f"s3:{self.endpoint or 'aws'}/{self.bucket}/{self.prefix}"

    def put(self, data: bytes, mime: str) -> Uploaded:
        """
        Store a picture that is not there yet, and sign a link to it.

        Raises:
            InvalidRequest: It is of no kind that the API takes.
            BadSettings: boto3 or credentials are missing, or the bucket refuses.
            Unreachable, ServerFault: The same may work in a moment.
        """
        if mime not in KINDS:
            raise InvalidRequest(f"{mime!r} cannot be sent: save the picture as PNG, JPEG or WebP")
        key = f"{self.prefix}{hashlib.sha256(data).hexdigest()}.{KINDS[mime].extension}"
        try:
            import boto3  # noqa: F401, PLC0415 - an optional dependency, and slow to load
            from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415
        except ImportError:
            raise BadSettings('uploading needs boto3: pip install "reapi-nb[s3]"') from None
        try:
            self._store(key, data, mime)
            return self._signed(key)
        # A RuntimeError is what credentials raise that have ended for good.
        except (BotoCoreError, ClientError, RuntimeError) as no:
            # Whoever mends the credentials now is to have them read anew.
            self.__dict__.pop("_boto", None)
            raise told(no, self.bucket, self.prefix, self.endpoint or "AWS") from None

    def _store(self, key: str, data: bytes, mime: str) -> None:
        before = self._look(key)
        if before == 200:
            return
        # Whatever the look ran into: the answer to a PUT says why, that to a HEAD has no words.
        self._boto.client.put_object(Bucket=self.bucket, Key=key, Body=data, ContentType=mime)
        # To those who may not list, what is missing is 403 as well. What still is has dead links.
        if before == 403 and self._look(key) == 403:
            raise BadSettings(
                f"the credentials may write to bucket {self.bucket!r} but not read, so its links "
                f"would be dead: allow them s3:GetObject on {self.bucket}/{self.prefix}*"
            )

    def _look(self, key: str) -> int:
        """An object's HTTP status."""
        client = self._boto.client
        try:
            answer = client.head_object(Bucket=self.bucket, Key=key)
        except client.exceptions.ClientError as no:
            answer = no.response
        return int(answer["ResponseMetadata"]["HTTPStatusCode"])

    def _signed(self, key: str) -> Uploaded:
        boto = self._boto
        # Asked before signing, so that the link ends no sooner than is said.
        ends = min(math.floor(time.time()) + self.lifetime_s, boto.ends())
        object_ = {"Bucket": self.bucket, "Key": key}
        url = boto.client.generate_presigned_url(
            "get_object", Params=object_, ExpiresIn=self.lifetime_s
        )
        return Uploaded(url, ends)

    @cached_property
    def _boto(self) -> _Boto:
        # Two threads may make one each, and either is good: they share no session.
        return _Boto.made(self.endpoint, self.region)


@dataclass(frozen=True)
class _Boto:
    """A connection to a bucket's server, and whose it is."""

    session: Any
    client: Any

    @classmethod
    def made(cls, endpoint: str | None, region: str | None) -> _Boto:
        from boto3.session import Session  # noqa: PLC0415 - an optional dependency
        from botocore.config import Config  # noqa: PLC0415

        options: dict[str, Any] = {
            "signature_version": "s3v4",
            "connect_timeout": _CONNECT_S,
            "read_timeout": _READ_S,
            "retries": {"mode": "standard", "total_max_attempts": TRIES},
            "ignore_configured_endpoint_urls": True,
        }
        # The signature covers the bytes already, and not every server knows newer checksums.
        newer = dict.fromkeys(
            ("request_checksum_calculation", "response_checksum_validation"), "when_required"
        )
        options |= {name: value for name, value in newer.items() if name in Config.OPTION_DEFAULTS}
        session = Session()
        client = session.client(
            "s3", region_name=region, endpoint_url=endpoint, config=Config(**options)
        )
        return cls(session, client)

    def ends(self) -> float:
        """When the credentials end, and with them every link that they sign."""
        credentials = self.session.get_credentials()
        end = getattr(credentials, "_expiry_time", None)
        if end is not None:
            return float(end.timestamp())
        return time.time() + _SURE_S if credentials.token else math.inf
