"""What the library remembers of jobs and boards."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reapi_nb.catalog import REQUESTS, Imagine
from reapi_nb.errors import LibraryFault, OutcomeUnknown
from reapi_nb.job import Account, Cell, Status, Times
from reapi_nb.library import Library
from tests.clocks import NOON
from tests.samples import HERE, example, job, kept, urls, walked

if TYPE_CHECKING:
    from reapi_nb.job import Snapshot


@pytest.mark.parametrize("kind", REQUESTS, ids=lambda kind: kind.__name__)
def test_a_job_of_every_model_comes_back_as_it_was(library, kind):
    """Request, account, times, parent, cell, pictures and the server's answer survive."""
    before = job(
        request=example(kind),
        status=Status.SAVING,
        rev=7,
        task_id="task_x",
        times=Times(made=NOON, sent=NOON + 1, accepted=NOON + 2, completed=NOON + 3),
        board_id="board",
        parent=("parent-job", 2),
        cell=Cell("work/cats.ipynb", "cell-1", ""),
        ordinal=3,
        counting="position",
        raw={"id": "task_x", "output": {"image_urls": ["https://cdn.example/1.png"]}},
    )
    path = library.files.picture("reapi", "task_x", 1, "png")
    pictures = (
        kept(
            before, 1, position=0, url="https://cdn.example/1.png", expires_at=NOON + 9, path=path,
            mime="image/png", width=64, height=48, size=200, sha256="ab", dhash="cd",
        ),
        kept(before, 3, position=1, url="https://cdn.example/3.png"),
    )  # fmt: skip
    before = replace(before, pictures=pictures)

    library.keep(before)

    assert before == library.job(before.job_id)


def test_a_job_of_no_cell_has_none_afterwards(library):
    """What a button or a script asked for is not the re-run of a cell."""
    before = job()

    library.keep(before)

    assert before == library.job(before.job_id)


def test_a_jobs_error_comes_back(library):
    """Kind, words and code of what went wrong are part of the job."""
    lost = OutcomeUnknown("the answer was lost", code=50000, request_id="req_1")
    before = job(status=Status.UNKNOWN, error=lost)

    library.keep(before)

    after = library.job(before.job_id).error
    assert (OutcomeUnknown, lost.to_dict()) == (type(after), after.to_dict())


def test_what_was_accepted_once_can_be_read_although_todays_rules_refuse_it(library):
    """A prompt flag that was let through is let through again."""
    before = job(request=Imagine.parse({"prompt": "a cat --zorp 5"}, unchecked=True))

    library.keep(before)

    assert before == library.job(before.job_id)


def test_a_job_of_a_state_that_nobody_knows_does_not_hide_the_others(library, home):
    """One row that only a newer version can read leaves history and take-over alone."""
    foreign, ours = job("a dog", status=Status.PROCESSING), job("a cat")
    for one in (foreign, ours):
        library.keep(one)
    with closing(sqlite3.connect(home / "library.sqlite3")) as db, db:
        db.execute(
            "UPDATE jobs SET status = 'dreaming', owner = 'elsewhere|0|0|0|0', lease_until = 0"
            " WHERE job_id = ?",
            (foreign.job_id,),
        )

    assert [ours] == library.history(10)
    assert [] == library.take_over(HERE)


def test_a_later_moment_replaces_an_earlier_one(library):
    """A job has one row, and each picture one, however often they are kept."""
    early = job(status=Status.SAVING, task_id="task_x")
    early = replace(early, pictures=(kept(early, 0), kept(early, 1)))
    late = early.but(pictures=tuple(replace(one, size=5) for one in early.pictures))

    library.keep(early)
    library.keep(late)

    assert [late] == library.history(10)


@pytest.mark.parametrize("end", [status for status in Status if status.facts.final])
def test_an_end_is_an_end(library, end):
    """Whatever is heard after the end of a job, the library stays with it."""
    ended = walked(library, Status.SENDING, end)

    written = library.keep(ended.but(status=Status.PROCESSING))

    assert not written
    assert ended == library.job(ended.job_id)


