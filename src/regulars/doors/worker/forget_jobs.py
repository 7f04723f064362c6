"""Every night: forget the history of jobs long done."""

from regulars.kit import clock, db, jobs


def forget_jobs(pool: db.Pool, _: jobs.Job) -> None:
    """Delete job history past its days."""
    with db.transaction(pool) as conn:
        jobs.forget(conn, at=clock.now())
