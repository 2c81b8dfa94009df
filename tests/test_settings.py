"""Environment, config file and arguments, read into one value."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from decimal import Decimal
from pathlib import Path

import pytest

from reapi_nb.catalog import Imagine
from reapi_nb.prices import estimate
from reapi_nb.settings import SANDBOX, Secret, Settings, config_folder, is_loopback
from tests.configs import refused, write_config

KEY = "test-key"


# -- which place


def test_without_a_key_it_is_the_sandbox():
    """Nothing is needed to begin with: no key, no account, no money."""
    settings = Settings.read()

    assert ("sandbox", SANDBOX, False) == (settings.place, settings.origin, settings.real)


@pytest.mark.parametrize("name", ["REAPI_API_KEY", "REAPI_KEY"])
def test_a_key_in_the_environment_is_the_real_place(environ, name):
    """Either name will do."""
    environ(**{name: KEY})

    settings = Settings.read()

    assert ("reapi", "https://reapi.ai", True) == (settings.place, settings.origin, settings.real)
    assert KEY == settings.key.reveal()


def test_the_documented_name_wins_over_its_alias(environ):
    """With both set, REAPI_API_KEY counts."""
    environ(REAPI_KEY="other-key", REAPI_API_KEY=KEY)

    assert KEY == Settings.read().key.reveal()


def test_a_blank_key_is_no_key(environ):
    """An empty variable, as shells like to leave behind, opens nothing."""
    environ(REAPI_API_KEY="  ")

    assert "sandbox" == Settings.read().place


def test_the_sandbox_can_be_forced_although_there_is_a_key(environ):
    """REAPI_NB_SANDBOX=1 keeps the key out of it altogether."""
    environ(REAPI_API_KEY=KEY, REAPI_NB_SANDBOX="1")

    settings = Settings.read()

    assert ("sandbox", SANDBOX) == (settings.place, settings.origin)
    assert KEY != settings.key.reveal()


@pytest.mark.parametrize("off", ["", "0"])
def test_a_sandbox_that_is_switched_off_is_not_forced(environ, off):
    """REAPI_NB_SANDBOX=0 means what it says."""
    environ(REAPI_API_KEY=KEY, REAPI_NB_SANDBOX=off)

    assert "reapi" == Settings.read().place


def test_asking_for_a_place_wins_over_the_environment(environ):
    """`%reapi use` is obeyed in both directions."""
    environ(REAPI_API_KEY=KEY, REAPI_NB_SANDBOX="1")

    assert "reapi" == Settings.read("reapi").place
    assert "sandbox" == Settings.read("sandbox").place


def test_the_real_place_needs_a_key():
    """Without one, the refusal says how to give one."""
    assert "%reapi login" in refused(place="reapi")


def test_a_place_that_does_not_exist_is_refused():
    """A typing error is not silently the sandbox."""
    assert "'reaip'" in refused(place="reaip")


# -- what wins


def test_an_argument_wins_over_the_environment_and_that_over_the_file(environ, tmp_path):
    """Arguments, then the environment, then the config file, then what is built in."""
    assert 20_000 == Settings.read().daily_cap
    write_config("daily_cap = 500\nbase_url = 'https://file.example'\n")
    environ(REAPI_API_KEY=KEY)
    assert (500, "https://file.example") == (Settings.read().daily_cap, Settings.read().origin)
    environ(REAPI_BASE_URL="https://variable.example", REAPI_NB_HOME=str(tmp_path / "variable"))
    assert "https://variable.example" == Settings.read().origin
    assert tmp_path / "variable" == Settings.read().home

    given = Settings.read(
        daily_cap=7, origin="https://given.example", home=tmp_path, key=Secret("other-key")
    )

    assert (7, tmp_path) == (given.daily_cap, given.home)
    assert ("https://given.example", "other-key") == (given.origin, given.key.reveal())


def test_the_library_has_a_home_without_being_told(monkeypatch):
    """Without REAPI_NB_HOME it is the platform's folder for data."""
    monkeypatch.delenv("REAPI_NB_HOME")

    assert "reapi-nb" in str(Settings.read().home)


def test_a_home_may_be_written_with_a_tilde(environ):
    """`~/pictures` is below the user's own folder."""
    environ(REAPI_NB_HOME="~/pictures")

    assert Path.home() / "pictures" == Settings.read().home


