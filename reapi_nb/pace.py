"""When to look at a task again.

Pure arithmetic on seconds: this room reads no clock, sleeps nowhere, sends nothing and knows no
task by name. The limiter puts requests in order, so nothing here is random.

Source: reAPI docs, "overview" (rate limits) and "gpt-image-2-official" (a worker's longest run).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GIVE_UP_S: float = 3600 + 600
"""The age in seconds at which a task is stale: a worker's longest run, and some grace. A stale task
can be resumed; it has not failed."""

_LOOKS_PER_S: Final = 6.0
"""What all open tasks may use of the ten requests per second; the rest is for submits."""
_FIRST_S: Final = 4.0
"""The longest wait for the first look, in seconds: a quick task should not lie about finished."""
_YOUNG_S: Final = 180.0


def pauses(expected_s: float, *, open_tasks: Callable[[], int]) -> Iterator[float]:
    """Yield the seconds to wait before each look at one task, without end.

    A first pause of at most four seconds, short steps while the answer is due, then slower and
    slower: 10 s until the task is ten minutes old, 30 s from half an hour on.

    Args:
        expected_s: How long such a task usually takes, in seconds.
        open_tasks: How many tasks are being looked at now, this one included. It is asked anew
            for each pause, which is stretched so that all of them together stay within 6 looks
            per second.
    """
    step = _within(1.0, expected_s / 15, 3.0)
    pause = _within(1.0, 0.7 * expected_s, _FIRST_S)
    age = 0.0
    while True:
        stretched = max(pause, open_tasks() / _LOOKS_PER_S)
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
