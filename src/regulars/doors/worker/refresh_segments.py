"""Every ten minutes: find again who is in the segments."""

from regulars import flows
from regulars.audience import segments
from regulars.kit import clock, db, jobs
from regulars.records import programs


def refresh_segments(pool: db.Pool, _: jobs.Job) -> None:
    """Find each segment of each program again, one transaction each, so that no order waits for all of them."""
    at = clock.now()
    with db.transaction(pool) as conn:
        found = [(one.program_id, segments.every(conn, one.program_id)) for one in programs.all_of(conn)]
    for program_id, kept in found:
        for segment in kept:
            if not segment.is_archived:
                with db.transaction(pool) as conn:
                    flows.refresh_segment(conn, flows.load(conn, program_id), segment, at=at)
