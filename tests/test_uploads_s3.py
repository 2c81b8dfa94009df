"""Buckets, held against a server that speaks S3."""

from __future__ import annotations

import hashlib
import os
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest

from reapi_nb.errors import BadSettings, InvalidRequest, ReapiError, ServerFault, Unreachable
from reapi_nb.uploads import S3Uploader
from tests.s3 import REGION, SOMEBODY, S3Server, leave_aws
from tests.samples import picture

PNG = picture()
WEEK_S = 604800
MAY_ALL = ("s3:PutObject", "s3:GetObject")


@pytest.fixture(scope="module", name="server")
def _server():
    with S3Server() as server:
        yield server


@pytest.fixture(autouse=True)
def _afresh(server, monkeypatch, environ):
    """A server with one bucket that lets everybody in, and credentials for it."""
    server.reset()
    server.bucket("cats")
    leave_aws(monkeypatch, list(os.environ))
    environ(**SOMEBODY)


@pytest.fixture(name="uploader")
def _uploader(server):
    return S3Uploader("cats", endpoint=server.endpoint)


@pytest.fixture(name="naps")
def _naps(monkeypatch):
    """How long boto3 would have slept, instead of sleeping."""
    naps = []
    monkeypatch.setattr(time, "sleep", naps.append)
    return naps


def _fetched(url: str) -> tuple[bytes, str]:
    with urlopen(url, timeout=10) as answer:
        return answer.read(), answer.headers["Content-Type"]


