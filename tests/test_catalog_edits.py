"""What a picture supplies to the edits, what it cannot become, and the buttons under it."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from reapi_nb import catalog
from reapi_nb.catalog import (
    REQUESTS,
    Edit,
    Enhance,
    GptImage,
    GptImageBasic,
    Imagine,
    Inpaint,
    Outpaint,
    Pan,
    Remix,
    RemoveBackground,
    Retexture,
    UploadPaint,
    Upscale,
    Variation,
    Wan,
    follow_ups,
)
from reapi_nb.errors import InvalidRequest
from reapi_nb.job import Account
from tests.samples import job, kept

FROM_PICTURE = (Upscale, Variation, Remix, Pan, Outpaint, Inpaint, Edit, Enhance)
FROM_IMAGE = (RemoveBackground, Retexture, UploadPaint)
EDITS = (*FROM_PICTURE, *FROM_IMAGE)

GRID = Imagine(prompt="a cat")
DRAFT = Imagine(prompt="a cat", speed="draft")
OREF = "a cat --oref https://example.com/cat.png"
LINK = "https://cdn.example/media/tasks/x/2.png"
LONGEST = 8192

_BODIES = json.loads((Path(__file__).parent / "data" / "midjourney_v7.json").read_text("utf-8"))


def body_of(kind):
    """The first body of the page that is this class's."""
    models = catalog.models_of(kind)
    return next(row["body"] for row in _BODIES["valid"] if row["body"]["model"] in models)


def example(kind):
    return catalog.read(body_of(kind))


def each(*kinds):
    return pytest.mark.parametrize("kind", kinds, ids=lambda kind: kind.nick)


class _AnotherFamily:
    """What made a picture, where that is no request of Midjourney's."""

    family = "wan"
    provider = "reapi"


def picture(made_by=GRID, **fields):
    """The third picture of a finished task, with a link that lives."""
    given = {"url": LINK, "expires_at": time.time() + 60, "width": 1024, "height": 1024}
    return kept(job(request=made_by, task_id="task_x"), 2, **(given | fields))


def refusals(of):
    """Why some edits of a picture are refused, by class."""
    return {one.kind: one.refusal.reason for one in follow_ups(of) if one.refusal}


# What a picture supplies.


@each(*FROM_PICTURE)
def test_an_edit_of_a_task_names_the_task_and_the_pictures_slot(kind):
    """Picture 3 of people is image_number 2 of the wire."""
    assert {"task_id": "task_x", "image_number": 2} == kind.prefill(picture(DRAFT))


@each(*FROM_IMAGE)
def test_an_edit_of_an_image_sends_the_pictures_link(kind):
    """Exactly one address, and no task id."""
    assert {"image_urls": (LINK,)} == kind.prefill(picture())


def test_a_picture_stands_in_front_of_the_words_of_a_new_prompt():
    """An image prompt is the link, a space and the words."""
    pressed = next(one for one in follow_ups(picture()) if one.kind is Imagine)

    body = pressed.request(prompt="a dog").body()

    assert {"model": "mj-v7", "prompt": f"{LINK} a dog"} == body
    assert ("prompt",) == pressed.missing


@each(*REQUESTS)
def test_a_picture_of_one_provider_is_no_parent_at_the_other(kind):
    """Neither task ids nor links are understood there."""
    other = "reapi" if kind.provider == "apixo" else "apixo"
    of = picture(None, account=Account(other, "https://api.example", ""))

    with pytest.raises(InvalidRequest, match=f"was made at {other}"):
        kind.check_parent(of)

    assert kind not in {one.kind for one in follow_ups(of)}


def test_a_picture_of_words_alone_has_no_edits_of_grids():
    """Under a picture of Wan's stand those buttons only that its link is enough for."""
    offered = {one.kind for one in follow_ups(picture(Wan(prompt="a cat")))}

    assert {Imagine, *FROM_IMAGE, Wan, GptImage, GptImageBasic} == offered


@each(*FROM_PICTURE)
def test_image_number_is_sent_even_when_nobody_chose_it(kind):
    """The page says that image_number defaults to 0, so it is said instead of hoped for."""
    told = body_of(kind)
    params = {name: value for name, value in told["model_params"].items() if name != "image_number"}

    request = catalog.read({**told, "model_params": params})

    assert 0 == request.body()["model_params"]["image_number"]


# What a picture cannot become.


@each(*FROM_PICTURE)
def test_a_picture_of_another_family_is_no_parent(kind):
    """A task id means something to the family that made it only."""
    with pytest.raises(InvalidRequest, match="works on Midjourney V7 pictures only") as no:
        kind.check_parent(picture(_AnotherFamily()))

    assert "INVALID_REQUEST" == no.value.code


@each(*FROM_IMAGE)
def test_an_image_edit_takes_a_picture_of_any_family(kind):
    """An address is an address, whoever made the picture."""
    assert {"image_urls": (LINK,)} == kind.prefill(picture(_AnotherFamily()))


