"""Asked for by an operator, and every five minutes: codes are made and coupons issued, chunk by chunk."""

from uuid import UUID

from regulars import flows
from regulars.kit import clock, db, jobs
from regulars.program import coupons


def fill_coupons(pool: db.Pool, job: jobs.Job) -> None:
    """Go on with the batch the job names, or with every one that is not done, a transaction a chunk.

    Cut off anywhere, a batch goes on where its last chunk was committed; one that is done has nothing left.
    """
    named = job.payload.get("batch_id")
    with db.transaction(pool) as conn:
        wanted = [UUID(named)] if named else coupons.unfinished(conn)
    for batch_id in wanted:
        is_done = False
        while not is_done:
            with db.transaction(pool) as conn:
                is_done = flows.fill_batch(conn, batch_id, at=clock.now())