def test_settings_do_not_change():
    """They are read once; a new cap makes new settings."""
    with pytest.raises(FrozenInstanceError):
        Settings.read().daily_cap = 1


# -- base URLs


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://reapi.ai", "https://reapi.ai"),
        ("https://reapi.ai/", "https://reapi.ai"),
        ("https://reapi.ai/api/v1", "https://reapi.ai"),
        ("https://reapi.ai/api/v1/", "https://reapi.ai"),
        ("  https://reapi.ai/api/v1\n", "https://reapi.ai"),
        ("https://REAPI.ai", "https://reapi.ai"),
        ("https://example.com:8443/api/v1", "https://example.com:8443"),
        ("http://127.0.0.1:8731", "http://127.0.0.1:8731"),
        ("http://localhost:8731/api/v1", "http://localhost:8731"),
        ("http://[::1]:8731", "http://[::1]:8731"),
    ],
)
def test_a_base_url_is_written_with_or_without_its_path(environ, written, origin):
    """Both forms mean the same place, and requests go below /api/v1."""
    environ(REAPI_API_KEY=KEY, REAPI_BASE_URL=written)

    settings = Settings.read()

    assert (origin, f"{origin}/api/v1") == (settings.origin, settings.base_url)


@pytest.mark.parametrize(
    "written",
    [
        "reapi.ai",
        "https://",
        "https:///api/v1",
        "https://re api.ai",
        "https://reapi.ai/v2",
        "https://reapi.ai/api/v1?x=1",
        "https://reapi.ai#x",
        "https://user@reapi.ai",
        "https://:word@reapi.ai",
        "https://reapi.ai:port",
        "https://reapi.ai:99999",
        "https://[::1",
        "ftp://reapi.ai",
        "file:///etc/passwd",
        "javascript:alert(1)",
    ],
)
def test_a_base_url_that_makes_no_sense_is_refused_in_one_line(environ, written):
    """The line repeats what was given and shows how to write it."""
    environ(REAPI_API_KEY=KEY, REAPI_BASE_URL=written)

    refusal = refused()

    assert repr(written) in refusal
    assert "https://reapi.ai/api/v1" in refusal


@pytest.mark.parametrize(
    "written",
    [
        "http://reapi.ai",
        "http://10.0.0.1",
        "http://0.0.0.0:80",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
    ],
)
def test_plain_http_is_for_this_machine_only(environ, written):
    """A key never travels where others can read along."""
    environ(REAPI_API_KEY=KEY, REAPI_BASE_URL=written)

    assert "not encrypted" in refused()


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("sandbox.localhost", True),
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("notlocalhost", False),
        ("127.0.0.1.example.com", False),
        ("::", False),
        ("0.0.0.0", False),
        ("", False),
    ],
)
def test_a_loopback_name_means_this_machine(host, loopback):
    """Only what can never lead anywhere else counts."""
    assert loopback is is_loopback(host)


# -- the config file


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("daily_cap = ", "is not TOML"),
        (b"# caf\xe9\n", "is not TOML"),
        ("dayly_cap = 5", "unknown setting 'dayly_cap'; known: daily_cap, kernel_cap, "),
        ("api_key = 'x'", "unknown setting 'api_key'"),
        ("daily_cap = '5'", "daily_cap should be of type int"),
        ("daily_cap = true", "daily_cap should be of type int"),
        ("base_url = 5", "base_url should be of type str"),
        ("daily_cap = -1", "daily_cap should not be negative"),
        ("run_at_once = -1", "run_at_once should not be negative"),
        ("kernel_cap = -1", "kernel_cap should not be negative"),
        ("kernel_cap = 'off'", "kernel_cap should be of type int"),
        ("confirm_credits = -1", "confirm_credits should not be negative"),
        ("confirm_credits = 0.5", "confirm_credits should be of type int"),
        ("run_at_once = 1.5", "run_at_once should be of type int"),
        ("run_at_once = true", "run_at_once should be of type int"),
        ("rates = 5", 'rates is a table: write [rates."mj-v7"]'),
        ("[[rates]]\nfast = 1", 'rates is a table: write [rates."mj-v7"]'),
    ],
)
def test_a_config_file_with_a_mistake_is_named_in_one_line(text, said):
    """The line says which file and what about it."""
    file = write_config(text)

    refusal = refused()

    assert str(file) in refusal
    assert said in refusal


