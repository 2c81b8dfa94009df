"""
What a bucket refuses, and what boto3 stumbles over, each in one line that says what to do.

Their own text is never repeated: it may run over several lines, or hold an address with its
signature. Only the server's code, its request id and the name of boto3's class get through.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from reapi_nb.errors import BadSettings, ReapiError, ServerFault, Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator

_CONFIG = "under [uploads] in config.toml"
_LOGIN = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or type aws configure in a terminal"

_LINES = {
    "NoCredentialsError": f"no credentials for bucket {{bucket!r}}: {_LOGIN}",
    "NoSuchBucket": f"{{where}} has no bucket {{bucket!r}}: create it, or correct it {_CONFIG}",
    "RequestTimeTooSkewed": "{where} refuses requests from a wrong clock: set this machine's clock",
    "PermanentRedirect": f"bucket {{bucket!r}} is in another region: write region = ... {_CONFIG}",
    "ParamValidationError": f"no bucket can be named {{bucket!r}}: correct it {_CONFIG}",
    "SSLError": (
        f"no safe connection to {{where}}: correct endpoint {_CONFIG}, or set AWS_CA_BUNDLE to "
        "a file that vouches for its certificate"
    ),
    "HTTPClientError": (
        f"{{where}} cannot be reached: look at the network, and at endpoint {_CONFIG}, "
        "then run it again"
    ),
    "InvalidAccessKeyId": (
        "{where} does not accept the credentials for bucket {bucket!r} ({said}): " + _LOGIN
    ),
    "RuntimeError": (
        "the credentials for bucket {bucket!r} have expired: renew them, for example with "
        "aws sso login in a terminal"
    ),
    "403": (
        "the credentials may not use bucket {bucket!r} ({said}): allow them s3:PutObject and "
        "s3:GetObject on {bucket}/{prefix}*"
    ),
    "Busy": "{where} is busy or down ({said}): run it again in a moment",
    "ClientError": f"{{where}} did not take the picture ({{said}}): look at what is {_CONFIG}",
    "Exception": (
        "the credentials for bucket {bucket!r} cannot be used ({said}): type aws configure or "
        "aws sso login in a terminal"
    ),
}
"""What to say, by the server's code or status or by the name of boto3's class."""

_SAME = {
    "AuthorizationHeaderMalformed": "PermanentRedirect",
    "ConnectionError": "HTTPClientError",
    "ExpiredToken": "InvalidAccessKeyId",
    "IllegalLocationConstraintException": "PermanentRedirect",
    "InvalidRegionError": "PermanentRedirect",
    "InvalidToken": "InvalidAccessKeyId",
    "PartialCredentialsError": "NoCredentialsError",
    "SignatureDoesNotMatch": "InvalidAccessKeyId",
    **dict.fromkeys(("429", "500", "502", "503", "504"), "Busy"),
}
"""Other names of the same troubles."""

_KINDS: dict[str, type[ReapiError]] = {
    "SSLError": Unreachable,
    "HTTPClientError": Unreachable,
    "Busy": ServerFault,
    "ClientError": ServerFault,
}
"""What is not a bad setting."""


def told(no: Exception, bucket: str, prefix: str, where: str) -> ReapiError:
    """What boto3 raised, as an error of ours."""
    name = next(name for name in _names(no) if name in _LINES)
    code = _of(no, "Error", "Code")
    line = _LINES[name].format(
        bucket=bucket,
        prefix=prefix,
        where=where,
        said=" ".join(re.findall(r"[\w.-]+", code or type(no).__name__))[:60],
    )
    request_id = _of(no, "ResponseMetadata", "RequestId")
    return _KINDS.get(name, BadSettings)(line, code=code, request_id=request_id)


def _names(no: Exception) -> Iterator[str]:
    """What a trouble may be known by, the most telling first."""
    of_classes = [kind.__name__ for kind in type(no).__mro__]
    for name in (
        _of(no, "Error", "Code"),
        str(_of(no, "ResponseMetadata", "HTTPStatusCode")),
        *of_classes,
    ):
        yield _SAME.get(name, name)


def _of(no: Exception, part: str, name: str) -> Any:
    """A value out of the server's answer; None where there was no answer."""
    answer = getattr(no, "response", None)  # of a lost connection, it is there and None
    return answer.get(part, {}).get(name) if isinstance(answer, dict) else None
