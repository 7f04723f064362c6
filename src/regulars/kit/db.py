"""PostgreSQL connections: one way to open them, one pool, one kind of transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import psycopg
from psycopg.types.array import ListBinaryDumper
from psycopg_pool import ConnectionPool

Conn: TypeAlias = psycopg.Connection[Any]
Pool: TypeAlias = ConnectionPool[Any]

_OPTIONS = (
    "-c timezone=UTC -c statement_timeout=60000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=60000"
)


def connect(dsn: str, *, autocommit: bool = False) -> Conn:
    """A connection in UTC with deadlines on statements and locks (milliseconds).

    Raises:
        psycopg.OperationalError: the server does not answer.
    """
    conn = psycopg.connect(dsn, autocommit=autocommit, options=_OPTIONS)
    _tune(conn)
    return conn


def _tune(conn: Conn) -> None:
    """Send lists in binary: a list of JSON texts is otherwise escaped sign by sign (a third of a batch's time)."""
    conn.adapters.register_dumper(list, ListBinaryDumper)


def pool(dsn: str, *, size_max: int) -> Pool:
    """An open pool of at most `size_max` connections; a caller waits at most one second for one of them."""
    return ConnectionPool(
        dsn,
        min_size=1,
        max_size=size_max,
        timeout=1.0,
        kwargs={"options": _OPTIONS},
        configure=_tune,
        check=ConnectionPool.check_connection,
        open=True,
    )


@contextmanager
def transaction(pool: Pool) -> Iterator[Conn]:
    """One transaction on a pooled connection: committed when the block ends well, else rolled back."""
    with pool.connection() as conn:
        yield conn
