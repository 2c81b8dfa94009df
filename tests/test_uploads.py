"""Local pictures: what is read, what is refused, and who would put it on the web."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from reapi_nb.errors import InvalidRequest
from reapi_nb.settings import Settings
from reapi_nb.uploads import MOST_BYTES, NO_UPLOADER, S3Uploader, read_picture, uploader_of
from tests.configs import write_config
from tests.samples import picture

PNG = picture()


def _refused(path) -> str:
    """The one line that says what is wrong."""
    with pytest.raises(InvalidRequest) as refused:
        read_picture(str(path))
    assert 1 == len(refused.value.message.splitlines())
    return refused.value.message


# -- reading


@pytest.mark.parametrize(
    ("kind", "mime"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")]
)
def test_a_picture_is_what_its_bytes_say(tmp_path, kind, mime):
    """Whatever its name ends with."""
    file = tmp_path / "picture.txt"
    file.write_bytes(picture(kind=kind))

    assert (picture(kind=kind), mime) == read_picture(str(file))


def test_a_path_may_be_written_with_a_tilde(tmp_path, environ):
    """`~/cat.png` is below the user's own folder."""
    environ(HOME=str(tmp_path), USERPROFILE=str(tmp_path))
    (tmp_path / "cat.png").write_bytes(PNG)

    assert (PNG, "image/png") == read_picture("~/cat.png")


@pytest.mark.parametrize(
    "data",
    [b"", b"\x89PNG", b"\xff\xd8", b"GIF89a" + bytes(20), b"RIFF\0\0\0\0WAVE", b" " + PNG],
)
def test_what_is_no_picture_for_the_api_is_refused_with_the_cure(tmp_path, data):
    """A GIF, a sound, an empty file, a few first bytes: all the same."""
    file = tmp_path / "cat.png"
    file.write_bytes(data)

    assert f"{str(file)!r} is no PNG, JPEG or WebP: save it as one of them" == _refused(file)


def test_a_picture_may_have_20_megabytes_and_no_byte_more(tmp_path):
    """The largest is read whole; the next is refused."""
    file = tmp_path / "cat.png"
    file.write_bytes(PNG)
    os.truncate(file, 20 * 1024 * 1024)
    assert (20 * 1024 * 1024, MOST_BYTES) == (len(read_picture(str(file))[0]), MOST_BYTES)
    os.truncate(file, MOST_BYTES + 1)

    assert f"{str(file)!r} is larger than 20 MB: make it smaller" == _refused(file)


def test_a_file_that_is_not_there_is_named(tmp_path):
    """As it was typed."""
    file = tmp_path / "cat.png"

    assert f"there is no file {str(file)!r}: correct the path" == _refused(file)


@pytest.mark.parametrize("make", [os.mkdir, getattr(os, "mkfifo", os.mkdir)])
def test_a_folder_or_a_pipe_is_no_file(tmp_path, make):
    """And a pipe is not waited for."""
    path = tmp_path / "cat.png"
    make(path)

    assert f"{str(path)!r} is not a file: name the picture itself" == _refused(path)


@pytest.mark.parametrize(
    "path", ["a\0b.png", "a\nb.png", "x" * 5000, "~nobody-is-called-so/cat.png", "cat.png/"]
)
def test_a_path_that_cannot_be_is_refused_in_one_line(path):
    """Whatever the system says of it."""
    refusal = _refused(path)

    assert repr(path) in refusal
    assert "correct the path" in refusal


# -- who puts it


def test_without_a_bucket_there_is_no_uploader():
    """And a line that says what to do instead."""
    assert uploader_of(Settings.read()) is None
    assert NO_UPLOADER.format(path="cat.png") == (
        "cat.png needs a public address: put it on the web and use its URL, "
        "or name a bucket under [uploads] in config.toml"
    )


def test_the_uploader_is_the_one_in_the_config_file():
    """With all that the file says."""
    write_config(
        '[uploads]\nbucket = "cats"\nendpoint = "https://s3.example"\nregion = "eu-west-1"\n'
        'prefix = "lab/"\ndays = 2\n'
    )

    assert uploader_of(Settings.read()) == S3Uploader(
        "cats",
        endpoint="https://s3.example",
        region="eu-west-1",
        prefix="lab/",
        lifetime_s=2 * 24 * 3600,
    )


def test_a_bucket_is_all_that_must_be_said():
    """The rest has a value: AWS, seven days, a folder of our own."""
    write_config('[uploads]\nbucket = "cats"\n')

    uploader = uploader_of(Settings.read())

    assert uploader == S3Uploader("cats", prefix="reapi-nb/", lifetime_s=604800)


def test_nothing_of_aws_is_loaded_before_there_is_a_picture_to_put():
    """boto3 takes longer to import than all of ours."""
    write_config('[uploads]\nbucket = "cats"\n')
    program = (
        "import sys, reapi_nb, reapi_nb.session\n"
        "from reapi_nb.settings import Settings\n"
        "from reapi_nb.uploads import uploader_of\n"
        "print(uploader_of(Settings.read()).name, {'boto3', 'botocore'} & set(sys.modules))"
    )

    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    assert ("s3:aws/cats/reapi-nb/ set()\n", "") == (ran.stdout, ran.stderr)
