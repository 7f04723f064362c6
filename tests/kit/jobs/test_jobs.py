"""Jobs: there exactly when their cause is, done at least once, dead in plain sight."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from regulars.kit import clock, db, jobs

QUICK = jobs.Pace(
    retry_first=timedelta(milliseconds=10),
    retry_factor=1.0,
    lease=timedelta(seconds=2),
    poll=timedelta(milliseconds=200),
)


def _work_until(
    dsn: str,
    tasks: Mapping[str, jobs.Task],
    is_done: Callable[[db.Conn], bool],
    schedules: Mapping[str, str] | None = None,
) -> None:
    """Work until the database shows what the test waits for; a minute is a failure."""

    async def run() -> None:
        stop = asyncio.Event()
        working = asyncio.create_task(jobs.work(dsn, tasks, schedules or {}, stop=stop, pace=QUICK))
        with db.connect(dsn, autocommit=True) as conn:
            async with asyncio.timeout(60):
                while not is_done(conn):
                    await asyncio.sleep(0.05)
        stop.set()
        await working

    asyncio.run(run())


def _is_empty(conn: db.Conn) -> bool:
    return jobs.counts(conn) == {}


def test_a_job_of_a_rolled_back_transaction_does_not_exist(database):
    with db.connect(database) as conn:
        jobs.enqueue(conn, "greet", {"order": 1})
        conn.rollback()
        assert jobs.counts(conn) == {}


def test_a_job_waits_until_its_transaction_commits(database):
    with db.connect(database) as cause, db.connect(database, autocommit=True) as other:
        jobs.enqueue(cause, "greet", {"order": 1})
        assert jobs.counts(other) == {}
        cause.commit()
        assert jobs.counts(other) == {("greet", "queued"): 1}


def test_two_jobs_with_one_key_are_one(conn):
    first = jobs.enqueue(conn, "greet", {"order": 1}, dedupe_key="order-1")
    assert isinstance(first, int)
    assert jobs.enqueue(conn, "greet", {"order": 2}, dedupe_key="order-1") is None
    assert jobs.counts(conn) == {("greet", "queued"): 1}


def test_a_key_belongs_to_its_name(conn):
    assert jobs.enqueue(conn, "greet", dedupe_key="1") is not None
    assert jobs.enqueue(conn, "thank", dedupe_key="1") is not None


def test_a_task_gets_what_was_put_down(database):
    seen: list[jobs.Job] = []
    with db.connect(database) as conn:
        id_ = jobs.enqueue(conn, "greet", {"order": 7, "名": "茶"})
    _work_until(database, {"greet": seen.append}, _is_empty)
    assert seen == [jobs.Job(id=id_, name="greet", payload={"order": 7, "名": "茶"}, attempt=1)]


def test_a_task_runs_beside_the_loop(database):
    names: list[str] = []
    with db.connect(database) as conn:
        jobs.enqueue(conn, "greet")
    _work_until(database, {"greet": lambda _: names.append(threading.current_thread().name)}, _is_empty)
    assert [name.rpartition("_")[0] for name in names] == ["job"]


def test_a_job_for_later_is_not_run_now(database):
    seen: list[int] = []
    with db.connect(database) as conn:
        jobs.enqueue(conn, "greet", {"n": 1}, at=clock.now() + timedelta(days=1))
        jobs.enqueue(conn, "greet", {"n": 2}, at=clock.now() - timedelta(days=1))
    _work_until(
        database,
        {"greet": lambda job: seen.append(job.payload["n"])},
        lambda conn: jobs.counts(conn) == {("greet", "queued"): 1},
    )
    assert seen == [2]


def test_a_failing_job_is_dead_after_five_tries_and_can_be_revived(database):
    attempts: list[int] = []

    def fail(job: jobs.Job) -> None:
        attempts.append(job.attempt)
        raise ValueError(f"no bread on try {job.attempt}")

    with db.connect(database) as conn:
        id_ = jobs.enqueue(conn, "bake", {"loaves": 3})
    _work_until(database, {"bake": fail}, lambda conn: jobs.dead(conn) != [])
    assert attempts == [1, 2, 3, 4, 5]
    with db.connect(database) as conn:
        (dead,) = jobs.dead(conn)
        assert (dead.id, dead.name, dead.payload, dead.attempts) == (id_, "bake", {"loaves": 3}, 5)
        assert dead.cause == "no bread on try 5"
        assert jobs.revive(conn, id_, at=clock.now())
        assert not jobs.revive(conn, id_, at=clock.now())
    _work_until(database, {"bake": lambda _: None}, _is_empty)


def test_a_task_that_fails_once_is_done_on_its_second_try(database):
    attempts: list[int] = []

    def stumble(job: jobs.Job) -> None:
        attempts.append(job.attempt)
        if job.attempt == 1:
            raise ValueError("stumbled")

    with db.connect(database) as conn:
        jobs.enqueue(conn, "bake")
    _work_until(database, {"bake": stumble}, _is_empty)
    assert attempts == [1, 2]


def test_a_killed_workers_job_is_run_again(database):
    with db.connect(database) as conn:
        jobs.enqueue(conn, "bake", {"loaves": 3})
    program = """
        import sys, time
        from datetime import timedelta
        from regulars.kit import jobs
        def bake(job):
            print("baking", flush=True)
            time.sleep(600)
        jobs.serve(sys.argv[1], {"bake": bake}, {}, pace=jobs.Pace(lease=timedelta(seconds=2)))
    """
    line = [sys.executable, "-c", textwrap.dedent(program), database]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout.readline() == "baking\n"
        os.kill(first.pid, signal.SIGKILL)
    seen: list[Mapping[str, object]] = []
    _work_until(database, {"bake": lambda job: seen.append(job.payload)}, _is_empty)
    assert seen == [{"loaves": 3}]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_told_to_stop_finishes_what_it_is_doing(database, number):
    with db.connect(database) as conn:
        jobs.enqueue(conn, "bake")
    program = """
        import sys, time
        from regulars.kit import jobs
        def bake(job):
            print("baking", flush=True)
            time.sleep(0.5)
            print("baked", flush=True)
        jobs.serve(sys.argv[1], {"bake": bake}, {})
    """
    line = [sys.executable, "-c", textwrap.dedent(program), database]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout.readline() == "baking\n"
        worker.send_signal(number)
        assert worker.stdout.read() == "baked\n"
        assert worker.wait(30) == 0
    with db.connect(database) as conn:
        assert jobs.counts(conn) == {}


def test_a_worker_that_loses_its_database_comes_back(database):
    seen: list[int] = []

    def cut(job: jobs.Job) -> None:
        seen.append(job.payload["n"])
        if len(seen) == 1:
            with db.connect(database, autocommit=True) as conn:
                conn.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where datname = current_database() and application_name = 'regulars-worker'"
                )
                jobs.enqueue(conn, "cut", {"n": 2})

    with db.connect(database) as conn:
        jobs.enqueue(conn, "cut", {"n": 1})
    _work_until(database, {"cut": cut}, _is_empty)
    assert sorted(seen) == [1, 1, 2], "the first could not say that it was done"


def test_a_schedule_puts_its_job_down_when_due(database):
    seen: list[jobs.Job] = []
    _work_until(database, {"tick": seen.append}, lambda _: len(seen) >= 2, {"tick": "* * * * * *"})
    assert {(job.name, tuple(job.payload), job.attempt) for job in seen} == {("tick", (), 1)}


def test_history_is_forgotten_after_its_days(conn):
    jobs.enqueue(conn, "greet")
    jobs.forget(conn, at=clock.now() + timedelta(days=6))
    assert conn.execute("select count(*) from jobs.pgqueuer_log").fetchone() == (1,)
    jobs.forget(conn, at=datetime.now(UTC) + timedelta(days=8))
    assert conn.execute("select count(*) from jobs.pgqueuer_log").fetchone() == (0,)
    assert jobs.counts(conn) == {("greet", "queued"): 1}
