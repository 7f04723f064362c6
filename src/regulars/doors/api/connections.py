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
            dsn, size_max=size_max, statement_seconds_max=STATEMENT_SECONDS_MAX, lock_seconds_max=LOCK_SECONDS_MAX
        )

    @contextmanager
    def transaction(self) -> Iterator[db.Conn]:
        """One transaction, committed when the block ends well.

        Raises:
            Overloaded: every connection is busy for more than a second.
            DatabaseUnavailable: there is no connection to be had.
        """
        try:
            with db.transaction(self._pool) as conn:
                try:
                    yield conn
                except errors.ReadOnlySqlTransaction:
                    conn.close()  # The next one may lead to the server that took over.
                    raise
        except PoolTimeout:
            if self._answers():
                raise Overloaded("Too many requests wait; send this one again in a second.") from None
            raise DatabaseUnavailable("The database does not answer; send the same request again.") from None

    def _answers(self) -> bool:
        try:
            psycopg.connect(self._dsn, connect_timeout=_PROBE_SECONDS).close()
        except psycopg.errors.TooManyConnections:
            return True
        except psycopg.OperationalError:
            return False
        return True

    def close(self) -> None:
        """Let every connection go."""
        self._pool.close()
