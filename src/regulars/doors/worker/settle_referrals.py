"""Every ten minutes: reward friends whose first purchase is kept, and who brought them; take back what came back."""

from regulars import flows
from regulars.kit import clock, db, jobs
from regulars.records import programs


def settle_referrals(pool: db.Pool, _: jobs.Job) -> None:
    """Settle what is due in every program, chunk by chunk, until nothing is left."""
    at = clock.now()
    with db.transaction(pool) as conn:
        found = programs.all_of(conn)
    for program in found:
        settled = 1
        while settled:
            with db.transaction(pool) as conn:
                settled = flows.refer_friends.settle_referrals(conn, flows.load(conn, program.program_id), at=at)
