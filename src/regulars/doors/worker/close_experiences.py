"""Every ten minutes: close experiences that are over, and note who did not come."""

from regulars import flows
from regulars.kit import clock, db, jobs
from regulars.records import programs


def close_experiences(pool: db.Pool, _: jobs.Job) -> None:
    """Close what is over in every program; what was closed before is left."""
    at = clock.now()
    with db.transaction(pool) as conn:
        found = programs.all_of(conn)
    for program in found:
        with db.transaction(pool) as conn:
            flows.close_experiences(conn, flows.load(conn, program.program_id), at=at)
