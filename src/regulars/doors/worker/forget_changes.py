"""Every night: changes that were kept for their days are forgotten."""

from datetime import timedelta

from regulars.kit import clock, db, jobs, settings
from regulars.records import outbox, programs

PORTION = 5_000


def forget_changes(pool: db.Pool, _: jobs.Job) -> None:
    """Delete the changes of each program past REGULARS_CHANGES_DAYS, a portion in a transaction."""
    before_at = clock.now() - timedelta(days=settings.read().changes_days)
    with db.transaction(pool) as conn:
        found = programs.all_of(conn)
    for program in found:
        gone = PORTION
        while gone:
            with db.transaction(pool) as conn:
                gone = outbox.forget(conn, program.program_id, before_at=before_at, limit=PORTION)
