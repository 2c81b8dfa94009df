"""A plan as people read it: on the board, and as text where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reapi_nb.notebook.buttons import own_button
from reapi_nb.notebook.plain import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reapi_nb.prices import Estimate
    from reapi_nb.session import Plan, Settings

_STATES = {
    "waiting": "nothing is sent yet",
    "sent": "sent",
    "dropped": "dropped: nothing was sent",
}


def count(number: int) -> str:
    return f"{number} request{'s' * (number != 1)}"


def summary(plan: Plan) -> str:
    """How many, how many of them for nothing, and the likely bill of the rest."""
    return ", ".join((count(len(plan)), *_facts(plan)))


def reason(bills: Sequence[Estimate], settings: Settings) -> str:
    """
    Why these new requests of one line wait for a yes, or "" where they are sent at once.

    Args:
        bills: Of the requests that would be paid for; what the library has is not among them.
    """
    most, dear = settings.run_at_once, settings.confirm_credits
    known = sum(bill.credits or 0 for bill in bills)
    unpriced = sum(bill.credits is None for bill in bills)
    reasons = {
        f"more than {count(most)} at once (run_at_once)": len(bills) > most,
        f"more than {dear:,} credits (confirm_credits)": known > dear,
        # One of them is a try; several may cost anything.
        f"{count(unpriced)} of unknown price": unpriced > 1 or bool(unpriced and not dear),
    }
    return next((why for why, holds in reasons.items() if holds), "")


def text(plan: Plan) -> str:
    """The plan for a terminal, or for a page without JavaScript."""
    lines = [f"{summary(plan)}: {_STATES[plan.state]}"]
    lines += [f"  {line['cost']:>12}  {plain(line['text'])}" for line in _lines(plan)]
    if plan.state == "waiting":
        them = "it" if len(plan) == 1 else "them"
        lines.append(f"  to send {them}, press Run or add --yes to the line")
    return "\n".join(lines)


def view(plan: Plan) -> dict[str, Any]:
    """The plan as the board draws it."""
    return {
        "title": count(len(plan)),
        "facts": [*_facts(plan), "press Run, or add --yes to the line"],
        "lines": _lines(plan),
        "state": plan.state,
        "state_text": _STATES[plan.state],
        "actions": _actions(plan) if plan.state == "waiting" else [],
    }


def _facts(plan: Plan) -> tuple[str, ...]:
    known = len(plan) - plan.new
    bill = str(plan.estimate) if plan.new else "0 credits"
    return (*((f"{known} from the library",) if known else ()), bill)


def _lines(plan: Plan) -> list[dict[str, str]]:
    return [
        {
            "text": item.request.words or item.request.title,
            "cost": "from the library" if item.known else item.estimate.short,
        }
        for item in plan.items
    ]


def _actions(plan: Plan) -> list[dict[str, Any]]:
    run = f"Run {count(plan.new)}"
    return [
        own_button("run", run, run, plan.estimate.short, paid=True),
        own_button("drop", "Drop", "Drop"),
    ]
