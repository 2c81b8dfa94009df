"""Two real places: which one a kernel starts in, and that each key goes to its own address."""

from __future__ import annotations

import json

import pytest

from reapi_nb.errors import BadSettings
from reapi_nb.settings import APIXO, REAL, Secret, Settings, key_source, save_key
from tests.configs import refused, write_config

KEY, OTHER = "test-key", "apixo-test-key"


# -- which place


def test_a_key_for_apixo_is_apixo(environ):
    """With that key alone, its requests are the ones that can be paid for."""
    environ(APIXO_API_KEY=OTHER)

    settings = Settings.read()

    assert ("apixo", "https://api.apixo.ai", True) == (
        settings.place,
        settings.origin,
        settings.real,
    )
    assert (OTHER, f"{APIXO}/api/v1") == (settings.key.reveal(), settings.base_url)


def test_with_both_keys_it_is_reapi(environ):
    """And the other one is a word away; each has its own key."""
    environ(APIXO_API_KEY=OTHER, REAPI_API_KEY=KEY)

    found = [Settings.read(place) for place in (None, "apixo", "reapi")]

    assert [("reapi", KEY), ("apixo", OTHER), ("reapi", KEY)] == [
        (one.place, one.key.reveal()) for one in found
    ]
    assert [False, True, True] == [one.by_choice for one in found]


def test_the_sandbox_can_be_forced_although_there_are_keys(environ):
    """REAPI_NB_SANDBOX=1 keeps both of them out."""
    environ(APIXO_API_KEY=OTHER, REAPI_API_KEY=KEY, REAPI_NB_SANDBOX="1")

    settings = Settings.read()

    assert ("sandbox", True) == (settings.place, settings.by_choice)
    assert settings.key.reveal() not in (KEY, OTHER)


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("reapi", "no key for reAPI: type %reapi login, or set REAPI_API_KEY"),
        ("apixo", "no key for APIXO: type %reapi login apixo, or set APIXO_API_KEY"),
        (
            "reaip",
            "unknown place 'reaip': type %reapi use sandbox, %reapi use reapi or %reapi use apixo",
        ),
        (
            "",
            "unknown place '': type %reapi use sandbox, %reapi use reapi or %reapi use apixo",
        ),
    ],
)
def test_a_place_that_cannot_be_entered_says_what_to_type(place, says):
    """In one line."""
    assert says == refused(place=place)


@pytest.mark.parametrize("place", [*REAL, "sandbox"])
def test_a_place_serves_its_own_provider_and_the_sandbox_all(place):
    """No real place takes the other's requests."""
    settings = Settings.read(place, key=Secret(KEY))

    served = [provider for provider in REAL if settings.can_serve(provider)]

    assert ([*REAL] if place == "sandbox" else [place]) == served
    assert ("" if place == "sandbox" else place) == settings.provider


# -- which address


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://api.apixo.ai", "https://api.apixo.ai"),
        ("https://api.apixo.ai/api/v1/", "https://api.apixo.ai"),
        ("http://127.0.0.1:8731", "http://127.0.0.1:8731"),
    ],
)
def test_apixos_base_url_is_written_with_or_without_its_path(environ, written, origin):
    """Both forms mean the same place; reAPI stays where it is."""
    environ(APIXO_API_KEY=OTHER, REAPI_API_KEY=KEY, APIXO_BASE_URL=written)

    assert (origin, f"{origin}/api/v1") == (
        Settings.read("apixo").origin,
        Settings.read("apixo").base_url,
    )
    assert "https://reapi.ai" == Settings.read("reapi").origin


def test_apixos_base_url_may_stand_in_the_config_file(environ):
    """The environment wins over it, as for reAPI."""
    write_config("apixo_base_url = 'https://file.example'\n")
    environ(APIXO_API_KEY=OTHER)
    assert "https://file.example" == Settings.read().origin

    environ(APIXO_BASE_URL="https://variable.example")

    assert "https://variable.example" == Settings.read().origin


def test_apixo_is_asked_in_plain_http_on_this_machine_only(environ):
    """A key never travels where others can read along."""
    environ(APIXO_API_KEY=OTHER, APIXO_BASE_URL="http://api.apixo.ai")

    assert "not encrypted" in refused()


def test_a_base_url_that_makes_no_sense_shows_apixos_own(environ):
    """The line shows how this one is written."""
    environ(APIXO_API_KEY=OTHER, APIXO_BASE_URL="api.apixo.ai")

    assert "write it as https://api.apixo.ai or https://api.apixo.ai/api/v1" in refused()


def test_what_is_wrong_with_one_place_does_not_close_the_other(environ):
    """A broken address of APIXO's keeps nobody out of reAPI or the sandbox."""
    environ(APIXO_API_KEY=OTHER, APIXO_BASE_URL="nonsense", REAPI_API_KEY=KEY)

    assert ["reapi", "reapi", "sandbox"] == [
        Settings.read(place).place for place in (None, "reapi", "sandbox")
    ]


# -- whose key


def test_no_key_goes_to_the_other_provider(environ):
    """Neither from the environment nor from the file, whichever place is entered."""
    environ(APIXO_API_KEY=OTHER)
    assert "no key for reAPI" in refused(place="reapi")
    save_key(Secret(KEY))

    assert OTHER == Settings.read("apixo").key.reveal()
    assert KEY == Settings.read("reapi").key.reveal()


def test_an_address_that_is_given_without_a_place_gets_no_key_of_apixos(environ):
    """It was meant for reAPI."""
    environ(APIXO_API_KEY=OTHER)

    settings = Settings.read(origin="https://given.example")

    assert "sandbox" == settings.place
    assert OTHER != settings.key.reveal()


def test_a_key_is_kept_for_apixos_own_origin(environ):
    """Beside reAPI's, and a changed APIXO_BASE_URL cannot collect it."""
    save_key(Secret(KEY))

    file = save_key(Secret(OTHER), place="apixo")

    assert {"https://reapi.ai": KEY, APIXO: OTHER} == json.loads(file.read_text())
    assert OTHER == Settings.read("apixo").key.reveal()
    environ(APIXO_BASE_URL="https://evil.example")
    assert "no key for APIXO" in refused(place="apixo")


def test_a_kept_key_of_apixos_is_enough(environ):
    """After %reapi login apixo, its place needs no variable."""
    save_key(Secret(OTHER), place="apixo")

    assert ("apixo", OTHER) == (Settings.read().place, Settings.read().key.reveal())


def test_the_source_of_a_key_is_told_and_never_the_key(environ):
    """A variable's name or a file; nothing where there is none."""
    assert ["", ""] == [key_source(place) for place in REAL]
    environ(APIXO_API_KEY=OTHER)
    file = save_key(Secret(KEY))

    assert [str(file), "APIXO_API_KEY"] == [key_source(place) for place in REAL]


def test_the_source_of_a_key_that_cannot_be_used_is_its_trouble():
    """In one line, as everywhere."""
    file = save_key(Secret(KEY))
    file.chmod(0o644)

    with pytest.raises(BadSettings, match="chmod 600"):
        key_source("reapi")
