"""`regulars login`: a link that lets an operator in once."""

from typing import Annotated

import typer

from regulars.doors import console
from regulars.doors.cli import database
from regulars.doors.cli.address import public_address
from regulars.doors.console import onetime
from regulars.kit import clock, db, settings
from regulars.records import access, audit


def command(username: Annotated[str, typer.Argument(help="Made when there is no such operator.")] = "admin") -> None:
    """Print a link that logs an operator in once, within a day; earlier links of theirs end."""
    found = settings.read()
    with database.given(found) as dsn:
        console.configure(found, dsn)
        console.ensure_operator(username)
        link = onetime.issue(username)
        with db.connect(dsn) as conn:
            facts = {"account": username}
            audit.note(conn, None, "login-link-made", by=access.COMMAND_LINE, at=clock.now(), facts=facts)
        typer.echo(f"{public_address(found)}{link}")
