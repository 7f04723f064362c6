"""Every night: refused input kept for replay is forgotten after thirty days."""

from datetime import timedelta

from regulars.kit import clock, db, jobs
from regulars.records import activities

_KEEP = timedelta(days=30)


def forget_refused(pool: db.Pool, _: jobs.Job) -> None:
    """Delete refused input past its days."""
    with db.transaction(pool) as conn:
        activities.forget_refused(conn, before_at=clock.now() - _KEEP)
