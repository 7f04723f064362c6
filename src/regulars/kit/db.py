"""PostgreSQL connections: one way to open them, one pool, one kind of transaction, one kind of patience."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg_pool import ConnectionPool

from .arrays import ArrayDumper

Conn: TypeAlias = psycopg.Connection[Any]
Pool: TypeAlias = ConnectionPool[Any]
RV = TypeVar("RV")

_CONNECT_SECONDS_MAX = 5
_FULL = ("too many clients", "too many connections", "connection slots are reserved")
_RECONNECT_SECONDS = 2.0
_LOOK_SECONDS = 0.1
_thread = threading.local()


class Overdue(psycopg.OperationalError):
    """The database did not answer in time. What was asked of it may have been done, or not."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Everything this thread asks of the database inside the block is answered within `seconds` altogether.

    A connection whose answer does not come is given up, for nobody knows what would come on it next.

    Raises:
        Overdue: the time is over.
    """
    outer: float | None = getattr(_thread, "until", None)
    until = time.monotonic() + seconds
    _thread.until = until if outer is None else min(outer, until)
    try:
        yield
    finally:
        _thread.until = outer


class _Connection(psycopg.Connection[Any]):
    """A connection that waits no longer than its thread may."""

    def wait(self, gen: PQGen[RV], interval: float = _LOOK_SECONDS, timeout: float | None = None) -> RV:
        """Let one exchange with the server come to its end.

        Raises:
            Overdue: it did not within the block of `within` this thread is in.
        """
        until: float | None = getattr(_thread, "until", None)
        if until is None:
            return super().wait(gen, interval, timeout)
        left = max(until - time.monotonic(), 0.0)
        try:
            return super().wait(gen, interval, left if timeout is None else min(timeout, left))
        except psycopg.OperationalError as late:
            # An answer that came at the last instant, such as a refused lock, is still an answer.
            if late.sqlstate is not None or time.monotonic() < until:
                raise
            self.pgconn.finish()
            raise Overdue("the database did not answer in time") from None


def _options(statement_seconds_max: int, lock_seconds_max: int) -> str:
    return (
        f"-c timezone=UTC -c statement_timeout={statement_seconds_max}s -c lock_timeout={lock_seconds_max}s"
        " -c idle_in_transaction_session_timeout=60s"
    )


def _patient(dsn: str) -> str:
    """The same address with a limit on the time a new connection takes, unless it names its own."""
    if "connect_timeout" in conninfo_to_dict(dsn):
        return dsn
    return make_conninfo(dsn, connect_timeout=_CONNECT_SECONDS_MAX)


def connect(dsn: str, *, autocommit: bool = False, statement_seconds_max: int = 60, lock_seconds_max: int = 10) -> Conn:
    """A connection in UTC with deadlines on statements and locks, which the server keeps.

    Raises:
        psycopg.OperationalError: the server does not answer.
    """
    options = _options(statement_seconds_max, lock_seconds_max)
    conn = _Connection.connect(_patient(dsn), autocommit=autocommit, options=options)
    _adapt(conn)
    return conn


def is_full(refused: psycopg.OperationalError) -> bool:
    """Whether a server refused a connection because it has no room for another: a crowd, not a database that is gone.

    A refused connection carries no SQLSTATE, so this reads the words; a server that speaks another language than
    English is taken for gone. (PQping knows, but stops every thread of the process while it asks.)
    """
    return any(words in str(refused) for words in _FULL)


def _adapt(conn: Conn) -> None:
    conn.adapters.register_dumper(list, ArrayDumper)


def pool(
    dsn: str, *, size_max: int, size_min: int = 1, statement_seconds_max: int = 60, lock_seconds_max: int = 10
) -> Pool:
    """An open pool of at most `size_max` connections; a caller waits at most one second for one of them."""
    return ConnectionPool(
        _patient(dsn),
        connection_class=_Connection,
        min_size=size_min,
        max_size=size_max,
        timeout=1.0,
        # A pool that doubles its pauses for minutes would still sleep when the database is back.
        reconnect_timeout=_RECONNECT_SECONDS,
        kwargs={"options": _options(statement_seconds_max, lock_seconds_max)},
        check=ConnectionPool.check_connection,
        configure=_adapt,
        open=True,
    )


@contextmanager
def transaction(pool: Pool) -> Iterator[Conn]:
    """One transaction on a pooled connection: committed when the block ends well, else rolled back."""
    with pool.connection() as conn:
        yield conn
