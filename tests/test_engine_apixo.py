"""A job at APIXO: its pictures' numbers, the life of its links, and when it is looked at."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from reapi_nb.catalog import ApixoImagine
from reapi_nb.errors import PictureLost
from reapi_nb.job import Status
from reapi_nb.wire import apixo, reapi
from tests.clocks import VirtualClock
from tests.samples import job, picture, urls
from tests.stage import FOUR, Stage, grid, said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reapi_nb.job import Snapshot
    from reapi_nb.wire.answers import Task

CAT = ApixoImagine(prompt="a cat")


@pytest.fixture(name="stage")
def _stage(home: Path) -> Iterator[Stage]:
    stage = Stage(home, VirtualClock())
    yield stage
    stage.close()


def _made(*names: str, task: str = "x") -> Task:
    """A finished task, as APIXO tells it."""
    result = json.dumps({"resultUrls": urls(*(names or FOUR), task=task)})
    data = {"taskId": "x", "state": "success", "resultJson": result}
    told = json.dumps({"code": 200, "message": "success", "data": data})
    return apixo.asked(200, {}, told.encode())


def _cat(**fields: float) -> Snapshot:
    return job(request=CAT, **{"expected_s": CAT.latency().middle_s} | fields)


def test_a_task_is_looked_at_as_what_it_is(stage):
    """Under the provider and the model that it was made with."""
    stage.server.looks = [said(), _made()]

    apixos = stage.run(_cat())
    stage.server.looks = [grid()]
    reapis = stage.run(job())

    assert (Status.COMPLETED, Status.COMPLETED) == (apixos.status, reapis.status)
    assert [("apixo", "midjourney")] * 2 + [("reapi", "mj-v7")] == stage.server.asked
    assert [CAT.body(), reapis.request.body()] == stage.server.bodies


def test_a_link_lives_as_long_as_its_provider_says(stage):
    """15 days at APIXO, seven at reAPI."""
    stage.server.looks = [_made()]
    apixos = stage.run(_cat())
    stage.server.looks = [grid()]
    reapis = stage.run(job())

    for end, wire in ((apixos, apixo), (reapis, reapi)):
        [expires_at] = {one.expires_at for one in end.pictures}
        assert 0 <= end.times.accepted + 60 + wire.URL_LIFETIME_S - expires_at < 60
    assert apixo.URL_LIFETIME_S > 2 * reapi.URL_LIFETIME_S


def test_a_number_that_no_picture_of_apixos_has_is_no_slot(stage):
    """It makes four; a fifth number is part of a name."""
    names = ("7.png", "8.png")
    stage.server.looks = [_made(*names)]
    apixos = stage.run(_cat())
    stage.server.looks = [grid(*names)]
    reapis = stage.run(job())

    assert [[0, 1], [7, 8]] == [[one.slot for one in end.pictures] for end in (apixos, reapis)]


@pytest.mark.parametrize("speed", ["fast", "turbo"])
def test_apixo_is_asked_after_20_seconds_and_then_every_3(stage, speed):
    """As its documents wish."""
    asked = ApixoImagine(prompt="a cat", speed=speed)
    stage.server.looks = [*[said()] * 9, _made()]

    end = stage.run(job(request=asked, expected_s=asked.latency().middle_s))

    first, *later = (at - end.times.accepted for at in stage.server.looked)
    assert pytest.approx(20.0, abs=0.1) == first
    assert [pytest.approx(3.0, abs=0.1)] * 9 == [b - a for a, b in pairwise([first, *later])]


def test_a_quick_task_is_noticed_quickly_at_any_provider(stage):
    """The sandbox takes three seconds, whomever it plays."""
    ends = []
    for asked in (CAT, job().request):
        stage.server.looked.clear()
        stage.server.looks = [said(), _made() if asked is CAT else grid()]
        end = stage.run(job(request=asked, expected_s=3.0))
        ends.append([at - end.times.accepted for at in stage.server.looked])

    apixos, reapis = ends
    assert reapis == pytest.approx(apixos, abs=0.05)
    assert apixos[-1] < 4.0


@pytest.mark.parametrize(("age", "first"), [(5.0, 15.0), (19.5, 0.5), (500.0, 0.0)])
def test_a_task_that_is_taken_up_is_looked_at_when_it_would_have_been(stage, age, first):
    """Its first look is due 20 seconds after it was accepted, whichever kernel looks."""
    accepted = stage.clock.now() - age
    left = _cat().but(status=Status.PROCESSING, task_id="task_x")
    left = left.but(times=left.at(accepted=accepted))
    stage.server.looks = [said(), said(), _made()]

    stage.run(left)

    began = accepted + age
    assert pytest.approx(first, abs=0.1) == stage.server.looked[0] - began
    assert all(later - at >= 2.99 for at, later in pairwise(stage.server.looked))


def test_a_dead_link_is_asked_for_anew_where_it_was_made(stage):
    """While it is fetched, and later when somebody looks again."""
    [old] = urls("0.png")
    stage.server.looks = [_made("0.png"), _made("0.png", task="new")]
    stage.server.fetches = {old: [PictureLost("dead")]}

    end = stage.run(_cat())

    assert (Status.COMPLETED, picture()) == (end.status, end.pictures[0].path.read_bytes())
    assert urls("0.png", task="new") == (end.pictures[0].url,)
    assert [("apixo", "midjourney")] * 2 == stage.server.asked

    stage.clock.elapsed += apixo.URL_LIFETIME_S + 1
    stage.server.looks = [_made("0.png", task="newer")]

    async def act(engine):
        engine.look_again(end)
        await stage.until(lambda: stage.told[-1].rev > end.rev)

    stage.play(act)

    [renewed] = stage.told[-1].pictures
    assert urls("0.png", task="newer") == (renewed.url,)
    assert pytest.approx(apixo.URL_LIFETIME_S, abs=60) == renewed.expires_at - stage.clock.now()


def test_links_of_a_strangers_task_are_asked_for_as_told(stage):
    """Where only the id is known, whoever asks says whose it may be."""
    found = []

    async def act(engine):
        stage.server.looks = [_made("7.png")]
        found.append(await engine.links("x", "apixo", "midjourney"))

    stage.play(act)

    assert [{0: urls("7.png")[0]}] == found
    assert [("apixo", "midjourney")] == stage.server.asked
