"""Asked for by an operator or a machine: a draft of the program on the shop's own past orders."""

from uuid import UUID

from regulars import flows
from regulars.analytics import twin
from regulars.kit import clock, db, jobs
from regulars.kit.errors import Refusal


def run_trial(pool: db.Pool, job: jobs.Job) -> None:
    """Run the trial the job names, or every one that is not over, from its beginning; a cancelled one is left alone."""
    named = job.payload.get("trial_id")
    with db.transaction(pool) as conn:
        wanted = [twin.trial(conn, int(job.payload["program_id"]), UUID(named))] if named else twin.unfinished(conn)
    for one in wanted:
        _run(pool, one)


def _run(pool: db.Pool, one: twin.Trial) -> None:
    with db.transaction(pool) as conn:
        if not twin.begin(conn, one):
            return

    def report(done: int) -> None:
        with db.transaction(pool) as noting:
            if not twin.progress(noting, one, done):
                raise twin.Cancelled

    try:
        with db.transaction(pool) as conn:
            outcomes = flows.run_trial(conn, flows.load(conn, one.program_id), one.asked, report=report)
    except twin.Cancelled:
        return
    except Refusal as refusal:  # a rule of the draft was removed since
        with db.transaction(pool) as conn:
            twin.end(conn, one, "failed", at=clock.now(), problem=refusal.detail)
        return
    with db.transaction(pool) as conn:
        twin.end(conn, one, "done", at=clock.now(), outcomes=outcomes, orders_done=one.orders)
