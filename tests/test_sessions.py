"""The sessions of one kernel: which of them serves a line."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reapi_nb.catalog import ApixoImagine, Imagine
from reapi_nb.errors import BadSettings, InvalidRequest
from reapi_nb.job import Account, Status
from reapi_nb.library import Library
from reapi_nb.notebook.sessions import Sessions
from reapi_nb.settings import Secret, Settings
from tests.faults.kernel import KEY, closed_port
from tests.samples import job as sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from reapi_nb.catalog import ImageRequest
    from reapi_nb.job import Snapshot
    from reapi_nb.session import Job
    from tests.notebooks import Notebook

CAT: dict[str, ImageRequest] = {
    "reapi": Imagine(prompt="a cat"),
    "apixo": ApixoImagine(prompt="a cat"),
}


@pytest.fixture(name="sessions")
def _sessions() -> Iterator[Sessions]:
    with closing(Sessions()) as sessions:
        yield sessions


@pytest.fixture(name="keys")
def _keys(environ: Callable[..., None]) -> None:
    """A key for each real place; nothing is ever sent there."""
    environ(REAPI_API_KEY=KEY, APIXO_API_KEY=f"apixo-{KEY}")


@pytest.fixture(name="offline")
def _offline(environ: Callable[..., None]) -> None:
    """Both places are an address where nobody listens."""
    nowhere = f"http://127.0.0.1:{closed_port()}"
    environ(REAPI_BASE_URL=nowhere, APIXO_BASE_URL=nowhere)


def _job(sessions: Sessions, home: Path, account: Account, provider: str) -> Job:
    """A finished job of an account, as the session in force finds it."""
    done = sample(account=account, request=CAT[provider], status=Status.COMPLETED, task_id="parent")
    with closing(Library(home)) as library:
        library.keep(done)
    return sessions.current.find("parent")


# -- by provider


@pytest.mark.parametrize("provider", CAT)
def test_the_sandbox_serves_everybody(sessions, capsys, provider):
    """Without a key, and without a word."""
    serving = sessions.serving(provider)

    assert serving is sessions.current
    assert "sandbox" == serving.settings.place
    assert "" == capsys.readouterr().out


@pytest.mark.usefixtures("keys")
def test_the_sandbox_serves_everybody_although_there_are_keys(sessions):
    """Who chose the sandbox never pays by the choice of a model."""
    sessions.enter(Settings.read("sandbox"))

    assert ["sandbox", "sandbox"] == [sessions.serving(one).settings.place for one in CAT]


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize(("place", "other"), [("reapi", "apixo"), ("apixo", "reapi")])
def test_a_line_for_the_other_provider_goes_to_its_place(sessions, capsys, place, other):
    """It is opened with its own key and said so; the place in force stays in force."""
    here = sessions.enter(Settings.read(place))

    serving = [sessions.serving(place), sessions.serving(other), sessions.serving(place)]

    assert [here, here] == [serving[0], serving[2]]
    assert (other, here) == (serving[1].settings.place, sessions.current)
    assert {"reapi": KEY, "apixo": f"apixo-{KEY}"}[other] == serving[1].settings.key.reveal()
    assert f"using {other} for this line\n" == capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("REAPI_API_KEY", "no key for APIXO: type %reapi login apixo, or"),
        ("APIXO_API_KEY", "no key for reAPI: type %reapi login, or"),
    ],
)
def test_without_a_key_for_the_other_provider_the_line_says_so(
    sessions, environ, capsys, name, says
):
    """In one line that says what to type; nothing is opened."""
    environ(**{name: KEY})
    here = sessions.current
    [other] = CAT.keys() - {here.provider}

    with pytest.raises(BadSettings, match=says) as refused:
        sessions.serving(other)

    assert "\n" not in refused.value.message
    assert (here, "") == (sessions.current, capsys.readouterr().out)


@pytest.mark.usefixtures("keys")
def test_a_place_is_opened_once(sessions):
    """Its jobs live in one session, whether a line or `use` opened it."""
    served = sessions.serving("apixo")

    assert served is sessions.serving("apixo")
    assert served is sessions.enter(Settings.read("apixo")) is sessions.current


@pytest.mark.usefixtures("keys")
def test_a_loop_of_lines_says_it_once(sessions, capsys, notebook: Notebook):
    """Once in a run of a cell, and again in the next."""
    for _ in range(2):
        with notebook.running():
            for _ in range(3):
                sessions.serving("apixo")

    assert "using apixo for this line\n" * 2 == capsys.readouterr().out


# -- by parent


@pytest.mark.usefixtures("keys")
def test_a_follow_up_goes_to_the_account_of_its_parent(sessions, home):
    """Another key of the same place is another account, and the parent's is the right one."""
    first = sessions.current
    parent = _job(sessions, home, first.settings.account, "reapi")
    with_another_key = Settings.read("reapi", key=Secret("another-test-key"))
    sessions.enter(with_another_key)

    assert first is sessions.serving("reapi", parent)
    assert sessions.current is sessions.serving("reapi")


