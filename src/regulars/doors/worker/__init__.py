"""The worker's door: which jobs there are, when the clock asks for them."""

from collections.abc import Callable, Mapping

from regulars.doors.worker.close_days import close_days
from regulars.doors.worker.close_experiences import close_experiences
from regulars.doors.worker.cover_months import cover_months
from regulars.doors.worker.fill_coupons import fill_coupons
from regulars.doors.worker.forget_changes import forget_changes
from regulars.doors.worker.forget_jobs import forget_jobs
from regulars.doors.worker.forget_personal import forget_personal
from regulars.doors.worker.forget_refused import forget_refused
from regulars.doors.worker.keep_erasures import carry_out_erasures, keep_erasures
from regulars.doors.worker.refresh_segments import refresh_segments
from regulars.doors.worker.release_holds import release_holds
from regulars.doors.worker.run_trial import run_trial
from regulars.doors.worker.seal_audit import seal_audit
from regulars.doors.worker.settle_referrals import settle_referrals
from regulars.doors.worker.watch_campaigns import turn_campaigns, watch_campaigns
from regulars.doors.worker.watch_guard import watch_guard
from regulars.kit import db, jobs

TASKS: Mapping[str, Callable[[db.Pool, jobs.Job], None]] = {
    "close_days": close_days,
    "cover_months": cover_months,
    "release_holds": release_holds,
    "forget_changes": forget_changes,
    "fill_coupons": fill_coupons,
    "settle_referrals": settle_referrals,
    "close_experiences": close_experiences,
    "forget_jobs": forget_jobs,
    "forget_refused": forget_refused,
    "watch_campaigns": watch_campaigns,
    "turn_campaigns": turn_campaigns,
    "refresh_segments": refresh_segments,
    "run_trial": run_trial,
    "seal_audit": seal_audit,
    "watch_guard": watch_guard,
    "keep_erasures": keep_erasures,
    "carry_out_erasures": carry_out_erasures,
    "forget_personal": forget_personal,
}
"""Every job by name. A task takes its connections from the pool and may be run twice."""

SCHEDULES: Mapping[str, str] = {
    "close_days": "1 * * * *",
    "cover_months": "7 3 * * *",
    "release_holds": "* * * * *",
    "seal_audit": "* * * * *",
    "watch_guard": "* * * * *",
    "keep_erasures": "* * * * *",
    "carry_out_erasures": "*/10 * * * *",
    "forget_personal": "47 3 * * *",
    "fill_coupons": "*/5 * * * *",
    "forget_changes": "27 3 * * *",
    "close_experiences": "*/10 * * * *",
    "settle_referrals": "*/10 * * * *",
    "forget_jobs": "17 3 * * *",
    "forget_refused": "37 3 * * *",
    "watch_campaigns": "* * * * *",
    "turn_campaigns": "2 * * * *",
    "refresh_segments": "4-59/10 * * * *",
}
"""When the clock asks for a job: cron in UTC."""

_CONNECTIONS_MAX = 8


def serve(dsn: str) -> None:
    """Work until SIGTERM or SIGINT, then finish what is running."""
    with db.pool(dsn, size_max=_CONNECTIONS_MAX) as pool:
        tasks = {name: _with(pool, task) for name, task in TASKS.items()}
        jobs.serve(dsn, tasks, SCHEDULES, pace=jobs.Pace(threads_max=_CONNECTIONS_MAX))


def _with(pool: db.Pool, task: Callable[[db.Pool, jobs.Job], None]) -> jobs.Task:
    return lambda job: task(pool, job)
