"""`regulars serve-worker`: the worker process alone, for `run` and for process managers."""

from typing import Annotated

import typer

from regulars.doors import schema, worker
from regulars.doors.cli import database, leash
from regulars.kit import db, logs, settings


def command(leashed: Annotated[bool, typer.Option(help="Stop when standard input ends.")] = False) -> None:
    """Do the jobs and keep the schedules of the database REGULARS_DATABASE_URL."""
    found = settings.read()
    logs.set_up(found.log)
    if leashed:
        leash.hold()
    if not found.database_url:
        raise settings.SettingInvalid("serve-worker needs REGULARS_DATABASE_URL (or use: regulars run)")
    with database.given(found) as dsn, db.connect(dsn, autocommit=True) as conn:
        schema.check(conn)
    worker.serve(dsn)
