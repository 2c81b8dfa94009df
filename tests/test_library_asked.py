"""What kept jobs asked for: read back as it was sent, whatever became of the models meanwhile."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from reapi_nb.catalog import AnyModel, ApixoImagine, ApixoUpscale, Imagine
from reapi_nb.job import Account, Status
from reapi_nb.library import Library
from reapi_nb.library.asked import Unreadable
from tests.clocks import NOON
from tests.samples import HERE, job, kept, urls

if TYPE_CHECKING:
    from pathlib import Path

    from reapi_nb.job import Snapshot

THERE = Account("apixo", "https://api.apixo.ai", "4e5f6a7b")

ODD: dict[str, tuple[str, str, Any]] = {
    "a value of another type": ("reapi", "mj-v7", {"model": "mj-v7", "prompt": 5}),
    "a field that was taken away": ("reapi", "mj-v7", {"model": "mj-v7", "zorp": [1, {"a": None}]}),
    "a picture inside a raw request": (
        "reapi",
        "flux-9",
        {"model": "flux-9", "image_urls": ["data:image/png;base64,AAAA"]},
    ),
    "no model": ("reapi", "mj-v7", {"prompt": "a cat"}),
    "a mode that is no more": (
        "apixo",
        "midjourney",
        {"request_type": "async", "input": {"mode": "describe", "prompt": "a cat"}},
    ),
    "a mode that is refused": (
        "apixo",
        "midjourney",
        {"request_type": "async", "input": {"mode": "text-to-image", "prompt": ""}},
    ),
    "nothing": ("reapi", "mj-v7", {}),
}
"""Bodies that no class accepts, by what is odd about them."""


def _finished(provider: str = "reapi", **fields: Any) -> Snapshot:
    account = THERE if provider == "apixo" else HERE
    done = job(**{"account": account, "status": Status.COMPLETED, "task_id": "task_x"} | fields)
    [link] = urls("0.png")
    return replace(done, pictures=(kept(done, 0, url=link, expires_at=NOON),))


def _odd(
    library: Library, home: Path, provider: str, model: str, body: Any, **fields: Any
) -> Snapshot:
    """A finished job whose row says that it asked for this."""
    done = _finished(provider, **fields)
    library.keep(done)
    with closing(sqlite3.connect(home / "library.sqlite3")) as db, db:
        db.execute(
            "UPDATE jobs SET body = ?, provider = ?, model = ? WHERE job_id = ?",
            (json.dumps(body), provider, model, done.job_id),
        )
    return library.job(done.job_id)


@pytest.mark.parametrize(
    "request_",
    [
        ApixoImagine(prompt="a cat", aspect_ratio="16:9", version="niji 6"),
        ApixoUpscale(task_id="parent", image_number=2, type=3),
        AnyModel(model="flux-2", prompt="a cat", aspect_ratio="16:9", odd={"deep": [None, 1.5]}),
        AnyModel(model="a-model-of-tomorrow", prompt="a cat"),
    ],
    ids=lambda request: f"{request.provider} {request.model}",
)
def test_a_request_of_every_provider_comes_back_as_it_was(library, home, request_):
    """Also of a model that has no class, and when the library is opened again."""
    done = _finished(request_.provider, request=request_)

    library.keep(done)

    with closing(Library(home)) as again:
        assert done == again.job(done.job_id)
        assert (request_.provider, request_.model) == (
            again.job(done.job_id).request.provider,
            again.job(done.job_id).request.model,
        )


@pytest.mark.parametrize(("provider", "model", "body"), ODD.values(), ids=ODD)
def test_what_no_class_reads_any_more_is_shown_all_the_same(library, home, provider, model, body):
    """Its pictures, its provider and its very body are there; nothing of them is lost."""
    found = _odd(library, home, provider, model, body)

    asked = found.request
    assert isinstance(asked, Unreadable)
    assert body == asked.body()
    assert (provider, model) == (asked.provider, asked.model)
    assert urls("0.png") == tuple(one.url for one in found.pictures)
    assert [found] == library.history(9) == [library.with_link(urls("0.png")[0])]
    assert found.request == library.task("task_x").request


@pytest.mark.parametrize(("provider", "model", "body"), ODD.values(), ids=ODD)
def test_what_no_class_reads_is_written_back_as_it_was(library, home, provider, model, body):
    """A later moment of such a job changes nothing of what it asked for."""
    found = _odd(library, home, provider, model, body, status=Status.SAVING)

    assert library.keep(found.but(status=Status.COMPLETED))

    with closing(sqlite3.connect(home / "library.sqlite3")) as db:
        [row] = db.execute("SELECT status, body, provider, model FROM jobs").fetchall()
    assert ("completed", json.dumps(body), provider, model) == row


@pytest.mark.parametrize("text", ["[]", '"a cat"', "7", "null"])
def test_a_body_that_is_no_object_is_shown_as_an_empty_one(library, home, text):
    """Its picture is still there."""
    found = _odd(library, home, "reapi", "mj-v7", json.loads(text))

    assert ({}, 1) == (found.request.body(), len(found.pictures))


def test_a_job_of_a_provider_that_nobody_knows_is_shown(library, home):
    """A newer version may speak to a third one."""
    found = _odd(library, home, "third", "new-1", {"ask": {"prompt": "a cat"}})

    assert ({"ask": {"prompt": "a cat"}}, "a cat") == (found.request.body(), found.request.words)


def test_the_words_of_what_no_class_reads_are_still_said(library, home):
    """So that its picture has a text."""
    found = _odd(library, home, *ODD["a mode that is no more"])

    assert "a cat" == found.request.words


def test_a_model_of_which_nothing_is_known_is_read_as_a_raw_request(library, home):
    """Whatever it may be, its fields are JSON."""
    found = _odd(library, home, "reapi", "mj-v99", {"model": "mj-v99", "prompt": "a dog"})

    assert AnyModel(model="mj-v99", prompt="a dog") == found.request


def test_the_same_body_of_two_providers_is_two_requests(library):
    """What is read depends on who was asked."""
    ours, theirs = _finished(), _finished("apixo", request=ApixoImagine(prompt="a cat"))
    for one in (ours, theirs):
        library.keep(one)

    assert [Imagine, ApixoImagine] == [
        type(library.job(one.job_id).request) for one in (ours, theirs)
    ]


# -- uploads


def test_an_upload_is_remembered(library, home):
    """Where it is and until when, also when the library is opened again."""
    library.keep_upload("ab12", "s3", "https://bucket.example/cat.png", NOON + 60)

    with closing(Library(home)) as again:
        assert ("https://bucket.example/cat.png", NOON + 60) == again.uploaded("ab12", "s3")


def test_what_was_not_uploaded_is_nowhere(library):
    """Neither other bytes, nor the same bytes at another uploader."""
    library.keep_upload("ab12", "s3", "https://bucket.example/cat.png", NOON)

    assert [None, None] == [library.uploaded("cd34", "s3"), library.uploaded("ab12", "other")]


def test_a_later_upload_of_the_same_picture_counts(library):
    """An address that died is replaced by the new one."""
    for number, expires_at in enumerate((NOON, NOON + 60)):
        library.keep_upload("ab12", "s3", f"https://bucket.example/{number}.png", expires_at)

    assert ("https://bucket.example/1.png", NOON + 60) == library.uploaded("ab12", "s3")


def test_an_address_that_died_is_told_with_its_time(library):
    """Whoever asks decides what it is good for."""
    library.keep_upload("ab12", "s3", "https://bucket.example/cat.png", 1.0)

    assert ("https://bucket.example/cat.png", 1.0) == library.uploaded("ab12", "s3")
