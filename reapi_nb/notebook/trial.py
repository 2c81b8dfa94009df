"""What `--dry-run` prints: everything about a request but its pictures."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from reapi_nb.notebook import planned
from reapi_nb.notebook.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reapi_nb.session import Plan, Settings
    from reapi_nb.session.plan import Item


def text(plan: Plan, settings: Settings) -> str:
    """
    The bodies that would be posted, what is worth saying about them, and the likely bill.

    Args:
        plan: Is not run.
        settings: Where it would be sent.
    """
    lines = [line for item in plan.items for line in _item(item)]
    where = f"{settings.place} ({settings.origin})"
    return "\n".join([*lines, f"{planned.summary(plan)}; nothing was sent to {where}"])


def _item(item: Item) -> Iterator[str]:
    rows = (f"  {_json(name)}: {_json(value)}" for name, value in item.request.body().items())
    yield "\n".join(("{", ",\n".join(rows), "}"))
    for notice in item.notices:
        yield plain(f"  note: {notice}")
    yield f"  {'from the library, 0 credits' if item.known else item.estimate}"


def _json(value: object) -> str:
    return plain(json.dumps(value, ensure_ascii=False))
