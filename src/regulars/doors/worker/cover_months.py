"""Every night: the journal has parts for the months to come."""

from regulars.kit import clock, db, jobs
from regulars.records import ledger


def cover_months(pool: db.Pool, _: jobs.Job) -> None:
    """Make the parts of the journal that the coming months will need, where they are missing."""
    with db.transaction(pool) as conn:
        ledger.cover_ahead(conn, today=clock.now().date())
