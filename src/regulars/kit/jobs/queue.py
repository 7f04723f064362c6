"""Putting jobs down and looking at them, with the caller's own connection and transaction."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder
from pgqueuer.domain.settings import DBSettings
from psycopg import RawCursor
from psycopg.rows import tuple_row

from regulars.kit import clock, sql
from regulars.kit.db import Conn
from regulars.kit.jobs.model import DeadJob

SQL = sql.load("regulars.kit.jobs")
TABLES: Final = DBSettings(db_schema="jobs")
_INSERT = QueryQueueBuilder(TABLES).build_enqueue_query("skip")


def enqueue(
    conn: Conn,
    name: str,
    payload: Mapping[str, Any] | None = None,
    *,
    at: datetime | None = None,
    dedupe_key: str | None = None,
) -> int | None:
    """Put a job down in the caller's transaction: it exists once that commits, not before.

    `at` is the earliest instant it may run (now, when not given). Returns its id, or None when a job of this
    name with the same `dedupe_key` is still waiting or running.
    """
    wait = timedelta(0) if at is None else max(at - clock.now(), timedelta(0))
    key = None if dedupe_key is None else f"{name}:{dedupe_key}"
    with RawCursor(conn, row_factory=tuple_row) as cursor:
        cursor.execute(_INSERT, [[0], [name], [encode(payload)], [wait], [key], [None]])
        row = cursor.fetchone()
    return row[1] if row else None


def counts(conn: Conn) -> dict[tuple[str, str], int]:
    """How many jobs there are by name and state (`queued`, `picked`, `failed`); done jobs are not counted."""
    return {(name, state): number for name, state, number in conn.execute(SQL["count_by_state"])}


def dead(conn: Conn, *, rows_max: int = 100) -> list[DeadJob]:
    """The jobs that failed their last try, newest first."""
    return [
        DeadJob(
            id=id_,
            name=name,
            payload=decode(payload),
            attempts=attempts + 1,
            died_at=died_at,
            cause=cause or "",
        )
        for id_, name, payload, attempts, died_at, cause in conn.execute(SQL["list_dead"], {"rows_max": rows_max})
    ]


def revive(conn: Conn, id_: int, *, at: datetime) -> bool:
    """Give a dead job its tries again; False when there is no such dead job."""
    return conn.execute(SQL["revive_dead"], {"id": id_, "at": at}).fetchone() is not None


def forget(conn: Conn, *, at: datetime) -> None:
    """Delete the history of single jobs after 7 days and their counts after 90."""
    conn.execute(SQL["forget_log"], {"before": at - timedelta(days=7)})
    conn.execute(SQL["forget_statistics"], {"before": at - timedelta(days=90)})


def schema_sql() -> str:
    """The tables the queue needs, as the installed library draws them."""
    drawing = QueryBuilderEnvironment(TABLES).build_install_query()
    return "\n".join(line for line in drawing.splitlines() if not line.startswith("-- pgqueuer "))


def encode(payload: Mapping[str, Any] | None) -> bytes:
    """The payload as it is stored: compact JSON."""
    return msgspec.json.encode(payload or {})


def decode(payload: bytes | None) -> dict[str, Any]:
    """The payload as it was given."""
    return msgspec.json.decode(payload or b"{}", type=dict[str, Any])
