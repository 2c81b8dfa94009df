"""
`%reapi nest`: for people whose own code calls `asyncio.run()` in a cell.

Never applied by itself, and nothing of ours needs it.
"""

from __future__ import annotations

import asyncio

from reapi_nb.errors import InvalidRequest


def apply() -> str:
    """
    Let loops nest in this kernel.

    Raises:
        InvalidRequest: The kernel runs on uvloop, which cannot be patched.
    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        loop = None
    if loop is not None and type(loop).__module__.startswith("uvloop"):
        raise InvalidRequest(
            "this kernel runs on uvloop, where loops cannot nest: use `await` in the cell instead"
        )
    import nest_asyncio2  # noqa: PLC0415 - patches asyncio, so only when asked for

    nest_asyncio2.apply()
    return "asyncio.run() works inside cells now; queued cells and clicks wait while it runs"
