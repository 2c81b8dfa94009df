"""Values that many tests start from."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from PIL import Image

from reapi_nb import command
from reapi_nb.catalog import Imagine
from reapi_nb.job import Account, Picture, Snapshot, Times
from tests.clocks import NOON

if TYPE_CHECKING:
    from reapi_nb.catalog import ImageRequest
    from reapi_nb.job import Status
    from reapi_nb.library import Library

HERE = Account("reapi", "https://reapi.ai", "0a1b2c3d")
CDN = "https://cdn.example/media/tasks"


def example(kind: type[ImageRequest]) -> ImageRequest:
    """A request that works, as its class shows it."""
    nick, line = kind.example.split(" ", 1)
    return command.parse(
        nick,
        line,
        provider=kind.provider,
        link=lambda task, slot: urls(f"{slot}.png", task=task)[0],
    ).request


def job(prompt: str = "a cat", **fields: Any) -> Snapshot:
    """A job that was made at noon and not sent yet."""
    given = {"times": Times(made=NOON), "account": HERE, "estimate": 88, "expected_s": 30.0}
    return Snapshot(**{"job_id": uuid4().hex, "request": Imagine(prompt=prompt)} | given | fields)


def kept(of: Snapshot, slot: int, **fields: Any) -> Picture:
    """A picture of a job."""
    given = {"account": of.account, "made_by": of.request} | fields
    return Picture(job_id=of.job_id, task_id=of.task_id or "", slot=slot, **given)


def walked(library: Library, *statuses: Status, **fields: Any) -> Snapshot:
    """A job that went through these states, one after the other."""
    walking = job(**fields)
    for status in statuses:
        walking = walking.but(status=status)
        library.keep(walking)
    return walking


def picture(
    width: int = 64, height: int = 48, kind: str = "PNG", colour: str = "teal", **options: Any
) -> bytes:
    """The bytes of a small picture, left half in a colour and right half black."""
    image = Image.new("RGB", (width, height), "black")
    image.paste(colour, (0, 0, width // 2, height))
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def urls(*names: str, task: str = "x") -> tuple[str, ...]:
    """Where a task's pictures lie: `urls("0.png", "1.png")`."""
    return tuple(f"{CDN}/{task}/{name}" for name in names)
