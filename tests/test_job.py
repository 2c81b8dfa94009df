"""Snapshots, pictures and the one table of states."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from reapi_nb.catalog import Imagine
from reapi_nb.job import FACTS, Account, Picture, Snapshot, Status, Times, slot_of
from reapi_nb.library.rows import CHARGES

HERE = Account("reapi", "https://reapi.ai", "0000")
JOB = Snapshot(job_id="0123456789abcdef", request=Imagine(prompt="a cat"), account=HERE)


def _picture(slot: int) -> Picture:
    return Picture(job_id=JOB.job_id, task_id="task_x", slot=slot, account=HERE)


def test_the_table_has_a_row_for_every_state():
    """No state is without words, and no row is without a state."""
    assert list(Status) == list(FACTS)


def test_every_state_has_words_of_its_own():
    """Two states that read the same could not be told apart on a board."""
    said = [facts.says for facts in FACTS.values()]

    assert len(said) == len(set(said))
    assert all(said)


@pytest.mark.parametrize("status", Status)
def test_a_state_that_is_final_does_not_move(status):
    """Where nothing changes any more, nothing happens by itself."""
    assert not (status.facts.final and status.facts.moving)


@pytest.mark.parametrize("status", Status)
def test_only_what_is_over_may_be_sent_again(status):
    """A job that may still become something is shown again, never sent a second time."""
    assert not status.facts.resend or status.facts.final


def test_only_a_refused_job_may_be_sent_again():
    """The server surely made nothing of it; of every other state somebody may have paid."""
    assert [Status.REJECTED] == [status for status in Status if status.facts.resend]


def test_a_job_starts_out_on_its_way():
    """A new job moves; so does everything up to its pictures."""
    moving = [status for status in Status if status.facts.moving]

    assert [Status.QUEUED, Status.SENDING, Status.PROCESSING, Status.SAVING] == moving
    assert Status.QUEUED is JOB.status


@pytest.mark.parametrize("status", Status)
def test_what_may_be_charged_is_never_sent_again(status):
    """The table of states and the table of charges agree: a re-send implies no charge."""
    assert not status.facts.resend or "none" == CHARGES[status]


@pytest.mark.parametrize(
    "status", [Status.UNKNOWN, Status.VANISHED, Status.STALE, Status.HELD], ids=str
)
def test_what_is_not_certain_is_not_final(status):
    """News may still come, or a decision."""
    assert not status.facts.final
    assert not status.facts.moving


@pytest.mark.parametrize(("slot", "number"), [(0, 1), (1, 2), (3, 4), (11, 12)])
def test_people_count_pictures_from_one(slot, number):
    """The wire's slot 1 is #2, and back."""
    assert number == _picture(slot).number
    assert f"task_x#{number}" == _picture(slot).address
    assert slot == slot_of(number)


def test_every_change_makes_a_later_revision():
    """A moment later is a new value with a higher revision; the old one stays as it was."""
    later = JOB.but(status=Status.SENDING)

    assert (0, Status.QUEUED) == (JOB.rev, JOB.status)
    assert (1, Status.SENDING) == (later.rev, later.status)
    assert JOB.job_id == later.job_id


def test_a_snapshot_cannot_be_changed():
    """It travels between threads, so nobody writes to it."""
    with pytest.raises(FrozenInstanceError):
        JOB.status = Status.COMPLETED


def test_times_are_set_one_by_one():
    """Setting one time keeps the others."""
    job = JOB.but(times=Times(made=1.0))

    assert Times(made=1.0, sent=2.0) == job.at(sent=2.0)


def test_a_short_id_is_short():
    """A strip is labelled with the first six characters."""
    assert "012345" == JOB.short_id
