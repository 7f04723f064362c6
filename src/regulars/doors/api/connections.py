"""The door's connections: a pool that tells a crowd before it from a database that is gone."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors
from psycopg_pool import PoolTimeout

from regulars.kit import db

from .refusals import DatabaseUnavailable, Overloaded

_PROBE_SECONDS = 2
STATEMENT_SECONDS_MAX = 8
LOCK_SECONDS_MAX = 5
"""Both end before the deadline of a request, so that it learns the better reason."""


class Connections:
    """A pool over one database."""

    def __init__(self, dsn: str, *, size_max: int) -> None:
        self._dsn = dsn
        self._pool = db.pool(
            dsn,
            size_min=size_max,  # Opened before the crowd comes, which would wait for each of them.
            size_max=size_max,
            statement_seconds_max=STATEMENT_SECONDS_MAX,
            lock_seconds_max=LOCK_SECONDS_MAX,
        )

    @contextmanager
    def transaction(self) -> Iterator[db.Conn]:
        """One transaction, committed when the block ends well.

        Raises:
            Overloaded: every connection is busy for more than a second.
            DatabaseUnavailable: there is no connection to be had.
        """
        conn = self._taken()
        try:
            with conn:
                try:
                    yield conn
                except errors.ReadOnlySqlTransaction:
                    conn.close()  # The next one may lead to the server that took over.
                    raise
        finally:
            self._pool.putconn(conn)

    def _taken(self) -> db.Conn:
        try:
            return self._pooled()
        except PoolTimeout:
            self._probe()
        self._pool.check()  # One connection broke, so all may have: a restart is met once, not once a connection.
        try:
            return self._pooled()
        except PoolTimeout:
            raise Overloaded("Too many requests wait; send this one again in a second.") from None

    def _probe(self) -> None:
        try:
            psycopg.connect(self._dsn, connect_timeout=_PROBE_SECONDS).close()
        except psycopg.OperationalError as refused:
            if db.is_full(refused):
                raise Overloaded("The database has no room for us; send this one again in a second.") from None
            raise DatabaseUnavailable("The database does not answer; send the same request again.") from None

    def _pooled(self) -> db.Conn:
        conn: db.Conn = self._pool.getconn()
        return conn

    def close(self) -> None:
        """Let every connection go."""
        self._pool.close()