def test_a_job_is_found_by_either_id(library):
    """The server's name and our own lead to the same job; others to none."""
    made = job(status=Status.PROCESSING, task_id="task_x")
    library.keep(made)

    assert made == library.task("task_x") == library.job(made.job_id)
    assert library.task("task_y") is library.job("nothing") is None


# -- the same edit again


def test_the_jobs_that_an_edit_opens_are_told_oldest_first(library):
    """All that are or may be paid for, whoever asked; none of another body."""
    paid = [status for status in Status if status.facts.opens]
    made = [
        job(status=status, cell=Cell("", f"cell-{n}", "") if n % 2 else None, times=_at(-n))
        for n, status in enumerate(paid)
    ]
    for one in (*made, job("a dog")):
        library.keep(one)

    found = library.opened_by(HERE, made[0].request.body_hash())

    assert made[::-1] == found


@pytest.mark.parametrize("status", [Status.FAILED, Status.REJECTED, Status.FORGOTTEN], ids=str)
def test_what_came_to_nothing_opens_nothing(library, status):
    """Refunded, refused, or set aside."""
    left = job(status=status)
    library.keep(left)

    assert [] == library.opened_by(HERE, left.request.body_hash())


@pytest.mark.parametrize("field", ["place", "origin", "tag"])
def test_an_edit_opens_nothing_of_somebody_else(library, field):
    """Place, address and key must all be the same."""
    foreign = job(status=Status.COMPLETED, account=HERE._replace(**{field: "ffffffff"}))
    library.keep(foreign)

    assert [] == library.opened_by(HERE, foreign.request.body_hash())
    assert [foreign] == library.opened_by(foreign.account, foreign.request.body_hash())


# -- links


def _linked(task: str, *names: str, **fields) -> Snapshot:
    made = job(status=Status.COMPLETED, task_id=f"task_{task}", **fields)
    links = urls(*names, task=task)
    pictures = (kept(made, slot, url=link, expires_at=NOON) for slot, link in enumerate(links))
    return replace(made, pictures=tuple(pictures))


def test_a_job_is_found_by_the_link_of_any_of_its_pictures(library):
    """By the whole link only; nothing is found by one that nobody has."""
    grid = _linked("x", "0.png", "1.png")
    for one in (grid, _linked("y", "0.png")):
        library.keep(one)

    assert [grid, grid] == [library.with_link(link) for link in urls("0.png", "1.png")]
    assert [None] * 3 == [
        library.with_link(link) for link in ("", *urls("9.png"), f"{urls('0.png')[0]}?x=1")
    ]


def test_the_newest_job_has_the_link(library):
    """A server that gives two tasks the same picture meant the later one."""
    older, newer = _linked("x", "0.png", times=_at(0)), _linked("x", "0.png", times=_at(1))
    for one in (newer, replace(older, task_id="task_older")):
        library.keep(one)

    assert newer.job_id == library.with_link(urls("0.png")[0]).job_id


# -- what may change after the end


def test_links_and_counting_of_a_finished_job_may_change(library, home):
    """They are there when the library is opened again, and the old link is nobody's."""
    done = _linked("x", "0.png", "1.png")
    library.keep(done)
    [old, _], [new] = urls("0.png", "1.png"), urls("0.png", task="new")
    first, second = done.pictures
    changed = done.but(
        counting="slot", pictures=(replace(first, url=new, expires_at=NOON + 99), second)
    )

    library.amend(changed)

    with closing(Library(home)) as again:
        assert changed == again.job(done.job_id) == again.with_link(new)
        assert again.with_link(old) is None


