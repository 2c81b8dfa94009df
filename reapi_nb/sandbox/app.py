"""
The API played by us: every route of it, and who answers there.

reAPI's and APIXO's submits and looks stand beside each other, on the paths that they have at
home; the pictures of both lie in one place. Bodies are validated by the catalog's own classes.
Below `/_sandbox/` it can be steered.

Source: reAPI docs, "overview"; APIXO docs, "midjourney".
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route

from reapi_nb.sandbox.apixo_desk import ApixoDesk
from reapi_nb.sandbox.clerk import House
from reapi_nb.sandbox.clock import Clock
from reapi_nb.sandbox.controls import Controls
from reapi_nb.sandbox.door import Door
from reapi_nb.sandbox.gallery import Gallery
from reapi_nb.sandbox.media import TASKS, UPLOADS, Media
from reapi_nb.sandbox.reapi_desk import ReapiDesk
from reapi_nb.sandbox.refusals import API, REFUSED, Refusals
from reapi_nb.wire import apixo, reapi

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from reapi_nb.sandbox.ledger import Ledger


def build(
    ledger: Ledger,
    *,
    key: str,
    latency_s: float,
    origin: str,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Door:
    """
    The sandbox as an ASGI application, for one event loop.

    Args:
        ledger: Where tasks are kept.
        key: A key that is let in from the start; others come by the controls.
        latency_s: How long a task at normal speed takes, in seconds; 0 for no time.
        origin: Scheme, host and port that its picture URLs begin with.
        clock: Seconds since the epoch; the sandbox's own clock may be ahead of it.
        sleep: Waits so many seconds, where a fault says that something should be slow.
    """
    house = House(ledger, Clock(ledger.notes, clock), sleep, latency_s, origin)
    ledger.keys.open(key)
    refusals = Refusals(ledger.faults, house.clock.shown)
    app = Starlette(
        routes=_routes(house, refusals),
        exception_handlers={
            **dict.fromkeys(REFUSED, refusals.refused),
            HTTPException: refusals.not_served,
            Exception: refusals.stumbled,
        },
    )
    app.router.redirect_slashes = False
    return Door(app, ledger.log, house.clock)


def _routes(house: House, refusals: Refusals) -> list[Route]:
    gallery = Gallery(house.ledger)
    here, there, files = (
        ReapiDesk(house, refusals, gallery),
        ApixoDesk(house, refusals),
        Media(house, refusals, gallery),
    )
    return [
        Route(API + reapi.SUBMIT_PATH, here.submit, methods=["POST"]),
        Route(API + reapi.TASK_PATH, here.look),
        Route(API + apixo.SUBMIT_PATH, there.submit, methods=["POST"]),
        Route(API + apixo.TASK_PATH, there.look),
        Route(TASKS + "/{name}/{file}", files.picture),
        Route(UPLOADS + "/{file}", files.upload),
        *Controls(house).routes(),
    ]
