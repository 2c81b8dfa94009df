"""What was posted: the bodies that reached a server, once everything that was asked for is out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from reapi_nb.catalog import Imagine
from tests.faults.kernel import until

if TYPE_CHECKING:
    from reapi_nb.session import Session
    from tests.faults.server import RecordingServer

_LAST = Imagine(prompt="the last one")


def posted(session: Session, server: RecordingServer) -> list[dict[str, Any]]:
    """
    The bodies that this session and those before it posted, in the order of their arrival.

    One more request goes behind all others, and is left out: whatever was sent by mistake has
    arrived before it.
    """
    last = session.submit(_LAST, clicked=True)
    until(lambda: last.task_id)
    bodies = [json.loads(heard.body) for heard in server.submits]
    return [body for body in bodies if body != _LAST.body()]