@each(*FROM_PICTURE)
def test_a_task_that_is_not_ours_may_be_a_parent(kind):
    """Where nothing is known of a picture, the server decides."""
    assert {"task_id": "task_x", "image_number": 2} == kind.prefill(picture(None))


@each(*FROM_IMAGE, Imagine, Wan, GptImage, GptImageBasic)
@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"url": ""}, "needs the picture's link, and none is known"),
        ({"expires_at": time.time() - 1}, "link has expired: Refresh links"),
        ({"expires_at": 0.0}, "link has expired: Refresh links"),
    ],
    ids=["unknown", "expired", "without a date"],
)
def test_an_image_edit_needs_a_link_that_lives(kind, fields, reason):
    """A dead address would be paid for and fail."""
    with pytest.raises(InvalidRequest, match=reason):
        kind.check_parent(picture(**fields))


@each(*FROM_PICTURE)
def test_an_edit_of_a_task_needs_no_link(kind):
    """The server has the picture, however old its address is."""
    supplied = kind.prefill(picture(DRAFT, url="", expires_at=0.0))

    assert {"task_id": "task_x", "image_number": 2} == supplied


@pytest.mark.parametrize(
    "made_by",
    [GRID, Imagine(prompt="a cat", speed="turbo"), *map(example, EDITS)],
    ids=lambda request: f"{request.nick} {getattr(request, 'speed', '')}".strip(),
)
def test_enhance_is_for_drafts_only(made_by):
    """Every parent that is known not to be a draft is refused, and told how to make one."""
    with pytest.raises(InvalidRequest, match="for drafts only: make one with --speed draft"):
        Enhance.check_parent(picture(made_by))


@pytest.mark.parametrize(("made_by", "warned"), [(DRAFT, False), (None, True)])
def test_enhance_warns_where_it_is_not_known_whether_the_parent_is_a_draft(made_by, warned):
    """The server does not tell a task's speed."""
    of = picture(made_by)

    said = Enhance.concerns(of, "a cat")

    assert warned == bool(said)
    assert all("for drafts only" in line for line in said)


def test_enhance_warns_about_a_picture_that_nobody_knows():
    """A typed task id may be anything."""
    assert Enhance.concerns(None, "")


@each(Upscale)
def test_a_picture_is_upscaled_once(kind):
    """An upscale is no parent of an upscale, but of everything else that takes a grid."""
    upscaled = picture(Upscale(task_id="task_w", image_number=1))

    refused = refusals(upscaled)

    assert "already upscaled" in refused[kind]
    assert {kind, Enhance} == set(refused)


@pytest.mark.parametrize(
    "made_by",
    [request for request in map(example, EDITS) if not isinstance(request, Upscale)],
    ids=lambda request: request.nick,
)
def test_the_result_of_an_edit_may_be_a_parent_again(made_by):
    """Chains are allowed: only drafts differ."""
    assert {Enhance} == set(refusals(picture(made_by)))


# What is worth saying.


@each(*EDITS)
@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_omni_reference_pictures_are_a_concern_of_three_edits(kind, known):
    """Midjourney does not vary regions, pan or zoom out where --oref was used."""
    of = picture(DRAFT) if known else None

    more = set(kind.concerns(of, OREF)) - set(kind.concerns(of, "a cat"))

    assert (kind in (Inpaint, Pan, Outpaint)) == any("--oref" in line for line in more)
    assert len(more) <= 1


@each(*EDITS)
def test_a_plain_picture_raises_no_concern(kind):
    """Nothing is said about what surely works."""
    assert () == kind.concerns(picture(DRAFT), "a cat --ar 3:2 --sref https://example.com/a.png")


# Prompts of edits.

WORDED = tuple(
    kind for kind in REQUESTS if kind.family == "mj-v7" and "prompt" in kind.model_fields
)


@each(*WORDED)
def test_the_longest_prompt_is_the_same_for_every_model(kind):
    """8192 characters, of which an emoji counts as two, and not one more."""
    base = body_of(kind)
    full = {**base, "prompt": "x" * (LONGEST - 2) + "\U0001f600"}

    request = catalog.read(full)
    with pytest.raises(InvalidRequest) as no:
        catalog.read({**full, "prompt": full["prompt"] + "x"})

    assert full == request.body()
    assert "INVALID_REQUEST" == no.value.code


@each(*WORDED)
def test_flags_are_held_to_their_ranges_in_every_model(kind):
    """A prompt is Midjourney's own language wherever it stands."""
    base = body_of(kind)

    good = catalog.read({**base, "prompt": "a cat --s 1000"})
    with pytest.raises(InvalidRequest) as no:
        catalog.read({**base, "prompt": "a cat --s 1001"})

    assert "a cat --s 1000" == good.words
    assert "INVALID_REQUEST" == no.value.code
