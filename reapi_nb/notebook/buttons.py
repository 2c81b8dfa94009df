"""
The buttons under a picture, as the browser gets them: what each would ask for, and its price.

Drawn with every news of a board, for every picture of it, so each picture's are kept.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from reapi_nb import catalog
from reapi_nb.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from reapi_nb.catalog import FollowUp, ImageRequest
    from reapi_nb.job import Picture
    from reapi_nb.prices import Estimate

_KEPT = 256
"""Pictures whose buttons are kept: some fifty grids."""


def own_button(
    action: str, label: str, name: str, cost: str = "", *, paid: bool = False
) -> dict[str, Any]:
    """A button of a strip or a plan itself, which nothing stands in the way of."""
    told = {"action": action, "label": label, "name": name}
    return {**told, "reason": "", "cost": cost, "paid": paid}


class Buttons:
    """
    Draws buttons. One thread at a time.

    Args:
        estimate: The likely bill of a request.
    """

    def __init__(self, estimate: Callable[[ImageRequest], Estimate]) -> None:
        self._estimate = estimate
        self._drawn: OrderedDict[tuple[object, ...], list[dict[str, Any]]] = OrderedDict()

    def of(self, picture: Picture, words: str) -> list[dict[str, Any]]:
        """
        Every follow-up of a picture, the refused ones greyed with the reason.

        Args:
            words: The prompt that describes the picture.
        """
        key = (
            picture.job_id,
            picture.slot,
            picture.url,
            picture.width,
            picture.is_alive(time.time()),
            words,
        )
        if key not in self._drawn:
            follow_ups = catalog.follow_ups(picture)
            self._drawn[key] = [self._button(one, picture, words) for one in follow_ups]
        self._drawn.move_to_end(key)
        while len(self._drawn) > _KEPT:
            self._drawn.popitem(last=False)
        return self._drawn[key]

    def _button(self, follow_up: FollowUp, picture: Picture, words: str) -> dict[str, Any]:
        kind, label, refusal = follow_up.kind, follow_up.button.label, follow_up.refusal
        view: dict[str, Any] = {
            "action": follow_up.action,
            "group": kind.group,
            "label": label,
            "name": f"{label} {picture.number}",
            "reason": refusal.reason if refusal else "",
            "cost": "" if refusal else self._cost(follow_up, picture, words),
        }
        if refusal is None:
            view["notices"] = list(kind.concerns(picture, words))
            view["asks"] = _asks(follow_up, picture)
        return view

    def _cost(self, follow_up: FollowUp, picture: Picture, words: str) -> str:
        try:
            return self._estimate(follow_up.trial(picture, words)).short
        except InvalidRequest:  # words of another model's, perhaps
            return ""


def _asks(follow_up: FollowUp, picture: Picture) -> dict[str, Any] | None:
    """What people must supply before it can be sent; None where a press is enough."""
    missing, kind = follow_up.missing, follow_up.kind
    if not missing:
        return None
    sketch = {name: value for name, value in kind.sketch(picture).items() if name in missing}
    prompt = kind.model_fields.get("prompt")
    asks = {
        "title": f"{follow_up.button.label} #{picture.number}",
        "prompt": "" if prompt is None else "required" if prompt.is_required() else "optional",
        "sketch": sketch or None,
    }
    # The words of a picture mean something to the family that it is of; another is told anew.
    return asks if _is_of_family(follow_up, picture) else {**asks, "words": ""}


def _is_of_family(follow_up: FollowUp, picture: Picture) -> bool:
    made_by = picture.made_by
    return made_by is None or made_by.family == follow_up.kind.family
