"""Every minute: the guard's rules look at what happened."""

from regulars import flows
from regulars.kit import clock, db, jobs
from regulars.records import programs


def watch_guard(pool: db.Pool, _: jobs.Job) -> None:
    """Open cases for whom the rules find, one transaction for each program."""
    at = clock.now()
    with db.transaction(pool) as conn:
        found = programs.all_of(conn)
    for program in found:
        with db.transaction(pool) as conn:
            flows.guard_members(conn, flows.load(conn, program.program_id), at=at)
