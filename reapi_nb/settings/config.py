"""The config file: which settings it may hold, and what is said of mistakes in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import platformdirs

from reapi_nb.errors import BadSettings
from reapi_nb.settings.places import REAL, is_overheard, server_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_DOLLARS = 1000
"""A rate from here on is a slip of the fingers."""

MOST_DAYS = 7
"""No link to a bucket can be signed for longer."""

_KEYS = {
    "daily_cap": int,
    "kernel_cap": int,
    "sheet_kb": int,
    "run_at_once": int,
    "confirm_credits": int,
    **{place.setting: str for place in REAL.values()},
    "rates": dict,
    "uploads": dict,
}
_TABLES = {
    "rates": 'is a table: write [rates."mj-v7"] and below it, for example, fast = 0.09',
    "uploads": 'is a table: write [uploads] and below it, for example, bucket = "my-pictures"',
}
_UPLOAD_KEYS = {"bucket": str, "endpoint": str, "region": str, "prefix": str, "days": int}
_PREFIX = re.compile(r"(?:(?!\.{1,2}/)[\w!.*'()-]+/)*[\w!.*'()-]*", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Uploads:
    """
    The bucket that local pictures are put into: the config's table [uploads].

    Raises:
        BadSettings: A value cannot be used.
    """

    bucket: str
    endpoint: str | None = None
    region: str | None = None
    prefix: str = "reapi-nb/"
    days: int = MOST_DAYS
    """How long a link lives."""

    def __post_init__(self) -> None:
        if not self.bucket:
            raise BadSettings(
                '[uploads] needs a bucket: write, for example, bucket = "my-pictures"'
            )
        if self.endpoint is not None:
            _check_endpoint(self.endpoint)
        if not _PREFIX.fullmatch(self.prefix):
            raise BadSettings(
                f"prefix {self.prefix!r} cannot be used: write it as {Uploads.prefix}"
            )
        if self.days not in range(1, MOST_DAYS + 1):
            raise BadSettings(f"no link lives {self.days} days: write days = 1 to {MOST_DAYS}")


def config_folder() -> Path:
    """Where the config file and the saved keys live."""
    return platformdirs.user_config_path("reapi-nb")


def read_config() -> dict[str, Any]:
    """
    What the config file says, checked.

    Raises:
        BadSettings: With one line that names the file.
    """
    file = config_folder() / "config.toml"
    found = _toml(file)
    _check_types(found, _KEYS, file)
    for name, value in found.items():
        if isinstance(value, int) and value < 0:
            raise BadSettings(f"{file}: {name} should not be negative")
    if "rates" in found:
        found["rates"] = dict(_rates(found["rates"], file))
    if "uploads" in found:
        found["uploads"] = _uploads(found["uploads"], file)
    return found


def _toml(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    import tomllib  # noqa: PLC0415 - most people have no such file

    try:
        # Decimal, because a rate in binary would round up to a credit too many.
        return tomllib.loads(file.read_text("utf-8"), parse_float=Decimal)
    except (OSError, ValueError) as no:
        raise BadSettings(f"{file} is not TOML: {no}") from None
    except InvalidOperation:
        raise BadSettings(f"{file}: a number in it is out of range") from None


def _check_types(
    table: dict[str, Any], kinds: dict[str, type], file: Path, where: str = ""
) -> None:
    """Refuse what is no setting, or has not its type."""
    for name, value in table.items():
        kind = kinds.get(name)
        if kind is None:
            known = ", ".join(kinds)
            raise BadSettings(f"{file}: unknown setting {name!r}{where}; known: {known}")
        if type(value) is not kind:
            should = _TABLES.get(name, f"should be of type {kind.__name__}")
            raise BadSettings(f"{file}: {name}{where} {should}")


def _rates(by_model: dict[str, Any], file: Path) -> Iterator[tuple[tuple[str, str], Decimal]]:
    """The rows of the config's table of rates: [rates."mj-v7"], then fast = 0.09."""
    for model, by_speed in by_model.items():
        for speed, rate in by_speed.items() if isinstance(by_speed, dict) else [("", by_speed)]:
            if not speed or type(rate) not in (int, Decimal):
                raise BadSettings(
                    f'{file}: write a rate as [rates."{model}"] and below it, for example, '
                    "fast = 0.09, in US dollars for one request"
                )
            dollars = Decimal(rate)
            if not (dollars.is_finite() and 0 <= dollars < MOST_DOLLARS):
                raise BadSettings(f"{file}: the rate of {model} {speed} is out of range")
            yield (model, speed), dollars


def _uploads(table: dict[str, Any], file: Path) -> Uploads:
    """The config's table of the bucket: [uploads], then bucket = "my-pictures"."""
    _check_types(table, _UPLOAD_KEYS, file, " under [uploads]")
    try:
        return Uploads(**{"bucket": "", **table})
    except BadSettings as no:
        raise BadSettings(f"{file}: {no}") from None


def _check_endpoint(url: str) -> None:
    """Refuse what is no server's address, and what would show pictures to others on the way."""
    server = server_of(url) if url.isprintable() else None
    if server is None:
        # Not repeated, because a password may stand in it.
        raise BadSettings("the endpoint cannot be used: write it as https://s3.example.com")
    if is_overheard(server):
        raise BadSettings(f"endpoint {url!r} is not encrypted: only this machine may be http")
