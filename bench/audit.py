"""The audit log's proof: the whole chain walked from the database, against hashing the same bytes from memory.

The rival reads nothing: it is what SHA-256 alone takes, and so what no proof can beat.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from bench import stopwatch
from bench.telling import tell, tell_ratio
from regulars.kit import db
from regulars.records import access, audit
from regulars.records.audit import rules

_FILL = """
    with made as (
      insert into audit.note (body)
      select replace(%(body)s, '"place":0', '"place":' || n) from generate_series(1, %(notes)s) as n
      returning place
    )
    insert into audit.unsealed select place from made
"""
_RUNS = 5


def run(fresh: Callable[[], str], *, is_quick: bool) -> None:
    """Print notes proved a second, and the share of bare hashing."""
    notes = 200_000 if is_quick else 10_000_000
    with db.connect(fresh()) as conn:
        conn.execute("set statement_timeout = 0")
        audit.note(conn, None, "rule-saved", by=access.staff(1, "Ada"), at=datetime.now(UTC), facts={"place": 0})
        row = conn.execute("select body from audit.note").fetchone()
        assert row is not None
        conn.execute(_FILL, {"body": row[0], "notes": notes})
        conn.commit()
        took = stopwatch.seconds(partial(_seal, conn))
        tell("audit.seal", [notes / took], "notes/s")
        bodies = [body for (body,) in conn.execute("select body from audit.note order by place limit 200000")]
        ours, bare = [], []
        for _ in range(_RUNS):
            ours.append(notes / stopwatch.seconds(partial(_prove, conn, notes + 1)))
            bare.append(len(bodies) / stopwatch.seconds(partial(_hash, bodies)))
    tell(f"audit.prove-{notes}", ours, "notes/s")
    tell("audit.sha256", bare, "notes/s")
    tell_ratio("audit", ours, bare)


def _seal(conn: db.Conn) -> None:
    while audit.seal(conn, limit=100_000):
        conn.commit()


def _prove(conn: db.Conn, notes: int) -> None:
    verdict = audit.prove(conn)
    conn.rollback()
    assert verdict.is_sound
    assert verdict.sealed == notes


def _hash(bodies: list[str]) -> None:
    assert sum(len(digest) for digest in rules.chained(rules.FIRST, bodies)) == 32 * len(bodies)
