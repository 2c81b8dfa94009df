"""Snapshots, pictures and the one table of states."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

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


def test_only_a_refused_or_cancelled_job_may_be_sent_again():
    """The server surely made nothing of it; of every other state somebody may have paid."""
    free = [Status.REJECTED, Status.CANCELLED]

    assert free == [status for status in Status if status.facts.resend]


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


# -- which job the same edit opens


@pytest.mark.parametrize("status", Status)
def test_an_edit_opens_what_is_or_may_be_paid_for(status):
    """All but what was refunded, refused, cancelled, or set aside by its user."""
    gone = {Status.FAILED, Status.REJECTED, Status.CANCELLED, Status.FORGOTTEN}

    assert status.facts.opens is (status not in gone)


@pytest.mark.parametrize("status", Status)
def test_what_may_be_sent_again_opens_nothing(status):
    """One asking has one answer: a job to show, or a new one."""
    assert not (status.facts.opens and status.facts.resend)


# -- how pictures are counted


def _grid(*slots: int, **fields: object) -> Snapshot:
    """A job with pictures in these slots, in this order."""
    pictures = (replace(_picture(slot), position=n) for n, slot in enumerate(slots))
    return JOB.but(pictures=tuple(pictures), **fields)


@pytest.mark.parametrize(
    ("slots", "ambiguous"),
    [
        ((), False),
        ((0,), False),
        ((0, 1, 2, 3), False),
        ((0, 1, 2), False),
        ((0, 1, 3), True),
        ((2,), True),
        ((3, 0), True),
    ],
)
def test_a_grid_is_ambiguous_where_slots_are_not_places(slots, ambiguous):
    """A gap at the end changes no number; one before a picture does."""
    assert ambiguous is _grid(*slots).is_ambiguous


def test_a_picture_is_sent_by_its_slot_unless_places_are_counted():
    """The third picture of three, which is #4, is number 3 or 2 on the wire."""
    last = _grid(0, 1, 3).pictures[2]

    assert (3, 2) == (last.sent_as(by_position=False), last.sent_as(by_position=True))


@pytest.mark.parametrize(
    ("counting", "named"),
    [("", [0, 1, None, 3]), ("slot", [0, 1, None, 3]), ("position", [0, 1, 3, None])],
)
def test_a_number_names_a_picture_as_people_said_it_does(counting, named):
    """By slot while nobody was asked; what is named so is sent so."""
    grid = _grid(0, 1, 3, counting=counting)

    found = [grid.named(number) for number in range(4)]

    assert named == [picture.slot if picture else None for picture in found]
    for number, picture in enumerate(found):
        assert picture is None or number == picture.sent_as(by_position=counting == "position")


def test_nobody_has_said_how_a_new_job_is_counted():
    """Only a grid that is ambiguous ever asks."""
    assert "" == JOB.counting


def test_times_are_set_one_by_one():
    """Setting one time keeps the others."""
    job = JOB.but(times=Times(made=1.0))

    assert Times(made=1.0, sent=2.0) == job.at(sent=2.0)


def test_a_short_id_is_short():
    """A strip is labelled with the first six characters."""
    assert "012345" == JOB.short_id
