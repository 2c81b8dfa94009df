"""Whose pictures a request may build on, and what is remembered of it."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from reapi_nb.catalog import (
    Edit,
    Enhance,
    Imagine,
    Inpaint,
    Pan,
    RemoveBackground,
    Retexture,
    UploadPaint,
    Upscale,
    Variation,
)
from reapi_nb.errors import InvalidRequest
from reapi_nb.job import Account, Snapshot, Status
from reapi_nb.library import Library
from reapi_nb.session import Parent, Session, Settings
from reapi_nb.session.parents import Parents
from reapi_nb.settings import Secret
from tests.faults.kernel import settings, until
from tests.faults.server import RecordingServer
from tests.posts import posted
from tests.samples import job as sample
from tests.samples import kept, urls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from reapi_nb.catalog import ImageRequest

CAT = Imagine(prompt="a cat")
PUBLIC = "https://example.com/cat.png"
LOCAL = (
    *("http://127.0.0.1:8888/files/cat.png", "http://127.8.8.8/cat.png", "http://[::1]/cat.png"),
    *("http://localhost:8888/cat.png", "https://LOCALHOST/cat.png", "http://x.localhost/cat.png"),
    *("http://10.0.0.1/cat.png", "http://172.16.0.9/cat.png", "https://192.168.1.5:8000/cat.png"),
    *("http://169.254.169.254/cat.png", "http://0.0.0.0/cat.png", "http://[fd00::1]/cat.png"),
)
"""Addresses that lead somewhere else on every machine and in every network."""

_CANVAS = {"canvas": {"width": 64, "height": 64}}
_PLACED = {**_CANVAS, "img_pos": {"x": 0, "y": 0, "width": 32, "height": 32}}
_PARENT = {"task_id": "task_elsewhere", "image_number": 1}

CARRIERS: dict[str, Callable[[str], ImageRequest]] = {
    "image prompt": lambda link: Imagine(prompt=f"{link} a cat"),
    "sref": lambda link: Imagine(prompt=f"a cat --sref 123 {link}::2"),
    "oref": lambda link: Imagine(prompt=f"a cat --oref {link}"),
    "an edit's words": lambda link: Variation(**_PARENT, prompt=f"a cat --sref {link}"),
    "inpaint's mask": lambda link: Inpaint(**_PARENT, mask={"url": link}),
    "edit's mask": lambda link: Edit(**_PARENT, **_PLACED, prompt="a cat", mask={"url": link}),
    "the picture": lambda link: RemoveBackground(image_urls=(link,)),
    "the picture beside words": lambda link: Retexture(image_urls=(link,), prompt="felt"),
    "upload-paint's mask": lambda link: UploadPaint(
        image_urls=(PUBLIC,), **_PLACED, prompt="a cat", mask={"url": link}
    ),
}
"""Every way in which a request asks the server to fetch something."""


@pytest.fixture(name="here")
def _here(home: Path) -> Settings:
    """A real place, to which nothing is sent."""
    return Settings(place="reapi", origin="https://reapi.ai", key=Secret("test-key"), home=home)


@pytest.fixture(name="parents")
def _parents(library: Library, here: Settings) -> Parents:
    return Parents(library, here)


@pytest.fixture(name="server")
def _server() -> Iterator[RecordingServer]:
    """Its tasks never end."""
    with RecordingServer(seconds=1e9) as server:
        yield server


@pytest.fixture(name="session")
def _session(server: RecordingServer, home: Path) -> Iterator[Session]:
    with Session(settings(server.origin, home)) as session:
        yield session


def _grid(account: Account, *slots: int, task: str = "parent", **fields: Any) -> Snapshot:
    """A finished job with pictures in these slots, whose links live."""
    given = {"status": Status.COMPLETED, "request": CAT, "task_id": f"task_{task}"}
    job = sample(account=account, **given | fields)
    links = urls(*(f"{slot}.png" for slot in slots), task=task)
    pictures = (
        kept(job, slot, position=position, url=link, expires_at=time.time() + 9e5)
        for position, (slot, link) in enumerate(zip(slots, links, strict=True))
    )
    return job.but(pictures=tuple(pictures))


def _keep(home: Path, *jobs: Snapshot) -> None:
    with closing(Library(home)) as library:
        for job in jobs:
            library.keep(job)


def _by_task(slot: int, task: str = "parent") -> Upscale:
    return Upscale(task_id=f"task_{task}", image_number=slot)


def _by_link(slot: int, task: str = "parent") -> RemoveBackground:
    return RemoveBackground(image_urls=urls(f"{slot}.png", task=task))


def _refusal(parents: Parents, request: ImageRequest) -> str:
    with pytest.raises(InvalidRequest) as refused:
        parents.check(request, parents.of(request))
    assert "\n" not in refused.value.message
    return refused.value.message


# -- which one it is


@pytest.mark.parametrize("by", [_by_task, _by_link])
def test_a_parent_is_known_by_its_task_and_by_its_link(parents, library, here, by):
    """The job and the very picture."""
    grid = _grid(here.account, 0, 1, 3)
    library.keep(grid)

    found = parents.of(by(3))

    assert (grid, grid.pictures[2]) == found
    parents.check(by(3), found)


@pytest.mark.parametrize(
    "request_", [CAT, _by_task(0, "other"), _by_link(0, "other")], ids=lambda one: one.nick
)
def test_what_the_library_does_not_know_may_be_a_parent(parents, library, here, request_):
    """The server knows better; and words have no parent at all."""
    library.keep(_grid(here.account, 0))

    assert parents.of(request_) is None
    parents.check(request_, None)


@pytest.mark.parametrize("edit", [_by_task(1), _by_link(1)], ids=lambda edit: edit.nick)
def test_an_edit_remembers_what_it_was_made_from(session, home, edit):
    """Typed by task or by link, its board can lead to its parent, also after a restart."""
    _keep(home, grid := _grid(session.settings.account, 0, 1))

    job = session.submit(edit)
    until(lambda: job.task_id)

    assert (grid.job_id, 1) == job.snapshot.parent
    assert grid.job_id == session.parent(job).job_id
    with closing(Library(home)) as library:
        assert (grid.job_id, 1) == library.job(job.job_id).parent


def test_a_parent_that_is_given_wins(session, home):
    """Who clicks knows which picture it was, whatever the number on the wire means."""
    grid, other = (_grid(session.settings.account, 0, 1, task=task) for task in ("parent", "other"))
    _keep(home, grid, other)

    job = session.submit(_by_task(0), parent=Parent(other, other.pictures[1]))

    assert (other.job_id, 1) == job.snapshot.parent


def test_a_parent_that_is_given_is_judged(session, server, home):
    """Instead of the one in the library, which would do."""
    _keep(home, grid := _grid(session.settings.account, 0, 1))
    unfinished = Parent(replace(grid, status=Status.PROCESSING), grid.pictures[0])

    with pytest.raises(InvalidRequest, match="is processing"):
        session.submit(_by_task(0), parent=unfinished)
    with pytest.raises(InvalidRequest, match="no such picture"):
        session.submit(_by_task(0), parent=Parent(grid, None))

    assert [] == posted(session, server)


# -- which one it may be


@pytest.mark.parametrize("by", [_by_task, _by_link])
@pytest.mark.parametrize(
    ("place", "origin"),
    [
        ("sandbox", "http://sandbox.localhost"),
        ("sandbox", "https://reapi.ai"),
        ("reapi", "https://other.example"),
        ("apixo", "https://reapi.ai"),
    ],
)
def test_a_picture_of_one_place_is_no_parent_in_another(parents, library, by, place, origin):
    """The refusal says where it was made, and how to go there."""
    library.keep(_grid(Account(place, origin, "0a1b2c3d"), 0))

    refusal = _refusal(parents, by(0))

    assert f"task_parent was made on {place}, and this is reapi" in refusal
    assert f"type %reapi use {place}" in refusal


def test_a_picture_of_another_key_may_be_a_parent(parents, library, here):
    """A new key of the same account is another one to us: the server knows better."""
    grid = _grid(here.account._replace(tag="ffffffff"), 0)
    library.keep(grid)

    parents.check(_by_task(0), parents.of(_by_task(0)))


@pytest.mark.parametrize("by", [_by_task, _by_link])
@pytest.mark.parametrize("status", [one for one in Status if one is not Status.COMPLETED], ids=str)
def test_only_a_finished_job_is_a_parent(parents, library, here, by, status):
    """The refusal says how far it is; some of its pictures may be there already."""
    library.keep(_grid(here.account, 0, status=status))

    assert f"task_parent is {status.facts.says}: it has no pictures yet" == _refusal(parents, by(0))


def test_a_picture_that_is_not_there_is_no_parent(parents, library, here):
    """The refusal names those that are."""
    library.keep(_grid(here.account, 0, 1, 3))

    assert "task_parent has no such picture: choose #1, #2, #4" == _refusal(parents, _by_task(2))


def test_a_picture_of_the_wrong_kind_is_no_parent(parents, library, here):
    """Only drafts are enhanced; the model's own words say so."""
    library.keep(_grid(here.account, 0))

    refusal = _refusal(parents, Enhance(task_id="task_parent", image_number=0))

    assert "Enhance is for drafts only" in refusal