def test_every_setting_that_is_known_is_named():
    """Whoever mistypes one sees all of them."""
    write_config("cap = 5")

    numbers = "daily_cap, kernel_cap, sheet_kb, run_at_once, confirm_credits"
    assert refused().endswith(f"known: {numbers}, base_url, apixo_base_url, rates, uploads")


def test_a_config_file_is_not_needed():
    """Without one, everything has a value."""
    assert not (config_folder() / "config.toml").exists()

    settings = Settings.read()

    assert (20_000, 48, 4, {}) == (
        settings.daily_cap,
        settings.sheet_kb,
        settings.run_at_once,
        settings.rates,
    )


def test_a_line_may_always_ask_first():
    """With run_at_once = 0 or confirm_credits = 0, whatever costs waits for Run."""
    write_config("run_at_once = 0\nconfirm_credits = 0")

    settings = Settings.read()

    assert (0, 0) == (settings.run_at_once, settings.confirm_credits)


def test_a_kernel_may_have_a_cap_of_its_own():
    """It is kept like the daily one; without a word of it there is none."""
    before = Settings.read()
    write_config("kernel_cap = 5000")

    assert (None, 5_000) == (before.kernel_cap, Settings.read().kernel_cap)
    assert 2_000 == before.confirm_credits


# -- rates of the user's


def test_rates_are_read_as_they_are_written():
    """By model and speed, in US dollars, to the last digit; whole dollars are rates as well."""
    write_config('[rates."mj-v7"]\nfast = 0.05\nturbo = 1\n[rates.mj-v7-pan]\nfast = 0\n')

    rates = Settings.read().rates

    assert {
        ("mj-v7", "fast"): Decimal("0.05"),
        ("mj-v7", "turbo"): Decimal(1),
        ("mj-v7-pan", "fast"): Decimal(0),
    } == rates
    assert {Decimal} == {type(rate) for rate in rates.values()}


@pytest.mark.parametrize(
    ("prompt", "speed", "bill"),
    [
        ("a cat", "fast", 50),
        ("a cat --oref https://example.com/cat.png", "fast", 100),
        ("a cat", "turbo", 2000),
        ("a cat", "draft", 44),
    ],
)
def test_a_rate_from_the_file_makes_the_bill_to_the_credit(prompt, speed, bill):
    """Read in binary, 5 cents would be a credit too many; what has no own rate has the card's."""
    write_config('[rates."mj-v7"]\nfast = 0.05\nturbo = 2\n')

    assert bill == estimate(Imagine(prompt=prompt, speed=speed), Settings.read().rates).credits


@pytest.mark.parametrize(
    "text",
    [
        "[rates]\nmj-v7 = 0.05",
        "[rates]\nmj-v7 = [0.05]",
        '[rates."mj-v7".fast]\ndollars = 0.05',
        '[rates."mj-v7"]\nfast = "0.05"',
        '[rates."mj-v7"]\nfast = true',
        '[rates."mj-v7"]\nfast = 2026-07-28',
        '[rates."mj-v7"]\n"" = 0.05',
    ],
)
def test_a_rate_of_the_wrong_shape_is_refused_in_one_line(text):
    """The line says which file, and shows how to write it for this model."""
    file = write_config(text)

    refusal = refused()

    assert str(file) in refusal
    assert 'write a rate as [rates."mj-v7"] and below it, for example, fast = 0.09' in refusal


@pytest.mark.parametrize(
    "number", ["-0.05", "-1", "nan", "inf", "-inf", "1000", "1000.0", "1e9", "1e999999"]
)
def test_a_rate_that_cannot_be_is_refused_in_one_line(number):
    """Negative, endless, no number at all, or credits typed where dollars are meant."""
    file = write_config(f'[rates."mj-v7"]\nfast = {number}\n')

    assert f"{file}: the rate of mj-v7 fast is out of range" == refused()


@pytest.mark.parametrize("number", ["1e99999999999999999999", "1e-99999999999999999999"])
def test_a_number_that_nothing_can_hold_is_refused_in_one_line(number):
    """Wherever in the file it stands."""
    file = write_config(f"daily_cap = {number}\n")

    assert f"{file}: a number in it is out of range" == refused()


def test_the_largest_rate_is_just_below_a_thousand_dollars():
    """A slip of the fingers begins there."""
    write_config('[rates."mj-v7"]\nfast = 999.999\n')

    assert {("mj-v7", "fast"): Decimal("999.999")} == Settings.read().rates