@pytest.mark.usefixtures("keys")
def test_a_follow_up_of_an_account_that_is_not_open_goes_where_its_provider_is(sessions, home):
    """The server knows better whose the task is."""
    foreign = Account("reapi", "https://reapi.ai", "ffffffff")
    parent = _job(sessions, home, foreign, "reapi")

    assert sessions.current is sessions.serving("reapi", parent)


@pytest.mark.usefixtures("keys")
def test_another_providers_picture_does_not_choose_the_session(sessions, home):
    """APIXO's session is not asked for what reAPI makes; the picture is refused later."""
    apixo = sessions.serving("apixo")
    parent = _job(sessions, home, apixo.settings.account, "apixo")

    assert sessions.current is sessions.serving("reapi", parent)


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize("place", ["sandbox", "reapi"])
def test_no_picture_leads_from_play_to_money_or_back(sessions, home, place):
    """A follow-up stays on the side of the place in force."""
    sandbox, real = (sessions.enter(Settings.read(one)) for one in ("sandbox", "reapi"))
    here, there = (sandbox, real) if place == "sandbox" else (real, sandbox)
    sessions.enter(here.settings)
    parent = _job(sessions, home, there.settings.account, "reapi")

    assert here is sessions.serving("reapi", parent)


# -- the cap


@pytest.mark.usefixtures("keys")
def test_a_cap_holds_in_every_account_of_the_kernel(sessions):
    """In those that are open, and in those that a line opens later."""
    before = sessions.current

    sessions.set_cap(500)

    later = sessions.serving("apixo")
    assert (500, 500) == (before.settings.daily_cap, later.settings.daily_cap)


# -- what earlier kernels left


def _left(home: Path, provider: str, status: Status = Status.PROCESSING) -> Snapshot:
    """A job that a kernel with the key of a real place left under way."""
    account = Settings.read(provider).account
    left = sample(account=account, request=CAT[provider], status=status, task_id=f"of-{provider}")
    with closing(Library(home)) as library:
        library.keep(left)
    return left


@pytest.mark.usefixtures("keys", "offline")
def test_jobs_of_every_place_are_taken_up(sessions, home):
    """A task at APIXO is paid for, too, when the next kernel starts at reAPI."""
    _left(home, "apixo")
    assert "reapi" == sessions.current.settings.place

    sessions.take_up()

    found = sessions.current.find("of-apixo")
    assert "apixo" == sessions.of(found).settings.place
    assert {"reapi", "apixo"} == {one.settings.place for one in sessions._open.values()}


@pytest.mark.usefixtures("keys", "offline")
@pytest.mark.parametrize("status", [Status.COMPLETED, Status.UNKNOWN, Status.HELD], ids=str)
def test_a_place_without_jobs_under_way_is_not_opened(sessions, home, status):
    """What has ended, or waits for people, needs nobody yet."""
    _left(home, "apixo", status)

    sessions.take_up()

    assert ["reapi"] == [one.settings.place for one in sessions._open.values()]


@pytest.mark.usefixtures("keys", "offline")
def test_the_sandbox_takes_up_nothing_of_real_places(sessions, home, environ):
    """Whoever forced it has no business there, not even to look."""
    left = _left(home, "apixo")
    environ(REAPI_NB_SANDBOX="1")

    sessions.take_up()

    assert sessions.current is sessions.of(sessions.current.find(left.task_id))
    assert ["sandbox"] == [one.settings.place for one in sessions._open.values()]


@pytest.mark.usefixtures("keys", "offline")
def test_a_job_that_is_named_is_followed_where_it_was_made(sessions, home):
    """Its account is opened when it is not yet; another key's stays closed."""
    ours, foreign = _left(home, "apixo"), Account("apixo", "https://api.apixo.ai", "ffffffff")
    with closing(Library(home)) as library:
        library.keep(sample(account=foreign, request=CAT["apixo"], task_id="foreign"))
    here = sessions.current

    followed = sessions.of(here.find(ours.task_id))

    assert ("apixo", ours.account) == (followed.settings.place, followed.settings.account)
    assert here is sessions.of(here.find("foreign"))


@pytest.mark.usefixtures("keys", "offline")
@pytest.mark.parametrize("place", ["sandbox", "apixo"])
@pytest.mark.parametrize("act", ["send", "look_again"])
def test_a_job_of_another_account_is_not_touched_from_here(sessions, home, place, act):
    """Its body would be paid for, or its id asked for, at a server that never saw it."""
    account = Settings.read(place).account
    left = sample(account=account, status=Status.HELD if act == "send" else Status.STALE)
    with closing(Library(home)) as library:
        library.keep(left)
    job = sessions.current.find(left.job_id)

    with pytest.raises(InvalidRequest, match=f"type %reapi use {place}"):
        getattr(sessions.current, act)(job)
