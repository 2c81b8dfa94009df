"""
Public addresses of pictures: from the library, or for one free look where it has none.

Nobody waits for a server for ever: who asks for an address is typing a line.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from reapi_nb import command
from reapi_nb.errors import InvalidRequest, TaskNotFound, Unauthorized
from reapi_nb.job import number_of
from reapi_nb.settings import REAL

if TYPE_CHECKING:
    from concurrent.futures import Future

    from reapi_nb.bridge import Bridge
    from reapi_nb.engine import Engine
    from reapi_nb.library import Library
    from reapi_nb.settings import Settings

LINK_S = 15.0
"""How long a look may take, in seconds."""


class Links:
    """
    Finds the addresses of pictures for one account.

    Args:
        library: Is only read.
        bridge, engine: The way to the engine, and the engine once it runs.
    """

    def __init__(
        self, settings: Settings, library: Library, bridge: Bridge, engine: Future[Engine]
    ) -> None:
        self._settings = settings
        self._library = library
        self._bridge = bridge
        self._engine = engine

    def of(self, task_id: str, slot: int) -> str:
        """
        The address of one picture.

        Raises:
            InvalidRequest: There is no such picture, or the server could not be asked.
        """
        command.refuse_keys(task_id)
        kept = self._library.task(task_id)
        found = {p.slot: p.url for p in kept.pictures} if kept else self._asked(task_id)
        if link := found.get(slot):
            return link
        numbers = ", ".join(f"#{number_of(slot)}" for slot in found) or "none yet"
        raise InvalidRequest(f"{task_id} has no picture #{number_of(slot)}; it has {numbers}")

    def _asked(self, task_id: str) -> dict[int, str]:
        """The links of a task that the library does not know, by wire slot."""
        answer = self._bridge.run(self._ask(task_id))
        try:
            return answer.result(LINK_S)
        except TimeoutError:
            late = f"the server did not tell the link of {task_id}: run the line again"
            raise InvalidRequest(late) from None
        except (TaskNotFound, Unauthorized) as no:
            raise InvalidRequest(f"{task_id}: {no.message}") from None
        finally:
            answer.cancel()  # where nobody listens any more, it would ask for ever

    async def _ask(self, task_id: str) -> dict[int, str]:
        engine = await asyncio.wrap_future(self._engine)
        *others, last = _whose(self._settings)
        for whose in others:
            with suppress(TaskNotFound):
                return await engine.links(task_id, *whose)
        return await engine.links(task_id, *last)


def _whose(settings: Settings) -> list[tuple[str, str]]:
    """The providers and models under which a task of which only the id is known may be found."""
    from reapi_nb import catalog  # noqa: PLC0415 - loaded with the first request

    # The first model will do: APIXO has one, and reAPI does not ask which.
    firsts = {kind.provider: kind.models()[0] for kind in reversed(catalog.REQUESTS)}
    return [(provider, firsts[provider]) for provider in REAL if settings.can_serve(provider)]
