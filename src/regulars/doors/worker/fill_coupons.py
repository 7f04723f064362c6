"""Asked for by an operator: codes are made, or coupons issued, chunk by chunk until the batch is done."""

from uuid import UUID

from regulars import flows
from regulars.kit import clock, db, jobs
from regulars.program import coupons


def fill_coupons(pool: db.Pool, job: jobs.Job) -> None:
    """Go on with a batch where it was, a transaction a chunk; one that is done has nothing left."""
    batch_id = UUID(job.payload["batch_id"])
    with db.transaction(pool) as conn:
        batch = coupons.batch(conn, batch_id)
    is_done = batch is None
    while not is_done:
        assert batch is not None
        with db.transaction(pool) as conn:
            plan = flows.load(conn, batch.program_id)
            is_done = flows.fill_batch(conn, plan, batch_id, at=clock.now())