def test_an_expired_link_is_refused_and_says_what_to_type(parents, library, here):
    """The server could not fetch it; looking for a new one is free."""
    grid = _grid(here.account, 0, 1)
    dead = replace(grid.pictures[1], expires_at=time.time() - 1)
    library.keep(replace(grid, pictures=(grid.pictures[0], dead)))

    refusal = _refusal(parents, _by_link(1))

    assert "the link of task_parent#2 has expired: type %reapi resume task_parent" in refusal
    parents.check(_by_link(0), parents.of(_by_link(0)))
    parents.check(_by_task(1), parents.of(_by_task(1)))  # it sends no link


@pytest.mark.parametrize("trouble", ["place", "status", "slot", "link", "address"])
def test_what_is_refused_is_not_sent(session, server, home, trouble):
    """It leaves no job and no charge, and neither does a plan that it is part of."""
    account = session.settings.account
    grid = _grid(account, 0)
    dead = replace(grid.pictures[0], expires_at=time.time() - 1)
    left, request = {
        "place": (replace(grid, account=Account("sandbox", *account[1:])), _by_task(0)),
        "status": (replace(grid, status=Status.PROCESSING), _by_task(0)),
        "slot": (grid, _by_task(1)),
        "link": (replace(grid, pictures=(dead,)), _by_link(0)),
        "address": (grid, RemoveBackground(image_urls=("http://[::1/cat.png",))),
    }[trouble]
    _keep(home, left)
    before, spent = session.history(), session.spent_today()

    with pytest.raises(InvalidRequest):
        session.submit(request)
    with pytest.raises(InvalidRequest):
        session.submit(request, clicked=True, fresh=True)
    with pytest.raises(InvalidRequest):
        session.plan([CAT, request])

    assert before == session.history()
    assert spent == session.spent_today()
    assert [] == posted(session, server)


