"""
The library's tables, as numbered migrations.

A migration that has shipped is never edited: what changes later is a new one at the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE jobs (
        job_id TEXT PRIMARY KEY,
        place TEXT NOT NULL,
        origin TEXT NOT NULL,
        account TEXT NOT NULL,
        task_id TEXT,
        family TEXT NOT NULL,
        model TEXT NOT NULL,
        body TEXT NOT NULL,
        body_hash TEXT NOT NULL,
        notebook TEXT NOT NULL,
        cell TEXT NOT NULL,
        ordinal INTEGER NOT NULL,
        board_id TEXT NOT NULL,
        parent_job TEXT,
        parent_slot INTEGER,
        status TEXT NOT NULL,
        rev INTEGER NOT NULL,
        owner TEXT NOT NULL,
        lease_until REAL NOT NULL,
        made_at REAL NOT NULL,
        sent_at REAL NOT NULL,
        accepted_at REAL NOT NULL,
        completed_at REAL NOT NULL,
        expected_s REAL NOT NULL,
        estimate INTEGER,
        charge TEXT NOT NULL,
        error TEXT,
        raw TEXT
    ) STRICT;
    CREATE UNIQUE INDEX jobs_task ON jobs (place, origin, task_id) WHERE task_id IS NOT NULL;
    CREATE INDEX jobs_rerun ON jobs (cell, body_hash, ordinal);
    CREATE INDEX jobs_made ON jobs (made_at);
    CREATE INDEX jobs_board ON jobs (board_id);
    CREATE INDEX jobs_status ON jobs (status);

    CREATE TABLE pictures (
        job_id TEXT NOT NULL REFERENCES jobs (job_id) ON DELETE CASCADE,
        slot INTEGER NOT NULL,
        position INTEGER NOT NULL,
        url TEXT NOT NULL,
        expires_at REAL NOT NULL,
        file TEXT,
        size INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        mime TEXT NOT NULL,
        width INTEGER NOT NULL,
        height INTEGER NOT NULL,
        dhash TEXT NOT NULL,
        rating INTEGER,
        note TEXT,
        PRIMARY KEY (job_id, slot)
    ) STRICT;

    CREATE TABLE tags (
        job_id TEXT NOT NULL,
        slot INTEGER NOT NULL,
        tag TEXT NOT NULL,
        PRIMARY KEY (job_id, slot, tag),
        FOREIGN KEY (job_id, slot) REFERENCES pictures (job_id, slot) ON DELETE CASCADE
    ) STRICT;

    CREATE TABLE boards (
        board_id TEXT PRIMARY KEY,
        notebook TEXT NOT NULL,
        roots TEXT NOT NULL
    ) STRICT;

    CREATE TABLE latencies (
        place TEXT NOT NULL,
        model TEXT NOT NULL,
        variant TEXT NOT NULL,
        resolution TEXT NOT NULL,
        seconds INTEGER NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (place, model, variant, resolution, seconds)
    ) STRICT;

    CREATE TABLE spend (
        job_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        at REAL NOT NULL,
        credits INTEGER,
        place TEXT NOT NULL,
        origin TEXT NOT NULL,
        account TEXT NOT NULL,
        model TEXT NOT NULL,
        notebook TEXT NOT NULL,
        PRIMARY KEY (job_id, kind)
    ) STRICT;
    CREATE INDEX spend_at ON spend (at);
    """,
    """
    ALTER TABLE jobs ADD COLUMN counting TEXT NOT NULL DEFAULT '';
    CREATE INDEX jobs_body ON jobs (body_hash);
    CREATE INDEX pictures_url ON pictures (url)
    """,
    """
    ALTER TABLE jobs ADD COLUMN provider TEXT NOT NULL DEFAULT 'reapi';
    CREATE TABLE uploads (
        sha256 TEXT NOT NULL,
        uploader TEXT NOT NULL,
        url TEXT NOT NULL,
        expires_at REAL NOT NULL,
        PRIMARY KEY (sha256, uploader)
    ) STRICT
    """,
    """
    DROP TABLE latencies;
    CREATE TABLE latencies (
        place TEXT NOT NULL,
        model TEXT NOT NULL,
        variant TEXT NOT NULL,
        resolution TEXT NOT NULL,
        second INTEGER NOT NULL,
        weight REAL NOT NULL,
        PRIMARY KEY (place, model, variant, resolution, second)
    ) STRICT;
    ALTER TABLE spend ADD COLUMN kernel TEXT NOT NULL DEFAULT '';
    CREATE INDEX spend_kernel ON spend (kernel)
    """,
)


def migrate(db: sqlite3.Connection) -> None:
    """Bring a database up to date; several kernels may try at once."""
    if _version(db) >= len(MIGRATIONS):
        return
    db.execute("BEGIN IMMEDIATE")
    with db:
        for number, script in enumerate(MIGRATIONS[_version(db) :], _version(db) + 1):
            for statement in script.split(";"):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {number}")


def is_newer(db: sqlite3.Connection) -> bool:
    """Whether a later version of this package has had it."""
    return _version(db) > len(MIGRATIONS)


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])
