"""Every quarter of an hour: where a local day has begun, do what it brings. Usually there is nothing to do."""

import structlog

from regulars import flows
from regulars.kit import clock, db, jobs
from regulars.records import programs

_log = structlog.get_logger(__name__)


def close_day(pool: db.Pool, _: jobs.Job) -> None:
    """Activate and expire points and review tiers of every program, chunk by chunk, each in its transaction."""
    with db.transaction(pool) as conn:
        found = programs.all_of(conn)
    for program in found:
        is_done = False
        while not is_done:
            at = clock.now()
            with db.transaction(pool) as conn:
                plan = flows.load(conn, program.program_id)
                closed = flows.close_day(conn, plan, today=program.local_date(at), at=at)
            is_done = closed.is_done
            if not is_done:
                _log.info(
                    "day closed",
                    program=program.code,
                    activated=closed.activated_points,
                    expired=closed.expired_points,
                    upgraded=closed.upgraded,
                    downgraded=closed.downgraded,
                )