# -- links


@pytest.mark.parametrize("link", LOCAL)
def test_a_server_is_not_asked_to_fetch_from_this_machine_or_network(parents, link):
    """It would pay for a request that cannot work; the refusal says what to do instead."""
    refusal = _refusal(parents, RemoveBackground(image_urls=(link,)))

    assert link in refusal
    assert "put the picture where everybody can" in refusal


@pytest.mark.parametrize("carry", CARRIERS.values(), ids=CARRIERS)
def test_every_link_of_a_request_is_looked_at(parents, carry):
    """Wherever in the request it stands; a public one passes."""
    parents.check(carry(PUBLIC), None)

    assert "http://10.0.0.1/cat.png is an address of this" in _refusal(
        parents, carry("http://10.0.0.1/cat.png")
    )


@pytest.mark.parametrize("carry", CARRIERS.values(), ids=CARRIERS)
@pytest.mark.parametrize("origin", ["http://127.0.0.1:8731", "http://localhost", "sandbox"])
def test_a_server_on_this_machine_may_fetch_from_it(library, home, origin, carry):
    """The sandbox fetches nothing anyway, and one for development stands beside its pictures."""
    here = Settings.read("sandbox", home=home) if origin == "sandbox" else settings(origin, home)
    parents = Parents(library, here)

    for link in (*LOCAL, PUBLIC):
        parents.check(carry(link), None)