def _refused(uploader: S3Uploader, kind: type[ReapiError] = BadSettings) -> str:
    """The one line that says what is wrong, and none of the secrets."""
    with pytest.raises(ReapiError) as refused:
        uploader.put(PNG, "image/png")
    assert kind is type(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None
    line = refused.value.message
    assert 1 == len(line.splitlines())
    assert not [word for word in (*SOMEBODY.values(), "X-Amz", "Signature=") if word in line]
    return line


# -- a picture gets an address


@pytest.mark.parametrize(
    ("kind", "mime", "ends"),
    [("PNG", "image/png", "png"), ("JPEG", "image/jpeg", "jpg"), ("WEBP", "image/webp", "webp")],
)
def test_a_picture_is_fetched_as_it_was_put(uploader, server, kind, mime, ends):
    """By its hash, with its type, from a bucket that is not public."""
    data = picture(kind=kind)

    url = uploader.put(data, mime).url

    name = f"/cats/reapi-nb/{hashlib.sha256(data).hexdigest()}.{ends}"
    assert (name, [name]) == (urlsplit(url).path, server.puts)
    assert (data, mime) == _fetched(url)
    with pytest.raises(HTTPError, match="403"), urlopen(url.partition("?")[0], timeout=10):
        pass


def test_the_same_picture_is_stored_once(uploader, server):
    """The second time it is only looked for, also by another uploader."""
    uploader.put(PNG, "image/png")

    again = uploader.put(PNG, "image/png")
    other = S3Uploader("cats", endpoint=server.endpoint).put(PNG, "image/png")

    assert ["HEAD", "PUT", "HEAD", "HEAD"] == [heard.method for heard in server.requests]
    assert [(PNG, "image/png")] * 2 == [_fetched(again.url), _fetched(other.url)]


def test_two_pictures_are_two_objects(uploader, server):
    """One byte makes another."""
    urls = [uploader.put(data, "image/png").url for data in (PNG, PNG + b"\0")]

    assert 2 == len(set(server.puts))
    assert [PNG, PNG + b"\0"] == [_fetched(url)[0] for url in urls]


def test_a_picture_travels_whole_and_signed(uploader, server):
    """Its hash is part of the signature; checksums that not every server knows are not sent."""
    uploader.put(PNG, "image/png")

    (headers,) = (heard.headers for heard in server.requests if heard.method == "PUT")
    assert hashlib.sha256(PNG).hexdigest() == headers["x-amz-content-sha256"]
    assert not [name for name in headers if "checksum" in name or name == "x-amz-trailer"]


def test_many_threads_may_put_at_once(uploader):
    """Worker threads share an uploader, and may even hold the same picture."""
    pictures = [PNG, PNG + b"\0", PNG + b"\1"] * 4

    with ThreadPoolExecutor(8) as pool:
        put = list(pool.map(lambda data: uploader.put(data, "image/png"), pictures))

    assert pictures == [_fetched(one.url)[0] for one in put]


def test_the_prefix_is_the_folder(server):
    """Also none at all."""
    names = []
    for prefix in ("", "lab/two-"):
        uploader = S3Uploader("cats", endpoint=server.endpoint, prefix=prefix)
        names.append(urlsplit(uploader.put(PNG, "image/png").url).path)

    name = f"{hashlib.sha256(PNG).hexdigest()}.png"
    assert [f"/cats/{name}", f"/cats/lab/two-{name}"] == names == server.puts


def test_other_kinds_of_files_are_not_put(uploader, server):
    """Nobody asks the bucket about them."""
    with pytest.raises(InvalidRequest, match="'image/gif' cannot be sent: save"):
        uploader.put(b"GIF89a", "image/gif")

    assert [] == server.requests


# -- how long


@pytest.mark.parametrize("lifetime_s", [1, 3600, WEEK_S])
def test_a_link_ends_when_it_says(server, lifetime_s):
    """The server is told the same moment; in doubt we say a moment too early."""
    uploader = S3Uploader("cats", endpoint=server.endpoint, lifetime_s=lifetime_s)

    put = uploader.put(PNG, "image/png")

    said = parse_qs(urlsplit(put.url).query)
    signed = datetime.strptime(said["X-Amz-Date"][0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    ends = signed.timestamp() + lifetime_s
    assert ("AWS4-HMAC-SHA256", str(lifetime_s)) == (
        said["X-Amz-Algorithm"][0],
        said["X-Amz-Expires"][0],
    )
    assert ends - 2 <= put.expires_at <= ends


@pytest.mark.parametrize("lifetime_s", [0, -1, WEEK_S + 1])
def test_a_lifetime_that_cannot_be_signed_is_refused(lifetime_s):
    """Seven days are the most."""
    with pytest.raises(BadSettings, match=f"no link lives {lifetime_s} seconds: take 1 to 604800"):
        S3Uploader("cats", lifetime_s=lifetime_s)


def test_a_link_ends_with_the_credentials_that_signed_it(uploader, environ):
    """A passing token's end is the link's end, however long the link was to live."""
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    environ(AWS_SESSION_TOKEN="test-token", AWS_CREDENTIAL_EXPIRATION=ends.isoformat())

    assert ends.timestamp() == uploader.put(PNG, "image/png").expires_at


def test_a_token_that_does_not_say_its_end_is_trusted_for_a_quarter_of_an_hour(uploader, environ):
    """The shortest that AWS gives out."""
    environ(AWS_SESSION_TOKEN="test-token")
    before = time.time()

    ends = uploader.put(PNG, "image/png").expires_at

    assert before + 900 <= ends <= time.time() + 900


# -- what goes wrong


def test_without_boto3_the_line_is_how_to_get_it(uploader, server, monkeypatch):
    """It is an extra."""
    monkeypatch.setitem(sys.modules, "boto3", None)

    assert 'uploading needs boto3: pip install "reapi-nb[s3]"' == _refused(uploader)
    assert [] == server.requests


@pytest.mark.parametrize("missing", [list(SOMEBODY), ["AWS_SECRET_ACCESS_KEY"]])
def test_without_credentials_nothing_is_sent(uploader, server, monkeypatch, missing):
    """Half of them are none."""
    for name in missing:
        monkeypatch.delenv(name)

    line = _refused(uploader)

    assert line == (
        "no credentials for bucket 'cats': set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
        "or type aws configure in a terminal"
    )
    assert [] == server.requests


def test_credentials_that_come_later_are_found(uploader, environ, monkeypatch):
    """The same uploader works as soon as they are there, or better ones are."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    _refused(uploader)
    environ(**SOMEBODY)

    assert PNG == _fetched(uploader.put(PNG, "image/png").url)[0]


def test_a_profile_that_is_not_there_is_named(uploader, environ):
    """boto3's own words are not needed."""
    environ(AWS_PROFILE="nobody")

    assert "the credentials for bucket 'cats' cannot be used (ProfileNotFound)" in _refused(
        uploader
    )


def test_credentials_that_have_ended_are_named(uploader, environ):
    """Before anything is sent."""
    environ(AWS_SESSION_TOKEN="test-token", AWS_CREDENTIAL_EXPIRATION="2020-01-01T00:00:00Z")

    assert "the credentials for bucket 'cats' have expired: renew them" in _refused(uploader)


def test_a_bucket_that_does_not_exist_is_named(server):
    """With its server."""
    refusal = _refused(S3Uploader("dogs", endpoint=server.endpoint))

    assert refusal == (
        f"{server.endpoint} has no bucket 'dogs': create it, "
        "or correct it under [uploads] in config.toml"
    )


def test_a_bucket_that_cannot_be_is_named(server):
    """boto3 would explain it in four lines."""
    refusal = _refused(S3Uploader("c a t s", endpoint=server.endpoint))

    assert "no bucket can be named 'c a t s': correct it under [uploads]" in refusal


def test_a_key_that_nobody_has_is_refused(uploader, server):
    """The server's own code stands in the line and in the error."""
    with server.guarded(), pytest.raises(BadSettings) as refused:
        uploader.put(PNG, "image/png")

    assert refused.value.message == (
        f"{server.endpoint} does not accept the credentials for bucket 'cats' "
        "(InvalidAccessKeyId): set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
        "or type aws configure in a terminal"
    )
    assert "InvalidAccessKeyId" == refused.value.code
    assert refused.value.request_id


def test_a_wrong_secret_is_refused(uploader, server, environ):
    """What it signs does not match."""
    environ(**server.user(*MAY_ALL) | {"AWS_SECRET_ACCESS_KEY": "another-word"})

    with server.guarded():
        assert "(SignatureDoesNotMatch): set AWS_ACCESS_KEY_ID" in _refused(uploader)


def test_who_may_put_and_get_may_upload(uploader, server, environ):
    """Nothing else is needed: not to list, not to look at the bucket."""
    environ(**server.user(*MAY_ALL))

    with server.guarded():
        put = uploader.put(PNG, "image/png")

    assert PNG == _fetched(put.url)[0]


def test_who_may_not_write_is_told_what_to_allow(uploader, server, environ):
    """In the words of the bucket's owner."""
    environ(**server.user("s3:GetObject"))

    with server.guarded():
        refusal = _refused(uploader)

    assert refusal == (
        "the credentials may not use bucket 'cats' (AccessDenied): "
        "allow them s3:PutObject and s3:GetObject on cats/reapi-nb/*"
    )


def test_who_may_not_read_gets_no_dead_link(uploader, server, environ):
    """A link that nobody can follow would cost a task before it is found out."""
    environ(**server.user("s3:PutObject"))

    with server.guarded():
        refusal = _refused(uploader)

    assert refusal == (
        "the credentials may write to bucket 'cats' but not read, so its links would be dead: "
        "allow them s3:GetObject on cats/reapi-nb/*"
    )


def test_a_look_that_is_forbidden_may_only_mean_that_nothing_is_there(uploader, server):
    """AWS says 403 for what is missing to those who may not list."""
    server.cue(403)

    put = uploader.put(PNG, "image/png")

    assert ["HEAD", "PUT", "HEAD"] == [heard.method for heard in server.requests]
    assert PNG == _fetched(put.url)[0]


# -- the network


def test_a_server_that_stumbles_once_is_asked_again(uploader, server, naps):
    """Whatever is named by its hash may be put twice."""
    server.cue(503, 404, 500)

    put = uploader.put(PNG, "image/png")

    assert ["HEAD", "HEAD", "PUT", "PUT"] == [heard.method for heard in server.requests]
    assert (PNG, 2) == (_fetched(put.url)[0], len(naps))


def test_a_server_that_stays_down_is_given_up(uploader, server, naps):
    """After three tries of the look and three of the put."""
    server.cue(*[503] * 6)

    refusal = _refused(uploader, ServerFault)

    assert f"{server.endpoint} is busy or down (503): run it again in a moment" == refusal
    assert ["HEAD"] * 3 + ["PUT"] * 3 == [heard.method for heard in server.requests]


def test_an_answer_that_nobody_expects_is_told_by_its_number(uploader, server):
    """A proxy in between says anything."""
    server.cue(404, 418)

    refusal = _refused(uploader, ServerFault)

    assert f"{server.endpoint} did not take the picture (418): look at what is" in refusal


def test_a_server_that_is_not_there_is_named(naps):
    """After a few tries."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        endpoint = f"http://127.0.0.1:{taken.getsockname()[1]}"

    refusal = _refused(S3Uploader("cats", endpoint=endpoint), Unreachable)

    assert f"{endpoint} cannot be reached: look at the network, and at endpoint under" in refusal
    assert 2 == len(naps)


def test_a_server_that_never_answers_is_given_up(naps, monkeypatch):
    """Three times, and after a minute each."""
    config = S3Uploader("cats")._boto.client.meta.config
    assert (10, 60) == (config.connect_timeout, config.read_timeout)
    monkeypatch.setattr("reapi_nb.uploads.s3._READ_S", 0.1)

    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        refusal = _refused(S3Uploader("cats", endpoint=endpoint), Unreachable)

    assert f"{endpoint} cannot be reached" in refusal
    assert 2 == len(naps)


def test_a_server_without_a_good_certificate_is_not_trusted(server, naps):
    """Nor one that has none."""
    endpoint = server.endpoint.replace("http:", "https:")

    refusal = _refused(S3Uploader("cats", endpoint=endpoint), Unreachable)

    assert f"no safe connection to {endpoint}: correct endpoint under [uploads]" in refusal


# -- which server


def test_a_name_tells_targets_apart():
    """Server, bucket and folder; how long a link lives is no other place."""
    names = {
        S3Uploader("cats", lifetime_s=60).name,
        S3Uploader("cats", region=REGION).name,
        S3Uploader("dogs").name,
        S3Uploader("cats", prefix="lab/").name,
        S3Uploader("cats", endpoint="https://s3.example").name,
    }

    assert {
        "s3:aws/cats/reapi-nb/",
        "s3:aws/dogs/reapi-nb/",
        "s3:aws/cats/lab/",
        "s3:https://s3.example/cats/reapi-nb/",
    } == names


@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"])
def test_no_variable_sends_pictures_elsewhere(environ, variable):
    """The server is the one in the name."""
    environ(**{variable: "http://10.0.0.1"})

    client = S3Uploader("cats", region="eu-west-1")._boto.client

    assert "https://s3.eu-west-1.amazonaws.com" == client.meta.endpoint_url


def test_the_region_is_the_one_that_is_asked_for(server, environ):
    """It is signed; without one, the environment's counts."""
    environ(AWS_DEFAULT_REGION="eu-central-1")
    asked = S3Uploader("cats", endpoint=server.endpoint, region="eu-west-1")

    urls = [
        one.put(PNG, "image/png").url
        for one in (asked, S3Uploader("cats", endpoint=server.endpoint))
    ]

    regions = [parse_qs(urlsplit(url).query)["X-Amz-Credential"][0].split("/")[2] for url in urls]
    assert ["eu-west-1", "eu-central-1"] == regions


@pytest.mark.parametrize(
    "wrong",
    [
        {"bucket": ""},
        {"bucket": "cats", "endpoint": "http://s3.example"},
        {"bucket": "cats", "endpoint": "https://user:test-word@s3.example"},
        {"bucket": "cats", "prefix": "/"},
    ],
)
def test_what_the_config_file_may_not_say_python_may_not_either(wrong):
    """The same rules hold for whoever makes an uploader by hand."""
    with pytest.raises(BadSettings) as refused:
        S3Uploader(**wrong)

    assert "test-word" not in refused.value.message
