"""When to look at a task again.

Pure arithmetic on seconds: this room reads no clock, sleeps nowhere, sends nothing and knows no
task by name. The limiter puts requests in order, so nothing here is random.

Source: reAPI docs, "overview" (rate limits) and "gpt-image-2-official" (a worker's longest run);
APIXO docs, "midjourney" (tips).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GIVE_UP_S: float = 3600 + 600
"""The age in seconds at which a task is stale: a worker's longest run, and some grace. A stale task
can be resumed; it has not failed."""

LOOKS: Final = 0.6
"""What all open tasks may use of an account's requests; the rest is for submits."""

_FIRST_S: Final = 4.0
"""The longest wait for the first look, in seconds: a quick task should not lie about finished."""
_YOUNG_S: Final = 180.0


def pauses(
    expected_s: float,
    *,
    open_tasks: Callable[[], int],
    age_s: float = 0.0,
    first_s: float | None = None,
    pause_s: float = 1.0,
    most_per_s: float = 10.0,
) -> Iterator[float]:
    """Yield the seconds to wait before each look at one task, without end.

    A first pause of at most four seconds, short steps while the answer is due, then slower and
    slower: 10 s until the task is ten minutes old, 30 s from half an hour on. Where a provider says
    when to look first, a task that takes at least so long waits for it and goes on in steps of
    `pause_s`; a quick one is looked at as soon as any.

    Args:
        expected_s: How long such a task usually takes, in seconds.
        open_tasks: How many tasks are being looked at now, this one included. It is asked anew
            for each pause, which is stretched so that all of them together leave submits their
            share of the requests.
        age_s: How old the task is already, in seconds.
        first_s: The age at which its provider wants it to be looked at first, if it says so.
        pause_s: The shortest step that its provider wants, in seconds.
        most_per_s: How many requests a second the account is allowed.
    """
    left_s = max(0.0, expected_s - age_s)
    if first_s is not None and expected_s >= first_s:
        step, pause = pause_s, max(1.0, first_s - age_s)
    else:
        step = _within(1.0, left_s / 15, 3.0)
        pause = _within(1.0, 0.7 * left_s, _FIRST_S)
    age = 0.0
    while True:
        stretched = max(pause, open_tasks() / (LOOKS * most_per_s))
        yield stretched
        age += stretched
        pause = step if age < _YOUNG_S else _within(10.0, age / 60, 30.0)


def back_off(attempt: int) -> float:
    """Return the seconds to wait after the failure of try number `attempt`, counted from 0.

    For what costs nothing to send again: looks, and submits that certainly never left.
    """
    return min(0.5 * 2.0 ** min(attempt, 6), 30.0)  # a float to a great power overflows


def wait_for(retry_after: float | None) -> float:
    """Return the seconds to wait after a 429 whose `Retry-After` was read as `retry_after`.

    Never so short that it becomes a storm, never so long that it looks dead. A header that is
    missing or senseless (negative, not a number) means one second, the length of a window.
    """
    if retry_after is None or not retry_after >= 0:  # NaN is not >= 0 either
        return 1.0
    return _within(0.2, retry_after, 120.0)


def _within(lowest: float, value: float, highest: float) -> float:
    return max(lowest, min(value, highest))