def test_a_link_that_nobody_can_read_is_refused(parents):
    """One line instead of a traceback."""
    request = RemoveBackground(image_urls=("http://[::1/cat.png",))

    assert "http://[::1/cat.png is no address" == _refusal(parents, request)


# -- how pictures are counted


@pytest.mark.parametrize(
    ("counting", "slots"),
    [("", [0, 1, None, 3]), ("slot", [0, 1, None, 3]), ("position", [0, 1, 3, None])],
)
def test_a_number_means_what_people_said_the_server_counts(parents, library, here, counting, slots):
    """By the picture's own number, unless it was said that places are counted."""
    library.keep(replace(_grid(here.account, 0, 1, 3), counting=counting))

    found = [parents.of(_by_task(number)).picture for number in range(4)]

    assert slots == [picture.slot if picture else None for picture in found]
    assert "no such picture" in _refusal(parents, _by_task(slots.index(None)))


def test_how_pictures_are_counted_is_asked_once(server, home):
    """The answer counts from the next request on, and after a restart."""
    with Session(settings(server.origin, home)) as session:
        _keep(home, grid := _grid(session.settings.account, 0, 1, 3))
        job = session.find("task_parent")

        session.count_by(job, "position")

        assert ("position", 1) == (job.snapshot.counting, job.snapshot.rev - grid.rev)
        with closing(Library(home)) as library:
            until(lambda: "position" == library.task("task_parent").counting)
        assert (grid.job_id, 3) == session.submit(_by_task(2)).snapshot.parent
    with Session(settings(server.origin, home)) as session:
        found = session.find("task_parent")

        assert ("position", Status.COMPLETED) == (found.snapshot.counting, found.status)
        assert (grid.job_id, 3) == session.submit(_by_task(2)).snapshot.parent


@pytest.mark.parametrize("status", [Status.PROCESSING, Status.SAVING], ids=str)
def test_how_pictures_are_counted_is_said_when_they_are_all_there(session, home, status):
    """News that are on their way would take the answer back."""
    _keep(home, _grid(session.settings.account, 0, 1, 3, status=status))

    with pytest.raises(InvalidRequest, match=f"task_parent is still {status}"):
        session.count_by(session.find("task_parent"), "position")


def test_pictures_are_counted_in_one_of_two_ways(session, home):
    """What comes from a browser may be anything."""
    _keep(home, _grid(session.settings.account, 0, 1, 3))

    with pytest.raises(InvalidRequest, match="by slot or by position, not 'luck'"):
        session.count_by(session.find("task_parent"), "luck")


# -- what may go wrong


def test_the_words_of_the_grandparent_count(session, home):
    """An upscale has no words of its own, so the concern about --oref is found further up."""
    oref = Imagine(prompt="a cat --oref https://example.com/cat.png")
    grid = _grid(session.settings.account, 0, request=oref)
    upscaled = _grid(
        session.settings.account, 0, task="upscaled", request=_by_task(0), parent=(grid.job_id, 0)
    )
    _keep(home, grid, upscaled)

    [item] = session.plan([Pan(task_id="task_upscaled", image_number=0)]).items
    [plain] = session.plan([_by_task(0)]).items

    [notice] = item.notices
    assert notice.startswith("made with --oref")
    assert () == plain.notices
