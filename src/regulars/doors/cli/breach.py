"""`regulars breach`: what could have been seen since a moment."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from regulars import flows
from regulars.doors.cli import database
from regulars.doors.cli.privacy import Program, plan_of
from regulars.kit import db, settings
from regulars.kit.personal import Privacy

app = typer.Typer(help="What could have been seen, drawn from the audit log.", no_args_is_help=True)


@app.callback()
def breach() -> None:
    """What could have been seen, drawn from the audit log."""


@app.command("scope")
def scope(
    since: Annotated[datetime, typer.Option(help="A day, or a moment in UTC such as 2026-11-20T08:00:00.")],
    program: Program = "",
) -> None:
    """Print who came in, whose data was opened, which files left, and what there is of a person to see."""
    with database.given(settings.read()) as dsn, db.connect(dsn) as conn:
        found = flows.breach_scope(conn, plan_of(conn, program), since_at=since.replace(tzinfo=UTC))
    typer.echo(f"since {found.since_at.isoformat()}: {found.members_all:,} members in all")
    typer.echo(f"members whose data was opened one by one: {len(found.looked_at):,}")
    for member_id in found.looked_at:
        typer.echo(f"  {member_id}")
    for title, lines in (("files that left", found.files), ("access", found.access)):
        typer.echo(f"{title}:")
        for verb, name, address, count in lines:
            typer.echo(f"  {count:>6,} × {verb:<22} {name} {address}")
    named = [part.table for part in flows.REGISTER if part.privacy is Privacy.IDENTITY]
    typer.echo(f"what names a person stands in: {', '.join(named)}")
