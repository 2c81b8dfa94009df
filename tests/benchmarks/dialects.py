"""
The route shapes that clients speak, of one and the same mock.

reAPI's own, and those of the peers' services: each is what its client expects of a submit and of
a look, and nothing more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

JSON = dict[str, Any]


@dataclass(frozen=True)
class Dialect:
    """
    One service's shapes.

    Attributes:
        submit, look: Method and path; the look's first group is the task id.
        taken: The answer to a submit with this task id, on a server at this origin.
        told: The answer to a look; the links are None while the task is under way.
    """

    name: str
    submit: re.Pattern[str]
    look: re.Pattern[str]
    taken: Callable[[str, str], JSON]
    told: Callable[[str, list[str] | None], JSON]


def _reapi_told(task: str, links: list[str] | None) -> JSON:
    if links is None:
        return {"id": task, "status": "processing", "output": None, "error": None}
    return {"id": task, "status": "completed", "output": {"image_urls": links}, "error": None}


def _prediction(task: str, status: str, links: list[str] | None) -> JSON:
    return {
        "id": task,
        "model": "bench/model",
        "version": "bench",
        "status": status,
        "input": {},
        "output": links,
        "urls": {"get": f"/v1/predictions/{task}", "cancel": ""},
    }


def _fal_taken(task: str, origin: str) -> JSON:
    there = f"{origin}/bench/model/requests/{task}"
    return {
        "request_id": task,
        "status_url": f"{there}/status",
        "response_url": there,
        "cancel_url": f"{there}/cancel",
    }


def _fal_told(_task: str, links: list[str] | None) -> JSON:
    if links is None:
        return {"status": "IN_PROGRESS", "logs": []}
    return {"status": "COMPLETED", "logs": [], "metrics": {}, "images": links}


def _video(task: str, status: str) -> JSON:
    done = status == "completed"
    return {
        "id": task,
        "object": "video",
        "model": "sora-2",
        "status": status,
        "progress": 100 if done else 0,
        "created_at": 1_700_000_000,
        "seconds": "4",
        "size": "1280x720",
    }


DIALECTS = (
    Dialect(
        "reapi",
        re.compile(r"POST /api/v1/images/generations"),
        re.compile(r"GET /api/v1/tasks/(\w+)"),
        lambda task, _: {"id": task, "model": "bench", "status": "processing", "created_at": 1},
        _reapi_told,
    ),
    Dialect(
        "replicate",
        re.compile(r"POST /v1/models/bench/model/predictions"),
        re.compile(r"GET /v1/predictions/(\w+)"),
        lambda task, _: _prediction(task, "starting", None),
        lambda task, links: _prediction(task, "succeeded" if links else "processing", links),
    ),
    Dialect(
        "fal",
        re.compile(r"POST /bench/model"),
        # The result is asked for like the status, and counts like it.
        re.compile(r"GET /bench/model/requests/(\w+)(?:/status)?(?:\?.*)?"),
        _fal_taken,
        _fal_told,
    ),
    Dialect(
        "openai",
        re.compile(r"POST /api/v1/videos"),
        re.compile(r"GET /api/v1/videos/(\w+)"),
        lambda task, _: _video(task, "queued"),
        lambda task, links: _video(task, "completed" if links else "in_progress"),
    ),
)
