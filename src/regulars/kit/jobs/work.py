"""The worker: takes jobs, runs their tasks in threads, keeps the clock of the schedules."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import psycopg
from pgqueuer.adapters.drivers.psycopg import PsycopgDriver
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.applications import PgQueuer
from pgqueuer.core.executors import DatabaseRetryEntrypointExecutor
from pgqueuer.domain.errors import FailingListenerError
from pgqueuer.domain.models import Job as Picked
from pgqueuer.domain.models import Schedule
from psycopg import AsyncConnection, sql

from regulars.kit.jobs.model import Job, Pace, Task
from regulars.kit.jobs.queue import TABLES, decode, encode

_log = logging.getLogger(__name__)
WORKER = "regulars-worker"
"""The name under which PostgreSQL shows the worker's connections."""
_RECONNECT_SECONDS = 1.0


def serve(dsn: str, tasks: Mapping[str, Task], schedules: Mapping[str, str], *, pace: Pace | None = None) -> None:
    """Work until SIGTERM or SIGINT, then finish what is running and return.

    `schedules` maps the name of a task to a cron expression in UTC. A lost database is waited for.
    """

    async def until_told() -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await work(dsn, tasks, schedules, stop=stop, pace=pace)

    asyncio.run(until_told())


async def work(
    dsn: str,
    tasks: Mapping[str, Task],
    schedules: Mapping[str, str],
    *,
    stop: asyncio.Event,
    pace: Pace | None = None,
) -> None:
    """Work until `stop` is set, then finish what is running."""
    pace = pace or Pace()
    with ThreadPoolExecutor(pace.threads_max, thread_name_prefix="job") as threads:
        while not stop.is_set():
            try:
                async with _connected(dsn) as driver:
                    await _session(driver, tasks, schedules, threads, stop=stop, pace=pace)
            except (psycopg.OperationalError, FailingListenerError) as lost:
                _log.warning("the worker lost its database and tries again: %s", lost)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _RECONNECT_SECONDS)


class _Driver(PsycopgDriver):
    """Listens on one connection and speaks on another.

    A listening psycopg connection takes no query for up to a second.
    """

    def __init__(self, listener: AsyncConnection, speaker: AsyncConnection) -> None:
        super().__init__(listener)
        self._speaker = PsycopgDriver(speaker)
        self._ear = listener

    async def hear(self, channel: str) -> None:
        """Be on a channel before anybody speaks.

        The queue probes at once whether it is heard. The probe goes over the other connection, so under load it could
        be sent before the queue's own LISTEN arrived; unheard, it cost the worker its session after ten seconds.
        """
        await self._ear.execute(sql.SQL("listen {}").format(sql.Identifier(channel)))

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        """Rows of a query on the speaking connection."""
        return await self._speaker.fetch(query, *args)

    async def execute(self, query: str, *args: object) -> str:
        """Status of a statement on the speaking connection."""
        return await self._speaker.execute(query, *args)


@contextlib.asynccontextmanager
async def _connected(dsn: str) -> AsyncIterator[_Driver]:
    async with (
        await AsyncConnection.connect(dsn, autocommit=True, application_name=WORKER) as listener,
        await AsyncConnection.connect(dsn, autocommit=True, application_name=WORKER) as speaker,
    ):
        yield _Driver(listener, speaker)


async def _session(
    driver: _Driver,
    tasks: Mapping[str, Task],
    schedules: Mapping[str, str],
    threads: ThreadPoolExecutor,
    *,
    stop: asyncio.Event,
    pace: Pace,
) -> None:
    queries = Queries(driver, QueryBuilderEnvironment(TABLES), QueryQueueBuilder(TABLES), QuerySchedulerBuilder(TABLES))
    queuer = PgQueuer(driver, queries=queries)
    await driver.hear(queuer.channel)
    patience = partial(
        DatabaseRetryEntrypointExecutor,
        max_attempts=pace.tries_max - 1,
        initial_delay=pace.retry_first,
        backoff_multiplier=pace.retry_factor,
    )
    for name, task in tasks.items():
        queuer.entrypoint(name, executor_factory=patience, on_failure="hold")(_in_thread(task, threads))
    for name, cron in schedules.items():
        queuer.schedule(name, cron)(_due(name, queries))

    async def pass_on() -> None:
        await stop.wait()
        queuer.shutdown.set()

    passing = asyncio.create_task(pass_on())
    try:
        await queuer.run(
            dequeue_timeout=pace.poll,
            batch_size=max(1, pace.threads_max // 2),
            max_concurrent_tasks=max(2, pace.threads_max),
            shutdown_on_listener_failure=True,
            heartbeat_timeout=pace.lease,
        )
    finally:
        passing.cancel()


def _in_thread(task: Task, threads: ThreadPoolExecutor) -> Callable[[Picked], Awaitable[None]]:
    async def run(picked: Picked) -> None:
        job = Job(id=picked.id, name=picked.entrypoint, payload=decode(picked.payload), attempt=picked.attempts + 1)
        await asyncio.get_running_loop().run_in_executor(threads, task, job)

    return run


def _due(name: str, queries: Queries) -> Callable[[Schedule], Awaitable[None]]:
    async def put_down(_: Schedule) -> None:
        await queries.enqueue(name, encode(None), dedupe_key=f"{name}:schedule", on_conflict="skip")

    return put_down
