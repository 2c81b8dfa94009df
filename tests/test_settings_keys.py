"""Keys: where they are kept, where they go, and that they show themselves to nobody."""

from __future__ import annotations

import copy
import json
import os
import pickle
from typing import TYPE_CHECKING

import pytest

from reapi_nb.errors import BadSettings
from reapi_nb.settings import Secret, Settings, gives_away, looks_live, save_key
from tests.configs import refused, write_config

if TYPE_CHECKING:
    from pathlib import Path

KEY = "test-key"


def _keys(text: str) -> Path:
    """A key file with this text in it, closed to others."""
    file = save_key(Secret(KEY), "https://reapi.ai")
    file.write_text(text)
    return file


# -- the kept key


def test_a_kept_key_is_found_again():
    """After %reapi login, the real place needs no variable."""
    save_key(Secret(KEY))

    settings = Settings.read()

    assert ("reapi", KEY) == (settings.place, settings.key.reveal())


def test_a_kept_key_is_closed_to_others():
    """File 0600 and folder 0700, whatever the umask says."""
    before = os.umask(0)
    try:
        file = save_key(Secret(KEY))
    finally:
        os.umask(before)

    assert 0o600 == file.stat().st_mode & 0o777
    assert 0o700 == file.parent.stat().st_mode & 0o777


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_key_that_others_can_read_is_not_used(mode):
    """The refusal says which command closes the file."""
    file = save_key(Secret(KEY))
    file.chmod(mode)

    refusal = refused()

    assert f"chmod 600 {file}" in refusal
    assert KEY not in refusal


def test_a_kept_key_goes_to_its_own_origin_only(environ):
    """A changed REAPI_BASE_URL, or another origin as an argument, cannot collect it."""
    save_key(Secret(KEY))

    assert "no key" in refused(place="reapi", origin="https://evil.example")
    environ(REAPI_BASE_URL="https://evil.example")
    assert "no key" in refused(place="reapi")


def test_a_key_is_kept_for_the_origin_in_force(environ):
    """It is saved for where requests go, be that from the environment or the config file."""
    write_config("base_url = 'https://file.example'\n")
    save_key(Secret("file-key"))
    environ(REAPI_BASE_URL="https://variable.example")
    save_key(Secret("variable-key"))

    assert "variable-key" == Settings.read().key.reveal()
    environ(REAPI_BASE_URL="https://file.example")
    assert "file-key" == Settings.read().key.reveal()


def test_a_new_key_replaces_the_old_one_and_no_other():
    """Each origin has one key."""
    save_key(Secret("old-key"))
    save_key(Secret("other-key"), "https://other.example")

    file = save_key(Secret(KEY))

    assert {"https://reapi.ai": KEY, "https://other.example": "other-key"} == json.loads(
        file.read_text()
    )
    assert [file.name] == [path.name for path in file.parent.iterdir()]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"https://reapi.ai": 7}'])
def test_a_damaged_key_file_is_named_in_one_line(text):
    """It says which file, shows nothing of it, and a new login mends it."""
    file = _keys(text)

    refusal = refused()
    save_key(Secret(KEY))

    assert str(file) in refusal
    assert "%reapi login" in refusal
    assert KEY == Settings.read().key.reveal()


# -- secrets


@pytest.mark.parametrize("show", [repr, str, format, ascii, "{0} {0!r} {0!s}".format])
def test_a_secret_shows_nothing(show):
    """No way of printing a key, or settings that hold one, prints it."""
    secret = Secret(KEY)
    settings = Settings.read(place="reapi", key=secret)

    assert KEY not in show(secret)
    assert KEY not in show((settings, vars(settings), settings.account))


@pytest.mark.parametrize(
    "take",
    [vars, pickle.dumps, copy.copy, copy.deepcopy, json.dumps, dict, list, bytes],
    ids=lambda take: take.__name__,
)
def test_a_secret_cannot_be_taken_apart_or_copied(take):
    """What would write it down somewhere refuses to."""
    with pytest.raises(TypeError) as refused:
        take(Secret(KEY))

    assert KEY not in str(refused.value)


@pytest.mark.parametrize("text", ["", "two words\n", " spaced", "schlüssel", "a\x00b"])
def test_what_cannot_be_a_key_is_refused_unseen(text):
    """A key with strange characters is a copying error; the refusal does not repeat it."""
    with pytest.raises(BadSettings) as refused:
        Secret(text)

    assert not text or text.strip() not in refused.value.message


def test_an_account_is_told_apart_by_a_tag():
    """Another key or another origin is another account, and the tag is not the key."""
    tag = Secret(KEY).tag("https://reapi.ai")

    assert tag == Secret(KEY).tag("https://reapi.ai")
    assert tag != Secret("other-key").tag("https://reapi.ai")
    assert tag != Secret(KEY).tag("https://other.example")
    assert 8 == len(tag)


# -- keys in texts

LIVE, TRIAL = "rk_" + "live_" + "a1b2c3d4", "rk_" + "test_" + "A1b2C3d4_e"


@pytest.mark.parametrize("key", [LIVE, TRIAL])
@pytest.mark.parametrize(
    "text",
    ["{}", "a {} cat", "https://x.example/?k={}", "'{}'", "a\n{}\n", "x{}x", '{{"key": "{}"}}'],
)
def test_a_key_is_known_wherever_it_stands(key, text):
    """What looks like a key of reAPI's, as it is and as it stands in an address."""
    said = text.format(key)

    assert gives_away(said)
    assert looks_live(said)
    assert gives_away(text.format(key.replace("_", "%5F")))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a cat",
        "rk_live_",
        "rk_live_xxx",
        "rk_other_a1b2c3d4",
        "RK live a1b2c3d4",
        "ark_liverpool",
    ],
)
def test_words_are_no_keys(text):
    """The documents' own example passes, and so does whatever else people write."""
    assert not gives_away(text)


@pytest.mark.parametrize("name", ["REAPI_API_KEY", "REAPI_KEY", "APIXO_API_KEY"])
def test_every_key_in_force_is_known(environ, name):
    """APIXO's keys have no shape of their own: any key that is set or kept here is known."""
    environ(**{name: "Quite/Another+Shape"})
    save_key(Secret("kept-for-elsewhere"), "https://other.example")

    assert gives_away("a Quite/Another+Shape cat")
    assert gives_away("https://x.example/Quite%2FAnother%2BShape")
    assert gives_away("a kept-for-elsewhere cat")
    assert gives_away("a given-by-hand cat", Secret("given-by-hand"))
    assert not gives_away("a quite/another+shape cat")


def test_a_short_key_is_taken_for_a_word(environ):
    """The key of a served sandbox is one, and people paint cats in sandboxes."""
    environ(REAPI_API_KEY="sandbox")

    assert not gives_away("a cat in a sandbox")
