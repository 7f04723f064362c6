"""`regulars migrate`: bring the database up to date."""

import typer

from regulars.doors import schema
from regulars.doors.cli import database
from regulars.kit import settings


def command() -> None:
    """Bring the database's tables up to date; safe to repeat."""
    with database.given(settings.read()) as dsn:
        for step in schema.migrate(dsn):
            typer.echo(f"migrated {step}")
