"""Every hour: close the day of every program whose midnight has passed."""

from regulars import flows
from regulars.kit import clock, db, jobs
from regulars.records import programs

CHUNKS_MAX = 20_000
"""More than any day can need: a day that does not end is a fault, and becomes a dead job."""


def close_days(pool: db.Pool, _job: jobs.Job) -> None:
    """Close the current day of each program, chunk by chunk; a day closed before has nothing left to do.

    Asked every hour rather than at each midnight, so that no zone, no clock change and no missed night matters.
    """
    at = clock.now()
    with db.transaction(pool) as conn:
        found = programs.all_of(conn)
    for program in found:
        today = clock.local_date(at, program.time_zone)
        for _ in range(CHUNKS_MAX):
            with db.transaction(pool) as conn:
                plan = flows.load(conn, program.program_id)
                if flows.close_day(conn, plan, today=today, at=at).is_done:
                    break
        else:
            raise RuntimeError(f"program {program.code}: {today} is not closed after {CHUNKS_MAX} chunks")
