"""
The books: every charge, refund and doubt, once each.

A charge that was refunded never counts as spent; one that is pending or of unknown outcome does,
because nobody can prove that it does not. The sandbox's credits are booked and are not money.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from reapi_nb import prices
from reapi_nb.library import rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from reapi_nb.job import Snapshot
    from reapi_nb.library.database import Database

_COUNTS = (
    "place <> 'sandbox' AND NOT EXISTS"
    " (SELECT 1 FROM spend WHERE job_id = s.job_id AND kind = 'refunded')"
)
_BY = {
    "": "''",
    "model": "model",
    "day": "date(at, 'unixepoch', 'localtime')",
    "notebook": "notebook",
}
BY = tuple(_BY)
"""By what spending can be told apart; "" for all of it in one row."""

# A refund is a second row of its job, and stands for both.
_SPENT = """
SELECT {what} AS what, count(*) AS requests,
    coalesce(sum(credits) FILTER (WHERE kind = 'charged'), 0) AS charged,
    coalesce(sum(credits) FILTER (WHERE kind = 'refunded'), 0) AS refunded,
    coalesce(sum(credits) FILTER (WHERE kind = 'unknown'), 0) AS unknown,
    coalesce(sum(credits) FILTER (WHERE kind = 'pending'), 0) AS pending,
    count(*) FILTER (WHERE credits IS NULL AND kind <> 'refunded') AS unpriced
FROM (
    SELECT min(at) AS at, max(credits) AS credits, model, notebook, place,
        CASE WHEN max(kind = 'refunded') THEN 'refunded' ELSE max(kind) END AS kind
    FROM spend GROUP BY job_id
) WHERE {where} GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What some requests cost, in credits, as far as prices are known."""

    what: str
    """The model, the day (`2026-01-31`, local time) or the notebook; "" for all."""

    requests: int
    charged: int
    refunded: int
    unknown: int
    """Of unknown outcome: counted as spent."""

    pending: int
    """Being sent: counted as spent."""

    unpriced: int
    """How many of the requests have no known price and were not refunded."""

    @property
    def total(self) -> int:
        """What counts as spent."""
        return self.charged + self.unknown + self.pending


class Books:
    """
    The spending in one database.

    Args:
        clock: Seconds since the epoch.
        kernel: This process, as it stands in the books.
    """

    def __init__(self, db: Database, clock: Callable[[], float], kernel: str) -> None:
        self._db = db
        self._clock = clock
        self._kernel = kernel

    def book(self, snapshot: Snapshot) -> None:
        """Every charge, refund and unknown, once each; what was not sent leaves no trace."""
        kind = rows.CHARGES.get(snapshot.status)
        if kind is None:
            return
        sent = self._db.read(
            "SELECT at, kernel FROM spend WHERE job_id = ? ORDER BY at LIMIT 1", snapshot.job_id
        )
        if kind != "refunded":
            self._db.execute("DELETE FROM spend WHERE job_id = ?", (snapshot.job_id,))
        if kind != "none":
            # Whoever hears how it ended, the charge is of the kernel and the day that sent it.
            kernel = sent[0]["kernel"] if sent else self._kernel
            at = sent[0]["at"] if sent and kind != "refunded" else self._clock()
            self._db.upsert("spend", "job_id, kind", rows.spend_row(snapshot, kind, at, kernel))

    def check(self, more: int, cap: int | None, kernel_cap: int | None) -> None:
        """
        Refuse what would pass a cap.

        Raises:
            CapReached: In one line that says which one.
        """
        if cap is not None:
            prices.check_cap(self.today(), more, cap)
        if kernel_cap is not None:
            prices.check_cap(self.here(), more, kernel_cap, here=True)

    def today(self) -> int:
        """Credits of today on real accounts: charged, being sent, or of unknown outcome."""
        return self._sum("at >= ?", self._midnight())

    def here(self) -> int:
        """The same of this process since it started."""
        return self._sum("kernel = ?", self._kernel)

    def unpriced_today(self) -> int:
        """How many of today's requests on real accounts have no known price."""
        [row] = self._db.read(
            f"SELECT count(*) AS n FROM spend AS s WHERE at >= ? AND credits IS NULL AND {_COUNTS}",
            self._midnight(),
        )
        return int(row["n"])

    def spent(self, by: str, place: str) -> list[Spent]:
        """All spending, told apart; of real places, or of one place."""
        where, values = ("place = ?", [place]) if place else ("place <> 'sandbox'", [])
        found = self._db.read(_SPENT.format(what=_BY[by], where=where), *values)
        return [Spent(**dict(row)) for row in found]

    def _sum(self, where: str, value: object) -> int:
        [row] = self._db.read(
            f"SELECT coalesce(sum(credits), 0) AS n FROM spend AS s WHERE {where} AND {_COUNTS}",
            value,
        )
        return int(row["n"])

    def _midnight(self) -> float:
        now = datetime.fromtimestamp(self._clock()).astimezone()
        return now.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
