"""Nicks that two providers share: who made the picture decides, then who is in force."""

from __future__ import annotations

import pytest

from reapi_nb.catalog import (
    REQUESTS,
    ApixoUploadPaint,
    ApixoUpscale,
    ApixoVary,
    UploadPaint,
    Upscale,
    Variation,
)
from reapi_nb.command import parse
from tests.lines import link, read, refusal

SHARED = {kind.nick for kind in REQUESTS if [one.nick for one in REQUESTS].count(kind.nick) > 1}
MAKERS = {"task_r": "reapi", "task_a": "apixo", "job": "apixo", "_": "apixo"}
KNOWN = {"resolve": {"job": "task_j", "_": "task_last"}.get, "link": link, "maker": MAKERS.get}
PAINT = ' "a boat" --canvas 9x8 --img-pos 0,0,4x4 --mask https://example.com/m.png'


def test_three_nicks_are_shared():
    """Everything below is about these."""
    assert {"upscale", "vary", "upload-paint"} == SHARED


@pytest.mark.parametrize(
    ("nick", "kinds"),
    [("upscale", (Upscale, ApixoUpscale)), ("vary", (Variation, ApixoVary))],
)
def test_the_provider_in_force_has_the_nick(nick, kinds):
    """Where nobody knows who made the picture; without one, the first class."""
    got = [read(f"{nick} task_x#1", provider=name).request for name in ("", "reapi", "apixo")]

    assert [kinds[0], *kinds] == [type(request) for request in got]


@pytest.mark.parametrize("provider", ["", "reapi", "apixo"])
@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("upscale task_r#2", Upscale),
        ("upscale task_a#2", ApixoUpscale),
        ("upscale job#2", ApixoUpscale),
        ("upscale _#2", ApixoUpscale),
        ("upscale --type 2 task_a#2", ApixoUpscale),
        ("upscale --type creative task_r#2", Upscale),
        ("upscale --version v6 task_a#2", ApixoUpscale),
        ("upscale task_a#2 --type 2 --version niji 6;", ApixoUpscale),
        ("vary task_r#1 more like task_a#1", Variation),
        ("vary task_a#1 more like task_r#1", ApixoVary),
        ('vary task_a#1 "{rain, snow}"', ApixoVary),
        ("vary --speed turbo task_r#1 rain", Variation),
        (f"upload-paint task_a#1{PAINT}", ApixoUploadPaint),
        (f"upload-paint task_r#1{PAINT}", UploadPaint),
        (f"upload-paint{PAINT} --image task_a#1", ApixoUploadPaint),
        (f"upload-paint{PAINT} --image task_r#1 --speed turbo", UploadPaint),
        (f"upload-paint --image task_a#1{PAINT} --version v7", ApixoUploadPaint),
    ],
)
def test_who_made_the_picture_wins(line, kind, provider):
    """Over the provider in force, and whatever options stand in front of its name."""
    got = read(line, provider=provider, **KNOWN)

    assert {kind} == {type(request) for request in got.requests}


@pytest.mark.parametrize(
    "line",
    [
        f"upload-paint https://example.com/a.png{PAINT}",
        f"upload-paint ./a.png{PAINT}",
        f"upload-paint task_x#1{PAINT}",
    ],
)
def test_a_picture_that_nobody_made_leaves_it_to_the_provider(line):
    """A URL and a file too; names in the words of the prompt decide nothing."""
    line = line.replace("a boat", "like task_a#1")
    known = {**KNOWN, "upload": lambda _: "https://example.com/up.png"}

    assert isinstance(read(line, **known).request, UploadPaint)
    assert isinstance(read(line, provider="apixo", **known).request, ApixoUploadPaint)


def test_a_line_is_refused_in_the_words_of_its_class():
    """The one that it turns out to be for."""
    assert "type should be a valid integer, not 'creative'" == refusal(
        "upscale task_a#1 --type creative", **KNOWN
    )
    assert "type should be 'standard' or 'creative', not '2'" == refusal(
        "upscale task_r#1 --type 2", provider="apixo", **KNOWN
    )


def test_a_nick_of_one_class_asks_nobody():
    """There is nothing to decide."""

    def nobody(name):
        raise AssertionError(name)

    assert "task_a" == parse("remix", "task_a#1 rain", maker=nobody).request.parent_task
    assert "task_a" == parse("pan", "task_a#1", maker=nobody, provider="apixo").request.parent_task


def test_no_link_is_asked_for_and_nothing_uploaded_to_find_out():
    """Only the class that the line is for asks."""
    asked = []

    def counted(*picture):
        asked.append(picture)
        return link(*picture)

    read(f"upload-paint --image task_a#1{PAINT}", **{**KNOWN, "link": counted})

    assert [("task_a", 0)] == asked
