"""`regulars verify`: prove the books."""

import typer

from regulars import flows
from regulars.doors.cli import database
from regulars.kit import db, settings


def command() -> None:
    """Compare every entry, lot, hold and award; exit 1 and name what differs when the books are not sound."""
    with database.given(settings.read()) as dsn, db.connect(dsn) as conn:
        conn.execute("set transaction isolation level repeatable read, read only")
        conn.execute("set local statement_timeout = 0")
        verdict = flows.verify_books(conn)
    for name, count in verdict.counts.items():
        typer.echo(f"{name:<16} {count:>18,}")
    for name, count in verdict.wrong.items():
        typer.echo(f"{name:<16} {count:>18,}  {'ok' if count == 0 else 'WRONG'}")
    typer.echo("the books are sound" if verdict.is_sound else "the books are NOT sound")
    raise typer.Exit(0 if verdict.is_sound else 1)
