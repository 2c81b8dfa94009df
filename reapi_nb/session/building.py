"""
The engine's house, built from settings on the engine's own thread.

What it needs is loaded there, so that no cell waits for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reapi_nb.library import Library
from reapi_nb.wire import wire_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from reapi_nb.engine import Engine
    from reapi_nb.job import Snapshot
    from reapi_nb.prices import Caps
    from reapi_nb.settings import Settings
    from reapi_nb.wire import Wire


def wire_in_force(settings: Settings) -> Wire:
    """The wire whose limits hold for an account; the sandbox counts as reAPI does."""
    return wire_of(settings.provider or "reapi")


async def build(settings: Settings, say: Callable[[Snapshot], object], caps: Caps) -> Engine:
    """
    An engine at work for one account.

    Args:
        say: Hears every snapshot, on the engine's thread.
        cap: Credits a day, or None where credits are not money.

    Raises:
        LibraryFault: The library or the sandbox's ledger cannot be used.
    """
    import reapi_nb.library.asked  # noqa: F401, PLC0415 - every model, before a cell needs one
    from reapi_nb.client import Client  # noqa: PLC0415
    from reapi_nb.engine import Engine  # noqa: PLC0415
    from reapi_nb.limiter import Limiter, spread  # noqa: PLC0415

    transport = None
    if not settings.real:
        from reapi_nb import sandbox  # noqa: PLC0415

        transport = sandbox.transport(
            settings.home, latency_s=settings.sandbox_latency_s, origin=settings.origin
        )
    wire = wire_in_force(settings)
    slots, cool_down_s = spread(wire.MOST_REQUESTS, wire.WINDOW_S)
    engine = Engine(
        Client(settings, transport),
        Library(settings.home),
        Limiter(
            settings.home / "limiter.sqlite3",
            "|".join(settings.account),
            slots=slots,
            cool_down_s=cool_down_s,
        ),
        say,
        caps=caps,
    )
    engine.watch_over(settings.account)
    return engine
