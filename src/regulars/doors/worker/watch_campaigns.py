"""Every minute: look at the stop-loss lines of campaigns, end those that are over, keep daily audiences."""

from regulars import flows
from regulars.kit import clock, db, jobs
from regulars.records import programs


def watch_campaigns(pool: db.Pool, _: jobs.Job) -> None:
    """Watch the campaigns of each program; a line that fired before has nothing left to do."""
    at = clock.now()
    with db.transaction(pool) as conn:
        found = programs.all_of(conn)
    for program in found:
        with db.transaction(pool) as conn:
            flows.watch_campaigns(conn, flows.load(conn, program.program_id), at=at)


def turn_campaigns(pool: db.Pool, _: jobs.Job) -> None:
    """End the campaigns whose last day is over in each program, and find the audiences that are kept daily again."""
    at = clock.now()
    with db.transaction(pool) as conn:
        found = programs.all_of(conn)
    for program in found:
        with db.transaction(pool) as conn:
            flows.turn_campaigns(conn, flows.load(conn, program.program_id), at=at)
