"""Slots and cool-downs for an allowance of any size, shared by every kernel on this machine."""

from __future__ import annotations

import asyncio
import random
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from reapi_nb.limiter import Limiter, spread
from reapi_nb.wire import apixo, reapi
from tests.clocks import VirtualClock

if TYPE_CHECKING:
    from pathlib import Path


def test_reapis_ten_a_second_are_ten_slots_of_a_second():
    """A small allowance is used to its last request."""
    assert (10, 1.0) == spread(reapi.MOST_REQUESTS, reapi.WINDOW_S)


def test_apixos_ten_thousand_a_minute_are_fifty_slots():
    """Of a large one, as many as may wait for answers together, and half of it is left alone."""
    slots, cool_down_s = spread(apixo.MOST_REQUESTS, apixo.WINDOW_S)

    assert (50, pytest.approx(0.6)) == (slots, cool_down_s)
    assert slots * apixo.WINDOW_S / cool_down_s == pytest.approx(apixo.MOST_REQUESTS / 2)


@pytest.mark.parametrize("window_s", [1.0, 60.0, 3600.0])
@pytest.mark.parametrize("most", [1, 10, 50, 51, 100, 10_000, 1_000_000])
def test_no_window_ever_holds_more_than_is_allowed(most, window_s):
    """Each slot sends again after more than its cool-down, so so many of it fit into a window."""
    slots, cool_down_s = spread(most, window_s)

    assert slots * (window_s // cool_down_s) <= most
    assert 1 <= slots <= 50


def test_a_busy_account_stays_far_below_apixos_limit(tmp_path: Path):
    """Two kernels that ask without a pause send less than 10,000 in any minute."""
    clock, rng = VirtualClock(), random.Random(1)
    slots, cool_down_s = spread(apixo.MOST_REQUESTS, apixo.WINDOW_S)
    sent: list[float] = []

    async def ask(limiter: Limiter) -> None:
        while clock.elapsed < 90:
            async with limiter.slot():
                sent.append(clock.elapsed)
                await asyncio.sleep(rng.random() * 0.05)

    async def story() -> None:
        kernels = [
            Limiter(
                tmp_path / "limiter.sqlite3",
                "apixo",
                slots=slots,
                cool_down_s=cool_down_s,
                clock=clock.now,
                sleep=clock.sleep,
            )
            for _ in range(2)
        ]
        with closing(kernels[0]), closing(kernels[1]):
            await asyncio.gather(*(ask(kernel) for kernel in kernels for _ in range(30)))

    clock.run(story())

    fullest = max(sum(start <= at < start + 60 for at in sent) for start in range(31))
    assert 3000 < fullest < 6000
