"""Group commit: orders that arrive while the last group is written become the next group, one transaction.

There is no timer: an order alone is written at once. Each caller gets their own answer or their own refusal; an
unexpected error makes the group fall apart into single orders, so that the one to blame fails alone.

Source: design/architecture, "the crown"; quality/cases 163, 166, 167.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg import errors

from regulars import flows
from regulars.kit import clock, db
from regulars.kit.db import Conn
from regulars.kit.errors import Refusal
from regulars.records import access

from .call import Answer, Told, told
from .connections import STATEMENT_SECONDS_MAX
from .idempotency import Claim, again, kept
from .patience import Patience
from .refusals import Busy, Overloaded

QUEUE_MAX = 20_000
GROUP_MAX = 500
LOCK_SECONDS_MAX = 2
ONE_BY_ONE_SECONDS_MAX = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An order on its way, and under which Idempotency-Key it came, if any."""

    program_id: int
    intake: flows.Intake
    claim: Claim | None = None


Outcome = Told | Exception


class GroupCommit:
    """One writer with a connection of its own, and the queue before it."""

    def __init__(
        self, dsn: str, *, patience: Patience | None = None, queue_max: int = QUEUE_MAX, group_max: int = GROUP_MAX
    ) -> None:
        self._dsn = dsn
        self._patience = patience or Patience()
        self._queue_max = queue_max
        self._group_max = group_max
        self._queue: list[tuple[Item, asyncio.Future[Told]]] = []
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="group-commit")
        self._conn: Conn | None = None
        self._task: asyncio.Task[None] | None = None

    async def record(self, item: Item, *, since: float | None = None) -> Told:
        """The answer to an order that came at `since` (monotonic; now when not given), once it is durable.

        Raises:
            Overloaded: the queue is full.
            Timeout: the database is too slow; the order may or may not be recorded.
            Refusal: the order was refused.
        """
        if len(self._queue) >= self._queue_max:
            raise Overloaded("Too many orders wait; send this one again in a second.")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Told] = loop.create_future()
        self._queue.append((item, answer))
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._drain())
        return await self._patience.answer(answer, since=time.monotonic() if since is None else since)

    async def stop(self) -> None:
        """Write what waits, then let the connection go."""
        while self._task is not None and not self._task.done():
            await self._task
        await asyncio.get_running_loop().run_in_executor(self._writer, self._disconnect)
        self._writer.shutdown()

    async def _drain(self) -> None:
        loop = asyncio.get_running_loop()
        while self._queue:
            taken = self._queue[: self._group_max]
            del self._queue[: len(taken)]
            group = [(item, answer) for item, answer in taken if not answer.done()]  # others have gone before it began
            if not group:
                continue
            try:
                outcomes = await loop.run_in_executor(self._writer, self._write, [item for item, _ in group])
            except Exception as broken:
                outcomes = [broken] * len(group)
            for (_, answer), outcome in zip(group, outcomes, strict=True):
                if answer.done():  # the caller has gone; their order is recorded all the same
                    continue
                if isinstance(outcome, Exception):
                    answer.set_exception(outcome)
                else:
                    answer.set_result(outcome)

    def _write(self, items: Sequence[Item]) -> Sequence[Outcome]:
        places: dict[int, list[int]] = defaultdict(list)
        for place, item in enumerate(items):
            places[item.program_id].append(place)
        outcomes: dict[int, Outcome] = {}
        for of in places.values():
            group = [items[place] for place in of]
            with self._patience.work():
                outcomes |= dict(zip(of, self._group(group), strict=True))
        return [outcomes[place] for place in range(len(items))]

    def _group(self, items: Sequence[Item]) -> Sequence[Outcome]:
        try:
            return _recorded(self._connection(), items, at=clock.now())
        except Exception as broken:
            if isinstance(broken, errors.ReadOnlySqlTransaction):
                self._disconnect()  # The next connection may lead to the server that took over.
            if len(items) == 1 or self._is_down():
                return [broken] * len(items)
        until = time.monotonic() + ONE_BY_ONE_SECONDS_MAX
        return [self._alone(item, until) for item in items]

    def _alone(self, item: Item, until: float) -> Outcome:
        if time.monotonic() > until:
            return Busy("Others hold what this request needs; send it again.")
        try:
            return _recorded(self._connection(), [item], at=clock.now())[0]
        except Exception as broken:
            return broken

    def _is_down(self) -> bool:
        return self._conn is None or self._conn.broken or self._conn.closed

    def _connection(self) -> Conn:
        if self._is_down():
            self._disconnect()
            try:
                self._conn = db.connect(
                    self._dsn, statement_seconds_max=STATEMENT_SECONDS_MAX, lock_seconds_max=LOCK_SECONDS_MAX
                )
            except psycopg.OperationalError as refused:
                if db.is_full(refused):
                    raise Overloaded("The database has no room for us; send this one again in a second.") from None
                raise
        assert self._conn is not None
        return self._conn

    def _disconnect(self) -> None:
        if self._conn is not None:
            with suppress(psycopg.Error):
                self._conn.close()
        self._conn = None


def _recorded(conn: Conn, items: Sequence[Item], *, at: datetime) -> Sequence[Outcome]:
    """Write a group of one program in one transaction."""
    program_id = items[0].program_id
    with conn.transaction():
        plan = flows.load(conn, program_id)
        outcomes: dict[int, Outcome] = {}
        claims = {place: item.claim for place, item in enumerate(items) if item.claim is not None}
        if claims:
            outcomes |= again(conn, program_id, claims)
        places = [place for place in range(len(items)) if place not in outcomes]
        recorded = flows.record_activities(conn, plan, [items[place].intake for place in places], at=at)
        results: list[access.Result] = []
        for place, one in zip(places, recorded, strict=True):
            outcome = one if isinstance(one, Refusal) else told(answer_to(one))
            outcomes[place] = outcome
            claim = items[place].claim
            if claim is not None and isinstance(outcome, Told):
                results.append(kept(claim, outcome))
        access.keep_results(conn, program_id, results, at=at)
    return [outcomes[place] for place in range(len(items))]


def answer_to(recorded: flows.Recorded) -> Answer:
    """201 the first time, 200 again, 202 while it waits for its member."""
    status = {"created": 201, "replayed": 200, "parked": 202}[recorded.outcome]
    return Answer(status=status, content=recorded.answer, is_replay=recorded.outcome == "replayed")
