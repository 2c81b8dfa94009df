"""A plan as people read it: on the board, and as text where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reapi_nb.notebook.buttons import own_button

if TYPE_CHECKING:
    from reapi_nb.session import Plan

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


def text(plan: Plan) -> str:
    """The plan for a terminal, or for a page without JavaScript."""
    lines = [f"{summary(plan)}: {_STATES[plan.state]}"]
    lines += [f"  {line['cost']:>12}  {line['text']}" for line in _lines(plan)]
    if plan.state == "waiting":
        lines.append("  to send them, press Run or add --yes to the line")
    return "\n".join(lines)


def view(plan: Plan) -> dict[str, Any]:
    """The plan as the board draws it."""
    return {
        "title": count(len(plan)),
        "facts": list(_facts(plan)),
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
