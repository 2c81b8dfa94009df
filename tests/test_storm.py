"""
A storm of faults, judged by the server's ledger.

One storm for all tests: hundreds of faults at every kind of exchange. `python -m tests.benchmarks
faults` lets ten thousand loose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults import storm
from tests.faults.oracle import told

if TYPE_CHECKING:
    from tests.faults.storm import Outcome

SEED = 7
PROMISES = (
    "no duplicate charges",
    "no charge without a row",
    "at most ten requests a second",
    "the key goes to the API only",
    "nothing is written elsewhere",
    "an end is an end",
    "what is completed is on the disk",
    "nothing paid is lost",
    "the library is whole",
)


@pytest.fixture(name="outcome", scope="module")
def _outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return storm.blow(tmp_path_factory.mktemp("storm"), SEED)


def test_it_is_a_storm(outcome):
    """Five hundred faults or more of most kinds, and enough requests that come through."""
    assert 500 <= outcome.faults, str(outcome)
    assert 80 <= outcome.kinds, str(outcome)
    assert 0 < outcome.completed < outcome.charges < outcome.submits
    assert {*PROMISES} == {*outcome.broken}


@pytest.mark.parametrize("promise", PROMISES)
def test_what_is_promised_is_kept(outcome, promise):
    """Whatever goes wrong, this does not."""
    assert [] == outcome.broken[promise], f"{outcome}\n{told(outcome.broken[promise])}"
