"""Django's migration runner, given a libpq connection string."""

from importlib import import_module
from typing import Any

import django
import psycopg
from django.apps import apps
from django.conf import settings
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from psycopg.conninfo import conninfo_to_dict

from regulars.doors.schema.check import LABEL, STEPS, SchemaMismatch, fit, number
from regulars.doors.schema.spread import ONE_AT_A_TIME
from regulars.kit.db import Conn

_ALIAS = "schema"


def databases(dsn: str) -> dict[str, dict[str, Any]]:
    """Django's DATABASES for a connection string; Django's own tables live in the schema `people`."""
    given = {name: str(value) for name, value in conninfo_to_dict(dsn).items() if value is not None}
    options = f"{given.pop('options', '')} -c search_path=people -c timezone=UTC"
    return {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": given.pop("dbname", "") or given.get("user", ""),
            "USER": given.pop("user", ""),
            "PASSWORD": given.pop("password", ""),
            "HOST": given.pop("host", ""),
            "PORT": given.pop("port", ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {**given, "options": options.strip()},
        }
    }


def pending(dsn: str) -> list[str]:
    """Names of the migrations `migrate` would run, in order.

    Raises:
        psycopg.OperationalError: the server does not answer.
        SchemaMismatch: the database belongs to a newer program.
    """
    with psycopg.connect(dsn, autocommit=True) as conn:
        return _pending(conn)


def migrate(dsn: str) -> list[str]:
    """Bring the database up to date; names of the migrations that ran. Safe to call twice, also at once.

    Raises:
        psycopg.OperationalError: the server does not answer.
        SchemaMismatch: the database belongs to a newer program.
    """
    with psycopg.connect(dsn, autocommit=True) as turn:
        turn.execute("select pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        steps = _pending(turn)
        if steps:
            turn.execute("create schema if not exists people")
            _run(dsn)
    return steps


def _pending(conn: Conn) -> list[str]:
    found = fit(conn)
    if found.is_newer:
        raise SchemaMismatch(found.sentence)
    return [step for step in STEPS if number(step) > found.installed]


class _Steps(MigrationLoader):
    """Our migrations and no other's, whatever is installed in the Django of this process."""

    def load_disk(self) -> None:
        """Read the steps this program carries."""
        self.disk_migrations = {
            (LABEL, step): import_module(f"regulars.doors.schema.migrations.{step}").Migration(step, LABEL)
            for step in STEPS
        }
        self.migrated_apps, self.unmigrated_apps = {LABEL}, set()


def _run(dsn: str) -> None:
    """Run the steps on a connection of their own, whatever database Django serves in this process."""
    if not settings.configured:
        settings.configure(DATABASES=databases(dsn), USE_TZ=True)
    if not apps.ready:
        django.setup()
    connections.settings[_ALIAS] = connections.configure_settings(databases(dsn))["default"]
    connection = connections[_ALIAS]
    try:
        executor = MigrationExecutor(connection)
        executor.loader = _Steps(connection)
        executor.migrate([(LABEL, STEPS[-1])])
    finally:
        connection.close()
        del connections[_ALIAS]
