"""The database a command works on: the one that was given, else our own."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlencode

import psycopg
import typer
from psycopg.conninfo import conninfo_to_dict

from regulars.doors.cli.exits import Unavailable, first_line
from regulars.kit import embedded
from regulars.kit.settings import Settings

WAIT_SECONDS_MAX = 30.0
_PAUSE_SECONDS = 0.5


@contextmanager
def given(settings: Settings, *, is_stopped: Callable[[], bool] = lambda: False) -> Iterator[str]:
    """Connection string of a database that answers. Our own server ends with its last user.

    Raises:
        Unavailable: the given database stays silent for `WAIT_SECONDS_MAX`, or the wait was stopped.
        regulars.kit.embedded.ServerDidNotStart: our own server does not start.
    """
    if settings.database_url:
        _wait(settings.database_url, is_stopped)
        yield settings.database_url
        return
    with embedded.server(settings.home / "postgres", pg_bin=settings.pg_bin) as dsn:
        yield dsn


def as_url(dsn: str) -> str:
    """A connection string in the one form REGULARS_DATABASE_URL always takes."""
    parts = {name: str(value) for name, value in conninfo_to_dict(dsn).items()}
    return f"postgresql://?{urlencode(parts, quote_via=quote)}"


def revive(settings: Settings) -> None:
    """Start our own server again if it died; nothing when the database is somebody else's."""
    if not settings.database_url:
        embedded.revive(settings.home / "postgres", pg_bin=settings.pg_bin)


def _wait(dsn: str, is_stopped: Callable[[], bool]) -> None:
    until = time.monotonic() + WAIT_SECONDS_MAX
    is_told = False
    while True:
        try:
            psycopg.connect(dsn, connect_timeout=3).close()
        except psycopg.OperationalError as silent:
            if time.monotonic() > until or is_stopped():
                raise Unavailable(f"{_place(dsn)} does not answer: {first_line(silent)}") from silent
            if not is_told:
                typer.echo(f"waiting for {_place(dsn)} (at most {WAIT_SECONDS_MAX:.0f} s)", err=True)
                is_told = True
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def _place(dsn: str) -> str:
    """Where the database is, without its password."""
    parts = conninfo_to_dict(dsn)
    return f"PostgreSQL at {parts.get('host', 'localhost')}:{parts.get('port', 5432)}"
