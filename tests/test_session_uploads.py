"""Local pictures on a line: their address is made once, and is never a reason to pay again."""

from __future__ import annotations

import hashlib
import os
import time
from contextlib import closing
from types import SimpleNamespace
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from reapi_nb.errors import InvalidRequest
from reapi_nb.library import Library
from reapi_nb.notebook.desk import Desk
from reapi_nb.notebook.sessions import Sessions
from reapi_nb.session import Session
from reapi_nb.settings import Settings, Uploads
from tests.faults.kernel import settings
from tests.s3 import SOMEBODY, S3Server, leave_aws
from tests.samples import picture

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PNG = picture()
SHA256 = hashlib.sha256(PNG).hexdigest()
OLD = "http://sandbox.localhost/media/uploads/old.png"


@pytest.fixture(name="photo")
def _photo(tmp_path: Path) -> Path:
    photo = tmp_path / "my photo.png"
    photo.write_bytes(PNG)
    return photo


@pytest.fixture(name="desk")
def _desk(home: Path) -> Iterator[Desk]:
    """A terminal on the sandbox, whose tasks take their time."""
    sessions = Sessions()
    sessions.enter(Settings.read("sandbox", home=home, sandbox_latency_s=60.0))
    yield Desk(SimpleNamespace(user_ns={}, kernel=None), sessions)
    sessions.close()


def uploaded(home: Path, lives_s: float) -> None:
    """The picture was put somewhere once, where it lives so many seconds more."""
    with closing(Library(home)) as library:
        library.keep_upload(SHA256, "sandbox", OLD, time.time() + lives_s)


def test_a_line_sends_the_address_of_its_file(desk, photo):
    """In quotes, because of the space; two lines of the same picture have one address."""
    one = desk.serve(f'wan "at night" --image "{photo}"', None)
    other = desk.serve(f'gpt "at night" --image "{photo}"', None)

    [address] = one.request.image_urls
    assert "/media/uploads/" in address
    assert (address,) == other.request.image_urls


def test_a_cell_is_free_when_the_address_of_its_picture_has_died(desk, photo, home, notebook):
    """Run All after a month finds what was paid for, by the address that was sent then."""
    line = f'wan "at night" --image "{photo}"'
    uploaded(home, 9e5)
    with notebook.running("one"):
        first = desk.serve(line, None)
    uploaded(home, -1.0)

    with notebook.running("one"):
        again = desk.serve(line, None)
    with notebook.running("two"):
        new = desk.serve(f'wan "by day" --image "{photo}"', None)

    assert (OLD,) == first.request.image_urls
    assert again is first
    assert (OLD,) != new.request.image_urls


def test_a_dry_run_uploads_nothing(desk, photo, home, capsys):
    """It shows what would be sent, but for the address."""
    desk.serve(f'wan "at night" --image "{photo}" --dry-run', None)

    with closing(Library(home)) as library:
        assert library.uploaded(SHA256, "sandbox") is None
    assert "nothing was sent" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("none.png", None, "none.png"),
        ("text.png", b"hello", "text.png"),
        ("half.png", PNG[:99], "half.png cannot be sent"),
    ],
)
def test_what_is_no_picture_is_refused(desk, tmp_path, name, data, why):
    """One line that names the file; nothing is uploaded or sent."""
    if data is not None:
        (tmp_path / name).write_bytes(data)

    with pytest.raises(InvalidRequest, match=why) as no:
        desk.serve(f'wan "at night" --image {tmp_path / name}', None)

    assert "\n" not in no.value.message


def test_a_real_place_needs_a_bucket(endless, home, photo):
    """Without one, the line says where to name it."""
    with (
        Session(settings(endless.origin, home)) as session,
        pytest.raises(InvalidRequest, match=r"needs a public address: .* under \[uploads\] in"),
    ):
        session.upload(str(photo))


def test_a_real_place_puts_pictures_into_the_bucket(endless, home, photo, monkeypatch, environ):
    """The address that is sent leads to the very bytes, and the picture is put there once."""
    leave_aws(monkeypatch, list(os.environ))
    environ(**SOMEBODY)
    with S3Server() as server:
        bucket = Uploads(bucket=server.bucket("cats"), endpoint=server.endpoint)
        with Session(settings(endless.origin, home, uploads=bucket)) as session:
            address = session.upload(str(photo))
            again = session.upload(str(photo))
            with urlopen(address, timeout=10) as answer:
                found = answer.read()

        assert address == again
        assert PNG == found
        assert 1 == len(server.puts)
