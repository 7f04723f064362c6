"""What a watcher asks: are you alive, can you serve, how is it going."""

import asyncio
from collections.abc import Mapping

import psycopg
from psycopg_pool import PoolTimeout

from regulars.doors import schema
from regulars.doors.web.asgi import Scope, Send, answer, problem
from regulars.kit import db, jobs
from regulars.kit.metrics import Metrics

_SECONDS_MAX = 5.0
"""A watcher asks often and gives up soon: a database that needs longer is not ready."""


class Probes:
    """/livez and /healthz say the process runs; /readyz that it can serve; /metrics how it goes."""

    def __init__(self, dsn: str) -> None:
        self._pool = db.pool(dsn, size_max=2)
        self.metrics = Metrics(pool=self._pool, jobs=self._jobs)

    async def __call__(self, scope: Scope, send: Send) -> None:
        """Answer a probe. Other methods than GET and HEAD are refused."""
        if scope["method"] not in {"GET", "HEAD"}:
            await problem(
                send,
                scope,
                405,
                "method-not-allowed",
                "Method not allowed",
                "Only GET is.",
                [(b"allow", b"GET, HEAD")],
            )
        elif scope["path"] == "/metrics":
            text = await asyncio.to_thread(self.metrics.text)
            await answer(send, 200, text, "text/plain; version=0.0.4; charset=utf-8")
        elif scope["path"] == "/readyz":
            await self._ready(scope, send)
        else:
            await answer(send, 200, b"ok\n", "text/plain; charset=utf-8")

    def close(self) -> None:
        """Give the connections back."""
        self._pool.close()

    async def _ready(self, scope: Scope, send: Send) -> None:
        try:
            sentence = await asyncio.to_thread(self._fit)
        except (psycopg.OperationalError, PoolTimeout):
            await problem(
                send,
                scope,
                503,
                "db-unavailable",
                "Database unavailable",
                "The database does not answer.",
                [(b"retry-after", b"2")],
            )
            return
        if sentence:
            await problem(send, scope, 503, "maintenance", "Maintenance", sentence, [(b"retry-after", b"30")])
        else:
            await answer(send, 200, b"ready\n", "text/plain; charset=utf-8")

    def _fit(self) -> str:
        with db.within(_SECONDS_MAX), self._pool.connection() as conn:
            return schema.fit(conn).sentence

    def _jobs(self) -> Mapping[tuple[str, str], int]:
        try:
            with db.within(_SECONDS_MAX), self._pool.connection() as conn:
                return jobs.counts(conn)
        except psycopg.Error:
            return {}  # /metrics answers also when the database does not.
