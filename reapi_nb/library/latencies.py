"""How long tasks took: one histogram per place, model, variant and resolution."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reapi_nb.library.database import Database

Key = tuple[str, str, str, str]
"""Place, model, variant (speed or quality) and resolution."""

MOST = 400.0
"""The weight of a whole histogram stays below this, so that old habits fade."""

_LEAST = 0.01
"""A second that faded to less than this is forgotten."""

_OF = "place = ? AND model = ? AND variant = ? AND resolution = ?"


class Latencies:
    """The histograms of one database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def of(self, key: Key) -> dict[int, float]:
        """Weight by second; nothing where nothing is known."""
        found = self._db.read(
            f"SELECT second, weight FROM latencies WHERE {_OF} ORDER BY second", *key
        )
        return {row["second"]: row["weight"] for row in found}

    def learn(self, key: Key, weights: Mapping[int, float]) -> None:
        """Add weights in one transaction; what is no positive number is left out."""
        known = {
            int(second): weight
            for second, weight in weights.items()
            if 0 < weight < math.inf  # a NaN would spoil every sum from now on
        }
        if not known:
            return
        with self._db.transaction():
            for second, weight in known.items():
                self._db.execute(
                    "INSERT INTO latencies VALUES (?, ?, ?, ?, ?, ?)"
                    " ON CONFLICT DO UPDATE SET weight = weight + excluded.weight",
                    (*key, second, weight),
                )
            self._fade(key)

    def _fade(self, key: Key) -> None:
        [row] = self._db.read(f"SELECT sum(weight) AS total FROM latencies WHERE {_OF}", *key)
        if row["total"] < MOST:
            return
        # A little below, because the sum of rounded products may lie a little above.
        factor = MOST * 0.999 / row["total"]
        self._db.execute(f"UPDATE latencies SET weight = weight * ? WHERE {_OF}", (factor, *key))
        self._db.execute(f"DELETE FROM latencies WHERE {_OF} AND weight < ?", (*key, _LEAST))
