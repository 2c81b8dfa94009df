"""Every picture that a request sends by its address is looked at, not its parent alone."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from reapi_nb.catalog import (
    AnyModel,
    ApixoImagine,
    ApixoUpscale,
    GptImage,
    Imagine,
    Retexture,
    UploadPaint,
    Upscale,
    Variation,
    Wan,
)
from reapi_nb.errors import InvalidRequest
from reapi_nb.job import Account, Snapshot, Status
from reapi_nb.library import Library
from reapi_nb.session import Session, Settings
from reapi_nb.session.parents import Parents
from reapi_nb.settings import Secret
from tests.samples import job as sample
from tests.samples import kept, urls

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from reapi_nb.catalog import ImageRequest

PUBLIC = "https://example.com/cat.png"
[FIRST, SECOND] = urls("0.png", "1.png", task="parent")
_PLACED = {
    "canvas": {"width": 64, "height": 64},
    "img_pos": {"x": 0, "y": 0, "width": 32, "height": 32},
}

CARRIERS: dict[str, Callable[[str], ImageRequest]] = {
    "Midjourney's image prompt": lambda link: Imagine(prompt=f"{link} a cat"),
    "Midjourney's --sref": lambda link: Imagine(prompt=f"a cat --sref {link}::2"),
    "Midjourney's --oref": lambda link: Imagine(prompt=f"a cat --oref {link}"),
    "an edit's words": lambda link: Variation(task_id="task_far", prompt=f"a cat --sref {link}"),
    "the picture": lambda link: Retexture(image_urls=(link,), prompt="felt"),
    "a mask": lambda link: UploadPaint(
        image_urls=(PUBLIC,), **_PLACED, prompt="a cat", mask={"url": link}
    ),
    "Wan's first of two": lambda link: Wan(prompt="a cat", image_urls=(link, PUBLIC)),
    "Wan's last of two": lambda link: Wan(prompt="a cat", image_urls=(PUBLIC, link)),
    "GPT's second": lambda link: GptImage(prompt="a cat", image_urls=(PUBLIC, link)),
    "GPT's mask": lambda link: GptImage(prompt="a cat", image_urls=(PUBLIC,), mask_url=link),
    "a raw request's": lambda link: AnyModel(
        model="flux-2", prompt="a cat", deep=[{"image": link}]
    ),
    "a raw prompt's second": lambda link: AnyModel(
        model="midjourney", prompt=f"{PUBLIC} {link} a cat"
    ),
}
"""Every way in which a request to reAPI sends the address of a picture."""


@pytest.fixture(name="here")
def _here(home: Path) -> Settings:
    """A real place, to which nothing is sent."""
    return Settings(place="reapi", origin="https://reapi.ai", key=Secret("test-key"), home=home)


@pytest.fixture(name="parents")
def _parents(library: Library, here: Settings) -> Parents:
    return Parents(library, here)


def _grid(account: Account, *slots: int, task: str = "parent", **fields: Any) -> Snapshot:
    """A finished job with pictures of 64 x 48 in these slots, whose links live."""
    given = {"status": Status.COMPLETED, "task_id": f"task_{task}"}
    job = sample(account=account, **given | fields)
    pictures = (
        kept(job, slot, url=link, expires_at=time.time() + 9e5, width=64, height=48)
        for slot, link in zip(slots, urls(*(f"{n}.png" for n in slots), task=task), strict=True)
    )
    return job.but(pictures=tuple(pictures))


def _dead(grid: Snapshot, slot: int) -> Snapshot:
    pictures = (
        replace(one, expires_at=time.time() - 1) if one.slot == slot else one
        for one in grid.pictures
    )
    return replace(grid, pictures=tuple(pictures))


def _refusal(parents: Parents, request: ImageRequest) -> str:
    with pytest.raises(InvalidRequest) as refused:
        parents.check(request, parents.of(request))
    assert "\n" not in refused.value.message
    return refused.value.message


@pytest.mark.parametrize("carry", CARRIERS.values(), ids=CARRIERS)
def test_a_dead_link_is_refused_wherever_it_stands(parents, library, here, carry):
    """The server could not fetch it; the refusal says how to get a new one."""
    library.keep(_dead(_grid(here.account, 0, 1), 1))

    refusal = _refusal(parents, carry(SECOND))

    assert "the link of task_parent#2 has expired: type %reapi resume task_parent" in refusal


@pytest.mark.parametrize("carry", CARRIERS.values(), ids=CARRIERS)
def test_a_link_with_a_password_is_refused_wherever_it_stands(parents, carry):
    """It would be kept, shown and sent; the refusal does not say it either."""
    said = _refusal(parents, carry("https://me:secret@pictures.example/cat.png"))

    assert "name or password" in said
    assert "secret" not in said


@pytest.mark.parametrize("carry", CARRIERS.values(), ids=CARRIERS)
def test_a_link_that_lives_passes_wherever_it_stands(parents, library, here, carry):
    """So does one that nobody here knows; a dead one beside it is none of its business."""
    library.keep(_dead(_grid(here.account, 0, 1), 1))

    for link in (FIRST, PUBLIC):
        parents.check(carry(link), parents.of(carry(link)))


@pytest.mark.parametrize("carry", CARRIERS.values(), ids=CARRIERS)
@pytest.mark.parametrize(
    ("place", "origin"),
    [
        ("sandbox", "http://sandbox.localhost"),
        ("reapi", "https://other.example"),
        ("apixo", "https://api.apixo.ai"),
    ],
)
def test_a_picture_of_another_place_is_refused_wherever_it_stands(
    parents, library, carry, place, origin
):
    """Also where it is no parent, but one of several pictures or a style."""
    library.keep(_grid(Account(place, origin, "0a1b2c3d"), 0, 1))

    refusal = _refusal(parents, carry(SECOND))

    assert f"task_parent was made on {place}, and this is reapi" in refusal
    assert f"type %reapi use {place}" in refusal


@pytest.mark.parametrize(
    ("made_by", "request_", "titles"),
    [
        (Imagine(prompt="a cat"), ApixoUpscale(task_id="task_parent"), ("reAPI", "APIXO")),
        (
            Imagine(prompt="a cat"),
            ApixoImagine(prompt="a cat", image_urls=(PUBLIC, FIRST)),
            ("reAPI", "APIXO"),
        ),
        (ApixoImagine(prompt="a cat"), Upscale(task_id="task_parent"), ("APIXO", "reAPI")),
        (ApixoImagine(prompt="a cat"), Imagine(prompt=f"{FIRST} a cat"), ("APIXO", "reAPI")),
    ],
    ids=["task to apixo", "link to apixo", "task to reapi", "link to reapi"],
)
def test_in_the_sandbox_providers_are_strangers_too(library, home, made_by, request_, titles):
    """What works for play works for money: the sandbox is as strict as the places are."""
    here = Settings.read("sandbox", home=home)
    library.keep(_grid(here.account, 0, request=made_by))
    parents = Parents(library, here)

    refusal = _refusal(parents, request_)

    assert "task_parent was made by {}, and this goes to {}".format(*titles) in refusal


def test_in_the_sandbox_a_provider_knows_its_own_pictures(library, home):
    """By task and by link."""
    here = Settings.read("sandbox", home=home)
    library.keep(_grid(here.account, 0, request=ApixoImagine(prompt="a cat")))
    parents = Parents(library, here)

    for asked in (
        ApixoUpscale(task_id="task_parent"),
        ApixoImagine(prompt="a cat", image_urls=(FIRST,)),
    ):
        parents.check(asked, parents.of(asked))


# -- several pictures


def test_the_parent_is_the_first_source_that_the_library_knows(parents, library, here):
    """In the order of what decides the shape: Wan goes by its last picture, GPT by its first."""
    one, other = (_grid(here.account, 0, task=task) for task in ("one", "other"))
    for grid in (one, other):
        library.keep(grid)
    links = (PUBLIC, one.pictures[0].url, other.pictures[0].url)

    by_wan = parents.of(Wan(prompt="a cat", image_urls=links))
    by_gpt = parents.of(GptImage(prompt="a cat", image_urls=links))

    assert (other, other.pictures[0]) == by_wan
    assert (one, one.pictures[0]) == by_gpt


def test_an_edit_of_several_pictures_remembers_its_parent(endless, home):
    """So that its board leads there, also after a restart."""
    here = Settings(place="reapi", origin=endless.origin, key=Secret("test-key"), home=home)
    with closing(Library(home)) as library:
        library.keep(grid := _grid(here.account, 0, 1))

    with Session(here) as session:
        job = session.submit(GptImage(prompt="a cat", image_urls=(PUBLIC, SECOND)))

        assert (grid.job_id, 1) == job.snapshot.parent
        assert grid.job_id == session.source(job.request).job_id


def test_a_prompt_with_a_picture_in_it_has_no_parent(parents, library, here):
    """It is made from words; its picture is only looked at."""
    library.keep(_grid(here.account, 0))

    assert parents.of(Imagine(prompt=f"{FIRST} a cat")) is None


# -- regions


@pytest.mark.parametrize(
    ("box", "says"),
    [
        ((0, 0, 64, 48), ""),
        ((0, 0, 65, 48), "a box ends at 65,48, and picture 1 is 64x48"),
        ((10, 10, 20, 49), "a box ends at 20,49, and picture 1 is 64x48"),
    ],
)
def test_a_region_lies_inside_its_picture(parents, library, here, box, says):
    """For pictures whose size the library knows."""
    library.keep(_grid(here.account, 0))
    asked = Wan(prompt="a hat", image_urls=(FIRST,), bbox_list=[[list(box)]])

    if not says:
        parents.check(asked, parents.of(asked))
        return
    assert says in _refusal(parents, asked)


def test_a_region_in_any_of_several_pictures_is_measured(parents, library, here):
    """Also in one that is no parent; of the others nobody knows the size."""
    library.keep(_grid(here.account, 0, 1))
    links = (FIRST, PUBLIC, SECOND)

    def asked(*boxes: list[list[int]]) -> Wan:
        return Wan(prompt="a hat", image_urls=links, bbox_list=list(boxes))

    parents.check(asked([], [[0, 0, 900, 900]], []), None)
    assert "picture 1 is 64x48" in _refusal(parents, asked([[0, 0, 900, 9]], [], []))
    assert "picture 3 is 64x48" in _refusal(parents, asked([], [], [[0, 0, 900, 9]]))


def test_a_picture_of_unknown_size_has_no_bounds(parents, library, here):
    """Nothing is guessed."""
    grid = _grid(here.account, 0)
    library.keep(replace(grid, pictures=(replace(grid.pictures[0], width=0, height=0),)))
    asked = Wan(prompt="a hat", image_urls=(FIRST,), bbox_list=[[[0, 0, 900, 900]]])

    parents.check(asked, parents.of(asked))
