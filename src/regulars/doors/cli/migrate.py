"""`regulars migrate`: bring the database up to date."""

import typer

from regulars.doors import console, schema
from regulars.doors.cli import database
from regulars.kit import clock, db, settings
from regulars.records import ledger


def command() -> None:
    """Bring the database's tables up to date; safe to repeat."""
    found = settings.read()
    with database.given(found) as dsn:
        console.configure(found, dsn)
        for step in schema.migrate(dsn):
            typer.echo(f"migrated {step}")
        with db.connect(dsn) as conn:
            ledger.cover_ahead(conn, today=clock.now().date())
        console.migrate(dsn)
