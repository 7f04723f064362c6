"""Every minute: give back the points and the coupons of baskets that were never paid."""

from regulars import flows
from regulars.kit import clock, db, jobs
from regulars.records import programs


def release_holds(pool: db.Pool, _: jobs.Job) -> None:
    """Release the holds and the coupons whose time is over, until none is left."""
    at = clock.now()
    with db.transaction(pool) as conn:
        found = programs.all_of(conn)
    for program in found:
        released = 1
        while released:
            with db.transaction(pool) as conn:
                plan = flows.load(conn, program.program_id)
                released = flows.release_due_holds(conn, plan, at=at)
    released = 1
    while released:
        with db.transaction(pool) as conn:
            released = flows.release_due_coupons(conn, at=at)