def test_nothing_else_of_a_finished_job_may_change(library, home):
    """Neither its end, nor its parent, nor its error, nor what it cost."""
    done = walked(library, Status.SENDING, Status.COMPLETED, task_id="task_x", parent=("p", 1))
    odd = replace(
        done.but(counting="slot"),
        status=Status.FAILED,
        task_id="task_other",
        error=OutcomeUnknown("lost"),
        parent=None,
        estimate=1,
        board_id="other",
    )

    library.amend(odd)

    assert done.but(counting="slot") == library.job(done.job_id)
    assert 88 == library.spent_today()


def test_how_a_job_is_counted_is_not_forgotten_by_news_that_do_not_know_it(library):
    """A look for new links may have begun before people answered; another answer does count."""
    done = walked(library, Status.SENDING, Status.COMPLETED, task_id="task_x")
    for counting in ("slot", "", "position", ""):
        library.amend(done.but(counting=counting))

    assert "position" == library.job(done.job_id).counting


def test_a_change_of_a_job_that_was_deleted_is_refused(library):
    """It comes back neither wholly nor in part."""
    done = _linked("x", "0.png")
    library.keep(done)
    library.delete(done)

    with pytest.raises(LibraryFault):
        library.amend(done.but(counting="slot"))

    assert [] == library.history(9)
    assert library.with_link(urls("0.png")[0]) is None


def _at(seconds: float) -> Times:
    return Times(made=NOON + seconds)


def test_history_shows_the_newest_first(library):
    """And no more than was asked for."""
    made = [job(f"cat {n}", times=Times(made=NOON + n)) for n in range(5)]
    for one in made:
        library.keep(one)

    assert made[:1:-1] == library.history(3)


def test_a_board_shows_its_own_jobs_in_their_order(library):
    """Root and strips as they were made; other boards' jobs are not on it."""
    on = [job(f"cat {n}", board_id="b1", times=Times(made=NOON + n)) for n in range(3)]
    for one in (on[2], job(board_id="b2"), on[0], on[1]):
        library.keep(one)

    assert on == library.on_board("b1")


def test_only_jobs_that_need_somebody_are_waiting(library):
    """Not sent, or of unknown outcome, and of this account."""
    needy = [
        job(status=status, times=Times(made=NOON + n))
        for n, status in enumerate((Status.HELD, Status.UNKNOWN))
    ]
    foreign = job(status=Status.HELD, account=Account("reapi", "https://reapi.ai", "ffffffff"))
    others = [job(status=status) for status in Status if status not in ("held", "unknown")]
    for one in (*needy, foreign, *others):
        library.keep(one)

    assert needy == library.waiting(HERE)


def test_accounts_with_jobs_under_way_are_told(library):
    """Each once, whatever its place; not those whose jobs have ended or wait for people."""
    theirs = Account("apixo", "https://api.apixo.ai", "4e5f6a7b")
    ended = Account("sandbox", "http://sandbox.localhost", "ffffffff")
    for account, status in (
        (HERE, Status.PROCESSING),
        (HERE, Status.QUEUED),
        (theirs, Status.SAVING),
        *((ended, status) for status in Status if not status.facts.moving),
    ):
        library.keep(job(account=account, status=status))

    assert {HERE, theirs} == library.unfinished()


def test_a_board_knows_its_roots(library, home):
    """A job that was clicked on a picture of the board is no root of it; a reroll is."""
    cell = Cell("cats.ipynb", "c1", "e1")
    library.keep(job(job_id="job-1", board_id="b1", cell=cell))
    library.keep(job(job_id="job-2", board_id="b1", parent=("job-1", 2), cell=cell))
    library.keep(job(job_id="job-3", board_id="b1", cell=cell))
    library.keep(job(job_id="job-4", board_id="b2", parent=("job-1", 2), cell=cell))

    with closing(sqlite3.connect(home / "library.sqlite3")) as db:
        found = db.execute("SELECT * FROM boards ORDER BY board_id").fetchall()
    assert [
        ("b1", "cats.ipynb", '["job-1", "job-3"]'),
        ("b2", "cats.ipynb", '["job-4"]'),
    ] == found
