"""The config's table [uploads]: what it may say, and what is said of mistakes."""

from __future__ import annotations

import pytest

from reapi_nb.settings import Settings, Uploads
from tests.configs import refused, write_config


def test_without_the_table_there_are_no_uploads():
    """Nothing is uploaded that nobody asked for."""
    assert Settings.read().uploads is None


def test_the_table_is_read_as_it_is_written():
    """Name by name."""
    write_config(
        '[uploads]\nbucket = "cats"\nendpoint = "https://s3.example/v1"\nregion = "auto"\n'
        'prefix = ""\ndays = 1\n'
    )

    assert Settings.read().uploads == Uploads(
        bucket="cats", endpoint="https://s3.example/v1", region="auto", prefix="", days=1
    )


def test_what_is_left_out_has_a_value():
    """Only the bucket has none."""
    write_config('[uploads]\nbucket = "cats"\n')

    uploads = Settings.read().uploads

    assert (None, None, "reapi-nb/", 7) == (
        uploads.endpoint,
        uploads.region,
        uploads.prefix,
        uploads.days,
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("uploads = 'cats'", "uploads is a table: write [uploads] and below it"),
        ("[[uploads]]\nbucket = 'cats'", "uploads is a table: write [uploads] and below it"),
        ("[uploads]", '[uploads] needs a bucket: write, for example, bucket = "my-pictures"'),
        ("[uploads]\nbucket = ''", "[uploads] needs a bucket"),
        ("[uploads]\nbukket = 'cats'", "unknown setting 'bukket' under [uploads]; known: bucket, "),
        ("[uploads]\nbucket = 5", "bucket under [uploads] should be of type str"),
        ("[uploads]\nendpoint = true", "endpoint under [uploads] should be of type str"),
        ("[uploads]\nregion = []", "region under [uploads] should be of type str"),
        ("[uploads]\nprefix = {}", "prefix under [uploads] should be of type str"),
        ("[uploads]\ndays = '7'", "days under [uploads] should be of type int"),
        ("[uploads]\ndays = true", "days under [uploads] should be of type int"),
        ("[uploads]\ndays = 1.5", "days under [uploads] should be of type int"),
        ("[uploads]\nbucket = 'cats'\ndays = 0", "no link lives 0 days: write days = 1 to 7"),
        ("[uploads]\nbucket = 'cats'\ndays = 8", "no link lives 8 days: write days = 1 to 7"),
    ],
)
def test_a_table_with_a_mistake_is_named_in_one_line(text, said):
    """The line says which file and what about it."""
    file = write_config(text)

    refusal = refused()

    assert refusal.startswith(f"{file}: ")
    assert said in refusal


def test_a_credential_in_the_file_is_refused_and_not_repeated():
    """Credentials have places of their own."""
    write_config("[uploads]\nbucket = 'cats'\nsecret_access_key = 'test-word'\n")

    refusal = refused()

    assert "unknown setting 'secret_access_key' under [uploads]" in refusal
    assert "test-word" not in refusal


@pytest.mark.parametrize(
    "endpoint", ["http://127.0.0.1:9000", "http://localhost:9000", "http://[::1]:9000"]
)
def test_plain_http_leads_to_this_machine(endpoint):
    """A server to try things with needs no certificate."""
    write_config(f"[uploads]\nbucket = 'cats'\nendpoint = '{endpoint}'\n")

    assert endpoint == Settings.read().uploads.endpoint


@pytest.mark.parametrize(
    "endpoint",
    ["http://s3.example", "http://10.0.0.1:9000", "http://localhost.example", "http://0.0.0.0"],
)
def test_plain_http_leads_nowhere_else(endpoint):
    """Pictures and signatures never travel where others can read along."""
    file = write_config(f"[uploads]\nbucket = 'cats'\nendpoint = '{endpoint}'\n")

    assert refused() == (
        f"{file}: endpoint {endpoint!r} is not encrypted: only this machine may be http"
    )


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "s3.example",
        "s3://cats",
        "ftp://s3.example",
        "https://",
        "https://[::1",
        "https://s3.example:port",
        "https://s3.example?x=1",
        "https://s3.example#x",
        "https://s3.exa mple",
        r"https://s3.example\n",
        "https://user:test-word@s3.example",
        "http://user:test-word@127.0.0.1",
    ],
)
def test_an_endpoint_that_makes_no_sense_is_refused_without_repeating_it(endpoint):
    """A password may stand in it."""
    file = write_config(f'[uploads]\nbucket = "cats"\nendpoint = "{endpoint}"\n')

    assert refused() == (f"{file}: the endpoint cannot be used: write it as https://s3.example.com")


@pytest.mark.parametrize("prefix", ["", "a", "a/", "a/b-c_d/", "my.pictures/", "..a/"])
def test_a_prefix_is_any_folder_or_none(prefix):
    """Or the beginning of a name."""
    assert prefix == Uploads(bucket="cats", prefix=prefix).prefix


@pytest.mark.parametrize("prefix", ["/", "/a", "a//b", "../", "a/../", "./", "a b/", "ä/", "a\\n"])
def test_a_prefix_that_an_address_would_garble_is_refused(prefix):
    """A link has to lead to the name that was signed, whoever follows it."""
    file = write_config(f'[uploads]\nbucket = "cats"\nprefix = "{prefix}"\n')

    refusal = refused()

    assert refusal.startswith(f"{file}: prefix ")
    assert refusal.endswith("cannot be used: write it as reapi-nb/")
