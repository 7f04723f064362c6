"""Every night: what is kept of members for a time only is forgotten when that is over."""

from regulars import flows
from regulars.kit import clock, db, jobs
from regulars.records import programs

PORTION = 5_000


def forget_personal(pool: db.Pool, _: jobs.Job) -> None:
    """Do to rows past their days what erasing does to them, a portion in a transaction.

    Where several programs say different days, the longest hold.
    """
    at = clock.now()
    with db.transaction(pool) as conn:
        said = [one for program in programs.all_of(conn) for one in flows.retention(conn, program.program_id, at=at)]
    longest = {one.part.table: one for one in sorted(said, key=lambda one: one.keep_days)}
    for one in longest.values():
        gone = PORTION
        while gone == PORTION:
            with db.transaction(pool) as conn:
                gone = flows.forget_old(conn, one, at=at, limit=PORTION)
