"""Every night: refused input kept for replay, and results kept for repeats, are forgotten after thirty days."""

from datetime import timedelta

from regulars.kit import clock, db, jobs
from regulars.program import coupons
from regulars.records import access, activities

_KEEP = timedelta(days=30)


def forget_refused(pool: db.Pool, _: jobs.Job) -> None:
    """Delete refused input and the results of keyed requests past their days."""
    with db.transaction(pool) as conn:
        at = clock.now()
        activities.forget_refused(conn, before_at=at - _KEEP)
        access.forget_results(conn, at=at)
        coupons.forget_guessers(conn, at=at)
